"""The schema of identity.Role."""

from __future__ import annotations

from coregen_runtime import EntitySchema, FieldSchema, Validators


def role_schema() -> EntitySchema:
    """The definition of Role, as the registry takes it."""
    return EntitySchema(
        name="Role",
        namespace="identity",
        id_prefix="role",
        fields=[
            FieldSchema(
                key="name",
                type="string",
                required=True,
                unique=True,
                validators=[Validators.pattern("^[a-z][a-z-]{1,39}$")],
            ),
            FieldSchema(
                key="description",
                type="string",
                validators=[Validators.max_length(200)],
            ),
        ],
    )

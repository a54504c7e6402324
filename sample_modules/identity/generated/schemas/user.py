"""The schema of identity.User."""

from __future__ import annotations

from coregen_runtime import EntitySchema, FieldSchema, Validators


def user_schema() -> EntitySchema:
    """The definition of User, as the registry takes it."""
    return EntitySchema(
        name="User",
        namespace="identity",
        id_prefix="user",
        fields=[
            FieldSchema(
                key="name",
                type="string",
                required=True,
                validators=[Validators.min_length(1), Validators.max_length(120)],
                searchable=True,
            ),
            FieldSchema(
                key="email",
                type="string",
                required=True,
                unique=True,
                validators=[Validators.email()],
                sensitive=True,
            ),
            FieldSchema(
                key="suspendedFor",
                type="string",
                label="Reason of the suspension",
                validators=[Validators.max_length(200)],
            ),
            FieldSchema(
                key="status",
                type="enum",
                default="invited",
                enum_values=["invited", "active", "suspended", "expired"],
                indexed=True,
            ),
        ],
    )

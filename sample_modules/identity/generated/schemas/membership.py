"""The schema of identity.Membership."""

from __future__ import annotations

from coregen_runtime import EntityHooks, EntitySchema, FieldSchema


def membership_schema() -> EntitySchema:
    """The definition of Membership, as the registry takes it."""
    return EntitySchema(
        name="Membership",
        namespace="identity",
        description="That a user holds a role.",
        id_prefix="member",
        fields=[
            FieldSchema(
                key="user",
                type="ref",
                required=True,
                ref_entity="identity.User",
            ),
            FieldSchema(
                key="role",
                type="ref",
                required=True,
                ref_entity="identity.Role",
            ),
        ],
        unique_constraints=[["user", "role"]],
        hooks=EntityHooks(
            before_save="sample_modules.identity.rules:keep_roles_to_active_users",
        ),
    )

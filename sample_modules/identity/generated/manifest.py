"""What identity declares: manifest and schemas."""

from __future__ import annotations

from collections.abc import Sequence

from coregen_runtime import EntitySchema, ModuleManifest, load_migrations

from .schemas.membership import membership_schema
from .schemas.role import role_schema
from .schemas.user import user_schema


def manifest() -> ModuleManifest:
    """What the module is and emits. Its entities, messages and machines are added when it is wired."""
    return ModuleManifest(
        id="identity",
        version="1.0.0",
        id_prefixes={"User": "user", "Role": "role", "Membership": "member"},
        events=[
            "membership.created",
            "membership.deleted",
            "membership.erased",
            "membership.restored",
            "membership.updated",
            "role.created",
            "role.deleted",
            "role.erased",
            "role.restored",
            "role.updated",
            "user.activated",
            "user.created",
            "user.deleted",
            "user.erased",
            "user.restored",
            "user.suspended",
            "user.updated",
        ],
        migrations=load_migrations("sample_modules.identity.migrations"),
    )


def schemas() -> Sequence[EntitySchema]:
    """The schemas of all entities."""
    return [membership_schema(), role_schema(), user_schema()]

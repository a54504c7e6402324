"""PostgreSQL over asyncpg: the extra `postgres`."""

from coregen_adapters.postgres.adapter import PostgresAdapter
from coregen_adapters.postgres.roles import make_roles

__all__ = ["PostgresAdapter", "make_roles"]

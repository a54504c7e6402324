"""Where the database is, and as whom: three roles of one database (semantics 23).

The application's role owns nothing. `system` is the relay's and replay's. `owner` migrates; where it is left out, the database must
have been migrated already.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NoReturn
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from coregen_runtime.errors.base import CoreError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.primitives.suggest import did_you_mean

POOL, TIMEOUT, RAW_TIMEOUT = 10, 5_000, 30_000
SCHEMES = ("postgresql", "postgres")
_OWN = ("system", "owner", "pool", "timeout", "raw_timeout")
_DRIVER = ("sslmode", "sslcert", "sslkey", "sslrootcert", "sslcrl", "host", "port", "passfile", "target_session_attrs", "application_name")


@dataclass(frozen=True, slots=True)
class Urls:
    """The URL of each role as the driver takes it. `pool` is connections a role, `timeout` ms to wait for one, or for a row, `raw_timeout` ms that a raw statement may take."""

    application: str
    system: str | None = None
    owner: str | None = None
    pool: int = POOL
    timeout: int = TIMEOUT
    raw_timeout: int = RAW_TIMEOUT


def parsed(url: str) -> Urls:
    """`postgresql://app:secret@host/db?system=relay:secret&owner=owner:secret`, `pool`, `timeout` and `raw_timeout` where the defaults do not fit.

    A role without a password is looked up in the password file, as PostgreSQL's own programs do. Raises CoreError for anything else.
    """
    try:
        parts = urlsplit(url)
        given = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True)) if parts.query else {}
    except ValueError as error:
        _refuse(str(error))
    if parts.scheme not in SCHEMES or not parts.path.strip("/"):
        _refuse("it begins with postgresql:// and names a database")
    for name in given:
        if name not in (*_OWN, *_DRIVER):
            _refuse(f'there is no parameter "{name}"{did_you_mean(name, [*_OWN, *_DRIVER])}')
    query = urlencode({name: value for name, value in given.items() if name not in _OWN})
    base = urlunsplit(("postgresql", parts.netloc, parts.path, query, ""))
    return Urls(
        application=base,
        system=as_role(base, given["system"]) if given.get("system") else None,
        owner=as_role(base, given["owner"]) if given.get("owner") else None,
        pool=_number(given, "pool", POOL),
        timeout=_number(given, "timeout", TIMEOUT),
        raw_timeout=_number(given, "raw_timeout", RAW_TIMEOUT),
    )


def as_role(url: str, role: str) -> str:
    """The URL with another role, `name` or `name:password`."""
    parts = urlsplit(url)
    name, colon, password = role.partition(":")
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(name, safe='')}{colon}{quote(password, safe='')}@{host}"))


def role_of(url: str) -> str | None:
    """The role that a URL names."""
    name = urlsplit(url).username
    return None if name is None else unquote(name)


def joined(application: str, system: str | None, owner: str | None) -> Urls:
    """URLs given one by one, over those that the first one names."""
    urls = parsed(application)
    return replace(urls, system=system or urls.system, owner=owner or urls.owner)


def _number(given: Mapping[str, str], name: str, default: int) -> int:
    value = given.get(name, str(default))
    if not (value.isascii() and value.isdigit() and int(value) > 0):
        _refuse(f'"{name}" is a number above 0')
    return int(value)


def _refuse(why: str) -> NoReturn:
    form = "postgresql://app@host/database?system=relay&owner=owner"
    raise CoreError(ErrorCode.NOT_CONFIGURED, f'that is no URL of a PostgreSQL database: {why}; write "{form}"')

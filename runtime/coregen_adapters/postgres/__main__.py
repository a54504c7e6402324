"""`python -m coregen_adapters.postgres ADMINISTRATOR`: makes the three roles of a database and prints the URL that `App` takes."""

from __future__ import annotations

import argparse
import asyncio
from urllib.parse import quote, urlsplit, urlunsplit

from coregen_adapters.postgres.roles import make_roles
from coregen_adapters.postgres.urls import parsed


def main() -> None:
    """Read the arguments, make the roles, print the URL."""
    parser = argparse.ArgumentParser(prog="python -m coregen_adapters.postgres", description="Make the roles of a database that Core works on.")
    parser.add_argument("administrator", help="the URL of the database as somebody who may make roles in it")
    parser.add_argument("--application", metavar="ROLE", help="the application's role; by default the database's name and _app")
    parser.add_argument("--system", metavar="ROLE", help="the relay's and replay's; by default … _system")
    parser.add_argument("--owner", metavar="ROLE", help="who owns the tables and migrates; by default … _owner")
    parser.add_argument("--postgis", action="store_true", help="install PostGIS in the database as well; the administrator must be allowed to")
    given = parser.parse_args()
    parts = urlsplit(parsed(given.administrator).application)
    database = parts.path.strip("/")
    application, system, owner = (
        role or f"{database}_{kind}" for role, kind in ((given.application, "app"), (given.system, "system"), (given.owner, "owner"))
    )
    asyncio.run(make_roles(given.administrator, application=application, system=system, owner=owner, postgis=given.postgis))
    host = f"{quote(application, safe='')}@{parts.netloc.rpartition('@')[2]}"
    print(urlunsplit(parts._replace(netloc=host, query=f"system={quote(system, safe='')}&owner={quote(owner, safe='')}")))


if __name__ == "__main__":
    main()

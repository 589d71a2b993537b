"""A database of a PostgreSQL server, and the server's processes where they run on this machine."""

from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from portal.benchmark import processes


class Database:
    """What a DATABASE_URL names; it need not be there yet."""

    def __init__(self, url: str) -> None:
        self.url, self.name = url, urlsplit(url).path.strip("/")

    def reach(self) -> None:
        """psycopg.OperationalError where no server answers, or where it lets nobody in."""
        with self._server():
            pass

    def create(self) -> bool:
        """Make it, unless it is there; whether it is new."""
        with self._server() as server:
            if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.name]).fetchone():
                return False
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.name)))
        return True

    def drop(self) -> None:
        """With all that is in it."""
        with self._server() as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(self.name)))

    def vacuum(self) -> None:
        """As the server does by itself some time after so many rows were written."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("VACUUM (ANALYZE)")

    def process(self) -> int | None:
        """The server's first process; None on another machine or behind a pool, where its time cannot be read."""
        with psycopg.connect(self.url) as connection:
            return first_process(connection.info.backend_pid)

    def _server(self) -> "psycopg.Connection[Any]":
        return psycopg.connect(urlunsplit(urlsplit(self.url)._replace(path="/postgres")), autocommit=True)


def first_process(backend: int) -> int | None:
    """Of the server that answers a connection by this process."""
    try:
        name, first = processes.parent(backend)
    except (FileNotFoundError, PermissionError):
        return None
    return first if name.startswith("postgres") else None

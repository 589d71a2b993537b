"""A database as it is at one moment, read while others write."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction

from portal.backup.refusal import Refusal


@contextmanager
def snapshot(folder: Path) -> Iterator[None]:
    """While it lasts the default connection reads a database that nobody changes any more. Neither way keeps anybody from writing meanwhile.

    PostgreSQL gives it inside a transaction, as pg_dump takes it. Of SQLite a copy is made in `folder`, by its own backup API (a copy
    of the file would be torn); it is looked at for damage, read, and deleted.
    """
    if connection.vendor == "postgresql":
        # nosemgrep: sql-by-hand  # how a transaction reads
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
        return
    copy = folder / "portale.sqlite3"
    _copy(copy)
    live = connections[DEFAULT_DB_ALIAS]
    reading = live.copy()
    reading.settings_dict["NAME"] = str(copy)
    connections[DEFAULT_DB_ALIAS] = reading
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS] = live
        reading.close()
        for file in folder.glob(f"{copy.name}*"):
            file.unlink()


def _copy(path: Path) -> None:
    path.touch(mode=0o600)
    connection.ensure_connection()
    with closing(sqlite3.connect(path)) as copy:
        with connection.wrap_database_errors:
            connection.connection.backup(copy)
        try:
            (said,) = copy.execute("PRAGMA quick_check(1)").fetchone()
        except sqlite3.DatabaseError as error:
            said = error
    if said != "ok":
        raise Refusal(
            f"La banca dati è danneggiata ({said}): la copia non si fa. Non eliminare le copie di prima, e ripristina l'ultima."
        )

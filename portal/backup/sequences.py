"""The numbers that rows get: none that was ever given is given again, since links and permanent identifiers name rows by them."""

from typing import Any

from django.db import connection, models

from portal.backup.tables import Table


def _is_numbered(table: Table) -> bool:
    return isinstance(table.model._meta.pk, models.AutoField)


def last_numbers(tables: list[Table]) -> dict[str, int]:
    """By table, the last number that was given, be its row there or not."""
    return {table.label: _last(table) for table in tables if _is_numbered(table)}


def _last(table: Table) -> int:
    with connection.cursor() as cursor:  # nosemgrep: sql-by-hand  # what the ORM does not ask
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_sequence_last_value(pg_get_serial_sequence(%s, %s)::regclass)", _place(table))
        else:
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table.name])
        found: Any = cursor.fetchone()
    highest = table.model._base_manager.aggregate(found=models.Max(table.key))["found"]
    return max(found[0] or 0 if found else 0, highest or 0)


def go_on_after(table: Table, number: int) -> None:
    """The next row of the table gets a number after this one."""
    if not _is_numbered(table) or number < 1:
        return
    with connection.cursor() as cursor:  # nosemgrep: sql-by-hand  # what the ORM does not set
        if connection.vendor == "postgresql":
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", [*_place(table), number])
        else:
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table.name])
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table.name, number])


def _place(table: Table) -> list[str]:
    """The table, which PostgreSQL reads as an identifier, and the column, which it does not."""
    return [connection.ops.quote_name(table.name), table.key]

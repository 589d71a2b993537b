"""What stands in all tables, and who writes: the proof that nothing was changed, whatever the address."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection, transaction

Rows = dict[tuple[str, Any], dict[str, Any]]
# Who is logged in is no row of anybody's.
SESSIONS = "sessions.Session"
WRITING = re.compile(
    r"""\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM|REPLACE\s+INTO)\s+"?(\w+)""", re.IGNORECASE
)


def rows(tables: set[str] | None = None) -> Rows:
    """Every row of every table, or of these, by the label of its model and its key."""
    found: Rows = {}
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        if meta.proxy or not meta.managed or meta.label == SESSIONS or (tables is not None and meta.db_table not in tables):
            continue
        for row in model._base_manager.order_by().values():
            found[meta.label, row[meta.pk.attname]] = row
    return found


def rows_after(before: Rows, tables: set[str]) -> Rows:
    """What there is now, when nothing but these tables was written to."""
    written = {model._meta.label for model in apps.get_models(include_auto_created=True) if model._meta.db_table in tables}
    return {key: row for key, row in before.items() if key[0] not in written} | rows(tables)


def changed(before: Rows, after: Rows) -> set[tuple[str, Any]]:
    """The keys of the rows that were changed or deleted, or that are new."""
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}


@contextmanager
def writes() -> Iterator[set[str]]:
    """The tables that are written to meanwhile, sessions left out."""
    tables: set[str] = set()

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if (found := WRITING.match(sql)) and found[1] != "django_session":
            tables.add(found[1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield tables


@contextmanager
def undone() -> Iterator[None]:
    """What is written meanwhile is not there afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)

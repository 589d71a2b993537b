"""Rows by the thousand. `bulk_create` makes a statement for every few of them, which costs more than the rows do."""

from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any

from django.core.management.color import no_style
from django.db import connection
from django.db.models import Field, Max, Model

# What both drivers take as it is.
PLAIN = {str, int, bool, type(None)}


class Table:
    """A model's table, and the number that its next row has."""

    def __init__(self, model: type[Model]) -> None:
        self.model = model
        self.fields = [field for field in model._meta.concrete_fields if not field.generated]
        last = model._default_manager.aggregate(last=Max("pk"))["last"]
        self.numbers = count((last or 0) + 1)

    def number(self) -> int:
        """For a row that others name before it is written."""
        return next(self.numbers)

    def insert(self, rows: Sequence[Model]) -> None:
        """Write these rows, and number those that have no number: COPY on PostgreSQL, one statement for all on SQLite."""
        for row in rows:
            row.pk = row.pk or self.number()
            row._state.adding = False
        quote = connection.ops.quote_name
        into = f"{quote(self.model._meta.db_table)} ({', '.join(quote(str(field.column)) for field in self.fields)})"
        values = [[_stored(row, field) for field in self.fields] for row in rows]
        with connection.cursor() as cursor:  # nosemgrep: sql-by-hand  # thousands of rows a second, into tables of ours
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {into} FROM STDIN") as copy:
                    for row_values in values:
                        copy.write_row(row_values)
            else:
                places = ", ".join(["%s"] * len(self.fields))
                cursor.executemany(f"INSERT INTO {into} VALUES ({places})", values)  # noqa: S608  # nosec B608  # our own names


class Tables(dict[type[Model], Table]):
    """The tables that were written to."""

    def __missing__(self, model: type[Model]) -> Table:
        self[model] = Table(model)
        return self[model]

    def insert(self, rows: Iterable[Model]) -> None:
        """Rows of several models, each model's after those that came before it."""
        found: dict[type[Model], list[Model]] = {}
        for row in rows:
            found.setdefault(type(row), []).append(row)
        for model, of_model in found.items():
            self[model].insert(of_model)

    def close(self) -> None:
        """The database goes on numbering after the last row."""
        with connection.cursor() as cursor:  # nosemgrep: sql-by-hand  # Django's own statements
            for statement in connection.ops.sequence_reset_sql(no_style(), list(self)):
                cursor.execute(statement)


def _stored(row: Model, field: "Field[Any, Any]") -> Any:
    value = field.pre_save(row, add=True)
    return value if type(value) in PLAIN else field.get_db_prep_save(value, connection)

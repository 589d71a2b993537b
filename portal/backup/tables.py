"""Tables as rows of JSON that are the same on both engines, read and written through the models' own fields."""

import base64
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection, models, transaction
from django.db.models.functions import Collate

from portal.backup.refusal import Refusal

Row = dict[str, Any]
# Rows that are read, or written, at once.
BATCH = 1_000
# Whoever has a session's key is logged in: it is nothing to keep for weeks.
LEFT_OUT = {"sessions.Session"}


@dataclass(frozen=True)
class Table:
    """A model's table."""

    model: type[models.Model]

    @property
    def label(self) -> str:
        """App and model."""
        return self.model._meta.label

    @property
    def name(self) -> str:
        """In the database."""
        return self.model._meta.db_table

    @property
    def key(self) -> str:
        """The column of the primary key, as rows have it."""
        return self.model._meta.pk.attname

    @property
    def file_columns(self) -> list[str]:
        """Those that name stored files."""
        return [field.attname for field in self._fields if isinstance(field, models.FileField)]

    @property
    def _fields(self) -> list[Any]:
        return list(self.model._meta.local_concrete_fields)

    def count(self) -> int:
        """How many rows."""
        return self.model._base_manager.count()

    def rows(self) -> Iterator[Row]:
        """All, in an order that is the same on both engines."""
        columns = [field.attname for field in self._fields]
        found = self.model._base_manager.order_by(self._order).values_list(*columns)
        for values in found.iterator(chunk_size=BATCH):
            yield dict(zip(columns, values, strict=True))

    @property
    def _order(self) -> Any:
        pk: Any = self.model._meta.pk
        while pk.remote_field:
            pk = pk.target_field
        is_text = isinstance(pk, models.CharField | models.TextField)
        # PostgreSQL sorts words by the rules of a language, SQLite by their bytes.
        return Collate(self.key, "C") if is_text and connection.vendor == "postgresql" else self.key

    def write(self, lines: Iterable[str], tell: Callable[[int], object]) -> None:
        """Insert rows as they are: no signal is sent and no moment set anew.

        Raises Refusal for a row that this engine does not take.
        """
        name = connection.ops.quote_name
        columns = ", ".join(name(field.column) for field in self._fields)
        places = ", ".join(["%s"] * len(self._fields))
        statement = f"INSERT INTO {name(self.name)} ({columns}) VALUES ({places})"  # noqa: S608  # nosec B608  # ours
        left = iter(lines)
        while batch := [self._values(json.loads(line)) for line in islice(left, BATCH)]:
            try:
                # nosemgrep: sql-by-hand  # rows as they are, without the models
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.executemany(statement, batch)
            except DatabaseError:
                self._write_singly(statement, batch)
            tell(len(batch))

    def _write_singly(self, statement: str, batch: list[list[Any]]) -> None:
        """After a batch was refused: tell which row it was."""
        key = next(n for n, field in enumerate(self._fields) if field.primary_key)
        for values in batch:
            try:
                # nosemgrep: sql-by-hand  # rows as they are, without the models
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(statement, values)
            except DatabaseError as error:
                said = str(error).strip().splitlines()[0]
                raise Refusal(
                    f"La banca dati rifiuta la riga {values[key]} di {self.label} ({said}). Nulla è stato cambiato."
                ) from error

    def _values(self, row: Row) -> list[Any]:
        return [_stored(field, row[field.attname]) for field in self._fields]


def _stored(field: Any, value: Any) -> Any:
    """A value of a row as the engine takes it."""
    if value is None and isinstance(field, models.JSONField) and not field.null:
        # JSON's null, which is read as what is missing.
        return field.get_db_prep_value(None, connection)
    return field.get_db_prep_save(field.to_python(value), connection)


def tables_of(registry: Any) -> list[Table]:
    """Every table that is in a backup: also those that only join two others, and those of the packages."""
    found = [Table(model) for model in registry.get_models(include_auto_created=True) if _is_table(model)]
    return sorted((table for table in found if table.label not in LEFT_OUT), key=lambda table: table.label)


def all_names(registry: Any) -> list[str]:
    """Of every table in the database, those that no backup has too."""
    return [model._meta.db_table for model in registry.get_models(include_auto_created=True) if _is_table(model)]


def _is_table(model: type[models.Model]) -> bool:
    return model._meta.managed and not model._meta.proxy


def as_line(row: Row) -> str:
    """A row as JSON, with everything that the database has of it: moments to the microsecond, amounts as they are written."""
    return json.dumps(row, default=_told, ensure_ascii=False, separators=(",", ":"))


def _told(value: Any) -> str:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode("ascii")
    raise TypeError(f"{type(value)} has no place in a backup yet")

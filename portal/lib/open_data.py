"""Open data, defined once: a dataset is a list of fields, and its files, its codebook, its schema and its test come from it.

A field says how its value is read from a row and what it means. Its names are Italian and never translated, as its
values are: files are the same for everybody. Labels and descriptions are in the language of the page that shows them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, Generic, TypeAlias, TypeVar

from django.conf import settings
from django.db.models import Choices, QuerySet
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from portal.lib import sheets
from portal.lib.dates import PartialDate
from portal.lib.sheets import Column

LICENCE = "CC BY 4.0"
T = TypeVar("T")
Text: TypeAlias = str | Promise
Record: TypeAlias = dict[str, Any]


class Type(StrEnum):
    """What a value is, as the codebook says it. In JSON integers and booleans are that, and everything else is a string."""

    TEXT = "text"
    INTEGER = "integer"
    # With a point and without trailing zeros: the same amount is always the same text.
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    # ISO 8601: 2013-09-24; where the day or the month is not known, 2013-09 or 2013.
    DATE = "date"
    PARTIAL_DATE = "partial_date"
    # ISO 8601 with its zone.
    DATETIME = "datetime"
    URL = "url"
    EMAIL = "email"
    # A list of records, which have fields of their own.
    RECORDS = "records"


@dataclass(frozen=True)
class Code:
    """A value of a closed list, and what it means."""

    code: str
    label: Text


Codes: TypeAlias = Callable[[], Sequence[Code]]


@dataclass(frozen=True)
class Field(Column[T], Generic[T]):
    """A field of a dataset: name and getter, as every column has, and what they mean."""

    label: Text = ""
    description: Text = ""
    type: Type = Type.TEXT
    unit: Text = ""
    # The values that it may have; read when they are asked for, since people keep some of these lists.
    codes: Codes | None = None
    # Those of another dataset, named like its file: its key stands here.
    refers_to: str = ""
    is_list: bool = False
    can_be_empty: bool = True
    # Of records: what each of them says.
    fields: "tuple[Field[Any], ...]" = ()
    # Records in records do not fit into a table; in the CSV they are a dataset of their own.
    in_csv: bool = True


@dataclass(frozen=True)
class Dataset(Generic[T]):
    """A kind of things, one a row: what is in it, how it is read and what it does not hold."""

    # Of the file, without its ending.
    name: str
    title: Text
    description: Text
    fields: tuple[Field[T], ...]
    # In the order of the file, read in batches: what is held in memory does not grow with the rows.
    rows: Callable[[], Iterable[T]]
    count: Callable[[], int]
    # Which field tells one row from another.
    key: str
    # What is missing from it, and why.
    limits: Text = ""
    # What is said of rows that are gone: only these fields of theirs are filled.
    gone: Callable[[], Iterable[Record]] = field(default=lambda: ())
    count_gone: Callable[[], int] = field(default=lambda: 0)
    # The rows as a query, for who wants some of them and not all; `read` gives those of a query to the fields.
    query: Callable[[], QuerySet[Any]] | None = None
    read: Callable[[QuerySet[Any]], Iterable[T]] = iter

    def records(self) -> Iterator[Record]:
        """Every row of the dataset; those that are gone at the end."""
        yield from records(self.fields, self.rows())
        empty: Record = {one.name: [] if one.is_list else None for one in self.fields}
        for known in self.gone():
            yield empty | known


def record(fields: Sequence[Field[T]], row: T) -> Record:
    """One row as JSON has it: what is not known is null, and a list with nothing in it empty."""
    return {one.name: value if (value := one.value(row)) != "" else None for one in fields}


def records(fields: Sequence[Field[T]], rows: Iterable[T]) -> Iterator[Record]:
    """Rows as JSON has them."""
    for row in rows:
        yield record(fields, row)


def header(fields: Sequence[Field[Any]]) -> list[str]:
    """The columns of a table: records have one for each of their fields, `partner_nome` beside `partner_natura`."""
    return [name for name, _field, _part in columns(fields)]


def columns(fields: Sequence[Field[Any]]) -> Iterator[tuple[str, Field[Any], Field[Any] | None]]:
    """Each column of a table with its field and, of records, with which of theirs it holds."""
    for one in fields:
        if not one.in_csv:
            continue
        if one.fields:
            yield from ((f"{one.name}_{part.name}", one, part) for part in one.fields if part.in_csv)
        else:
            yield one.name, one, None


def cells(fields: Sequence[Field[Any]], row: Record) -> list[Any]:
    """A record as a row of the table; the values of its records are lists in one order."""
    return [
        [record[part.name] for record in row[one.name]] if part else row[one.name] for _name, one, part in columns(fields)
    ]


def as_csv(fields: Sequence[Field[Any]], rows: Iterable[Record]) -> Iterator[str]:
    """Lines for a spreadsheet."""
    return sheets.lines(header(fields), (cells(fields, row) for row in rows))


def records_field(name: str, rows: Callable[[T], Iterable[Any]], fields: tuple[Field[Any], ...], **more: Any) -> Field[T]:
    """A field that holds a list of records, such as the partners of a practice."""

    def read(row: T) -> list[Record]:
        return list(records(fields, rows(row)))

    return Field(name, read, type=Type.RECORDS, is_list=True, fields=fields, **more)


def coded(
    name: str, value: Callable[[T], Any], choices: type[Choices], label: Text, description: Text = "", **more: Any
) -> tuple[Field[T], Field[T]]:
    """A value from a closed list: its code, and beside it what the code means, in Italian, as `<name>_nome`."""
    meanings = _meanings(choices)
    listed = codes_of(choices)
    code: Field[T] = Field(name, value, label, description, codes=listed, **more)
    more.pop("type", None)
    meaning = gettext_lazy("Il significato del codice, in italiano.")
    return code, Field(f"{name}_nome", lambda row: meanings().get(value(row)), label, meaning, **more)


def licence_field(value: Callable[[T], Any] = lambda row: LICENCE) -> Field[T]:
    """Under which licence a row may be used again; of what was taken from elsewhere, under that of its source."""
    description = gettext_lazy("Con quale licenza si può riusare la riga; ciò che viene da altri ha quella della sua fonte.")
    return Field("licenza", value, gettext_lazy("Licenza"), description, can_be_empty=False)


def page_field() -> Field[Any]:
    """Where the row's own page is."""
    label, description = gettext_lazy("Pagina"), gettext_lazy("L'indirizzo della pagina di oggi: può cambiare.")
    return Field("indirizzo", page_of, label, description, Type.URL, can_be_empty=False)


def page_of(row: Any) -> str:
    """The address of a row's page, in Italian whatever the language of the reader."""
    with translation.override("it"):
        return f"{settings.SITE_URL}{row.get_absolute_url()}"


def decimal(value: Decimal | None) -> str | None:
    """Without trailing zeros, so that the same amount is always the same text."""
    return None if value is None else f"{value.normalize():f}"


def partial_date(value: date | None, precision: str) -> str | None:
    """As much of a stored date as is known."""
    return str(PartialDate.of(value, precision)) if value else None


def iso(value: date | datetime | None) -> str | None:
    """A day, or a moment in the portal's time zone."""
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    return value.isoformat() if value else None


def codes_of(choices: type[Choices]) -> Codes:
    """The codes of a list that is part of the portal."""
    return lambda: [Code(str(value), label) for value, label in choices.choices if value != ""]


def _meanings(choices: type[Choices]) -> Callable[[], dict[Any, str]]:
    """In Italian whatever the language of the page: files are the same for everybody."""

    @cache
    def read() -> dict[Any, str]:
        with translation.override("it"):
            return {one.value: str(one.label) for one in choices}

    return read

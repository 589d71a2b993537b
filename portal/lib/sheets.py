"""Rows for other programs: one list of columns makes the CSV and the JSON."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

# A spreadsheet takes what begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
T = TypeVar("T")


@dataclass(frozen=True)
class Column(Generic[T]):
    """A column: its name, and what stands in it."""

    name: str
    value: Callable[[T], Any]


class _Line:
    """What csv writes to: it hands each line back."""

    def write(self, text: str) -> str:
        return text


def as_csv(columns: Sequence[Column[T]], rows: Iterable[T]) -> Iterator[str]:
    """Lines for a spreadsheet: UTF-8 with BOM, several values in a cell parted by semicolons."""
    writer = csv.writer(_Line())
    yield "\ufeff" + writer.writerow([column.name for column in columns])
    for row in rows:
        yield writer.writerow([_cell(column.value(row)) for column in columns])


def _cell(value: Any) -> str:
    text = "; ".join(value) if isinstance(value, list) else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def as_json(columns: Sequence[Column[T]], rows: Iterable[T]) -> Iterator[str]:
    """A list of objects."""
    before = "[\n"
    for row in rows:
        yield before + json.dumps({column.name: column.value(row) for column in columns}, ensure_ascii=False)
        before = ",\n"
    yield "\n]\n" if before == ",\n" else "[]\n"

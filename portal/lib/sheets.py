"""Rows for other programs: one list of columns makes the CSV and the JSON."""

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

# A spreadsheet takes what begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
SEPARATOR = " | "
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
    """Lines for a spreadsheet."""
    return lines([column.name for column in columns], ([column.value(row) for column in columns] for row in rows))


def lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """UTF-8 with BOM; several values in a cell parted by ` | `, for which a bar inside a value is doubled.

    What a spreadsheet would take for a formula begins with an apostrophe, which is not part of the text.
    """
    writer = csv.writer(_Line())
    yield "\ufeff" + writer.writerow(header)
    for row in rows:
        yield writer.writerow([cell(value) for value in row])


def cell(value: Any) -> str:
    """A value as a cell has it; numbers are never formulas."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = SEPARATOR.join(cell_part(one) for one in value) if isinstance(value, list) else str(value)
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text


def cell_part(value: Any) -> str:
    """One of several values in a cell."""
    return "" if value is None else str(value).replace("|", "||")


def as_json(columns: Sequence[Column[T]], rows: Iterable[T]) -> Iterator[str]:
    """A list of objects."""
    return json_list({column.name: column.value(row) for column in columns} for row in rows)


def json_list(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """A list with an object a line; its beginning at once, before anything is read."""
    yield "["
    before = "\n"
    for row in rows:
        yield before + json.dumps(row, ensure_ascii=False)
        before = ",\n"
    yield "\n]\n" if before == ",\n" else "]\n"


def json_lines(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """An object a line and nothing else: a program reads it line by line."""
    for row in rows:
        yield json.dumps(row, ensure_ascii=False) + "\n"

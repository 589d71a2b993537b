"""Tables as public bodies publish them: whatever the separator and the encoding, columns are found by their header."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from portal.lib.text import fold, normalise

SEPARATORS = ";,\t"
# Above the header there may be a title or two.
FIRST_LINES = 10


class WrongFile(Exception):
    """The file is not what it should be; each argument says one thing that is wrong, with its line. Nothing was written."""


@dataclass(frozen=True)
class Column:
    """A column by the beginnings that its header may have, normalised, the preferred one first."""

    label: str
    beginnings: tuple[str, ...]
    is_required: bool = True


@dataclass(frozen=True)
class Row:
    """What a line says under the columns that were found; the line is that of a text editor, of the row's end."""

    line: int
    cells: dict[str, str]


def normalised(header: str) -> str:
    """As a header is compared: capitals, accents, newlines, underscores and brackets do not count."""
    return fold(header.replace("_", " "))


def read_table(data: bytes, columns: Mapping[str, Column]) -> list[Row]:
    """The rows that are not empty. Raises `WrongFile` for missing columns and for rows of another length than the header."""
    text = _decoded(data)
    separator, at, places = max((_header(text, mark, columns) for mark in SEPARATORS), key=lambda found: len(found[2]))
    missing = [column.label for name, column in columns.items() if column.is_required and name not in places]
    if missing:
        raise WrongFile(f"mancano le colonne: {', '.join(missing)}.")
    rows: list[Row] = []
    mistakes: list[str] = []
    width = 0
    for number, (line, cells) in enumerate(_lines(text, separator)):
        if number < at or not any(cell.strip() for cell in cells):
            continue
        if number == at:
            width = len(cells)
        elif len(cells) != width:
            mistakes.append(f"riga {line}: ha {len(cells)} celle e l'intestazione {width}.")
        else:
            rows.append(Row(line, {name: normalise(cells[place]) for name, place in places.items()}))
    if mistakes:
        raise WrongFile(*mistakes)
    return rows


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise WrongFile("il file non è un testo UTF-8 o Windows-1252.")


def _lines(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise WrongFile(f"riga {reader.line_num}: le virgolette non tornano, il file è forse troncato ({error}).") from None


def _header(text: str, separator: str, columns: Mapping[str, Column]) -> tuple[str, int, dict[str, int]]:
    """Of the first lines the one that names most columns: the separator, its number, and where each column stands."""
    best: tuple[str, int, dict[str, int]] = (separator, 0, {})
    try:
        for number, (_line, cells) in enumerate(_lines(text, separator)):
            if number == FIRST_LINES:
                break
            places = _places([normalised(cell) for cell in cells], columns)
            if len(places) > len(best[2]):
                best = (separator, number, places)
    except WrongFile:
        # With another separator the quotes may fall elsewhere; with the right one the rows are read again, and it is said.
        pass
    return best


def _places(headers: list[str], columns: Mapping[str, Column]) -> dict[str, int]:
    """A header is of one column only, the first that knows it."""
    found: dict[str, int] = {}
    for name, column in columns.items():
        for beginning in column.beginnings:
            fitting = (place for place, header in enumerate(headers) if f"{header} ".startswith(f"{beginning} "))
            free = [place for place in fitting if place not in found.values()]
            if free:
                found[name] = free[0]
                break
    return found

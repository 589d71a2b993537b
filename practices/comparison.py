"""What differs between two contents, field by field in the record's order.

The one comparison of the portal: what an editor sees of a new version, what a proposal changes, the public history.
`templates/_components/comparison.html` shows it.
"""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from practices.content import Content
from practices.labels import Item, Labels
from practices.presentation import entry, line, rows_as_table
from practices.record import FIELDS, Field, Text, Type, is_empty

# Pairs of equal words that are worth looking at: beyond it a text full of one word would keep a worker busy for minutes.
MAX_PAIRS = 500_000


class Change(StrEnum):
    """What happened to a piece of text or to a row."""

    EQUAL = "equal"
    INSERT = "insert"
    DELETE = "delete"
    MOVE = "move"


@dataclass(frozen=True)
class Segment:
    """A piece of text, with its spaces and newlines as they are."""

    change: Change
    text: str


@dataclass(frozen=True)
class RowChange:
    """A row of a table or an entry of a list."""

    change: Change
    cells: list[Item]


@dataclass(frozen=True)
class FieldChange:
    """A field that differs: a text has segments, rows and lists have rows, everything else `before` and `after`."""

    name: str
    label: Text
    section: str
    segments: list[Segment] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    rows: list[RowChange] = field(default_factory=list)
    before: str = ""
    after: str = ""

    @property
    def kind(self) -> str:
        """How it is laid out: text, rows or value."""
        return "text" if self.segments else "rows" if self.rows else "value"


def compare(before: Content | None, after: Content, labels: Labels, *, public: bool = False) -> list[FieldChange]:
    """The fields that differ; with nothing before, everything is added. `public` leaves staff's fields out."""
    before = before or {}
    labels.prepare(before, after)
    return [
        _compare(field, before.get(field.name), after.get(field.name), labels)
        for field in differing(before, after, public=public)
    ]


def differing(before: Content, after: Content, *, public: bool) -> list[Field]:
    """The fields that differ, without looking into them."""
    return [
        field
        for field in FIELDS.values()
        if (field.public or not public) and _differ(before.get(field.name), after.get(field.name))
    ]


def _differ(before: Any, after: Any) -> bool:
    return bool(before != after and not (is_empty(before) and is_empty(after)))


def _compare(field: Field, before: Any, after: Any, labels: Labels) -> FieldChange:
    match field.type:
        case Type.LINE | Type.PARAGRAPHS:
            return FieldChange(field.name, field.label, field.section, segments=words(before or "", after or ""))
        case Type.REFERENCES | Type.TAGS | Type.ROWS:
            columns, rows = _rows(field, before or [], after or [], labels)
            return FieldChange(field.name, field.label, field.section, columns=columns, rows=rows)
    old, new = (_single(field, value, labels) for value in (before, after))
    return FieldChange(field.name, field.label, field.section, before=old, after=new)


def _single(field: Field, value: Any, labels: Labels) -> str:
    if is_empty(value) and field.type is not Type.DECLARATION:
        return ""
    if field.type is Type.REFERENCE:
        return entry(field, value, labels).text
    return line(field, value)


def words(before: str, after: str) -> list[Segment]:
    """Word by word. Spaces never anchor a match, so that two sentences do not meet at every space between words."""
    old, new = (re.findall(r"\s+|\S+", text) for text in (before, after))
    if old == new:
        return [Segment(Change.EQUAL, before)] if before else []
    segments: list[Segment] = []
    for tag, i, j, k, m in _matched(old, new):
        if tag == "equal":
            segments.append(Segment(Change.EQUAL, "".join(old[i:j])))
            continue
        if i < j:
            segments.append(Segment(Change.DELETE, "".join(old[i:j])))
        if k < m:
            segments.append(Segment(Change.INSERT, "".join(new[k:m])))
    return segments


def _matched(old: list[str], new: list[str]) -> Sequence[tuple[str, int, int, int, int]]:
    counts = Counter(new)
    if sum(counts[word] for word in old if not word.isspace()) > MAX_PAIRS:
        return [("replace", 0, len(old), 0, len(new))]
    return SequenceMatcher(str.isspace, old, new, autojunk=False).get_opcodes()


def _rows(field: Field, before: list[Any], after: list[Any], labels: Labels) -> tuple[list[str], list[RowChange]]:
    """In the order of the new ones, each old one that has gone where it stood; a row that only moved is said to have."""
    shown = rows_as_table(field, [*before, *after], labels)
    old_cells, new_cells = shown.rows[: len(before)], shown.rows[len(before) :]
    old, new = ([json.dumps(row, sort_keys=True) for row in rows] for rows in (before, after))
    gone, come = Counter(old) - Counter(new), Counter(new) - Counter(old)
    changes: list[RowChange] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            changes += [RowChange(Change.EQUAL, cells) for cells in old_cells[i:j]]
            continue
        for key, cells in zip(old[i:j], old_cells[i:j], strict=True):
            if gone[key]:
                gone[key] -= 1
                changes.append(RowChange(Change.DELETE, cells))
        for key, cells in zip(new[k:m], new_cells[k:m], strict=True):
            changes.append(RowChange(Change.INSERT if come[key] else Change.MOVE, cells))
            come[key] -= bool(come[key])
    return shown.columns, changes

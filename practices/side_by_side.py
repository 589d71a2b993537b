"""Practices side by side, field by field in the record's order: `templates/practices/compare.html` shows it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from practices import content
from practices.content import Content
from practices.labels import Item, Labels
from practices.models import Indicator, Reading, Submission
from practices.presentation import Display, File, PresentedField, Table, number, present
from practices.record import FIELDS, SECTIONS, Field, Text, is_empty

# The title stands at the head of the column; what is measured is of the practice, not of its last text alone.
APART = {"title", "indicators"}


@dataclass(frozen=True)
class Row:
    """A field with what each practice says of it, by their titles, in their order; None where it says nothing."""

    label: Text
    cells: list[tuple[str, PresentedField | None]]


@dataclass(frozen=True)
class Part:
    """A section with the fields of which at least one practice says something."""

    name: str
    label: Text
    rows: list[Row]


def side_by_side(submissions: Sequence[Submission]) -> list[Part]:
    """What these published submissions, read by `with_record`, say beside each other."""
    names = [field.name for field in FIELDS.values() if field.public and field.name not in APART]
    contents = [content.read(submission, names) for submission in submissions]
    labels = Labels(files={file.sha256: file for submission in submissions for file in submission.attachments.all()})
    labels.prepare(*contents)
    measured = _row(gettext_lazy("Indicatori"), submissions, _measured(submissions))
    parts = []
    for section in SECTIONS:
        shown = [field for field in section.fields if field.name in names]
        rows = [_row(field.label, submissions, _cells(field, contents, labels)) for field in shown]
        if section.name == "results":
            rows.append(measured)
        if filled := [row for row in rows if any(cell for _title, cell in row.cells)]:
            parts.append(Part(section.name, section.label, filled))
    return parts


def _row(label: Text, submissions: Sequence[Submission], cells: Sequence[PresentedField | None]) -> Row:
    return Row(label, list(zip([submission.title for submission in submissions], cells, strict=True)))


def _cells(field: Field, contents: Sequence[Content], labels: Labels) -> list[PresentedField | None]:
    values = [one[field.name] for one in contents]
    return [None if is_empty(value) else _narrow(present(field, value, labels)) for value in values]


def _narrow(shown: PresentedField) -> PresentedField:
    """Files and tables as lists, each row with the names of its columns: there is no room for more in a column."""
    if shown.display is Display.FILES and isinstance(shown.value, list):
        files = [Item(file.title, file.url, file.kind) for file in shown.value if isinstance(file, File)]
        return PresentedField(shown.name, shown.label, Display.LIST, files)
    if not isinstance(shown.value, Table):
        return shown
    columns = shown.value.columns[1:]
    items = []
    for first, *others in shown.value.rows:
        said = [f"{column}: {cell.text}" for column, cell in zip(columns, others, strict=True) if cell.text]
        # A name may be missing where another column says it.
        items.append(Item(first.text, first.url, "; ".join(said)) if first.text else Item("; ".join(said)))
    return PresentedField(shown.name, shown.label, Display.LIST, items, shown.lang)


def _measured(submissions: Sequence[Submission]) -> list[PresentedField | None]:
    """The public indicators of each, with their latest reading. Two queries."""
    current = Prefetch("readings", Reading.objects.filter(superseded_by__isnull=True))
    found: dict[int, list[Item]] = {}
    practices = [submission.practice_id for submission in submissions]
    for indicator in Indicator.objects.public().filter(practice__in=practices).prefetch_related(current):
        found.setdefault(indicator.practice_id, []).append(_latest(indicator))
    cells = [found.get(practice) for practice in practices]
    return [PresentedField("indicators", "", Display.LIST, items) if items else None for items in cells]


def _latest(indicator: Indicator) -> Item:
    name = f"{indicator.name} ({indicator.unit})"
    readings = list(indicator.readings.all())
    if not readings:
        return Item(name, note=_("nessuna rilevazione"))
    last = readings[-1]
    value = _("circa %s") % number(last.value) if last.is_approximate else number(last.value)
    return Item(name, note=f"{last.period}: {value}")

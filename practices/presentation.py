"""What a reader sees of a content: names instead of codes, numbers and dates as Italians write them, safe links.

The public page, the preview, the case page of the editors and every comparison show contents through this module.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from portal.lib.dates import PartialDate
from portal.lib.numbers import number as number  # shown with the rest
from portal.lib.templatetags.portal import host
from practices import pictures
from practices.content import REFERENCES, Content
from practices.labels import Item, Labels
from practices.models import Attachment, Practice
from practices.models.choices import EvidenceLevel
from practices.record import SECTIONS, Choices, Column, Field, Needed, Section, Text, Type, is_empty

EVIDENCE_REASONS: dict[int, Text] = {
    EvidenceLevel.DESCRIBED: gettext_lazy("La pratica è descritta; i suoi risultati non sono ancora seguiti nel tempo."),
    EvidenceLevel.MONITORED: gettext_lazy("Almeno un indicatore ha due o più rilevazioni."),
    EvidenceLevel.EVALUATED: gettext_lazy("I risultati sono stati valutati dall'ente o con le persone interessate."),
    EvidenceLevel.EVALUATED_BY_OTHERS: gettext_lazy("I risultati sono stati valutati da un soggetto terzo."),
    EvidenceLevel.REPLICATED: gettext_lazy("Un altro ente l'ha adattata con successo, e l'ente di origine lo conferma."),
}


# What people write, or choose by a name that somebody wrote.
WRITTEN = {Type.LINE, Type.PARAGRAPHS, Type.TAGS, Type.REFERENCE, Type.REFERENCES, Type.ROWS}


class Display(StrEnum):
    """How a value is laid out by `templates/_components/record.html`."""

    TEXT = "text"
    EMAIL = "email"
    LINK = "link"
    PARAGRAPHS = "paragraphs"
    LIST = "list"
    LINKS = "links"
    TABLE = "table"
    FILES = "files"


@dataclass(frozen=True)
class Table:
    """Rows of cells under the labels of those columns that say something."""

    columns: list[str]
    rows: list[list[Item]]


@dataclass(frozen=True)
class File:
    """An attachment; without an address it is only named."""

    title: str
    kind: str
    name: str
    alternative_text: str
    url: str = ""
    size: int = 0
    picture: pictures.Shown | None = None
    # Named only, until the antivirus has looked into it.
    is_quarantined: bool = False


Value = str | list[Item] | Table | list[File]


@dataclass(frozen=True)
class PresentedField:
    """A field that says something."""

    name: str
    label: Text
    display: Display
    value: Value
    lang: str = ""


@dataclass(frozen=True)
class PresentedSection:
    """A section with its fields that say something."""

    name: str
    label: Text
    fields: list[PresentedField]

    @property
    def blocks(self) -> list[tuple[bool, list[PresentedField]]]:
        """Runs of short facts, which stand in one list, and the longer fields, which have a heading."""
        short = {Display.TEXT, Display.EMAIL, Display.LINK}
        return [(facts, list(run)) for facts, run in groupby(self.fields, lambda shown: shown.display in short)]


def safe_url(url: str) -> str:
    """The address if it leads to a site, else nothing: texts may hold javascript: or //host."""
    return url if url.lower().startswith(("http://", "https://")) else ""


def source(text: str) -> Item:
    """A source as readers see it: the site's name with the link, or the words when it is not an address."""
    url = safe_url(text)
    return Item(host(url) if url else text, url)


def money(value: Decimal | str | int) -> str:
    """1.693.747,50: cents only where there are any."""
    amount = Decimal(value)
    return str(number_format(amount, 0 if amount == amount.to_integral_value() else 2, force_grouping=True))


def sections(content: Content, labels: Labels, *, public: bool) -> list[PresentedSection]:
    """The sections that say something. `public`: as on the public page, without staff's fields and what its head shows."""
    labels.prepare(content)
    shown = []
    for section in SECTIONS:
        fields = [
            present(field, content[field.name], labels)
            for field in section.fields
            if not is_empty(content.get(field.name)) and (not public or (field.public and not field.in_head))
        ]
        if fields:
            shown.append(PresentedSection(section.name, str(section.label), fields))
    return shown


def silent_sections(content: Content) -> list[Section]:
    """The sections that a submission has to fill and of which this content says nothing."""
    return [
        section
        for section in SECTIONS
        if any(field.public and field.needed is not Needed.NEVER for field in section.fields)
        and all(is_empty(content.get(field.name)) for field in section.fields if field.public)
    ]


def present(field: Field, value: Any, labels: Labels) -> PresentedField:
    """One field as it is read. The value is not empty."""
    display, shown = _present(field, value, labels)
    # As words already: a page says each several times, and what is lazy is looked up anew every time.
    return PresentedField(field.name, str(field.label), display, shown, _language(field))


def _language(field: Field) -> str:
    """The language of what people wrote, where it is not the page's; choices, dates and numbers are in the page's."""
    own = "en" if field.name.endswith("_en") else "it" if field.type in WRITTEN else get_language()
    return "" if own == get_language() else str(own)


def _present(field: Field, value: Any, labels: Labels) -> tuple[Display, Value]:
    match field.type:
        case Type.PARAGRAPHS:
            return Display.PARAGRAPHS, str(value)
        case Type.EMAIL:
            return Display.EMAIL, str(value)
        case Type.URL:
            return Display.LINK, [Item(host(value), safe_url(value))]
        case Type.REFERENCE:
            return Display.LIST, [entry(field, value, labels)]
        case Type.REFERENCES | Type.TAGS:
            named = [entry(field, code, labels) for code in value]
            return Display.LIST, sorted(named, key=lambda item: item.text.casefold())
        case Type.ROWS if field.name == "attachments":
            return Display.FILES, [_file(row, labels) for row in value]
        case Type.ROWS if field.name == "links":
            return Display.LINKS, [Item(row["title"], safe_url(row["url"]), host(row["url"])) for row in value]
        case Type.ROWS:
            shown = rows_as_table(field, value, labels)
            # One column is a list.
            return (Display.TABLE, shown) if len(shown.columns) > 1 else (Display.LIST, [row[0] for row in shown.rows])
    return Display.TEXT, line(field, value)


def entry(field: Field, code: str, labels: Labels) -> Item:
    """What a field that names rows says of one of them; a tag is its own name."""
    return Item(code) if field.type is Type.TAGS else labels.name(REFERENCES[field.name][0], code)


def line(field: Field, value: Any) -> str:
    """A value that takes one line."""
    match field.type:
        case Type.CHOICE:
            return _choice(field.choices, value)
        case Type.DATE:
            return PartialDate.parse(value).in_words()
        case Type.INTEGER:
            return number(value)
        case Type.MONEY:
            return money(value)
        case Type.DECLARATION:
            return _("Sì") if value else _("No")
    return str(value)


def _choice(choices: Choices | None, value: str) -> str:
    return str(choices(value).label) if choices and value in choices.values else str(value)


def rows_as_table(field: Field, rows: Sequence[Any], labels: Labels) -> Table:
    """The rows, without the columns that are empty in all of them; a list of names has one column without a label."""
    if not field.columns:
        return Table([], [[entry(field, code, labels)] for code in rows])
    columns = [column for column in field.columns if any(not is_empty(row.get(column.name)) for row in rows)]
    columns = [column for column in columns if column.name not in {"sha256", "origin_url"}]
    cells = [[_cell(column, row, labels) for column in columns] for row in rows]
    return Table([str(column.label) for column in columns], cells)


def _cell(column: Column, row: dict[str, Any], labels: Labels) -> Item:
    value = row.get(column.name)
    match column.name:
        case "amount":
            return Item(_("non disponibile") if is_empty(value) else money(str(value)))
        case _ if is_empty(value):
            return Item("")
        case "fund" | "common":
            return labels.name(REFERENCES[column.name][0], str(value))
        case "origin":
            return labels.name(Practice, str(value))
        case "origin_name":
            return Item(str(value), safe_url(row.get("origin_url", "")))
    match column.type:
        case Type.CHOICE:
            return Item(_choice(column.choices, str(value)))
        case Type.MONEY:
            return Item(number(str(value)))
        case Type.URL:
            return Item(host(str(value)), safe_url(str(value)))
    # Whole numbers in rows are years: no separator of thousands.
    return Item(str(value))


def _file(row: dict[str, Any], labels: Labels) -> File:
    stored = labels.files.get(row["sha256"])
    kind = _choice(Attachment.Kind, row["kind"])
    if stored is None:
        return File(row["title"], kind, row["name"], row["alternative_text"])
    if stored.quarantined_at:
        return File(row["title"], kind, row["name"], row["alternative_text"], size=stored.size, is_quarantined=True)
    is_picture = stored.kind == Attachment.Kind.PICTURE
    picture = pictures.shown(stored, pictures.PAGE_WIDTH, labels.file_url) if is_picture else None
    url = labels.file_url(stored, None)
    return File(row["title"], kind, row["name"], row["alternative_text"], url, stored.size, picture)

"""The empty form as an OpenDocument text, to be filled in offline: made from the record, field by field."""

import io
from collections.abc import Iterator
from typing import cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from odfdo import Cell, Column, Document, Element, Header, HeaderRows, Paragraph, Row, Table
from odfdo.master_page import StyleMasterPage

from agreements.models import Commitment
from practices.content import REFERENCES
from practices.models.taxonomy import Taxonomy
from practices.paper_styles import AUTOMATIC_STYLES, STYLES
from practices.record import SECTIONS, Field, Needed, Type
from practices.record import Column as RecordColumn

MEDIA_TYPE = "application/vnd.oasis.opendocument.text"
NEEDED = {
    Needed.TO_SAVE: gettext_lazy("serve fin dall'inizio"),
    Needed.TO_SEND: gettext_lazy("serve per inviare"),
    Needed.NEVER: gettext_lazy("facoltativo"),
}
BOX = "☐ "
EMPTY_ROWS = 4
# A line of the box for an answer holds about so many words.
WORDS_A_LINE = 20
# Columns that only machines write.
MACHINES = {"sha256"}


def paper_form() -> bytes:
    """The file. The lists that chief editors keep, and the commitments of the agreements, are as they are now."""
    document = Document("text")
    document.language = "it-IT"
    document.meta.title = _("Scheda per descrivere una pratica")
    document.meta.creation_date = None  # now
    document.meta.set_generator_default()
    for style in STYLES:
        document.insert_style(style)
    for style in AUTOMATIC_STYLES:
        document.insert_style(style, automatic=True)
    cast(StyleMasterPage, document.get_style("master-page", "Standard")).set_page_footer(_page_number())
    document.body.clear()
    for element in _elements():
        document.body.append(element)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _page_number() -> Paragraph:
    footer = Paragraph(_("Scheda per descrivere una pratica, pagina "), style="Footer")
    footer.append(Element.from_tag('<text:page-number text:select-page="current">1</text:page-number>'))
    return footer


def _elements() -> Iterator[Element]:
    yield Paragraph(_("Scheda per descrivere una pratica"), style="Titolo")
    yield Paragraph(
        _(
            "Questo modulo serve a raccogliere le risposte negli uffici, senza collegarsi. Non si invia: i testi si riportano poi nella Scrivania del portale, che ha gli stessi campi nello stesso ordine e li controlla."
        ),
        style="Testo",
    )
    yield Paragraph(
        _(
            "I limiti contano le parole: un testo più lungo si può salvare, ma non inviare. Nei testi gli a capo e gli elenchi con il trattino restano; grassetti e altri formati no."
        ),
        style="Testo",
    )
    for section in SECTIONS:
        yield _heading(1, str(section.label), "Sezione")
        yield Paragraph(str(section.intro), style="Introduzione")
        for field in section.fields:
            yield _heading(2, str(field.label), "Campo")
            yield Paragraph(rules(field), style="Regole")
            if field.help:
                yield Paragraph(str(field.help), style="Aiuto")
            yield from _answer(field)


def _heading(level: int, text: str, style: str) -> Header:
    header = Header(level, text)
    # The library's constructor leaves the style out, and has another name for a heading without a number.
    header.set_style_attribute("text:style-name", style)
    header.set_attribute("text:is-list-header", True)
    return header


def rules(field: Field) -> str:
    """When the field is needed, its limit, and whether readers will see it."""
    seen = _("si pubblica") if field.public else _("la vedono solo l'ente e la redazione")
    said = ", ".join(filter(None, [str(NEEDED[field.needed]), limit(field), seen]))
    return f"{said[0].upper()}{said[1:]}."


def limit(field: Field) -> str:
    """How much fits, in words; nothing where there is no such limit."""
    match field.type:
        case Type.PARAGRAPHS if field.max_words:
            return _("al massimo %d parole") % field.max_words
        case Type.LINE | Type.PARAGRAPHS | Type.TAGS | Type.URL | Type.EMAIL:
            return _("al massimo %d caratteri") % field.max_length
        case Type.REFERENCES if field.max_chosen:
            return _("al massimo %d") % field.max_chosen
        case Type.ROWS:
            return _("al massimo %d righe") % field.max_rows
    return ""


def _answer(field: Field) -> Iterator[Element]:
    match field.type:
        case Type.CHOICE if field.choices:
            yield from _boxes([str(label) for label in field.choices.labels])
        case Type.DECLARATION:
            yield from _boxes([_("Sì")])
        case Type.REFERENCE | Type.REFERENCES if groups := _names(field.name):
            for group, names in groups.items():
                if group:
                    yield Paragraph(group, style="Gruppo")
                yield from _boxes(names)
        case Type.ROWS:
            yield from _rows(field)
        case _:
            lines = max(2, (field.max_words or 0) // WORDS_A_LINE) if field.type is Type.PARAGRAPHS else 1
            # Paragraphs of one style, one after the other, share one frame.
            yield from (Paragraph(style="Risposta") for _line in range(lines))


def _boxes(labels: list[str]) -> Iterator[Element]:
    return (Paragraph(f"{BOX}{label}", style="Scelta") for label in labels)


def _names(name: str) -> dict[str, list[str]]:
    """What a field can name, in groups; nothing where the list is too long for paper: municipalities are written."""
    model = REFERENCES[name][0]
    groups: dict[str, list[str]] = {}
    if issubclass(model, Taxonomy):
        groups[""] = [row.name for row in model._default_manager.filter(is_active=True)]
    elif model is Commitment:
        for row in Commitment.objects.select_related("agreement").order_by("agreement__title", "position"):
            groups.setdefault(row.agreement.title, []).append(row.title)
    return groups


def _rows(field: Field) -> Iterator[Element]:
    """A table with empty rows, and below it what its columns can name."""
    columns = [column for column in field.columns if column.name not in MACHINES]
    table = Table(field.name)
    table.append(Column(repeated=len(columns)))
    head = HeaderRows()
    head.append(_row([str(column.label) for column in columns], style="Colonna"))
    table.append(head)
    for _n in range(min(EMPTY_ROWS, field.max_rows)):
        table.append(_row([""] * len(columns), style="Cella"))
    yield table
    for column in columns:
        if choices := _choices_of(column):
            yield Paragraph(f"{column.label}: {'; '.join(choices)}.", style="Aiuto")


def _row(texts: list[str], style: str) -> Row:
    row = Row(style="Riga")
    for text in texts:
        cell = Cell(style="Bordi")
        cell.append(Paragraph(text, style=style))
        row.append(cell)
    return row


def _choices_of(column: RecordColumn) -> list[str]:
    if column.choices:
        return [str(label) for label in column.choices.labels]
    return [name for names in _names(column.name).values() for name in names] if column.name in REFERENCES else []

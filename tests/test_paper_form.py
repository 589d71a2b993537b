"""The empty form for offices: read back as a reader's program does, it has every field of the record, in its order."""

import io
import zipfile
from dataclasses import replace
from typing import Any

import pytest
from django.urls import reverse
from lxml import etree
from odfdo import Document

from practices import paper_form, record
from practices.models import Fund, Theme
from practices.record import FIELDS, SECTIONS, Needed, Type
from tests import make
from tests.samples import client_of, full_values

pytestmark = pytest.mark.django_db
ODF = "urn:oasis:names:tc:opendocument:xmlns:"
NAMES = {"text": f"{ODF}text:1.0", "table": f"{ODF}table:1.0", "style": f"{ODF}style:1.0"}
STYLE = f"{{{NAMES['text']}}}style-name"


def entry(data: bytes, name: str) -> Any:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return etree.fromstring(file.read(name))


def styled(data: bytes, style: str) -> list[str]:
    """The paragraphs of a style, in their order."""
    content = entry(data, "content.xml")
    return ["".join(found.itertext()) for found in content.iter() if found.get(STYLE) == style]


def rules_of(field: record.Field) -> str:
    limits = {
        Type.PARAGRAPHS: f", al massimo {field.max_words} parole",
        Type.ROWS: f", al massimo {field.max_rows} righe",
        Type.REFERENCES: f", al massimo {field.max_chosen}" if field.max_chosen else "",
        **dict.fromkeys((Type.LINE, Type.TAGS, Type.URL, Type.EMAIL), f", al massimo {field.max_length} caratteri"),
    }
    needed = {Needed.TO_SAVE: "Serve fin dall'inizio", Needed.TO_SEND: "Serve per inviare", Needed.NEVER: "Facoltativo"}
    seen = "si pubblica" if field.public else "la vedono solo l'ente e la redazione"
    return f"{needed[field.needed]}{limits.get(field.type, '')}, {seen}."


def test_every_field_is_there_once_with_its_rules_in_the_order_of_the_record() -> None:
    data = paper_form.paper_form()
    assert styled(data, "Sezione") == [str(section.label) for section in SECTIONS]
    assert styled(data, "Introduzione") == [str(section.intro) for section in SECTIONS]
    assert styled(data, "Campo") == [str(field.label) for field in FIELDS.values()]
    assert styled(data, "Regole") == [rules_of(field) for field in FIELDS.values()]
    helps = [str(field.help) for field in FIELDS.values() if field.help]
    assert [text for text in styled(data, "Aiuto") if text in helps] == helps


def test_a_field_that_is_added_to_the_record_is_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    added = record.Field("novelty", "Che cosa c'è di nuovo", max_words=70, help="Nuovo per voi.", section="time")
    [time] = [section for section in SECTIONS if section.name == "time"]
    grown = [replace(time, fields=(*time.fields, added)) if section is time else section for section in SECTIONS]
    monkeypatch.setattr(paper_form, "SECTIONS", tuple(grown))
    data = paper_form.paper_form()
    assert styled(data, "Campo") == [str(field.label) for section in grown for field in section.fields]
    assert "Facoltativo, al massimo 70 parole, si pubblica." in styled(data, "Regole")


def test_what_can_be_chosen_is_listed_by_name() -> None:
    full_values()
    Theme.objects.create(slug="ritirato", name="Ambito ritirato", is_active=False)
    Fund.objects.create(slug="altro", name="Altro fondo", position=200)
    data = paper_form.paper_form()
    choices = styled(data, "Scelta")
    fixed = [f"☐ {label}" for field in FIELDS.values() if field.choices for label in field.choices.labels]
    assert [choice for choice in choices if choice in fixed] == fixed
    # Two fields name themes, one the groups, one the commitments, under their agreements; three are declarations.
    named = [choice.removeprefix("☐ ") for choice in choices if choice not in fixed]
    assert named == ["Casa", "Lavoro", "Casa", "Lavoro", "Famiglie", "Fare rete", "Sì", "Sì", "Sì"]
    assert styled(data, "Gruppo") == ["Patto di prova"]
    assert "Fondo: FAMI; Altro fondo." in styled(data, "Aiuto")


def test_rows_are_tables_with_a_head_and_empty_lines() -> None:
    content = entry(paper_form.paper_form(), "content.xml")
    found = {}
    for table in content.iterfind(".//table:table", NAMES):
        head, *empty = [
            ["".join(cell.itertext()) for cell in row.iterfind("table:table-cell", NAMES)]
            for row in table.iter(f"{{{NAMES['table']}}}table-row")
        ]
        assert len(table.findall("table:table-header-rows/table:table-row", NAMES)) == 1
        found[table.get(f"{{{NAMES['table']}}}name")] = (head, empty)
    assert found == {
        field.name: (
            [str(column.label) for column in field.columns if column.name != "sha256"],
            [[""] * len([column for column in field.columns if column.name != "sha256"])] * 4,
        )
        for field in FIELDS.values()
        if field.type is Type.ROWS
    }


def test_it_is_an_opendocument_text_in_italian() -> None:
    data = paper_form.paper_form()
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        first = file.infolist()[0]
        assert (first.filename, first.compress_type, file.testzip()) == ("mimetype", zipfile.ZIP_STORED, None)
        assert file.read("mimetype").decode() == paper_form.MEDIA_TYPE
    document = Document(io.BytesIO(data))
    assert (document.get_type(), document.language, document.meta.title) == (
        "text",
        "it-IT",
        "Scheda per descrivere una pratica",
    )
    # Every style that the text names is there.
    content, styles = entry(data, "content.xml"), entry(data, "styles.xml")
    name = f"{{{NAMES['style']}}}name"
    known = {found.get(name) for part in (content, styles) for found in part.iter(f"{{{NAMES['style']}}}style")}
    used = {value for found in content.iter() for key, value in found.items() if key.endswith("}style-name")}
    assert used - known == set()
    assert len(styles.findall(".//text:page-number", NAMES)) == 1


def test_it_is_downloaded_at_the_scrivania() -> None:
    client = client_of(make.officer_of(make.organisation()))
    response = client.get(reverse("desk:empty_form"))
    assert (response["Content-Type"], response["Content-Disposition"], response["Cache-Control"]) == (
        paper_form.MEDIA_TYPE,
        'attachment; filename="scheda-buona-pratica.odt"',
        "private, no-store",
    )
    assert styled(response.content, "Campo") == [str(field.label) for field in FIELDS.values()]
    for page in ("desk:dashboard", "desk:start"):
        assert reverse("desk:empty_form") in client.get(reverse(page)).content.decode()

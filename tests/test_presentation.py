"""Content as a reader sees it."""

from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from practices import content
from practices.labels import Item, Labels, labels_of
from practices.models import Attachment, Fund, Submission
from practices.models.choices import Status
from practices.presentation import (
    Display,
    File,
    Table,
    money,
    number,
    safe_url,
    sections,
    silent_sections,
    source,
)
from practices.record import FIELDS
from tests import make

pytestmark = pytest.mark.django_db


def shown(values: content.Content, *, public: bool = True) -> dict[str, object]:
    """Field by name, as its display and its value."""
    found = sections(values, Labels(), public=public)
    return {field.name: (field.display, field.value) for section in found for field in section.fields}


@pytest.mark.parametrize(
    ("value", "words"),
    [("1693747.5", "1.693.747,5"), ("12.3400", "12,34"), (Decimal("1000.0000"), "1.000"), (0, "0"), ("-3", "-3")],
)
def test_numbers(value: Decimal | str, words: str) -> None:
    assert number(value) == words


@pytest.mark.parametrize(("value", "words"), [("1693747.5", "1.693.747,50"), ("50000", "50.000"), ("0.1", "0,10")])
def test_amounts(value: str, words: str) -> None:
    assert money(value) == words


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://example.org/a", "https://example.org/a"),
        ("HTTP://example.org", "HTTP://example.org"),
        ("javascript:alert(1)", ""),
        ("//example.org", ""),
        ("data:text/html,x", ""),
        (" https://example.org", ""),
    ],
)
def test_only_web_addresses_are_links(url: str, safe: str) -> None:
    assert safe_url(url) == safe


def test_a_source_is_a_link_with_its_host_or_words() -> None:
    assert source("https://www.example.org/pagina?x=1") == Item("example.org", "https://www.example.org/pagina?x=1")
    assert source("Anagrafe comunale") == Item("Anagrafe comunale")


def test_each_type_of_field() -> None:
    found = shown(
        make.values(
            total_cost="12500.5",
            ended_on="2024-06",
            evaluation_url="javascript:alert(1)",
            links=[{"title": "Il sito", "url": "https://www.example.org/x"}],
            partners=[{"name": "Caritas", "nature": "", "contribution": ""}],
            milestones=[{"when": "2019", "what": "Avvio"}],
            funding_lines=[{"fund": "fami", "amount": "1000", "from_year": 2019, "to_year": 2021}],
        )
    )
    assert found["context_population"] == (Display.TEXT, "171.000")
    assert found["context_on"] == (Display.TEXT, "1 gennaio 2025")
    assert found["started_on"] == (Display.TEXT, "2019")
    assert found["ended_on"] == (Display.TEXT, "giugno 2024")
    assert found["action_type"] == (Display.TEXT, "Luogo di incontro")
    assert found["total_cost"] == (Display.TEXT, "12.500,50")
    assert found["context"] == (Display.PARAGRAPHS, "Un quartiere con molti condomìni misti.")
    assert found["tags"] == (Display.LIST, [Item("quartiere")])
    assert found["office_email"] == (Display.EMAIL, "intercultura@example.org")
    assert found["evaluation_url"] == (Display.LINK, [Item("javascript:alert(1)", "")])
    assert found["links"] == (Display.LINKS, [Item("Il sito", "https://www.example.org/x", "example.org")])
    assert found["partners"] == (Display.LIST, [Item("Caritas")])
    assert found["milestones"] == (Display.TABLE, Table(["Quando", "Che cosa"], [[Item("2019"), Item("Avvio")]]))
    assert found["funding_lines"] == (
        Display.TABLE,
        Table(["Fondo", "Importo in euro", "Dal", "Al"], [[Item("FAMI"), Item("1.000"), Item("2019"), Item("2021")]]),
    )


def test_an_unknown_amount_is_not_available() -> None:
    Fund.objects.create(slug="comune", name="Bilancio comunale")
    lines = [
        {"fund": "fami", "amount": "1000", "from_year": None, "to_year": None},
        {"fund": "comune", "amount": None, "from_year": None, "to_year": None},
    ]
    _display, table = shown(make.values(funding_lines=lines))["funding_lines"]
    assert table == Table(
        ["Fondo", "Importo in euro"],
        [[Item("FAMI"), Item("1.000")], [Item("Bilancio comunale"), Item("non disponibile")]],
    )


def test_the_public_page_has_no_field_of_staff_s_and_none_of_its_head() -> None:
    values = make.values(contact_person="Anna Bianchi", notes_to_editors="Riservato")
    hidden = {name for name, field in FIELDS.items() if not field.public or field.in_head}
    assert shown(values).keys() & hidden == set()
    everything = shown(values, public=False)
    assert everything.keys() == {name for name, value in values.items() if value not in (None, "", [], False)}
    assert everything["contact_person"] == (Display.TEXT, "Anna Bianchi")
    assert everything["truth_declared"] == (Display.TEXT, "Sì")
    assert everything["main_theme"] == (Display.LIST, [Item("Casa", "/pratiche/?ambito=casa")])
    assert everything["municipalities"] == (Display.LIST, [Item("Reggio Emilia (RE)", "/comuni/reggio-emilia/")])


def test_origins_are_named_only_when_they_have_a_page() -> None:
    public = make.published(title="Una pratica nota").practice
    draft = make.submission(title="Una bozza segreta").practice
    row = {"origin_name": "", "origin_url": "", "year": 2020, "changes": "Gli orari", "outcome": "succeeded"}
    rows = [{**row, "origin": public.code}, {**row, "origin": draft.code}]
    _display, table = shown(make.values(adaptations=rows))["adaptations"]
    assert isinstance(table, Table)
    assert [cells[0] for cells in table.rows] == [
        Item(f"Una pratica nota ({public.code})", "/pratiche/una-pratica-nota/"),
        Item(draft.code),
    ]


def test_attachments_are_links_where_the_labels_know_them() -> None:
    submission = make.submission()
    file = Attachment.objects.create(
        submission=submission,
        kind="report",
        title="Relazione",
        file="x",
        sha256="ab" * 32,
        name="relazione.pdf",
        content_type="application/pdf",
        size=2048,
    )
    values = content.read(Submission.objects.get(pk=submission.pk))
    [section] = [s for s in sections(values, labels_of(submission), public=True) if s.name == "attachments"]
    url = f"/pratiche/allegati/{file.pk}/relazione.pdf"
    assert section.fields[0].value == [File("Relazione", "Relazione", "relazione.pdf", "", url, 2048)]
    [section] = [s for s in sections(values, Labels(), public=True) if s.name == "attachments"]
    assert section.fields[0].value == [File("Relazione", "Relazione", "relazione.pdf", "")]


def test_labels_of_a_submission_need_no_further_query(django_assert_num_queries) -> None:
    submission = make.submission()
    values, labels = content.read(submission), labels_of(submission)
    with django_assert_num_queries(0):
        sections(values, labels, public=True)


def test_sections_that_say_nothing_are_counted_only_where_something_is_expected() -> None:
    empty = dict.fromkeys(FIELDS)
    assert [section.name for section in silent_sections(empty)] == [
        "identity",
        "territory",
        "people",
        "time",
        "why",
        "how",
        "means",
        "results",
        "lessons",
        "contacts",
    ]
    assert [section.name for section in silent_sections(make.values(office="", office_email=""))] == ["contacts"]


def test_short_facts_stand_together_and_long_fields_have_a_heading() -> None:
    [territory] = [
        s for s in sections(make.values(neighbourhood="Stazione"), Labels(), public=True) if s.name == "territory"
    ]
    assert [(facts, len(fields)) for facts, fields in territory.blocks] == [(True, 5)]


def test_the_record_escapes_what_people_write() -> None:
    values = make.values(context="<script>alert(1)</script>", links=[{"title": "<b>x</b>", "url": "javascript:alert(1)"}])
    page = render_to_string("_components/record.html", {"sections": sections(values, Labels(), public=True)})
    assert "<script>" not in page
    assert "<b>" not in page
    assert 'href="javascript' not in page


def test_the_english_page_has_english_numbers() -> None:
    with translation.override("en"):
        assert number("1693747.5") == "1,693,747.5"


def test_an_open_submission_can_be_shown_too() -> None:
    submission = make.submission(Status.SUBMITTED)
    assert [section.name for section in sections(content.read(submission), Labels(), public=True)][:2] == [
        "identity",
        "territory",
    ]

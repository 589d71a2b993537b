"""Practices side by side, as a reader sees them and whatever she asks for."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from practices.models import Indicator, Reading
from practices.models.choices import RemovalReason
from practices.moderation import merging
from practices.moderation import practice as whole
from tests import make
from tests.pages import page, section, texts
from tests.samples import full_values

pytestmark = pytest.mark.django_db
URL = "/pratiche/confronta/"


def cells(tree: Any, part: str) -> dict[str, list[str]]:
    """What each practice says, by the field's name."""
    rows = section(tree, part).xpath(".//div[@class='side-row']")
    return {texts(row, "./h3")[0]: texts(row, ".//dd") for row in rows}


def notices(tree: Any) -> list[str]:
    return texts(tree, "//p[@class='notice']")


def test_two_practices_field_by_field_in_the_record_s_order(client: Client) -> None:
    make.published(title="Prima", staff="Due persone.", tags=[], contact_person="Canarina")
    make.published(title="Seconda", neighbourhood="Stazione", stage="concluded", notes_to_editors="Canarina")
    tree = page(client, f"{URL}?p=seconda&p=prima")
    assert notices(tree) == []
    head = section(tree, "Pratiche a confronto")
    assert [(a.text, a.get("href")) for a in head.xpath(".//h3/a")] == [
        ("Seconda", "/pratiche/seconda/"),
        ("Prima", "/pratiche/prima/"),
    ]
    assert texts(tree, "//main//h2")[1:] == [
        "In breve",
        "Dove",
        "Per chi",
        "Quando",
        "Perché",
        "Come",
        "Con quali mezzi",
        "Che cosa ne è venuto",
        "Che cosa abbiamo imparato",
        "Contatti e dichiarazioni",
    ]
    assert cells(tree, "Dove") == {
        "Comuni": ["Reggio Emilia (RE)"] * 2,
        "Quartiere o zona": ["Stazione", "non indicato"],
        "Popolazione residente": ["171.000"] * 2,
        "Residenti stranieri": ["28.000"] * 2,
        "Fonte dei dati": ["ISTAT"] * 2,
        "Data dei dati": ["1 gennaio 2025"] * 2,
    }
    assert cells(tree, "Quando") == {"Inizio": ["2019"] * 2, "A che punto è": ["Conclusa", "In corso"]}
    means = cells(tree, "Con quali mezzi")
    assert means["Personale impiegato"] == ["non indicato", "Due persone."]
    # Each value has the name of its practice beside it.
    assert {tuple(texts(row, ".//dt")) for row in tree.xpath("//dl")} == {("Seconda", "Prima")}
    assert "Canarina" not in client.get(f"{URL}?p=seconda&p=prima").content.decode()


def test_a_row_that_nobody_fills_is_not_there(client: Client) -> None:
    make.published(title="Prima")
    make.published(title="Seconda")
    tree = page(client, f"{URL}?p=prima&p=seconda")
    assert "non indicato" not in texts(tree, "//dd")
    assert "CUP" not in texts(tree, "//h3")


def test_tables_become_lists_that_name_their_columns(client: Client) -> None:
    make.published(**full_values(title="Piena"))
    make.published(title="Vuota", tags=[])
    tree = page(client, f"{URL}?p=piena&p=vuota")
    assert cells(tree, "Come")["Tappe"] == ["maggio 2019 (Che cosa: Apertura) 2020 (Che cosa: Raddoppio)", "non indicato"]
    assert cells(tree, "Con quali mezzi")["Finanziamenti"] == [
        "FAMI (Importo in euro: 1.693.747,50; Dal: 2019; Al: 2021) FAMI (Importo in euro: non disponibile)",
        "FAMI (Dal: 2019)",
    ]
    assert tree.xpath("//table") == []


def test_what_is_measured_with_its_latest_reading(client: Client) -> None:
    indicator = {"name": "Iscritti", "unit": "persone", "baseline": None, "target": None, "direction": "up", "source": ""}
    measured = make.published(title="Misurata", indicators=[indicator, {**indicator, "name": "Corsi"}])
    make.published(title="Altra")
    row = Indicator.objects.get(practice=measured.practice, name="Iscritti")
    for year, value, approximate in ((2020, 12, False), (2021, "1234.5", True)):
        Reading.objects.create(
            indicator=row,
            period=str(year),
            on=f"{year}-12-31",
            value=value,
            is_approximate=approximate,
            declared_at=make.NOW,
        )
    tree = page(client, f"{URL}?p=altra&p=misurata")
    assert cells(tree, "Che cosa ne è venuto")["Indicatori"] == [
        "non indicato",
        "Iscritti (persone) (2021: circa 1.234,5) Corsi (persone) (nessuna rilevazione)",
    ]


def test_one_or_none_is_told_how_to_go_on(client: Client) -> None:
    make.published(title="Prima")
    make.published(title="Seconda")
    assert texts(page(client, URL), "//main//p")[0] == "Due o tre pratiche una accanto all'altra, campo per campo."
    tree = page(client, f"{URL}?p=prima")
    assert texts(tree, "//p[@class='lead']") == ["Hai scelto «Prima»: per confrontare ne serve un'altra."]
    [form] = tree.xpath("//main//form")
    assert (form.get("method"), form.get("action")) == ("get", URL)
    assert [(field.get("name"), field.get("value")) for field in form.xpath(".//input | .//option")] == [
        ("p", "prima"),
        (None, "seconda"),
    ]
    # The same twice is one.
    assert texts(page(client, f"{URL}?p=prima&p=prima"), "//p[@class='lead']") == texts(tree, "//p[@class='lead']")


def test_more_than_three_are_cut_and_unknown_ones_named(client: Client) -> None:
    for n in range(4):
        make.published(title=f"Pratica {n}")
    asked = "&".join(f"p=pratica-{n}" for n in range(4))
    tree = page(client, f"{URL}?{asked}")
    assert notices(tree) == ["Si confrontano al massimo tre pratiche: sono le prime tre che hai chiesto."]
    assert texts(tree, "//h3[@class='side-title']") == ["Pratica 0", "Pratica 1", "Pratica 2"]
    tree = page(client, f"{URL}?p=nessuna&p=pratica-3&p=pratica-1")
    assert notices(tree) == ["Fra le pratiche pubblicate non c'è «nessuna», e ne abbiamo fatto a meno."]
    assert texts(tree, "//h3[@class='side-title']") == ["Pratica 3", "Pratica 1"]


def test_only_what_has_a_page_is_compared(client: Client) -> None:
    chief = make.editor_user(chief=True)
    archived, removed, duplicate = (make.published(title=title).practice for title in ("Archiviata", "Rimossa", "Doppia"))
    other = make.published(title="Altra").practice
    make.submission(title="Bozza")
    whole.archive(archived, by=chief, at=make.later(9), notice="Chiusa.")
    whole.remove(removed, by=chief, at=make.later(9), reason=RemovalReason.PRIVACY, text="Un nome.")
    merging.merge(duplicate, into=other, by=chief, at=make.later(9), text="La stessa.")
    tree = page(client, f"{URL}?p=archiviata&p=altra&p=rimossa&p=doppia&p=bozza")
    assert texts(tree, "//h3[@class='side-title']") == ["Archiviata", "Altra"]
    assert notices(tree) == [
        f"Fra le pratiche pubblicate non c'è «{slug}», e ne abbiamo fatto a meno." for slug in ("rimossa", "doppia", "bozza")
    ]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?p=", 200),
        ("?p=%00", 400),
        ("?p=<script>alert(1)</script>", 200),
        ("?p=" + "x" * 5000, 200),
        ("?p[]=prima&p[]=seconda", 200),
        ("?p=%ED%A0%80&p=%FF", 200),
        ("?p=prima'%20OR%201=1--", 200),
        ("?p=prima&" * 500, 200),
        ("?" + "&".join(f"p=no{n}" for n in range(700)), 200),
        ("?" + "&".join(f"p=no{n}" for n in range(900)), 414),
    ],
)
def test_whatever_is_asked_is_answered(client: Client, query: str, status: int) -> None:
    make.published(title="Prima")
    response = client.get(f"{URL}{query}")
    assert response.status_code == status
    assert b"<script>alert" not in response.content
    assert len(response.content) < 25_000


def test_the_practice_s_page_leads_here(client: Client) -> None:
    make.published(title="Seconda")
    make.published(title="Prima")
    tree = section(page(client, "/pratiche/prima/"), "Pratiche come questa")
    assert [(" ".join(a.text_content().split()), a.get("href")) for a in tree.xpath(".//p[@class='compare-link']/a")] == [
        ("Confronta le due pratiche: Seconda", f"{URL}?p=prima&p=seconda")
    ]
    [form] = tree.xpath(".//form")
    assert (form.get("method"), form.get("action")) == ("get", URL)
    assert texts(form, ".//option") == ["Seconda (Comune di Reggio Emilia)"]


def test_no_practice_takes_the_address_of_this_page(client: Client) -> None:
    practice = make.published(title="Confronta").practice
    practice.refresh_from_db()
    assert practice.slug == "confronta-2"
    assert texts(page(client, "/pratiche/confronta-2/"), "//h1") == ["Confronta"]


def test_two_and_three_practices_cost_the_same_queries_empty_or_full(client: Client) -> None:
    indicator = {"name": "Iscritti", "unit": "persone", "baseline": None, "target": None, "direction": "up", "source": ""}
    for n in range(3):
        make.published(title=f"Vuota {n}", tags=[], indicators=[indicator])
    for n in range(3):
        values = full_values(title=f"Piena {n}")
        make.published(**{**values, "indicators": [indicator] * 3, "adaptations": values["adaptations"] * 3})
    found = {}
    for name in ("vuota", "piena"):
        for number in (2, 3):
            address = f"{URL}?{'&'.join(f'p={name}-{n}' for n in range(number))}"
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            found[name, number] = len(queries)
    assert found == {("vuota", 2): 8, ("vuota", 3): 8, ("piena", 2): 9, ("piena", 3): 9}

"""Choosing municipalities: the boxes, a name that is written, what the combo boxes ask for, the figures of the territory."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from networks.models import Municipality
from tests import make
from tests.desk import Desk, messages
from tests.html_forms import data_of
from tests.samples import client_of

pytestmark = pytest.mark.django_db
CHOSEN = "municipalities"


@pytest.fixture
def desk() -> Desk:
    """Reggio Emilia's, in a country with homonyms and a town of two languages."""
    bergamo = make.municipality("Bergamo", "A794", sign="BG")
    lecce = make.municipality("Lecce", "E506", sign="LE")
    for code, province in (("C337", bergamo.province), ("C334", lecce.province)):
        sign = province.abbreviation
        Municipality.objects.create(
            belfiore_code=code, istat_code=code, name="Castro", slug=f"castro-{sign.lower()}", province=province
        )
    make.municipality("Bolzano", "A952", sign="BZ")
    bolzano = Municipality.objects.get(pk="A952")
    bolzano.other_name = "Bozen"
    bolzano.save()
    gone = make.municipality("Castronuovo", "X000", sign="BG")
    Municipality.objects.filter(pk=gone.pk).update(ceased_on=date(2020, 1, 1))
    return Desk()


@pytest.mark.parametrize(
    ("written", "added"),
    [
        ("bergamo", ["A794"]),
        ("Bozen", ["A952"]),
        ("BOLZANO/bozen (bz)", ["A952"]),
        ("Castro (LE); lecce, ", ["C334", "E506"]),
        ("Reggio Emilia", []),
    ],
)
def test_a_name_that_is_written_is_looked_up_among_all(desk: Desk, written: str, added: list[str]) -> None:
    assert desk.send("territory", **{f"{CHOSEN}-more": written}).status_code == 302
    assert desk.value(CHOSEN) == sorted(["H223", *added])
    # And has a box from now on.
    assert sorted(data_of(desk.client.get(desk.url("territory")))[CHOSEN]) == sorted(["H223", *added])


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Castro", "Ci sono più Comuni con questo nome: scrivi uno di questi, con la sigla: Castro (BG), Castro (LE)."),
        ("Castronuovo", "Non conosciamo un Comune di nome «Castronuovo»: controlla come si scrive."),
        ("Lecce, Atlantide", "Non conosciamo un Comune di nome «Atlantide»: controlla come si scrive."),
        ("Lecce, " * 61, "Scrivi al massimo 60 nomi."),
        ("Castro (TO)", "Non conosciamo un Comune di nome «Castro (TO)»: controlla come si scrive."),
        ("\x00%_(", "Non conosciamo un Comune di nome «\x00%_(»: controlla come si scrive."),
    ],
)
def test_a_name_that_is_not_one_municipality_is_refused_and_stays(desk: Desk, written: str, said: str) -> None:
    response = desk.send("territory", **{f"{CHOSEN}-more": written, "neighbourhood": "Centro"})
    shown = data_of(response)
    assert (response.status_code, messages(response)) == (422, [("Comuni", said)])
    assert (shown[f"{CHOSEN}-more"], shown["neighbourhood"], shown[CHOSEN]) == ([written.strip()], ["Centro"], ["H223"])
    assert desk.value(CHOSEN, "neighbourhood") == (["H223"], "")


def test_any_municipality_is_taken_by_its_code_and_nothing_else(desk: Desk) -> None:
    assert desk.send("territory", municipalities=["E506", "C337"]).status_code == 302
    assert desk.value(CHOSEN) == ["C337", "E506"]
    for forged in (["Z999"], ["\x00"], ["E506' OR 1"], ["e506"]):
        assert desk.send("territory", municipalities=forged).status_code == 422
    assert desk.value(CHOSEN) == ["C337", "E506"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "castr"}, ["C337", "C334"]),
        ({"q": "boz"}, ["A952"]),
        ({"q": "emi regg"}, ["H223"]),
        ({"q": "'%_\\"}, []),
        ({"q": ""}, []),
        ({}, []),
        ({"codice": ["A952", "Z999", "x"]}, ["A952"]),
    ],
)
def test_the_combo_box_of_municipalities_gets_names_and_codes(desk: Desk, asked: dict[str, Any], found: list[str]) -> None:
    results = desk.client.get(reverse("desk:places"), asked).json()["results"]
    assert [row["value"] for row in results] == found
    assert all(row["label"] == str(Municipality.objects.get(pk=row["value"])) for row in results)


def test_the_combo_box_of_authorities_leads_to_the_page_where_one_asks(desk: Desk) -> None:
    """Organisations, and Comuni that are none yet."""
    url = reverse("desk:authorities")
    found = desk.client.get(url, {"q": "reggio em"}).json()["results"]
    page = reverse("desk:ask", args=[desk.of.slug])
    assert found == [{"value": page, "label": "Comune di Reggio Emilia, Reggio Emilia (RE), Emilia-Romagna"}]
    towns = desk.client.get(url, {"q": "castro"}).json()["results"]
    assert sorted(row["value"] for row in towns) == [
        reverse("desk:ask_for_town", args=[f"castro-{s}"]) for s in ("bg", "le")
    ]
    assert {desk.client.get(row["value"]).status_code for row in [*found, *towns]} == {200}
    for asked in ("", "r", "'%_"):
        assert desk.client.get(url, {"q": asked}).json()["results"] == [], asked


def test_the_combo_box_of_practices_gets_published_ones_alone(desk: Desk) -> None:
    live = make.published(title="Portierato di Lecce")
    code, url = live.practice.code, reverse("desk:origins")
    expected = [{"value": code, "label": f"{code} – Portierato di Lecce, Comune di Reggio Emilia"}]
    for asked in ("portier", "lecce portierato", code, code.lower(), str(live.practice_id)):
        assert desk.client.get(url, {"q": asked}).json()["results"] == expected, asked
    # The draft of the desk itself has the word too.
    for asked in ("turri", desk.draft.practice.code, "9" * 30, "²", ""):
        assert desk.client.get(url, {"q": asked}).json()["results"] == [], asked


def test_the_figures_of_the_territory_are_proposed(desk: Desk) -> None:
    """At the start, and again by the button for the municipalities that are chosen; never for a part of them."""
    figures = ("context_population", "context_foreign_residents", "context_source", "context_on")
    on = date(2025, 1, 1)
    Municipality.objects.filter(pk="H223").update(population=172_000, foreign_residents=28_500, population_on=on)
    Municipality.objects.filter(pk="E506").update(population=94_000, foreign_residents=8_500, population_on=on)
    client = client_of(desk.by)
    data = data_of(client.get(reverse("desk:start"))) | {"kind": ["intervention"], "title": ["Con i dati"]}
    client.post(reverse("desk:start"), data)
    begun = desk.by.affiliations.get().organisation.submissions.get(title="Con i dati")
    desk.draft = begun
    assert desk.value(CHOSEN, *figures) == (["H223"], 172_000, 28_500, "ISTAT", "2025-01-01")
    desk.send("territory", municipalities=["H223", "E506"], context_population="1", prefill="1")
    assert desk.value(CHOSEN, *figures) == (["E506", "H223"], 266_000, 37_000, "ISTAT", "2025-01-01")
    desk.send("territory", municipalities=["H223", "C334"], context_population="5", prefill="1")
    assert desk.value("context_population") == 5
    Municipality.objects.filter(pk="E506").update(population_on=date(2024, 1, 1))
    desk.send("territory", municipalities=["H223", "E506"], context_population="6", prefill="1")
    assert desk.value("context_population") == 6

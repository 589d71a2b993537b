"""Statistics: the sentences at none, one and many; what is counted once; common indicators; queries."""

import csv
import io
import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from portal.lib.bars import bars
from portal.pages.figures import Figure
from portal.pages.sums import Sum
from practices.models import CommonIndicator, Indicator, Practice, Reading, Submission, TargetGroup, Theme
from practices.moderation import practice as whole
from tests import make
from tests.pages import page, section, texts

pytestmark = pytest.mark.django_db


def body(address: str) -> str:
    response = Client().get(address)
    assert (response.status_code, dict(response.cookies)) == (200, {})
    return b"".join(response.streaming_content).decode().removeprefix("\ufeff")


def rows(address: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body(address))))


def figure(name: str) -> dict[str, int]:
    """As a spreadsheet reads it."""
    return {row["voce"]: int(row["pratiche"]) for row in rows(f"/statistiche/{name}.csv")}


# In words ---------------------------------------------------------------------------------------------------------


def made(counts: dict[str, int], total: int, unsaid: int = 0) -> list[str]:
    shown = bars((name, "", n) for name, n in counts.items())
    return Figure("fondo", "Per fondo", "Il fondo più usato è {name}: {n} su {total}.", shown, total, unsaid).sentences


def test_sentences_are_right_for_none_one_and_many() -> None:
    assert made({}, 0) == made({"FAMI": 0}, 0) == ["Non è ancora pubblicata nessuna pratica."]
    assert made({}, 1, 1) == made({"FAMI": 0}, 1, 1) == ["Nessuna pratica pubblicata lo indica."]
    assert made({"FAMI": 1}, 1) == ["Il fondo più usato è FAMI: 1 su 1."]
    assert made({"FAMI": 3, "PNRR": 1, "FSE": 0}, 5, 1) == [
        "Il fondo più usato è FAMI: 3 su 5.",
        "Ancora senza pratiche: FSE.",
        "1 pratica non lo indica.",
    ]
    assert made({"FAMI": 2, "PNRR": 2}, 6, 2) == [
        "Al primo posto, alla pari: FAMI, PNRR (2 su 6).",
        "2 pratiche non lo indicano.",
    ]
    assert made(dict.fromkeys("ABCD", 1), 4) == ["Sono 4 alla pari al primo posto (1 su 4)."]


def test_without_practices_the_page_says_so() -> None:
    make.taxonomy()
    make.region()
    tree = page(Client(), "/statistiche/")
    assert texts(tree, "//h1/following-sibling::p")[1].startswith("0 pratiche pubblicate al ")
    for title in ("Per territorio", "Per fondo", "Per anno di inizio"):
        assert texts(section(tree, title), "./p")[0] == "Non è ancora pubblicata nessuna pratica."
    assert texts(section(tree, "Indicatori comuni"), "./p")[0] == "0 indicatori comuni hanno almeno un valore."
    assert figure("fondo") == figure("anno") == {}


def test_one_practice_that_says_little() -> None:
    submission = make.published(other_themes=["lavoro"])
    Submission.objects.filter(pk=submission.pk).update(started_on=None, started_on_precision="")
    Theme.objects.create(slug="ritirato", name="Ritirato", is_active=False)
    TargetGroup.objects.filter(slug="famiglie").update(is_active=False)
    tree = page(Client(), "/statistiche/")
    assert texts(tree, "//h1/following-sibling::p")[1].startswith("1 pratica pubblicata al ")
    assert texts(section(tree, "Per anno di inizio"), "./p")[0] == "Nessuna pratica pubblicata lo indica."
    assert figure("anno") == {"non indicato": 1}
    assert figure("destinatari") == {"Famiglie": 1}, "retired, and still counted"
    assert figure("ambito") == {"Casa": 1, "Lavoro": 1}
    assert figure("ciclo") == {"2000–2006": 0, "2007–2013": 0, "2014–2020": 1, "2021–2027": 0}


def test_a_practice_with_many_lines_counts_once_in_each_cycle() -> None:
    years = [(1999, 2001), (2006, None), (None, 2007), (2013, 2030), (None, None), (2020, 2020), (2019, 2021), (2028, None)]
    lines = [{"fund": "fami", "amount": None, "from_year": a, "to_year": b} for a, b in years]
    make.published(funding_lines=lines)
    assert figure("ciclo") == {
        "prima del 2000": 1,
        "2000–2006": 1,
        "2007–2013": 1,
        "2014–2020": 1,
        "2021–2027": 0,
        "dopo il 2027": 1,
    }
    exported = rows("/pratiche/pratiche.csv")[0]
    assert [exported[f"finanziamenti_{end}"] for end in ("dal", "al")] == [
        "1999 | 2006 |  | 2013 |  | 2020 | 2019 | 2028",
        "2001 |  | 2007 | 2030 |  | 2020 | 2021 | ",
    ]


def test_a_figure_that_does_not_exist_is_not_found() -> None:
    assert [Client().get(f"/statistiche/{name}.csv").status_code for name in ("fondi", "x")] == [404, 404]


def test_in_english() -> None:
    make.published()
    with translation.override("en"):
        address = reverse("statistics")
    assert address == "/en/statistics/"
    tree = page(Client(), address)
    [first, second] = texts(section(tree, "By fund"), "./p")[:2]
    assert (first, second) == ("The most used fund is FAMI: 1 of 1.", "A practice may count in more than one row.")


# Common indicators ------------------------------------------------------------------------------------------------


def measured(
    common: CommonIndicator, *readings: tuple[str, str], title: str, practice: Practice | None = None, **changes: Any
) -> Indicator:
    practice = practice or make.published(title=title).practice
    told = {"name": common.name, "unit": common.unit, **changes}
    submission = practice.published
    assert submission is not None
    made = Indicator.objects.create(practice=practice, submission=submission, common=common, published_at=make.NOW, **told)
    for on, value in readings:
        Reading.objects.create(
            indicator=made, period=on[:4], on=date.fromisoformat(on), value=Decimal(value), declared_at=make.NOW
        )
    return made


def test_indicators_are_summed_only_where_they_agree() -> None:
    people = CommonIndicator.objects.create(slug="persone", name="Persone accolte", unit="persone", definition="Ogni anno.")
    share = CommonIndicator.objects.create(slug="quota", name="Quota occupata", unit="%", definition="A fine anno.")
    CommonIndicator.objects.create(slug="mai", name="Mai misurato", unit="persone", definition="Mai.")
    measured(people, ("2020-12-31", "999"), ("2022-12-31", "100.5"), title="Due anni")
    about = measured(people, ("2023-12-31", "40"), title="Circa")
    about.readings.update(is_approximate=True, approximation="over")
    contested = measured(people, ("2021-12-31", "7"), ("2024-12-31", "5000"), title="Contestato")
    editor = make.editor_user()
    contested.readings.filter(value=5000).update(contested_by=editor, contested_at=make.NOW, contested_note="No.")
    corrected = measured(people, ("2025-12-31", "800"), ("2019-12-31", "8"), title="Corretto")
    wrong, right = corrected.readings.order_by("-on")
    Reading.objects.filter(pk=wrong.pk).update(superseded_by=right)
    measured(people, ("2025-12-31", "70"), title="Altra unità", unit="famiglie")
    measured(people, title="Senza valori")
    measured(share, ("2022-12-31", "30"), ("2023-12-31", "45.5"), title="Quota")
    measured(share, ("2022-12-31", "20"), title="Altra quota")
    gone = measured(people, ("2025-12-31", "100000"), title="Archiviata")
    whole.archive(gone.practice, by=make.editor_user(chief=True), at=make.later(60), notice="Chiusa.")
    of_people = {"indicatore": "Persone accolte", "unita": "persone", "pratiche": "4", "somma": "155.5"}
    of_shares = {"indicatore": "Quota occupata", "unita": "%", "pratiche": "2", "somma": ""}
    people_more = {"approssimata": "sì", "primo_anno": "2019", "ultimo_anno": "2023", "pratiche_escluse": "1"}
    share_more = {"approssimata": "no", "primo_anno": "2022", "ultimo_anno": "2023", "pratiche_escluse": "0"}
    assert rows("/statistiche/indicatori.csv") == [of_people | people_more, of_shares | share_more]
    told = section(page(Client(), "/statistiche/"), "Indicatori comuni")
    assert texts(told, ".//tbody/tr") == [
        "Persone accolte persone 4 (un'altra ha unità o definizione diverse) circa 155,5 2019–2023",
        "Quota occupata % 2 non si somma: da 20 a 45,5 2022–2023",
    ]
    # The same from the public JSON, in a few lines.
    total = Decimal(0)
    for row in json.loads(body("/pratiche/pratiche.json")):
        for one in row["indicatori"]:
            kept = [reading for reading in one["rilevazioni"] if reading["stato"] != "contested"]
            if (one["comune"], one["unita"]) == ("persone", "persone") and kept:
                total += Decimal(max(kept, key=lambda reading: reading["data"])["valore"])
    assert total == Decimal("155.5")


@pytest.mark.parametrize(
    ("name", "unit", "adds_up"),
    [
        ("Alunni della scuola media", "persone", True),
        ("Permanenza media", "mesi", False),
        ("Accessi medi mensili", "accessi al mese", False),
        ("Quota occupata", "persone", False),
        ("Occupati", "per cento", False),
        ("Occupati", "% degli iscritti", False),
        ("Mediazioni", "interventi", True),
        ("Alloggi", "percorsi", True),
    ],
)
def test_shares_and_averages_are_told_by_their_name_or_unit(name: str, unit: str, adds_up: bool) -> None:
    common = CommonIndicator(slug="x", name=name, unit=unit, definition="")
    assert bool(Sum(common, [Decimal(1), Decimal(2)], 2020, 2020, False, 0).total) is adds_up


def test_an_indicator_of_one_year() -> None:
    people = CommonIndicator.objects.create(slug="persone", name="Persone accolte", unit="persone", definition="Ogni anno.")
    measured(people, ("2022-12-31", "3"), title="Una")
    measured(people, title="Altra unità", unit="famiglie")
    told = section(page(Client(), "/statistiche/"), "Indicatori comuni")
    assert texts(told, "./p")[0] == "1 indicatore comune ha almeno un valore."
    assert texts(told, ".//tbody/tr") == ["Persone accolte persone 1 3 2022"]


def test_a_practice_counts_with_its_latest_value_of_an_indicator_that_agrees() -> None:
    people = CommonIndicator.objects.create(slug="persone", name="Persone accolte", unit="persone", definition="Ogni anno.")
    both = measured(people, ("2019-12-31", "2"), ("2021-12-31", "5"), title="Due indicatori").practice
    measured(people, ("2024-12-31", "900"), title="", practice=both, name="Persone accolte in casa")
    measured(people, ("2023-12-31", "4"), title="", practice=both)
    for title in ("Famiglie", "Nuclei"):
        measured(people, ("2025-12-31", "70"), title=title, unit="famiglie")
    told = section(page(Client(), "/statistiche/"), "Indicatori comuni")
    assert texts(told, ".//tbody/tr") == ["Persone accolte persone 1 (altre 2 hanno unità o definizione diverse) 4 2023"]


# Queries ----------------------------------------------------------------------------------------------------------


def test_the_queries_are_the_same_for_one_practice_and_for_twenty(django_assert_num_queries: Any) -> None:
    people = CommonIndicator.objects.create(slug="persone", name="Persone accolte", unit="persone", definition="Ogni anno.")
    for count in (1, 19):
        for n in range(count):
            measured(people, ("2022-12-31", "3"), title=f"Pratica {count} {n}")
        client = Client()
        with django_assert_num_queries(11):
            assert client.get("/statistiche/").status_code == 200

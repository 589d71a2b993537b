"""Numbers, dates, codes, links and rows as officers type them into a section."""

from typing import Any

import pytest

from practices.models.choices import Status
from tests import make
from tests.desk import Desk, messages
from tests.html_forms import data_of
from tests.samples import full_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def refused(desk: Desk, section: str, **changes: Any) -> list[tuple[str, str]]:
    """Send it; what the page says, when nothing was saved."""
    before = desk.everything()
    response = desk.send(section, **changes)
    assert (response.status_code, desk.everything()) == (422, before)
    return messages(response)


# Numbers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("1.693.747,50", "1693747.5"),
        ("1693747,5", "1693747.5"),
        ("1693747.50", "1693747.5"),
        ("1.693", "1693"),
        (" 12,30 ", "12.3"),
        ("0", "0"),
        ("0,00", "0"),
        ("", None),
        ("999.999.999.999,99", "999999999999.99"),
    ],
)
def test_amounts_are_read_as_italians_write_them(desk: Desk, typed: str, kept: str | None) -> None:
    assert desk.send("means", total_cost=typed).status_code == 302
    assert desk.value("total_cost") == kept


@pytest.mark.parametrize("shown", ["1.693.747,50", "2.000.000", "0,05"])
def test_amounts_are_shown_as_italians_write_them(desk: Desk, shown: str) -> None:
    typed = {"total_cost": shown, "funding_lines-0-fund": "fami", "funding_lines-0-amount": shown}
    assert desk.send("means", **typed).status_code == 302
    page = data_of(desk.client.get(desk.url("means")))
    assert [page["total_cost"], page["funding_lines-0-amount"]] == [[shown], [shown]]


@pytest.mark.parametrize("typed", ["-1", "-0,01", "1,234", "abc", "NaN", "Infinity", "1e400", "1.000.000.000.000", "12 €"])
def test_other_amounts_are_refused(desk: Desk, typed: str) -> None:
    assert [label for label, _ in refused(desk, "means", total_cost=typed)] == ["Costo complessivo in euro"]
    row = {"funding_lines-0-fund": "fami", "funding_lines-0-amount": typed}
    assert [label for label, _ in refused(desk, "means", **row)] == ["Importo in euro"]


@pytest.mark.parametrize(("typed", "kept"), [("171.000", 171_000), ("171000", 171_000), (" 7 ", 7), ("0", 0), ("", None)])
def test_whole_numbers_have_separators_or_not(desk: Desk, typed: str, kept: int | None) -> None:
    assert desk.send("people", reached_total=typed).status_code == 302
    assert desk.value("reached_total") == kept


@pytest.mark.parametrize("typed", ["-1", "12,5", "2.000.000.001", "9" * 400, "dodici", "1 000"])
def test_other_whole_numbers_are_refused(desk: Desk, typed: str) -> None:
    assert [label for label, _ in refused(desk, "people", reached_total=typed)] == ["Persone raggiunte"]


# Dates -------------------------------------------------------------------------------------------------------------


def day(name: str, day: object = "", month: object = "", year: object = "") -> dict[str, str]:
    return {f"{name}_day": str(day), f"{name}_month": str(month), f"{name}_year": str(year)}


@pytest.mark.parametrize(
    ("parts", "kept"),
    [
        (("", "", 2019), "2019"),
        (("", 5, 2019), "2019-05"),
        ((29, 2, 2024), "2024-02-29"),
        (("", "", 1900), "1900"),
        (("", "", 2100), "2100"),
        (("", "", ""), None),
    ],
)
def test_a_date_is_known_to_the_year_the_month_or_the_day(desk: Desk, parts: tuple, kept: str | None) -> None:
    assert desk.send("time", **day("started_on", *parts)).status_code == 302
    assert desk.value("started_on") == kept
    page = data_of(desk.client.get(desk.url("time")))
    assert {name: page[name] for name in day("started_on")} == {
        name: [value] for name, value in day("started_on", *parts).items()
    }


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ((3, "", 2019), "Indica anche il mese."),
        ((3, 5, ""), "Indica anche l'anno."),
        (("", 5, ""), "Indica anche l'anno."),
        ((31, 2, 2019), "Questo giorno non esiste."),
        ((29, 2, 2023), "Questo giorno non esiste."),
    ],
)
def test_dates_that_cannot_be_are_refused(desk: Desk, parts: tuple, said: str) -> None:
    assert refused(desk, "time", **day("started_on", *parts)) == [("Inizio", said)]


@pytest.mark.parametrize(
    "parts", [(0, 5, 2019), (32, 5, 2019), ("", 13, 2019), ("", "", 1899), ("", "", 2101), ("", "", "MMXIX")]
)
def test_days_months_and_years_that_are_none_are_refused(desk: Desk, parts: tuple) -> None:
    assert [label for label, _said in refused(desk, "time", **day("started_on", *parts))] == ["Inizio"]


def test_the_end_does_not_come_before_the_beginning(desk: Desk) -> None:
    said = [("Fine", "La fine viene prima dell'inizio.")]
    started = day("started_on", "", 5, 2019)
    assert refused(desk, "time", **started, **day("ended_on", "", 4, 2019)) == said
    assert refused(desk, "time", **started, **day("ended_on", "", "", 2018)) == said
    for parts in (("", 5, 2019), ("", "", 2019), (1, 6, 2019)):
        assert desk.send("time", **started, **day("ended_on", *parts)).status_code == 302
    assert desk.value("started_on", "ended_on") == ("2019-05", "2019-06-01")


# Codes and links ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["J81H03000180006", "j81h 0300 0180 006", " J81H03000180006 "])
def test_a_cup_is_kept_in_one_form(desk: Desk, typed: str) -> None:
    assert desk.send("means", cup=typed).status_code == 302
    assert desk.value("cup") == "J81H03000180006"


@pytest.mark.parametrize(
    "typed", ["J81H0300018000", "J81H030001800066", "181H03000180006", "J81H-3000180006", "J81H0300018000È"]
)
def test_other_cups_are_refused(desk: Desk, typed: str) -> None:
    assert refused(desk, "means", cup=typed) == [
        ("CUP", "Il CUP ha 15 caratteri, lettere e cifre, e comincia con una lettera.")
    ]


LINKS = [
    ("means", "act_url"),
    ("results", "evaluation_url"),
    ("contacts", "links-0-url"),
    ("lessons", "adaptations-0-origin_url"),
]
AROUND = {"links-0-title": "Il sito", "adaptations-0-origin_name": "Lione", "adaptations-0-year": "2018"}
AROUND |= {"adaptations-0-changes": "Orari.", "adaptations-0-outcome": "succeeded"}


@pytest.mark.parametrize(("section", "name"), LINKS)
@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "JaVaScRiPt://example.org/%0aalert(1)", "data:text/html,x", "ftp://a.it/", "//a.it/"]
)
def test_links_lead_to_sites_only(desk: Desk, section: str, name: str, url: str) -> None:
    around = {key: value for key, value in AROUND.items() if key.split("-")[0] == name.split("-")[0]}
    assert len(refused(desk, section, **{**around, name: url})) == 1


@pytest.mark.parametrize("typed", ["example.org/atto?n=1", "https://example.org/atto?n=1"])
def test_a_link_without_its_scheme_is_https(desk: Desk, typed: str) -> None:
    assert desk.send("means", act_url=typed).status_code == 302
    assert desk.value("act_url") == "https://example.org/atto?n=1"


def test_an_address_of_the_office_is_an_address(desk: Desk) -> None:
    assert [label for label, _ in refused(desk, "contacts", office_email="a@b\r\nBcc: x@example.org")] == [
        "E-mail dell'ufficio"
    ]


# Rows --------------------------------------------------------------------------------------------------------------


def partner(name: str, nature: str = "", contribution: str = "") -> dict[str, str]:
    return {"name": name, "nature": nature, "contribution": contribution}


def test_rows_are_added_changed_and_removed_in_their_order() -> None:
    desk = Desk(partners=[partner("Uno"), partner("Due"), partner("Tre")])
    changes = {
        "partners-0-nature": "cooperativa",
        "partners-1-DELETE": "on",
        # Of the two empty rows at the end one is filled, the other left.
        "partners-4-name": "Quattro",
        "partners-4-contribution": "Un locale",
    }
    assert desk.send("how", **changes).status_code == 302
    assert desk.value("partners") == [partner("Uno", "cooperativa"), partner("Tre"), partner("Quattro", "", "Un locale")]


def test_a_row_filled_in_part_is_refused_and_kept_in_the_page(desk: Desk) -> None:
    response = desk.send("how", **{"partners-1-contribution": "Un locale", "milestones-0-when": "2019"})
    assert (response.status_code, messages(response)) == (
        422,
        [("Che cosa", "Questo campo è obbligatorio."), ("Nome", "Questo campo è obbligatorio.")],
    )
    shown = data_of(response)
    assert (shown["partners-1-contribution"], shown["milestones-0-when"]) == (["Un locale"], ["2019"])


def test_a_row_that_is_taken_away_need_not_be_right() -> None:
    desk = Desk(partners=[partner("Uno"), partner("Due")])
    assert desk.send("how", **{"partners-0-name": "", "partners-0-DELETE": "on"}).status_code == 302
    assert desk.value("partners") == [partner("Due")]


def test_there_are_only_so_many_rows() -> None:
    desk = Desk(partners=[partner(f"Partner {n}") for n in range(40)])
    many = {f"partners-{n}-name": f"Partner {n}" for n in range(41)}
    counters = {"partners-TOTAL_FORMS": "41"}
    assert len(refused(desk, "how", **many, **counters)) == 1
    assert len(desk.value("partners")) == 40


def test_the_years_of_a_funding_are_in_order(desk: Desk) -> None:
    row = {"funding_lines-0-from_year": "2021", "funding_lines-0-to_year": "2020"}
    assert refused(desk, "means", **row) == [("Al", "Viene prima dell'anno di inizio.")]


def test_fundings_and_indicators_are_kept_as_they_are_typed(desk: Desk) -> None:
    funding = {"fund": "fami", "amount": "1693747.5", "from_year": 2019, "to_year": 2021}
    typed = {"fund": "fami", "amount": "1.693.747,50", "from_year": "2019", "to_year": "2021"}
    assert desk.send("means", **{f"funding_lines-1-{name}": value for name, value in typed.items()}).status_code == 302
    assert desk.value("funding_lines") == [{"fund": "fami", "amount": None, "from_year": 2019, "to_year": None}, funding]
    indicator = {"name": "Utenti", "unit": "persone", "baseline": "10,5", "target": "", "direction": "", "source": ""}
    assert desk.send("results", **{f"indicators-0-{name}": value for name, value in indicator.items()}).status_code == 302
    kept = {**indicator, "common": None, "baseline": "10.5", "target": None, "direction": "neutral"}
    assert desk.value("indicators") == [kept]


@pytest.mark.parametrize(
    ("code", "name", "said"),
    [
        ("", "", "Indica il codice di una pratica del portale, oppure il nome di una esterna."),
        ("BP-000001", "Lione", "Indica il codice di una pratica del portale, oppure il nome di una esterna."),
        ("BP-999999", "", "Non c'è una pratica pubblicata con questo codice."),
        ("X", "", "Non c'è una pratica pubblicata con questo codice."),
        ("9" * 9, "", "Non c'è una pratica pubblicata con questo codice."),
        ("BP-²", "", "Non c'è una pratica pubblicata con questo codice."),
    ],
)
def test_the_origin_of_an_adaptation_is_one_and_known(desk: Desk, code: str, name: str, said: str) -> None:
    row = {**AROUND, "adaptations-0-origin": code, "adaptations-0-origin_name": name}
    row.pop("links-0-title")
    assert refused(desk, "lessons", **row) == [("Codice", said)]


def test_a_draft_of_others_is_not_an_origin_and_a_published_one_is_by_its_code(desk: Desk) -> None:
    other = make.organisation("Comune di Torino", make.municipality("Torino", "L219", sign="TO"))
    draft = full_draft(other, make.officer_of(other))
    live = make.submission(Status.PUBLISHED, of=other)
    row = {**AROUND, "adaptations-0-origin_name": ""}
    row.pop("links-0-title")
    assert len(refused(desk, "lessons", **row, **{"adaptations-0-origin": draft.practice.code})) == 1
    assert desk.send("lessons", **row, **{"adaptations-0-origin": f"bp-{live.practice_id}"}).status_code == 302
    assert [found["origin"] for found in desk.value("adaptations")] == [live.practice.code]

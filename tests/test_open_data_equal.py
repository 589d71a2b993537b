"""Every exported row equals what the page shows: each value of each practice is found in the text of its page."""

import json
import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from lxml import html

from portal.lib.dates import PartialDate
from portal.lib.open_data import Field, Type
from practices.importing import import_practices
from practices.models import Indicator, Reading
from practices.open_data import PRACTICES
from tests import make
from tests.reference import load_reference_data, practice_lines

pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]
# Codes: their names stand beside them and on the page. What is only said by the file: of which row it is a row.
NOT_ON_THE_PAGE = {
    "identificatore", "stato", "stato_nome", "versione", "indirizzo", "ente", "tipo", "ambito", "altri_ambiti",
    "tipo_di_azione", "comuni", "comuni_istat", "territori", "dimensioni", "destinatari", "fase", "atto", "impegni",
    "valutazione", "livello_di_evidenza", "aggiornata_il", "dimostrativa", "provenienza", "provenienza_nome",
    "titolo_in_inglese", "sintesi_in_inglese",
    # The page says the period in words; the date is where its chart puts the value.
    "data",
    # Of records.
    "fondo", "indicatore", "comune", "verso", "verso_nome", "rilevazione", "dichiarata_il", "come_lo_si_dice", "esito",
    "pratica", "origine",
}  # fmt: skip


def squeezed(text: str) -> str:
    """Without what a page lays out otherwise: lines, marks of lists."""
    lines = (line.strip().removeprefix("- ").removeprefix("* ").removeprefix("• ") for line in text.splitlines())
    return " ".join(" ".join(lines).split())


def number(value: str) -> set[str]:
    """1.693.747,50, with cents or without, as an Italian writes it."""
    amount = Decimal(value)
    return {f"{amount:{form}}".translate(str.maketrans(",.", ".,")) for form in (",f", ",.2f", "f")}


MONTHS = [
    "gennaio",
    "febbraio",
    "marzo",
    "aprile",
    "maggio",
    "giugno",
    "luglio",
    "agosto",
    "settembre",
    "ottobre",
    "novembre",
    "dicembre",
]


def in_words(value: date) -> str:
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def ways(field: Field[Any], value: Any) -> set[str]:
    """How the page may say a value."""
    match field.type:
        case Type.INTEGER | Type.DECIMAL:
            return number(str(value)) | {str(value)}
        case Type.PARTIAL_DATE:
            known = PartialDate.parse(value)
            words = [MONTHS[known.month - 1]] if known.month else []
            return {" ".join([*([str(known.day)] if known.day else []), *words, str(known.year)])}
        case Type.DATE:
            return {in_words(date.fromisoformat(value))}
        case Type.DATETIME:
            return {in_words(datetime.fromisoformat(value))}
        case Type.BOOLEAN:
            return {"circa", "oltre", "meno di", ""} if value else {""}
        case Type.URL:
            return {value, urlsplit(value).hostname or ""}
    return {squeezed(str(value))}


def values(fields: tuple[Field[Any], ...], row: dict[str, Any]) -> list[tuple[Field[Any], Any]]:
    """Everything that a row says, with the records in it."""
    found = []
    for field in fields:
        value = row[field.name]
        if field.name in NOT_ON_THE_PAGE or value in (None, []):
            continue
        for one in value if field.is_list else [value]:
            found += values(field.fields, one) if field.fields else [(field, one)]
    return found


def missing(row: dict[str, Any]) -> list[tuple[str, Any]]:
    """What the row says and its page does not."""
    response = Client().get(urlsplit(row["indirizzo"]).path)
    assert response.status_code == 200
    tree = html.fromstring(response.content.decode())
    (main,) = tree.xpath("//main")
    for line in main.iter("br", "p", "li", "td", "th", "dd", "dt", "h3"):
        line.tail = f" {line.tail or ''}"
    links = " ".join(main.xpath(".//a/@href"))
    text = f"{squeezed(main.text_content())} {links}".casefold()
    return [
        (field.name, value)
        for field, value in values(PRACTICES.fields, row)
        if not any(stands(way.casefold(), text) for way in ways(field, value))
    ]


def stands(way: str, text: str) -> bool:
    """As whole words and whole numbers: 17 is not said by 1.700 nor by 2017."""
    return re.search(rf"(?<![\w.,]){re.escape(way)}(?!\w|[.,]\d)", text) is not None or (
        not way[:1].isalnum() and way in text
    )


def exported() -> list[dict[str, Any]]:
    response = Client().get("/open-data/pratiche.jsonl")
    return [json.loads(line) for line in b"".join(response.streaming_content).splitlines()]  # type: ignore[attr-defined]


def test_the_rows_of_the_fixtures_equal_their_pages() -> None:
    load_reference_data()
    import_practices(list(practice_lines()), at=make.NOW, apply=True)
    rows = exported()
    assert len(rows) == 50
    assert {row["codice"]: said for row in rows if (said := missing(row))} == {}


def test_a_row_that_says_everything_equals_its_page() -> None:
    load_reference_data()
    indicator = {"common": None, "name": "Iscritti", "unit": "persone", "baseline": "1200.50", "target": "3000"}
    made = make.published(
        impact="Tutto\n\n- una\n- due",
        neighbourhood="Stazione",
        expected_total=1500,
        reached_minors=20,
        started_on="2019-03",
        ended_on="2021-05-07",
        stage="concluded",
        milestones=[{"when": "2020", "what": "Apertura"}],
        partners=[{"name": "Una cooperativa", "nature": "Terzo settore", "contribution": "Operatori"}],
        funding_lines=[{"fund": "fami", "amount": "1693747.50", "from_year": 2019, "to_year": 2021}],
        total_cost="2000000.00",
        staff="Due persone",
        staff_days=1440,
        cup="J81H03000180001",
        act_kind="council",
        act_number="12/2019",
        act_on="2019-02-01",
        act_url="https://www.example.org/delibera",
        evaluation="external",
        evaluation_method="Interviste",
        evaluation_url="https://www.example.org/rapporto",
        links=[{"title": "Il sito", "url": "https://www.example.org/sito"}],
        indicators=[indicator | {"direction": "up", "source": "Anagrafe"}],
        adaptations=[
            {
                "origin": "",
                "origin_name": "Una pratica di fuori",
                "origin_url": "https://www.example.org/fuori",
                "year": 2018,
                "changes": "Gli orari",
                "outcome": "succeeded",
            }
        ],
    )
    reading = {"period": "2020", "on": date(2020, 12, 31), "value": Decimal("1234.5"), "declared_at": make.NOW}
    Reading.objects.create(indicator=Indicator.objects.get(), is_approximate=True, approximation="over", **reading)
    (row,) = exported()
    assert missing(row) == []
    assert len(values(PRACTICES.fields, row)) > 75
    # The test sees what is wrong.
    assert missing(row | {"titolo": "Mai scritto", "costo_complessivo": "17"}) == [
        ("titolo", "Mai scritto"),
        ("costo_complessivo", "17"),
    ]
    assert made.practice.code == row["codice"]

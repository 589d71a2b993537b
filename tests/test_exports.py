"""The selection of the list for other programs, equal to what the page shows."""

import csv
import io
import json
from datetime import date

import pytest
from django.test import Client
from lxml import etree

from tests import make

pytestmark = pytest.mark.django_db
ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture(scope="module", autouse=True)
def _two(rows_of_module: None) -> None:
    bologna = make.municipality("Bologna", "A944", sign="BO")
    of = make.organisation("Comune di Bologna", bologna)
    make.published(
        title="=1+1; «è»", summary="Su due\nrighe", of=of, municipalities=["A944", "H223"], other_themes=["lavoro"]
    )
    make.published(title="Officine", main_theme="lavoro", started_on="2020-05")


def body(address: str) -> bytes:
    response = Client().get(address)
    assert (response.status_code, response.cookies) == (200, {})
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_a_spreadsheet_reads_it() -> None:
    text = body("/pratiche/pratiche.csv").decode()
    assert text.startswith("\ufeffcodice,titolo,sintesi,ente,")
    officine, bologna = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert (officine["titolo"], officine["ambito"], officine["inizio"]) == ("Officine", "Lavoro", "2020-05")
    # A formula is text, and what was on two lines still is.
    assert (bologna["titolo"], bologna["sintesi"]) == ("'=1+1; «è»", "Su due\nrighe")
    assert (bologna["comuni"], bologna["codici_comuni"]) == ("Bologna; Reggio Emilia", "A944; H223")
    assert (bologna["altri_ambiti"], bologna["territori"], bologna["licenza"]) == ("Lavoro", "Emilia-Romagna", "CC BY 4.0")


def test_programs_read_it() -> None:
    [row] = json.loads(body("/pratiche/pratiche.json?ambito=casa"))
    code = row["codice"]
    assert row == {
        "codice": code,
        "titolo": "=1+1; «è»",
        "sintesi": "Su due\nrighe",
        "ente": "Comune di Bologna",
        "comuni": ["Bologna", "Reggio Emilia"],
        "codici_comuni": ["A944", "H223"],
        "province": ["BO", "RE"],
        "territori": ["Emilia-Romagna"],
        "ambito": "Casa",
        "altri_ambiti": ["Lavoro"],
        "destinatari": ["Famiglie"],
        "tipo": "good_practice",
        "fase": "running",
        "livello_di_evidenza": 1,
        "inizio": "2019",
        "pubblicata_il": "2026-03-02",
        "confermata_il": "2026-03-02",
        "indirizzo": "http://localhost:8000/pratiche/1-1-e/",
        "identificatore": f"http://localhost:8000/id/{code}",
        "licenza": "CC BY 4.0",
        "fonte": "",
        "valutazione": "none",
        "indicatori": [],
        "adattamenti": [],
        "adattata_da_altri": [],
    }
    assert json.loads(body("/pratiche/pratiche.json?q=assente")) == []


def test_a_reader_of_feeds_follows_it() -> None:
    feed = etree.fromstring(body("/pratiche/atom.xml?q=officine&ambito=lavoro"))
    assert feed.findtext("a:title", namespaces=ATOM) == "Buone pratiche di integrazione"
    assert [link.get("href") for link in feed.findall("a:link", ATOM)] == [
        "http://localhost:8000/pratiche/?q=officine&ambito=lavoro",
        "http://localhost:8000/pratiche/atom.xml?q=officine&ambito=lavoro",
    ]
    [entry] = feed.findall("a:entry", ATOM)
    assert entry.findtext("a:title", namespaces=ATOM) == "Officine"
    assert entry.find("a:link", ATOM).get("href") == "http://localhost:8000/pratiche/officine/"  # type: ignore[union-attr]
    assert entry.findtext("a:author/a:name", namespaces=ATOM) == "Comune di Reggio Emilia"
    assert str(entry.findtext("a:updated", namespaces=ATOM)).startswith(f"{date(2026, 3, 2)}T")


QUERIES = {"pratiche.csv": 5, "pratiche.json": 9, "atom.xml": 2}


@pytest.mark.parametrize("kind", QUERIES)
def test_it_costs_the_same_queries_for_many(kind: str, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(QUERIES[kind]):  # type: ignore[operator]
        body(f"/pratiche/{kind}")
    for n in range(20):
        make.published(title=f"Pratica {n}")
    with django_assert_num_queries(QUERIES[kind]):  # type: ignore[operator]
        body(f"/pratiche/{kind}")

"""The selection of the list for other programs, equal to what the page shows."""

import csv
import io
import json
from datetime import date

import pytest
from django.test import Client
from lxml import etree

from practices.open_data.practice import FIELDS_OF_PRACTICE
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
    assert text.startswith("\ufeffcodice,identificatore,stato,stato_nome,versione,")
    officine, bologna = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert (officine["titolo"], officine["ambito_nome"], officine["inizio"]) == ("Officine", "Lavoro", "2020-05")
    # A formula is text, and what was on two lines still is.
    assert (bologna["titolo"], bologna["sintesi"]) == ("'=1+1; «è»", "Su due\nrighe")
    assert (bologna["comuni_nome"], bologna["comuni"]) == ("Bologna | Reggio Emilia", "A944 | H223")
    assert (bologna["altri_ambiti"], bologna["territori_nome"], bologna["licenza"]) == (
        "lavoro",
        "Emilia-Romagna",
        "CC BY 4.0",
    )
    assert (bologna["finanziamenti_fondo_nome"], bologna["finanziamenti_importo"]) == ("FAMI", "")


def test_programs_read_it() -> None:
    [row] = json.loads(body("/pratiche/pratiche.json?ambito=casa"))
    code = row["codice"]
    told = {name: value for name, value in row.items() if value not in (None, [])}
    assert told == {
        "codice": code,
        "identificatore": f"http://localhost:8000/id/{code}",
        "stato": "published",
        "stato_nome": "pubblicata",
        "versione": 1,
        "indirizzo": "http://localhost:8000/pratiche/1-1-e/",
        "ente": "comune-di-bologna",
        "ente_nome": "Comune di Bologna",
        "tipo": "good_practice",
        "tipo_nome": "Buona pratica",
        "titolo": "=1+1; «è»",
        "sintesi": "Su due\nrighe",
        "ambito": "casa",
        "ambito_nome": "Casa",
        "altri_ambiti": ["lavoro"],
        "altri_ambiti_nome": ["Lavoro"],
        "tipo_di_azione": "place",
        "tipo_di_azione_nome": "Luogo di incontro",
        "parole_chiave": ["quartiere"],
        "comuni": ["A944", "H223"],
        "comuni_nome": ["Bologna", "Reggio Emilia"],
        "comuni_istat": ["000001", "000002"],
        "province": ["BO", "RE"],
        "territori": ["ITH5"],
        "territori_nome": ["Emilia-Romagna"],
        "popolazione": 171000,
        "residenti_stranieri": 28000,
        "fonte_dei_dati": "ISTAT",
        "data_dei_dati": "2025-01-01",
        "destinatari": ["famiglie"],
        "destinatari_nome": ["Famiglie"],
        "chi_sono": "Chi abita nel quartiere.",
        "inizio": "2019",
        "fase": "running",
        "fase_nome": "In corso",
        "contesto": "Un quartiere con molti condomìni misti.",
        "problema": "Conflitti tra vicini.",
        "obiettivi": "Meno conflitti.",
        "attivita": "Un punto di ascolto.",
        "partecipazione": "Un gruppo di abitanti decide il programma.",
        "finanziamenti": [{"fondo": "fami", "fondo_nome": "FAMI", "importo": None, "dal": 2019, "al": None}],
        "realizzazioni": "Aperture settimanali.",
        "risultati": "Meno segnalazioni.",
        "valutazione": "none",
        "valutazione_nome": "Nessuna valutazione",
        "difficolta": "All'inizio veniva poca gente.",
        "lezioni": "Servono volti noti.",
        "sostenibilita": "A carico del bilancio comunale.",
        "trasferibilita": "Basta un locale al piano terra.",
        "ufficio": "Ufficio intercultura",
        "ufficio_email": "intercultura@example.org",
        "livello_di_evidenza": 1,
        "livello_di_evidenza_nome": "Descritta",
        "pubblicata_il": "2026-03-02T10:03:00+01:00",
        "aggiornata_il": "2026-03-02T10:03:00+01:00",
        "confermata_il": "2026-03-02",
        "dimostrativa": False,
        "provenienza": "form",
        "provenienza_nome": "inviata da un ente",
        "licenza": "CC BY 4.0",
    }
    # The same columns for everybody: what is not known is there too, and says so.
    assert list(row) == [field.name for field in FIELDS_OF_PRACTICE]
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


QUERIES = {"pratiche.csv": 15, "pratiche.json": 15, "atom.xml": 2}


@pytest.mark.parametrize("kind", QUERIES)
def test_it_costs_the_same_queries_for_many(kind: str, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(QUERIES[kind]):  # type: ignore[operator]
        body(f"/pratiche/{kind}")
    for n in range(20):
        make.published(title=f"Pratica {n}")
    with django_assert_num_queries(QUERIES[kind]):  # type: ignore[operator]
        body(f"/pratiche/{kind}")

"""Files of the open data: what programs and spreadsheets get, character by character, and how they are served."""

import csv
import io
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, RequestFactory

from networks.models import Network, Organisation
from portal.open_data.files import FILES, FORMATS, dataset_file
from practices.models import Submission
from tests import make

pytestmark = pytest.mark.django_db
# What breaks careless files: separators, quotes, lines, letters outside of ASCII, of the BMP and of one direction.
HOSTILE = (
    "Perché l’«Équipe» costa 5 €; e la città?",
    'Virgolette "doppie", virgole, e punti; e virgola',
    "Su\ndue\r\nrighe\te un tab",
    "Bolzano/Bozen – Südtirol, Œuvre, ł, ž, ş, ğ, İ, ı",
    "العربية עברית 中文 हिन्दी 🏠👩🏽‍🏫",
    "a\u0301 à, spazio\u00a0fisso, segno\u200binvisibile, \u2028 riga",
    "<b>non è HTML</b> & nemmeno &amp;",
    "barra | e || doppia",
    "C:\\percorso\\ e \\n scritto",
)
FORMULAS = ("=1+1", "+39 0522", "-5 gradi", "@nome", "\ttab", "\rritorno", '=HYPERLINK("http://x","y")')


def get(address: str, **headers: str) -> Any:
    return Client().get(address, headers=headers)


def body(address: str) -> bytes:
    response = get(address)
    assert (response.status_code, dict(response.cookies)) == (200, {})
    return b"".join(response.streaming_content) if response.streaming else response.content


def table(address: str) -> list[dict[str, str]]:
    """As Python's csv reads it: strictly UTF-8, after the mark that tells a spreadsheet so."""
    data = body(address)
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


def hostile(*texts: str) -> None:
    for n, text in enumerate(texts):
        Network.objects.create(
            name=f"Rete {n}", slug=f"rete-{n}", description=text, source_urls=[text, "https://x.example/"]
        )


def test_every_character_survives_in_every_format() -> None:
    hostile(*HOSTILE)
    assert [row["descrizione"] for row in table("/open-data/reti.csv")] == list(HOSTILE)
    assert [row["descrizione"] for row in json.loads(body("/open-data/reti.json"))] == list(HOSTILE)
    lines = body("/open-data/reti.jsonl").decode().split("\n")
    assert lines.pop() == ""
    assert [json.loads(line)["fonti"] for line in lines] == [[text, "https://x.example/"] for text in HOSTILE]


def test_several_values_come_apart_again() -> None:
    hostile(*HOSTILE)
    found = [row["fonti"].split(" | ") for row in table("/open-data/reti.csv")]
    assert [[part.replace("||", "|") for part in cell] for cell in found] == [
        [text, "https://x.example/"] for text in HOSTILE
    ]


def test_a_formula_is_text_in_the_table_and_itself_in_json() -> None:
    hostile(*FORMULAS)
    assert [row["descrizione"] for row in table("/open-data/reti.csv")] == [f"'{text}" for text in FORMULAS]
    assert [row["descrizione"] for row in json.loads(body("/open-data/reti.json"))] == list(FORMULAS)


def test_a_negative_number_is_a_number() -> None:
    indicator = {"common": None, "name": "Saldo", "unit": "persone", "baseline": "-1.50", "target": None}
    make.published(indicators=[indicator | {"direction": "up", "source": ""}])
    assert [row["partenza"] for row in table("/open-data/indicatori.csv")] == ["-1.5"]


@pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice is not installed (apt-get install libreoffice-calc)"
)
def test_libreoffice_shows_every_character(tmp_path: Path) -> None:
    """Opened with what its window proposes (commas, quotes, UTF-8), and written again by it.

    Without a window it asks nobody and takes another encoding, whatever the file begins with.
    """
    hostile(*HOSTILE)
    (tmp_path / "reti.csv").write_bytes(body("/open-data/reti.csv"))
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profilo", "--headless", "--infilter=CSV:44,34,76,1"]
    fods = [*command, "--convert-to", "fods", "--outdir", str(tmp_path), str(tmp_path / "reti.csv")]
    subprocess.run(fods, check=True, timeout=180, capture_output=True)
    from lxml import etree

    tree = etree.parse(tmp_path / "reti.fods")
    name = {"t": "urn:oasis:names:tc:opendocument:xmlns:table:1.0", "x": "urn:oasis:names:tc:opendocument:xmlns:text:1.0"}
    cells = {
        "\n".join("".join(p.itertext()) for p in cell.findall("x:p", name))
        for cell in tree.iterfind(".//t:table-cell", name)
    }
    assert set(HOSTILE) - {HOSTILE[2]} <= cells


def test_it_is_written_while_it_is_read(django_assert_num_queries: Any) -> None:
    for n in range(60):
        Organisation.objects.create(kind="other", name=f"Ente {n}", slug=f"ente-{n}")
    request = RequestFactory().get("/open-data/enti.csv")
    response: Any = dataset_file(request, "enti", "csv")
    parts = iter(response.streaming_content)
    with django_assert_num_queries(0):
        # The first bytes need no database.
        assert next(parts).startswith(b"\xef\xbb\xbfente,nome,")
    assert len(list(parts)) == 60


def test_practices_are_read_in_batches(django_assert_num_queries: Any) -> None:
    from practices.open_data import reading

    made = [make.published(title=f"Pratica {n}") for n in range(3)]
    before, reading.BATCH = reading.BATCH, 2
    try:
        rows = reading.read(Submission.objects.live().order_by("pk"))
        assert next(rows) == made[0]
        # One more of the batch, then what is removed meanwhile is left out.
        assert next(rows) == made[1]
        Submission.objects.filter(pk=made[2].pk).update(status="superseded")
        assert list(rows) == []
    finally:
        reading.BATCH = before


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("ending", FORMATS)
def test_how_a_file_is_served(name: str, ending: str) -> None:
    make.published()
    address = f"/open-data/{name}.{ending}"
    response = get(address)
    assert {key: response[key] for key in ("Content-Type", "Access-Control-Allow-Origin", "Cache-Control")} == {
        "Content-Type": f"{FORMATS[ending].media_type}; charset=utf-8",
        "Access-Control-Allow-Origin": "*",
        "Cache-Control": "public, no-cache",
    }
    assert response["Content-Disposition"] == f'attachment; filename="{name}.{ending}"'
    assert "Cookie" not in response.get("Vary", "")
    head = Client().head(address)
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", response["ETag"])
    for asked in ({"if-none-match": response["ETag"]}, {"if-modified-since": response["Last-Modified"]}):
        again = get(address, **asked)
        assert (again.status_code, again.content, again["Access-Control-Allow-Origin"]) == (304, b"", "*")


def test_what_changes_the_content_changes_the_etag(django_assert_num_queries: Any) -> None:
    make.published()
    first = get("/open-data/pratiche.csv")["ETag"]
    with django_assert_num_queries(1):
        assert get("/open-data/pratiche.csv", **{"if-none-match": first}).status_code == 304
    make.published(title="Un'altra")
    second = get("/open-data/pratiche.csv", **{"if-none-match": first})
    assert second.status_code == 200
    assert second["ETag"] != first


def test_what_does_not_exist_is_not_found() -> None:
    for address in ("x.csv", "pratiche.xlsx", "pratiche.CSV", "catalogo.html", "archivio/2026-01/SHA256SUMS"):
        assert get(f"/open-data/{address}").status_code == 404, address
    assert Client().post("/open-data/pratiche.csv").status_code == 405


# The version of the content, and one a table; of practices many tables.
QUERIES = {"pratiche": 17, "indicatori": 2, "rilevazioni": 2, "adattamenti": 2, "enti": 3, "impegni": 2, "codici": 7}


@pytest.mark.parametrize("name", QUERIES)
def test_it_costs_the_same_queries_for_many(name: str, django_assert_num_queries: Any) -> None:
    indicator = {"common": None, "name": "Iscritti", "unit": "persone", "baseline": None, "target": None}
    indicators = [indicator | {"direction": "up", "source": ""}]
    make.published(indicators=indicators)
    for more in (0, 19):
        for n in range(more):
            make.published(title=f"Pratica {n}", indicators=indicators)
        with django_assert_num_queries(QUERIES[name]):
            body(f"/open-data/{name}.json")

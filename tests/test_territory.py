"""The list of municipalities taken in: what an empty portal gets of it, and what is wrong with a file."""

import csv
import io
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command

from networks.models import Municipality, Province, Region
from networks.municipal_list import read_list
from networks.tables import WrongFile
from networks.territory import import_list
from tests.municipal_lists import (
    ALL,
    BOLZANO,
    CASTRO_BG,
    CASTRO_LE,
    HEADERS,
    NAPLES,
    REGGIO,
    TRENTO,
    file,
    load,
    rows,
    state,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _regions() -> None:
    call_command("loaddata", "regions", verbosity=0)


def test_a_list_fills_an_empty_portal() -> None:
    report = load(*ALL)
    assert report.added == [
        "Napoli (NA)", "Bolzano/Bozen (BZ)", "Trento (TN)", "Castro (BG)", "Castro (LE)", "Reggio nell'Emilia (RE)"
    ]  # fmt: skip
    found = Municipality.objects.order_by("slug").values_list(
        "slug", "name", "other_name", "istat_code", "province", "province__region", "is_provincial_capital", "sort_name"
    )
    assert list(found) == [
        ("bolzano", "Bolzano", "Bozen", "021008", "021", "ITH1", True, "bolzano bozen"),
        ("castro-bg", "Castro", "", "016065", "016", "ITC4", False, "castro"),
        ("castro-le", "Castro", "", "075096", "075", "ITF4", False, "castro"),
        ("napoli", "Napoli", "", "063049", "263", "ITF3", True, "napoli"),
        ("reggio-nell-emilia", "Reggio nell'Emilia", "", "035033", "035", "ITH5", True, "reggio nell emilia"),
        ("trento", "Trento", "", "022205", "022", "ITH2", True, "trento"),
    ]
    assert dict(Province.objects.values_list("abbreviation", "name"))["NA"] == "Napoli"
    for row in (*Municipality.objects.all(), *Province.objects.all()):
        row.full_clean()


@pytest.mark.parametrize(
    "shape",
    [
        {"encoding": "utf-8-sig"},
        {"encoding": "cp1252"},
        {"separator": ","},
        {"separator": "\t", "end": "\n"},
        {"renamed": str.upper},
        {"renamed": lambda header: header.replace("\n", " ").replace(" in italiano", "  in\nItaliano ")},
        {"renamed": lambda header: header.replace("'", "’").replace("(2)", "(4)")},
        {"headers": HEADERS[:20] + HEADERS[23:]},
        {"headers": (*HEADERS, "Codice NUTS3 2024")},
        {"headers": tuple(reversed(HEADERS))},
    ],
)
def test_every_shape_of_the_file_says_the_same(shape: dict[str, Any]) -> None:
    expected = read_list(file(*ALL), partial=True)
    found = read_list(file(*ALL, **shape), partial=True)
    assert [(t.belfiore, t.istat, t.name, t.other_name, t.unit, t.is_capital) for t in found.towns] == [
        (t.belfiore, t.istat, t.name, t.other_name, t.unit, t.is_capital) for t in expected.towns
    ]


def test_before_2019_metropolitan_cities_had_a_column_of_their_own() -> None:
    # Made of the columns of the later files, under the names of then.
    then = {
        HEADERS[1]: "Codice Città Metropolitana",
        HEADERS[2]: "Codice Provincia (1)",
        HEADERS[8]: "Denominazione Città metropolitana",
        HEADERS[11]: "Denominazione provincia",
    }
    headers = tuple(header for header in HEADERS if header != HEADERS[7])
    lines = list(csv.reader(io.StringIO(file(NAPLES, REGGIO, BOLZANO, headers=headers).decode()), delimiter=";"))
    lines[0] = [then.get(header, header) for header in lines[0]]
    for line in lines[1:]:
        is_metropolitan = line[1].startswith("2")
        line[7], line[10] = (line[10], "-") if is_metropolitan else ("-", line[10])
        line[1] = line[1] if is_metropolitan else "-"
    text = "\r\n".join(";".join(f'"{cell}"' for cell in line) for line in lines)
    towns = read_list(text.encode(), partial=True).towns
    assert [(t.name, t.other_name, t.unit.code, t.unit.name) for t in towns] == [
        ("Napoli", None, "263", "Napoli"),
        ("Reggio nell'Emilia", None, "035", "Reggio nell'Emilia"),
        ("Bolzano", None, "021", "Bolzano/Bozen"),
    ]


def test_codes_without_their_first_zeros_get_them_back() -> None:
    robbed = {**CASTRO_BG, "region": "3", "unit": "16", "istat": "16065"}
    (town,) = read_list(file(robbed), partial=True).towns
    assert (town.istat, town.unit.code, town.unit.region) == ("016065", "016", "ITC4")


def test_the_same_list_twice_changes_nothing() -> None:
    load(*ALL, as_of=date(2023, 6, 30))
    before = state()
    report = load(*ALL, as_of=date(2023, 6, 30))
    assert (report.is_empty, report.unchanged, report.touched, state()) == (True, 6, set(), before)


def test_how_many_queries_a_list_takes(django_assert_num_queries: Any, django_assert_max_num_queries: Any) -> None:
    load(*ALL)
    found = read_list(file(*ALL), partial=True)
    with django_assert_num_queries(8):
        import_list(found)
    many = [
        {**CASTRO_BG, "name": f"Paese {number}", "istat": f"{16100 + number:06d}", "belfiore": f"Z{number:03d}"}
        for number in range(300)
    ]
    found = read_list(file(*ALL, *many), partial=True)
    # SQLite takes fewer values at a time than PostgreSQL.
    with django_assert_max_num_queries(15):
        assert len(import_list(found).added) == 300


def wrong(data: bytes, **options: Any) -> tuple[str, ...]:
    with pytest.raises(WrongFile) as caught:
        read_list(data, **{"partial": True, **options})
    return caught.value.args


def test_missing_columns_are_named() -> None:
    headers = tuple(header for header in HEADERS if header not in {HEADERS[14], HEADERS[19]})
    assert wrong(file(*ALL, headers=headers)) == ("mancano le colonne: Sigla automobilistica, Codice Catastale del comune.",)
    assert wrong(b"")[0].startswith("mancano le colonne: Codice Regione, ")
    assert wrong(b"\x00\x81\x00") == ("il file non è un testo UTF-8 o Windows-1252.",)


def test_a_truncated_file() -> None:
    assert wrong(file(*ALL)[:-40]) == ("riga 9: ha 12 celle e l'intestazione 26.",)
    assert wrong(file(*ALL), partial=False) == (
        "il file ha 6 comuni, un elenco intero più di 7000: è troncato? (altrimenti --partial)",
    )
    (said,) = wrong(file(NAPLES) + b'"15;')
    assert said.startswith("riga 5: le virgolette non tornano, il file è forse troncato")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"belfiore": "F83"}, "«F83» non è un codice catastale"),
        ({"istat": "63-049"}, "«63-049» non è un codice ISTAT"),
        ({"sign": ""}, "«» non è una sigla della provincia"),
        ({"region": "21"}, "il codice della regione non è tra quelli noti"),
        ({"name": ""}, "«Napoli»: il nome manca o non è intero"),
        ({"name": "Sovodnje ob So?i"}, "«Sovodnje ob So?i»: il nome manca o non è intero"),
        ({"name": "x" * 81}, f"«{'x' * 40}…» non è un nome"),
    ],
)
def test_a_wrong_row_is_told_with_its_line(changes: dict[str, str], said: str) -> None:
    # The header takes three lines.
    assert wrong(file(TRENTO, {**NAPLES, **changes})) == (f"riga 5: {said}.",)


def test_rows_that_contradict_each_other() -> None:
    twice = {**CASTRO_LE, "belfiore": "C337"}
    other = {**CASTRO_BG, "belfiore": "Z001", "istat": "016999", "province": "Bergamo bassa"}
    sign = {**CASTRO_LE, "belfiore": "Z002", "istat": "075999", "unit": "076"}
    assert wrong(file(CASTRO_BG, twice, other, sign)) == (
        "riga 5: il codice «C337» è già alla riga 4.",
        "riga 6: la provincia «016» ha altro nome, sigla o regione in una riga precedente.",
        "riga 7: la sigla «LE» è anche della provincia 075.",
    )


def test_a_lost_letter_keeps_the_name_that_is_here() -> None:
    load({**CASTRO_BG, "other": "Soči"})
    report = load({**CASTRO_BG, "other": "So?i"})
    assert report.doubts == ["riga 4: in «So?i» il file ha perso una lettera; nome non ripreso."]
    assert (report.unchanged, Municipality.objects.get().other_name) == (1, "Soči")


def test_a_territory_that_is_missing_is_told() -> None:
    Region.objects.filter(pk="ITF3").delete()
    with pytest.raises(WrongFile, match="mancano i territori ITF3"):
        load(NAPLES)
    assert rows() == []

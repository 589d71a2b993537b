"""`manage.py benchmark`: every page type, cold and warm, on the real server; that it measures, not how much."""

import json
from io import StringIO
from pathlib import Path

from django.core.management import call_command

PAGES = [
    "home",
    "lista",
    "ultima pagina",
    "pratica",
    "territorio",
    "città",
    "ambito",
    "due parole e un filtro",
    "parola chiave e ambito",
    "Atom",
    "statistiche",
]


def test_every_page_type_is_measured_beside_a_view_that_does_nothing(tmp_path: Path) -> None:
    told, found = StringIO(), tmp_path / "found.json"
    options = {"practices": [40], "seconds": 0.05, "folder": tmp_path, "json": found}
    call_command("benchmark", stdout=told, stderr=StringIO(), **options)
    measured = json.loads(found.read_text())
    rows, exports = measured["rows"], measured["exports"]
    assert [(row["page"], row["state"]) for row in rows] == [
        ("vista costante", ""),
        ("file statico", ""),
        *((page, "a freddo") for page in PAGES),
        *((page, "a caldo") for page in PAGES),
        ("lista", "304"),
    ]
    assert {row["failed"] for row in rows} == {0}
    assert (rows[0]["ratio"], rows[0]["queries"], rows[0]["size"], rows[-1]["queries"], rows[-1]["size"]) == (
        1,
        0,
        20_000,
        1,
        0,
    )
    assert all(row["cpu"] > 0 for row in rows if row["page"] != "file statico")
    assert [one["path"] for one in exports] == ["/open-data/pratiche.csv", "/open-data/pratiche.jsonl"]
    assert all(0 < one["first_byte"] <= one["seconds"] for one in exports)
    assert all(one["size"] > 40_000 and one["memory"] >= one["memory_at_rest"] > 20 for one in exports)
    machine, _empty, title, _head, *table = told.getvalue().splitlines()
    assert (machine.split()[0], title, len(table)) == ("Python", "sqlite, 40 pratiche", len(rows) + len(exports))

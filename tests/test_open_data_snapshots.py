"""Snapshots: complete, never changed, compared with the one before, and masked where a practice had to leave the portal."""

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.test import Client
from lxml import html

from portal.open_data import snapshots
from portal.open_data.files import FILES
from practices import monitoring
from practices.models import Submission
from practices.models.choices import RemovalReason
from practices.moderation import practice as whole
from tests import make

pytestmark = pytest.mark.django_db
OCTOBER = datetime(2026, 10, 1, 3, 0, tzinfo=ZoneInfo("Europe/Rome"))
NOVEMBER = datetime(2026, 11, 1, 3, 0, tzinfo=ZoneInfo("Europe/Rome"))
SECRET = "Un nome di troppo"


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    kept = tmp_path / "open-data"
    storage = settings.STORAGES["open_data"] | {"OPTIONS": {"location": kept}}
    settings.STORAGES = {**settings.STORAGES, "open_data": storage}
    return kept


def taken(at: datetime) -> snapshots.Snapshot:
    made = snapshots.take(at)
    assert made is not None
    return made


def run() -> str:
    out = io.StringIO()
    call_command("snapshot", stdout=out)
    return out.getvalue()


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def table(folder: Path, name: str) -> list[dict[str, str]]:
    text = gzip.decompress((folder / f"{name}.csv.gz").read_bytes()).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def lines(folder: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress((folder / f"{name}.jsonl.gz").read_bytes()).splitlines()]


def fetched(address: str) -> Any:
    response: Any = Client().get(address)
    return response.status_code, b"".join(response.streaming_content) if response.streaming else response.content


def test_it_holds_every_dataset_and_its_checksums(folder: Path) -> None:
    make.published()
    made = taken(OCTOBER)
    names = [f"{name}.{ending}.gz" for name in FILES for ending in ("csv", "jsonl")]
    assert {path.name for path in (folder / "2026-10").iterdir()} == {*names, "manifesto.json", "SHA256SUMS"}
    assert [file["nome"] for file in made.files] == names
    sums = dict(reversed(line.split("  ")) for line in (folder / "2026-10" / "SHA256SUMS").read_text().splitlines())
    assert sums == {name: hashlib.sha256((folder / "2026-10" / name).read_bytes()).hexdigest() for name in names}
    live = Client().get("/open-data/pratiche.csv")
    kept = gzip.decompress((folder / "2026-10" / "pratiche.csv.gz").read_bytes())
    assert kept == b"".join(live.streaming_content)  # type: ignore[attr-defined]
    assert [file["righe"] for file in made.files if file["nome"].startswith("pratiche.")] == [1, 1]


def test_once_a_month_and_what_is_there_never_changes(folder: Path) -> None:
    make.published()
    assert "file" in run()
    (made,) = snapshots.all_of()
    before = bytes_of(folder / made.month)
    make.published(title="Un'altra")
    assert run() == ""
    assert bytes_of(folder / made.month) == before
    assert [path.name for path in folder.iterdir()] == [made.month]


def test_the_same_content_gives_the_same_bytes(folder: Path) -> None:
    make.published()
    taken(OCTOBER)
    taken(NOVEMBER)
    october, november = (bytes_of(folder / month) for month in ("2026-10", "2026-11"))
    assert {name for name in october if october[name] != november[name]} == {"manifesto.json"}


def test_what_is_interrupted_is_no_snapshot_and_is_made_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*args: Any) -> Iterator[Any]:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(snapshots, "write_manifest", stop)
        with pytest.raises(KeyboardInterrupt):
            snapshots.take(OCTOBER)
    assert snapshots.all_of() == []
    taken(OCTOBER)
    assert [found.month for found in snapshots.all_of()] == ["2026-10"]


def test_what_changed_in_the_codebook_is_told(folder: Path) -> None:
    make.published()
    first = taken(OCTOBER)
    assert first.codebook_changes == []
    # As if October's codebook had been another one.
    path = folder / "2026-10" / "dizionario.jsonl.gz"
    rows = lines(folder / "2026-10", "dizionario")
    rows[0] |= {"campo_intero": "pratiche.di_una_volta", "campo": "di_una_volta"}
    rows[1] |= {"etichetta": "Altro", "tipo": "text"}
    path.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))
    assert [tuple(map(str, one)) for one in taken(NOVEMBER).codebook_changes] == [
        ("aggiunto", "pratiche.codice", ""),
        ("tolto", "pratiche.di_una_volta", ""),
        ("cambiato", "pratiche.identificatore", "etichetta, tipo"),
    ]
    page = html.fromstring(Client().get("/open-data/archivio/").content.decode())
    assert [" ".join(node.text_content().split()) for node in page.xpath("//main//h3/following-sibling::ul[1]/li")] == [
        "aggiunto: pratiche.codice",
        "tolto: pratiche.di_una_volta",
        "cambiato: pratiche.identificatore (etichetta, tipo)",
    ]


def test_the_files_of_a_snapshot_are_downloaded(folder: Path) -> None:
    make.published()
    taken(OCTOBER)
    for name, content in bytes_of(folder / "2026-10").items():
        assert fetched(f"/open-data/archivio/2026-10/{name}") == (200, content)
    response: Any = Client().get("/open-data/archivio/2026-10/pratiche.csv.gz")
    assert response["Content-Disposition"] == 'attachment; filename="2026-10-pratiche.csv.gz"'
    assert response["Access-Control-Allow-Origin"] == "*"
    assert b"".join(response.streaming_content)
    for wrong in ("2026-10/altro.csv.gz", "2026-10/..", "2026-10/%2e%2e", "..-/manifesto.json", "2026-12/SHA256SUMS"):
        assert Client().get(f"/open-data/archivio/{wrong}").status_code == 404, wrong


def remove(submission: Submission, minutes: int = 60) -> None:
    chief = make.editor_user(chief=True)
    reason = RemovalReason.PRIVACY
    whole.remove(submission.practice, by=chief, at=make.later(minutes), reason=reason, text="Un nome.")


def secretive() -> Submission:
    """A practice that says in every dataset what must leave."""
    of = make.organisation("Comune di Parma", make.municipality("Parma", "G337", sign="PR"))
    origin = make.published(title="Origine")
    row = {"origin": origin.practice.code, "origin_name": "", "origin_url": "", "year": 2021, "outcome": "succeeded"}
    indicator = {"common": None, "name": SECRET, "unit": "persone", "baseline": None, "target": None, "direction": "up"}
    made = make.published(
        title=SECRET,
        of=of,
        summary=f"Con | {SECRET} =1+1",
        adaptations=[row | {"changes": SECRET}],
        indicators=[indicator | {"source": SECRET}],
    )
    said = monitoring.Said("2025", date(2025, 12, 31), Decimal(10), source=SECRET)
    by = made.created_by
    assert by is not None
    monitoring.declare(made.practice, by=by, at=make.later(10), said=[(made.indicators.get(), said)])
    return made


def everything(folder: Path) -> str:
    return "".join(gzip.decompress(path.read_bytes()).decode() for path in folder.glob("*.gz"))


def test_a_removed_practice_leaves_the_snapshots_too(folder: Path) -> None:
    secret = secretive()
    taken(OCTOBER)
    place = folder / "2026-10"
    before = bytes_of(place)
    assert everything(place).count(SECRET) > 8
    kept = {name: [row for row in table(place, name) if SECRET not in str(row)] for name in FILES}
    remove(secret)
    # From this moment on nobody downloads it; the timer rewrites it.
    status, said = fetched("/open-data/archivio/2026-10/pratiche.csv.gz")
    assert (status, SECRET in said.decode()) == (503, False)
    code = secret.practice.code
    assert run().splitlines()[0] == f"2026-10: mascherate {code}"
    assert SECRET not in everything(place)
    # Everything else is as it was.
    assert {name: [row for row in table(place, name) if row.get("codice") != code] for name in FILES} == kept
    bare = {
        "codice": code,
        "identificatore": f"http://localhost:8000/id/{code}",
        "stato": "removed",
        "stato_nome": "rimossa: restano solo il codice, il giorno e il tipo di motivo",
        "rimossa_il": "2026-03-02T11:00:00+01:00",
        "motivo_della_rimozione": "privacy",
        "motivo_della_rimozione_nome": "tutela di dati personali",
    }
    for rows in (table(place, "pratiche"), lines(place, "pratiche")):
        (row,) = [row for row in rows if row["codice"] == code]
        assert {name: value for name, value in row.items() if value not in ("", None, [])} == bare
    manifest = json.loads((place / "manifesto.json").read_text())
    (noted,) = manifest["mascherate"]
    changed = {name for name, content in bytes_of(place).items() if content != before[name]}
    assert set(noted["sha256_di_prima"]) == changed - {"manifesto.json", "SHA256SUMS"}
    assert noted["codice"] == code
    for file in manifest["file"]:
        assert hashlib.sha256((place / file["nome"]).read_bytes()).hexdigest() == file["sha256"]
        assert file["righe"] == len(lines(place, file["nome"].partition(".")[0])), file["nome"]
    assert fetched("/open-data/archivio/2026-10/pratiche.csv.gz")[0] == 200
    page = Client().get("/open-data/archivio/").content.decode()
    assert f"<code>{code}</code>" in page
    # Nothing more to do.
    assert run() == ""


def test_what_was_removed_before_is_not_masked_again(folder: Path) -> None:
    secret = secretive()
    remove(secret)
    taken(OCTOBER)
    assert SECRET not in everything(folder / "2026-10")
    before = bytes_of(folder / "2026-10")
    run()
    assert bytes_of(folder / "2026-10") == before
    assert fetched("/open-data/archivio/2026-10/pratiche.csv.gz")[0] == 200


def test_a_snapshot_with_other_columns_is_masked_as_it_is(folder: Path) -> None:
    secret = secretive()
    taken(OCTOBER)
    place = folder / "2026-10"
    rows = table(place, "pratiche")
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, ["codice", "titolo", "di_una_volta"], extrasaction="ignore")
    writer.writeheader()
    writer.writerows(row | {"di_una_volta": SECRET} for row in rows)
    (place / "pratiche.csv.gz").write_bytes(gzip.compress(text.getvalue().encode("utf-8-sig")))
    remove(secret)
    run()
    found = {row["codice"]: row for row in table(place, "pratiche")}
    assert found[secret.practice.code] == {"codice": secret.practice.code, "titolo": "", "di_una_volta": ""}
    assert len(found) == len(rows)


def test_the_archive_page_says_what_there_is(django_assert_num_queries: Any) -> None:
    def read() -> list[str]:
        page = html.fromstring(Client().get("/open-data/archivio/").content.decode())
        return [" ".join(node.text_content().split()) for node in page.xpath("//main//h2")]

    assert read() == []
    make.published()
    taken(OCTOBER)
    taken(NOVEMBER)
    with django_assert_num_queries(1):
        assert read() == ["Novembre 2026", "Ottobre 2026"]

"""Pages are counted by day without anything about who reads them, and the sums are open data."""

import csv
import io
import json
import multiprocessing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.lib.content_version import current_version, latest_version
from portal.usage import counting
from portal.usage.models import Count, Tally
from portal.usage.tallying import tally
from practices.models.choices import RemovalReason
from practices.moderation import practice as whole
from tests import make
from tests.pages import page, texts

pytestmark = pytest.mark.django_db
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PRACTICE = "/pratiche/portierato-sociale-di-via-turri/"


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.USAGE_DIR = tmp_path / "usage"
    return tmp_path / "usage"


@pytest.fixture
def reader() -> Client:
    return Client(headers={"User-Agent": BROWSER})


def lines(folder: Path) -> list[str]:
    return [line for path in sorted(folder.glob("*")) for line in path.read_text().splitlines()] if folder.exists() else []


def tomorrow() -> datetime:
    return timezone.now() + timedelta(days=1, minutes=10)


# What is counted -------------------------------------------------------------------------------------------------
def test_a_line_holds_kind_language_and_practice_and_nothing_of_who_reads(reader: Client, folder: Path) -> None:
    make.published()
    for url in ("/?nome=segreto", "/en/", PRACTICE, f"{PRACTICE}riuso/", "/pratiche/?q=segreto", "/comuni/reggio-emilia/"):
        assert reader.get(url, REMOTE_ADDR="192.0.2.77").status_code == 200
    assert lines(folder) == [
        "home\tit\t",
        "home\ten\t",
        "practices:practice\tit\tportierato-sociale-di-via-turri",
        "practices:reuse\tit\tportierato-sociale-di-via-turri",
        "practices:list\tit\t",
        "city\tit\t",
    ]
    [path] = folder.glob("*")
    assert (path.name, path.stat().st_mode & 0o777) == (f"{timezone.localdate()}.{counting.MACHINE}", 0o600)


def test_a_page_that_the_browser_has_already_counts_and_costs_no_further_query(reader: Client, folder: Path) -> None:
    etag = reader.get("/")["ETag"]
    with CaptureQueriesContext(connection) as queries:
        assert reader.get("/", headers={"If-None-Match": etag}).status_code == 304
    assert (len(queries), lines(folder)) == (1, ["home\tit\t"] * 2)


def test_what_is_no_reading_is_not_counted(reader: Client, folder: Path) -> None:
    live = make.published()
    for url in (
        "/non-esiste/",
        "/robots.txt",
        "/sitemap.xml",
        "/sitemap-pratiche.xml",
        "/scrivania/",
        f"/id/{live.practice.code}",
    ):
        reader.get(url)
    reader.get(f"{PRACTICE}segnala/")
    reader.post("/")
    reader.head("/")
    reader.get("/", headers={"Sec-Purpose": "prefetch;prerender"})
    assert lines(folder) == []


@pytest.mark.parametrize(
    ("agent", "counts"),
    [
        (BROWSER, True),
        ("Mozilla/5.0 (Linux; Android 14; CUBOT NOTE 50) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36", True),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", False),
        ("Mozilla/5.0 (compatible; bingbot/2.0)", False),
        ("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2)", False),
        ("Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/126.0", False),
        ("facebookexternalhit/1.1", False),
        ("curl/8.5.0", False),
        ("python-requests/2.32", False),
        ("", False),
    ],
)
def test_programs_that_say_so_are_not_counted(folder: Path, agent: str, counts: bool) -> None:
    Client(headers={"User-Agent": agent}).get("/")
    assert len(lines(folder)) == counts


def test_reading_goes_on_where_nothing_can_be_written(reader: Client, folder: Path) -> None:
    folder.write_text("not a folder")
    assert reader.get("/").status_code == 200


def test_a_day_takes_no_more_than_its_size(reader: Client, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MAX_BYTES", 25)
    for _n in range(5):
        reader.get("/")
    assert lines(folder) == ["home\tit\t"] * 3


def write_many(folder: str, word: str) -> None:
    from django.conf import settings

    settings.USAGE_DIR = Path(folder)
    for _n in range(2000):
        counting._append(f"{word}\tit\t\n")


def test_lines_of_several_processes_do_not_mix(folder: Path) -> None:
    words = ["a" * 40, "b" * 40, "c" * 40]
    processes = [multiprocessing.get_context("fork").Process(target=write_many, args=(str(folder), word)) for word in words]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    found = lines(folder)
    assert {line: found.count(line) for line in set(found)} == {f"{word}\tit\t": 2000 for word in words}


# Sums ------------------------------------------------------------------------------------------------------------
def put(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text)
    return path


def sums() -> list[tuple[str, str, str, int, int]]:
    rows = Count.objects.order_by("tally__day", "route", "language", "practice")
    return [(str(row.tally.day), row.route, row.language, row.practice, row.pages) for row in rows]


def test_a_day_that_is_over_is_added_up_once_and_its_file_goes(reader: Client, folder: Path) -> None:
    practice = make.published().practice
    for url in ("/", "/", "/en/", PRACTICE, PRACTICE):
        reader.get(url)
    assert tally(at=timezone.now()) == []
    assert len(lines(folder)) == 5
    [row] = tally(at=tomorrow())
    day = str(timezone.localdate())
    expected = [
        (day, "home", "en", 0, 1),
        (day, "home", "it", 0, 2),
        (day, "practices:practice", "it", practice.pk, 2),
    ]
    assert (sums(), list(folder.glob("*"))) == (expected, [])
    # Killed after the sums and before the file went: it is not added again.
    put(folder, f"{row.day}.{row.machine}", "home\tit\t\n")
    assert tally(at=tomorrow()) == []
    assert (sums(), list(folder.glob("*"))) == (expected, [])


def test_machines_count_for_themselves_and_damaged_lines_do_not_count(folder: Path) -> None:
    good = "home\tit\t\n"
    put(folder, "2026-03-02.uno", f"{good}home\n\nx\ty\tz\tw\n\tit\t\n{'r' * 101}\tit\t\nhome\tit\tnon-esiste\nhome\tit")
    put(folder, "2026-03-02.due", good)
    kept = [put(folder, "2026-13-99.x", good), put(folder, "note.txt", good)]
    assert [str(row) for row in tally(at=make.later(60 * 24 * 2))] == ["2026-03-02 due", "2026-03-02 uno"]
    assert sums() == [("2026-03-02", "home", "it", 0, 1), ("2026-03-02", "home", "it", 0, 2)]
    assert sorted(folder.glob("*")) == sorted(kept)


def test_a_request_that_began_before_midnight_still_finds_its_file(folder: Path) -> None:
    put(folder, "2026-03-02.uno", "home\tit\t\n")
    midnight = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)
    assert tally(at=midnight + timedelta(minutes=4)) == []
    assert len(tally(at=midnight + timedelta(minutes=6))) == 1


def test_counts_change_the_page_and_do_not_make_the_portal_look_updated(folder: Path) -> None:
    make.published()
    before = latest_version()
    put(folder, "2026-03-02.uno", "home\tit\t\n")
    tally(at=make.later(60 * 24 * 2))
    after = latest_version()
    assert (after.number, after.changed_at) == (before.number + 1, before.changed_at)
    tally(at=make.later(60 * 24 * 2))
    assert current_version() == after.number


def test_the_command_tells_what_it_counted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(folder, "2026-03-02.uno", "home\tit\t\n" * 3)
    call_command("count_pages")
    assert capsys.readouterr().out == "02/03/2026: 3\nGiorni contati: 1\n"
    call_command("count_pages")
    assert capsys.readouterr().out == "Giorni contati: 0\n"


# The page --------------------------------------------------------------------------------------------------------
def counted(day: date, route: str, pages: int, language: str = "it", practice: int = 0) -> None:
    row, _created = Tally.objects.get_or_create(day=day, machine="uno")
    Count.objects.create(tally=row, route=route, language=language, practice=practice, pages=pages)


def test_the_page_says_so_before_anything_is_counted(client: Client) -> None:
    tree = page(client, "/statistiche/uso/")
    assert texts(tree, "//main//p[contains(@class, 'notice')]") == [
        "Non c'è ancora nessun giorno contato: i primi numeri compaiono il giorno dopo quello in cui il portale comincia a "
        "essere letto."
    ]
    assert texts(tree, "//main//h2") == ["Come si conta"]


def test_the_page_shows_days_kinds_and_practices(client: Client) -> None:
    today = timezone.localdate()
    one, other = make.published().practice, make.published(title="Altra").practice
    gone = make.published(title="Rimossa").practice
    whole.remove(gone, by=make.editor_user(chief=True), at=make.later(9), reason=RemovalReason.PRIVACY, text="Un nome")
    yesterday = today - timedelta(days=1)
    counted(yesterday, "home", 1200)
    counted(yesterday, "home", 30, "en")
    counted(yesterday, "practices:practice", 5, practice=one.pk)
    counted(yesterday, "practices:reuse", 2, practice=one.pk)
    counted(today - timedelta(days=2), "practices:practice", 4, practice=other.pk)
    counted(today - timedelta(days=2), "practices:practice", 99, practice=gone.pk)
    counted(today - timedelta(days=200), "vecchia_pagina", 7)
    counted(today - timedelta(days=400), "home", 5000)
    tree = page(client, "/statistiche/uso/")
    assert [texts(row, "./*")[1] for row in tree.xpath("//table[1]//tr")[:3]] == ["Pagine", "1.237", "103"]
    assert [texts(row, "./*") for row in tree.xpath("//section[@aria-labelledby='tipi']//tbody/tr")] == [
        ["Pagina iniziale", "1.200", "30", "1.230"],
        ["Pagina di una pratica", "108", "0", "108"],
        ["vecchia_pagina", "7", "0", "7"],
        ["Scheda di riuso", "2", "0", "2"],
    ]
    assert texts(tree, "//section[@aria-labelledby='pratiche']//li/span") == [
        "Portierato sociale di via Turri 7",
        "Altra 4",
    ]
    assert "Rimossa" not in tree.text_content()
    assert tree.xpath("//figure[@class='chart']//desc")[0].text.startswith("2 valori, da 103 pagine")
    assert texts(tree, "//p[@class='updated']")[0].startswith("Ultimo giorno contato: ")


def test_the_files_hold_every_count_and_no_name_of_a_practice(client: Client) -> None:
    practice = make.published().practice
    counted(date(2026, 3, 2), "home", 3)
    counted(date(2026, 3, 2), "practices:practice", 2, "en", practice.pk)
    row, _created = Tally.objects.get_or_create(day=date(2026, 3, 2), machine="due")
    Count.objects.create(tally=row, route="home", language="it", pages=4)
    response = client.get("/statistiche/uso.csv")
    text = b"".join(response.streaming_content).decode()
    assert text.startswith("\ufeff")
    expected = [
        {
            "giorno": "2026-03-02",
            "tipo": "home",
            "descrizione": "Pagina iniziale",
            "lingua": "it",
            "pratica": "",
            "pagine": 7,
        },
        {
            "giorno": "2026-03-02",
            "tipo": "practices:practice",
            "descrizione": "Pagina di una pratica",
            "lingua": "en",
            "pratica": practice.code,
            "pagine": 2,
        },
    ]
    found = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert found == [{name: str(value) for name, value in line.items()} for line in expected]
    assert json.loads(b"".join(client.get("/statistiche/uso.json").streaming_content)) == expected
    # A file is the same in both languages.
    assert json.loads(b"".join(client.get("/en/statistics/usage.json").streaming_content)) == expected


def test_the_page_costs_the_same_for_one_count_and_for_many(client: Client, django_assert_num_queries: Any) -> None:
    today = timezone.localdate()
    counted(today - timedelta(days=1), "practices:practice", 1, practice=make.published().practice.pk)
    for more in (0, 20):
        for n in range(more):
            counted(
                today - timedelta(days=2 + n),
                "practices:practice",
                n + 1,
                practice=make.published(title=f"P{n}").practice.pk,
            )
        with django_assert_num_queries(6):
            assert client.get("/statistiche/uso/").status_code == 200


def test_the_open_data_lead_to_the_counts(client: Client) -> None:
    links = [link for link in page(client, "/open-data/").xpath("//main//a/@href") if "/uso" in link]
    assert links == ["/statistiche/uso.csv", "/statistiche/uso.json", "/statistiche/uso/"]

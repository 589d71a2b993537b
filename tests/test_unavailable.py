"""What users are told while the database does not answer or nothing more can be written, and that nothing is lost by it."""

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path, reverse

from portal import urls
from portal.lib.files import ReplacingStorage
from tests import make
from tests.demo import free_port
from tests.desk import Desk
from tests.html_forms import data_of
from tests.samples import pdf, stored

pytestmark = pytest.mark.django_db(transaction=True)
SAID = "Il portale torna tra poco"
TEXT = "Un testo lungo, che <nessuno> vuole scrivere due volte."


@login_not_required
def ours(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


@login_not_required
def our_query(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nothing FROM nowhere")
    return HttpResponse()


urlpatterns = [path("ours/", ours), path("our-query/", our_query), *urls.urlpatterns]
handler500 = "portal.unavailable.server_error"


@contextmanager
def away() -> Iterator[None]:
    """Nobody answers where the database was."""
    found = connection.settings_dict
    kept = {name: found[name] for name in ("NAME", "PORT")}
    connection.close()
    found.update({"NAME": "/nowhere/portale.sqlite3"} if connection.vendor == "sqlite" else {"PORT": free_port()})
    try:
        yield
    finally:
        connection.close()
        found.update(kept)


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Whatever writes more into one file fails, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def desk() -> Desk:
    """An officer who sees pages where the tests would see exceptions."""
    made = Desk()
    made.client.raise_request_exception = False
    return made


def visitor(**options: Any) -> Client:
    return Client(raise_request_exception=False, **options)


def _file(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("relazione.pdf", data)


# The database does not answer -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "language", "said"),
    [
        ("/", "it", SAID),
        ("/pratiche/", "it", SAID),
        ("/en/", "en", "The portal will be back soon"),
        ("/accesso/login/", "it", SAID),
    ],
)
def test_a_page_says_that_it_is_for_a_moment(address: str, language: str, said: str) -> None:
    with away():
        page = visitor().get(address)
    if page.status_code == 200:
        # It asks no database: the login page.
        assert address == "/accesso/login/"
        return
    assert (page.status_code, page["Retry-After"], page["Cache-Control"]) == (503, "5", "no-store")
    assert (f'<html lang="{language}">' in page.content.decode(), said in page.content.decode()) == (True, True)
    assert visitor().get(address).status_code == 200


def test_programs_are_told_in_their_own_form() -> None:
    with away():
        answer = visitor().get(reverse("api:index"))
    assert (answer.status_code, answer["Content-Type"], answer["Access-Control-Allow-Origin"], answer["Retry-After"]) == (
        503,
        "application/problem+json",
        "*",
        "5",
    )
    assert answer.json()["title"] == SAID


def test_what_saves_itself_stays_in_the_browser(desk: Desk) -> None:
    address = reverse("desk:autosave", args=[desk.draft.pk, "why"])
    with away():
        answer = desk.client.post(address, {"seen": "0", "problem": TEXT}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["message"]) == (503, f"{SAID}. Ciò che hai inviato non risulta salvato.")
    assert desk.value("problem") == make.values()["problem"]


def test_what_was_sent_is_in_the_page_and_can_be_sent_again(desk: Desk) -> None:
    """A page that is not stored is not filled in again by the browser's *back*."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.cookies = desk.client.cookies
    data = {**data_of(client.get(desk.url("why"))), "problem": TEXT, "continue": "1"}
    with away():
        page = client.post(desk.url("why"), data)
    assert page.status_code == 503
    again = data_of(page, "resend")
    assert again == {name: value if isinstance(value, list) else [value] for name, value in data.items()}
    assert client.post(desk.url("why"), again).status_code == 302
    assert desk.value("problem") == TEXT


def test_a_forged_form_and_a_password_are_not_repeated() -> None:
    forged = visitor(enforce_csrf_checks=True)
    known = visitor()
    with away():
        answers = [
            forged.post(reverse("account_login"), {"login": TEXT}),
            known.post(reverse("account_login"), {"login": "a@example.org", "password": TEXT}),
        ]
    assert [("Un testo lungo" in answer.content.decode(), "resend" in answer.content.decode()) for answer in answers] == [
        (False, False)
    ] * 2
    assert answers[1].status_code == 503


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a whole database is locked on SQLite alone")
def test_a_database_that_somebody_else_keeps_locked(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    connection.close()
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.1)
    data = {**data_of(desk.client.get(desk.url("why"))), "problem": TEXT}
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as other:
        other.execute("BEGIN IMMEDIATE")
        page = desk.client.post(desk.url("why"), data)
        # Reading goes on.
        assert desk.client.get(desk.url("why")).status_code == 200
    connection.close()
    assert (page.status_code, SAID in page.content.decode(), desk.send("why", problem=TEXT).status_code) == (503, True, 302)


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("address", ["/ours/", "/our-query/"])
def test_our_own_mistakes_stay_errors(address: str) -> None:
    page = visitor().get(address)
    assert (page.status_code, "Qualcosa non ha funzionato" in page.content.decode()) == (500, True)


# The disk is full -------------------------------------------------------------------------------------------------


def test_a_file_that_cannot_be_written_is_told_and_leaves_nothing(desk: Desk, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    data = pdf("x" * 200_000)
    with files_of_at_most(100_000):
        script = {"Accept": "application/json"}
        answer = desk.client.post(reverse("desk:upload", args=[desk.draft.pk]), {"file": _file(data)}, headers=script)
        page = desk.client.post(desk.url("attachments"), {"seen": "0", "files": _file(data)})
    assert (answer.status_code, answer.json()["title"]) == (507, "Lo spazio del server è esaurito")
    assert (page.status_code, "I file invece andranno scelti di nuovo." in page.content.decode()) == (507, True)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert desk.upload(data).status_code == 201


def test_a_large_file_that_finds_no_room_in_the_temporary_folder(desk: Desk, settings: Any) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1000
    with files_of_at_most(100_000):
        answer = desk.upload(pdf("x" * 200_000))
    assert (answer.status_code, answer["Retry-After"], desk.draft.attachments.count()) == (507, "60", 0)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="for PostgreSQL the drill fills a disk")
def test_a_database_that_is_full(desk: Desk) -> None:
    with connection.cursor() as cursor:
        pages, free = (cursor.execute(f"PRAGMA {what}_count").fetchone()[0] for what in ("page", "freelist"))
        # What other tests have left empty is full first, but for some pages.
        cursor.execute("CREATE TABLE ballast (bytes BLOB)")
        cursor.execute("INSERT INTO ballast VALUES (zeroblob(%s))", [max(free - 10, 0) * 4092])
        cursor.execute(f"PRAGMA max_page_count = {pages}")
    seen = 0
    # First among the pages that it has.
    while (answer := desk.send("how", activities="parola " * (500 * seen + 1))).status_code == 302:
        seen += 1
    assert (answer.status_code, "Lo spazio del server è esaurito" in answer.content.decode()) == (507, True)
    assert desk.client.get(reverse("desk:dashboard")).status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 1073741823")
    assert desk.send("how", activities="Ora sì.").status_code == 302


def test_a_file_that_cannot_be_written_takes_no_other_with_it(settings: Any, tmp_path: Path) -> None:
    """The same file of two people at once: one is stored and its row not yet written when the other one's fails."""
    settings.MEDIA_ROOT = tmp_path
    data = pdf("x" * 200_000)
    first = stored(data, "a.pdf")
    with files_of_at_most(100_000), pytest.raises(OSError, match="File too large"):
        stored(data, "b.pdf")
    with default_storage.open(first.path) as file:
        assert file.read() == data
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [first.path.rpartition("/")[2]]


def test_a_file_is_never_there_in_part(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    replacing = ReplacingStorage(location=tmp_path / "replacing")
    names = [default_storage.save("a.txt", _file(b"uno")), default_storage.save("a.txt", _file(b"due"))]
    assert names[0] == "a.txt" != names[1]
    assert [replacing.save("a.txt", _file(text)) for text in (b"uno", b"due")] == ["a.txt", "a.txt"]
    with files_of_at_most(2), pytest.raises(OSError, match="File too large"):
        replacing.save("a.txt", _file(b"tre"))
    found = {path.relative_to(tmp_path).as_posix(): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert found == {"media/a.txt": b"uno", f"media/{names[1]}": b"due", "replacing/a.txt": b"due"}

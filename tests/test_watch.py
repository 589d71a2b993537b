"""`manage.py watch`: one mail when something needs a person and one when it is over, through a real mail server."""

import io
import json
import logging
import os
import pty
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test import Client
from django.utils import formats, timezone
from environs import Env

from portal.observation import failures, variables, watching
from tests.demo import free_port
from tests.drills.disks import may_mount, small_disk
from tests.mail_server import Inbox, server
from tests.test_health import queued, sent

pytestmark = pytest.mark.django_db
ADMINISTRATORS = ["sistemi@example.org", "turno@example.org"]
DAY = timedelta(days=1)
STANDS = "La posta non parte da 180 minuti. Messaggi in coda: 1."


@pytest.fixture(autouse=True)
def settled(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of its own, and a disk that has room whatever this machine's has."""
    settings.DATA_DIR = tmp_path
    settings.ADMIN_MAIL = ADMINISTRATORS
    monkeypatch.setattr(watching, "NEARLY_FULL", 1)
    settings.POST_OFFICE = {**settings.POST_OFFICE, "BACKENDS": {"default": "django.core.mail.backends.smtp.EmailBackend"}}
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = (
        "127.0.0.1",
        free_port(),
        False,
        False,
    )


@pytest.fixture
def inbox(settings: Any) -> Iterator[Inbox]:
    found = Inbox()
    with server(found, settings.EMAIL_PORT):
        yield found


def watch(at: datetime | None = None) -> list[str]:
    said = io.StringIO()
    call_command("watch", at=at, stdout=said)
    return said.getvalue().splitlines()


def texts(inbox: Inbox) -> list[str]:
    return [str(message.get_content()) for message in inbox.arrived]


def test_a_mail_when_it_begins_none_while_it_lasts_and_one_when_it_is_over(inbox: Inbox) -> None:
    assert watch() == []
    queued(3)
    assert watch() == [f"È cominciato: {STANDS}"]
    assert watch() == []
    sent(0)
    assert watch() == [f"È finito: {STANDS}"]
    assert watch() == []
    assert [subject.strip() for subject in inbox.subjects()] == [
        f"Portale, serve qualcuno: {STANDS}",
        f"Portale, è finito: {STANDS}",
    ]
    begun, over = texts(inbox)
    assert [f"- {STANDS}" in text.splitlines() for text in (begun, over)] == [True, True]
    assert [str(message["To"]) for message in inbox.arrived] == [", ".join(ADMINISTRATORS)] * 2
    # Whose mail waits is nobody's business.
    assert "anna@comune.example" not in begun + over


def test_what_could_not_be_told_is_told_by_the_next_run(settings: Any) -> None:
    queued(3)
    for _n in range(2):
        with pytest.raises(CommandError, match="ConnectionRefusedError"):
            watch()
    found = Inbox()
    with server(found, settings.EMAIL_PORT):
        assert watch() == [f"È cominciato: {STANDS}"]
        assert watch() == []
    assert len(found.arrived) == 1


def test_nobody_is_written_to_where_nobody_is_named(settings: Any, inbox: Inbox) -> None:
    settings.ADMIN_MAIL = []
    queued(3)
    assert (watch(), watch(), inbox.arrived) == ([f"È cominciato: {STANDS}"], [], [])


def test_a_disk_that_is_nearly_full_and_a_storage_that_is_gone(
    settings: Any, inbox: Inbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "media").write_text("no folder")
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setattr(watching, "NEARLY_FULL", 2**60)
    archive, space = (line.removeprefix("È cominciato: ") for line in watch())
    assert archive == "L'archivio dei file non si può scrivere."
    assert space.startswith("Lo spazio sta finendo: ")
    monkeypatch.setattr(watching, "NEARLY_FULL", 1)
    (tmp_path / "media").unlink()
    assert watch() == [f"È finito: {archive}", f"È finito: {space}"]
    assert len(inbox.arrived) == 2


def test_a_file_that_was_cut_is_begun_anew(inbox: Inbox, tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "watch.json").write_text('{"mails": "La po')
    queued(3)
    assert watch() == [f"È cominciato: {STANDS}"]
    assert json.loads((tmp_path / "runs" / "watch.json").read_text()) == {"mails": STANDS}


def test_on_a_full_disk_it_is_told_once_an_hour(inbox: Inbox, tmp_path: Path, settings: Any) -> None:
    if not may_mount():
        pytest.skip("a small disk cannot be mounted here")
    with small_disk(tmp_path / "data", 4) as disk:
        settings.DATA_DIR = disk.folder
        queued(3)
        disk.fill()
        hour = timezone.now().replace(minute=4)
        for minutes in range(0, 120, 5):
            with pytest.raises(CommandError, match="non si può annotare, e si ripete una volta all'ora: OSError"):
                watch(hour + timedelta(minutes=minutes))
        assert len(inbox.arrived) == 2
        disk.free()
        assert watch(hour + timedelta(minutes=120)) == [f"È cominciato: {STANDS}"]
        assert watch(hour + timedelta(minutes=125)) == []
    assert len(inbox.arrived) == 3


def ran(folder: Path, **ago: timedelta) -> None:
    """Each of these commands ended well so long ago."""
    (folder / "runs").mkdir(exist_ok=True)
    for name, since in ago.items():
        mark, moment = folder / "runs" / name, (timezone.now() - since).timestamp()
        mark.touch()
        os.utime(mark, (moment, moment))


def test_a_timer_that_stopped(inbox: Inbox, tmp_path: Path, settings: Any) -> None:
    """One that never ran here may be another machine's; one that nothing asks for any more is not missed."""
    assert watch() == []
    ran(tmp_path, first=DAY * 9, backup=DAY * 3, publish_scheduled=timedelta(seconds=1), scan_files=DAY * 9)
    since = formats.date_format(timezone.localtime(timezone.now() - DAY * 3), "j F Y, H:i")
    late = f"Il comando backup non va a buon fine dal {since}."
    assert watch() == [f"È cominciato: {late}"]
    settings.CLAMAV_SOCKET = str(tmp_path / "clamd.ctl")
    [scan] = watch()
    assert scan.startswith("È cominciato: Il comando scan_files non va a buon fine dal ")
    (tmp_path / "runs" / "backup").touch()
    assert watch() == [f"È finito: {late}"]
    assert len(inbox.arrived) == 3


def test_after_a_stop_no_timer_is_late_until_its_time_has_come_again(inbox: Inbox, tmp_path: Path) -> None:
    """Whichever of them runs first: here `watch`, before those that run as often and one that takes its time."""
    stop = timedelta(hours=40)
    ran(tmp_path, first=DAY * 9, backup=stop + DAY, publish_scheduled=stop, send_queued_mail=stop, watch=stop)
    assert (watch(), watch(), inbox.arrived) == ([], [], [])
    # It runs again for so long, and two of them do not.
    ran(tmp_path, first=timedelta(minutes=30), send_queued_mail=timedelta(0))
    assert [line.split()[4] for line in watch()] == ["publish_scheduled"]
    ran(tmp_path, first=timedelta(hours=31), publish_scheduled=timedelta(0))
    assert [line.split()[4] for line in watch()] == ["backup", "publish_scheduled"]


def test_a_stop_of_any_length_makes_nothing_late(inbox: Inbox, tmp_path: Path) -> None:
    """Of those that run every five minutes one may have run just after `watch`, or nearly five minutes before."""
    for minutes in range(60):
        stop, before = timedelta(minutes=minutes), timedelta(minutes=4)
        ran(tmp_path, first=DAY * 9, watch=stop, publish_scheduled=stop + before, send_alerts=stop)
        assert watch() == [], minutes
    assert inbox.arrived == []


def test_what_somebody_runs_at_a_terminal_leaves_no_mark(tmp_path: Path) -> None:
    """On a machine that has no timer of it nobody waits for it to be run again."""
    ours, theirs = pty.openpty()
    before = os.dup(0)
    try:
        os.dup2(theirs, 0)
        call_command("publish_scheduled", stdout=io.StringIO())
    finally:
        os.dup2(before, 0)
        for each in (before, ours, theirs):
            os.close(each)
    assert not (tmp_path / "runs").exists()
    call_command("publish_scheduled", stdout=io.StringIO())
    assert sorted(path.name for path in (tmp_path / "runs").iterdir()) == ["first", "publish_scheduled"]


@pytest.mark.django_db(transaction=True)
def test_while_the_database_is_away_nothing_of_it_is_over(inbox: Inbox) -> None:
    def away(*_args: Any) -> Any:
        raise OperationalError("server closed the connection unexpectedly")

    queued(3)
    assert watch() == [f"È cominciato: {STANDS}"]
    with connection.execute_wrapper(away):
        assert watch() == ["È cominciato: La banca dati non risponde."]
        assert watch() == []
    assert watch() == ["È finito: La banca dati non risponde."]


# Pages that fail ---------------------------------------------------------------------------------------------------
def fail(settings: Any, times: int) -> None:
    """As in production: what no view expected becomes a page, and a line."""
    client = Client(raise_request_exception=False)
    settings.STORAGES = {**settings.STORAGES, "open_data": {"BACKEND": "non.esiste"}}
    assert [client.get("/open-data/archivio/").status_code for _n in range(times)] == [500] * times


def test_a_page_that_fails_once_or_twice_needs_nobody(settings: Any, inbox: Inbox) -> None:
    fail(settings, 2)
    assert (watch(), inbox.arrived) == ([], [])


def test_one_that_fails_again_and_again_is_told_once_an_hour_at_most(settings: Any, inbox: Inbox) -> None:
    begun = timezone.now()
    fail(settings, 3)
    [line] = watch()
    assert line.startswith("È cominciato: Una pagina non funziona: InvalidStorageError portal/")
    assert line.endswith(", 3 volte nell'ultima ora.")
    fail(settings, 20)
    assert watch() == []
    assert watch(begun + timedelta(minutes=50)) == []
    assert watch(begun + timedelta(minutes=70)) == [line.replace("cominciato", "finito")]
    assert len(inbox.arrived) == 2


def test_what_an_exception_says_is_kept_nowhere(tmp_path: Path) -> None:
    """PostgreSQL names the address that was there already."""
    log, secret = logging.getLogger("django.request"), "anna@comune.example"
    try:
        raise ValueError(f"Key (email)=({secret}) already exists.")
    except ValueError:
        log.error("%s: %s", "Internal Server Error", f"/{secret}", exc_info=True)
    [path] = (tmp_path / "failures").iterdir()
    assert secret not in path.read_text()
    assert "ValueError" in path.read_text()


def test_what_passes_by_itself_is_no_failure(tmp_path: Path) -> None:
    log = logging.getLogger("django.request")
    for status in (503, 507, 500):
        log.error("", exc_info=OperationalError(), extra={"status_code": status})
    [path] = (tmp_path / "failures").iterdir()
    assert [line.partition("\t")[2] for line in path.read_text().splitlines()] == ["OperationalError ?"]


def test_failures_are_looked_at_for_an_hour_and_their_files_deleted_after(settings: Any, tmp_path: Path) -> None:
    now = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
    folder = tmp_path / "failures"
    folder.mkdir()
    for hour in (9, 11, 12):
        lines = [f"2026-03-01T{hour:02}:{minute:02}:00+00:00\tKeyError x.py:1 f\n" for minute in (10, 20, 25, 29, 40)]
        (folder / f"2026-03-01T{hour:02}").write_text("".join(lines))
    # Of the hour before one, of this one four.
    assert failures.repeated(now) == {"KeyError x.py:1 f": 5}
    failures.sweep(now)
    assert sorted(path.name for path in folder.iterdir()) == ["2026-03-01T11", "2026-03-01T12"]


def test_a_flood_of_failures_fills_no_disk(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failures, "MAX_BYTES", 300)
    fail(settings, 20)
    assert sum(path.stat().st_size for path in (tmp_path / "failures").iterdir()) < 1000


@pytest.mark.parametrize(("said", "found"), [("", []), ("a@b.it, c@d.it", ["a@b.it", "c@d.it"])])
def test_administrators_are_named_by_the_environment(monkeypatch: pytest.MonkeyPatch, said: str, found: list[str]) -> None:
    monkeypatch.setenv("ADMIN_MAIL", said)
    assert variables.admin_mail(Env()) == found

"""`/healthz` and `/readyz`: whether the process answers, and whether it can work; for machines alone."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as ours
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone
from post_office.models import STATUS, Email

from portal.lib import mail
from portal.observation import checks
from tests.nodes import Node

db = pytest.mark.django_db
HOURS = timedelta(hours=1)


def ready() -> tuple[int, dict[str, bool]]:
    response = Client().get("/readyz")
    said = response.json()
    assert said["ready"] is (response.status_code == 200)
    return response.status_code, {name: check["ok"] for name, check in said["checks"].items()}


WELL = {"database": True, "migrations": True, "storage": True, "space": True, "mails": True}


# The answers -------------------------------------------------------------------------------------------------------
def test_the_process_answers_and_asks_nobody() -> None:
    response = Client().get("/healthz")
    assert (response.status_code, response.json(), response.cookies) == (200, {"alive": True}, {})


@db
def test_what_works_is_ready() -> None:
    assert ready() == (200, WELL)


@db
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_they_are_for_reading_alone_not_kept_and_not_counted(path: str, settings: Any, tmp_path: Path) -> None:
    settings.USAGE_DIR = tmp_path / "usage"
    client = Client(headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"})
    response = client.get(path)
    assert (response["Cache-Control"], response["Content-Type"]) == ("no-store", "application/json")
    assert [response.has_header(name) for name in ("Vary", "Set-Cookie", "ETag")] == [False] * 3
    assert [getattr(client, method)(path).status_code for method in ("head", "post", "put", "delete")] == [
        200,
        405,
        405,
        405,
    ]
    assert not settings.USAGE_DIR.exists()


@db
def test_a_balancer_asks_by_http_and_by_the_number_of_the_machine(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.ALLOWED_HOSTS = ["portale.example.org"]
    assert [Client().get(path, HTTP_HOST="10.0.0.7:8000").status_code for path in ("/healthz", "/readyz", "/")] == [
        200,
        200,
        400,
    ]


@db
def test_who_comes_through_the_proxy_is_not_told(settings: Any) -> None:
    found = [Client().get(path, headers={"X-Forwarded-For": "203.0.113.7"}).status_code for path in ("/healthz", "/readyz")]
    assert found == [200, 404]


# What is missing ---------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A process whose database cannot be opened."""
    folder = tmp_path_factory.mktemp("gone")
    variables = {"DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": f"sqlite:///{folder}/nowhere/x.sqlite3"}
    found = Node(variables, folder)
    found.begin()
    try:
        found.wait()
        yield found
    finally:
        found.stop()


def test_without_the_database_the_process_answers_and_is_not_ready(node: Node) -> None:
    def asked(path: str) -> tuple[int, Any]:
        # As a probe does: not through a proxy.
        with closing(HTTPConnection("127.0.0.1", node.port, timeout=20)) as probe:
            probe.request("GET", path)
            answer = probe.getresponse()
            return answer.status, json.loads(answer.read())

    assert asked("/healthz") == (200, {"alive": True})
    status, said = asked("/readyz")
    assert (status, said["ready"]) == (503, False)
    assert {name: check["ok"] for name, check in said["checks"].items()} == {
        **WELL,
        "database": False,
        "migrations": False,
        "mails": False,
    }


@db
def test_a_migration_that_is_not_applied_is_missed_and_no_other() -> None:
    row = MigrationRecorder(connection).migration_qs.filter(app="practices").order_by("-pk").first()
    assert row is not None
    row.delete()
    assert ready() == (503, {**WELL, "migrations": False})
    assert checks.migrations().figures == {"missing": 1}


@db
def test_a_storage_that_cannot_be_written(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "media").write_text("no folder")
    settings.MEDIA_ROOT = tmp_path / "media"
    assert ready() == (503, {**WELL, "storage": False})


@db
def test_nothing_is_left_in_the_storage() -> None:
    assert ready()[0] == 200
    assert default_storage.listdir("allegati/prova") == ([], [])


@db
def test_a_disk_that_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    free = min(shutil.disk_usage(folder).free for folder in (ours.DATA_DIR, tempfile.gettempdir()))
    monkeypatch.setattr(checks, "LEAST_FREE", free * 2)
    assert ready() == (503, {**WELL, "space": False})


# The queue of mails ------------------------------------------------------------------------------------------------
def queued(hours: float, status: int = STATUS.queued) -> Email:
    """One that was queued so many hours ago."""
    mail.queue(["anna@comune.example"], "Prova", "Prova.")
    row = Email.objects.latest("pk")
    Email.objects.filter(pk=row.pk).update(created=timezone.now() - hours * HOURS, status=status)
    return row


def sent(hours: float) -> None:
    Email.objects.filter(pk=queued(hours, STATUS.sent).pk).update(last_updated=timezone.now() - hours * HOURS)


def waits() -> tuple[bool, int]:
    found = checks.mails()
    return found.ok, found.figures["minutes"]


@db
def test_mails_that_wait_are_told_and_turn_nobody_away() -> None:
    queued(3)
    assert ready() == (200, {**WELL, "mails": False})
    assert checks.mails().figures == {"waiting": 1, "minutes": 180}


@db
@pytest.mark.parametrize(
    ("waiting", "left", "expected"),
    [
        # Of the first lines, whether the sender runs; of the others, whether it gets through.
        ([(1, STATUS.queued)], [], (True, 60)),
        ([(2, STATUS.queued)], [], (False, 120)),
        ([(9, STATUS.queued)], [0], (True, 0)),  # a long newsletter, on its way
        ([(9, STATUS.queued)], [3], (False, 180)),  # on which the sender died
        ([(3, STATUS.requeued)], [], (False, 180)),
        ([(3, STATUS.requeued)], [1], (True, 0)),  # one address that is wrong, others arrive
        ([(30, STATUS.requeued), (3, STATUS.requeued)], [5], (False, 180)),
        ([(3, STATUS.sent), (3, STATUS.failed)], [], (True, 0)),
    ],
)
def test_how_long_the_queue_stands_still(
    waiting: list[tuple[int, int]], left: list[int], expected: tuple[bool, int]
) -> None:
    for hours, status in waiting:
        queued(hours, status)
    for hours in left:
        sent(hours)
    assert waits() == expected

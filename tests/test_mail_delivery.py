"""The queue and a real mail server: every mail arrives, whatever happens to the sender and to the server."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from post_office.models import STATUS, Email

from portal.lib import mail
from tests.demo import free_port
from tests.mail_server import Inbox, server

pytestmark = pytest.mark.django_db(transaction=True)


def sender(port: int, folder: Path, said: Any = subprocess.DEVNULL, **variables: str) -> subprocess.Popen[bytes]:
    """`manage.py send_queued_mail`, as its timer starts it, on the tests' database."""
    found = connection.settings_dict
    address = "{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**found)
    url = f"sqlite:///{found['NAME']}" if connection.vendor == "sqlite" else f"postgres://{address}"
    kept = {
        name: value for name, value in os.environ.items() if name in {"PATH", "DATA_DIR"} or name.startswith("COVERAGE_")
    }
    environment = {**kept, "DEVELOPMENT": "1", "DATABASE_URL": url, "EMAIL_URL": f"smtp://127.0.0.1:{port}"}
    # Other senders of this machine hold other locks.
    manage = str(Path(settings.BASE_DIR) / "manage.py")
    command = [sys.executable, manage, "send_queued_mail", "--lockfile", str(folder / "sender")]
    return subprocess.Popen(command, env={**environment, **variables}, stdout=said, stderr=said)


def queue(number: int) -> Counter[str]:
    subjects = [f"Numero {n}" for n in range(number)]
    for subject in subjects:
        mail.queue(["anna@comune.example"], subject, f"Perché è la {subject}: è così.\n\n{settings.SITE_URL}/scrivania/")
    return Counter(subjects)


def test_a_sender_that_is_killed_sends_at_most_one_mail_twice(tmp_path: Path) -> None:
    queued, inbox, port, kills = queue(30), Inbox(0.05), free_port(), 0
    with server(inbox, port):
        while Email.objects.exclude(status=STATUS.sent).exists():
            running, before = sender(port, tmp_path), len(inbox.arrived)
            deadline = time.monotonic() + 60
            # Killed while it is sending, four times; then left alone.
            while running.poll() is None and (kills >= 4 or len(inbox.arrived) < before + 5):
                assert time.monotonic() < deadline
                time.sleep(0.01)
            if running.poll() is None:
                running.send_signal(signal.SIGKILL)
                running.wait()
                kills += 1
    arrived = inbox.subjects()
    assert (kills, set(arrived)) == (4, set(queued))
    assert sum((arrived - queued).values()) <= kills


def test_a_server_that_is_down_gets_every_mail_when_it_is_back(tmp_path: Path) -> None:
    queued, inbox, port = queue(3), Inbox(), free_port()
    assert sender(port, tmp_path).wait(timeout=60) == 0
    waiting = Email.objects.filter(status=STATUS.requeued)
    assert (waiting.count(), inbox.arrived) == (3, [])
    # The three minutes until the next try go by.
    waiting.update(scheduled_time=None)
    with server(inbox, port):
        assert sender(port, tmp_path).wait(timeout=60) == 0
    assert (inbox.subjects(), Email.objects.filter(status=STATUS.sent).count()) == (queued, 3)
    first = inbox.arrived[0]
    assert [part.get_content_type() for part in first.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    text, page = (part.get_content() for part in first.iter_parts())
    assert "Perché è la Numero 0: è così." in text
    assert f'<a href="{settings.SITE_URL}/scrivania/">' in page


def test_a_killed_sender_s_number_is_no_lock(tmp_path: Path) -> None:
    """The file that it leaves names a process; another one may have the number now, as this one has."""
    queued, inbox, port = queue(1), Inbox(), free_port()
    for name in ("sender", "sender.lock"):
        (tmp_path / name).write_text(str(os.getpid()))
    with server(inbox, port):
        assert sender(port, tmp_path).wait(timeout=60) == 0
    assert inbox.subjects() == queued


def test_of_two_senders_one_sends(tmp_path: Path) -> None:
    queued, inbox, port = queue(3), Inbox(1), free_port()
    with server(inbox, port):
        first = sender(port, tmp_path)
        deadline = time.monotonic() + 60
        while not inbox.arrived:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert sender(port, tmp_path).wait(timeout=60) == 0
        assert first.wait(timeout=60) == 0
    assert inbox.subjects() == queued


def test_a_clock_that_was_wrong_keeps_no_mail_back(tmp_path: Path) -> None:
    """What had to be tried again a month from now, as it seemed then, is tried again now."""
    queued, inbox, port = queue(1), Inbox(), free_port()
    Email.objects.update(status=STATUS.requeued, scheduled_time=timezone.now() + timedelta(days=30))
    with server(inbox, port):
        assert sender(port, tmp_path).wait(timeout=60) == 0
    assert inbox.subjects() == queued

"""A portal that moves to another database and back, in processes as a technician starts them; backups while others write."""

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from tests.backups import TELL_ROWS, Content, Portal, empty_postgresql, own_database_url
from tests.demo import Demo
from tests.drills.backup_under_load import backups_under_load

# Restoring moves it on purpose; sessions are in no backup.
NOT_THE_SAME = ("lib.ContentVersion", "sessions.Session")
ODD = """
from datetime import UTC, datetime
from decimal import Decimal
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import call_command
from networks.models import Organisation, User
from practices.models import Submission
row = Submission.objects.filter(status="draft").order_by("pk").first()
row.total_cost, row.title = Decimal("999999999999.99"), "È «così» \\u2028 \\U0001f600 e \\\\ e '"
row.saved_at = datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=UTC)
row.milestones = [{"when": "maggio", "what": "b"}, {"zeta": 1.5, "alfa": None}]
row.save()
User.objects.order_by("pk").first().groups.clear()
call_command("snapshot", verbosity=0, stdout=open("/dev/null", "w"))
"""
USE = """
from django.core.management import call_command
from networks.models import Network
call_command("rebuild_search", verify=True, stdout=open("/dev/null", "w"))
call_command("rebuild_evidence", verify=True, stdout=open("/dev/null", "w"))
print(Network.objects.create(name="Nuova", slug="nuova").pk)
"""


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Portal]:
    """A portal that is not there yet: on PostgreSQL where the tests are, else on another SQLite."""
    if connection.vendor == "sqlite":
        yield Portal(tmp_path / "elsewhere")
        return
    with empty_postgresql(own_database_url(), f"elsewhere_{os.getpid()}") as url:
        yield Portal(tmp_path / "elsewhere", url)


def compared(content: Content) -> Content:
    """What is the same everywhere."""
    return {label: rows for label, rows in content.items() if label not in NOT_THE_SAME}


@pytest.mark.engine
def test_there_and_back_every_row_and_file_is_the_same(own_demo: Demo, elsewhere: Portal, tmp_path: Path) -> None:
    here, back = Portal(own_demo.folder), Portal(own_demo.copied(tmp_path / "back").folder)
    content, files = compared(json.loads(here.python(ODD + TELL_ROWS))), here.files()
    assert (len(content) > 60, len(files) > 20) == (True, True)
    # An older portal's backup comes to this one: its tables are made as they were, and then migrated.
    here.run("migrate", "practices", "0012", "--verbosity", "0")
    here.run("backup", str(tmp_path / "there"))
    assert "aggiornate alla versione installata" in elsewhere.run("restore", str(tmp_path / "there"), "--moving")
    assert elsewhere.files() == files
    # The engine's own index of the search is there, and what is new gets a number.
    highest = max(row["id"] for row in content["networks.Network"])
    *said, new = elsewhere.python(TELL_ROWS + USE).splitlines()
    assert compared(json.loads(said[0])) == content
    assert new == str(highest + 1)

    elsewhere.run("backup", str(tmp_path / "back-again"))
    back.run("restore", str(tmp_path / "back-again"), "--moving", "--replace", "--no-input")
    assert "sono come nella copia" in back.run("verify", str(tmp_path / "back-again"), "--against-database")
    found = compared(json.loads(back.python(TELL_ROWS)))
    (added,) = [row["name"] for row in found["networks.Network"] if row["id"] > highest]
    assert added == "Nuova"
    found["networks.Network"] = [row for row in found["networks.Network"] if row["id"] <= highest]
    assert found == content
    assert back.files() == files


@pytest.mark.django_db(transaction=True)
def test_what_was_acknowledged_before_a_backup_under_load_is_in_it(own_demo: Demo, tmp_path: Path) -> None:
    """The same with twenty rounds, and from PostgreSQL to SQLite too: tests/drills/backup_under_load.py."""
    if connection.vendor == "sqlite":
        target = Portal(own_demo.copied(tmp_path / "other").folder)
    else:
        target = Portal(tmp_path / "other", own_database_url())
    outcome = backups_under_load(Portal(own_demo.folder), target, tmp_path / "backups", rounds=1)
    assert outcome.acknowledged >= 15
    assert (outcome.lost, outcome.in_part) == ([], [])


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's file")
def test_a_damaged_database_is_found_when_it_is_copied(own_demo: Demo, tmp_path: Path) -> None:
    """Not on the day on which it is needed."""
    portal, path = Portal(own_demo.folder), own_demo.folder / "portale.sqlite3"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = database.execute("PRAGMA page_size").fetchone()
        (page,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'practices_event'").fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    process = portal.begin("backup", str(tmp_path / "backups"))
    _said, complained = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "La banca dati è danneggiata (" in complained
    assert list((tmp_path / "backups").iterdir()) == []

"""An upgrade from the first version: its rows come through all migrations unchanged, and its pages are there.

    .venv/bin/python -m pytest tests/upgrade.py

Not with the other tests, since thirty migrations take some ten seconds; `.ci/run` runs it. On SQLite, whatever the tests run on: the
old database is one of SQLite.

`data/first-version.sql.gz` is the demo of commit 2f55a3f, made by its own code: the oldest whose migrations are still the first ones
of today (those before it wrote theirs anew). In a worktree of that commit

    DATA_DIR=/tmp/first python manage.py demo --no-serve

then, in its shell, passwords that nobody can use, a second factor, two adaptations, a picture and a document; and last
`sqlite3.Connection.iterdump`, compressed. No file of the demo's storage is part of it.
"""

import gzip
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

FIRST = Path(__file__).parent / "data" / "first-version.sql.gz"
# What a migration writes anew on purpose: the search's index, the version of the content, Django's own lists.
MADE_ANEW = {
    "practices_searchentry",
    "lib_contentversion",
    "django_migrations",
    "django_content_type",
    "auth_permission",
    "auth_group_permissions",
    "sqlite_sequence",
}
# As deploy/README.md says to upgrade, then asks for what everybody reads: pages of each kind, and every practice.
CODE = """
import json
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("rebuild_search", verbosity=0)
from django.test import Client
from agreements.models import Agreement
from networks.models import Municipality, Network
from practices.models import Practice
pages = ["/", "/pratiche/", "/pratiche/?q=scuola", "/cerca/?q=Reggio", "/statistiche/", "/reti/", "/accordi/", "/api/v1/pratiche"]
pages += [model.objects.order_by("pk")[0].get_absolute_url() for model in (Agreement, Municipality, Network)]
pages += [practice.get_absolute_url() for practice in Practice.objects.listed().order_by("pk")[:5]]
client = Client(SERVER_NAME="localhost")
print(json.dumps({path: client.get(path).status_code for path in pages}))
"""
Rows = dict[str, list[dict[str, Any]]]


def rows(database: Path) -> Rows:
    """Of every table, in the order of the first column."""
    with closing(sqlite3.connect(database)) as connection:
        connection.row_factory = sqlite3.Row
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()]
        return {
            table: [dict(row) for row in connection.execute(f'SELECT * FROM "{table}" ORDER BY 1')]  # noqa: S608
            for table in tables
        }


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Rows, Rows, dict[str, int]]:
    """The rows before and after, and what the pages answered."""
    folder = tmp_path_factory.mktemp("upgrade")
    database = folder / "portale.sqlite3"
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(gzip.decompress(FIRST.read_bytes()).decode())
    before = rows(database)
    done = subprocess.run(
        [sys.executable, "-c", CODE],
        cwd=settings.BASE_DIR,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATA_DIR": str(folder),
            "DATABASE_URL": f"sqlite:///{database}",
        },
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return before, rows(database), json.loads(done.stdout.splitlines()[-1])


def test_every_row_of_the_first_version_is_as_it_was(upgraded: tuple[Rows, Rows, dict[str, int]]) -> None:
    """By equality, in each column that there still is; what has come since is beside it."""
    before, after, _pages = upgraded
    kept = {table: found for table, found in before.items() if table not in MADE_ANEW}
    assert sum(map(len, kept.values())) > 1000
    assert set(kept) - set(after) == set()
    for table, found in kept.items():
        columns = found[0].keys() & after[table][0].keys() if found else set()
        assert [{name: row[name] for name in columns} for row in after[table][: len(found)]] == [
            {name: row[name] for name in columns} for row in found
        ], table
        assert len(after[table]) == len(found), table


def test_no_column_of_the_first_version_is_gone(upgraded: tuple[Rows, Rows, dict[str, int]]) -> None:
    before, after, _pages = upgraded
    gone = {table: found[0].keys() - after[table][0].keys() for table, found in before.items() if found and after.get(table)}
    assert {table: columns for table, columns in gone.items() if columns and table not in MADE_ANEW} == {}


def test_its_public_pages_are_there(upgraded: tuple[Rows, Rows, dict[str, int]]) -> None:
    _before, _after, pages = upgraded
    assert pages == dict.fromkeys(pages, 200)
    assert len(pages) == 16

"""`manage.py demo`, as a visitor starts it: in a process and a folder of its own."""

import http.cookiejar
import os
import re
import socket
import sqlite3
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from portal.demo.accounts import ACCOUNTS
from tests.demo import Demo, printed_passwords

TOWN = "from networks.models import Organisation as O; town = O.objects.filter(slug='comune-di-torino'); "
CHANGE = f"{TOWN}town.update(acronym='CAMBIATO')"
COUNT = f"{TOWN}from practices.models import Submission as S; print(S.objects.count(), repr(town.get().acronym))"


@pytest.fixture
def demo(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Demo]:
    """A demo that was started once and does not run, on the same engine as the tests."""
    if connection.vendor == "sqlite":
        yield request.getfixturevalue("own_demo")
        return
    name = f"demo_{os.getpid()}"
    server = {key: connection.settings_dict[key.upper()] for key in ("host", "port", "user", "password")}
    with closing(psycopg.connect(dbname="postgres", autocommit=True, **server)) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        try:
            demo = Demo(tmp_path / "demo", "postgres://{user}:{password}@{host}:{port}/".format(**server) + name)
            demo.prepare()
            yield demo
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_a_taken_port_is_told_and_another_suggested(tmp_path: Path) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = Demo(tmp_path / "demo").run("demo", "--port", str(port))
    assert done.returncode != 0
    assert f"La porta {port} non è libera" in done.stderr
    assert f"manage.py demo --port {port % 65535 + 1}" in done.stderr


@pytest.mark.parametrize("port", ["0", "65536", "-1"])
def test_a_port_that_does_not_exist_is_refused(tmp_path: Path, port: str) -> None:
    done = Demo(tmp_path / "demo").run("demo", f"--port={port}")
    assert done.returncode != 0
    assert "La porta è un numero da 1 a 65535." in done.stderr


@pytest.mark.parametrize("reset", [[], ["--reset"]], ids=["start", "reset"])
@pytest.mark.parametrize(
    "content",
    [
        "CREATE TABLE networks_user (email TEXT); INSERT INTO networks_user VALUES ('persona@comune.example');",
        "CREATE TABLE altro (nome TEXT); INSERT INTO altro VALUES ('Non è un portale');",
    ],
    ids=["a portal with other people", "something else"],
)
def test_a_database_that_is_not_the_demo_s_is_not_touched(tmp_path: Path, content: str, reset: list[str]) -> None:
    with closing(sqlite3.connect(tmp_path / "portale.sqlite3")) as foreign:
        foreign.executescript(content)
        before = list(foreign.iterdump())
    done = Demo(tmp_path).run("demo", "--no-serve", *reset)
    assert done.returncode != 0
    assert "non è quella della demo: non la tocco" in done.stderr
    with closing(sqlite3.connect(tmp_path / "portale.sqlite3")) as foreign:
        assert list(foreign.iterdump()) == before


def test_outside_the_demo_s_own_start_the_command_refuses(tmp_path: Path) -> None:
    """Called by a name that is not `manage.py demo`, it would run on whatever the environment names."""
    code = (
        "import django; django.setup(); from django.core.management import call_command; call_command('demo', no_serve=True)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        env={
            **Demo(tmp_path).environment(),
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "SECRET_KEY": "x" * 50,
            "ALLOWED_HOSTS": "example.org",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "Questo comando si avvia come `manage.py demo`." in done.stderr


@pytest.mark.engine
def test_from_the_first_start_to_a_new_beginning(demo: Demo) -> None:
    """One test, because each load takes seconds: start, start again and serve, start anew."""
    passwords = demo.passwords()
    assert set(passwords) == {account.email for account in ACCOUNTS}
    assert {file: (demo.folder / file).stat().st_mode & 0o777 for file in ("accounts.json", "secret-key")} == {
        "accounts.json": 0o600,
        "secret-key": 0o600,
    }
    loaded = demo.shell(f"{COUNT}; {CHANGE}")

    with demo.served() as (address, said):
        assert printed_passwords(said) == passwords
        assert f"Il portale è su {address}" in said
        visitor = Visitor(address)
        assert "Buone pratiche di integrazione" in visitor.get("")
        assert "Esempio di richiesta di integrazioni" in visitor.get("demo/posta/")
        assert "body" in visitor.get("static/css/portal.css")
        assert visitor.log_in("torino@demo.example", passwords["torino@demo.example"]).endswith("/scrivania/")
        assert demo.shell(COUNT) == loaded.replace("''", "'CAMBIATO'") != loaded

    anew = demo.prepare("--reset")
    assert set(anew) == set(passwords)
    assert not set(anew.values()) & set(passwords.values())
    assert demo.shell(COUNT) == loaded


class Visitor:
    """A browser without a screen or scripts."""

    def __init__(self, address: str) -> None:
        self.address = address
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), jar)

    def get(self, path: str) -> str:
        with self.opener.open(self.address + path, timeout=30) as page:
            return str(page.read().decode())

    def log_in(self, email: str, password: str) -> str:
        """Where it leads."""
        page = self.get("accesso/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token
        form = {"csrfmiddlewaretoken": token[1], "login": email, "password": password}
        with self.opener.open(self.address + "accesso/login/", urllib.parse.urlencode(form).encode(), timeout=30) as page:
            return str(page.url)

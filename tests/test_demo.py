"""`manage.py demo`, as a visitor starts it: in a process and a folder of its own."""

import http.cookiejar
import os
import re
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from portal.demo.accounts import ACCOUNTS

LAST_STEP = "Casi in ogni fase della moderazione"


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Demo:
    """A demo that lives in a folder, and in a database of its own when the tests run on PostgreSQL."""

    folder: Path
    database_url: str = ""

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "COVERAGE_PROCESS_START"}}
        return {**kept, "DATA_DIR": str(self.folder), **({"DATABASE_URL": self.database_url} if self.database_url else {})}

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), *arguments]

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            env={**self.environment(), **variables},
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    def prepare(self, *options: str) -> dict[str, str]:
        """Everything but serving; the passwords that it prints, by address."""
        done = self.run("demo", "--no-serve", *options)
        assert done.returncode == 0, done.stderr
        return dict(re.findall(r"^ +(\S+@demo\.example) +(\S+-\S+-\S+-\S+) ", done.stdout, re.MULTILINE))

    def shell(self, code: str) -> str:
        """What a line of Python prints inside this demo."""
        done = self.run("shell", "--verbosity", "0", "--command", code, DEVELOPMENT="1", DEMO="1")
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    @contextmanager
    def served(self) -> Iterator[str]:
        """Its address, once it answers there."""
        port = free_port()
        with open(self.folder / "server.log", "wb") as log:
            server = subprocess.Popen(
                self.command("demo", "--port", str(port)), env=self.environment(), stdout=log, stderr=subprocess.STDOUT
            )
            try:
                deadline = time.monotonic() + 60
                while not _listens(port):
                    assert server.poll() is None, (self.folder / "server.log").read_text()
                    assert time.monotonic() < deadline, "the server does not answer"
                    time.sleep(0.1)
                yield f"http://localhost:{port}/"
            finally:
                server.terminate()
                assert server.wait(timeout=30) == 0


def _listens(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    """A demo that was never started, on the same engine as the tests."""
    if connection.vendor == "sqlite":
        yield Demo(tmp_path / "demo")
        return
    name = f"demo_{os.getpid()}"
    server = {key: connection.settings_dict[key.upper()] for key in ("host", "port", "user", "password")}
    with closing(psycopg.connect(dbname="postgres", autocommit=True, **server)) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        try:
            yield Demo(tmp_path / "demo", "postgres://{user}:{password}@{host}:{port}/".format(**server) + name)
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
    "table",
    [
        "CREATE TABLE networks_user (id INTEGER PRIMARY KEY, email TEXT)",
        "CREATE TABLE altro (id INTEGER PRIMARY KEY, email TEXT)",
    ],
    ids=["a portal with other people", "something else"],
)
def test_a_database_that_is_not_the_demo_s_is_not_touched(tmp_path: Path, table: str, reset: list[str]) -> None:
    name = table.split()[2]
    with closing(sqlite3.connect(tmp_path / "portale.sqlite3", isolation_level=None)) as foreign:
        foreign.execute(table)
        foreign.execute(f"INSERT INTO {name} (email) VALUES ('persona@comune.example')")
    done = Demo(tmp_path).run("demo", "--no-serve", *reset)
    assert done.returncode != 0
    assert "non è quella della demo: non la tocco" in done.stderr
    with closing(sqlite3.connect(tmp_path / "portale.sqlite3")) as foreign:
        assert foreign.execute(f"SELECT email FROM {name}").fetchall() == [("persona@comune.example",)]
        assert foreign.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall() == [(name,)]


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


def test_from_the_first_start_to_a_new_beginning(demo: Demo) -> None:
    """One test, because each load takes seconds: start, start again, serve, start anew."""
    first = demo.run("demo", "--no-serve")
    assert first.returncode == 0, first.stderr
    assert LAST_STEP in first.stdout
    passwords = demo.prepare()
    assert set(passwords) == {account.email for account in ACCOUNTS}
    assert all(f"{email} " in first.stdout and f" {password} " in first.stdout for email, password in passwords.items())
    assert (demo.folder / "accounts.json").stat().st_mode & 0o777 == 0o600
    assert (demo.folder / "secret-key").stat().st_mode & 0o777 == 0o600

    person = "torino@demo.example"
    demo.shell(
        "from networks.models import Organisation as O; O.objects.filter(slug='comune-di-torino').update(acronym='CAMBIATO')"
    )
    count = "from practices.models import Submission as S; print(S.objects.count())"
    changed = "from networks.models import Organisation as O; print(O.objects.get(slug='comune-di-torino').acronym)"
    submissions = demo.shell(count)
    assert int(submissions) > 50
    assert demo.prepare() == passwords
    assert (demo.shell(count), demo.shell(changed)) == (submissions, "CAMBIATO")

    with demo.served() as address:
        visitor = Visitor(address)
        assert "Buone pratiche di integrazione" in visitor.get("")
        assert "Integrazioni richieste" in visitor.get("demo/posta/") or "richiest" in visitor.get("demo/posta/")
        assert visitor.get("static/css/portal.css")
        assert visitor.log_in(person, passwords[person]).endswith("/scrivania/")

    anew = demo.prepare("--reset")
    assert set(anew) == set(passwords)
    assert not set(anew.values()) & set(passwords.values())
    assert (demo.shell(count), demo.shell(changed)) == (submissions, "")


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

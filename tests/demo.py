"""A demo of its own for a test, started as a reader of the README starts it."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings


def printed_passwords(said: str) -> dict[str, str]:
    """By address: four words with hyphens between them."""
    return dict(re.findall(r"^ +(\S+@demo\.example) +(\w+-\w+-\w+-\w+) ", said, re.MULTILINE))


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Demo:
    """A demo that lives in a folder, and in a database of its own when the tests run on PostgreSQL."""

    folder: Path
    database_url: str = ""
    # Whether coverage follows it: not where a browser is driven, and much is asked that other tests ask.
    is_measured: bool = True

    def environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if name == "PATH" or (name.startswith("COVERAGE_") and self.is_measured)
        }
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
        self.said.write_text(done.stdout)
        return printed_passwords(done.stdout)

    def copied(self, folder: Path, *, is_measured: bool = True) -> "Demo":
        """One of its own with the same content, for a demo on SQLite that does not run."""
        shutil.copytree(self.folder, folder)
        copy = Demo(folder, is_measured=is_measured)
        copy.said.write_text(self.said.read_text())
        return copy

    def passwords(self) -> dict[str, str]:
        """As the last start printed them, by address."""
        return printed_passwords(self.said.read_text())

    def shell(self, code: str) -> str:
        """What a line of Python prints inside this demo."""
        done = self.run("shell", "--verbosity", "0", "--command", code, DEVELOPMENT="1", DEMO="1")
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def start(self, port: int) -> subprocess.Popen[bytes]:
        """The server, once it answers; with its workers it is a group of processes of its own."""
        with self.said.open("wb") as log:
            server = subprocess.Popen(
                self.command("demo", "--port", str(port)),
                env=self.environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + 120
        while not listens(port):
            assert server.poll() is None, self.said.read_text()
            assert time.monotonic() < deadline, f"no answer: {self.said.read_text()}"
            time.sleep(0.1)
        return server

    @property
    def said(self) -> Path:
        """What the last start printed."""
        return self.folder.with_suffix(".log")

    @contextmanager
    def served(self) -> Iterator[tuple[str, str]]:
        """Its address, once it answers there, and what it printed."""
        port = free_port()
        server = self.start(port)
        try:
            yield f"http://localhost:{port}/", self.said.read_text()
        finally:
            server.terminate()
            assert server.wait(timeout=30) == 0


def kill(server: subprocess.Popen[bytes]) -> None:
    """At once, the master and its workers, as a power cut would."""
    os.killpg(server.pid, signal.SIGKILL)
    server.wait(timeout=30)


def listens(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0

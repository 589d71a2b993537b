"""The real server with the settings of production, on loopback, over a database of made-up practices."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from portal.benchmark import processes
from portal.benchmark.database import Database

START = 60  # seconds
STOP = 15
# A hundred thousand practices take some minutes.
COMMAND = 60 * 60
COUNTRY = 7_900  # municipalities
CORES = sorted(os.sched_getaffinity(0))


@dataclass(frozen=True)
class Running:
    """A server that answers: the process that started its worker, and PostgreSQL's first one where it is on this machine."""

    port: int
    pid: int
    database: int | None = None

    def peak_memory(self) -> int:
        """The greatest resident set that the worker has had, in megabytes."""
        return processes.peak_memory(self.pid)

    def cpu(self) -> tuple[float, float]:
        """Seconds on a core so far: of the application, of the database."""
        return processes.cpu(self.pid), processes.cpu(self.database) if self.database else 0.0


class Site:
    """One engine with so many practices, in a folder (SQLite, static files) or a database (PostgreSQL) of its own."""

    def __init__(self, engine: str, practices: int, folder: Path, database_url: str = "") -> None:
        self.engine, self.practices, self.folder = engine, practices, folder / f"{engine}-{practices}"
        self.database = Database(database_url) if database_url else None
        self.environment = {
            "DATA_DIR": str(self.folder),
            "SECRET_KEY": secrets.token_urlsafe(50),
            "ALLOWED_HOSTS": "localhost",
            "HTTPS_REDIRECT": "0",
            "BENCHMARK": "1",
            **({"DATABASE_URL": database_url} if database_url else {}),
            **{name: value for name, value in os.environ.items() if name == "CACHE_URL"},
        }

    def __str__(self) -> str:
        return f"{self.engine}, {self.practices}"

    def manage(self, *command: str) -> str:
        """A command of the project on this site; what it printed."""
        return subprocess.run(  # noqa: S603  # our own interpreter and command
            [sys.executable, "manage.py", *command],
            cwd=settings.BASE_DIR,
            env=self.environment,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            timeout=COMMAND,
        ).stdout

    def prepare(self) -> None:
        """Make the database, unless it is there, whole, from the last time."""
        self.folder.mkdir(parents=True, exist_ok=True)
        ready = self.folder / "ready"
        if self.database and self.database.create():
            ready.unlink(missing_ok=True)
        if not ready.exists():
            self._empty()
            self.manage("migrate", "--verbosity", "0")
            towns = min(COUNTRY, 10 * self.practices)
            self.manage("generate", "--practices", str(self.practices), "--towns", str(towns))
            if self.database:
                self.database.vacuum()
            ready.touch()
        else:
            # The code may be newer than the data.
            self.manage("migrate", "--verbosity", "0")
        self.manage("collectstatic", "--no-input", "--verbosity", "0")

    def _empty(self) -> None:
        """What a run that was interrupted has left."""
        if self.database:
            self.database.drop()
            self.database.create()
        for file in self.folder.glob("portale.sqlite3*"):
            file.unlink()

    @contextmanager
    def serving(self, *, core: int = 0, **variables: str) -> Iterator[Running]:
        """One worker of it. It has one core to itself where there are more, and who asks it the others."""
        port = _free_port()
        command = [sys.executable, "-m", "gunicorn", "portal.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "1"]
        command += ["--threads", "2", "--log-level", "warning", "--keep-alive", "60"]
        own = {CORES[core % len(CORES)]}
        others = os.sched_getaffinity(0) - own or own
        # Processes and threads have the cores of who starts them.
        os.sched_setaffinity(0, own)
        server = subprocess.Popen(command, cwd=settings.BASE_DIR, env={**self.environment, **variables})  # noqa: S603
        os.sched_setaffinity(0, others)
        try:
            _wait(port, server)
            yield Running(port, server.pid, self.database.process() if self.database else None)
        finally:
            os.sched_setaffinity(0, CORES)
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(STOP)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + START
    while time.monotonic() < ends and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"the server did not answer on port {port}")

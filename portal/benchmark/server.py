"""The real server with the settings of production, on loopback, over a database of made-up practices."""

import os
import re
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

START = 60  # seconds
COUNTRY = 7_900  # municipalities


@dataclass(frozen=True)
class Running:
    """A server that answers, and the process that started its worker."""

    port: int
    pid: int

    def peak_memory(self) -> int:
        """The greatest resident set that the worker has had, in megabytes, as Linux counts it."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        peaks = [re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{child}/status").read_text()) for child in children]
        return max(int(found[1]) for found in peaks if found) // 1024


class Site:
    """One engine with so many practices, in a folder (SQLite, static files) or a database (PostgreSQL) of its own."""

    def __init__(self, engine: str, practices: int, folder: Path, database_url: str = "") -> None:
        self.engine, self.practices, self.folder = engine, practices, folder / f"{engine}-{practices}"
        self.environment = {
            "DATA_DIR": str(self.folder),
            "SECRET_KEY": secrets.token_urlsafe(50),
            "ALLOWED_HOSTS": "localhost",
            "HTTPS_REDIRECT": "0",
            "BENCHMARK": "1",
            **({"DATABASE_URL": database_url} if database_url else {}),
        }

    def manage(self, *command: str, **variables: str) -> str:
        """A command of the project on this site; what it printed."""
        return subprocess.run(  # noqa: S603  # our own interpreter and command
            [sys.executable, "manage.py", *command],
            cwd=settings.BASE_DIR,
            env={**self.environment, **variables},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout

    def prepare(self) -> None:
        """Make the database, unless it is there from the last time."""
        self.folder.mkdir(parents=True, exist_ok=True)
        ready = self.folder / "ready"
        if not ready.exists():
            self.manage("migrate", "--verbosity", "0")
            towns = min(COUNTRY, 10 * self.practices)
            self.manage("generate", "--practices", str(self.practices), "--towns", str(towns))
            ready.touch()
        self.manage("collectstatic", "--no-input", "--verbosity", "0")

    @contextmanager
    def serving(self, **variables: str) -> Iterator[Running]:
        """One worker of it. It has one core to itself where there are two, and the client the other."""
        port = _free_port()
        command = [sys.executable, "-m", "gunicorn", "portal.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "1"]
        command += ["--threads", "2", "--log-level", "warning", "--keep-alive", "60"]
        environment = {**self.environment, **variables}
        server = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, preexec_fn=_on_first_core)  # noqa: S603,PLW1509
        try:
            _wait(port, server)
            yield Running(port, server.pid)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()


def _on_first_core() -> None:
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, cores[:1])


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

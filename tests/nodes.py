"""Real nodes of a portal for a test: gunicorn with the settings of production, as the machine of `deploy/compose.yaml` has it."""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse

from tests.demo import free_port, listens
from tests.html_forms import data_of

START = 60  # seconds, for a machine that is busy


@dataclass
class Node:
    """One server with its workers; with them it is a group of processes of its own."""

    environment: dict[str, str]
    folder: Path
    port: int = field(default_factory=free_port)
    workers: int = 1

    def begin(self) -> None:
        """Start it; it does not answer yet."""
        command = [sys.executable, "-m", "gunicorn", "portal.wsgi", "--bind", f"127.0.0.1:{self.port}"]
        command += ["--workers", str(self.workers), "--threads", "4", "--log-level", "warning"]
        with (self.folder / "node.log").open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=settings.BASE_DIR,
                env={**self.environment, "DATA_DIR": str(self.folder)},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait(self) -> None:
        """Until it answers."""
        answers(self.process, self.port, self.folder / "node.log")

    def kill(self) -> None:
        """At once and all of it, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=30)

    def stop(self) -> None:
        """If it still runs."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=30)


def answers(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Wait until somebody listens on the port."""
    deadline = time.monotonic() + START
    while not listens(port):
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, f"no answer: {log.read_text()}"
        time.sleep(0.05)


@contextmanager
def redis(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A Redis that keeps nothing on a disk: its address and its process."""
    port, log = free_port(), folder / "redis.log"
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with log.open("wb") as said:
        server = subprocess.Popen(command, cwd=folder, stdout=said, stderr=said)
    try:
        answers(server, port, log)
        yield f"redis://127.0.0.1:{port}/0", server
    finally:
        server.terminate()
        server.wait(timeout=30)


def ask(node: Node, path: str, *, method: str = "GET", body: str | bytes = "", **headers: str) -> HttpResponse:
    """What nginx asks of a node for a browser that speaks HTTPS to it. Raises OSError where the node is gone."""
    connection = http.client.HTTPConnection("127.0.0.1", node.port, timeout=20)
    said = {"Host": "localhost", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1", **headers}
    try:
        connection.request(method, path, body or None, said)
        answer = connection.getresponse()
        found = HttpResponse(answer.read(), status=answer.status)
    except http.client.HTTPException as error:
        raise ConnectionError(str(error)) from error
    finally:
        connection.close()
    for name, value in answer.getheaders():
        if name.lower() == "set-cookie":
            found.cookies.load(value)
        else:
            found.headers[name] = value
    return found


class Browser:
    """Keeps cookies, whichever node answers."""

    def __init__(self) -> None:
        self.cookies: SimpleCookie = SimpleCookie()

    def get(self, node: Node, path: str) -> HttpResponse:
        """A page."""
        return self._asked(node, path)

    def send(self, node: Node, path: str, css_class: str, **changes: Any) -> HttpResponse:
        """Open the page, fill in its form and send it."""
        data = {**data_of(self.get(node, path), css_class), **changes}
        kind = "application/x-www-form-urlencoded"
        body = urlencode(data, doseq=True)
        return self._asked(
            node, path, method="POST", body=body, Referer=f"https://localhost{path}", **{"Content-Type": kind}
        )

    def _asked(self, node: Node, path: str, **options: Any) -> HttpResponse:
        cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in self.cookies.items())
        answer = ask(node, path, **options, Cookie=cookie)
        self.cookies.update(answer.cookies)
        return answer

"""A bounded load over HTTP/1.1: a few connections that stay open, each asking again as soon as it has its answer.

Our own, since none of the known tools is on every machine; it costs some 0.1 ms of CPU a request, on a core of its own.
"""

import re
import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

_TIMING = re.compile(rb"(?i)^server-timing: cpu;dur=([\d.]+), queries;dur=(\d+)", re.MULTILINE)
_LENGTH = re.compile(rb"(?i)^content-length: (\d+)", re.MULTILINE)
TIMEOUT = 60  # seconds


@dataclass
class Load:
    """What came of it: seconds for each answer, milliseconds of CPU and queries as the server tells them."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    queries: list[int] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    body_bytes: int = 0

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """Seconds within which this share of the answers came."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0

    @property
    def median_cpu(self) -> float:
        """Milliseconds of the server's CPU for a page; 0 where it was not told."""
        return sorted(self.cpu)[len(self.cpu) // 2] if self.cpu else 0.0

    @property
    def most_queries(self) -> int:
        """The dearest answer's."""
        return max(self.queries, default=0)


def drive(port: int, paths: Sequence[str], *, seconds: float, connections: int = 4, headers: str = "") -> Load:
    """Ask for these paths in turn, for so long, by so many connections."""
    load, lock, ends = Load(), threading.Lock(), time.monotonic() + seconds

    def run(number: int) -> None:
        while time.monotonic() < ends:
            with socket.create_connection(("127.0.0.1", port), TIMEOUT) as stream:
                closes = False
                while not closes and time.monotonic() < ends:
                    start = time.monotonic()
                    stream.sendall(_asked(paths[number % len(paths)], headers))
                    head, body, closes = _answer(stream)
                    took = time.monotonic() - start
                    number += connections
                    with lock:
                        _note(load, head, body, took)

    start = time.monotonic()
    threads = [threading.Thread(target=run, args=(n,)) for n in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    load.seconds = time.monotonic() - start
    return load


def fetch(port: int, path: str, headers: str = "") -> tuple[bytes, bytes]:
    """One page: its head and its body."""
    with socket.create_connection(("127.0.0.1", port), TIMEOUT) as stream:
        stream.sendall(_asked(path, f"Connection: close\r\n{headers}"))
        data = b"".join(iter(lambda: stream.recv(65_536), b""))
    head, _end, body = data.partition(b"\r\n\r\n")
    return head, body


def download(port: int, path: str) -> tuple[float, float, int]:
    """A file that is read to its end: seconds to the first byte of the body, seconds in all, bytes."""
    start, received, first = time.monotonic(), 0, 0.0
    with socket.create_connection(("127.0.0.1", port), TIMEOUT) as stream:
        stream.sendall(_asked(path, "Connection: close\r\n"))
        head = b""
        while more := stream.recv(262_144):
            received += len(more)
            if not first:
                head += more
                if len(head.partition(b"\r\n\r\n")[2]) > 0:
                    first = time.monotonic() - start
    return first, time.monotonic() - start, received


def _asked(path: str, headers: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n".encode()


def _answer(stream: socket.socket) -> tuple[bytes, int, bool]:
    """The head, the length of the body, and whether the server hangs up after it."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = stream.recv(65_536)
        if not more:
            raise ConnectionError("the server hung up")
        data += more
    head, _end, body = data.partition(b"\r\n\r\n")
    lower, received = head.lower(), len(body)
    closes = b"\r\nconnection: close" in lower
    if length := _LENGTH.search(head):
        wanted = int(length[1])
        while received < wanted:
            received += len(stream.recv(65_536))
    elif b"transfer-encoding: chunked" in lower:
        tail = body[-5:]
        while not tail.endswith(b"0\r\n\r\n"):
            more = stream.recv(65_536)
            received, tail = received + len(more), (tail + more)[-5:]
    elif closes:
        while more := stream.recv(65_536):
            received += len(more)
    return head, received, closes


def _note(load: Load, head: bytes, body: int, took: float) -> None:
    status = int(head.split(b" ", 2)[1])
    load.latencies.append(took)
    load.statuses[status] = load.statuses.get(status, 0) + 1
    load.body_bytes = max(load.body_bytes, body)
    if told := _TIMING.search(head):
        load.cpu.append(float(told[1]))
        load.queries.append(int(told[2]))

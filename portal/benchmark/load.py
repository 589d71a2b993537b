"""Requests and answers over HTTP/1.1, and what many of them come to."""

import re
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

_TIMING = re.compile(rb"(?i)^server-timing: cpu;dur=([\d.]+), queries;dur=(\d+)", re.MULTILINE)
_LENGTH = re.compile(rb"(?i)^content-length: (\d+)", re.MULTILINE)
# Seconds: the dearest pages of the largest site, four at a time on one core.
TIMEOUT = 300


@dataclass
class Load:
    """What came of it, in seconds; milliseconds of CPU and queries are as the server tells them in each answer."""

    seconds: float = 0.0
    answers: int = 0
    # With those that were no part of the throughput.
    asked: int = 0
    failed: int = 0
    p50: float = 0.0
    p99: float = 0.0
    # The share of a core that asking took.
    client: float = 0.0
    cpu: list[float] = field(default_factory=list)
    queries: list[int] = field(default_factory=list)
    size: int = 0

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds if self.seconds else 0.0


@dataclass
class Answer:
    """Seconds that it took, its status, the bytes of its body, and what the server told of it."""

    seconds: float
    status: int
    size: int
    cpu: float | None
    queries: int | None


def fetch(port: int, path: str, headers: str = "") -> tuple[bytes, bytes]:
    """One page: its head and its body."""
    with socket.create_connection(("127.0.0.1", port), TIMEOUT) as stream:
        stream.sendall(asked(path, f"Connection: close\r\n{headers}"))
        data = b"".join(iter(lambda: stream.recv(65_536), b""))
    head, _end, body = data.partition(b"\r\n\r\n")
    return head, body


def download(port: int, path: str) -> tuple[float, float, int]:
    """A file that is read to its end: seconds to the first byte of the body, seconds in all, bytes."""
    start, received, first = time.monotonic(), 0, 0.0
    with socket.create_connection(("127.0.0.1", port), TIMEOUT) as stream:
        stream.sendall(asked(path, "Connection: close\r\n"))
        head = b""
        while more := stream.recv(262_144):
            received += len(more)
            if not first:
                head += more
                if len(head.partition(b"\r\n\r\n")[2]) > 0:
                    first = time.monotonic() - start
    return first, time.monotonic() - start, received


def asked(path: str, headers: str) -> bytes:
    """As it goes over the wire."""
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n".encode()


def ask(stream: socket.socket, path: str, headers: str) -> tuple[Answer, bool]:
    """What came, and whether the server hangs up after it."""
    start = time.monotonic()
    stream.sendall(asked(path, headers))
    head, size, closes = _answer(stream)
    took = time.monotonic() - start
    timing = _TIMING.search(head)
    cpu, queries = (float(timing[1]), int(timing[2])) if timing else (None, None)
    return Answer(took, int(head[9:12]), size, cpu, queries), closes


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
            more = stream.recv(65_536)
            if not more:
                raise ConnectionError("the server hung up")
            received += len(more)
    elif b"transfer-encoding: chunked" in lower:
        tail = body[-5:]
        while not tail.endswith(b"0\r\n\r\n"):
            more = stream.recv(65_536)
            if not more:
                raise ConnectionError("the server hung up")
            received, tail = received + len(more), (tail + more)[-5:]
    elif closes:
        while more := stream.recv(65_536):
            received += len(more)
    return head, received, closes


def told(answers: Sequence[Answer], good: int) -> Load:
    """Many answers in figures."""
    if not answers:
        raise ConnectionError("the server has answered nothing")
    ordered = sorted(answer.seconds for answer in answers)
    return Load(
        answers=len(answers),
        asked=len(answers),
        failed=sum(answer.status != good for answer in answers),
        p50=ordered[len(ordered) // 2],
        p99=ordered[int(len(ordered) * 0.99)],
        cpu=[answer.cpu for answer in answers if answer.cpu is not None],
        queries=[answer.queries for answer in answers if answer.queries is not None],
        size=max(answer.size for answer in answers),
    )

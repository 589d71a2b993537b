"""Asks ClamAV's daemon whether a file is harmful, by the INSTREAM command of its socket (`man clamd`). See ADR 26.

Where no socket is set there is no scanner, and nothing is harmful.
"""

import socket
import struct
import time

from django.conf import settings

# Seconds that whoever uploads waits for all of her files: well below those after which gunicorn takes a worker for dead.
PATIENCE = 10.0
CHUNK = 64 * 1024
# An answer is one line.
LONGEST_ANSWER = 4096


class Unavailable(Exception):
    """No verdict, and not because of the file: the scanner is off, silent or broken."""


class Unscannable(Unavailable):
    """No verdict on this file: it is larger than the scanner takes, or cannot be read by it."""


def scan(data: bytes, *, until: float | None = None) -> str:
    """The name of what was found; empty when nothing was, or nobody is asked. Raises `Unavailable`.

    `until`, a moment of `time.monotonic()`, is when to give up, for files that share their time; PATIENCE from now without it.
    """
    if not settings.CLAMAV_SOCKET:
        return ""
    until = time.monotonic() + PATIENCE if until is None else until
    try:
        with _connected(settings.CLAMAV_SOCKET, until) as connection:
            answer = _ask(connection, data, until)
    except ConnectionResetError as error:
        # It closed in the middle of the file, and took its reason with it.
        raise Unscannable("closed before the end of the file") from error
    except OSError as error:
        raise Unavailable(f"{type(error).__name__}: {error}") from error
    return _verdict(answer)


def _connected(address: str | tuple[str, int], until: float) -> socket.socket:
    if isinstance(address, tuple):
        return socket.create_connection(address, timeout=_left(until))
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(_left(until))
    try:
        connection.connect(address)
    except OSError:
        connection.close()
        raise
    return connection


def _ask(connection: socket.socket, data: bytes, until: float) -> str:
    """Its answer. Each step may take what is left: a scanner that sends a byte now and then does not hold anybody up."""
    try:
        connection.settimeout(_left(until))
        connection.sendall(b"zINSTREAM\0")
        for start in range(0, len(data), CHUNK):
            chunk = data[start : start + CHUNK]
            connection.settimeout(_left(until))
            connection.sendall(struct.pack("!L", len(chunk)) + chunk)
        connection.sendall(struct.pack("!L", 0))
    except (BrokenPipeError, ConnectionResetError):
        # What is too large it does not read to its end: why, stands in its answer, if that is still to be had.
        pass
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
        connection.settimeout(_left(until))
        if not (part := connection.recv(LONGEST_ANSWER)):
            break
        answer += part
    return answer.decode("utf-8", "replace").strip("\0\n ")


def _left(until: float) -> float:
    """Seconds; TimeoutError when there are none, since 0 would mean not to wait for the network at all."""
    if (left := until - time.monotonic()) <= 0:
        raise TimeoutError("no answer in time")
    return left


def _verdict(answer: str) -> str:
    if answer == "stream: OK":
        return ""
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")
    if "size limit exceeded" in answer:
        raise Unscannable(answer)
    raise Unavailable(answer or "closed without an answer")

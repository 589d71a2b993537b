"""An antivirus for a test: it listens on a real socket and speaks as much of clamd's protocol as INSTREAM (`man clamd`)."""

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# The test file of all antivirus programs, in pieces, so that none of them finds it here.
EICAR = b"".join([b"X5O!P%@AP[4", b"\\PZX54(P^)7CC)7}$", b"EICAR-STANDARD-", b"ANTIVIRUS-TEST-FILE!$H+H*"])
FOUND = "Eicar-Test-Signature"


@dataclass
class Clamd:
    """How it behaves, and what it was sent."""

    listener: socket.socket
    # "answers", "silent": it takes everything and says nothing; "slow": a byte now and then; "breaks": it hangs up at once.
    mood: str = "answers"
    largest: int = 25 * 1024 * 1024
    received: list[bytes] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> Any:
        """As the settings have it."""
        return self.listener.getsockname()

    def serve(self) -> None:
        """One after the other, until it is stopped."""
        while not self.stopped.is_set():
            try:
                connection, _peer = self.listener.accept()
            except OSError:
                return
            with connection:
                try:
                    self._answer(connection)
                except OSError:
                    continue

    def _answer(self, connection: socket.socket) -> None:
        if self.mood == "breaks":
            return
        command = b"zINSTREAM\0"
        said = _exactly(connection, len(command))
        if said != command:
            connection.sendall(b"UNKNOWN COMMAND\0")
            return
        data = b""
        while size := struct.unpack("!L", _exactly(connection, 4))[0]:
            data += _exactly(connection, size)
            if len(data) > self.largest:
                connection.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.received.append(data)
        answer = f"stream: {FOUND} FOUND\0".encode() if EICAR in data else b"stream: OK\0"
        if self.mood == "silent":
            connection.recv(1)
        elif self.mood == "slow":
            # As if it were busy: what it says never comes to an end.
            while not self.stopped.is_set():
                connection.sendall(b" ")
                time.sleep(0.05)
        elif self.mood == "confused":
            connection.sendall(b"stream: Can't allocate memory ERROR\0")
        else:
            connection.sendall(answer)


def _exactly(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            raise ConnectionError
        data += part
    return data


@contextmanager
def listening(path: Path | None = None) -> Iterator[Clamd]:
    """On a path, or on a port of this machine."""
    listener = socket.socket(socket.AF_UNIX) if path else socket.socket()
    listener.bind(str(path) if path else ("127.0.0.1", 0))
    listener.listen()
    clamd = Clamd(listener)
    thread = threading.Thread(target=clamd.serve, daemon=True)
    thread.start()
    try:
        yield clamd
    finally:
        clamd.stopped.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=10)

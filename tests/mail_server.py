"""Mail servers on loopback: one that keeps what it takes, in its own time, and one that says nothing."""

import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


class Inbox:
    """Takes its time for each mail, and keeps it."""

    def __init__(self, seconds: float = 0) -> None:
        self.seconds = seconds
        self.arrived: list[EmailMessage] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        self.arrived.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        # Taken, and the sender does not know yet: here a mail can be sent twice.
        time.sleep(self.seconds)
        return "250 OK"

    def subjects(self) -> Counter[str]:
        return Counter(str(message["Subject"]) for message in self.arrived)


@contextmanager
def server(inbox: Inbox, port: int) -> Iterator[None]:
    running = Controller(inbox, hostname="127.0.0.1", port=port)
    running.start()
    try:
        yield
    finally:
        running.stop()


class Silent:
    """Takes every connection and never says a word."""

    def __init__(self, port: int) -> None:
        self.listening = socket.create_server(("127.0.0.1", port))
        self.taken: list[socket.socket] = []
        self.thread = threading.Thread(target=self._take, daemon=True)
        self.thread.start()

    def _take(self) -> None:
        while True:
            try:
                self.taken.append(self.listening.accept()[0])
            except OSError:
                return

    def stop(self) -> None:
        """Whoever waits for it is told that it is gone."""
        # Closing alone does not wake the thread that waits in `accept`.
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        self.thread.join()
        for one in self.taken:
            one.close()


@contextmanager
def silent(port: int) -> Iterator[Silent]:
    """As long as this lasts."""
    found = Silent(port)
    try:
        yield found
    finally:
        found.stop()

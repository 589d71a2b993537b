"""`manage.py take_bounce < message`: a mail that came back, as the mail server's pipe gives it."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError
from django.utils import timezone

from portal.newsletter import bounces

# Nothing that a mail server says of a failure is longer; the rest is the mail itself.
MOST_BYTES = 1_000_000
# sysexits.h: the server keeps the message and tries again.
TRY_AGAIN = 75


class Command(BaseCommand):
    """Repeatable. What is not understood is passed over: an error would be one more mail that comes back."""

    help = "Legge da standard input un messaggio di mancata consegna e, se è il caso, spegne le iscrizioni dell'indirizzo"

    stealth_options = ("at", "raw")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--recipient", default="", help="l'indirizzo a cui il messaggio è arrivato, se non è nelle intestazioni"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        raw = options.get("raw") or sys.stdin.buffer.read(MOST_BYTES)
        try:
            done = bounces.take(raw, recipient=options["recipient"], at=options.get("at") or timezone.now())
        except OperationalError:
            sys.exit(TRY_AGAIN)
        self.stdout.write(done)

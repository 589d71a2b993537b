"""`manage.py doctor`: looks at a running installation and says what is right, what is wrong and how to mend it."""

from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError

from portal.doctor import configuration, database, files, mail, outside, people, timers
from portal.doctor.findings import Asked, Finding, Mark, unseen, wrong

SECTIONS: dict[str, Callable[[Asked], Iterator[Finding]]] = {
    "Impostazioni": configuration.look,
    "Banca dati": database.look,
    "Persone": people.look,
    "File": files.look,
    "Posta": mail.look,
    "Timer e copie": timers.look,
    "Attorno": outside.look,
}


class Command(BaseCommand):
    """Ends with 1 if anything is wrong. It changes nothing: what it writes to try, it deletes."""

    help = (
        "Guarda se l'installazione è a posto: dice riga per riga che cosa va (✓), che cosa non va e come si ripara (✗), che cosa "
        "da qui non si vede (–). Finisce con 1 se qualcosa non va. Non spedisce nulla: per provare la posta, sendtestemail."
    )
    # It has to run when these fail, and tells them itself.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--url", default="", help="l'indirizzo di chi legge, https://…: guarda anche da fuori")
        parser.add_argument("--backups", metavar="DIR", type=Path, help="la cartella delle copie di sicurezza")

    def handle(self, *args: Any, url: str, backups: Path | None, **options: Any) -> None:
        if url and not url.startswith("https://"):
            raise CommandError("--url comincia con https://")
        asked = Asked(url.rstrip("/"), backups)
        numbers = dict.fromkeys(Mark, 0)
        for title, look in SECTIONS.items():
            self.stdout.write(f"{title}")
            for finding in _found(title, look, asked):
                numbers[finding.mark] += 1
                self._tell(finding)
        said = (
            f"A posto: {numbers[Mark.RIGHT]}. Da riparare: {numbers[Mark.WRONG]}. Non viste da qui: {numbers[Mark.UNSEEN]}."
        )
        if numbers[Mark.WRONG]:
            raise CommandError(said)
        self.stdout.write(said)

    def _tell(self, finding: Finding) -> None:
        style = {Mark.RIGHT: self.style.SUCCESS, Mark.WRONG: self.style.ERROR, Mark.UNSEEN: self.style.WARNING}[finding.mark]
        self.stdout.write(f"  {style(finding.mark)} {finding.words}")
        if finding.remedy:
            self.stdout.write(f"      → {finding.remedy}")
        # Some take seconds: who waits sees where it is.
        self.stdout.flush()


def _found(title: str, look: Callable[[Asked], Iterator[Finding]], asked: Asked) -> Iterator[Finding]:
    """What stops one section stops no other."""
    try:
        yield from look(asked)
    except DatabaseError as error:
        if title == "Banca dati":
            remedy = "`systemctl status postgresql`; DATABASE_URL in /etc/buone-pratiche/env"
            yield wrong(f"La banca dati non risponde: {type(error).__name__}", remedy)
        else:
            yield unseen("Il resto, senza la banca dati")
    except Exception as error:  # a check that fails says nothing of what it looks at
        yield unseen(f"Il resto: {type(error).__name__}: {error}")

"""`manage.py verify DIR`: whether a backup is still as it was written, and whether the portal is as the backup has it."""

from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from portal.backup import dumps
from portal.backup.refusal import in_words
from portal.backup.verifying import differences, faults
from portal.lib.timed import TimedCommand


class Command(TimedCommand):
    """Ends with 1 if anything is wrong. It changes nothing."""

    every = timedelta(days=1)
    help = (
        "Controlla una copia, byte per byte, e con --against-database la confronta con il portale com'è ora, riga per riga."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path, help="una copia, o la cartella delle copie: allora l'ultima")
        parser.add_argument(
            "--against-database",
            action="store_true",
            help="confronta anche con la banca dati e con i file del portale: dopo un ripristino o un trasloco, prima di riaprire",
        )

    def handle(self, *args: Any, folder: Path, against_database: bool, **options: Any) -> None:
        with in_words():
            dump = dumps.chosen(folder)
            with dumps.locked(dump.path.parent, alone=False):
                self._tell(list(faults(dump)), f"La copia {dump.path} è danneggiata.")
                if against_database:
                    self._tell(list(differences(dump)), "La copia e il portale sono diversi.")
        self.stdout.write(
            f"La copia {dump.path} è in ordine: {sum(dump.rows.values())} righe, {dump.manifest['files']} file."
        )
        if against_database:
            self.stdout.write("La banca dati e i file del portale sono come nella copia.")

    def _tell(self, found: list[str], title: str) -> None:
        for said in found:
            self.stdout.write(said)
        if found:
            raise CommandError(title)

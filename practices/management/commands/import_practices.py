"""`manage.py import_practices FILE [--apply]`: practices taken from a public source, see `practices.importing`."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from practices.importing import import_practices

LINES_A_REPORT = 20


class Command(BaseCommand):
    """A trial unless told otherwise."""

    help = "Pubblica le pratiche di un file (un oggetto JSON per riga). Senza --apply controlla soltanto."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="File UTF-8, una pratica per riga.")
        parser.add_argument("--apply", action="store_true", help="Scrive davvero.")

    def handle(self, *args: Any, file: Path, apply: bool, **options: Any) -> None:
        try:
            with file.open(encoding="utf-8-sig") as lines:
                report = import_practices(self._counted(lines), at=timezone.now(), apply=apply)
        except OSError as error:
            raise CommandError(f"Non si riesce a leggere {file}: {error.strerror}.") from None
        except UnicodeDecodeError:
            raise CommandError(f"{file} non è un file UTF-8.") from None
        if report.errors:
            raise CommandError("\n".join([*report.errors, "Nulla è stato scritto."]))
        if apply:
            self.stdout.write(f"Pratiche pubblicate: {report.added}. Già presenti, lasciate come sono: {report.unchanged}.")
        else:
            self.stdout.write(f"Pratiche da pubblicare: {report.added}. Già presenti: {report.unchanged}.")
            self.stdout.write("Era una prova: nulla è stato scritto. Per scrivere, aggiungere --apply.")

    def _counted(self, lines: Iterable[str]) -> Iterator[str]:
        """The same lines, telling from time to time how far the reading has come."""
        for number, line in enumerate(lines, start=1):
            yield line
            if number % LINES_A_REPORT == 0:
                self.stdout.write(f"Righe lette: {number}")

"""`manage.py import_population FILE [--foreign FILE] --on DAY [--apply]`: residents by municipality, see `networks.population`."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from networks.management.file_command import FileCommand
from networks.population import import_population


class Command(FileCommand):
    """A trial unless told otherwise."""

    help = (
        "Porta nel portale i residenti e gli stranieri residenti di ogni comune, dai file che si scaricano da demo.istat.it "
        "(«Popolazione residente» e «Stranieri residenti», per comune). Senza --apply controlla soltanto. Dati più vecchi di "
        "quelli che il portale ha già non cambiano nulla."
    )

    about = "CSV dei residenti, una riga per comune o per comune ed età."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--foreign", type=Path, metavar="FILE", help="CSV degli stranieri, se non sono nel primo.")
        parser.add_argument("--on", type=date.fromisoformat, required=True, metavar="GIORNO", help="Per esempio 2025-01-01.")

    def handle(self, *args: Any, file: Path, foreign: Path | None, on: date, apply: bool, **options: Any) -> None:
        with self.refusing():
            strangers = foreign.read_bytes() if foreign else None
            report = import_population(file.read_bytes(), strangers, on=on, apply=apply)
        self.stdout.write(f"Comuni con dati nuovi: {report.updated}. Invariati: {report.unchanged}.")
        self.stdout.write(f"Comuni che nel file non ci sono, o solo a metà: {report.without}.")
        for title, lines in (("Hanno già dati più recenti", report.newer), ("Non collocati", report.unplaced)):
            self.tell(title, lines, options["verbosity"])
        self.tell_trial(apply)

"""`manage.py import_bodies FILE [--apply]`: code, site and mail of the organisations from IPA, see `networks.bodies`."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from networks.bodies import import_bodies
from networks.tables import WrongFile

TOLD = 20


class Command(BaseCommand):
    """A trial unless told otherwise."""

    help = (
        "Completa codice IPA, sito e posta di Comuni e Unioni dall'elenco «Enti» dell'Indice delle pubbliche amministrazioni "
        "(CSV da indicepa.gov.it). Scrive solo dove il portale non ha nulla; le caselle PEC non si riprendono. Senza --apply "
        "controlla soltanto."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="Il file CSV.")
        parser.add_argument("--apply", action="store_true", help="Scrive davvero.")

    def handle(self, *args: Any, file: Path, apply: bool, **options: Any) -> None:
        try:
            report = import_bodies(file.read_bytes(), apply=apply)
        except OSError as error:
            raise CommandError(f"Non si riesce a leggere {file}: {error.strerror}.") from None
        except WrongFile as wrong:
            raise CommandError("\n".join([*map(str, wrong.args), "Nulla è stato scritto."])) from None
        for title, lines in (
            ("Enti completati", report.filled),
            ("Enti che nel file non ci sono", report.absent),
            ("Non collocati", report.unplaced),
        ):
            self.stdout.write(f"{title}: {len(lines)}.")
            for line in lines[:TOLD]:
                self.stdout.write(f"  {line}")
        self.stdout.write(f"Enti che avevano già tutto: {report.complete}.")
        if not apply:
            self.stdout.write("Era una prova: nulla è stato scritto. Per scrivere, aggiungere --apply.")

"""`manage.py import_bodies FILE [--apply]`: code, site and mail of the organisations from IPA, see `networks.bodies`."""

from pathlib import Path
from typing import Any

from networks.bodies import import_bodies
from networks.management.file_command import FileCommand


class Command(FileCommand):
    """A trial unless told otherwise."""

    help = (
        "Completa codice IPA, sito e posta di Comuni e Unioni dall'elenco «Enti» dell'Indice delle pubbliche amministrazioni "
        "(CSV da indicepa.gov.it). Scrive solo dove il portale non ha nulla; le caselle PEC non si riprendono. Senza --apply "
        "controlla soltanto."
    )

    about = "Il file CSV."

    def handle(self, *args: Any, file: Path, apply: bool, **options: Any) -> None:
        with self.refusing():
            report = import_bodies(file.read_bytes(), apply=apply)
        for title, lines in (
            ("Enti completati", report.filled),
            ("Enti che nel file non ci sono", report.absent),
            ("Non collocati", report.unplaced),
        ):
            self.tell(title, lines, options["verbosity"])
        self.stdout.write(f"Enti che avevano già tutto: {report.complete}.")
        self.tell_trial(apply)

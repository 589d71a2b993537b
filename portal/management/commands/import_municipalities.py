"""`manage.py import_municipalities FILE [--apply]`: ISTAT's list of municipalities, see `networks.territory`.

Here and not in `networks`, because the words of the search, which are of practices and news, follow the names of the towns.
"""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction
from django.db.models import Q
from tqdm import tqdm

from networks.management.file_command import FileCommand
from networks.municipal_list import read_list
from networks.territory import Report, import_list
from portal.news import publishing
from practices.search.upkeep import follow_towns


class Command(FileCommand):
    """A trial unless told otherwise."""

    help = (
        "Porta nel portale l'Elenco dei comuni italiani dell'ISTAT, di qualunque anno, così come si scarica. Senza --apply "
        "controlla soltanto. Un comune si riconosce dal codice catastale: se cambia nome o provincia conserva pratiche, enti e "
        "reti, e il vecchio indirizzo conduce al nuovo. Il file non dice a che giorno si riferisce: dillo con --as-of, così "
        "che un elenco più vecchio non possa poi riportare nomi vecchi o chiudere comuni istituiti nel frattempo."
    )

    about = "Il file CSV, UTF-8 o Windows-1252."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--as-of", type=date.fromisoformat, metavar="GIORNO", help="Il giorno dell'elenco, 2023-06-30.")
        parser.add_argument(
            "--cease-missing",
            action="store_true",
            help=(
                "I comuni che nell'elenco mancano risultano soppressi dal giorno di --as-of. Prima, senza --apply, leggi "
                "quali sono: di quelli confluiti in un altro è meglio l'unione, dalla pagina del comune nell'amministrazione."
            ),
        )
        parser.add_argument("--partial", action="store_true", help="Il file è una parte dell'elenco: meno di 7.000 comuni.")

    def handle(self, *args: Any, file: Path, apply: bool, **options: Any) -> None:
        if options["cease_missing"] and options["partial"]:
            raise CommandError("Da una parte dell'elenco non si capisce chi manca: --cease-missing non va con --partial.")
        with self.refusing():
            found = read_list(file.read_bytes(), partial=options["partial"])
            self.stdout.write(f"Comuni letti: {len(found.towns)}, in {len(found.units)} province.")
            # A bar on terminals only.
            with transaction.atomic(), tqdm(total=len(found.towns), unit=" comuni", disable=None, leave=False) as bar:
                report = import_list(
                    found, as_of=options["as_of"], cease_missing=options["cease_missing"], progress=bar.update
                )
                indexed = follow_towns(report.touched)
                publishing.follow(Q(cities__in=report.touched))
                if not apply:
                    transaction.set_rollback(True)
        self._tell(report, options["verbosity"])
        if indexed:
            self.stdout.write(f"Pratiche da trovare con i nuovi nomi: {indexed}.")
        self.tell_trial(apply)

    def _tell(self, report: Report, verbosity: int) -> None:
        for title, lines in (
            ("Province nuove o cambiate", report.provinces),
            ("Comuni nuovi", report.added),
            ("Con un altro nome", report.renamed),
            ("Con un altro codice o un'altra provincia", report.recoded),
            ("Capoluoghi cambiati", report.capitals),
            ("Enti che seguono il loro comune", report.organisations),
            ("Soppressi, perché mancano nell'elenco", report.ceased),
            ("Mancano nell'elenco, lasciati come sono", report.absent),
            ("Da guardare", report.doubts),
        ):
            self.tell(title, lines, verbosity)
        self.stdout.write(f"Invariati: {report.unchanged}.")

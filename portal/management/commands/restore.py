"""`manage.py restore DIR`: brings a backup back, into the database and the storage that the environment names."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from portal.backup import dumps, restoring
from portal.backup.dumps import Dump
from portal.backup.refusal import in_words

YES = "sostituisci"


class Command(BaseCommand):
    """Until all rows were written and compared, the database stays as it was; files are written before."""

    help = (
        "Riporta una copia nella banca dati e nell'archivio dei file indicati dall'ambiente, SQLite o PostgreSQL, qualunque fosse "
        "quella di partenza. Il portale e i suoi timer devono essere fermi."
    )
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path, help="una copia, o la cartella delle copie: allora l'ultima")
        parser.add_argument(
            "--replace", action="store_true", help="sostituisce ciò che c'è nella banca dati, dopo averlo chiesto"
        )
        parser.add_argument("--no-input", action="store_true", help="con --replace, senza chiederlo")
        parser.add_argument(
            "--moving",
            action="store_true",
            help="è un trasloco: il portale è fermo da prima della copia, e la posta in coda resta in coda",
        )

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        with in_words():
            dump = dumps.chosen(folder)
            with dumps.locked(dump.path.parent, alone=False):
                self.stdout.write(f"Copia: {dump.path}")
                self.stdout.write(f"Banca dati: {connection.vendor}, {connection.settings_dict['NAME']}")
                restoring.check(dump)
                self._agree(restoring.present_rows(), **options)
                done = restoring.restore(dump, at=timezone.now(), moving=options["moving"])
        self.stdout.write(f"Ripristinate e confrontate una per una: {done.rows} righe. File rimessi: {done.files}.")
        if done.migrated:
            self.stdout.write("Le tabelle sono state aggiornate alla versione installata.")
        self._tell_what_is_left(dump, done.held, options["moving"])

    def _agree(self, present: int, *, replace: bool, no_input: bool, **options: Any) -> None:
        """Nothing that is there goes without somebody's word."""
        if not present:
            return
        if not replace:
            raise CommandError(
                f"La banca dati non è vuota: ha {present} righe. Per sostituirle con quelle della copia ripeti con --replace; se non "
                "sai che cosa sono, prima salvale con manage.py backup in un'altra cartella."
            )
        if no_input:
            return
        try:
            answer = input(f"Le {present} righe della banca dati saranno sostituite. Per continuare scrivi «{YES}»: ")
        except EOFError:
            answer = ""
        if answer.strip().lower() != YES:
            raise CommandError("Nulla è stato cambiato.")

    def _tell_what_is_left(self, dump: Dump, held: int, moving: bool) -> None:
        missing = dump.manifest["missing_files"] + dump.manifest["damaged_files"]
        for name in missing:
            self.stderr.write(f"Mancava o era danneggiato già quando fu fatta la copia: {name}")
        if moving:
            return
        if held:
            self.stdout.write(
                f"E-mail che erano in coda: {held}. Sono ferme, perché possono essere già partite: in /admin/, E-mail, stato «failed», "
                "decidi quali rimettere in coda."
            )
        self.stdout.write(
            f"Ciò che è accaduto dopo il {dump.made_at:%d/%m/%Y alle %H:%M} UTC non c'è più. Sono tornati anche i dati cancellati o "
            "rimossi dopo di allora: ripeti le richieste di cancellazione e le rimozioni."
        )

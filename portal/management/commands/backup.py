"""`manage.py backup DIR`: everything that the portal keeps, as it is at one moment, while it goes on working."""

from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from portal.backup.keeping import remove_before
from portal.backup.refusal import in_words
from portal.backup.taking import take
from portal.lib.timed import TimedCommand


class Command(TimedCommand):
    """For a timer, once a day. It can be interrupted at any time: what it leaves then is never taken for a backup."""

    every = timedelta(days=1)
    help = (
        "Copia tutto ciò che il portale conserva, banca dati e file, come sono in un solo momento e senza fermarlo. I file già "
        "copiati non si copiano di nuovo. La copia contiene dati personali: docs/backup.md dice come custodirla."
    )
    requires_migrations_checks = False
    # Another moment than now, from Python alone.
    stealth_options = ("at",)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path, help="la cartella delle copie, meglio se su un altro disco")
        parser.add_argument(
            "--keep-days",
            metavar="GIORNI",
            type=int,
            default=30,
            help="elimina le copie più vecchie, tranne l'ultima, e i file che nessuna copia nomina più (30)",
        )

    def handle(self, *args: Any, folder: Path, keep_days: int, **options: Any) -> None:
        if keep_days < 1:
            raise CommandError("--keep-days è almeno 1.")
        now = options.get("at") or timezone.now()
        with in_words():
            taken = take(folder, now)
            removed = remove_before(folder, now - timedelta(days=keep_days))
        rows, files = taken.dump.rows, taken.files
        self.stdout.write(f"Copia: {taken.dump.path}")
        self.stdout.write(f"  righe: {sum(rows.values())}, di {len(rows)} tabelle")
        self.stdout.write(f"  file: {len(files.kept)}, di cui nuovi {files.copied} ({filesizeformat(files.copied_bytes)})")
        self.stdout.write(
            f"  eliminati perché vecchi di oltre {keep_days} giorni: copie {removed.backups}, file {removed.files}"
        )
        for name in files.missing:
            self.stderr.write(f"Manca nell'archivio dei file, e nella copia: {name}")
        for name in files.damaged:
            self.stderr.write(f"Danneggiato nell'archivio dei file, e nella copia: {name}")

"""`manage.py update_catalogue en`: after a text of the interface has changed."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal import catalogue


class Command(BaseCommand):
    """Adds what is missing, without a translation, and drops what is no longer used."""

    help = "Aggiorna il catalogo di una lingua con i testi dell'interfaccia"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("language", help="la lingua del catalogo, per esempio en")

    def handle(self, *args: Any, **options: Any) -> None:
        path = settings.BASE_DIR / "locale" / options["language"] / "LC_MESSAGES" / "django.po"
        if not path.exists():
            raise CommandError(f"Non c'è nessun catalogo in {path}.")
        texts = catalogue.texts_of(settings.BASE_DIR)
        catalogue.write(catalogue.updated(catalogue.read(path), texts), path)
        missing = catalogue.faults(catalogue.read(path), texts).get("untranslated", [])
        self.stdout.write(f"Testi: {len(texts)}, da tradurre: {len(missing)}")

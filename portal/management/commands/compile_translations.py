"""`manage.py compile_translations`: part of an installation, as `migrate` and `collectstatic` are."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from portal.translations import compile_catalogues


class Command(BaseCommand):
    """Needs no gettext on the machine."""

    help = "Compila le traduzioni che sono cambiate"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Cataloghi compilati: {compile_catalogues(settings.BASE_DIR / 'locale')}")

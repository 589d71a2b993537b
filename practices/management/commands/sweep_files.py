"""`manage.py sweep_files`: deletes stored attachments that no submission names any more."""

from datetime import timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand
from django.utils import timezone

from practices import pictures
from practices.models import Attachment

# A file is stored a moment before its row: what is younger may still be waiting for it.
AGE = timedelta(days=1)


class Command(BaseCommand):
    """For a timer, once a day. It can be interrupted and run again at any time."""

    help = "Elimina i file degli allegati a cui nessuna scheda fa più riferimento"

    def handle(self, *args: Any, **options: Any) -> None:
        named = set(Attachment.objects.values_list("file", flat=True))
        swept = 0
        for path in self._stored():
            # The narrower copies of a picture go with it.
            if (
                pictures.path_of_original(path) not in named
                and default_storage.get_modified_time(path) < timezone.now() - AGE
            ):
                default_storage.delete(path)
                swept += 1
        self.stdout.write(f"File eliminati: {swept}")

    def _stored(self) -> list[str]:
        if not default_storage.exists("allegati"):
            return []
        folders, _files = default_storage.listdir("allegati")
        return [
            f"allegati/{folder}/{name}" for folder in folders for name in default_storage.listdir(f"allegati/{folder}")[1]
        ]

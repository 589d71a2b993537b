"""`manage.py sweep_files`: deletes stored attachments and files of news that nothing names any more."""

from datetime import timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import Model
from django.utils import timezone

from portal.lib.timed import TimedCommand
from portal.news.models import Document, News
from practices import pictures
from practices.models import Attachment

# A file is stored a moment before its row: what is younger may still be waiting for it.
AGE = timedelta(days=1)
# By the folder that they are stored in: the columns that name files of it.
NAMED: dict[str, list[tuple[type[Model], str]]] = {
    "allegati": [(Attachment, "file")],
    "notizie": [(News, "picture"), (Document, "file")],
}


class Command(TimedCommand):
    """For a timer, once a day. It can be interrupted and run again at any time."""

    every = timedelta(days=1)
    help = "Elimina i file a cui nessuna scheda e nessuna notizia fanno più riferimento"

    def handle(self, *args: Any, **options: Any) -> None:
        swept = sum(self._sweep(folder) for folder in NAMED)
        self.stdout.write(f"File eliminati: {swept}")

    def _sweep(self, folder: str) -> int:
        named = {path for model, column in NAMED[folder] for path in model._default_manager.values_list(column, flat=True)}
        swept = 0
        for path in self._stored(folder):
            # The narrower copies of a picture go with it.
            if (
                pictures.path_of_original(path) not in named
                and default_storage.get_modified_time(path) < timezone.now() - AGE
            ):
                default_storage.delete(path)
                swept += 1
        return swept

    def _stored(self, within: str) -> list[str]:
        try:
            folders, _files = default_storage.listdir(within)
        except FileNotFoundError:
            return []
        return [
            f"{within}/{folder}/{name}" for folder in folders for name in default_storage.listdir(f"{within}/{folder}")[1]
        ]

"""`manage.py scan_files`: asks the antivirus about the attachments that it has not looked into yet."""

from datetime import timedelta
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management.base import CommandError
from django.utils import timezone

from portal.lib import antivirus
from portal.lib.timed import TimedCommand
from practices.moderation import quarantine

# Seconds for one file: nobody waits for this answer.
PATIENCE = 120


class Command(TimedCommand):
    """For a timer, every few minutes. It can be interrupted and run again at any time."""

    every = timedelta(minutes=5)
    help = "Fa controllare all'antivirus gli allegati rimasti in attesa: libera quelli puliti, toglie gli altri e lo dice"

    @classmethod
    def is_used(cls) -> bool:
        return bool(settings.CLAMAV_SOCKET)

    def handle(self, *args: Any, **options: Any) -> None:
        waiting = quarantine.waiting()
        if waiting and not settings.CLAMAV_SOCKET:
            raise CommandError(f"CLAMAV_SOCKET non è impostata: restano in attesa {len(waiting)} file.")
        clean = removed = 0
        for path in waiting:
            try:
                found = self._scanned(path)
            except (antivirus.Unscannable, FileNotFoundError) as error:
                self.stderr.write(f"{path}: {error}")
                continue
            except antivirus.Unavailable as error:
                left = len(waiting) - clean - removed
                raise CommandError(f"L'antivirus non risponde ({error}): restano in attesa {left} file.") from error
            if found:
                quarantine.remove(path, found=found, at=timezone.now())
                removed += 1
            else:
                quarantine.clear(path)
                clean += 1
        self.stdout.write(f"Puliti: {clean}. Tolti: {removed}. In attesa: {len(waiting) - clean - removed}.")

    def _scanned(self, path: str) -> str:
        with default_storage.open(path) as file:
            data = file.read()
        return antivirus.scan(data, until=monotonic() + PATIENCE)

"""`manage.py snapshot`: keeps the open data of the month, and masks in every snapshot what was removed since."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from portal.lib.content_version import raise_version
from portal.lib.timed import TimedCommand
from portal.open_data import masking, snapshots


class Command(TimedCommand):
    """Run it every hour: it writes once a month, and a removed practice leaves the earlier snapshots at once."""

    every = timedelta(hours=1)
    help = "Conserva i dati aperti del mese, se non ci sono già, e toglie dalle copie di prima le pratiche rimosse."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.localtime()
        # First what is wrong, then what is new.
        changed = False
        for kept in snapshots.all_of():
            if masked := masking.mask(kept, now):
                changed = True
                self.stdout.write(f"{kept.month}: mascherate {', '.join(masked)}")
        made = snapshots.take(now)
        if made or changed:
            # The page of the archive shows them.
            raise_version(is_content=False)
        if made:
            self.stdout.write(f"{made.month}: {len(made.files)} file, {made.size} byte")
            for one in made.manifest["modifiche_al_dizionario"]:
                self.stdout.write(f"  {one['modifica']}: {one['che_cosa']}")

"""`manage.py count_pages`: the pages read on the days that are over."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from portal.lib.timed import TimedCommand
from portal.usage.tallying import tally


class Command(TimedCommand):
    """Run it every night, on each machine that has a data folder of its own; running it again adds nothing."""

    every = timedelta(days=1)
    help = "Somma le pagine lette nei giorni passati, senza alcun dato su chi le ha lette"

    def handle(self, *args: Any, **options: Any) -> None:
        rows = tally(at=timezone.now())
        for row in rows:
            pages = sum(row.counts.values_list("pages", flat=True))
            self.stdout.write(f"{row.day:%d/%m/%Y}: {pages}")
        self.stdout.write(f"Giorni contati: {len(rows)}")

"""`manage.py apply_retention`: deletes what has ended and was kept long enough."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.utils import timezone

from portal.lib.planner import refresh_statistics
from portal.lib.timed import TimedCommand
from portal.personal.retention import RULES


class Command(TimedCommand):
    """For a timer, once a day. It can be interrupted and run again at any time."""

    every = timedelta(days=1)
    help = "Elimina ciò che è finito da più del tempo per cui si conserva: docs/personal-data.md dice che cosa e perché"

    # Another moment than now, from Python alone.
    stealth_options = ("at",)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="dice quanto se ne andrebbe, senza eliminare nulla")

    def handle(self, *args: Any, **options: Any) -> None:
        now = options.get("at") or timezone.now()
        for rule in RULES:
            number = rule.waiting(now).count() if options["dry_run"] else rule.apply(now)
            self.stdout.write(f"{number:>6}  {rule.what} ({rule.days} giorni)")
        # Once a day, and now that the rows are those that stay.
        if not options["dry_run"]:
            refresh_statistics()

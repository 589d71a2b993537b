"""`manage.py publish_scheduled`: publishes the scheduled news whose time has come."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from portal.lib.timed import TimedCommand
from portal.news.publishing import publish_due


class Command(TimedCommand):
    """For a timer, every five minutes. It can be interrupted and run again at any time."""

    every = timedelta(minutes=5)
    help = "Pubblica le notizie programmate di cui è arrivata l'ora"

    # Another moment than now, from Python alone.
    stealth_options = ("at",)

    def handle(self, *args: Any, **options: Any) -> None:
        published = publish_due(options.get("at") or timezone.now())
        self.stdout.write(f"Notizie pubblicate: {published}")

"""`manage.py publish_scheduled`: publishes the scheduled news whose time has come."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from portal.news.publishing import publish_due


class Command(BaseCommand):
    """For a timer, every five minutes. It can be interrupted and run again at any time."""

    help = "Pubblica le notizie programmate di cui è arrivata l'ora"

    # Another moment than now, from Python alone.
    stealth_options = ("at",)

    def handle(self, *args: Any, **options: Any) -> None:
        published = publish_due(options.get("at") or timezone.now())
        self.stdout.write(f"Notizie pubblicate: {published}")

"""`manage.py send_reminders`: reminders of what waits too long, and the editors' digest of the day."""

from argparse import ArgumentParser
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from portal.lib.timed import TimedCommand
from practices import digest
from practices.reminders import Reminder, due, remind


class Command(TimedCommand):
    """For a timer, once a day. It can be interrupted and run again at any time: nothing is said twice."""

    every = timedelta(days=1)
    help = "Accoda i solleciti e il riepilogo del giorno per la redazione; `send_queued_mail` li spedisce"

    # Another moment than now, from Python alone.
    stealth_options = ("at",)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="dice che cosa partirebbe, senza accodare nulla")

    def handle(self, *args: Any, **options: Any) -> None:
        now = options.get("at") or timezone.now()
        for reminder in Reminder:
            self._report(str(reminder.label), self._reminders(reminder, now, dry=options["dry_run"]))
        self._report("Riepilogo del giorno alla redazione.", self._digests(now, dry=options["dry_run"]))

    def _report(self, what: str, number: int) -> None:
        self.stdout.write(f"{number:>5}  {what}")

    def _reminders(self, reminder: Reminder, now: datetime, *, dry: bool) -> int:
        """Each in a transaction of its own; of those that are due, little more than the key is read at once."""
        found = list(due(reminder, now).order_by("pk").select_related("practice").only("title", "practice"))
        if not dry:
            return sum(remind(submission, reminder, at=now) for submission in found)
        for submission in found:
            self.stdout.write(f"       {submission.practice.code} «{submission}»")
        return len(found)

    def _digests(self, now: datetime, *, dry: bool) -> int:
        editors = digest.undigested(now)
        if not dry:
            return sum(digest.send_digest(editor, at=now) for editor in editors)
        told = [editor for editor in editors if digest.digest_for(editor, now)]
        for editor in told:
            self.stdout.write(f"       {editor.email}")
        return len(told)

"""`manage.py send_alerts`: alerts of what was published, the newsletter that an editor has sent, the erasing of what is past its time."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from portal.lib.timed import TimedCommand
from portal.newsletter import issues
from portal.newsletter.alerts import send_alerts
from portal.newsletter.publications import notice
from portal.newsletter.sweeping import sweep


class Command(TimedCommand):
    """For a timer, every few minutes. It can be interrupted and run again at any time: nothing is told twice."""

    every = timedelta(minutes=5)
    help = "Accoda gli avvisi di ciò che è stato pubblicato e la newsletter inviata dalla redazione; `send_queued_mail` li spedisce"

    # Another moment than now, from Python alone.
    stealth_options = ("at",)

    def handle(self, *args: Any, **options: Any) -> None:
        now = options.get("at") or timezone.now()
        noticed = notice()
        sent = send_alerts(now)
        letters = issues.queue_all(now)
        sweep(now)
        for number, what in (
            (noticed, "Pratiche pubblicate per la prima volta."),
            (sent, "Avvisi accodati."),
            (letters, "Newsletter accodate."),
        ):
            self.stdout.write(f"{number:>5}  {what}")

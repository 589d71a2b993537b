"""`manage.py send_queued_mail`: post_office's own, with a lock that ends with its process whatever ends that.

post_office's lock names a process by its number: after a sender was killed another process that has got the same number, as is
usual in a container, would keep every later sender away for good.
"""

import fcntl
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils import timezone
from post_office.mail import get_queued, send_queued
from post_office.models import STATUS, Email
from post_office.settings import get_retry_timedelta

from portal.lib.timed import TimedCommand


class Command(TimedCommand):
    """For a timer, every minute. It can be interrupted and run again at any time."""

    every = timedelta(minutes=1)
    help = "Spedisce le e-mail in coda"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--lockfile", default=settings.POST_OFFICE["LOCK_FILE_NAME"], help="il file che ne lascia girare uno solo"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with open(options["lockfile"], "a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                # Another one is at it.
                return
            # Nothing waits longer than until its next try, unless the clock was wrong when that was set.
            latest = timezone.now() + get_retry_timedelta()
            Email.objects.filter(status=STATUS.requeued, scheduled_time__gt=latest).update(scheduled_time=None)
            while get_queued().exists():
                send_queued()

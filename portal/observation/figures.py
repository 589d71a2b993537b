"""What Prometheus reads: the requests of all processes of this machine, and what waits, asked of the database at that moment."""

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.db import connection
from django.db.models import Count, Min
from django.utils import timezone
from post_office.models import STATUS, Email
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from portal.observation.checks import look
from practices.models import Submission
from practices.models.choices import Status

WAITING_FOR_EDITORS = (Status.SUBMITTED, Status.UNDER_REVIEW)


class PortalCollector(Collector):
    """Queues and readiness. What cannot be asked is left out, and `portal_ok` says why."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        # Prometheus is answered by a thread each time: its connection ends with it.
        try:
            yield from _checks()
            with suppress(Exception):
                yield from [_cases(), _oldest_case(), *_mails()]
        finally:
            connection.close()


def _checks() -> Iterator[GaugeMetricFamily]:
    found = look()
    ok = GaugeMetricFamily("portal_ok", "1 where it is as it should be, as /readyz has it", labels=["check"])
    for name, check in found.items():
        ok.add_metric([name], check.ok)
    yield ok
    free = found["space"].figures.get("free_megabytes", 0)
    yield GaugeMetricFamily("portal_free_bytes", "Where the portal writes, the least of its folders", free * 1024 * 1024)


def _cases() -> GaugeMetricFamily:
    family = GaugeMetricFamily("portal_cases", "Submissions by status", labels=["status"])
    numbers = dict.fromkeys(Status.values, 0)
    numbers |= dict(Submission.objects.order_by().values_list("status").annotate(number=Count("pk")))
    for status, number in numbers.items():
        family.add_metric([status], number)
    return family


def _oldest_case() -> GaugeMetricFamily:
    oldest = Submission.objects.filter(status__in=WAITING_FOR_EDITORS).aggregate(at=Min("submitted_at"))["at"]
    return _age("portal_oldest_case_seconds", "Since when the oldest case waits for the editors; 0: none does", oldest)


def _mails() -> list[GaugeMetricFamily]:
    waiting = Email.objects.filter(status__in=(STATUS.queued, STATUS.requeued))
    return [
        GaugeMetricFamily("portal_mails_waiting", "Mails in the queue", waiting.count()),
        _age(
            "portal_oldest_mail_seconds",
            "Since when the oldest of them waits; 0: none does",
            waiting.aggregate(at=Min("created"))["at"],
        ),
    ]


def _age(name: str, words: str, at: datetime | None) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, words, (timezone.now() - at).total_seconds() if at else 0)


def registry(folder: Path) -> CollectorRegistry:
    """Everything. The files of processes that ended stay, so that counters never go back; `forget` takes them at the start."""
    found = CollectorRegistry()
    found.register(PortalCollector())
    MultiProcessCollector(found, path=str(folder))  # type: ignore[no-untyped-call]
    return found


def forget(folder: Path) -> None:
    """Deletes the counts of processes that are no more."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.db"):
        pid = path.stem.rpartition("_")[2]
        if pid.isdecimal() and not _is_running(int(pid)):
            path.unlink(missing_ok=True)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

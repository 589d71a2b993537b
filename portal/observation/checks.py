"""What the portal needs to work: looked at by `/readyz`, by `manage.py watch` and by `manage.py metrics`."""

import logging
import secrets
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Max, Min
from django.utils import timezone
from post_office.models import STATUS, Email

MEGABYTE = 1024 * 1024
# Below this much a request of the largest size may not find room.
LEAST_FREE = 200 * MEGABYTE
# Mails leave every minute, and one that could not is tried again every three.
MAILS_LATE = timedelta(hours=2)
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
log = logging.getLogger("portal.checks")


@dataclass(frozen=True)
class Check:
    """Whether it is as it should be, and the figures of it."""

    ok: bool
    figures: dict[str, int] = field(default_factory=dict)


def database() -> Check:
    """It answers."""
    with connection.cursor() as cursor:  # nosemgrep: sql-by-hand  # one answer, no table
        cursor.execute("SELECT 1")
    return Check(True)


@cache
def _migrations() -> frozenset[tuple[str, str]]:
    """Those that the code has. They are files: read once."""
    return frozenset(MigrationLoader(None).disk_migrations)


def migrations() -> Check:
    """The database has the tables that this code expects: `manage.py migrate` has recorded each of its migrations."""
    missing = _migrations() - set(MigrationRecorder(connection).applied_migrations())
    return Check(not missing, {"missing": len(missing)})


def storage() -> Check:
    """Files can be written and taken away again; in the folder that `manage.py sweep_files` sweeps, should one be left."""
    default_storage.delete(default_storage.save(f"allegati/prova/{secrets.token_hex(8)}", ContentFile(b"x")))
    return Check(True)


def space() -> Check:
    """There is room where the portal writes and where uploads are while they arrive."""
    free = min(shutil.disk_usage(folder).free for folder in (settings.DATA_DIR, tempfile.gettempdir()))
    return Check(free >= LEAST_FREE, {"free_megabytes": free // MEGABYTE})


def mails() -> Check:
    """Mails leave: none has waited for long while no other left.

    One that could not be delivered and is tried again for days says nothing of the others, if others left meanwhile.
    """
    now, waiting = timezone.now(), Email.objects.filter(status__in=(STATUS.queued, STATUS.requeued))
    last = Email.objects.filter(status=STATUS.sent).aggregate(at=Max("last_updated"))["at"] or BEGINNING
    untried = waiting.filter(status=STATUS.queued).aggregate(at=Min("created"))["at"]
    tried = waiting.filter(status=STATUS.requeued, created__gt=last).aggregate(at=Min("created"))["at"]
    since = [at for at in (untried and max(untried, last), tried) if at]
    waits = max([timedelta(), *(now - at for at in since)])
    return Check(waits < MAILS_LATE, {"waiting": waiting.count(), "minutes": waits // timedelta(minutes=1)})


CHECKS: dict[str, Callable[[], Check]] = {
    "database": database,
    "migrations": migrations,
    "storage": storage,
    "space": space,
    "mails": mails,
}
# Without these nobody is served well; mails that wait are no reason to send readers away.
NEEDED = ("database", "migrations", "storage", "space")


def look() -> dict[str, Check]:
    """All of them. What cannot be looked at is not as it should be."""
    return {name: _looked(name, check) for name, check in CHECKS.items()}


def _looked(name: str, check: Callable[[], Check]) -> Check:
    try:
        return check()
    except Exception as error:  # whatever a database or a storage raises
        log.warning(name, exc_info=error)
    return Check(False)

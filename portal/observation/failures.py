"""Pages that failed: a line each with the class of the exception and its place, so that `manage.py watch` tells of what repeats.

In a file for each hour, of this machine; two of them are looked at, and older ones deleted.
"""

import logging
import os
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

from portal.observation.places import place

HOUR = timedelta(hours=1)
# Within an hour, at the same place.
REPEATED = 3
# A file takes no more: ten thousand failures are enough to be told.
MAX_BYTES = 1024 * 1024


class FailureHandler(logging.Handler):
    """For `django.request`, which tells of every exception that no view expected."""

    def emit(self, record: logging.LogRecord) -> None:
        # What passes by itself, as a database that is away, is answered 503: the checks tell of it.
        is_ours = getattr(record, "status_code", 500) == 500
        if is_ours and record.exc_info and (error := record.exc_info[1]) is not None:
            _append(datetime.fromtimestamp(record.created, UTC), place(error))


def repeated(now: datetime) -> dict[str, int]:
    """How often in the last hour a page failed, by place; of places where it happened at least three times."""
    times = Counter(where for at, where in _lines(now) if now - HOUR < at <= now)
    return {where: number for where, number in times.items() if number >= REPEATED}


def sweep(now: datetime) -> None:
    """Deletes the files that nobody looks at any more."""
    kept = set(_files(now))
    for path in [path for path in _folder().glob("*") if path not in kept]:
        path.unlink(missing_ok=True)


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "failures"


def _files(now: datetime) -> list[Path]:
    return [_folder() / f"{at.astimezone(UTC):%Y-%m-%dT%H}" for at in (now - HOUR, now)]


def _lines(now: datetime) -> list[tuple[datetime, str]]:
    found = []
    for path in _files(now):
        with suppress(FileNotFoundError):
            for line in path.read_text(encoding="utf-8").splitlines():
                moment, _tab, where = line.partition("\t")
                found.append((datetime.fromisoformat(moment), where))
    return found


def _append(at: datetime, where: str) -> None:
    """At one stroke, so that lines of several processes do not mix; a failure that is not counted is no further harm."""
    [_before, path] = _files(at)
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            if os.fstat(file).st_size < MAX_BYTES:
                os.write(file, f"{at.isoformat()}\t{where}\n".encode())
        finally:
            os.close(file)

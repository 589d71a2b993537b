"""The lines of the days that are over become sums in the database, once, and the files go."""

from collections import Counter
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.lib.content_version import raise_version
from portal.usage.models import Count, Tally
from practices.models import Practice

# A request that began before midnight may still be writing.
GRACE = timedelta(minutes=5)
Key = tuple[str, str, str]


def tally(*, at: datetime) -> list[Tally]:
    """Add up every file of a day before the one of `at`; those that were counted already only go."""
    today = timezone.localdate(at - GRACE)
    found = []
    for path in sorted(settings.USAGE_DIR.glob("????-??-??.*")):
        day, machine = _named(path)
        if day is None or day >= today:
            continue
        # Refused where it was killed between the sums and the end of the file, or another process was quicker.
        with suppress(IntegrityError):
            found.append(_add(path, day, machine))
        path.unlink(missing_ok=True)
    return found


def _named(path: Path) -> tuple[date | None, str]:
    day, _dot, machine = path.name.partition(".")
    try:
        return date.fromisoformat(day), machine
    except ValueError:
        return None, ""


@transaction.atomic
def _add(path: Path, day: date, machine: str) -> Tally:
    row = Tally.objects.create(day=day, machine=machine)
    with path.open(encoding="utf-8", errors="replace") as lines:
        read = Counter(key for line in lines if (key := _key(line)))
    slugs = {slug for _route, _language, slug in read if slug}
    numbers = dict(Practice.objects.filter(slug__in=slugs).values_list("slug", "pk"))
    sums: Counter[tuple[str, str, int]] = Counter()
    for (route, language, slug), pages in read.items():
        sums[route, language, numbers.get(slug, 0)] += pages
    Count.objects.bulk_create(
        (
            Count(tally=row, route=route, language=language, practice=number, pages=pages)
            for (route, language, number), pages in sums.items()
        ),
        batch_size=500,
    )
    raise_version(is_content=False)
    return row


def _key(line: str) -> Key | None:
    """What was cut by a full disk is no line."""
    parts = line.removesuffix("\n").split("\t")
    if not line.endswith("\n") or len(parts) != 3 or not parts[0] or len(parts[0]) > 100 or len(parts[1]) > 10:
        return None
    return parts[0], parts[1], parts[2]

"""Practices taken from a public source, published with it. The lines' format is in `practices.import_format`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from networks.models import Organisation
from practices import content
from practices.import_format import known_codes, read_line
from practices.models import Practice, Reading, Submission
from practices.models.choices import Origin, Status
from practices.moderation.guard import record
from practices.moderation.table import Verb
from practices.publication import publish_content
from practices.record import FIELDS
from practices.related import rows_of_many


@dataclass(frozen=True)
class Report:
    """What an import did; without `apply`, what it would do. `added` is 0 when there are errors: nothing was written."""

    added: int
    unchanged: int
    errors: tuple[str, ...]


def import_practices(lines: Iterable[str], *, at: datetime, apply: bool) -> Report:
    """Publish the practices of these lines, each with its source; one whose slug is already taken is left as it is.

    Everything happens in one transaction. Without `apply` it is carried out all the same and then undone, so that a trial
    meets whatever the database would refuse too.
    """
    known = known_codes()
    present = set(Practice.objects.exclude(slug=None).values_list("slug", flat=True))
    seen: set[str] = set()
    added = unchanged = 0
    errors: list[str] = []
    with transaction.atomic():
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            row, mistakes = read_line(line, known)
            slug = str(row.get("slug", ""))
            if slug and slug in seen:
                mistakes.append(f"slug: «{slug}» è già in una riga precedente.")
            elif slug in present:
                unchanged += 1
                continue
            seen.add(slug)
            errors += [f"riga {number}: {mistake}" for mistake in mistakes]
            if not errors:
                _write(row, at)
                added += 1
        if errors or not apply:
            transaction.set_rollback(True)
    return Report(0 if errors else added, unchanged, tuple(errors))


def _write(row: dict[str, Any], at: datetime) -> None:
    organisation = Organisation.objects.get(slug=row["organisation"])
    practice = Practice.objects.create(organisation=organisation)
    submission = Submission(
        practice=practice,
        organisation=organisation,
        status=Status.PUBLISHED,
        origin=Origin.IMPORTED,
        published_at=at,
        source_url=row["source_url"],
        source_licence=row["source_licence"],
        source_note=row.get("source_note", ""),
        other_source_urls=row.get("other_source_urls", []),
    )
    content.write(submission, row["content"])
    indicators = {indicator.name: indicator for indicator in submission.indicators.all()}
    Reading.objects.bulk_create(
        Reading(declared_at=at, **{**reading, "indicator": indicators[reading["indicator"]]})
        for reading in row.get("readings", [])
    )
    rows = rows_of_many([submission], FIELDS)
    record(submission, Verb.IMPORT, by=None, at=at, after=content.read(submission, rows=rows[submission.pk]))
    publish_content(submission, at=at, slug=row["slug"], rows=rows)
    # Nobody has verified it: it waits for its organisation to claim it.
    practice.confirmed_on = None
    practice.save(update_fields=["confirmed_on"])

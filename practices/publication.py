"""What changes together when the public text of a practice changes: slug, index, evidence, content version."""

import re
from datetime import datetime
from itertools import count

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from portal.lib.content_version import raise_version
from portal.lib.text import fold
from practices import evidence
from practices.models import Practice, Submission
from practices.record import FIELDS
from practices.related import Related, rows_of_many
from practices.search.index import index, index_many

# Beginnings of addresses beside those of the practices: see `practices.urls`.
RESERVED = {"allegati", "anteprima", "confronta"}


def publish_content(submission: Submission, *, at: datetime, slug: str = "", rows: dict[int, Related] | None = None) -> None:
    """Give the practice its public face from a submission that has just become the published one.

    `rows`: what it, and the version whose place it took, have in other tables, where that was read already.
    """
    rows = rows or rows_of_many([submission], FIELDS)
    practice = submission.practice
    submission.indicators.filter(published_at__isnull=True).update(published_at=at)
    practice.organisation = submission.organisation
    practice.slug = practice.slug or slug or None
    practice.confirmed_on = timezone.localdate(at)
    practice.archived_at, practice.archived_by, practice.archived_notice = None, None, ""
    practice.evidence_level = evidence.LEVEL
    if practice.slug:
        practice.save()
    else:
        _save_at_new_address(practice, submission)
    _forget_level(practice)
    if any(row.confirmed_at for version in rows.values() for row in version["adaptations"]):
        evidence.rewrite(Practice.objects.origins_of(practice.pk))
    index_many([submission], rows)
    raise_version()


def refresh(*practices: Practice) -> None:
    """Rewrite what is derived from the public record of practices, and of those they were adapted from.

    The content version comes last, since its row stays locked and the words of the index are shared too.
    """
    evidence.rewrite(Practice.objects.with_origins_of(*(practice.pk for practice in practices)))
    for practice in practices:
        _forget_level(practice)
        index(practice)
    raise_version()


def _forget_level(practice: Practice) -> None:
    """The database has computed it: whoever asks for it reads it anew."""
    vars(practice).pop("evidence_level", None)


def leave_address(practice: Practice, submission: Submission) -> None:
    """Of an address that was made of another title nothing stays: it leads nowhere from now on, the identifier here as before."""
    if not re.fullmatch(rf"{_base(submission)}(-\d+)?", practice.slug or ""):
        _save_at_new_address(practice, submission)


def _base(submission: Submission) -> str:
    return slugify(fold(submission.title))[:100].strip("-") or "pratica"


def _save_at_new_address(practice: Practice, submission: Submission) -> None:
    """From the title; a number is added when another practice has it.

    Two of the same name that are published at once each find the address free: the later one looks again.
    """
    base = _base(submission)
    practice.slug = f"{base}-2" if base in RESERVED else base
    while True:
        try:
            with transaction.atomic():
                return practice.save()
        except IntegrityError:
            taken = RESERVED | set(Practice.objects.filter(slug__startswith=base).values_list("slug", flat=True))
            if practice.slug not in taken:
                raise
            practice.slug = next(slug for n in count(2) if (slug := f"{base}-{n}") not in taken)

"""What changes together when the public text of a practice changes: slug, index, evidence, content version."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from portal.lib.content_version import raise_version
from portal.lib.text import fold
from practices import evidence
from practices.models import Practice, Submission
from practices.search.index import index

# Beginnings of addresses beside those of the practices: see `practices.urls`.
RESERVED = {"allegati", "anteprima", "confronta"}


def publish_content(submission: Submission, *, at: datetime, slug: str = "") -> None:
    """Give the practice its public face from a submission that has just become the published one."""
    practice = submission.practice
    practice.organisation = submission.organisation
    practice.slug = practice.slug or slug or None
    practice.confirmed_on = timezone.localdate(at)
    practice.archived_at, practice.archived_by, practice.archived_notice = None, None, ""
    if practice.slug:
        practice.save()
    else:
        _save_at_new_address(practice, submission)
    submission.indicators.filter(published_at__isnull=True).update(published_at=at)
    refresh(practice)


def refresh(*practices: Practice) -> None:
    """Rewrite what is derived from the public record of practices, and of those they were adapted from.

    The content version comes last, since its row stays locked and the words of the index are shared too.
    """
    for practice in practices:
        evidence.rewrite(practice)
        for origin in Practice.objects.origins_of(practice.pk):
            evidence.rewrite(origin)
    for practice in practices:
        index(practice)
    raise_version()


def _save_at_new_address(practice: Practice, submission: Submission) -> None:
    """Two of the same name that are published at once each find the address free: the later one looks again."""
    while True:
        practice.slug = _new_slug(submission)
        try:
            with transaction.atomic():
                return practice.save()
        except IntegrityError:
            if not Practice.objects.filter(slug=practice.slug).exists():
                raise


def _new_slug(submission: Submission) -> str:
    """From the title; a number is added when another practice has it."""
    base = slugify(fold(submission.title))[:100].strip("-") or "pratica"
    taken = RESERVED | set(Practice.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for n in range(1, len(taken) + 2) if (slug := base if n == 1 else f"{base}-{n}") not in taken)

"""When one municipality becomes part of another: what is published and what is in the works stands on the other's page."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from networks.models import Municipality, User
from practices import content
from practices.models import Practice, Remark, Submission
from practices.models.choices import OPEN, Status
from practices.moderation.guard import record
from practices.moderation.table import Verb
from practices.publication import refresh
from practices.record import FIELDS

FIELD = "municipalities"


def naming(town: Municipality) -> QuerySet[Submission]:
    """What is published or in the works and names the town; earlier versions stay what they were."""
    current = Q(status=Status.PUBLISHED) | Q(status__in=OPEN)
    return Submission.objects.filter(current, municipalities=town)


@transaction.atomic
def replace_town(old: Municipality, into: Municipality, *, by: User, at: datetime) -> int:
    """Write the other one in its place; how many submissions that changed. Recorded as a correction by the editors.

    One that waits for its organisation's answer to a proposal is not touched, since a refusal would bring the old text back:
    a remark says it instead.
    """
    said = _("%(old)s ora fa parte di %(new)s.") % {"old": old, "new": into}
    found = naming(old)
    practices = Practice.objects.filter(pk__in=found.values("practice")).order_by("pk")
    # Every verb takes the practice's row first.
    locked = list(practices.select_for_update(of=("self",), no_key=True))
    changed = 0
    for submission in naming(old).filter(practice__in=locked).select_related("practice").order_by("pk"):
        if submission.status == Status.TO_CONFIRM:
            Remark.objects.create(submission=submission, by=by, at=at, field=FIELD, text=said)
            continue
        before = content.read(submission)
        others = set(before[FIELD]) - {old.pk}
        section = FIELDS[FIELD].section
        # Who has that section open is told before saving over it.
        submission.section_versions[section] = submission.section_versions.get(section, 0) + 1
        content.write(submission, {FIELD: sorted(others | {into.pk})})
        is_public = submission.status == Status.PUBLISHED
        record(
            submission,
            Verb.CORRECT,
            by=by,
            at=at,
            from_status=submission.status,
            text=said,
            before=before if is_public else None,
            after=content.read(submission) if is_public else None,
        )
        changed += 1
    refresh(*locked)
    return changed

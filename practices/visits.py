"""Who is looking at a case, and what has changed since a person last looked. A case is changed by none of this."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from networks.models import User
from practices.content import Content
from practices.models import Submission, Visit

# Pages opened within this time are one look: the comparison stays while somebody works on a case.
LOOK = timedelta(minutes=30)
# Who opened the case within this time is probably still there.
PRESENT = timedelta(minutes=10)


@dataclass(frozen=True)
class Look:
    """What a person saw at her last look, if there was one, and who else is there."""

    earlier: Content | None
    others: list[Visit]


@transaction.atomic
def look(submission: Submission, *, by: User, at: datetime, shown: Content) -> Look:
    """Note that this person sees this content now."""
    visit = Visit.objects.select_for_update().filter(submission=submission, person=by).first()
    if visit is None:
        # Two pages of one person opened at once: the later one finds the row.
        Visit.objects.get_or_create(submission=submission, person=by, defaults={"at": at, "content": shown})
        earlier = None
    else:
        earlier = visit.content if at - visit.at > LOOK else visit.earlier
        Visit.objects.filter(pk=visit.pk).update(at=at, content=shown, earlier=earlier)
    others = Visit.objects.filter(submission=submission, at__gt=at - PRESENT).exclude(person=by)
    return Look(earlier, list(others.select_related("person").order_by("-at")))

"""The editors' daily digest: what waits for somebody in the territories that each of them follows, in one mail."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from networks.models import Affiliation, Editor, Organisation
from practices import notifications
from practices.models import Submission
from practices.models.choices import Status
from practices.notifications import Optional
from practices.reminders import untaken_since

# A mail is read, not searched: the queue has them all.
MOST_CASES = 30


@dataclass(frozen=True)
class Digest:
    """What an editor is told; nothing to say, no mail."""

    overdue: list[Submission]
    waiting: list[Submission]
    more: int
    requests: list[Affiliation]

    @property
    def number(self) -> int:
        """Cases in all."""
        return len(self.overdue) + len(self.waiting) + self.more

    def __bool__(self) -> bool:
        return bool(self.overdue or self.waiting or self.requests)


def digest_for(editor: Editor, at: datetime) -> Digest:
    """Cases that nobody has taken, the overdue ones first, and affiliations that only an editor can approve."""
    theirs = _followed_by(editor)
    cases = Submission.objects.filter(
        status=Status.SUBMITTED, organisation__in=theirs, practice__removed_at__isnull=True
    ).order_by("waiting_since", "pk")
    shown = list(cases.select_related("organisation", "practice")[:MOST_CASES])
    since = untaken_since(at)
    managers = Affiliation.objects.active().filter(organisation=OuterRef("organisation"), role=Affiliation.Role.MANAGER)
    requests = Affiliation.objects.filter(~Exists(managers), status=Affiliation.Status.REQUESTED, organisation__in=theirs)
    return Digest(
        overdue=[case for case in shown if case.waiting_since and case.waiting_since < since],
        waiting=[case for case in shown if not case.waiting_since or case.waiting_since >= since],
        more=cases.count() - len(shown) if len(shown) == MOST_CASES else 0,
        requests=list(requests.select_related("user", "organisation").order_by("requested_at", "pk")[:MOST_CASES]),
    )


def _followed_by(editor: Editor) -> QuerySet[Organisation]:
    """The organisations of the chosen territories, and those of no territory; never those that the editor acts for."""
    organisations = Organisation.objects.exclude(pk__in=Organisation.objects.acted_for_by(editor))
    chosen = list(editor.digest_regions.values_list("pk", flat=True))
    return organisations.filter(Q(region__in=chosen) | Q(region__isnull=True)) if chosen else organisations


def undigested(at: datetime) -> list[Editor]:
    """The editors who have not had today's digest, without those who do without it."""
    editors = Editor.objects.exclude(digested_on=timezone.localdate(at))
    return [editor for editor in editors if Optional.DIGEST not in editor.unwanted_mails]


@transaction.atomic
def send_digest(editor: Editor, *, at: datetime) -> bool:
    """Queue today's digest, once a day, when there is something to say."""
    today = timezone.localdate(at)
    held = Editor.objects.select_for_update(of=("self",)).filter(pk=editor.pk).first()
    if held is None or held.digested_on == today:
        return False
    found = digest_for(held, at)
    if not found:
        return False
    held.digested_on = today
    held.save(update_fields=["digested_on"])
    return bool(notifications.digest(held, found))

"""What every verb begins and ends with: the lock, the table, the event."""

from collections.abc import Iterable
from datetime import datetime
from typing import Required, TypedDict, Unpack

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from networks.models import User
from practices.content import Content
from practices.models import Event, Practice, Reason, Submission
from practices.moderation.errors import Forbidden, WrongStatus
from practices.moderation.table import (
    OF_REMOVED,
    PRACTICE_ROLES,
    TRANSITIONS,
    Role,
    Verb,
    allowed_verbs,
    roles_for,
    roles_of,
)


def lock_practice(practice: Practice) -> Practice:
    """The practice as it is now, held until the end of the transaction.

    Every verb takes the practice's row first, so that two verbs on one practice wait for each other in one order.
    SQLite ignores the lock and does not need it: its writing transactions are immediate.
    """
    _lock_rows(practice.pk)
    return Practice.objects.get(pk=practice.pk)


def lock_practices(first: Practice, second: Practice) -> tuple[Practice, Practice]:
    """Two practices as they are now, held together."""
    _lock_rows(first.pk, second.pk)
    return Practice.objects.get(pk=first.pk), Practice.objects.get(pk=second.pk)


def lock_practices_of(submissions: QuerySet[Submission]) -> None:
    """The practices of all of them, before the first is written: two who go through many wait for each other in one order."""
    if practices := set(submissions.values_list("practice_id", flat=True)):
        _lock_rows(*practices)


def _lock_rows(*practices: int) -> list[int]:
    """The practices and those that they were adapted from, whose levels they may change: always in the same order.

    `no_key`, as everywhere: who writes a row that merely names one of them looks, at the commit, that it is there. With a
    full lock that look waits, and two who hold the content version and a practice would wait for each other.
    """
    locked = Practice.objects.select_for_update(of=("self",), no_key=True).with_origins_of(*practices).order_by("pk")
    return [practice.pk for practice in locked]


def lock(submission: Submission) -> Submission:
    """The submission as it is now, held together with its practice."""
    try:
        _lock_rows(submission.practice_id)
        return _held().get(pk=submission.pk)
    except Submission.DoesNotExist:
        raise WrongStatus(_("La scheda è stata eliminata.")) from None


def lock_with_live(submission: Submission) -> tuple[Submission, dict[int, Submission]]:
    """The same, and by their practices the published texts of its practice and of those that it was adapted from."""
    practices = _lock_rows(submission.practice_id)
    live = Submission.objects.live().filter(practice__in=practices)
    rows = {row.pk: row for row in _held().filter(Q(pk=submission.pk) | Q(pk__in=live.values("pk"))).order_by("pk")}
    if submission.pk not in rows:
        raise WrongStatus(_("La scheda è stata eliminata."))
    held = rows.pop(submission.pk)
    return held, {row.practice_id: row for row in rows.values()}


def _held() -> QuerySet[Submission]:
    locked = Submission.objects.select_for_update(of=("self",), no_key=True)
    return locked.select_related("practice", "organisation", "assignee", "followed_by", "main_theme")


def check(submission: Submission, verb: Verb, by: User) -> set[Role]:
    """Raise unless the table allows the verb to this person in this status; the roles held otherwise."""
    roles = roles_of(by, submission)
    transition = TRANSITIONS[verb]
    if not roles & set(transition.roles):
        raise Forbidden(_("Non è un'azione che spetta a te su questa scheda."))
    if submission.practice.merged_into and verb not in (Verb.DISCARD, Verb.WITHDRAW):
        raise _merged(submission.practice)
    if submission.practice.removed_at and verb not in OF_REMOVED:
        raise WrongStatus(_("La pratica è stata rimossa."))
    if verb not in allowed_verbs(submission, roles):
        raise WrongStatus(
            _("La scheda è nello stato «%(status)s»: l'azione non è più possibile.")
            % {"status": submission.get_status_display()}
        )
    return roles


def check_sender(submission: Submission, by: User) -> None:
    """Raise where the organisation leaves sending to its managers and this person is none."""
    if submission.organisation.only_managers_submit and Role.MANAGER not in roles_of(by, submission):
        raise Forbidden(_("Per questo ente la scheda la invia chi è responsabile."))


def check_practice(practice: Practice, verb: Verb, by: User) -> None:
    """The same for a verb on a practice as a whole."""
    if not roles_for(by, practice.organisation) & set(PRACTICE_ROLES[verb]):
        raise Forbidden(_("Non è un'azione che spetta a te su questa pratica."))
    if practice.removed_at and verb is not Verb.RESTORE:
        raise WrongStatus(_("La pratica è stata rimossa."))
    if practice.merged_into and verb not in (Verb.UNMERGE, Verb.REMOVE, Verb.RESTORE):
        raise _merged(practice)


def _merged(practice: Practice) -> WrongStatus:
    return WrongStatus(_("La pratica è stata unita a %s, che vale al suo posto.") % practice.merged_into)


def move(submission: Submission, verb: Verb, at: datetime) -> None:
    """Set the verb's status; the caller saves. What was asked of a manager before is answered by it."""
    target = TRANSITIONS[verb].target
    if target is None:
        raise ValueError(f"{verb} leads nowhere")
    submission.status = target
    submission.asked_by, submission.asked_at = None, None
    submission.waiting_since = at


class Told(TypedDict, total=False):
    """What an event tells, beside what was done to which submission."""

    by: Required[User | None]
    at: Required[datetime]
    from_status: str
    text: str
    reason: Reason | None
    mail: str
    before: Content | None
    after: Content | None


def event(submission: Submission, verb: Verb, **told: Unpack[Told]) -> Event:
    """An event that is not written yet."""
    return Event(practice=submission.practice, submission=submission, verb=verb, to_status=submission.status, **told)


def record(submission: Submission, verb: Verb, **told: Unpack[Told]) -> None:
    """Write the event, in the transaction of what it tells."""
    record_all([event(submission, verb, **told)])


def record_all(events: Iterable[Event]) -> None:
    """Write several in one query, in this order."""
    Event.objects.bulk_create(events)

"""What the organisation's people do among themselves: pass a case on, ask a manager to send it, hand it back."""

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from networks import affiliations
from networks.models import Affiliation, Organisation, User
from practices import notifications
from practices.models import Remark, Submission
from practices.moderation.errors import Refusal
from practices.moderation.guard import check, lock, lock_practices_of, record
from practices.moderation.officer import check_complete
from practices.moderation.table import Role, Verb, roles_for


@transaction.atomic
def hand_over(submission: Submission, *, by: User, at: datetime, to: User | None) -> Submission:
    """From now on this colleague looks after it, or nobody in particular."""
    submission = lock(submission)
    check(submission, Verb.HAND_OVER, by)
    if to:
        _check_colleague(to, submission.organisation)
    if submission.followed_by != to:
        _pass_on(submission, by=by, at=at, to=to)
    return submission


@transaction.atomic
def end_affiliation(
    affiliation: Affiliation, *, by: User, at: datetime, text: str = "", to: User | None = None
) -> Affiliation:
    """End it, and pass the open cases that she looks after to a colleague, or to nobody in particular.

    Whoever ends it passes them on too, in whatever state their practice is.
    """
    if affiliation.status == Affiliation.Status.ACTIVE:
        theirs = Submission.objects.open().filter(organisation=affiliation.organisation, followed_by=affiliation.user)
        if to and theirs.exists():
            _check_colleague(to, affiliation.organisation)
        lock_practices_of(theirs)
        for submission in theirs.order_by("pk"):
            _pass_on(lock(submission), by=by, at=at, to=to)
    return affiliations.end(affiliation, by=by, at=at, text=text)


def _check_colleague(user: User, organisation: Organisation) -> None:
    if Role.CONTRIBUTOR not in roles_for(user, organisation):
        raise Refusal(_("%s non ha un incarico attivo per l'ente.") % user)


def _pass_on(submission: Submission, *, by: User, at: datetime, to: User | None) -> None:
    before = submission.followed_by
    submission.followed_by = to
    submission.save(update_fields=["followed_by"])
    # What is kept is in Italian, whatever language the page had.
    with translation.override("it"):
        text = _("Da: %(before)s. A: %(after)s.") % {"before": before or _("nessuno"), "after": to or _("nessuno")}
    tells = to and to != by and not submission.practice.removed_at
    mail = notifications.handed_over(submission, by) if tells else ""
    record(submission, Verb.HAND_OVER, by=by, at=at, from_status=submission.status, text=text, mail=mail)


@transaction.atomic
def ask_to_send(submission: Submission, *, by: User, at: datetime) -> Submission:
    """Where only managers send: it is ready, and one of them is to read and send it."""
    submission = lock(submission)
    check(submission, Verb.ASK_TO_SEND, by)
    if submission.remarks.filter(state=Remark.State.OPEN).exists():
        raise Refusal(_("Rispondi prima a tutte le osservazioni."))
    check_complete(submission)
    if not submission.organisation.affiliations.managers().exists():
        raise Refusal(_("Nessuna persona è responsabile per l'ente: chiedi alla redazione di indicarne una."))
    submission.asked_by, submission.asked_at = by, at
    submission.save(update_fields=["asked_by", "asked_at"])
    mail = notifications.asked_to_send(submission)
    record(submission, Verb.ASK_TO_SEND, by=by, at=at, from_status=submission.status, mail=mail)
    return submission


@transaction.atomic
def hand_back(submission: Submission, *, by: User, at: datetime, text: str) -> Submission:
    """The manager does not send it yet, and says why."""
    if not text.strip():
        raise Refusal(_("Scrivi che cosa serve."))
    submission = lock(submission)
    check(submission, Verb.HAND_BACK, by)
    mail = notifications.handed_back(submission, text)
    submission.asked_by, submission.asked_at = None, None
    submission.save(update_fields=["asked_by", "asked_at"])
    record(submission, Verb.HAND_BACK, by=by, at=at, from_status=submission.status, text=text, mail=mail)
    return submission

"""The preview of what is not published yet, for a colleague or a mayor without an account."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from networks.models import User
from practices.models import PreviewLink, Submission
from practices.moderation import Forbidden, Refusal, Role, WrongStatus, roles_of
from practices.moderation.guard import lock

LASTS = timedelta(days=14)
MOST = 10


@transaction.atomic
def share(submission: Submission, *, by: User, at: datetime, note: str = "") -> PreviewLink:
    """A new link to the preview, by the organisation's people. The note reminds them whom it is for."""
    submission = lock(submission)
    _check(submission, by)
    if submission.practice.merged_into_id:
        raise WrongStatus(_("La pratica è stata unita a un'altra: la sua anteprima non si apre più."))
    if submission.published_at:
        raise WrongStatus(_("La scheda è stata pubblicata: condividi l'indirizzo della sua pagina."))
    if submission.preview_links.valid(at).count() >= MOST:
        raise Refusal(_("Ci sono già %d collegamenti validi: revocane uno che non serve più.") % MOST)
    return PreviewLink.objects.create(submission=submission, note=note, created_by=by, created_at=at, expires_at=at + LASTS)


@transaction.atomic
def revoke(link: PreviewLink, *, by: User, at: datetime) -> PreviewLink:
    """From now on it opens nothing. Revoked twice, it keeps who was first."""
    _check(lock(link.submission), by)
    link.refresh_from_db()
    if link.revoked_at is None:
        link.revoked_by, link.revoked_at = by, at
        link.save(update_fields=["revoked_by", "revoked_at"])
    return link


def may_share(submission: Submission, by: User) -> bool:
    """Whether this person makes and revokes links to the preview."""
    return Role.CONTRIBUTOR in roles_of(by, submission)


def _check(submission: Submission, by: User) -> None:
    if not may_share(submission, by):
        raise Forbidden(_("L'anteprima la condivide chi lavora per l'ente."))

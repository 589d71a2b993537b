"""Inviting a colleague by mail: a link that is good for seven days, once, for that address."""

from datetime import datetime, timedelta

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.utils.translation import gettext as _

from networks import notifications
from networks.affiliations import Refused, activate, check_decides, lock
from networks.models import Affiliation, Invitation, Organisation, User

GOOD_FOR = timedelta(days=7)
MOST_A_DAY = 20
_SIGNER = Signer(salt="networks.invitation")


@transaction.atomic
def invite(organisation: Organisation, *, email: str, role: str, by: User, at: datetime) -> Invitation:
    """Ask somebody by mail. While an invitation to the same address in the same role is good, that one is returned."""
    organisation = lock(organisation)
    check_decides(by, organisation)
    email = email.lower()
    current = organisation.affiliations.exclude(status=Affiliation.Status.ENDED).filter(user__email=email).first()
    if current and current.status == Affiliation.Status.ACTIVE:
        raise Refused(_("%s lavora già per l'ente.") % email)
    if current:
        raise Refused(_("%s ha già chiesto l'incarico: rispondi alla richiesta.") % email)
    if email == by.email.lower():
        raise Refused(_("Il tuo incarico lo dà un'altra persona."))
    if open_one := organisation.invitations.open().select_related("invited_by").filter(email=email).first():
        if open_one.is_good(at) and open_one.role == role:
            return open_one
        open_one.revoked_at = at
        open_one.save()
    if organisation.invitations.filter(invited_at__gt=at - timedelta(days=1)).count() >= MOST_A_DAY:
        raise Refused(_("In un giorno si mandano al massimo %d inviti per ente: riprova domani.") % MOST_A_DAY)
    invitation = Invitation.objects.create(
        organisation=organisation, email=email, role=role, invited_by=by, invited_at=at, expires_at=at + GOOD_FOR
    )
    invitation.token = _SIGNER.sign(str(invitation.pk))
    notifications.invited(invitation)
    return invitation


def by_token(token: str) -> Invitation | None:
    """The invitation that a link means, good or not; none for a link that we did not make."""
    try:
        pk = _SIGNER.unsign(token)
    except BadSignature:
        return None
    return Invitation.objects.select_related("organisation", "invited_by").filter(pk=pk).first()


def is_for(invitation: Invitation, user: User) -> bool:
    """Whether the person has shown that the invited address is hers."""
    return invitation.email in user.own_addresses()


@transaction.atomic
def accept(invitation: Invitation, *, by: User, at: datetime) -> Affiliation:
    """Act for the organisation from now on. The second click of the same person finds what the first one made."""
    organisation = lock(invitation.organisation)
    invitation = Invitation.objects.select_related("invited_by").get(pk=invitation.pk)
    if not is_for(invitation, by):
        raise Refused(_("L'invito è per un altro indirizzo di posta."))
    if invitation.accepted_by_id != by.pk:
        # The address may have become hers since.
        if invitation.invited_by_id == by.pk:
            raise Refused(_("Il tuo incarico lo dà un'altra persona."))
        if not invitation.is_good(at):
            raise Refused(_("L'invito non vale più."))
        invitation.accepted_by, invitation.accepted_at = by, at
        invitation.save()
        activate(organisation, user=by, role=invitation.role, by=invitation.invited_by, at=at)
        notifications.accepted(invitation)
    return Affiliation.objects.filter(user=by, organisation=organisation).latest("pk")


@transaction.atomic
def revoke(invitation: Invitation, *, by: User, at: datetime) -> Invitation:
    """Take it back; what was accepted is ended as an affiliation instead."""
    check_decides(by, lock(invitation.organisation))
    invitation = Invitation.objects.get(pk=invitation.pk)
    if invitation.accepted_at:
        raise Refused(_("L'invito è già stato accettato."))
    invitation.revoked_at = invitation.revoked_at or at
    invitation.save()
    return invitation

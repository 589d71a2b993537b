"""Mails about who acts for whom: one function a message, queued in the transaction that causes it."""

from typing import Any

from django.utils import translation

from networks.models import Affiliation, Invitation, OrganisationProposal, User
from portal.lib import mail


def _send(to: list[str], template: str, **context: Any) -> None:
    with translation.override("it"):
        subject, body = mail.compose(f"networks/{template}", context)
    mail.queue(to, subject, body)


def _address(user: User) -> list[str]:
    return [user.email] if user.is_active else []


def requested(affiliation: Affiliation) -> None:
    """To the managers: somebody asks to act for the organisation. Where there is none, editors see it in the admin."""
    managers = affiliation.organisation.affiliations.managers()
    _send(list(managers.values_list("user__email", flat=True)), "requested", affiliation=affiliation)


def approved(affiliation: Affiliation) -> None:
    """To the person: she acts for it, and in which role."""
    _send(_address(affiliation.user), "approved", affiliation=affiliation)


def declined(affiliation: Affiliation, text: str) -> None:
    """To the person: why not."""
    _send(_address(affiliation.user), "declined", affiliation=affiliation, text=text)


def ended(affiliation: Affiliation, text: str) -> None:
    """To the person: she does not act for it any more."""
    _send(_address(affiliation.user), "ended", affiliation=affiliation, text=text)


def role_changed(affiliation: Affiliation) -> None:
    """To the person: what she may do from now on."""
    _send(_address(affiliation.user), "role_changed", affiliation=affiliation)


def invited(invitation: Invitation) -> None:
    """To the invited address: who asks what, and the link."""
    _send([invitation.email], "invited", invitation=invitation)


def accepted(invitation: Invitation) -> None:
    """To who invited: the colleague is there."""
    _send(_address(invitation.invited_by), "accepted", invitation=invitation)


def proposal_declined(proposal: OrganisationProposal) -> None:
    """To who proposed it: why not."""
    _send(_address(proposal.proposed_by), "proposal_declined", proposal=proposal)

"""An organisation that is missing: proposed by who works for it, made or declined by the chief editors."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from networks import affiliations, notifications
from networks.affiliations import MOST_REQUESTS, Refused
from networks.models import Organisation, OrganisationProposal, Province, User


@transaction.atomic
def propose(
    *, name: str, kind: str, province: Province, website: str, text: str, by: User, at: datetime
) -> OrganisationProposal:
    """Tell the chief editors what is missing. The same name again is the same proposal."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    waiting = by.organisation_proposals.filter(decided_at__isnull=True)
    if existing := waiting.filter(name=name).first():
        return existing
    if waiting.count() >= MOST_REQUESTS:
        raise Refused(_("Hai già %d proposte in attesa: aspetta una risposta.") % MOST_REQUESTS)
    return OrganisationProposal.objects.create(
        name=name, kind=kind, province=province, website=website, text=text, proposed_by=by, proposed_at=at
    )


def _locked(proposal: OrganisationProposal, by: User) -> OrganisationProposal:
    if not (by.is_chief_editor or by.is_superuser):
        raise Refused(_("Decide la caporedazione."))
    proposal = OrganisationProposal.objects.select_for_update(of=("self",), no_key=True).get(pk=proposal.pk)
    if proposal.decided_at:
        raise Refused(_("Qualcuno ha già deciso su questa proposta."))
    return proposal


@transaction.atomic
def accept(
    proposal: OrganisationProposal, *, organisation: Organisation, role: str, by: User, at: datetime
) -> OrganisationProposal:
    """This is the organisation, found or just made: who proposed it acts for it."""
    proposal = _locked(proposal, by)
    proposal.organisation, proposal.decided_by, proposal.decided_at = organisation, by, at
    proposal.save()
    affiliations.appoint(organisation, user=proposal.proposed_by, role=role, by=by, at=at)
    return proposal


@transaction.atomic
def decline(proposal: OrganisationProposal, *, by: User, at: datetime, text: str) -> OrganisationProposal:
    """Say why not; the word reaches the person by mail."""
    if not text.strip():
        raise Refused(_("Scrivi perché."))
    proposal = _locked(proposal, by)
    proposal.answer, proposal.decided_by, proposal.decided_at = text, by, at
    proposal.save()
    notifications.proposal_declined(proposal)
    return proposal

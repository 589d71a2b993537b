"""How long this room keeps what has ended."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef, QuerySet

from networks.models import Affiliation, Invitation, OrganisationProposal, User
from portal.lib.retention import YEAR, Rule


def _never_used(before: datetime) -> QuerySet[User]:
    """Signed up, never confirmed the address, never came in, belongs to nothing."""
    addresses = EmailAddress.objects.filter(user=OuterRef("pk"))
    signed_up = User.objects.filter(Exists(addresses), ~Exists(addresses.filter(verified=True)))
    outside = signed_up.filter(last_login=None, affiliations=None, is_staff=False, is_superuser=False, groups=None)
    unnamed = outside.filter(organisation_proposals=None, erased_at__isnull=True)
    return unnamed.filter(date_joined__lt=before)


RULES = (
    Rule(
        "unconfirmed_accounts",
        "Account mai confermati e mai usati",
        "date_joined",
        30,
        "Chi si è registrato per sbaglio, o con l'indirizzo di un altro, non deve restare.",
        _never_used,
    ),
    Rule(
        "invitations",
        "Inviti accettati, revocati o scaduti",
        "expires_at",
        90,
        "Un invito vale sette giorni; tre mesi bastano a capire come è arrivata una persona.",
        lambda before: Invitation.objects.filter(expires_at__lt=before),
    ),
    Rule(
        "refused_requests",
        "Richieste di incarico rifiutate o ritirate",
        "ended_at",
        YEAR,
        "Chi decide vede se la stessa persona ha già chiesto; dopo un anno si ricomincia da capo.",
        lambda before: Affiliation.objects.filter(active_from__isnull=True, ended_at__lt=before),
    ),
    Rule(
        "declined_proposals",
        "Proposte di enti non accolte",
        "decided_at",
        YEAR,
        "Come per le richieste di incarico.",
        lambda before: OrganisationProposal.objects.filter(organisation__isnull=True, decided_at__lt=before),
    ),
)

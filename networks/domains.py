"""Whether a person's mail comes from the organisation's domain: shown to who approves, never decided by it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from networks.models import Affiliation


@dataclass(frozen=True)
class Match:
    """What is known of the person's address, in words, and whether it speaks for her."""

    is_own: bool
    text: str


def match(affiliation: Affiliation) -> Match:
    """The verified addresses beside the organisation's domains. Lists prefetch `user__emailaddress_set`."""
    user: object = affiliation.user
    verified = [address.email for address in user.emailaddress_set.all() if address.verified]  # type: ignore[attr-defined]
    theirs = sorted({address.rpartition("@")[2].lower() for address in verified})
    if not theirs:
        return Match(False, _("indirizzo non verificato"))
    known = affiliation.organisation.mail_domains
    own = [domain for domain in theirs if any(f".{domain}".endswith(f".{one}") for one in known)]
    if own:
        return Match(True, _("dominio dell'ente: %s") % own[0])
    said = _("dominio diverso: %s") if known else _("non sappiamo il dominio dell'ente; il suo è %s")
    return Match(False, said % ", ".join(theirs))

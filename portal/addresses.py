"""Addresses of the pages about things of the lower apps, which may not name them themselves.

Django gives each model its `get_absolute_url` from here (the setting ABSOLUTE_URL_OVERRIDES), so that a template of any
app can link to a town's or an organisation's page.
"""

from collections.abc import Callable
from typing import Any

from django.urls import reverse


def _affiliation(affiliation: Any) -> str:
    """Where the organisation's people find it; the person herself, when it has ended."""
    if affiliation.status == affiliation.Status.ENDED:
        return reverse("desk:affiliations")
    return reverse("desk:colleagues", args=[affiliation.organisation.slug])


def _invitation(invitation: Any) -> str:
    """The link, where it has just been made and goes into the mail; afterwards the page of who may revoke it."""
    if invitation.token:
        return reverse("desk:invitation", args=[invitation.token])
    return reverse("desk:colleagues", args=[invitation.organisation.slug])


ADDRESSES: dict[str, Callable[[Any], str]] = {
    "networks.region": lambda region: reverse("territory", args=[region.slug]),
    "networks.municipality": lambda municipality: reverse("city", args=[municipality.slug]),
    "networks.organisation": lambda organisation: reverse("organisation", args=[organisation.slug]),
    "networks.network": lambda network: reverse("network", args=[network.slug]),
    "networks.affiliation": _affiliation,
    "networks.invitation": _invitation,
    "networks.organisationproposal": lambda proposal: reverse("desk:affiliations"),
    "agreements.agreement": lambda agreement: reverse("agreement", args=[agreement.slug]),
    "agreements.commitment": lambda commitment: reverse("commitment", args=[commitment.agreement.slug, commitment.code]),
    "practices.theme": lambda theme: reverse("theme", args=[theme.slug]),
    "practices.commonindicator": lambda indicator: reverse("indicator", args=[indicator.slug]),
    "practices.practice": lambda practice: reverse("practices:practice", args=[practice.slug]),
}

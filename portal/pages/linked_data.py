"""What the pages are about, in the words of schema.org. The practice's own is in `practices.linked_data`."""

from typing import Any

from django.conf import settings
from django.db.models import Model
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agreements.models import Agreement, Commitment
from networks.models import Municipality, Network, Organisation, Region
from practices.labels import address
from practices.linked_data import PUBLIC_BODIES, of_town

Thing = dict[str, Any]


def _at(row: Model) -> str:
    return settings.SITE_URL + address(row)


def of_site() -> Thing:
    """The portal, with where it is searched."""
    return {
        "@type": "WebSite",
        "name": _("Buone pratiche di integrazione"),
        "url": settings.SITE_URL + reverse("home"),
        "inLanguage": get_language(),
        "potentialAction": {
            "@type": "SearchAction",
            "target": {
                "@type": "EntryPoint",
                "urlTemplate": f"{settings.SITE_URL}{reverse('practices:list')}?q={{search_term_string}}",
            },
            "query-input": "required name=search_term_string",
        },
    }


def of_region(region: Region) -> Thing:
    """A territory, by its NUTS code."""
    return {
        "@type": "AdministrativeArea",
        "name": region.name,
        "url": _at(region),
        "identifier": region.nuts_code,
        "containedInPlace": {"@type": "Country", "name": _("Italia")},
    }


def of_city(town: Municipality) -> Thing:
    """A Comune, by ISTAT's code, in its territory."""
    region = town.province.region
    return {
        **of_town(town),
        "identifier": town.istat_code,
        "containedInPlace": {"@type": "AdministrativeArea", "name": region.name, "url": _at(region)},
    }


def of_organisation(body: Organisation) -> Thing:
    """Any body; an office's address only where the page shows it too."""
    told = {"alternateName": body.acronym, "sameAs": body.website, "email": body.office_email}
    return {
        "@type": "GovernmentOrganization" if body.kind in PUBLIC_BODIES else "Organization",
        "name": body.name,
        "url": _at(body),
        **{name: text for name, text in told.items() if text},
    }


def of_network(network: Network) -> Thing:
    """A network of organisations."""
    told = {"description": network.description, "foundingDate": network.founded_on, "sameAs": network.website}
    return {
        "@type": "Organization",
        "name": network.name,
        "url": _at(network),
        **{name: said for name, said in told.items() if said},
    }


def of_agreement(agreement: Agreement) -> Thing:
    """An agreement as the text that was signed."""
    told = {"abstract": agreement.summary, "dateCreated": str(agreement.signed_on or "")}
    return {
        "@type": "CreativeWork",
        "name": agreement.title,
        "url": _at(agreement),
        "inLanguage": "it",
        "genre": str(agreement.get_kind_display()),
        **{name: said for name, said in told.items() if said},
    }


def of_commitment(commitment: Commitment) -> Thing:
    """A part of what an agreement says."""
    return {
        "@type": "CreativeWork",
        "name": commitment.title,
        "url": _at(commitment),
        "inLanguage": "it",
        **({"text": commitment.text} if commitment.text else {}),
        "isPartOf": {"@type": "CreativeWork", "name": commitment.agreement.title, "url": _at(commitment.agreement)},
    }

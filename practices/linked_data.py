"""A practice in the words of schema.org."""

import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.urls import reverse
from django.utils.encoding import iri_to_uri
from rdflib import RDF, BNode, Graph, Literal, Namespace, URIRef

from networks.models import Municipality, Organisation
from portal.lib.templatetags.portal import wording
from practices import pictures
from practices.labels import address
from practices.models import Attachment, Submission
from practices.models.choices import Origin
from practices.presentation import safe_url

SCHEMA = "https://schema.org"
WORDS = Namespace(f"{SCHEMA}/")
# What is an address and not a text.
LINKS = {"url", "image", "isBasedOn", "license"}
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
PUBLIC_BODIES = {
    Organisation.Kind.MUNICIPALITY,
    Organisation.Kind.UNION,
    Organisation.Kind.PROVINCE,
    Organisation.Kind.REGION,
    Organisation.Kind.METROPOLITAN_CITY,
    Organisation.Kind.MINISTRY,
    Organisation.Kind.EUROPEAN,
    Organisation.Kind.PREFECTURE,
    Organisation.Kind.HEALTH,
}


def of_town(town: Municipality) -> dict[str, Any]:
    """A Comune as a place."""
    return {"@type": "City", "name": town.display_name, "url": settings.SITE_URL + address(town)}


def picture_of(submission: Submission) -> str:
    """The path of its first picture, or nothing."""
    found = [file for file in submission.attachments.all() if file.kind == Attachment.Kind.PICTURE]
    first = min(found, key=lambda file: file.pk, default=None)
    # As wide as what shows a link to the page wants it.
    return pictures.shown(first, pictures.LINK_WIDTH).src if first else ""


def of_practice(submission: Submission) -> dict[str, Any]:
    """The published text. What was taken from a public source is not by the organisation that it tells of."""
    practice, body = submission.practice, submission.organisation
    organisation = {
        "@type": "GovernmentOrganization" if body.kind in PUBLIC_BODIES else "Organization",
        "name": body.name,
        "url": settings.SITE_URL + address(body),
    }
    is_imported = submission.origin == Origin.IMPORTED
    told: dict[str, Any] = {
        "description": wording(submission, "summary"),
        "datePublished": submission.published_at,
        "about": submission.main_theme and submission.main_theme.name,
        "keywords": [tag.name for tag in submission.tags.all()],
        "spatialCoverage": [of_town(town) for town in submission.municipalities.all()],
        "image": (path := picture_of(submission)) and settings.SITE_URL + path,
        "author": None if is_imported else organisation,
        "sourceOrganization": organisation if is_imported else None,
        "isBasedOn": safe_url(submission.source_url),
        "license": None if is_imported else LICENCE,
        "usageInfo": submission.source_licence if is_imported else "",
    }
    return {
        "@type": "Article",
        "headline": wording(submission, "title"),
        "url": settings.SITE_URL + address(practice),
        "identifier": practice.code,
        "sameAs": settings.SITE_URL + reverse("identifiers:practice", args=[practice.code]),
        "inLanguage": "it",
        **{name: said for name, said in told.items() if said},
    }


def as_json_ld(submission: Submission) -> str:
    """The same on its own, under its permanent identifier."""
    told = of_practice(submission)
    told = {"@context": SCHEMA, "@id": told.pop("sameAs"), **told}
    return json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False)


def as_turtle(submission: Submission) -> str:
    """The same as triples."""
    told = of_practice(submission)
    graph = Graph()
    graph.bind("schema", WORDS)
    _tell(graph, URIRef(told.pop("sameAs")), told)
    return graph.serialize(format="turtle")


def _tell(graph: Graph, thing: URIRef | BNode, told: Mapping[str, Any]) -> None:
    graph.add((thing, RDF.type, WORDS[told["@type"]]))
    for name, said in told.items():
        for value in said if isinstance(said, list) else [said]:
            if isinstance(value, dict):
                part = BNode()
                graph.add((thing, WORDS[name], part))
                _tell(graph, part, value)
            elif name != "@type":
                # People write addresses with characters that none may have.
                graph.add((thing, WORDS[name], URIRef(iri_to_uri(str(value))) if name in LINKS else Literal(value)))

"""The catalogue of the open data as a graph, in the words of DCAT-AP_IT, the Italian profile of DCAT-AP.

What AgID's guide to the profile says is mandatory is there, and most of what it recommends. Titles and descriptions in Italian
and English. Source: Linee guida per i cataloghi dati, https://docs.italia.it/italia/daf/linee-guida-cataloghi-dati-dcat-ap-it/
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, OWL, RDF, SKOS, XSD
from rdflib.term import Node

from portal.lib.open_data import Dataset, Text
from portal.open_data.catalogue_words import CATALOGUE_DESCRIPTION, CATALOGUE_TITLE, KEYWORDS
from portal.open_data.datasets import DATASETS
from portal.open_data.files import FORMATS, Format

DCATAPIT = Namespace("http://dati.gov.it/onto/dcatapit#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
EU = "http://publications.europa.eu/resource/authority/"
THEME = URIRef(f"{EU}data-theme/SOCI")
LICENCE = URIRef("https://creativecommons.org/licenses/by/4.0/")
# The kind of a licence that asks for attribution, in the EU's list of kinds.
ATTRIBUTION = URIRef("http://purl.org/adms/licencetype/Attribution")
ITALY = URIRef(f"{EU}country/ITA")
LANGUAGES = (URIRef(f"{EU}language/ITA"), URIRef(f"{EU}language/ENG"))


@dataclass(frozen=True)
class Publisher:
    """Who answers for the data. Without the settings of the body, the portal itself."""

    name: str
    identifier: str
    email: str


def publisher() -> Publisher:
    """From the settings of the public body that runs the portal."""
    body = getattr(settings, "BODY", None)
    host = settings.SITE_URL.partition("://")[2]
    return Publisher(
        getattr(body, "name", "") or str(CATALOGUE_TITLE),
        getattr(body, "ipa_code", "") or host,
        getattr(body, "email", "") or settings.DEFAULT_FROM_EMAIL,
    )


def graph(changed_at: datetime | None) -> Graph:
    """The catalogue with all its datasets. `changed_at`: when the content last changed, today where that is not known."""
    made = Graph()
    for prefix, namespace in (("dcatapit", DCATAPIT), ("dcat", DCAT), ("dct", DCTERMS), ("foaf", FOAF), ("vcard", VCARD)):
        made.bind(prefix, namespace)
    day = Literal(timezone.localdate(changed_at) if changed_at else timezone.localdate())
    catalogue = URIRef(_url(reverse("open_data_catalogue")))
    who = publisher()
    agent, contact = _fragment(catalogue, "editore"), _fragment(catalogue, "contatto")
    _add(made, catalogue, DCATAPIT.Catalog, DCAT.Catalog)
    _say(made, catalogue, DCTERMS.title, CATALOGUE_TITLE)
    _say(made, catalogue, DCTERMS.description, CATALOGUE_DESCRIPTION)
    made.add((catalogue, DCTERMS.publisher, agent))
    made.add((catalogue, DCTERMS.modified, day))
    made.add((catalogue, DCTERMS.license, LICENCE))
    made.add((catalogue, FOAF.homepage, URIRef(_url(_italian("open_data")))))
    made.add((catalogue, DCAT.themeTaxonomy, URIRef(f"{EU}data-theme")))
    for language in LANGUAGES:
        made.add((catalogue, DCTERMS.language, language))
    _agent(made, agent, contact, who)
    _licence(made)
    for dataset in DATASETS.values():
        node = _fragment(catalogue, dataset.name)
        made.add((catalogue, DCAT.dataset, node))
        _dataset(made, node, dataset, day, agent, contact, who)
    return made


def _dataset(
    made: Graph, node: URIRef, dataset: Dataset[Any], day: Literal, agent: URIRef, contact: URIRef, who: Publisher
) -> None:
    _add(made, node, DCATAPIT.Dataset, DCAT.Dataset)
    made.add((node, DCTERMS.identifier, Literal(f"{who.identifier}:{dataset.name}")))
    _say(made, node, DCTERMS.title, dataset.title)
    _say(made, node, DCTERMS.description, dataset.description, dataset.limits)
    made.add((node, DCTERMS.modified, day))
    made.add((node, DCAT.theme, THEME))
    made.add((THEME, RDF.type, SKOS.Concept))
    made.add((node, DCTERMS.rightsHolder, agent))
    made.add((node, DCTERMS.publisher, agent))
    made.add((node, DCAT.contactPoint, contact))
    made.add((node, DCTERMS.accrualPeriodicity, URIRef(f"{EU}frequency/CONT")))
    made.add((node, DCTERMS.language, LANGUAGES[0]))
    made.add((node, DCTERMS.spatial, ITALY))
    _add(made, ITALY, DCATAPIT.Location, DCTERMS.Location)
    made.add((ITALY, DCATAPIT.geographicalIdentifier, Literal(str(ITALY), datatype=XSD.anyURI)))
    made.add((node, DCAT.landingPage, URIRef(_url(f"{_italian('open_data')}#{dataset.name}"))))
    for words in KEYWORDS:
        _say(made, node, DCAT.keyword, words)
    for ending, form in FORMATS.items():
        file = URIRef(_url(reverse("open_data_file", args=[dataset.name, ending])))
        made.add((node, DCAT.distribution, file))
        _distribution(made, file, dataset, form, day)


def _distribution(made: Graph, file: URIRef, dataset: Dataset[Any], form: Format, day: Literal) -> None:
    _add(made, file, DCATAPIT.Distribution, DCAT.Distribution)
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            made.add((file, DCTERMS.title, Literal(f"{dataset.title} ({form.name})", lang=code)))
    _say(made, file, DCTERMS.description, dataset.description)
    made.add((file, DCTERMS["format"], URIRef(f"{EU}file-type/{form.authority}")))
    made.add((file, DCAT.mediaType, URIRef(f"https://www.iana.org/assignments/media-types/{form.media_type}")))
    made.add((file, DCAT.accessURL, file))
    made.add((file, DCAT.downloadURL, file))
    made.add((file, DCTERMS.license, LICENCE))
    made.add((file, DCTERMS.modified, day))


def _agent(made: Graph, agent: URIRef, contact: URIRef, who: Publisher) -> None:
    _add(made, agent, DCATAPIT.Agent, FOAF.Agent)
    made.add((agent, DCTERMS.identifier, Literal(who.identifier)))
    made.add((agent, FOAF.name, Literal(who.name, lang="it")))
    _add(made, contact, DCATAPIT.Organization, VCARD.Organization, VCARD.Kind)
    made.add((contact, VCARD.fn, Literal(who.name)))
    made.add((contact, VCARD.hasEmail, URIRef(f"mailto:{who.email}")))
    made.add((contact, VCARD.hasURL, URIRef(_url(_italian("home")))))


def _licence(made: Graph) -> None:
    _add(made, LICENCE, DCATAPIT.LicenseDocument, DCTERMS.LicenseDocument)
    made.add((LICENCE, DCTERMS.type, ATTRIBUTION))
    made.add((LICENCE, FOAF.name, Literal("Creative Commons Attribuzione 4.0 Internazionale (CC BY 4.0)", lang="it")))
    made.add((LICENCE, OWL.versionInfo, Literal("4.0")))
    made.add((LICENCE, DCTERMS.identifier, Literal("https://w3id.org/italia/controlled-vocabulary/licences/A21_CCBY40")))


def _add(made: Graph, node: Node, *kinds: Node) -> None:
    for kind in kinds:
        made.add((node, RDF.type, kind))


def _say(made: Graph, node: Node, what: URIRef, *texts: Text) -> None:
    """In every language of the portal."""
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            made.add((node, what, Literal(" ".join(str(text) for text in texts if text), lang=code)))


def _fragment(catalogue: URIRef, name: str) -> URIRef:
    return URIRef(f"{catalogue}#{name}")


def _italian(name: str) -> str:
    with translation.override("it"):
        return reverse(name)


def _url(path: str) -> str:
    return f"{settings.SITE_URL}{path}"

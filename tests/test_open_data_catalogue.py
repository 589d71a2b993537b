"""The catalogue against what DCAT-AP_IT makes mandatory, in the manner of SHACL: cardinality, kind of node, class, vocabulary.

The list is that of AgID's *Linee guida per i cataloghi dati* (elementi obbligatori of each class).
"""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from rdflib import RDF, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCAT, DCTERMS, FOAF, XSD

from portal.open_data.datasets import DATASETS
from portal.open_data.files import FORMATS
from tests import make

# rdflib's reader of JSON-LD uses what rdflib itself will drop.
pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")]
DCATAPIT = Namespace("http://dati.gov.it/onto/dcatapit#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
EU = "http://publications.europa.eu/resource/authority/"
PARSERS = {"ttl": "turtle", "jsonld": "json-ld", "rdf": "xml"}
MEDIA_TYPES = {"ttl": "text/turtle", "jsonld": "application/ld+json", "rdf": "application/rdf+xml"}


@dataclass(frozen=True)
class Property:
    """One mandatory property: how often, and what stands there. No `most`: any number; texts: once a language."""

    path: URIRef
    most: int | None = 1
    kind: type = Literal
    datatype: URIRef | None = None
    of: URIRef | None = None
    pattern: str = ".+"


MANDATORY: dict[URIRef, tuple[Property, ...]] = {
    DCATAPIT.Catalog: (
        Property(DCTERMS.title, None),
        Property(DCTERMS.description, None),
        Property(DCTERMS.publisher, 1, URIRef, of=DCATAPIT.Agent),
        Property(DCTERMS.modified, 1, datatype=XSD.date, pattern=r"\d{4}-\d\d-\d\d"),
        Property(DCAT.dataset, None, URIRef, of=DCATAPIT.Dataset),
    ),
    DCATAPIT.Dataset: (
        Property(DCTERMS.identifier),
        Property(DCTERMS.title, None),
        Property(DCTERMS.description, None),
        Property(DCTERMS.modified, 1, datatype=XSD.date, pattern=r"\d{4}-\d\d-\d\d"),
        Property(DCAT.theme, None, URIRef, pattern=rf"{EU}data-theme/[A-Z]{{4}}"),
        Property(DCTERMS.rightsHolder, 1, URIRef, of=DCATAPIT.Agent),
        Property(DCTERMS.accrualPeriodicity, 1, URIRef, pattern=rf"{EU}frequency/[A-Z_0-9]+"),
        # Of an open dataset.
        Property(DCAT.distribution, None, URIRef, of=DCATAPIT.Distribution),
        # Recommended, and here for all.
        Property(DCTERMS.publisher, 1, URIRef, of=DCATAPIT.Agent),
        Property(DCAT.contactPoint, None, URIRef, of=DCATAPIT.Organization),
        Property(DCTERMS.language, None, URIRef, pattern=rf"{EU}language/[A-Z]{{3}}"),
        Property(DCTERMS.spatial, None, URIRef, of=DCATAPIT.Location),
        Property(DCAT.landingPage, 1, URIRef, pattern="https?://.+"),
    ),
    DCATAPIT.Distribution: (
        Property(DCTERMS["format"], 1, URIRef, pattern=rf"{EU}file-type/[A-Z0-9_]+"),
        Property(DCAT.accessURL, 1, URIRef, pattern="https?://.+"),
        Property(DCTERMS.license, 1, URIRef, of=DCATAPIT.LicenseDocument),
    ),
    DCATAPIT.Agent: (Property(DCTERMS.identifier), Property(FOAF.name, None)),
    DCATAPIT.Organization: (
        Property(VCARD.fn),
        Property(VCARD.hasEmail, None, URIRef, pattern="mailto:[^@ ]+@[^@ ]+"),
    ),
    DCATAPIT.LicenseDocument: (
        Property(DCTERMS.type, None, URIRef, pattern="http://purl.org/adms/licencetype/.+"),
        Property(FOAF.name, None),
    ),
    DCATAPIT.Location: (Property(DCATAPIT.geographicalIdentifier, 1, datatype=XSD.anyURI),),
}
# The profile's own classes, with those of the vocabularies that they come from.
ALSO = {
    DCATAPIT.Catalog: DCAT.Catalog,
    DCATAPIT.Dataset: DCAT.Dataset,
    DCATAPIT.Distribution: DCAT.Distribution,
    DCATAPIT.Agent: FOAF.Agent,
    DCATAPIT.Organization: VCARD.Kind,
    DCATAPIT.LicenseDocument: DCTERMS.LicenseDocument,
    DCATAPIT.Location: DCTERMS.Location,
}


def violations(graph: Graph) -> list[str]:
    """What is missing or wrong, in words."""
    found = []
    for kind, properties in MANDATORY.items():
        nodes = set(graph.subjects(RDF.type, kind))
        if not nodes:
            found.append(f"no {kind}")
        for node in nodes:
            if (node, RDF.type, ALSO[kind]) not in graph:
                found.append(f"{node}: no {ALSO[kind]}")
            for one in properties:
                found += [f"{node} {one.path}: {wrong}" for wrong in _wrong(graph, list(graph.objects(node, one.path)), one)]
    return sorted(found)


def _wrong(graph: Graph, values: list[Any], one: Property) -> list[str]:
    found = [] if values else ["missing"]
    if one.most and len(values) > one.most:
        found.append("too many")
    languages = [value.language for value in values if isinstance(value, Literal)]
    if len(set(languages)) < len(languages):
        found.append("twice in a language")
    for value in values:
        if not isinstance(value, one.kind) or (one.datatype and value.datatype != one.datatype):
            found.append(f"wrong kind of node: {value!r}")
        if one.of and (value, RDF.type, one.of) not in graph:
            found.append(f"not of the class: {value}")
        if not re.fullmatch(one.pattern, str(value), re.DOTALL):
            found.append(f"wrong value: {value}")
    return found


def read(ending: str) -> Graph:
    response = Client().get(f"/open-data/catalogo.{ending}")
    assert (response.status_code, response["Content-Type"]) == (200, f"{MEDIA_TYPES[ending]}; charset=utf-8")
    return Graph().parse(data=response.content, format=PARSERS[ending])


def test_it_has_everything_mandatory_in_each_of_three_equal_ways() -> None:
    make.published()
    turtle, json_ld, xml = (read(ending) for ending in PARSERS)
    assert [violations(graph) for graph in (turtle, json_ld, xml)] == [[], [], []]
    assert isomorphic(turtle, json_ld)
    assert isomorphic(turtle, xml)


def test_every_dataset_and_file_is_in_it_and_is_there() -> None:
    make.published()
    graph = read("ttl")
    assert len(set(graph.subjects(RDF.type, DCATAPIT.Dataset))) == len(DATASETS)
    files = {str(url) for url in graph.objects(None, DCAT.downloadURL)}
    assert files == {f"http://localhost:8000/open-data/{name}.{ending}" for name in DATASETS for ending in FORMATS}
    client = Client()
    for url in files:
        assert client.head(url.removeprefix("http://localhost:8000")).status_code == 200
    assert {value.toPython() for value in graph.objects(None, DCTERMS.modified)} == {timezone.localdate()}


def test_the_list_sees_what_is_missing() -> None:
    graph = read("ttl")
    catalogue = next(graph.subjects(RDF.type, DCATAPIT.Catalog))
    graph.remove((catalogue, DCTERMS.publisher, None))
    graph.add((catalogue, DCTERMS.title, Literal("Un altro titolo", lang="it")))
    graph.set((catalogue, DCTERMS.modified, Literal("ieri")))
    assert violations(graph) == [
        f"{catalogue} {DCTERMS.modified}: wrong kind of node: {Literal('ieri')!r}",
        f"{catalogue} {DCTERMS.modified}: wrong value: ieri",
        f"{catalogue} {DCTERMS.publisher}: missing",
        f"{catalogue} {DCTERMS.title}: twice in a language",
    ]


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("text/turtle", "text/turtle"),
        ("application/ld+json", "application/ld+json"),
        ("application/rdf+xml;q=0.9, text/turtle;q=0.1", "application/rdf+xml"),
        ("text/html,*/*;q=0.8", "text/turtle"),
        ("", "text/turtle"),
        ("text/html", "text/turtle"),
    ],
)
def test_a_program_gets_what_it_asks_for(accept: str, expected: str) -> None:
    client = Client(headers={"accept": accept})
    led = client.get("/open-data/catalogo")
    assert (led.status_code, led["Vary"], led["Access-Control-Allow-Origin"]) == (302, "Accept", "*")
    assert client.get(led["Location"])["Content-Type"] == f"{expected}; charset=utf-8"


def test_who_has_one_of_them_and_asks_for_another_is_led_there() -> None:
    has = Client().get("/open-data/catalogo.ttl")["ETag"]
    asked = Client().get("/open-data/catalogo", headers={"accept": "application/rdf+xml", "if-none-match": has})
    assert (asked.status_code, asked["Location"]) == (302, "/open-data/catalogo.rdf")


def test_the_body_of_the_settings_is_the_publisher(settings: Any) -> None:
    class Body:
        name, ipa_code, email = "Ministero di prova", "m_prova", "dati@example.org"

    settings.BODY = Body()
    graph = read("ttl")
    assert violations(graph) == []
    agent = next(graph.subjects(RDF.type, DCATAPIT.Agent))
    assert [str(value) for what in (DCTERMS.identifier, FOAF.name) for value in graph.objects(agent, what)] == [
        "m_prova",
        "Ministero di prova",
    ]
    assert [str(value) for value in graph.objects(None, VCARD.hasEmail)] == ["mailto:dati@example.org"]

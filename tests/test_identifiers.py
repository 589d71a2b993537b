"""The permanent identifier by what is asked for: the page, the record, linked data; also of what is gone."""

import json
from typing import Any

import pytest
from django.test import Client
from rdflib import RDF, Graph, Literal, Namespace, URIRef

from practices.models import Practice
from practices.models.choices import RemovalReason
from practices.moderation import merging
from practices.moderation import practice as whole
from tests import make

pytestmark = pytest.mark.django_db
SITE = "http://localhost:8000"
S = Namespace("https://schema.org/")


def asked(code: str, accept: str = "") -> tuple[int, str, str]:
    """Status, where it leads, and what the answer depends on."""
    response = Client().get(f"/id/{code}", headers={"Accept": accept} if accept else {})
    return response.status_code, response.get("Location", ""), response.get("Vary", "")


def read(address: str, status: int = 200) -> Any:
    response = Client().get(address)
    assert (response.status_code, response["Access-Control-Allow-Origin"], response.cookies) == (status, "*", {})
    return response


@pytest.mark.parametrize(
    ("accept", "ending"),
    [
        ("", ""),
        ("*/*", ""),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", ""),
        ("image/png", ""),
        ("application/json", ".json"),
        ("application/ld+json", ".jsonld"),
        ("text/turtle", ".ttl"),
        ("text/turtle;q=0.5, application/json", ".json"),
        ("text/html;q=0.1, text/turtle", ".ttl"),
        ("x" * 5000, ""),
        ("/;q=;;,,q", ""),
    ],
)
def test_it_leads_to_what_is_asked_for(accept: str, ending: str) -> None:
    live = make.published().practice
    page = "/pratiche/portierato-sociale-di-via-turri/"
    assert asked(live.code, accept) == (302, f"/id/{live.code}{ending}" if ending else page, "Accept")


def test_the_record_is_that_of_the_api() -> None:
    live = make.published().practice
    response = read(f"/id/{live.code}.json")
    assert response["Content-Type"] == "application/json"
    assert response.json() == Client().get(f"/api/v1/pratiche/{live.code}").json()
    again = Client().get(f"/id/{live.code}.json", headers={"If-None-Match": response["ETag"]})
    assert (again.status_code, again["Access-Control-Allow-Origin"]) == (304, "*")


def test_linked_data_says_what_the_page_says() -> None:
    live = make.published().practice
    identifier, page = f"{SITE}/id/{live.code}", f"{SITE}/pratiche/portierato-sociale-di-via-turri/"
    told = json.loads(read(f"/id/{live.code}.jsonld").content)
    assert (told["@context"], told["@id"], told["@type"], told["url"]) == (
        "https://schema.org",
        identifier,
        "Article",
        page,
    )
    response = read(f"/id/{live.code}.ttl")
    assert response["Content-Type"] == "text/turtle; charset=utf-8"
    graph = Graph().parse(data=response.content, format="turtle")
    this = URIRef(identifier)
    found = {predicate: graph.value(this, predicate) for predicate in (RDF.type, S.url, S.headline, S.license, S.identifier)}
    assert found == {
        RDF.type: S.Article,
        S.url: URIRef(page),
        S.headline: Literal("Portierato sociale di via Turri"),
        S.license: URIRef("https://creativecommons.org/licenses/by/4.0/"),
        S.identifier: Literal(live.code),
    }
    assert graph.value(graph.value(this, S.author), S.name) == Literal("Comune di Reggio Emilia")
    assert len(graph) > 15


def test_a_source_that_is_no_address_breaks_no_triple() -> None:
    submission = make.imported(title='Sportello "è"\\', kind="intervention", municipalities=[make.municipality().pk])
    type(submission).objects.filter(pk=submission.pk).update(source_url='https://example.org/a b<c>"{}|\\^`')
    assert len(Graph().parse(data=read(f"/id/{submission.practice.code}.ttl").content, format="turtle")) > 5


def test_what_is_gone_says_so_and_a_duplicate_leads_to_the_other() -> None:
    chief = make.editor_user(chief=True)
    live, removed, merged = (make.published(title=title).practice for title in ("Viva", "Tolta", "Doppia"))
    draft = make.submission(title="Bozza").practice
    whole.remove(removed, by=chief, at=make.later(60), reason=RemovalReason.PRIVACY, text="Dati personali.")
    merging.merge(merged, into=live, by=chief, at=make.later(60), text="È la stessa.")
    removed.refresh_from_db()
    assert asked(removed.code) == (302, f"/pratiche/{removed.slug}/", "Accept")
    for ending in ("json", "jsonld", "ttl"):
        left = read(f"/id/{removed.code}.{ending}", 410).json()
        assert left == {
            "codice": removed.code,
            "identificatore": f"{SITE}/id/{removed.code}",
            "stato": "removed",
            "stato_nome": "rimossa: restano solo il codice, il giorno e il tipo di motivo",
            "rimossa_il": "2026-03-02T11:00:00+01:00",
            "motivo_della_rimozione": "privacy",
            "motivo_della_rimozione_nome": "tutela di dati personali",
            "confluita_in": None,
        }
        assert read(f"/id/{merged.code}.{ending}", 302)["Location"] == f"/id/{live.code}.{ending}"
        assert Client().get(f"/id/{draft.code}.{ending}").status_code == 404
    assert asked(merged.code, "text/turtle") == (302, f"/id/{live.code}.ttl", "Accept")
    assert asked(draft.code, "application/json")[0] == 404
    assert Client().get(f"/id/{live.code}.exe").status_code == 404
    assert Client().post(f"/id/{live.code}.json").status_code == 405


@pytest.mark.parametrize("ending", ["json", "jsonld", "ttl"])
def test_it_costs_the_same_queries_whatever_there_is(ending: str, django_assert_num_queries: Any) -> None:
    live: Practice = make.published().practice
    budget = {"json": 17, "jsonld": 3, "ttl": 3}[ending]
    for more in (0, 19):
        for n in range(more):
            make.published(title=f"Pratica {n}")
        with django_assert_num_queries(budget):
            Client().get(f"/id/{live.code}.{ending}")

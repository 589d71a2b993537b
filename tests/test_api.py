"""The read-only API: the filters of the pages, pages of records, what is refused and what never breaks it."""

import json
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from agreements.models import Agreement
from networks.models import Membership, Network
from portal.open_data.api.resources import RESOURCES
from practices.models import Submission
from practices.models.choices import RemovalReason, Status
from practices.moderation import merging
from practices.moderation import practice as whole
from tests import make

pytestmark = pytest.mark.django_db
API = "http://localhost:8000/api/v1"


def read(address: str, status: int = 200, **headers: str) -> Any:
    """The answer; every one may be read from anywhere, and sets no cookie."""
    response = Client().get(f"/api/v1/{address}", headers=headers)
    assert (response.status_code, response["Access-Control-Allow-Origin"], response.cookies) == (status, "*", {})
    return response


def titles(address: str) -> list[str]:
    return [row["titolo"] for row in read(address).json()["record"]]


@pytest.fixture
def _several() -> None:
    bologna = make.municipality("Bologna", "A944", sign="BO")
    make.published(title="Una casa")
    make.published(title="Due case", of=make.organisation("Comune di Bologna", bologna), municipalities=["A944"])
    make.published(title="Lavoro", main_theme="lavoro", kind="intervention")


@pytest.mark.usefixtures("_several")
@pytest.mark.parametrize(
    "query",
    [
        "",
        "q=casa",
        "ambito=casa",
        "ambito=casa&ambito=lavoro&ordine=titolo",
        "provincia=BO",
        "comune=bologna",
        "tipo=intervention",
        "territorio=emilia-romagna&ente=comune-di-bologna",
        "evidenza=described&anno=2019",
        "q=-casa",
    ],
)
def test_filters_are_those_of_the_list(query: str) -> None:
    """The same rows in the same order, as the JSON of the page has them."""
    shown = Client().get(f"/pratiche/pratiche.json?{query}")
    content = b"".join(shown.streaming_content)  # type: ignore[attr-defined]
    assert read(f"pratiche?{query}").json()["record"] == json.loads(content)


@pytest.mark.usefixtures("_several")
def test_pages_follow_one_another() -> None:
    found = read("pratiche?ordine=titolo&per_pagina=2")
    page = found.json()
    first, second = (f"{API}/pratiche?ordine=titolo&per_pagina=2&pagina={number}" for number in (1, 2))
    assert {name: page[name] for name in page if name != "record"} == {
        "totale": 3,
        "pagina": 1,
        "pagine": 2,
        "per_pagina": 2,
        "successiva": second,
        "precedente": None,
    }
    assert found["Link"] == (
        f'<{first}>; rel="first", <{second}>; rel="last", <{second}>; rel="next", <{API}/openapi.json>; rel="service-desc"'
    )
    following = read(second.removeprefix(f"{API}/")).json()
    assert (following["successiva"], following["precedente"]) == (None, first)
    assert [row["titolo"] for row in page["record"] + following["record"]] == ["Due case", "Lavoro", "Una casa"]
    assert titles("pratiche?q=nonesiste") == []


@pytest.mark.usefixtures("_several")
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("ambito=boh", ["ambito"]),
        ("ambito=casa&ambito=boh&tipo=x", ["ambito", "tipo"]),
        ("ambito=", ["ambito"]),
        ("ambito__slug=casa", ["ambito__slug"]),
        ("anno=99999", ["anno"]),
        ("ordine=titolo&ordine=recenti", ["ordine"]),
        ("ordine=pk", ["ordine"]),
        ("q=a&q=b", ["q"]),
        ("q=" + "a" * 201, ["q"]),
        ("q=a%0Ab", ["q"]),
        ("&".join(f"parola=x{n}" for n in range(51)), ["parola"]),
        ("pagina=0", ["pagina"]),
        ("pagina=due", ["pagina"]),
        ("pagina=" + "9" * 5000, ["pagina"]),
        ("per_pagina=101", ["per_pagina"]),
        ("per_pagina=-1", ["per_pagina"]),
        ("pagina=%D9%A1", ["pagina"]),
    ],
)
def test_what_is_not_understood_is_refused(query: str, names: list[str]) -> None:
    response = read(f"pratiche?{query}", 400)
    told = response.json()
    assert response["Content-Type"] == "application/problem+json"
    assert sorted({one["nome"] for one in told["parametri"]}) == names
    assert (told["type"], told["title"], told["status"]) == ("about:blank", "Parametri non validi", 400)


HOSTILE = ["%00", "%FF%FE", "9" * 5000, "1" * 50_000, "-1", "1e9", "%0A", "%F0%9F%98%80", "..%2F..", "'%20OR%201=1--", "[]"]


@pytest.mark.parametrize("value", HOSTILE)
def test_nothing_that_is_asked_breaks_it(value: str) -> None:
    make.published()
    for name, resource in RESOURCES.items():
        filters = [*resource.filters] or ["q", "territorio", "comune", "anno", "impegno", "parola", "dimensione"]
        asked = [f"{name}?{one}={value}" for one in [*filters, "pagina", "per_pagina", "boh"]]
        for address in [*asked, f"{name}/{value}", f"{value}/x"]:
            response = Client().get(f"/api/v1/{address}")
            assert response.status_code in {200, 400, 404, 414}, address
            assert response["Content-Type"] in {"application/json", "application/problem+json"}, address
            assert response["Access-Control-Allow-Origin"] == "*", address
        assert read(f"{name}?pagina=999999", 404).json()["status"] == 404
    assert Client().get("/pratiche/?q=%00")["Content-Type"].startswith("text/html")


def test_only_reading_is_allowed() -> None:
    client = Client(enforce_csrf_checks=True)
    for method in ("post", "put", "patch", "delete"):
        response = getattr(client, method)("/api/v1/pratiche")
        assert (response.status_code, response["Allow"], response.json()["status"]) == (405, "GET, HEAD, OPTIONS", 405)
    asked = client.options("/api/v1/pratiche", headers={"Origin": "https://example.org"})
    assert (asked.status_code, asked.content, asked["Access-Control-Allow-Methods"]) == (204, b"", "GET, HEAD, OPTIONS")
    assert "Access-Control-Allow-Credentials" not in asked
    head = client.head("/api/v1/pratiche")
    assert (head.status_code, head.content) == (200, b"")


def test_what_has_not_changed_is_not_sent_again() -> None:
    etag = read("pratiche")["ETag"]
    again = read("pratiche", 304, **{"If-None-Match": etag})
    assert (again.content, again["ETag"]) == (b"", etag)
    make.published()
    assert read("pratiche", 200, **{"If-None-Match": etag}).json()["totale"] == 1


def test_what_is_gone_says_so_and_a_duplicate_leads_to_the_other() -> None:
    chief = make.editor_user(chief=True)
    live, archived, removed, merged = (
        make.published(title=title).practice for title in ("Viva", "Vecchia", "Tolta", "Doppia")
    )
    draft = make.submission(title="Bozza").practice
    whole.archive(archived, by=chief, at=make.later(60), notice="Chiusa.")
    whole.remove(removed, by=chief, at=make.later(60), reason=RemovalReason.PRIVACY, text="Dati personali.")
    merging.merge(merged, into=live, by=chief, at=make.later(60), text="È la stessa.")
    assert titles("pratiche") == ["Viva"]
    old = read(f"pratiche/{archived.code}").json()
    assert (old["titolo"], old["stato"], old["avviso_di_archiviazione"]) == ("Vecchia", "archived", "Chiusa.")
    gone = read(f"pratiche/{removed.code}", 410)
    assert gone["Content-Type"] == "application/problem+json"
    assert (gone.json()["title"], gone.json()["record"]["stato"]) == ("Pratica rimossa", "removed")
    assert "Tolta" not in gone.content.decode()
    assert read(f"pratiche/{merged.code}", 302)["Location"] == f"/api/v1/pratiche/{live.code}"
    for address in (f"pratiche/{draft.code}", "pratiche/BP-999999", "pratiche/x", "boh", "boh/1", "enti/boh", "a/b/c"):
        assert read(address, 404).json() == {
            "type": "about:blank",
            "title": "Non c'è",
            "status": 404,
            "detail": "A questo indirizzo non c'è nulla.",
        }


@pytest.mark.parametrize(
    ("address", "status", "left"),
    [("reti", 200, ["resta"]), ("reti/va", 404, []), ("pratiche", 200, ["Resta"]), ("pratiche/{code}", 404, [])],
)
def test_what_is_taken_away_while_it_is_read_is_left_out(address: str, status: int, left: list[str]) -> None:
    """Between the query for the keys and the one for their rows: a network is deleted, a version gives way to the next."""
    network = Network.objects.create(name="Va", slug="va")
    Network.objects.create(name="Resta", slug="resta")
    practice, _other = make.published(title="Va"), make.published(title="Resta")
    done: list[str] = []

    def before(execute: Any, sql: str, *args: Any) -> Any:
        if '."id" IN (' in sql and not done:
            done.append(sql)
            network.delete()
            Submission.objects.filter(pk=practice.pk).update(status=Status.SUPERSEDED)
        return execute(sql, *args)

    with connection.execute_wrapper(before):
        found = read(address.format(code=practice.practice.code), status).json()
    assert done
    assert [row.get("titolo") or row["rete"] for row in found.get("record", [])] == left


def test_rows_are_selected_by_what_they_refer_to() -> None:
    ours, theirs = make.organisation(), make.organisation("Comune di Torino", make.municipality("Torino", "L219", sign="TO"))
    one, other = (Network.objects.create(name=slug.title(), slug=slug) for slug in ("una", "altra"))
    for network, body in ((one, ours), (one, theirs), (other, ours)):
        Membership.objects.create(network=network, organisation=body, joined_by=date(2020, 1, 1))
    pact = Agreement.objects.create(kind="pact", title="Patto", slug="patto")
    Agreement.objects.create(kind="framework", title="Quadro", slug="quadro").networks.add(one)
    pact.commitments.create(code="patto-1", title="Fare rete")

    def keys(address: str, key: str) -> list[str]:
        return [row[key] for row in read(address).json()["record"]]

    assert keys("adesioni?rete=una", "ente") == ["comune-di-reggio-emilia", "comune-di-torino"]
    assert keys("adesioni?rete=una&ente=comune-di-torino", "rete") == ["una"]
    assert keys("accordi?reti=una", "accordo") == ["quadro"]
    assert keys("accordi?tipo=pact", "accordo") == ["patto"]
    assert keys("impegni?accordo=patto", "impegno") == ["patto-1"]
    assert keys("impegni?accordo=quadro", "impegno") == []
    assert read("adesioni?rete=boh", 400).json()["parametri"] == [
        {"nome": "rete", "valore": "boh", "motivo": "Non conosciamo questo valore."}
    ]
    live = make.published().practice
    assert keys(f"indicatori?pratica={live.code}", "indicatore") == []
    assert read("indicatori?pratica=BP-999999", 400).json()["parametri"][0]["nome"] == "pratica"


def test_the_index_leads_to_every_collection() -> None:
    told = read("").json()
    assert [one["nome"] for one in told["raccolte"]] == list(RESOURCES)
    for one in told["raccolte"]:
        assert read(one["indirizzo"].removeprefix(f"{API}/")).json()["pagina"] == 1
    assert told["descrizione"] == f"{API}/openapi.json"


def test_the_examples_of_the_guide_work(client: Client) -> None:
    make.published()
    for language in ("/open-data/api/", "/en/open-data/api/"):
        page = client.get(language)
        assert page.status_code == 200
    from lxml import html

    tree = html.fromstring(page.content.decode())
    examples = tree.xpath("//a[@class='address']/@href")
    assert len(examples) == 3
    assert {client.get(address).status_code for address in examples} == {200}


QUERIES = {"pratiche": 17, "enti": 5, "reti": 4, "adesioni": 4, "accordi": 7, "impegni": 5, "comuni": 4, "territori": 4}


def test_a_page_costs_the_same_queries_with_few_rows_and_with_many(django_assert_num_queries: Any) -> None:
    def more(n: int) -> None:
        town = make.municipality(f"Comune {n}", f"Z{n:03d}", sign=f"{n:02d}", of=make.region(f"Regione {n}", f"IT{n:02d}"))
        body = make.organisation(f"Comune di {n}", town)
        network = Network.objects.create(name=f"Rete {n}", slug=f"rete-{n}")
        Membership.objects.create(network=network, organisation=body)
        pact = Agreement.objects.create(kind="pact", title=f"Patto {n}", slug=f"patto-{n}")
        pact.networks.add(network)
        pact.commitments.create(code=f"patto-{n}-1", title="Fare rete", owner=body)
        make.published(title=f"Pratica {n}", of=body, commitments=[f"patto-{n}-1"])

    for rows in (range(1, 2), range(2, 21)):
        for n in rows:
            more(n)
        for name, budget in QUERIES.items():
            with django_assert_num_queries(budget):
                read(name)

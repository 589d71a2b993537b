"""The page that searches everything: practices, places, bodies, networks and agreements."""

from typing import Any

import pytest
from django.test import Client
from lxml import html

from agreements.models import Agreement
from networks.models import Network, Organisation
from tests import make
from tests.listing import texts

pytestmark = pytest.mark.django_db


def found(client: Client, query: str) -> dict[str, list[str]]:
    """What stands under each heading."""
    response = client.get("/cerca/", {"q": query})
    assert response.status_code == 200
    tree = html.fromstring(response.content.decode())
    sections = {part.get("aria-labelledby"): part for part in tree.xpath("//main//section[@aria-labelledby]")}
    return {name: texts(part, ".//article//h3 | .//ul[@class='link-rows']/li") for name, part in sections.items()}


def a_little_of_everything() -> None:
    make.published(title="Orti a Reggio")
    make.municipality("Viareggio", "L833", sign="LU")
    Organisation.objects.create(kind="health", name="Azienda sanitaria di Reggio", slug="azienda", region=make.region())
    Network.objects.create(name="Città in rete", slug="rete", description="Con capofila Reggio.")
    Agreement.objects.create(kind="pact", title="Patto di Reggio", slug="patto")


def test_each_kind_stands_under_its_heading_and_names_that_begin_so_come_first(client: Client) -> None:
    a_little_of_everything()
    assert found(client, "reggio") == {
        "pratiche": ["Orti a Reggio"],
        "luoghi": ["Reggio Emilia (RE)", "Viareggio (LU)"],
        "enti": ["Azienda sanitaria di Reggio"],
        "reti": ["Città in rete"],
        "accordi": ["Patto di Reggio"],
    }
    assert found(client, "emilia")["luoghi"] == ["Emilia-Romagna", "Reggio Emilia (RE)"]
    assert found(client, "patto -reggio") == found(client, "") == {}


def test_nothing_found_leads_on(client: Client) -> None:
    a_little_of_everything()
    page = client.get("/cerca/?q=regio").content.decode()
    assert 'href="/cerca/?q=reggio"' in page


def test_it_costs_the_same_for_one_and_for_twenty(client: Client, django_assert_num_queries: Any) -> None:
    a_little_of_everything()
    client.get("/cerca/?q=reggio")
    with django_assert_num_queries(10):
        client.get("/cerca/?q=reggio")
    for n in range(19):
        make.published(title=f"Orto {n} a Reggio")
    with django_assert_num_queries(10):
        client.get("/cerca/?q=reggio")

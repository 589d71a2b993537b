"""What an anonymous citizen reads of places, and how many queries every public page costs."""

from datetime import date
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.views.defaults import server_error
from lxml import html

from agreements.models import Agreement, Commitment, Party
from networks.models import Membership, Network, Organisation
from practices.models import CommonIndicator, Practice
from tests import make
from tests.networks import cities
from tests.news import event, news
from tests.pages import facts, page, section, texts

pytestmark = pytest.mark.django_db


def test_home(client: Client) -> None:
    make.published()
    make.published(title="La più nuova")
    tree = page(client, "/")
    assert texts(tree, "//dl[@class='figures']//dd") == ["2", "1", "1"]
    assert texts(tree, "//article//h3") == ["La più nuova", "Portierato sociale di via Turri"]
    assert [link.get("aria-label") for link in tree.xpath("//*[local-name()='svg']/a")] == ["Emilia-Romagna (H5): 2"]
    assert texts(section(tree, "Nel tuo territorio"), ".//ul[contains(@class, 'place-list')]/li") == ["Emilia-Romagna 2"]
    assert texts(section(tree, "Per ambito"), ".//li") == ["Casa 2", "Lavoro 0"]


def test_territories_without_practices_are_there_too(client: Client) -> None:
    make.region("Toscana", "ITI1")
    make.published()
    assert texts(page(client, "/regioni/"), "//ul[contains(@class, 'place-list')]/li") == ["Emilia-Romagna 1", "Toscana 0"]


def test_a_territory(client: Client) -> None:
    make.municipality("Bologna", "A944", sign="BO")
    make.published(municipalities=["H223", "A944"])
    make.published(title="Solo a Bologna", municipalities=["A944"])
    tree = page(client, "/regioni/emilia-romagna/")
    assert texts(tree, "//p[@class='lead']") == ["2 pratiche pubblicate"]
    assert texts(section(tree, "Comuni con pratiche"), ".//li") == ["Bologna (BO) 2", "Reggio Emilia (RE) 1"]
    assert texts(section(tree, "Ambiti"), ".//li") == ["Casa 2"]
    assert texts(section(tree, "Ambiti"), ".//p") == ["Ancora senza pratiche: Lavoro.", "Tutti gli ambiti"]


def test_a_town_without_practices_shows_where_there_are_some(client: Client) -> None:
    make.published()
    make.municipality("Novellara", "F960")
    tree = page(client, "/comuni/novellara/")
    assert texts(section(tree, "Pratiche"), ".//p | .//li") == [
        "Di Novellara non c'è ancora nessuna pratica.",
        "Nella provincia di Reggio Emilia (RE) ce ne sono in:",
        "Reggio Emilia (RE) (1)",
        "Guarda anche che cosa fanno Comuni come questo",
        "Lavori per questo Comune? Racconta che cosa fate: ci si registra, si chiede l'incarico per il Comune e si compila la "
        "scheda, anche un po' alla volta.",
    ]


def test_a_town_with_its_networks_and_agreements(client: Client) -> None:
    body = make.organisation()
    network = Network.objects.create(name="Le città del dialogo", slug="citta-del-dialogo")
    Membership.objects.create(network=network, organisation=body, role="lead", joined_by=date(2013, 9, 24))
    agreement = Agreement.objects.create(
        kind="framework", title="Accordo quadro", slug="accordo", signed_on=date(2013, 9, 24)
    )
    Party.objects.create(agreement=agreement, organisation=body)
    tree = page(client, "/comuni/reggio-emilia/")
    assert texts(section(tree, "Reti"), ".//li") == ["Le città del dialogo capofila, già presente il 24 settembre 2013"]
    assert texts(section(tree, "Accordi"), ".//li/*[text()]") == ["Accordo quadro", "Accordo quadro, 24 settembre 2013"]


def test_a_union_names_its_municipalities(client: Client) -> None:
    union = Organisation.objects.create(kind="union", name="Unione Terra", slug="unione-terra", region=make.region())
    union.municipalities.add(make.municipality(), make.municipality("Novellara", "F960"))
    tree = page(client, "/enti/unione-terra/")
    assert facts(tree) == {
        "Tipo di ente": "Unione di Comuni",
        "Territorio": "Emilia-Romagna",
        "Comuni": "Novellara (RE), Reggio Emilia (RE)",
    }
    assert texts(section(tree, "Pratiche"), ".//p") == [
        "Questo ente non ha ancora pratiche pubblicate.",
        "Lavori per questo ente? Racconta che cosa fate",
    ]


@pytest.mark.parametrize(
    "address", ["/regioni/x/", "/comuni/x/", "/enti/x/", "/reti/x/", "/accordi/x/", "/pratiche/x/", "/x/"]
)
def test_what_does_not_exist_is_not_found(client: Client, address: str) -> None:
    assert texts(page(client, address, 404), "//h1") == ["Questa pagina non c'è"]


def test_the_error_page_needs_neither_database_nor_request(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        response = server_error(RequestFactory().get("/"))
    assert texts(html.fromstring(response.content.decode()), "//h1") == ["Qualcosa non ha funzionato"]


# With nothing kept, as after a publication; with the numbers of everything kept: tests/test_page_cache.py.
BUDGETS = {
    "/": 13,
    "/ambiti/": 3,
    "/ambiti/casa/": 9,
    "/indicatori/": 2,
    "/indicatori/iscritti/": 6,
    "/regioni/": 3,
    "/regioni/emilia-romagna/": 13,
    "/comuni/reggio-emilia/": 13,
    "/comuni/novellara/": 8,
    "/enti/comune-di-reggio-emilia/": 11,
    "/pratiche/portierato-sociale-di-via-turri/": 4,
    "/pratiche/portierato-sociale-di-via-turri/riuso/": 3,
    "/incorpora/pratiche/portierato-sociale-di-via-turri/": 4,
    "/incorpora/elenco/": 5,
    "/open-data/api/": 2,
    "/statistiche/": 11,
    **dict.fromkeys(("/guida/", "/guida/lettura/", "/guida/enti/", "/guida/redazione/", "/guida/caporedazione/"), 1),
    **dict.fromkeys(("/guida/tecnica/", "/guida/glossario/"), 1),
    **dict.fromkeys(
        ("/il-progetto/", "/come-partecipare/", "/contatti/", "/privacy/", "/note-legali/", "/accessibilita/"), 2
    ),
    "/mappa-del-sito/": 3,
    # What says that something was done.
    **dict.fromkeys(("/accessibilita/segnala/inviata/", "/accesso/cancellato/", "/newsletter/lasciata/"), 1),
    "/newsletter/iscriviti/inviata/": 1,
    "/pratiche/un-altra/segnala/inviata/": 2,
    "/open-data/": 13,
    "/open-data/dizionario/": 7,
    "/open-data/archivio/": 1,
    "/reti/": 3,
    "/reti/citta-del-dialogo/": 14,
    "/accordi/": 3,
    "/accordi/accordo/": 11,
    "/accordi/accordo/impegni/ACCORDO-1/": 8,
    "/accordi/accordo/attuazione/": 7,
    "/newsletter/": 2,
    "/newsletter/iscriviti/": 0,
    "/notizie/": 5,
    "/notizie/?tipo=news&territorio=emilia-romagna": 7,
    "/notizie/atom.xml": 2,
    "/notizie/notizia/": 9,
    "/notizie/evento.ics": 2,
}


def test_pages_cost_the_same_queries_with_few_practices_and_with_many(
    client: Client, django_assert_num_queries: Any
) -> None:
    network = cities()
    agreement = Agreement.objects.create(kind="framework", title="Accordo", slug="accordo")
    Commitment.objects.create(agreement=agreement, code="ACCORDO-1", position=1, title="Costruire reti")
    make.municipality("Novellara", "F960")
    CommonIndicator.objects.create(name="Iscritti", slug="iscritti", unit="persone", definition="Chi è iscritto.")
    indicator = {
        "common": "iscritti",
        "name": "",
        "unit": "",
        "baseline": None,
        "target": None,
        "direction": "",
        "source": "",
    }
    make.published(commitments=["ACCORDO-1"], indicators=[indicator])
    make.published(title="Un'altra", commitments=["ACCORDO-1"])
    concerns = {
        "territories": [make.region()],
        "cities": [make.municipality()],
        "networks": [network],
        "agreements": [agreement],
    }
    event(slug="evento")
    first = news(slug="notizia", **concerns)
    for more in (0, 19):
        for n in range(more):
            live = make.published(title=f"Pratica {n}", commitments=["ACCORDO-1"], indicators=[indicator])
            news(**concerns, practices=list(Practice.objects.all()), related=[first])
            first.practices.add(live.practice)
            first.documents.create(title=f"Documento {n}")
        for address, budget in BUDGETS.items():
            client.get(address)
            with django_assert_num_queries(budget):
                assert client.get(address).status_code == 200

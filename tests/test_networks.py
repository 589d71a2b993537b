"""Networks with their history, and what who coordinates them sees."""

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from lxml import html

from agreements.models import Agreement
from networks.models import Membership, Network, Organisation
from practices.models import Submission
from practices.models.choices import Status
from tests import make
from tests.pages import facts, page, section, texts
from tests.samples import client_of
from tests.test_coverage_pages import links

pytestmark = pytest.mark.django_db


@pytest.fixture
def network() -> Network:
    """A programme with two networks; in the first a lead, a member, a former member and a former coordinator."""
    programme = Network.objects.create(name="Programma", slug="programma")
    shown = Network.objects.create(name="Rete", slug="rete", programme=programme, founded_on=date(2010, 9, 21))
    Network.objects.create(name="Sorella", slug="sorella", programme=programme)
    bodies = {
        name: make.organisation(f"Comune di {name}", make.municipality(name, code, sign=sign))
        for name, code, sign in (("Bologna", "A944", "BO"), ("Modena", "F257", "MO"))
    }
    since = {"network": shown, "joined_after": date(2010, 9, 21), "joined_by": date(2010, 9, 21)}
    Membership.objects.create(organisation=make.organisation(), role="lead", **since)
    Membership.objects.create(organisation=bodies["Bologna"], **since)
    Membership.objects.create(organisation=bodies["Modena"], left_after=date(2016, 5, 5), left_by=date(2017, 5, 5), **since)
    Membership.objects.create(
        organisation=bodies["Modena"], role="coordinator", left_after=date(2012, 1, 1), left_by=date(2012, 1, 1), **since
    )
    agreement = Agreement.objects.create(kind="pact", title="Patto", slug="patto", signed_on=date(2013, 9, 1))
    Agreement.objects.filter(pk=agreement.pk).update(signed_on_precision="month")
    agreement.networks.add(shown)
    agreement.commitments.create(code="patto-1", position=1, title="Fare rete")
    agreement.commitments.create(code="patto-2", position=2, title="Raccontarlo")
    return shown


def test_a_network_in_order_of_date_with_its_sisters_and_who_led_it(client: Client, network: Network) -> None:
    tree = page(client, "/reti/rete/")
    assert texts(section(tree, "Storia"), ".//li") == [
        "21 settembre 2010 Nasce la rete",
        "21 settembre 2010 Ingresso: Comune di Bologna, Comune di Modena",
        "21 settembre 2010 Inizio del coordinamento: Comune di Modena",
        "21 settembre 2010 Ingresso come capofila: Comune di Reggio Emilia",
        "1 gennaio 2012 Fine del coordinamento: Comune di Modena",
        "settembre 2013 Accordo: Patto",
        "tra il 5 maggio 2016 e il 5 maggio 2017 Uscita: Comune di Modena",
    ]
    found = facts(tree)
    assert (found["Fa parte di"], found["Altre reti del programma"]) == ("Programma", "Sorella")
    assert found["In passato"].startswith("coordinamento: Comune di Modena (")
    assert facts(page(client, "/reti/programma/"))["Ne fanno parte"] == "Rete, Sorella"


def test_of_who_left_the_practices_that_began_before(client: Client, network: Network) -> None:
    modena = Organisation.objects.get(name="Comune di Modena")
    for title, started_on in (
        ("Prima", "2015"),
        ("Quel giorno", "2016-05-05"),
        ("Dopo", "2016-05-06"),
        ("Nel 2017", "2017"),
    ):
        make.published(title=title, of=modena, started_on=started_on)
    make.submission(title="Bozza di prima", of=modena, started_on="2015")
    make.published(title="Di oggi")
    tree = page(client, "/reti/rete/")
    shown = section(tree, "Pratiche di chi ne fa parte oggi")
    assert texts(shown, ".//article//h3") == ["Di oggi"]
    assert texts(shown, "./ul[@class='item-list']/li/a") == ["Quel giorno", "Prima"]


def posted(network: Network, rows: list[dict[str, object]]) -> dict[str, object]:
    """What the admin's page of a network sends: its own fields, no facts, and these memberships."""
    own = {
        "name": network.name,
        "slug": network.slug,
        "source_urls": "[]",
        "events-TOTAL_FORMS": 0,
        "events-INITIAL_FORMS": 0,
    }
    found: dict[str, object] = {**own, "memberships-TOTAL_FORMS": len(rows), "memberships-INITIAL_FORMS": 0}
    for n, row in enumerate(rows):
        found |= {f"memberships-{n}-{name}": value for name, value in row.items()}
    return found


def test_the_admin_refuses_memberships_that_contradict_each_other_and_says_why() -> None:
    network = Network.objects.create(name="Rete", slug="rete")
    body = make.organisation()
    client = client_of(make.editor_user(chief=True))
    address = f"/admin/networks/network/{network.pk}/change/"
    first = {"organisation": body.pk, "role": "member", "joined_by": "2010-09-21", "left_after": "2016-05-05"}
    second = {"organisation": body.pk, "role": "member", "joined_by": "2016-05-05"}
    early = {**second, "joined_by": "2016-05-04"}
    backwards = {"organisation": body.pk, "role": "member", "joined_after": "2016-05-05", "left_by": "2013-01-01"}
    overlap = "Comune di Reggio Emilia è già nella rete con lo stesso ruolo in parte di questo periodo."
    for rows, expected in (([first, early], [overlap]), ([backwards], ["L'uscita viene prima dell'ingresso."])):
        tree = html.fromstring(client.post(address, posted(network, rows)).content.decode())
        assert texts(tree, "//td//ul[contains(@class, 'errorlist')]/li") == expected
        assert network.memberships.count() == 0
    # Another role at the same time, and the day of leaving as one of joining again, contradict nothing.
    response = client.post(address, posted(network, [first, second, {**early, "role": "lead"}]))
    assert response.status_code == 302
    assert network.memberships.count() == 3


def test_the_admin_offers_how_exactly_a_fact_is_dated_and_refuses_anything_else(network: Network) -> None:
    client = client_of(make.editor_user(chief=True))
    address = f"/admin/networks/network/{network.pk}/change/"
    row = {"events-TOTAL_FORMS": "1", "events-0-on": "2012-05-01", "events-0-title": "Una scuola"}
    unknown = client.post(address, posted(network, []) | row | {"events-0-precision": "mese"})
    assert unknown.status_code == 200
    tree = html.fromstring(unknown.content.decode())
    assert tree.xpath("//select[@name='events-0-precision']/option/@value") == ["day", "month", "year"]
    assert client.post(address, posted(network, []) | row | {"events-0-precision": "month"}).status_code == 302
    assert list(network.events.values_list("on", "precision")) == [(date(2012, 5, 1), "month")]


def test_a_network_is_not_its_own_programme_by_way_of_another(network: Network) -> None:
    programme = network.programme
    assert programme is not None
    programme.programme = network
    with pytest.raises(ValidationError) as refused:
        programme.full_clean()
    assert refused.value.message_dict == {"programme": ["La rete farebbe parte di sé stessa."]}


@pytest.mark.parametrize("model", ["networks/network", "agreements/agreement"])
def test_the_admin_shows_thirty_members_and_twenty_commitments(network: Network, model: str) -> None:
    agreement = Agreement.objects.get(slug="patto")
    for n in range(18):
        agreement.commitments.create(code=f"altro-{n}", position=10 + n, title=f"Impegno {n}")
    pk = network.pk if model == "networks/network" else agreement.pk
    response = client_of(make.editor_user(chief=True)).get(f"/admin/{model}/{pk}/change/")
    assert response.status_code == 200
    selects = html.fromstring(response.content.decode()).xpath("//select[contains(@class, 'admin-autocomplete')]/@name")
    names = {name.rpartition("-")[2] for name in selects}
    assert names == (
        {"programme", "organisation"}
        if model == "networks/network"
        else {"transposes", "follows", "networks", "organisation", "owner"}
    )


def test_what_who_coordinates_a_network_reads(network: Network) -> None:
    bologna, modena = Organisation.objects.get(name="Comune di Bologna"), Organisation.objects.get(name="Comune di Modena")
    by = make.officer_of(make.organisation())
    make.published(title="Di Reggio", commitments=["patto-1"])
    make.published(title="Uscita", of=modena, commitments=["patto-2"])
    make.submission(title="Mai inviata", of=bologna)
    old = make.published(title="Di Bologna", of=bologna, commitments=["patto-1"])
    two_years_ago = make.NOW - timedelta(days=730)
    Submission.objects.filter(pk=old.pk).update(
        first_sent_at=two_years_ago, submitted_at=two_years_ago, published_at=two_years_ago
    )
    old.practice.confirmed_on = two_years_ago.date()
    old.practice.save()
    client = client_of(by)
    response = client.get("/scrivania/reti/rete/")
    assert response["Cache-Control"] == "private, no-store"
    tree = page_of(client, "/scrivania/reti/rete/")
    assert texts(section(tree, "Aderenti e pratiche pubblicate"), ".//li/a[not(ancestor::li[2])]") == [
        "Comune di Bologna",
        "Comune di Reggio Emilia",
    ]
    assert texts(section(tree, "Aderenti e pratiche pubblicate"), ".//li//li/a") == ["Di Bologna", "Di Reggio"]
    assert texts(section(tree, "In lavorazione"), ".//p") == ["Nessuna scheda inviata è in lavorazione."]
    assert texts(section(tree, "Senza notizie da un anno"), ".//li") == ["Comune di Bologna (ultima volta: 2 marzo 2024)"]
    assert texts(section(tree, "Impegni degli accordi della rete"), ".//tbody/tr") == [
        "Fare rete Patto 2",
        "Raccontarlo Patto 0",
    ]
    make.submission(Status.UNDER_REVIEW, title="Inviata", of=bologna)
    tree = page_of(client, "/scrivania/reti/rete/")
    assert texts(section(tree, "In lavorazione"), ".//a") == ["Inviata"]
    assert section(tree, "Senza notizie da un anno").xpath(".//li") == []
    text = b"".join(client.get("/scrivania/reti/rete/aderenti.csv").streaming_content).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == [
        ["ente", "pratiche_pubblicate", "titoli_pubblicati", "in_lavorazione", "ultimo_segno", "senza_notizie_da_un_anno"],
        ["Comune di Bologna", "1", "Di Bologna", "1", "2026-03-02", "no"],
        ["Comune di Reggio Emilia", "1", "Di Reggio", "0", "2026-03-02", "no"],
    ]
    assert links(page_of(client, "/scrivania/"), "//section[@aria-labelledby='coordinated']") == {
        "Rete": "/scrivania/reti/rete/"
    }


def page_of(client: Client, address: str) -> Any:
    """A page of the Scrivania, which sets cookies."""

    response = client.get(address)
    assert response.status_code == 200
    return html.fromstring(response.content.decode())


def test_who_no_longer_leads_or_only_belongs_reads_nothing(network: Network) -> None:
    for body in Organisation.objects.filter(name__in=["Comune di Bologna", "Comune di Modena"]):
        client = client_of(make.officer_of(body))
        for address in ("/scrivania/reti/rete/", "/scrivania/reti/rete/aderenti.csv"):
            assert client.get(address).status_code == 404
    client = client_of(make.officer_of(make.organisation()))
    for slug in ("sorella", "programma", "x"):
        assert client.get(f"/scrivania/reti/{slug}/").status_code == 404


# Of a membership that began long ago and has not ended what differs, in days from today; and whether it counts today.
DATES: list[tuple[dict[str, int | None], bool]] = [
    ({"left_after": 1, "left_by": 1}, True),
    ({"left_after": 0, "left_by": 0}, False),
    ({"left_after": -1}, False),
    ({"joined_after": 1, "joined_by": 1}, False),
    ({"joined_after": -1, "joined_by": 0}, True),
    ({"joined_by": None}, False),
]


@pytest.mark.parametrize(("days", "counts"), DATES)
@pytest.mark.parametrize("role", ["lead", "member"])
def test_who_coordinates_and_whom_is_told_by_the_day(
    network: Network, role: str, days: dict[str, int | None], counts: bool
) -> None:
    """An end that is noted before it comes ends nothing yet, and a beginning begins nothing."""
    bologna = Organisation.objects.get(name="Comune di Bologna")
    sent = make.submission(Status.SUBMITTED, of=bologna)
    today = timezone.localdate()
    dates = {name: None if n is None else today + timedelta(days=n) for name, n in days.items()}
    network.memberships.filter(role=role).exclude(organisation__name="Comune di Modena").update(**dates)
    client = client_of(make.officer_of(Organisation.objects.get(name="Comune di Reggio Emilia")))
    desk = page_of(client, "/scrivania/")
    leads = counts or role == "member"
    shown = {"Rete": "/scrivania/reti/rete/"} if leads else {}
    assert links(desk, "//section[@aria-labelledby='coordinated']") == shown
    assert client.get("/scrivania/reti/rete/").status_code == (200 if leads else 404)
    assert client.get(reverse("desk:case", args=[sent.pk])).status_code == (200 if counts else 404)


def test_the_coordinators_page_costs_the_same_with_few_and_with_many(
    network: Network, django_assert_num_queries: Any
) -> None:
    client = client_of(make.officer_of(make.organisation()))
    bologna = Organisation.objects.get(name="Comune di Bologna")
    for more in (1, 19):
        for n in range(more):
            make.published(title=f"Pratica {more} {n}", commitments=["patto-1"])
            make.submission(Status.SUBMITTED, title=f"Inviata {more} {n}", of=bologna)
        with django_assert_num_queries(9):
            assert client.get("/scrivania/reti/rete/").status_code == 200

"""Commitments traced, agreements found and chained, networks with their history, and what who coordinates them sees."""

import csv
import io
import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from lxml import html

from agreements.models import Agreement, Commitment, Party
from networks.models import Membership, Network, Organisation
from practices.forms.choices import options
from practices.importing import import_practices
from practices.models import Submission
from practices.models.choices import RemovalReason, Status
from practices.moderation import merging
from practices.moderation import practice as whole
from tests import make
from tests.reference import load_reference_data, practice_lines
from tests.samples import client_of
from tests.test_coverage_pages import links, tiles
from tests.test_public_pages import facts, page, section, texts

pytestmark = pytest.mark.django_db
CARRIES = "Nessuna pratica pubblicata dice di metterlo in atto."


@pytest.fixture
def pact() -> Agreement:
    """Of three commitments the first has two practices, the second one of them, the third none.

    Beside them what no number counts: a draft, a case in the works, an archived, a removed and a merged practice.
    """
    agreement = Agreement.objects.create(kind="pact", title="Patto", slug="patto", signed_on=date(2013, 9, 24))
    for n, title in enumerate(("Costruire reti", "Seguire i risultati", "Diffondere"), start=1):
        agreement.commitments.create(code=f"patto-{n}", position=n, title=title)
    make.region("Umbria", "ITI2")
    prato = make.municipality("Prato", "G999", sign="PO", of=make.region("Toscana", "ITI1"))
    both = make.published(title="A Reggio", commitments=["patto-1", "patto-2"], started_on="2019")
    make.published(title="A Prato", commitments=["patto-1"], municipalities=[prato.pk], started_on="2021-05")
    first = {"commitments": ["patto-1"]}
    make.submission(title="Bozza", **first)
    make.submission(Status.UNDER_REVIEW, title="In esame", **first)
    chief = make.editor_user(chief=True)
    archived, removed, merged = (
        make.published(title=title, **first).practice for title in ("Archiviata", "Rimossa", "Unita")
    )
    whole.archive(archived, by=chief, at=make.later(60), notice="Chiusa.")
    whole.remove(removed, by=chief, at=make.later(60), reason=RemovalReason.MISTAKE, text="Errore.")
    merging.merge(merged, into=both.practice, by=chief, at=make.later(60), text="È la stessa.")
    return agreement


# Commitments ------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("pact")
def test_a_commitment_by_territory_year_and_evidence(client: Client) -> None:
    tree = page(client, "/accordi/patto/impegni/patto-1/")
    assert texts(tree, "//h1") == ["Costruire reti"]
    assert facts(tree) == {"Accordo": "Patto (24 settembre 2013)", "Ne risponde": "non noto", "Scadenza": "non nota"}
    listing = "/pratiche/?impegno=patto-1"
    assert tiles(tree) == {
        "Emilia-Romagna (H5): 1": f"{listing}&territorio=emilia-romagna",
        "Toscana (I1): 1": f"{listing}&territorio=toscana",
        "Umbria (I2): 0": f"{listing}&territorio=umbria",
    }
    assert texts(section(tree, "Nei territori"), ".//ul[contains(@class, 'bar-list')]/li") == [
        "Emilia-Romagna 1",
        "Toscana 1",
    ]
    assert texts(section(tree, "Per anno di inizio"), ".//li") == ["2021 1", "2019 1"]
    assert texts(section(tree, "Per livello di evidenza"), ".//li") == ["Descritta 2"]
    assert links(section(tree, "Per anno di inizio"), ".") == {
        "2021": f"{listing}&anno=2021",
        "2019": f"{listing}&anno=2019",
    }
    assert texts(section(tree, "Le pratiche"), ".//h3") == ["A Prato", "A Reggio"]
    for address in (listing, f"{listing}&territorio=toscana", f"{listing}&anno=2021", f"{listing}&evidenza=described"):
        found = texts(page(client, address), "//article//h3")
        assert found == (["A Prato", "A Reggio"] if address == listing or "evidenza" in address else ["A Prato"])


def test_a_commitment_with_an_owner_and_a_date_that_nobody_carries_out(client: Client, pact: Agreement) -> None:
    Commitment.objects.filter(code="patto-3").update(owner=make.organisation(), due_on=date(2014, 1, 31), text="Insieme.")
    tree = page(client, "/accordi/patto/impegni/patto-3/")
    assert (facts(tree)["Ne risponde"], facts(tree)["Scadenza"]) == ("Comune di Reggio Emilia", "31 gennaio 2014")
    assert texts(section(tree, "Le pratiche"), ".//p") == [CARRIES]
    assert tree.xpath("//main//*[local-name()='svg']") == []
    for address in ("/accordi/altro/impegni/patto-3/", "/accordi/patto/impegni/patto-9/"):
        assert client.get(address).status_code == 404


@pytest.mark.usefixtures("pact")
def test_the_coverage_of_an_agreement(client: Client) -> None:
    tree = page(client, "/accordi/patto/")
    shown = section(tree, "Impegni, e le pratiche che li attuano")
    assert texts(shown, "./p")[0] == (
        "Impegni con almeno una pratica: 2 su 3. In tutto 2 pratiche pubblicate li mettono in atto."
    )
    assert texts(shown, "./ul[contains(@class, 'bar-list')]/li") == ["Costruire reti 2", "Seguire i risultati 1"]
    assert texts(shown, "./ul[@class='item-list']/li") == ["Diffondere"]
    assert links(shown, "./ul") == {
        "Costruire reti": "/accordi/patto/impegni/patto-1/",
        "Seguire i risultati": "/accordi/patto/impegni/patto-2/",
        "Diffondere": "/accordi/patto/impegni/patto-3/",
    }


def test_the_report_of_an_agreement_as_page_csv_and_json(client: Client, pact: Agreement) -> None:
    tree = page(client, "/accordi/patto/attuazione/")
    rows = {title: texts(section(tree, title), ".//tbody/tr/th/a") for title in ("Costruire reti", "Seguire i risultati")}
    assert rows == {"Costruire reti": ["A Prato", "A Reggio"], "Seguire i risultati": ["A Reggio"]}
    assert texts(section(tree, "Diffondere"), ".//p")[-1] == CARRIES
    assert texts(section(tree, "Seguire i risultati"), ".//tbody/tr/td") == ["Reggio Emilia (RE)", "2019", "Descritta"]
    told = json.loads(b"".join(client.get("/accordi/patto/attuazione.json").streaming_content))
    assert [(row["codice_impegno"], row["pratica"]) for row in told] == [
        ("patto-1", "A Prato"),
        ("patto-1", "A Reggio"),
        ("patto-2", "A Reggio"),
        ("patto-3", ""),
    ]
    reggio = Submission.objects.get(title="A Reggio")
    reggio.practice.refresh_from_db()
    assert told[2] == {
        "accordo": "Patto",
        "codice_impegno": "patto-2",
        "impegno": "Seguire i risultati",
        "responsabile": "",
        "scadenza": "",
        "indirizzo_impegno": "http://localhost:8000/accordi/patto/impegni/patto-2/",
        "codice_pratica": reggio.practice.code,
        "pratica": "A Reggio",
        "ente": "Comune di Reggio Emilia",
        "territori": ["Emilia-Romagna"],
        "inizio": "2019",
        "livello_di_evidenza": 1,
        "pubblicata_il": "2026-03-02",
        "indirizzo_pratica": "http://localhost:8000/pratiche/a-reggio/",
    }
    response = client.get("/accordi/patto/attuazione.csv")
    assert response["Content-Disposition"] == 'attachment; filename="attuazione-patto.csv"'
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert [list(row.values()) for row in csv.DictReader(io.StringIO(text))] == [
        [("; ".join(value) if isinstance(value, list) else str(value)) for value in row.values()] for row in told
    ]
    for name in ("attuazione/", "attuazione.csv", "attuazione.json"):
        assert client.get(f"/accordi/altro/{name}").status_code == 404


def test_an_agreement_without_commitments_has_an_empty_report(client: Client) -> None:
    Agreement.objects.create(kind="pact", title="Vuoto", slug="vuoto")
    assert (
        texts(page(client, "/accordi/vuoto/attuazione/"), "//main//p[not(@class='updated')]")[-1]
        == "Le fonti non riportano gli impegni."
    )
    assert b"".join(client.get("/accordi/vuoto/attuazione.json").streaming_content) == b"[]\n"


def test_a_practice_leads_to_its_commitments(client: Client, pact: Agreement) -> None:
    tree = page(client, "/pratiche/a-reggio/")
    assert [link for link in tree.xpath("//main//a/@href") if "/accordi/" in link] == [
        "/accordi/patto/impegni/patto-1/",
        "/accordi/patto/impegni/patto-2/",
    ]


def test_from_the_framework_agreement_a_practice_of_its_third_commitment_in_two_clicks(client: Client) -> None:
    load_reference_data()
    import_practices(practice_lines(), at=timezone.now(), apply=True)
    tree = page(client, "/accordi/accordo-quadro-mlps-reggio-2013/")
    [third] = tree.xpath("//li[@id='accordo-quadro-2013-3']")
    [address] = third.xpath("./h3/a/@href")
    carried_out = Submission.objects.listed().filter(commitments__code="accordo-quadro-2013-3")
    expected = [row.practice.get_absolute_url() for row in carried_out.order_by("-published_at", "-pk")]
    of_page = page(client, address).xpath("//article//h3/a/@href")
    assert of_page == expected[:20]
    assert of_page
    assert third.xpath("./ul/li/a/@href") == expected[:5]
    assert client.get(of_page[0]).status_code == 200


def test_commitments_of_the_organisation_and_its_networks_come_first_in_the_form() -> None:
    draft = make.submission()
    network = Network.objects.create(name="Rete", slug="rete")
    Membership.objects.create(network=network, organisation=draft.organisation, joined_by=date(2013, 9, 24))
    left = Network.objects.create(name="Lasciata", slug="lasciata")
    Membership.objects.create(
        network=left, organisation=draft.organisation, joined_by=date(2013, 9, 24), left_by=date(2016, 1, 1)
    )
    titles = {
        "A di altri": None,
        "B della lasciata": left,
        "Y della rete": network,
        "Z dell'ente": None,
        "Z dell'ente bis": None,
    }
    for n, (title, of) in enumerate(titles.items()):
        agreement = Agreement.objects.create(kind="pact", title=title.removesuffix(" bis"), slug=f"patto-{n}")
        agreement.networks.set([of] if of else [])
        agreement.commitments.create(code=f"c-{n}", title=f"Impegno {n}")
        if title == "Z dell'ente":
            Party.objects.create(agreement=agreement, organisation=draft.organisation)
    assert options("commitments", draft, set()) == [
        ("Y della rete", [("c-2", "Impegno 2")]),
        ("Z dell'ente", [("c-3", "Impegno 3")]),
        ("A di altri", [("c-0", "Impegno 0")]),
        ("B della lasciata", [("c-1", "Impegno 1")]),
        ("Z dell'ente", [("c-4", "Impegno 4")]),
    ]


def test_an_editor_corrects_which_commitments_are_carried_out(client: Client, pact: Agreement) -> None:
    practice = Submission.objects.get(title="A Prato").practice
    whole.correct(practice, by=make.editor_user(), at=make.later(90), values={"commitments": ["patto-3"]})
    assert texts(section(page(client, "/accordi/patto/impegni/patto-3/"), "Le pratiche"), ".//h3") == ["A Prato"]
    assert texts(section(page(client, "/accordi/patto/impegni/patto-1/"), "Le pratiche"), ".//h3") == ["A Reggio"]


# Agreements -------------------------------------------------------------------------------------------------------


@pytest.fixture
def four() -> None:
    """Four agreements: two with a party in Emilia-Romagna, one of a network, one over, one in force, one without a date."""
    today = timezone.localdate()
    reggio = make.organisation()
    prato = make.organisation(
        "Comune di Prato", make.municipality("Prato", "G999", sign="PO", of=make.region("Toscana", "ITI1"))
    )
    network = Network.objects.create(name="Rete", slug="rete")
    rows: list[tuple[str, str, date | None, date | None, list[Organisation]]] = [
        ("Accordo quadro", "framework", date(2013, 9, 24), today - timedelta(days=1), [reggio, prato]),
        ("Patto di Prato", "pact", date(2016, 2, 9), today, [prato]),
        ("Patto di Reggio", "pact", date(2016, 5, 1), None, [reggio]),
        ("Senza data", "charter", None, None, []),
    ]
    for n, (title, kind, signed_on, until, bodies) in enumerate(rows):
        agreement = Agreement.objects.create(
            kind=kind,
            title=title,
            slug=f"a-{n}",
            signed_on=signed_on,
            in_force_until=until,
            summary="Lavoratori stagionali.",
        )
        for body in bodies:
            Party.objects.create(agreement=agreement, organisation=body)
        agreement.commitments.create(code=f"{n}-1", position=1, title="Uno")
        agreement.commitments.create(code=f"{n}-2", position=2, title="Due")
    Agreement.objects.get(slug="a-0").networks.add(network)


@pytest.mark.usefixtures("four")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Patto di Reggio", "Patto di Prato", "Accordo quadro", "Senza data"]),
        ("?tipo=pact", ["Patto di Reggio", "Patto di Prato"]),
        ("?tipo=pact&tipo=charter", ["Patto di Reggio", "Patto di Prato", "Senza data"]),
        ("?anno=2016&parte=comune-di-prato", ["Patto di Prato"]),
        ("?parte=comune-di-prato&parte=comune-di-reggio-emilia", ["Patto di Reggio", "Patto di Prato", "Accordo quadro"]),
        ("?rete=rete", ["Accordo quadro"]),
        ("?territorio=emilia-romagna", ["Patto di Reggio", "Accordo quadro"]),
        ("?vigore=si", ["Patto di Prato"]),
        ("?vigore=no", ["Accordo quadro"]),
        ("?vigore=non-noto", ["Patto di Reggio", "Senza data"]),
        ("?q=patti", ["Patto di Reggio", "Patto di Prato"]),
        ("?q=stagionale+prato", ["Patto di Prato"]),
        ("?q=nulladitutto", []),
        ("?tipo=nessuno&anno=duemila", ["Patto di Reggio", "Patto di Prato", "Accordo quadro", "Senza data"]),
    ],
)
def test_agreements_by_what_is_asked(client: Client, query: str, expected: list[str]) -> None:
    tree = page(client, f"/accordi/{query}")
    assert texts(tree, "//article/h3") == expected
    assert texts(tree, "//main//h2") == [f"{len(expected)} {'accordo' if len(expected) == 1 else 'accordi'}"]
    # Two parties and two networks do not make four commitments of two.
    assert {text.rpartition(" · ")[2] for text in texts(tree, "//article/p")} <= {"2 impegni"}


@pytest.mark.usefixtures("four")
def test_each_choice_says_how_many_agreements_it_would_leave(client: Client) -> None:
    def choices(query: str) -> dict[str, list[str]]:
        groups = page(client, f"/accordi/{query}").xpath("//details[@class='filter-group']")
        return {" ".join(group.find("summary").text_content().split()): texts(group, ".//label") for group in groups}

    assert choices("") == {
        "Tipo": ["Accordo quadro (1)", "Carta (1)", "Patto (2)"],
        "Anno": ["2016 (2)", "2013 (1)"],
        "Parte": ["Comune di Prato (2)", "Comune di Reggio Emilia (2)"],
        "Rete": ["Rete (1)"],
        "Territorio": ["Emilia-Romagna (2)", "Toscana (2)"],
        "In vigore": ["sì (1)", "no (1)", "non noto (2)"],
    }
    chosen = choices("?tipo=pact&parte=comune-di-prato")
    assert (chosen["Tipo (1)"], chosen["Parte (1)"], chosen["Anno"]) == (
        ["Accordo quadro (1)", "Patto (1)"],
        ["Comune di Prato (1)", "Comune di Reggio Emilia (1)"],
        ["2016 (1)"],
    )


@pytest.mark.usefixtures("four")
def test_chips_take_one_filter_away_and_unknown_values_are_said(client: Client) -> None:
    tree = page(client, "/accordi/?tipo=pact&anno=2016&tipo=x&q=patto")
    chips = {
        text: link.get("href") for link in tree.xpath("//a[contains(@class, 'tag-remove')]") for text in texts(link, ".")
    }
    assert chips == {
        "Togli il filtro Testo: «patto» ×": "/accordi/?tipo=pact&tipo=x&anno=2016",
        "Togli il filtro Tipo: Patto ×": "/accordi/?tipo=x&anno=2016&q=patto",
        "Togli il filtro Anno: 2016 ×": "/accordi/?tipo=pact&tipo=x&q=patto",
    }
    assert texts(tree, "//p[@class='notice']") == ["Tipo: non conosciamo «x», e ne abbiamo fatto a meno."]
    [canonical] = tree.xpath("//link[@rel='canonical']/@href")
    assert canonical.endswith("/accordi/?anno=2016&q=patto&tipo=pact")


def test_a_chain_of_agreements_over_several_steps(client: Client) -> None:
    made: list[Agreement] = []
    for n, relation in enumerate(("", "transposes", "follows")):
        before = {relation: made[-1]} if relation else {}
        made.append(
            Agreement.objects.create(
                kind="pact", title=f"Patto {n}", slug=f"patto-{n}", signed_on=date(2020 + n, 1, 1), **before
            )
        )
    Agreement.objects.create(kind="pact", title="Solo", slug="solo")
    expected = [
        "Patto 0 (Patto, 1 gennaio 2020)",
        "Patto 1 (Patto, 1 gennaio 2021): recepisce «Patto 0»",
        "Patto 2 (Patto, 1 gennaio 2022): dà seguito a «Patto 1»",
    ]
    for n in range(3):
        chain = section(page(client, f"/accordi/patto-{n}/"), "Prima e dopo")
        assert texts(chain, ".//ol/li") == expected
        boxes = chain.xpath(".//*[local-name()='svg']/a")
        assert [box.get("aria-label") for box in boxes] == ["1. Patto 0", "2. Patto 1", "3. Patto 2"]
        assert [box.get("aria-current") == "page" for box in boxes] == [n == other for other in range(3)]
        assert len(chain.xpath(".//*[local-name()='svg']/*[local-name()='line']")) == 2
    assert page(client, "/accordi/solo/").xpath("//h2[@id='catena']") == []


def test_an_agreement_that_is_over_says_so(client: Client) -> None:
    Agreement.objects.create(kind="pact", title="Finito", slug="finito", in_force_until=date(2016, 12, 31))
    assert texts(page(client, "/accordi/finito/"), "//p[@class='notice']") == [
        "Non è più in vigore: lo è stato fino al 31 dicembre 2016."
    ]


def test_no_agreement_comes_before_itself() -> None:
    first, second, third = (Agreement.objects.create(kind="pact", title=f"P {n}", slug=f"p-{n}") for n in range(3))
    Agreement.objects.filter(pk=second.pk).update(transposes=first)
    Agreement.objects.filter(pk=third.pk).update(follows=second)
    reason = ["L'accordo verrebbe prima di sé stesso, direttamente o attraverso altri accordi."]
    for name, before in (("transposes", third), ("follows", second), ("follows", first)):
        agreement = Agreement.objects.get(pk=first.pk)
        setattr(agreement, name, before)
        with pytest.raises(ValidationError) as refused:
            agreement.full_clean()
        assert refused.value.message_dict == {name: reason}
    third.refresh_from_db()
    third.full_clean()
    third.signed_on, third.in_force_until = date(2020, 1, 1), date(2019, 1, 1)
    with pytest.raises(ValidationError) as refused:
        third.full_clean()
    assert refused.value.message_dict == {"in_force_until": ["L'accordo finirebbe prima di essere firmato."]}


# Networks ---------------------------------------------------------------------------------------------------------


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


# Who coordinates --------------------------------------------------------------------------------------------------


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

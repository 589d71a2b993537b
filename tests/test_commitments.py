"""Commitments traced: who carries them out, where, since when and how well it is known."""

import csv
import io
import json
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from agreements.models import Agreement, Commitment, Party
from networks.models import Membership, Network
from practices.forms.choices import options
from practices.importing import import_practices
from practices.models import Submission
from practices.models.choices import RemovalReason, Status
from practices.moderation import merging
from practices.moderation import practice as whole
from tests import make
from tests.pages import facts, page, section, texts
from tests.reference import load_reference_data, practice_lines
from tests.test_coverage_pages import links, tiles

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

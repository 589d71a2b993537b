"""What an anonymous citizen reads of networks and agreements."""

from datetime import date

import pytest
from django.test import Client

from agreements.models import Agreement, Commitment, Document, Party, Signature
from networks.models import Network
from tests import make
from tests.networks import cities
from tests.pages import facts, page, section, texts

pytestmark = pytest.mark.django_db


@pytest.fixture
def network() -> Network:
    return cities()


@pytest.mark.parametrize(
    ("query", "inside", "uncertain", "left"),
    [
        ("", ["Comune di Bologna", "Comune di Reggio Emilia"], [], ["Comune di Modena"]),
        ("?data=2012-06-01", ["Comune di Modena", "Comune di Reggio Emilia"], ["Comune di Bologna"], []),
        ("?data=2013-09-24", ["Comune di Bologna", "Comune di Modena", "Comune di Reggio Emilia"], [], []),
        ("?data=2009-01-01", [], [], []),
    ],
)
@pytest.mark.usefixtures("network")
def test_members_on_a_day(client: Client, query: str, inside: list[str], uncertain: list[str], left: list[str]) -> None:
    [members] = page(client, f"/reti/citta-del-dialogo/{query}").xpath("//section[@aria-labelledby='aderenti']")
    found: dict[str, list[str]] = {"Incerti": [], "Usciti": []}
    for names in members.xpath(".//ul[@class='member-list']"):
        [*_before, title] = ["", *texts(names, "preceding-sibling::h3[1]")]
        found[title] = texts(names, "./li/a")
    assert found == {"": inside, "Incerti": uncertain, "Usciti": left}


def test_a_network_with_its_history_and_sources(client: Client, network: Network) -> None:
    make.published()
    tree = page(client, "/reti/citta-del-dialogo/")
    assert texts(section(tree, "Storia"), ".//li") == [
        "21 settembre 2010 Nasce la rete",
        "21 settembre 2010 Ingresso: Comune di Modena",
        "21 settembre 2010 Ingresso come capofila: Comune di Reggio Emilia",
        "2012 Seconda scuola",
        "tra il 28 gennaio 2011 e il 24 settembre 2013 Ingresso: Comune di Bologna",
        "5 maggio 2016 Uscita: Comune di Modena",
    ]
    assert texts(section(tree, "Pratiche di chi ne fa parte oggi"), ".//h3") == ["Portierato sociale di via Turri"]
    assert texts(section(tree, "Fonti"), ".//li | .//p") == ["example.org", "javascript:alert(1)", "Mancano gli atti."]
    assert [link.get("href") for link in section(tree, "Fonti").xpath(".//a")] == ["https://www.example.org/rete"]
    assert texts(page(client, "/reti/"), "//article") == [
        "Le città del dialogo 2 aderenti oggi · costituita il 21 settembre 2010"
    ]


@pytest.mark.parametrize("value", ["2013", "2013-02-30", "ieri", "0000-01-01", "x" * 5000, "99999-01-01"])
@pytest.mark.usefixtures("network")
def test_what_is_not_a_day_is_said_and_today_shown(client: Client, value: str) -> None:
    tree = page(client, f"/reti/citta-del-dialogo/?data={value}")
    [notice] = texts(tree, "//p[@class='notice']")
    assert notice.endswith("non è una data: vedi gli aderenti di oggi.")
    assert texts(tree, "//h2[@id='aderenti']") == ["Chi ne fa parte oggi"]


def test_an_agreement_with_everything_that_is_known(client: Client) -> None:
    partnership = Agreement.objects.create(kind="partnership", title="Partenariato europeo", slug="partenariato")
    agreement = Agreement.objects.create(
        kind="framework",
        title="Accordo quadro",
        slug="accordo",
        signed_on=date(2013, 9, 1),
        signed_on_precision="month",
        signed_on_basis="Da un notiziario.",
        transposes=partnership,
        doubts="Il testo non è stato trovato.",
    )
    body = make.organisation()
    Party.objects.create(agreement=agreement, organisation=body, described_as="capofila della rete")
    Signature.objects.create(agreement=agreement, person="Anna Bianchi", office="sindaca", organisation=body)
    Signature.objects.create(agreement=agreement, person="Carla Neri", office="viceministra", capacity="witness")
    carried_out = Commitment.objects.create(agreement=agreement, code="ACCORDO-1", position=1, title="Costruire reti")
    Commitment.objects.create(agreement=agreement, code="ACCORDO-2", position=2, title="Diffondere i risultati")
    Document.objects.create(agreement=agreement, title="Testo", url="https://www.example.org/testo.pdf", kind="Atto")
    for n in range(6):
        make.published(title=f"Pratica {n}", commitments=[carried_out.code])
    make.submission(title="Bozza segreta", commitments=[carried_out.code])
    tree = page(client, "/accordi/accordo/")
    assert facts(tree) == {
        "Data": "settembre 2013 (Da un notiziario.)",
        "Luogo": "non noto",
        "In vigore fino al": "non noto",
    }
    commitments = section(tree, "Impegni, e le pratiche che li attuano")
    assert texts(commitments, ".//h3") == ["Costruire reti", "Diffondere i risultati"]
    listed = "./ol[@class='commitment-list']/li"
    assert texts(commitments, f"{listed}/p")[0] == "6 pratiche lo mettono in atto:"
    assert texts(commitments, f"{listed}/ul/li/a") == [f"Pratica {n}" for n in range(5, 0, -1)]
    assert [a.get("href") for a in commitments.xpath(f"{listed}/p/a")] == ["/accordi/accordo/impegni/ACCORDO-1/"]
    assert texts(commitments, f"{listed}/p[@class='muted']") == ["Nessuna pratica pubblicata dice di metterlo in atto."]
    assert texts(section(tree, "Parti"), ".//li") == ["Comune di Reggio Emilia (capofila della rete)"]
    assert texts(section(tree, "Firme"), ".//li | .//h3") == [
        "Anna Bianchi, sindaca – Comune di Reggio Emilia",
        "Alla presenza di",
        "Carla Neri, viceministra",
    ]
    assert texts(section(tree, "Documenti correlati"), ".//li") == ["Testo (Atto, example.org)"]
    assert texts(section(tree, "Fonti"), ".//p") == ["Nessuna fonte indicata.", "Il testo non è stato trovato."]
    chain = [
        "Partenariato europeo (Partenariato europeo, data non nota)",
        "Accordo quadro (Accordo quadro, settembre 2013): recepisce «Partenariato europeo»",
    ]
    for found in (tree, page(client, "/accordi/partenariato/")):
        assert sorted(texts(section(found, "Prima e dopo"), ".//li")) == sorted(chain)


def test_agreements_are_listed_the_latest_first_and_unknown_dates_last(client: Client) -> None:
    for title, day in (("Del 2010", date(2010, 3, 12)), ("Senza data", None), ("Del 2022", date(2022, 4, 12))):
        Agreement.objects.create(kind="protocol", title=title, slug=title.lower().replace(" ", "-"), signed_on=day)
    assert texts(page(client, "/accordi/"), "//article/p") == [
        "Protocollo d'intesa · 12 aprile 2022",
        "Protocollo d'intesa · 12 marzo 2010",
        "Protocollo d'intesa · data non nota",
    ]

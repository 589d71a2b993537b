"""What an anonymous citizen reads on each public page."""

from datetime import date
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client, RequestFactory
from django.views.defaults import server_error
from lxml import html

from agreements.models import Agreement, Commitment, Document, Party, Signature
from networks.models import Membership, Network, NetworkEvent, Organisation
from practices import content
from practices.models import Adaptation, Attachment, CommonIndicator, Indicator, Practice, Reading, Submission
from practices.models.choices import RemovalReason, Status
from practices.moderation import practice as whole
from practices.publication import publish_content
from tests import make
from tests.news import event, news

pytestmark = pytest.mark.django_db


def page(client: Client, address: str, status: int = 200) -> Any:
    """The page's tree; no public page sets a cookie or varies by one."""
    response = client.get(address)
    assert response.status_code == status
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    return html.fromstring(response.content.decode())


def texts(tree: Any, path: str) -> list[str]:
    """What a reader reads at these places."""
    return [" ".join(node.text_content().split()) for node in tree.xpath(path)]


def facts(tree: Any, path: str = "//main") -> dict[str, str]:
    """The lists of facts, by their label."""
    return {
        " ".join(term.text_content().split()): " ".join(term.getnext().text_content().split())
        for term in tree.xpath(f"{path}//dl[contains(@class, 'facts')]/dt")
    }


def section(tree: Any, title: str) -> Any:
    """The section that this heading names."""
    [found] = tree.xpath(f"//section[@aria-labelledby=//h2[normalize-space()='{title}']/@id]")
    return found


def imported(**changes: Any) -> Submission:
    """A published practice taken from a public source."""
    body = make.organisation()
    practice = Practice.objects.create(organisation=body)
    submission = Submission(
        practice=practice,
        organisation=body,
        origin="imported",
        status=Status.PUBLISHED,
        published_at=make.NOW,
        source_url="https://www.example.org/notizia",
        source_licence="Fatti da fonte pubblica",
        source_note="Le fonti non concordano sull'anno.",
        other_source_urls=["https://altra.example.net/x", "javascript:alert(1)"],
    )
    content.write(submission, {**dict.fromkeys(("staff",), ""), **changes})
    publish_content(submission, at=make.NOW)
    Practice.objects.filter(pk=practice.pk).update(confirmed_on=None)
    return submission


def chief() -> Any:
    return make.editor_user(chief=True)


# Practice ---------------------------------------------------------------------------------------------------------


def test_the_head_of_a_practice(client: Client) -> None:
    practice = make.published(other_themes=["lavoro"]).practice
    tree = page(client, "/pratiche/portierato-sociale-di-via-turri/")
    assert texts(tree, "//h1") == ["Portierato sociale di via Turri"]
    assert facts(tree, "//header[@class='practice-head']") == {
        "Ente": "Comune di Reggio Emilia",
        "Dove": "Reggio Emilia (RE), Emilia-Romagna",
        "Ambiti": "Casa, Lavoro",
        "Per chi": "Famiglie",
        "A che punto è": "In corso",
        "Verificata il": "2 marzo 2026",
        "Livello di evidenza": "Descritta. La pratica è descritta; i suoi risultati non sono ancora seguiti nel tempo. "
        + " ".join(texts(tree, "//dd[@class='evidence']//details")),
    }
    assert [link.get("href") for link in tree.xpath("//header[@class='practice-head']//a[not(ancestor::details)]")] == [
        "/enti/comune-di-reggio-emilia/",
        "/comuni/reggio-emilia/",
        "/regioni/emilia-romagna/",
        "/pratiche/?ambito=casa",
        "/pratiche/?ambito=lavoro",
        "/pratiche/portierato-sociale-di-via-turri/riuso/",
        f"/scrivania/pratiche/{practice.pk}/anche-noi/",
        "/pratiche/portierato-sociale-di-via-turri/versioni/",
        "/pratiche/portierato-sociale-di-via-turri/segnala/",
    ]
    sources = facts(section(tree, "Fonti e citazione"), ".")
    assert sources == {
        "Codice": practice.code,
        "Pubblicata il": "2 marzo 2026",
        "Confermata dall'ente": "2 marzo 2026",
        "Licenza": "CC BY 4.0",
    }
    assert texts(tree, "//p[@class='cite']") == [
        f"Comune di Reggio Emilia, «Portierato sociale di via Turri», {practice.code}, in Buone pratiche di integrazione, "
        "Portale Integrazione Migranti, 2 marzo 2026, http://localhost:8000/pratiche/portierato-sociale-di-via-turri/"
    ]


def test_the_side_index_leads_to_every_section(client: Client) -> None:
    make.published()
    tree = page(client, "/pratiche/portierato-sociale-di-via-turri/")
    index = [(link.get("href").lstrip("#"), link.text_content()) for link in tree.xpath("//nav[@class='side-index']//a")]
    assert index == [
        ("identity", "In breve"),
        ("territory", "Dove"),
        ("people", "Per chi"),
        ("time", "Quando"),
        ("why", "Perché"),
        ("how", "Come"),
        ("means", "Con quali mezzi"),
        ("results", "Che cosa ne è venuto"),
        ("lessons", "Che cosa abbiamo imparato"),
        ("contacts", "Contatti e dichiarazioni"),
        ("fonti", "Fonti e citazione"),
    ]
    assert [node.get("id") for node in tree.xpath("//section[contains(@class, 'record-section')]")] == [
        id for id, _ in index
    ]


def test_what_only_staff_reads_is_nowhere_on_the_page(client: Client) -> None:
    make.published(contact_person="Canarina Rossi", notes_to_editors="Canarino riservato")
    response = client.get("/pratiche/portierato-sociale-di-via-turri/")
    assert "Canarin" not in response.content.decode()


def test_an_imported_practice_says_where_it_comes_from(client: Client) -> None:
    imported(title="Da una notizia", summary="In breve.", municipalities=[make.municipality().belfiore_code])
    tree = page(client, "/pratiche/da-una-notizia/")
    assert texts(tree, "//div[contains(@class, 'notice-info')]") == [
        "Ripresa da una fonte pubblica: example.org. Non ancora confermata dall'ente. "
        "Lavori per l'ente? Prendila in carico dalla Scrivania. Le fonti lasciano dei dubbi."
    ]
    sources = section(tree, "Fonti e citazione")
    assert facts(sources, ".")["Confermata dall'ente"] == "non ancora"
    assert facts(sources, ".")["Altre fonti"] == "altra.example.net javascript:alert(1)"
    assert [link.get("href") for link in sources.xpath(".//dd//a")] == [
        "https://www.example.org/notizia",
        "https://altra.example.net/x",
    ]
    assert texts(sources, ".//p[@class='muted']") == [
        "La fonte non dice nulla di 8 sezioni: Per chi, Quando, Perché, Come, Con quali mezzi, Che cosa ne è venuto, "
        "Che cosa abbiamo imparato, Contatti e dichiarazioni."
    ]


def test_indicators_stand_as_a_table_with_their_readings(client: Client) -> None:
    submission = make.published(
        indicators=[
            {"name": "Iscritti", "unit": "persone", "baseline": "10", "target": "1500.5", "direction": "up", "source": ""}
        ]
    )
    indicator = Indicator.objects.get(practice=submission.practice)
    first = Reading.objects.create(indicator=indicator, period="2020", on=date(2020, 12, 31), value=12, declared_at=make.NOW)
    Reading.objects.create(
        indicator=indicator,
        period="2021",
        on=date(2021, 12, 31),
        value="1234.5",
        is_approximate=True,
        declared_at=make.NOW,
        verified_by=make.editor_user(),
        verified_at=make.NOW,
        source="https://www.example.org/dati",
    )
    first.superseded_by = Reading.objects.create(
        indicator=indicator,
        period="2020, corretto",
        on=date(2020, 12, 31),
        value=13,
        declared_at=make.NOW,
        source="Anagrafe",
    )
    first.save()
    tree = section(page(client, "/pratiche/portierato-sociale-di-via-turri/"), "Indicatori")
    assert texts(tree, ".//p") == ["Unità: persone. Valore di partenza: 10. Valore atteso: 1.500,5."]
    assert [texts(row, "./*") for row in tree.xpath(".//tr")] == [
        ["Periodo", "Valore", "Come si sa", "Fonte"],
        ["2020, corretto", "13", "dichiarato; corretto il 2 marzo 2026, prima: 12", "Anagrafe"],
        ["2021", "circa 1.234,5", "verificato il 2 marzo 2026", "example.org"],
    ]


def test_every_figure_says_where_it_is_known_from(client: Client) -> None:
    """Its own source, the indicator's, that of the page; and where there is none, that there is none."""
    row = {"unit": "persone", "baseline": None, "target": None, "direction": "up"}
    rows = [{**row, "name": "Con la sua", "source": "registro"}, {**row, "name": "Senza", "source": ""}]
    for made, rest in (
        (imported(title="Ripresa", municipalities=[make.municipality().belfiore_code], indicators=rows), "example.org"),
        (make.published(title="Propria", indicators=rows), "non indicata"),
    ):
        for indicator in Indicator.objects.filter(practice=made.practice):
            Reading.objects.create(indicator=indicator, period="2020", on=date(2020, 12, 31), value=12, declared_at=make.NOW)
        shown = section(page(client, f"/pratiche/{made.title.lower()}/"), "Indicatori")
        assert texts(shown, ".//td[last()]") == ["registro", rest]


def test_adaptations_are_told_on_both_sides_and_drafts_on_neither(client: Client) -> None:
    origin = make.published(title="Origine").practice
    row = {
        "origin": origin.code,
        "origin_name": "",
        "origin_url": "",
        "year": 2021,
        "changes": "Gli orari.",
        "outcome": "succeeded",
    }
    outside = {**row, "origin": "", "origin_name": "Altrove", "origin_url": "https://www.example.org/"}
    adapter = make.published(title="Figlia", adaptations=[row, outside])
    make.submission(title="Bozza segreta", adaptations=[row])
    Adaptation.objects.filter(submission=adapter, origin=origin).update(confirmed_by=make.user(), confirmed_at=make.NOW)
    own = section(page(client, "/pratiche/figlia/"), "Adattamenti")
    assert texts(own, ".//h3") == ["È partita da"]
    assert texts(own, "./ul/li") == [
        f"Origine ({origin.code}), 2021: riuscita, confermata dall'ente di origine. Gli orari.",
        "Altrove, 2021: riuscita. Gli orari.",
    ]
    others = section(page(client, "/pratiche/origine/"), "Adattamenti")
    assert texts(others, ".//h3") == ["L'hanno adattata"]
    assert texts(others, "./ul/li") == [
        "Figlia – Comune di Reggio Emilia, 2021: riuscita, confermata dall'ente di origine. Gli orari."
    ]


def test_practices_like_this_one_say_why(client: Client) -> None:
    tuscany = make.region("Toscana", "ITI1")
    prato = make.organisation("Comune di Prato", make.municipality("Prato", "G999", sign="PO", of=tuscany))
    make.published(title="Altrove, altro ambito", of=prato, municipalities=["G999"], main_theme="lavoro")
    make.published(title="Altrove, stesso ambito", of=prato, municipalities=["G999"])
    make.published(title="Qui, altro ambito", main_theme="lavoro")
    make.published(title="Qui, stesso ambito")
    make.published()
    tree = section(page(client, "/pratiche/portierato-sociale-di-via-turri/"), "Pratiche come questa")
    assert list(zip(texts(tree, ".//h3"), texts(tree, ".//p[@class='practice-card-reason']"), strict=True)) == [
        ("Qui, stesso ambito", "Stesso ambito (Casa), stesso territorio (Emilia-Romagna)"),
        ("Altrove, stesso ambito", "Stesso ambito (Casa)"),
        ("Qui, altro ambito", "Stesso territorio (Emilia-Romagna)"),
    ]


def test_an_archived_practice_keeps_its_page_with_the_notice(client: Client) -> None:
    practice = make.published().practice
    whole.archive(practice, by=chief(), at=make.later(9), notice="Il servizio è chiuso.")
    tree = page(client, "/pratiche/portierato-sociale-di-via-turri/")
    assert texts(tree, "//div[@class='notice']") == [
        "Archiviata il 2 marzo 2026: non compare più negli elenchi. Il servizio è chiuso."
    ]
    for address in (
        "/",
        "/pratiche/",
        "/regioni/emilia-romagna/",
        "/comuni/reggio-emilia/",
        "/enti/comune-di-reggio-emilia/",
    ):
        assert texts(page(client, address), "//article//h3") == []


def test_a_removed_practice_is_gone_and_says_only_the_class_of_reason(client: Client) -> None:
    practice = make.published().practice
    whole.remove(practice, by=chief(), at=make.later(9), reason=RemovalReason.PRIVACY, text="Il nome di una persona")
    tree = page(client, "/pratiche/portierato-sociale-di-via-turri/", 410)
    assert texts(tree, "//main//h1 | //main//p")[:2] == [
        "Questa pratica è stata rimossa",
        "Motivo: tutela di dati personali.",
    ]
    assert "Portierato" not in html.tostring(tree, encoding="unicode")
    assert "Il nome di una persona" not in html.tostring(tree, encoding="unicode")


def test_drafts_and_unknown_ones_are_not_found(client: Client) -> None:
    make.submission(title="Bozza")
    assert texts(page(client, "/pratiche/bozza/", 404), "//h1") == ["Questa pagina non c'è"]


def test_demo_text_is_marked_wherever_it_stands(client: Client) -> None:
    submission = make.published()
    Submission.objects.filter(pk=submission.pk).update(is_demo=True)
    for address in (
        "/",
        "/pratiche/",
        "/pratiche/portierato-sociale-di-via-turri/",
        "/regioni/emilia-romagna/",
        "/comuni/reggio-emilia/",
        "/enti/comune-di-reggio-emilia/",
    ):
        assert texts(page(client, address), "//main//*[contains(@class, 'tag-demo')]") == ["testo dimostrativo"]


def test_a_page_that_has_not_changed_is_not_sent_again(client: Client) -> None:
    make.published()
    tag = client.get("/pratiche/portierato-sociale-di-via-turri/").headers["ETag"]
    assert client.get("/pratiche/portierato-sociale-di-via-turri/", headers={"If-None-Match": tag}).status_code == 304
    make.published(title="Un'altra")
    assert client.get("/pratiche/portierato-sociale-di-via-turri/", headers={"If-None-Match": tag}).status_code == 200


# Files ------------------------------------------------------------------------------------------------------------


def attach(submission: Submission, name: str = "relazione.pdf", content_type: str = "application/pdf") -> Attachment:
    return Attachment.objects.create(
        submission=submission,
        kind="report",
        title="Relazione",
        name=name,
        content_type=content_type,
        size=5,
        sha256=f"{submission.pk:064d}",
        file=ContentFile(b"%PDF-", name=f"allegati/{submission.pk}"),
    )


def test_a_file_of_a_published_practice(client: Client) -> None:
    file = attach(make.published())
    response = client.get(f"/pratiche/allegati/{file.pk}/relazione.pdf")
    assert b"".join(response.streaming_content) == b"%PDF-"
    names = ("Content-Type", "Content-Disposition", "X-Content-Type-Options", "Content-Security-Policy", "Cache-Control")
    assert {name: response.headers[name] for name in names} == {
        "Content-Type": "application/pdf",
        "Content-Disposition": 'inline; filename="relazione.pdf"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "public, no-cache",
    }
    again = client.get(f"/pratiche/allegati/{file.pk}/relazione.pdf", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


def test_only_pictures_and_pdf_are_shown_by_the_browser(client: Client) -> None:
    file = attach(make.published(), "pagina.html", "text/html")
    response = client.get(f"/pratiche/allegati/{file.pk}/pagina.html")
    assert response.headers["Content-Disposition"] == 'attachment; filename="pagina.html"'
    assert b"".join(response.streaming_content) == b"%PDF-"


def test_a_file_has_one_name_and_one_number(client: Client) -> None:
    file = attach(make.published())
    assert client.get(f"/pratiche/allegati/{file.pk}/altro.pdf").status_code == 404
    assert client.get(f"/pratiche/allegati/{file.pk + 1}/relazione.pdf").status_code == 404


def test_a_file_that_is_missing_in_the_storage_is_not_found(client: Client) -> None:
    file = attach(make.published())
    file.file.storage.delete(file.file.name)
    assert client.get(f"/pratiche/allegati/{file.pk}/relazione.pdf").status_code == 404


def test_who_reads_the_file_of_a_draft_and_of_a_removed_practice(client: Client) -> None:
    body = make.organisation()
    officer, editor = make.officer_of(body), make.editor_user()
    draft = attach(make.submission(of=body, by=officer))
    address = f"/pratiche/allegati/{draft.pk}/relazione.pdf"
    assert client.get(address).status_code == 404
    client.force_login(editor)
    assert client.get(address).status_code == 404
    client.force_login(officer)
    response = client.get(address)
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "private, no-store")
    assert b"".join(response.streaming_content) == b"%PDF-"
    published = make.published(of=body, by=officer)
    removed = attach(published)
    whole.remove(published.practice, by=chief(), at=make.later(9), reason=RemovalReason.MISTAKE, text="Sbaglio")
    for person in (officer, editor):
        client.force_login(person)
        assert client.get(f"/pratiche/allegati/{removed.pk}/relazione.pdf").status_code == 404


# Places, networks, agreements ---------------------------------------------------------------------------------------


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


@pytest.fixture
def network() -> Network:
    """Founded by Reggio Emilia; Bologna in between 2011 and 2013, Modena out in 2016."""
    shown = Network.objects.create(
        name="Le città del dialogo",
        slug="citta-del-dialogo",
        founded_on=date(2010, 9, 21),
        doubts="Mancano gli atti.",
        source_urls=["https://www.example.org/rete", "javascript:alert(1)"],
    )
    founded = {"network": shown, "joined_after": date(2010, 9, 21), "joined_by": date(2010, 9, 21)}
    bologna = make.organisation("Comune di Bologna", make.municipality("Bologna", "A944", sign="BO"))
    modena = make.organisation("Comune di Modena", make.municipality("Modena", "F257", sign="MO"))
    Membership.objects.create(organisation=make.organisation(), role="lead", **founded)
    Membership.objects.create(
        network=shown, organisation=bologna, joined_after=date(2011, 1, 28), joined_by=date(2013, 9, 24)
    )
    Membership.objects.create(organisation=modena, left_after=date(2016, 5, 5), left_by=date(2016, 5, 5), **founded)
    NetworkEvent.objects.create(network=shown, on=date(2012, 1, 1), precision="year", title="Seconda scuola")
    return shown


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


@pytest.mark.parametrize(
    "address", ["/regioni/x/", "/comuni/x/", "/enti/x/", "/reti/x/", "/accordi/x/", "/pratiche/x/", "/x/"]
)
def test_what_does_not_exist_is_not_found(client: Client, address: str) -> None:
    assert texts(page(client, address, 404), "//h1") == ["Questa pagina non c'è"]


def test_the_error_page_needs_neither_database_nor_request(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        response = server_error(RequestFactory().get("/"))
    assert texts(html.fromstring(response.content.decode()), "//h1") == ["Qualcosa non ha funzionato"]


# Queries ----------------------------------------------------------------------------------------------------------

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
    "/guida/": 1,
    "/guida/enti/": 1,
    "/privacy/": 2,
    "/mappa-del-sito/": 3,
    "/open-data/": 13,
    "/open-data/dizionario/": 7,
    "/open-data/archivio/": 1,
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
    client: Client, network: Network, django_assert_num_queries: Any
) -> None:
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


def test_the_permanent_identifier_leads_to_the_page_of_today() -> None:
    live, draft, gone = make.published(), make.submission(), make.published(title="Rimossa")
    chief = make.editor_user(chief=True)
    whole.remove(gone.practice, by=chief, at=make.later(60), reason=RemovalReason.MISTAKE, text="Errore.")
    client = Client()
    found = {one: client.get(f"/id/{one.practice.code}") for one in (live, draft, gone)}
    assert {one: answer.status_code for one, answer in found.items()} == {live: 302, draft: 404, gone: 302}
    live.practice.refresh_from_db()
    assert found[live]["Location"] == live.practice.get_absolute_url()
    assert client.get(found[gone]["Location"]).status_code == 410
    for wrong in (
        "BP-999999",
        "BP-99999999999999999999999",
        "BP-",
        "BP-1x",
        f"BP-{live.practice.pk}",
        f"BP-0{live.practice.code[3:]}",
    ):
        assert client.get(f"/id/{wrong}").status_code == 404, wrong

"""The public list: what an address asks for, and what the page shows of it."""

from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from lxml import html

from agreements.models import Agreement, Commitment
from networks.models import Membership, Network, Region
from practices.cards import cards
from practices.filters import MAX_TEXT, PracticeFilter
from practices.models import Submission
from tests import make

pytestmark = pytest.mark.django_db


def asked(query: str) -> PracticeFilter:
    return PracticeFilter(QueryDict(query), queryset=cards(Submission.objects.listed()))


def titles(query: str) -> list[str]:
    """Titles of the practices found, in the order of the list."""
    return [submission.title for submission in asked(query).ordered()]


def page(client: Client, query: str = "") -> Any:
    response = client.get(f"/pratiche/?{query}")
    assert response.status_code == 200
    return html.fromstring(response.content.decode())


def texts(tree: Any, path: str) -> list[str]:
    """What a reader reads at these places."""
    return [" ".join(node.text_content().split()) for node in tree.xpath(path)]


def tuscany() -> Region:
    return make.region("Toscana", "ITI1")


@pytest.fixture
def three() -> None:
    """Reggio Emilia and Bologna on housing, Prato on work; Bologna also on work."""
    bologna = make.municipality("Bologna", "A944", sign="BO")
    prato = make.municipality("Prato", "G999", sign="PO", of=tuscany())
    make.published(title="Case a Reggio")
    make.published(
        title="Case a Bologna",
        of=make.organisation("Comune di Bologna", bologna),
        municipalities=["A944"],
        other_themes=["lavoro"],
        kind="intervention",
    )
    make.published(
        title="Officine a Prato",
        of=make.organisation("Comune di Prato", prato),
        municipalities=["G999"],
        main_theme="lavoro",
        context="Molte aziende tessili.",
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Officine a Prato", "Case a Bologna", "Case a Reggio"]),
        ("territorio=emilia-romagna", ["Case a Bologna", "Case a Reggio"]),
        ("territorio=emilia-romagna&territorio=toscana", ["Officine a Prato", "Case a Bologna", "Case a Reggio"]),
        ("comune=prato&comune=bologna", ["Officine a Prato", "Case a Bologna"]),
        ("ambito=lavoro", ["Officine a Prato", "Case a Bologna"]),
        ("ambito=casa&territorio=toscana", []),
        ("tipo=intervention", ["Case a Bologna"]),
        ("ente=comune-di-prato", ["Officine a Prato"]),
        ("q=case", ["Case a Bologna", "Case a Reggio"]),
        ("q=CASE+bologna", ["Case a Bologna"]),
        ("q=tessil", ["Officine a Prato"]),
        ("q=tessil&ambito=casa", []),
        ("q=%20", ["Officine a Prato", "Case a Bologna", "Case a Reggio"]),
        ("q=!!!", []),
        # What nobody knows is left aside, alone or beside what is known.
        ("territorio=atlantide", ["Officine a Prato", "Case a Bologna", "Case a Reggio"]),
        ("territorio=atlantide&territorio=toscana", ["Officine a Prato"]),
        ("tipo=altro", ["Officine a Prato", "Case a Bologna", "Case a Reggio"]),
        ("sconosciuto=1", ["Officine a Prato", "Case a Bologna", "Case a Reggio"]),
    ],
)
@pytest.mark.usefixtures("three")
def test_filters(query: str, found: list[str]) -> None:
    assert titles(query) == found


def test_a_practice_in_two_towns_of_a_territory_is_found_and_counted_once() -> None:
    make.municipality("Bologna", "A944", sign="BO")
    make.published(title="In due città", municipalities=["H223", "A944"])
    assert titles("territorio=emilia-romagna&comune=bologna&comune=reggio-emilia") == ["In due città"]
    groups = {group.name: [(c.value, c.count, c.is_chosen) for c in group.choices] for group in asked("").groups()}
    assert groups["territorio"] == [("emilia-romagna", 1, False)]
    assert groups["comune"] == [("bologna", 1, False), ("reggio-emilia", 1, False)]


def test_a_theme_that_is_main_and_further_is_counted_once() -> None:
    make.published(other_themes=["casa", "lavoro"])
    [themes] = [group for group in asked("").groups() if group.name == "ambito"]
    assert [(c.value, c.count) for c in themes.choices] == [("casa", 1), ("lavoro", 1)]


@pytest.mark.usefixtures("three")
def test_counts_are_those_of_the_rest_of_the_selection() -> None:
    groups = {
        g.name: [(c.label, c.count, c.is_chosen) for c in g.choices]
        for g in asked("ambito=lavoro&tipo=intervention").groups()
    }
    assert groups == {
        "territorio": [("Emilia-Romagna", 1, False)],
        "comune": [("Bologna (BO)", 1, False)],
        "tipo": [("Buona pratica", 1, False), ("Intervento", 1, True)],
        "ambito": [("Casa", 1, False), ("Lavoro", 1, True)],
    }


@pytest.mark.usefixtures("three")
def test_a_chosen_value_that_leaves_nothing_is_still_there_to_be_unchosen() -> None:
    [towns] = [g for g in asked("comune=prato&ambito=casa").groups() if g.name == "comune"]
    assert [(c.label, c.count, c.is_chosen) for c in towns.choices] == [
        ("Bologna (BO)", 1, False),
        ("Reggio Emilia (RE)", 1, False),
        ("Prato (PO)", 0, True),
    ]


def test_commitments_and_networks_that_other_pages_link_to() -> None:
    agreement = Agreement.objects.create(kind="framework", title="Accordo quadro", slug="accordo-quadro")
    Commitment.objects.create(agreement=agreement, code="ACCORDO-1", position=1, title="Costruire reti")
    network = Network.objects.create(name="Le città del dialogo", slug="citta-del-dialogo")
    Membership.objects.create(
        network=network, organisation=make.organisation(), joined_after=make.NOW.date(), joined_by=make.NOW.date()
    )
    bologna = make.organisation("Comune di Bologna", make.municipality("Bologna", "A944", sign="BO"))
    make.published(title="Con l'impegno", of=bologna, commitments=["ACCORDO-1"])
    make.published(title="Della rete")
    assert titles("impegno=ACCORDO-1") == ["Con l'impegno"]
    assert titles("rete=citta-del-dialogo") == ["Della rete"]
    assert [(chip.name, chip.value, chip.text) for chip in asked("impegno=ACCORDO-1").kept()] == [
        ("impegno", "ACCORDO-1", "Costruire reti")
    ]


def test_drafts_archived_and_removed_ones_are_not_found_nor_counted(client: Client) -> None:
    shown = make.published(title="Visibile")
    make.submission(title="Bozza")
    for title, column in (("Archiviata", "archived"), ("Rimossa", "removed")):
        practice = make.published(title=title).practice
        setattr(practice, f"{column}_at", make.NOW)
        setattr(practice, f"{column}_by", make.editor_user())
        practice.archived_notice, practice.removed_reason = ("Superata", "") if column == "archived" else ("", "mistake")
        practice.save()
    assert titles("") == [shown.title]
    assert {c.count for group in asked("").groups() for c in group.choices} == {1}
    assert texts(page(client), "//h2[contains(., 'pratic')]")[0] == "1 pratica"


@pytest.mark.usefixtures("three")
def test_the_page_shows_what_was_asked_and_how_to_undo_it(client: Client) -> None:
    tree = page(client, "q=case&territorio=emilia-romagna&territorio=atlantide&tipo=intervention&pagina=1")
    assert texts(tree, "//article//h3") == ["Case a Bologna"]
    assert texts(tree, "//p[@class='notice']") == ["Territorio: non conosciamo «atlantide», e ne abbiamo fatto a meno."]
    assert [
        (link.text_content().split("×")[0].split("filtro ")[1].strip(), link.get("href"))
        for link in tree.xpath("//a[contains(@class, 'tag-remove')]")
    ] == [
        ("Testo: «case»", "/pratiche/?territorio=emilia-romagna&territorio=atlantide&tipo=intervention"),
        ("Territorio: Emilia-Romagna", "/pratiche/?q=case&territorio=atlantide&tipo=intervention"),
        ("Tipo: Intervento", "/pratiche/?q=case&territorio=emilia-romagna&territorio=atlantide"),
    ]
    assert [box.get("value") for box in tree.xpath("//input[@type='checkbox'][@checked]")] == [
        "emilia-romagna",
        "intervention",
    ]
    assert texts(tree, "//details[@open]/summary") == ["Territorio (1)", "Tipo (1)"]


def test_nothing_found_says_what_to_do(client: Client) -> None:
    tree = page(client, "q=zzzz")
    assert texts(tree, "//main//h2") == ["0 pratiche"]
    assert texts(tree, "//div[contains(@class, 'panel')]//li") == [
        "Prova con meno parole, o con l'inizio di una parola: «scuol» trova scuola e scuole.",
        "Togli un filtro: quelli attivi sono qui sopra.",
        "Guarda tutte le pratiche",
    ]


def test_pages(client: Client) -> None:
    for n in range(21):
        make.published(title=f"Pratica {n:02d}")
    assert texts(page(client), "//article//h3") == [f"Pratica {n:02d}" for n in range(20, 0, -1)]
    second = page(client, "q=pratica&pagina=2")
    assert texts(second, "//article//h3") == ["Pratica 00"]
    assert [link.get("href") for link in second.xpath("//ul[@class='pagination']//a")] == ["?q=pratica&pagina=1"] * 2


@pytest.mark.parametrize("number", ["0", "-1", "2", "99999999999999999999", "abc", "1.5", "9" * 5000])
def test_a_page_that_does_not_exist_is_not_found(client: Client, number: str) -> None:
    make.published()
    assert client.get(f"/pratiche/?pagina={number}").status_code == 404


@pytest.mark.parametrize("name", ["q", "territorio", "comune", "ambito", "tipo", "ente", "rete", "impegno"])
@pytest.mark.parametrize(
    "value", ["%00", "a%00b", "x" * 50_000, "%ED%A0%80", "%F0%9F%8F%A0", "'", "<script>", "../", "1" * 400, "%C3%A8", ""]
)
def test_hostile_values_never_break_the_page(client: Client, name: str, value: str) -> None:
    make.published()
    response = client.get(f"/pratiche/?{name}={value}")
    assert response.status_code == (400 if "%00" in value else 200)
    assert "<script>" not in response.content.decode()


def test_long_texts_and_many_values_are_cut() -> None:
    assert asked("q=" + "x" * 5000).asked["q"] == "x" * MAX_TEXT
    make.region()
    many = asked("&".join(f"territorio=t{n}" for n in range(500)))
    assert many.asked["territorio"] == []
    assert len(many.unknown()) == 50


def test_queries_are_the_same_with_one_and_with_twenty(client: Client, django_assert_num_queries: Any) -> None:
    make.published()
    client.get("/pratiche/")
    with django_assert_num_queries(8):
        client.get("/pratiche/")
    for n in range(19):
        make.published(title=f"Pratica {n}")
    with django_assert_num_queries(8):
        client.get("/pratiche/")
    # One more for each filter that names rows.
    with django_assert_num_queries(11):
        client.get("/pratiche/?q=pratica&territorio=emilia-romagna&comune=reggio-emilia&ambito=casa&tipo=good_practice")

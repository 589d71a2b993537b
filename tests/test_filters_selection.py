"""The public list of three practices: what an address asks for, and what the page shows of it."""

import pytest
from django.test import Client

from networks.models import Region
from practices.filters.fields import MAX_TEXT
from practices.filters.practice import PracticeFilter
from tests import make
from tests.listing import asked, page, texts, titles

pytestmark = pytest.mark.django_db


def tuscany() -> Region:
    return make.region("Toscana", "ITI1")


@pytest.fixture(scope="module", autouse=True)
def _three(rows_of_module: None) -> None:
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
def test_filters(query: str, found: list[str]) -> None:
    assert titles(query) == found


def test_counts_are_those_of_the_rest_of_the_selection() -> None:
    groups = {
        g.name: [(c.label, c.count, c.is_chosen) for c in g.choices] for g in asked("ambito=lavoro&tipo=intervention").groups
    }
    assert {name: groups[name] for name in ("territorio", "comune", "tipo", "ambito")} == {
        "territorio": [("Emilia-Romagna", 1, False)],
        "comune": [("Bologna (BO)", 1, False)],
        "tipo": [("Buona pratica", 1, False), ("Intervento", 1, True)],
        "ambito": [("Casa", 1, False), ("Lavoro", 1, True)],
    }


def test_a_chosen_value_that_leaves_nothing_is_still_there_to_be_unchosen() -> None:
    [towns] = [g for g in asked("comune=prato&ambito=casa").groups if g.name == "comune"]
    assert [(c.label, c.count, c.is_chosen) for c in towns.choices] == [
        ("Bologna (BO)", 1, False),
        ("Reggio Emilia (RE)", 1, False),
        ("Prato (PO)", 0, True),
    ]


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


@pytest.mark.parametrize("name", sorted(PracticeFilter.base_filters))
@pytest.mark.parametrize(
    "value", ["%00", "a%00b", "x" * 50_000, "%ED%A0%80", "%F0%9F%8F%A0", "'", "<script>", "../", "1" * 400, "%C3%A8", ""]
)
def test_hostile_values_never_break_the_page(client: Client, name: str, value: str) -> None:
    response = client.get(f"/pratiche/?{name}={value}")
    assert response.status_code == (400 if "%00" in value else 414 if len(value) > 6_000 else 200)
    assert "<script>" not in response.content.decode()


def test_long_texts_and_many_values_are_cut() -> None:
    assert asked("q=" + "x" * 5000).asked["q"] == "x" * MAX_TEXT
    many = asked("&".join(f"territorio=t{n}" for n in range(500)))
    assert many.asked["territorio"] == []
    assert len(many.unknown()) == 50


@pytest.mark.parametrize("number", ["0", "-1", "2", "99999999999999999999", "abc", "1.5", "9" * 5000])
def test_a_page_that_does_not_exist_is_not_found(client: Client, number: str) -> None:
    assert client.get(f"/pratiche/?pagina={number}").status_code == 404

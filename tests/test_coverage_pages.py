"""Where there are practices and where there are none yet: by territory, town, theme, fund and target group."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from networks.models import Membership, Municipality, Network, Organisation
from portal.lib.bars import Bar, bars
from practices.models import Fund, TargetGroup, Theme
from practices.models.choices import RemovalReason, Status
from practices.moderation import merging
from practices.moderation import practice as whole
from tests import make
from tests.pages import page, section, texts

pytestmark = pytest.mark.django_db


def tiles(tree: Any) -> dict[str, str]:
    """The map: what is read out of each tile, and where it leads."""
    return {tile.get("aria-label"): tile.get("href") for tile in tree.xpath("//main//*[local-name()='svg']/a")}


def links(tree: Any, path: str) -> dict[str, str]:
    """Where the links at these places lead."""
    return {link.text_content(): link.get("href") for link in tree.xpath(f"{path}//a")}


def bar_widths(tree: Any) -> list[str]:
    return [rect.get("width") for rect in tree.xpath(".//*[@class='bar']/*[local-name()='rect']")]


@pytest.fixture
def two_territories() -> None:
    """In Reggio Emilia three practices, one of them in Bologna too; in Prato one; in Umbria none.

    Beside them what no number counts: a draft, a case in the works, an archived, a removed and a merged practice, and what a
    new version has put an end to.
    """
    make.region("Umbria", "ITI2")
    bologna = make.municipality("Bologna", "A944", sign="BO")
    prato = make.municipality("Prato", "G999", sign="PO", of=make.region("Toscana", "ITI1"))
    make.taxonomy()
    Fund.objects.create(slug="pnrr", name="PNRR")
    TargetGroup.objects.create(slug="donne", name="Donne")
    both = make.published(title="Casa e lavoro", other_themes=["lavoro"], municipalities=["H223", bologna.pk])
    make.published(title="Casa", target_groups=["famiglie", "donne"])
    line = {"amount": None, "from_year": 2019, "to_year": None}
    make.published(title="Lavoro", main_theme="lavoro", funding_lines=[{"fund": "pnrr", **line}, {"fund": "pnrr", **line}])
    make.published(title="A Prato", municipalities=[prato.pk])
    make.submission(title="Bozza")
    make.submission(Status.UNDER_REVIEW, title="In esame")
    chief = make.editor_user(chief=True)
    archived, removed, merged = (make.published(title=title).practice for title in ("Archiviata", "Rimossa", "Unita"))
    whole.archive(archived, by=chief, at=make.later(60), notice="Chiusa.")
    whole.remove(removed, by=chief, at=make.later(60), reason=RemovalReason.MISTAKE, text="Errore.")
    merging.merge(merged, into=both.practice, by=chief, at=make.later(60), text="È la stessa.")


# Themes -----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("two_territories")
def test_all_themes_with_their_number(client: Client) -> None:
    Theme.objects.filter(slug="casa").update(description="Abitare.", position=2)
    Theme.objects.create(slug="salute", name="Salute", position=1)
    Theme.objects.create(slug="ritirato", name="Ritirato", is_active=False)
    tree = page(client, "/ambiti/")
    assert texts(tree, "//article") == ["Salute 0 pratiche", "Casa 3 pratiche Abitare.", "Lavoro 2 pratiche"]
    assert links(tree, "//article") == {
        "Salute": "/ambiti/salute/",
        "Casa": "/ambiti/casa/",
        "Lavoro": "/ambiti/lavoro/",
    }


@pytest.mark.usefixtures("two_territories")
def test_a_theme_with_its_coverage_by_territory(client: Client) -> None:
    Theme.objects.filter(slug="casa").update(description="Abitare.")
    tree = page(client, "/ambiti/casa/")
    assert texts(tree, "//p[@class='lead'] | //p[contains(., 'pubblicate ·')]") == [
        "Abitare.",
        "3 pratiche pubblicate · Vedi l'elenco con i filtri",
    ]
    assert texts(section(tree, "Le più recenti"), ".//h3") == ["A Prato", "Casa", "Casa e lavoro"]
    assert tiles(tree) == {
        "Emilia-Romagna (H5): 2": "/pratiche/?ambito=casa&territorio=emilia-romagna",
        "Toscana (I1): 1": "/pratiche/?ambito=casa&territorio=toscana",
        "Umbria (I2): 0": "/pratiche/?ambito=casa&territorio=umbria",
    }
    coverage = section(tree, "Nei territori")
    assert texts(coverage, ".//*[local-name()='svg']//*[local-name()='text']") == ["H52", "I11", "I20"]
    assert texts(coverage, ".//ul[contains(@class, 'bar-list')]/li") == ["Emilia-Romagna 2", "Toscana 1"]
    assert bar_widths(coverage) == ["100", "50"]
    assert texts(coverage, ".//div/p") == ["Ancora nessuna pratica in: Umbria."]
    for address, titles in (("emilia-romagna", ["Casa", "Casa e lavoro"]), ("toscana", ["A Prato"])):
        listed = page(client, f"/pratiche/?ambito=casa&territorio={address}")
        assert texts(listed, "//article//h3") == titles


def test_a_theme_without_practices_and_a_retired_one(client: Client) -> None:
    make.published()
    tree = page(client, "/ambiti/lavoro/")
    assert texts(section(tree, "Le più recenti"), ".//p") == [
        "Su questo ambito non è ancora stata pubblicata nessuna pratica."
    ]
    assert texts(section(tree, "Nei territori"), ".//div/p") == ["Ancora nessuna pratica in: Emilia-Romagna."]
    Theme.objects.update(is_active=False)
    assert texts(page(client, "/ambiti/casa/"), "//p[@class='notice']") == [
        "Questo ambito non si usa più per le nuove pratiche."
    ]
    # Those that still have practices stay.
    assert texts(page(client, "/ambiti/"), "//article") == ["Casa 1 pratica"]
    assert texts(page(client, "/ambiti/x/", 404), "//h1") == ["Questa pagina non c'è"]


# Territory and home -----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("two_territories")
def test_a_territory_with_what_it_covers(client: Client) -> None:
    Theme.objects.create(slug="salute", name="Salute")
    tree, more = page(client, "/regioni/emilia-romagna/"), "/pratiche/?territorio=emilia-romagna"
    found = {
        title: (texts(section(tree, title), ".//li"), bar_widths(section(tree, title)), links(section(tree, title), ".//li"))
        for title in ("Comuni con pratiche", "Ambiti", "Fondi usati", "Per chi")
    }
    assert found == {
        "Comuni con pratiche": (
            ["Reggio Emilia (RE) 3", "Bologna (BO) 1"],
            ["100", "33"],
            {"Reggio Emilia (RE)": "/comuni/reggio-emilia/", "Bologna (BO)": "/comuni/bologna/"},
        ),
        "Ambiti": (
            ["Casa 2", "Lavoro 2"],
            ["100", "100"],
            {"Casa": f"{more}&ambito=casa", "Lavoro": f"{more}&ambito=lavoro"},
        ),
        "Fondi usati": (["FAMI 2", "PNRR 1"], ["100", "50"], {"FAMI": f"{more}&fondo=fami", "PNRR": f"{more}&fondo=pnrr"}),
        "Per chi": (
            ["Famiglie 3", "Donne 1"],
            ["100", "33"],
            {"Famiglie": f"{more}&destinatari=famiglie", "Donne": f"{more}&destinatari=donne"},
        ),
    }
    assert texts(section(tree, "Ambiti"), ".//p") == ["Ancora senza pratiche: Salute.", "Tutti gli ambiti"]
    assert links(section(tree, "Ambiti"), ".//p") == {"Salute": "/ambiti/salute/", "Tutti gli ambiti": "/ambiti/"}


@pytest.mark.usefixtures("two_territories")
def test_a_territory_without_practices(client: Client) -> None:
    tree = page(client, "/regioni/umbria/")
    assert texts(tree, "//main//h2") == ["Pratiche", "Comuni con pratiche", "Ambiti", "Reti"]
    assert texts(section(tree, "Comuni con pratiche"), ".//p") == ["Nessuno, per ora."]
    assert texts(section(tree, "Ambiti"), ".//p") == ["Ancora senza pratiche: Casa, Lavoro.", "Tutti gli ambiti"]


@pytest.mark.usefixtures("two_territories")
def test_the_home_page_counts_by_territory_and_by_theme(client: Client) -> None:
    tree = page(client, "/")
    assert tiles(tree) == {
        "Emilia-Romagna (H5): 3": "/regioni/emilia-romagna/",
        "Toscana (I1): 1": "/regioni/toscana/",
        "Umbria (I2): 0": "/regioni/umbria/",
    }
    assert texts(section(tree, "Nel tuo territorio"), ".//ul[@class='plain-list place-list']/li") == [
        "Emilia-Romagna 3",
        "Toscana 1",
        "Umbria 0",
    ]
    assert texts(section(tree, "Nel tuo territorio"), ".//ul[@class='legend']/li") == ["0", "1", "2", "3"]
    assert texts(section(tree, "Per ambito"), ".//li") == ["Casa 3", "Lavoro 2"]
    assert links(section(tree, "Per ambito"), "./ul") == {"Casa": "/ambiti/casa/", "Lavoro": "/ambiti/lavoro/"}


# Network and organisation -----------------------------------------------------------------------------------------


@pytest.fixture
def network() -> Network:
    """Reggio Emilia and a body without territory are in; Prato was until 2016; a union joined in 2015 or 2016."""
    shown = Network.objects.create(name="Le città del dialogo", slug="citta-del-dialogo")
    prato = make.municipality("Prato", "G999", sign="PO", of=make.region("Toscana", "ITI1"))
    in_2010 = {"network": shown, "joined_after": date(2010, 1, 1), "joined_by": date(2010, 1, 1)}
    # Its territory is that of its Comune.
    reggio = make.organisation()
    Organisation.objects.filter(pk=reggio.pk).update(region=None)
    Membership.objects.create(organisation=reggio, role="lead", **in_2010)
    association = Organisation.objects.create(kind="association", name="Associazione", slug="associazione")
    Membership.objects.create(organisation=association, **in_2010)
    left = {"left_after": date(2016, 1, 1), "left_by": date(2016, 1, 1)}
    Membership.objects.create(organisation=make.organisation("Comune di Prato", prato), **in_2010, **left)
    union = Organisation.objects.create(kind="union", name="Unione Terra", slug="unione-terra", region=make.region())
    Membership.objects.create(network=shown, organisation=union, joined_after=date(2015, 1, 1), joined_by=date(2016, 1, 1))
    return shown


@pytest.mark.usefixtures("network")
def test_the_members_of_a_network_by_territory_on_a_day(client: Client) -> None:
    tree = page(client, "/reti/citta-del-dialogo/")
    assert tiles(tree) == {
        "Emilia-Romagna (H5): 2": "/regioni/emilia-romagna/#reti",
        "Toscana (I1): 0": "/regioni/toscana/#reti",
    }
    where = section(tree, "In quali territori sono")
    assert texts(where, ".//ul[@class='plain-list place-list']/li") == ["Emilia-Romagna 2"]
    assert texts(where, ".//p[@class='mt-3']") == ["Aderenti per cui non è indicato un territorio: 1."]
    joined = section(page(client, "/regioni/emilia-romagna/"), "Reti")
    assert texts(joined, ".//li") == ["Comune di Reggio Emilia", "Unione Terra"]
    before = page(client, "/reti/citta-del-dialogo/?data=2015-06-01")
    assert list(tiles(before)) == ["Emilia-Romagna (H5): 1", "Toscana (I1): 1"]
    assert texts(before, "//h2[@id='dove']") == ["In quali territori erano il 1 giugno 2015"]
    assert tiles(page(client, "/reti/citta-del-dialogo/?data=2009-01-01")) == {}


@pytest.mark.usefixtures("network")
def test_what_the_members_of_a_network_cover(client: Client) -> None:
    make.published()
    # Of one that has left.
    make.published(
        title="Di Prato",
        of=Organisation.objects.get(name="Comune di Prato"),
        municipalities=["G999"],
        main_theme="lavoro",
    )
    themes = section(page(client, "/reti/citta-del-dialogo/"), "Su quali ambiti, e su quali non ancora")
    assert texts(themes, ".//li | .//p") == ["Casa 1", "Ancora senza pratiche: Lavoro.", "Tutti gli ambiti"]
    assert links(themes, ".//li") == {"Casa": "/pratiche/?rete=citta-del-dialogo&ambito=casa"}


def test_a_body_without_practices_says_so_and_archived_ones_are_not_listed(client: Client) -> None:
    live = make.published()
    assert texts(section(page(client, "/enti/comune-di-reggio-emilia/"), "Pratiche"), ".//h3") == [live.title]
    whole.archive(live.practice, by=make.editor_user(chief=True), at=make.later(60), notice="Chiusa.")
    shown = section(page(client, "/enti/comune-di-reggio-emilia/"), "Pratiche")
    assert texts(shown, ".//h3 | .//p") == [
        "Questo ente non ha ancora pratiche pubblicate.",
        "Lavori per questo ente? Racconta che cosa fate",
    ]
    Organisation.objects.create(kind="ministry", name="Ministero", slug="ministero")
    assert texts(section(page(client, "/enti/ministero/"), "Pratiche"), ".//p") == [
        "Questo ente non ha ancora pratiche pubblicate."
    ]


def test_a_municipality_names_its_unions(client: Client) -> None:
    make.organisation()
    union = Organisation.objects.create(kind="union", name="Unione Terra", slug="unione-terra", region=make.region())
    union.municipalities.add(make.municipality())
    assert links(page(client, "/enti/comune-di-reggio-emilia/"), "//dl") == {
        "Reggio Emilia (RE)": "/comuni/reggio-emilia/",
        "Emilia-Romagna": "/regioni/emilia-romagna/",
        "Unione Terra": "/enti/unione-terra/",
    }


# Bars and queries -------------------------------------------------------------------------------------------------


def test_bars_are_as_long_as_their_numbers() -> None:
    rows = [("Uno", "/uno/", 3), ("Due", "", 1), ("Tre", "", 0)]
    assert bars(rows) == [Bar("Uno", "/uno/", 3, 100), Bar("Due", "", 1, 33), Bar("Tre", "", 0, 0)]
    assert bars([("Nessuno", "", 0)]) == [Bar("Nessuno", "", 0, 0)]
    assert bars([]) == []


# With nothing kept, as after a publication.
BUDGETS = {
    "/": 13,
    "/ambiti/": 3,
    "/ambiti/casa/": 9,
    "/regioni/": 3,
    "/regioni/emilia-romagna/": 13,
    "/comuni/comune-0/": 13,
    "/comuni/luzzara/": 8,
    "/reti/rete-di-prova/": 14,
}


def test_pages_cost_the_same_queries_with_one_town_and_with_twenty(client: Client, django_assert_num_queries: Any) -> None:
    make.municipality("Luzzara", "E772")
    Municipality.objects.update(population=9_000, foreign_residents=900, is_provincial_capital=True)
    for numbers in (range(1), range(1, 20)):
        for n in numbers:
            town = make.municipality(f"Comune {n}", f"X{n:03d}")
            Municipality.objects.filter(pk=town.pk).update(population=9_000 + n, foreign_residents=900)
            theme = Theme.objects.create(slug=f"ambito-{n}", name=f"Ambito {n}")
            fund = Fund.objects.create(slug=f"fondo-{n}", name=f"Fondo {n}")
            group = TargetGroup.objects.create(slug=f"gruppo-{n}", name=f"Gruppo {n}")
            body = make.organisation(f"Comune di Comune {n}", town)
            make.coordinator_of(body)
            make.published(
                title=f"Pratica {n}",
                of=body,
                municipalities=[town.pk],
                other_themes=[theme.slug],
                funding_lines=[{"fund": fund.slug, "amount": None, "from_year": 2019, "to_year": None}],
                target_groups=[group.slug],
            )
        for address, budget in BUDGETS.items():
            client.get(address)
            with django_assert_num_queries(budget):
                assert client.get(address).status_code == 200

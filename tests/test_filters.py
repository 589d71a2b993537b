"""The public list: what an address asks for, and what the page shows of it."""

from typing import Any

import pytest
from django.test import Client

from agreements.models import Agreement, Commitment
from networks import mergers
from networks.models import Membership, Municipality, Network, OldSlug
from tests import make
from tests.listing import asked, page, texts, titles

pytestmark = pytest.mark.django_db


def test_a_practice_in_two_towns_of_a_territory_is_found_and_counted_once() -> None:
    make.municipality("Bologna", "A944", sign="BO")
    make.published(title="In due città", municipalities=["H223", "A944"])
    assert titles("territorio=emilia-romagna&comune=bologna&comune=reggio-emilia") == ["In due città"]
    groups = {group.name: [(c.value, c.count, c.is_chosen) for c in group.choices] for group in asked("").groups}
    assert groups["territorio"] == [("emilia-romagna", 1, False)]
    assert groups["comune"] == [("bologna", 1, False), ("reggio-emilia", 1, False)]


def test_a_theme_that_is_main_and_further_is_counted_once() -> None:
    make.published(other_themes=["casa", "lavoro"])
    [themes] = [group for group in asked("").groups if group.name == "ambito"]
    assert [(c.value, c.count) for c in themes.choices] == [("casa", 1), ("lavoro", 1)]


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
    # A commitment is offered once its agreement, or one of them, is chosen; an organisation never is, and is kept.
    offered = {query: "impegno" in {group.name for group in asked(query).groups} for query in ("", "accordo=accordo-quadro")}
    assert offered == {"": False, "accordo=accordo-quadro": True}
    kept = asked("impegno=ACCORDO-1&ente=comune-di-bologna").kept()
    assert [(chip.name, chip.value, chip.text) for chip in kept] == [("ente", "comune-di-bologna", "Comune di Bologna")]


def test_a_town_is_found_at_its_old_address_and_by_what_became_part_of_it(client: Client) -> None:
    """Links and saved searches go on: as the towns' pages do."""
    gatteo, other = make.municipality("Gatteo", "D935", sign="FC"), make.municipality("Savignano", "I472", sign="FC")
    make.published(title="Altrove")
    make.published(title="Qui", municipalities=["I472"])
    OldSlug.objects.bulk_create(
        [OldSlug(slug="savignano-vecchio", municipality=other), OldSlug(slug="gatteo-vecchio", municipality=gatteo)]
    )
    mergers.merge(gatteo, other, on=make.NOW.date())
    olds = ("savignano", "savignano-vecchio", "gatteo", "gatteo-vecchio")
    for slug in olds:
        assert titles(f"comune={slug}") == ["Qui"], slug
        assert asked(f"comune={slug}").unknown() == []
    together = "&".join(f"comune={slug}" for slug in olds)
    tree = page(client, f"{together}&comune=reggio-emilia")
    assert tree.xpath("//link[@rel='canonical']/@href") == [
        "http://localhost:8000/pratiche/?comune=reggio-emilia&comune=savignano"
    ]
    # Taken away is every word for it.
    assert [
        (link.get("href"), " ".join(link.text_content().split())) for link in tree.xpath("//a[@class='tag tag-remove']")
    ] == [
        ("/pratiche/?comune=reggio-emilia", "Togli il filtro Comune: Savignano (FC) ×"),
        (f"/pratiche/?{together}", "Togli il filtro Comune: Reggio Emilia (RE) ×"),
    ]
    # A version that was brought back may name the old one: it is offered and found.
    make.published(title="Di allora", municipalities=["D935"])
    assert titles("comune=gatteo") == titles("comune=savignano") == ["Di allora", "Qui"]


def test_a_province_is_known_as_long_as_it_has_towns() -> None:
    make.municipality("Tortolì", "A355", sign="OG")
    assert asked("provincia=OG").unknown() == []
    Municipality.objects.filter(pk="A355").update(province=make.municipality().province)
    assert [text for _label, text in asked("provincia=OG").unknown()] == ["OG"]


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
    assert {c.count for group in asked("").groups for c in group.choices} == {1}
    assert texts(page(client), "//h2[contains(., 'pratic')]")[0] == "1 pratica"


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


def test_queries_are_the_same_with_one_and_with_twenty(client: Client, django_assert_num_queries: Any) -> None:
    make.published()
    client.get("/pratiche/")
    with django_assert_num_queries(6):
        client.get("/pratiche/")
    for n in range(19):
        make.published(title=f"Pratica {n}")
    with django_assert_num_queries(6):
        client.get("/pratiche/")
    # One more for each filter that names rows; what is found is read once, with its number and its page.
    with django_assert_num_queries(8):
        client.get("/pratiche/?q=pratica&territorio=emilia-romagna&comune=reggio-emilia&ambito=casa&tipo=good_practice")

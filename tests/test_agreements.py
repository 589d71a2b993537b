"""Agreements found by what is asked, and chained to those that they follow."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from agreements.models import Agreement, Party
from networks.models import Network, Organisation
from tests import make
from tests.pages import page, section, texts

pytestmark = pytest.mark.django_db


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
    assert [text.rpartition(" · ")[2] for text in texts(tree, "//article/p")] == ["2 impegni"] * len(expected)


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

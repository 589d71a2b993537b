"""Towns like this one, and the size classes: what they have in common and why it is said."""

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client

from networks.models import Municipality
from networks.sizes import SizeClass, in_class, range_of, size_class
from practices.models.choices import RemovalReason, Status
from practices.moderation import merging
from practices.moderation import practice as whole
from tests import make
from tests.pages import page, section, texts

# Size classes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("population", "size"),
    [
        (None, None),
        (0, "fino-a-5000"),
        (5_000, "fino-a-5000"),
        (5_001, "5001-15000"),
        (15_000, "5001-15000"),
        (15_001, "15001-50000"),
        (50_000, "15001-50000"),
        (50_001, "50001-100000"),
        (100_000, "50001-100000"),
        (100_001, "100001-250000"),
        (250_000, "100001-250000"),
        (250_001, "oltre-250000"),
        (2_800_000, "oltre-250000"),
    ],
)
def test_the_class_of_a_population(population: int | None, size: str | None) -> None:
    assert size_class(population) == size


def test_each_class_begins_where_the_one_before_ends() -> None:
    ranges = [range_of(size) for size in SizeClass]
    assert ranges[0] == (None, 5_000)
    assert ranges[-1] == (250_001, None)
    for (_lowest, highest), (following, _highest) in pairwise(ranges):
        assert highest is not None
        assert following == highest + 1
    assert [size.label for size in SizeClass] == [
        "fino a 5.000 abitanti",
        "5.001–15.000 abitanti",
        "15.001–50.000 abitanti",
        "50.001–100.000 abitanti",
        "100.001–250.000 abitanti",
        "oltre 250.000 abitanti",
    ]


@pytest.mark.django_db
def test_the_condition_finds_what_the_class_says() -> None:
    for number, population in enumerate((None, 0, 5_000, 5_001, 15_001, 50_001, 100_001, 250_000, 250_001)):
        town = make.municipality(f"Comune {number}", f"X{number:03d}")
        Municipality.objects.filter(pk=town.pk).update(population=population)
    towns = list(Municipality.objects.all())
    for size in SizeClass:
        expected = {town.pk for town in towns if size_class(town.population) == size}
        assert expected
        assert {town.pk for town in Municipality.objects.filter(in_class(size))} == expected
    beside = Municipality.objects.filter(in_class(SizeClass.UP_TO_5000, "province__municipalities__population"))
    assert set(beside) == set(towns)


# Towns like this one ----------------------------------------------------------------------------------------------

TOSCANA = ("Toscana", "ITI1")


def town(name: str, code: str, sign: str = "RE", of: Any = None, **facts: Any) -> Municipality:
    """A town with what is known of it."""
    made = make.municipality(name, code, sign=sign, of=of)
    Municipality.objects.filter(pk=made.pk).update(**facts)
    return Municipality.objects.get(pk=made.pk)


def tell(*towns: Municipality) -> None:
    """A published practice of the Comune of each."""
    for one in towns:
        body = make.organisation(f"Comune di {one.name}", one)
        make.published(title=f"A {one.name}", of=body, municipalities=[one.pk])


def shown(client: Client, slug: str) -> list[tuple[str, str, str]]:
    """Name, number and reasons of each."""
    rows = section(page(client, f"/comuni/{slug}/"), "Comuni come questo").xpath(".//li")
    found = []
    for row in rows:
        [name], [reasons] = texts(row, "./a"), texts(row, "./span")
        number = " ".join(row.text_content().split()).removeprefix(f"{name}, ").removesuffix(f" {reasons}")
        found.append((name, number, reasons))
    return found


@pytest.mark.django_db
def test_every_reason_is_said_and_the_most_reasons_come_first(client: Client) -> None:
    tuscany = make.region(*TOSCANA)
    town("Guastalla", "E253", population=15_000, foreign_residents=1_500)
    same_everything = town("Correggio", "D037", population=12_000, foreign_residents=1_440)
    same_region = town("Vignola", "L885", "MO", population=25_000, foreign_residents=2_500)
    same_size = town("Agliana", "A071", "PT", tuscany, population=9_000, foreign_residents=100)
    nothing = town("Prato", "G999", "PO", tuscany, population=195_000, foreign_residents=45_000, is_provincial_capital=True)
    tell(same_everything, same_region, same_size, nothing)
    assert shown(client, "guastalla") == [
        (
            "Correggio (RE)",
            "1 pratica",
            "Stessa classe di popolazione (5.001–15.000 abitanti); non capoluogo, come questo; stessa provincia "
            "(Guastalla); quota simile di residenti stranieri (qui 10,0%)",
        ),
        (
            "Vignola (MO)",
            "1 pratica",
            "Non capoluogo, come questo; stesso territorio (Emilia-Romagna); quota simile di residenti stranieri (qui 10,0%)",
        ),
        ("Agliana (PT)", "1 pratica", "Stessa classe di popolazione (5.001–15.000 abitanti); non capoluogo, come questo"),
    ]


@pytest.mark.django_db
def test_capitals_are_alike(client: Client) -> None:
    """As in the demo: no population is known."""
    tuscany = make.region(*TOSCANA)
    town("Modena", "F257", "MO", is_provincial_capital=True)
    tell(
        town("Bologna", "A944", "BO", is_provincial_capital=True),
        town("Prato", "G999", "PO", tuscany, is_provincial_capital=True),
        town("Agliana", "A071", "PT", tuscany),
    )
    assert shown(client, "modena") == [
        ("Bologna (BO)", "1 pratica", "Capoluogo di provincia come questo; stesso territorio (Emilia-Romagna)"),
        ("Prato (PO)", "1 pratica", "Capoluogo di provincia come questo"),
    ]


@pytest.mark.django_db
def test_where_nothing_is_known_the_place_alone_is_compared(client: Client) -> None:
    """That neither is a capital is true of almost all: it is no reason by itself."""
    tuscany = make.region(*TOSCANA)
    town("Luzzara", "E772")
    tell(town("Agliana", "A071", "PT", tuscany, population=18_000, foreign_residents=1_000))
    tree = section(page(client, "/comuni/luzzara/"), "Comuni come questo")
    assert texts(tree, ".//p | .//li") == [
        "Per quel che si sa, nessun Comune che gli somigli ha ancora pratiche pubblicate. Guarda tutte le pratiche"
    ]
    tell(town("Novellara", "F960", population=13_000, foreign_residents=2_000))
    assert shown(client, "luzzara") == [
        ("Novellara (RE)", "1 pratica", "Non capoluogo, come questo; stessa provincia (Luzzara)")
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("population", "foreign_residents", "is_similar"),
    [
        (10_000, 1_200, True),
        (10_000, 1_201, False),
        (10_000, 800, True),
        (10_000, 799, False),
        (10_000, None, False),
        (None, 1_000, False),
        (0, 0, False),
    ],
)
def test_shares_within_two_points_are_similar(
    client: Client, population: int | None, foreign_residents: int | None, is_similar: bool
) -> None:
    town("Guastalla", "E253", population=200_000, foreign_residents=20_000)
    other = town("Agliana", "A071", "PT", make.region(*TOSCANA), is_provincial_capital=True)
    Municipality.objects.filter(pk=other.pk).update(population=population, foreign_residents=foreign_residents)
    tell(other)
    expected = [("Agliana (PT)", "1 pratica", "Quota simile di residenti stranieri (qui 10,0%)")]
    assert shown(client, "guastalla") == (expected if is_similar else [])


@pytest.mark.django_db
def test_at_most_six_then_by_practices_then_by_name(client: Client) -> None:
    town("Luzzara", "E772")
    towns = [town(name, f"Y{n:03d}") for n, name in enumerate(("Era", "Zeta", "Alfa", "Delta", "Beta", "Gamma", "Iota"))]
    towns[0].name = "Èra"
    towns[0].save()
    tell(*towns, towns[1], towns[1])
    assert [(name, number) for name, number, _reasons in shown(client, "luzzara")] == [
        ("Zeta (RE)", "3 pratiche"),
        ("Alfa (RE)", "1 pratica"),
        ("Beta (RE)", "1 pratica"),
        ("Delta (RE)", "1 pratica"),
        ("Èra (RE)", "1 pratica"),
        ("Gamma (RE)", "1 pratica"),
    ]


@pytest.mark.django_db
def test_itself_towns_that_ended_and_what_is_not_listed_are_not_offered(client: Client) -> None:
    """Drafts, cases in the works, archived, removed and merged practices make no town one that has some."""
    names = ("Bozza", "Inviata", "Archiviata", "Rimossa", "Unita", "Soppresso")
    luzzara = town("Luzzara", "E772")
    towns = {name: town(name, f"Z{n:03d}") for n, name in enumerate(names)}
    chief = make.editor_user(chief=True)
    tell(luzzara, towns["Soppresso"])
    make.submission(municipalities=[towns["Bozza"].pk])
    make.submission(Status.UNDER_REVIEW, municipalities=[towns["Inviata"].pk])
    archived, removed, merged = (
        make.published(title=name, municipalities=[towns[name].pk]).practice for name in ("Archiviata", "Rimossa", "Unita")
    )
    whole.archive(archived, by=chief, at=make.later(60), notice="Chiusa.")
    whole.remove(removed, by=chief, at=make.later(60), reason=RemovalReason.MISTAKE, text="Errore.")
    into = make.published(title="Resta", municipalities=[luzzara.pk]).practice
    merging.merge(merged, into=into, by=chief, at=make.later(60), text="È la stessa.")
    Municipality.objects.filter(pk=towns["Soppresso"].pk).update(ceased_on=date(2024, 1, 1))
    assert shown(client, "luzzara") == []
    assert shown(client, "bozza") == [
        ("Luzzara (RE)", "2 pratiche", "Non capoluogo, come questo; stessa provincia (Luzzara)")
    ]


@pytest.mark.django_db
def test_a_town_that_ended_invites_nobody_to_write(client: Client) -> None:
    town("Monteveglio", "F659", ceased_on=date(2014, 1, 1))
    tree = section(page(client, "/comuni/monteveglio/"), "Pratiche")
    assert texts(tree, ".//p") == [
        "Di Monteveglio non c'è ancora nessuna pratica.",
        "Nemmeno gli altri Comuni della provincia ne hanno. Guarda tutto il territorio: Emilia-Romagna",
    ]

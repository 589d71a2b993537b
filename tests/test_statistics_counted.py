"""Each figure of the statistics equals a plain count of the CSV export, over the fifty practices of the fixtures."""

from collections import Counter

import pytest
from django.test import Client

from networks.models import Municipality
from portal.pages.figures import NAMES
from practices.importing import import_practices
from practices.models import FundingLine, Submission, Theme
from practices.models.choices import RemovalReason
from practices.moderation import practice as whole
from tests import make
from tests.pages import page, texts
from tests.reference import load_reference_data, practice_lines
from tests.test_statistics import figure, rows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fifty")]


def values(cell: str) -> set[str]:
    return set(cell.split(" | ")) - {""}


def cycle(first: str, last: str) -> str:
    """The rule of the page, in a test's own words; nothing of a span without years."""
    if not first and not last:
        return ""
    year = int(first or last)
    if year < 2000:
        return "prima del 2000"
    return next(
        (f"{a}–{b}" for a, b in ((2000, 2006), (2007, 2013), (2014, 2020), (2021, 2027)) if year <= b), "dopo il 2027"
    )


LEVELS = {"1": "Descritta", "2": "Monitorata", "3": "Valutata", "4": "Valutata da terzi", "5": "Replicata"}
SIZES = {
    "fino-a-5000": "fino a 5.000 abitanti",
    "5001-15000": "5.001–15.000 abitanti",
    "15001-50000": "15.001–50.000 abitanti",
    "50001-100000": "50.001–100.000 abitanti",
    "100001-250000": "100.001–250.000 abitanti",
    "oltre-250000": "oltre 250.000 abitanti",
}


def said(name: str, row: dict[str, str]) -> set[str]:
    """What an exported practice says of the thing that a figure counts."""
    match name:
        case "territorio":
            return values(row["territori_nome"])
        case "ambito":
            return values(row["ambito_nome"]) | values(row["altri_ambiti_nome"])
        case "fondo":
            return values(row["finanziamenti_fondo_nome"])
        case "ciclo":
            first, last = (row[f"finanziamenti_{end}"].split(" | ") for end in ("dal", "al"))
            return {cycle(*span) for span in zip(first, last, strict=True)} - {""}
        case "destinatari":
            return values(row["destinatari_nome"])
        case "anno":
            return {row["inizio"][:4]} - {""}
        case "evidenza":
            return {LEVELS[row["livello_di_evidenza"]]}
    return {SIZES[size] for size in values(row["dimensioni"])}


@pytest.fixture(scope="module")
def fifty(rows_of_module: None) -> None:
    """With some that no figure counts, and towns of every size."""
    load_reference_data()
    import_practices(practice_lines(), at=make.NOW, apply=True)
    for place, code in enumerate(Municipality.objects.order_by("pk").values_list("pk", flat=True)):
        Municipality.objects.filter(pk=code).update(
            population=[3_000, 9_000, 40_000, 80_000, 150_000, 900_000, None][place % 7]
        )
    # The sources seldom give the years of the money: every other line gets some.
    years = [(1998, None), (2006, 2008), (None, 2013), (2014, None), (2021, 2027), (2028, None)]
    for place, line in enumerate(FundingLine.objects.order_by("pk")[::2]):
        FundingLine.objects.filter(pk=line.pk).update(from_year=years[place % 6][0], to_year=years[place % 6][1])
    chief = make.editor_user(chief=True)
    first, second = (one.practice for one in Submission.objects.listed().order_by("pk")[:2])
    whole.archive(first, by=chief, at=make.later(60), notice="Chiusa.")
    whole.remove(second, by=chief, at=make.later(60), reason=RemovalReason.MISTAKE, text="Errore.")


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_equals_a_plain_count_of_the_export(name: str) -> None:
    exported = rows("/pratiche/pratiche.csv")
    assert len(exported) == 48
    counted = Counter(one for row in exported for one in said(name, row))
    silent = sum(1 for row in exported if not said(name, row))
    assert counted, name
    found = figure(name)
    assert {row: n for row, n in found.items() if n} == dict(counted) | ({"non indicato": silent} if silent else {})
    # The page says the same.
    tree = page(Client(), "/statistiche/")
    table = f"//section[@aria-labelledby='{name}']//table/tbody/tr"
    read = dict(zip(texts(tree, f"{table}/th"), map(int, texts(tree, f"{table}/td")), strict=True))
    assert read == found


def test_the_matrix_equals_a_plain_count_of_the_export_and_shows_its_gaps() -> None:
    counted = Counter(
        (theme, territory)
        for row in rows("/pratiche/pratiche.csv")
        for theme in values(row["ambito_nome"]) | values(row["altri_ambiti_nome"])
        for territory in values(row["territori_nome"])
    )
    found = {(row["ambito"], row["territorio"]): int(row["pratiche"]) for row in rows("/statistiche/copertura.csv")}
    assert {cell: n for cell, n in found.items() if n} == dict(counted)
    assert len(found) == 21 * Theme.objects.count()
    tree = page(Client(), "/statistiche/")
    assert texts(tree, "//section[@aria-labelledby='copertura']/p")[0] == (
        f"Incroci tra ambiti e territori: {len(found)}. Con almeno una pratica: {len(counted)}."
        f" Ancora scoperti: {len(found) - len(counted)}."
    )
    assert list(map(int, texts(tree, "//table[@class='matrix']//td"))) == list(found.values())
    assert len(tree.xpath("//td[@class='matrix-gap']")) == len(found) - len(counted)


def test_every_number_leads_to_the_practices_that_it_counts() -> None:
    tree = page(Client(), "/statistiche/")
    cells = tree.xpath("//table[@class='matrix']//td/a")
    lines = tree.xpath("//table[contains(@class, 'figure-table')]//tr[th//a]")
    links = {cell.get("href"): int(cell.text) for cell in cells[:12]}
    links |= {line.xpath("th//a/@href")[0]: int(line.xpath("td")[0].text) for line in lines[::4]}
    assert len(links) > 20
    for address, n in links.items():
        assert len(rows(address.replace("/pratiche/", "/pratiche/pratiche.csv"))) == n, address


def test_the_map_says_the_same_as_the_table() -> None:
    tiles = page(Client(), "/statistiche/").xpath("//*[local-name()='svg' and @class='tile-map']/a/@aria-label")
    counts = {label.rpartition(" (")[0]: int(label.rpartition(": ")[2]) for label in tiles}
    assert counts == {name: n for name, n in figure("territorio").items() if name != "non indicato"}
    assert len(tiles) == 21

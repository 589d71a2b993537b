"""The chart: its axes, what stands where, and what tells its marks apart; drawn by its template."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from portal.lib.axes import BOTTOM, LEFT, RIGHT, TOP, Tick, Time, scale
from portal.lib.charts import DASHES, SHAPES, Chart, Named, Point, series, several
from portal.lib.lettering import Lettering, Room


def point(on: str, value: str, **fields: object) -> Point:
    return Point(on[:4], date.fromisoformat(on), Decimal(value), **fields)  # type: ignore[arg-type]


def draw(*points: Point, **fields: object) -> Chart:
    return series(points, title="Persone accolte", unit="persone", **fields)  # type: ignore[arg-type]


def html(chart: Chart) -> str:
    return render_to_string("_components/chart.html", {"chart": chart})


# Axes --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        (["0"], ["0", "1"]),
        (["1"], ["0", "1"]),
        (["3", "7"], ["0", "2", "4", "6", "8"]),
        (["5", "5"], ["0", "2", "4", "6"]),
        (["0.2", "0.45"], ["0", "0,2", "0,4", "0,6"]),
        (["96", "98", "99"], ["96", "97", "98", "99"]),
        (["97.5", "99"], ["97,5", "98", "98,5", "99"]),
        (["-12", "5"], ["-15", "-10", "-5", "0", "5"]),
        (["-3", "-2.5"], ["-3", "-2", "-1", "0"]),
        (["999999999999", "1"], ["0", "500.000.000.000", "1.000.000.000.000"]),
        (["0.0001", "0.0004"], ["0", "0,0001", "0,0002", "0,0003", "0,0004"]),
    ],
)
def test_the_numbers_upwards_are_round_and_hold_every_value(values: list[str], ticks: list[str]) -> None:
    axis = scale([Decimal(value) for value in values])
    assert [tick.text for tick in axis.ticks] == ticks
    assert (axis.at(axis.low), axis.at(axis.high)) == (BOTTOM, TOP)
    assert all(TOP <= axis.at(Decimal(value)) <= BOTTOM for value in values)


@pytest.mark.parametrize(
    ("first", "last", "ticks"),
    [
        ("2020-06-30", "2020-06-30", [("30 giu 2020", "middle")]),
        ("2020-06-30", "2021-06-30", [("30 giu 2020", "start"), ("30 giu 2021", "end")]),
        ("2020-01-01", "2021-01-01", [("2020", "middle"), ("2021", "middle")]),
        ("2013-06-01", "2020-03-01", [("2014", "middle"), ("2016", "middle"), ("2018", "middle"), ("2020", "middle")]),
    ],
)
def test_time_is_told_by_years_or_by_its_ends(first: str, last: str, ticks: list[tuple[str, str]]) -> None:
    time = Time(date.fromisoformat(first), date.fromisoformat(last))
    assert [(tick.text, tick.anchor) for tick in time.ticks] == ticks


def test_time_is_in_proportion() -> None:
    chart = draw(point("2020-01-01", "1"), point("2020-12-31", "2"), point("2024-01-01", "3"))
    xs = [dot.x for dot in chart.lines[0].dots]
    assert (xs[0], xs[2]) == (LEFT, RIGHT)
    assert (xs[1] - xs[0]) * 4 == pytest.approx(xs[2] - xs[0], rel=0.01)


# Points ------------------------------------------------------------------------------------------------------------


def test_without_points_the_page_says_so() -> None:
    chart = draw(baseline=Decimal(3))
    assert chart == Chart("Persone accolte", "persone", "Nessun valore.")
    assert html(chart).strip() == "<p>Non ci sono ancora valori da disegnare.</p>"


def test_one_point_stands_in_the_middle_with_its_value() -> None:
    chart = draw(point("2022-12-31", "12"))
    (line,) = chart.lines
    assert [(dot.x, dot.words) for dot in line.dots] == [(55, "2022: 12 persone, dichiarato")]
    assert (line.segments, chart.across) == ([], [Tick(55, "31 dic 2022")])
    assert [words.text for words in chart.words] == ["12"]
    assert chart.summary == "Un solo valore: 12 persone (2022)."


def test_points_are_drawn_in_the_order_of_time_whatever_theirs() -> None:
    chart = draw(point("2023-12-31", "1500", is_approximate=True), point("2021-12-31", "1200.5"))
    assert [dot.point.label for dot in chart.lines[0].dots] == ["2021", "2023"]
    assert [[dot.point.label for dot in segment] for segment in chart.lines[0].segments] == [["2021", "2023"]]
    assert chart.summary == "2 valori, da 1.200,5 persone (2021) a circa 1.500 (2023)."
    assert draw(summary="Cresce.").summary == "Cresce."


def test_two_values_of_the_same_day_are_both_there() -> None:
    chart = draw(point("2022-12-31", "10"), point("2022-12-31", "20"))
    assert len({(dot.x, dot.y) for dot in chart.lines[0].dots}) == 2
    assert {dot.x for dot in chart.lines[0].dots} == {55}


def test_the_target_and_the_baseline_are_lines_with_words_that_do_not_meet() -> None:
    for target, baseline in [("100", "99"), ("99", "100"), ("100", "100")]:
        chart = draw(point("2022-12-31", "50"), target=Decimal(target), baseline=Decimal(baseline))
        said = {level.kind: level.words.text for level in chart.levels}
        assert said == {"target": f"Valore atteso: {target}", "baseline": f"Valore di partenza: {baseline}"}
        upper, lower = chart.levels
        assert upper.words.y < upper.y <= lower.y < lower.words.y
    crowded = draw(*(point(f"20{year}-12-31", "80") for year in range(10, 40)), target=Decimal(80))
    assert [level.words.text for level in crowded.levels] == ["Valore atteso: 80"], "written even where there is no room"
    assert draw(point("2022-12-31", "50"), target=Decimal(80)).upwards[-1].text == "80"


def test_an_axis_that_does_not_begin_at_zero_says_so() -> None:
    words = "L'asse verticale non parte da zero."
    cut, whole = draw(point("2021-12-31", "96"), point("2022-12-31", "99")), draw(point("2021-12-31", "9"))
    assert [translation.gettext(words) in html(chart).replace("&#x27;", "'") for chart in (cut, whole)] == [True, False]


def test_marks_differ_by_shape_and_the_legend_names_those_that_are_used() -> None:
    chart = draw(
        point("2020-12-31", "1"),
        point("2021-12-31", "2", mark="verified"),
        point("2022-12-31", "3", mark="contested", is_approximate=True),
    )
    drawing, legend = html(chart).split("<figcaption>")
    assert re.findall(r'class="chart-(?:mark )?(chart-\w+|cross|ring)"', drawing) == [
        "chart-declared",
        "chart-verified",
        "ring",
        "chart-contested",
        "cross",
    ]
    assert re.findall(r"</svg>\s+(\S.*)", legend) == ["dichiarato", "verificato", "contestato", "valore approssimato"]
    assert [words for _mark, words in draw(point("2020-12-31", "1", mark="verified")).legend] == ["verificato"]


# Several series ----------------------------------------------------------------------------------------------------


def test_several_series_differ_in_marker_and_dash_and_are_named_by_number() -> None:
    points = [point("2020-12-31", "1"), point("2021-12-31", "2")]
    names = [Named(f"Comune {n}", points, f"/pratiche/{n}/") for n in range(20)]
    chart = several([names[0], Named("Senza valori", []), *names[1:]], title="Accolti", unit="persone")
    assert [(line.number, line.name) for line in chart.lines] == [(n + 1, f"Comune {n}") for n in range(20)]
    assert len({(line.shape, line.dash) for line in chart.lines}) == 20 == len(SHAPES) * len(DASHES)
    assert [words.text for words in chart.words] == ["1", "2", "3"], "after, above and below: there is no room for more"
    assert '3. <a href="/pratiche/2/">Comune 2</a>' in html(chart)
    assert chart.summary.startswith("Comune 0: 2 valori, da 1 persone (2020) a 2 (2021). Comune 1: ")
    assert several([], title="Accolti", unit="persone").lines == []


def test_a_series_without_a_page_is_named_without_a_link() -> None:
    page = html(several([Named("Reggio Emilia", [point("2020-12-31", "1")])], title="Accolti", unit="persone"))
    assert "<span>1. Reggio Emilia</span>" in page
    assert "<title>Reggio Emilia, 2020: 1 persone, dichiarato</title>" in page


# Words -------------------------------------------------------------------------------------------------------------


def test_words_are_never_written_over_others() -> None:
    room = Room()
    above = room.beside("1.000", 50, 100)
    below = room.beside("1.000", 50, 100)
    assert (above, below) == (Lettering("1.000", 50, 89, "middle"), Lettering("1.000", 50, 122, "middle"))
    assert room.beside("1.000", 50, 100) is None
    room.mark(80, 50)
    assert room.take(Lettering("9", 80, 55, "middle"), Lettering("9", 80, 43, "middle")) == Lettering("9", 80, 43, "middle")
    assert (room.after("1", 20, 200), room.after("1", 20, 200)) == (
        Lettering("1", 23.5, 205, "start"),
        Lettering("1", 20, 189, "start"),
    )
    assert [room.beside("9", x, 20).anchor for x in (16, 94)] == ["start", "end"]  # type: ignore[union-attr]


def test_of_many_points_the_last_and_the_first_say_their_value() -> None:
    chart = draw(*(point(f"{year}-12-31", f"{1000 + year}") for year in range(1990, 2026)))
    assert [words.text for words in chart.words][:2] == ["3.025", "2.990"]
    assert len(chart.words) < 36


# The drawing -------------------------------------------------------------------------------------------------------


def test_the_drawing_has_a_title_a_description_and_units_and_no_style() -> None:
    page = html(draw(point("2020-12-31", "1.5"), point("2022-03-31", "1000"), target=Decimal(1200)))
    assert "<title>Persone accolte</title>" in page
    assert "<desc>2 valori, da 1,5 persone (2020) a 1.000 (2022).</desc>" in page
    assert re.findall(r"<text[^>]*>([^<]*)</text>", page) == [
        "persone",
        "0",
        "500",
        "1.000",
        "1.500",
        "2021",
        "2022",
        "data di riferimento",
        "Valore atteso: 1.200",
        "1.000",
        "1,5",
    ]
    assert "style=" not in page
    assert not re.search(r'"[\d.]*,\d*%?"', page), "coordinates have points, not commas"


def test_what_is_written_is_marked_italian_on_english_pages() -> None:
    with translation.override("en"):
        page = html(draw(point("2020-12-31", "1234.5")))
    assert '<text class="chart-unit" x="0" y="14" lang="it">persone</text>' in page
    assert "1,234.5" in page


def test_hostile_words_are_harmless() -> None:
    hostile = Point('"><script>', date(2020, 1, 1), Decimal(1))
    page = html(series([hostile], title="<script>", unit="</svg><script>"))
    assert "<script" not in page

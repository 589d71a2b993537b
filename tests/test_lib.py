"""The library: words, dates, the map, plain text as paragraphs."""

from datetime import date

import pytest
from django.utils import translation

from portal.lib.dates import PartialDate, Precision, in_words
from portal.lib.templatetags.portal import host, paragraphs
from portal.lib.text import control_characters, count_words, fold, normalise
from portal.lib.tilemap import Place, draw, limits

# Words -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        (" \n\t ", 0),
        ("una", 1),
        ("l'altra", 1),
        ("una\u00a0due\u2003tre\nquattro", 4),
        ("- uno\n- due", 4),
        ("👩🏽‍🌾 🏳️‍🌈", 2),
    ],
)
def test_words_are_runs_without_spaces(text: str, words: int) -> None:
    assert count_words(text) == words


def test_text_is_brought_to_nfc_with_plain_newlines_and_trimmed() -> None:
    assert normalise(" \r\nCaffe\u0300  \t\r\rdue\r\n ") == "Caff\u00e8  \t\n\ndue"
    assert normalise("ﬁne ½ Å") == "ﬁne ½ Å"


def test_control_characters_are_named_once_each() -> None:
    assert control_characters("a\tb\nc é 👩🏽‍🌾 \u200f\u202e") == []
    assert control_characters("\x7f\x00a\x00\x1f\r") == ["U+0000", "U+001F", "U+007F"]
    assert control_characters("\r") == []


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("L'Aquila", "l aquila"),
        ("È già  così", "e gia cosi"),
        ("Reggio nell’Emilia", "reggio nell emilia"),
        ("Bolzano/Bozen", "bolzano bozen"),
        ("Straße ﬁne ½", "strasse fine 1 2"),
        ("مرحبا 2024", "مرحبا 2024"),
        ("–!?", ""),
    ],
)
def test_folding_leaves_plain_words(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(folded) == folded


# Dates -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "precision", "first", "last", "words"),
    [
        ("2013", "year", date(2013, 1, 1), date(2013, 12, 31), "2013"),
        ("2013-09", "month", date(2013, 9, 1), date(2013, 9, 30), "settembre 2013"),
        ("2013-09-24", "day", date(2013, 9, 24), date(2013, 9, 24), "24 settembre 2013"),
        ("2024-02", "month", date(2024, 2, 1), date(2024, 2, 29), "febbraio 2024"),
    ],
)
def test_a_date_is_as_exact_as_it_is_known(text: str, precision: Precision, first: date, last: date, words: str) -> None:
    known = PartialDate.parse(text)
    assert (str(known), known.precision, known.first_day, known.last_day, known.in_words()) == (
        text,
        precision,
        first,
        last,
        words,
    )
    assert [PartialDate.of(day, precision) for day in (first, last)] == [known] * 2 if precision != "day" else [known]
    assert in_words(first, precision) == words


@pytest.mark.parametrize(
    "text",
    ["", "13", "2013-", "2013-9", "2013-13", "2013-00", "2013-02-29", "0000", "2013-09-24T10", " 2013", "2013\n", "abcd"],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # by Python's own date, too
        PartialDate.parse(text)


def test_dates_are_in_the_language_of_the_page_and_unknown_ones_say_so() -> None:
    assert in_words(None, "") == "data non nota"
    with translation.override("en"):
        assert PartialDate(2013, 9).in_words() == "September 2013"


# The map -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("highest", "tops"),
    [
        (0, [1]),
        (1, [1]),
        (3, [1, 2, 3]),
        (4, [1, 2, 3, 4]),
        (5, [1, 2, 3, 5]),
        (10, [1, 3, 6, 10]),
        (1000, [100, 300, 600, 1000]),
    ],
)
def test_shades_grow_to_the_greatest_count(highest: int, tops: list[int]) -> None:
    assert limits(highest) == tops


def test_tiles_are_laid_out_in_rows_and_columns_and_shaded_by_their_count() -> None:
    places = [
        Place(f"P{n}", f"{n}", row, column, count, f"/{n}/")
        for n, (row, column, count) in enumerate([(1, 1, 0), (1, 2, 1), (2, 1, 3), (3, 4, 10)])
    ]
    made = draw(places)
    assert [(tile.place, tile.x, tile.y, tile.shade) for tile in made.tiles] == [
        (places[0], 0, 0, 0),
        (places[1], 11, 0, 1),
        (places[2], 0, 11, 2),
        (places[3], 33, 22, 4),
    ]
    assert (made.width, made.height, made.steps) == (43, 32, [(1, 1, 1), (2, 2, 3), (3, 4, 6), (4, 7, 10)])


@pytest.mark.parametrize("highest", range(60))
def test_every_count_has_one_shade(highest: int) -> None:
    made = draw([Place("P", "P", 1, n + 1, n, "/") for n in range(highest + 1)])
    shades = [tile.shade for tile in made.tiles]
    assert (shades == sorted(shades), shades[0], max(shades)) == (True, 0, min(highest, 4))
    assert {tile.shade for tile in made.tiles if tile.shade} == {
        shade for shade, low, high in made.steps if low <= high and highest
    }


def test_a_map_of_nothing_is_drawn_too() -> None:
    made = draw([])
    assert (made.tiles, made.width, made.height, made.steps) == ([], 10, 10, [(1, 1, 1)])


# Plain text --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        ("Uno.", "<p>Uno.</p>"),
        ("Uno\ndue\n\n \ntre", "<p>Uno<br>due</p>\n<p>tre</p>"),
        ("- uno\n* due\n• tre", "<ul><li>uno</li><li>due</li><li>tre</li></ul>"),
        ("Prima:\n- uno\n  ancora\n- due", "<p>Prima:</p>\n<ul><li>uno ancora</li><li>due</li></ul>"),
        ("-uno\n2 - 1", "<p>-uno<br>2 - 1</p>"),
        (
            "<script>alert(1)</script>\n\n- <b onclick='x'>&amp;",
            "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n<ul><li>&lt;b onclick=&#x27;x&#x27;&gt;&amp;amp;</li></ul>",
        ),
        ("{{ x }} {% y %}", "<p>{{ x }} {% y %}</p>"),
    ],
)
def test_plain_text_becomes_paragraphs_and_lists_and_nothing_else(text: str, html: str) -> None:
    assert paragraphs(text) == html


def test_a_link_names_the_site_it_leads_to() -> None:
    assert [
        host(url) for url in ("https://www.example.org/a?b", "http://www2.example.org", "https://a.b:80#c", "altro")
    ] == [
        "example.org",
        "example.org",
        "a.b:80",
        "altro",
    ]

"""What differs between two contents, and how it is told."""

import time

import pytest
from django.template.loader import render_to_string

from practices.comparison import Change, FieldChange, compare, words
from practices.labels import Item, Labels
from practices.record import FIELDS
from tests import make

pytestmark = pytest.mark.django_db


def told(change: FieldChange) -> list[tuple[str, ...]]:
    """Rows as (what happened, text of each cell)."""
    return [(row.change.value, *(cell.text for cell in row.cells)) for row in change.rows]


def test_the_same_content_has_no_differences() -> None:
    assert compare(make.values(), make.values(), Labels()) == []


def test_empty_values_of_different_kinds_are_the_same() -> None:
    assert compare(make.values(tags=[], staff="", total_cost=None), make.values(tags=None, staff=None), Labels()) == []


def test_a_text_is_compared_word_by_word_and_keeps_its_spaces() -> None:
    assert [
        (s.change.value, s.text)
        for s in words("Un punto  di ascolto.\n\nOgni lunedì.", "Un luogo  di ascolto.\n\nOgni giorno.")
    ] == [
        ("equal", "Un "),
        ("delete", "punto"),
        ("insert", "luogo"),
        ("equal", "  di ascolto.\n\nOgni "),
        ("delete", "lunedì."),
        ("insert", "giorno."),
    ]


@pytest.mark.parametrize(
    ("before", "after"), [("", "Nuovo testo"), ("Testo di prima", ""), ("a b", "a  b"), ("a\nb", "a b c")]
)
def test_segments_make_up_both_texts_exactly(before: str, after: str) -> None:
    segments = words(before, after)
    assert "".join(s.text for s in segments if s.change is not Change.INSERT) == before
    assert "".join(s.text for s in segments if s.change is not Change.DELETE) == after


def test_a_text_full_of_one_word_is_compared_at_once() -> None:
    start = time.monotonic()
    segments = words("a " * 10_000, "a b " * 5_000)
    assert [s.change for s in segments] == [Change.DELETE, Change.INSERT]
    assert time.monotonic() - start < 2


def test_only_the_fields_that_differ_in_the_record_s_order() -> None:
    after = make.values(stage="concluded", title="Un altro titolo", ended_on="2024-06")
    changes = compare(make.values(), after, Labels())
    assert [(change.name, change.kind) for change in changes] == [
        ("title", "text"),
        ("ended_on", "value"),
        ("stage", "value"),
    ]
    assert [(change.before, change.after) for change in changes[1:]] == [("", "giugno 2024"), ("In corso", "Conclusa")]


def test_references_are_named_and_rows_told_one_by_one() -> None:
    make.municipality("Bologna", "A944", sign="BO")
    changes = compare(make.values(), make.values(main_theme="lavoro", municipalities=["A944"]), Labels())
    assert [change.name for change in changes] == ["main_theme", "municipalities"]
    assert (changes[0].before, changes[0].after) == ("Casa", "Lavoro")
    assert told(changes[1]) == [("delete", "Reggio Emilia (RE)"), ("insert", "Bologna (BO)")]


def test_a_row_that_only_moved_is_told_as_moved() -> None:
    one, two, three = ({"when": year, "what": f"Tappa del {year}"} for year in ("2019", "2020", "2021"))
    [change] = compare(make.values(milestones=[one, two, three]), make.values(milestones=[three, one, two]), Labels())
    assert change.columns == ["Quando", "Che cosa"]
    assert told(change) == [
        ("move", "2021", "Tappa del 2021"),
        ("equal", "2019", "Tappa del 2019"),
        ("equal", "2020", "Tappa del 2020"),
    ]


def test_rows_that_are_there_twice() -> None:
    row = {"when": "2019", "what": "Uguale"}
    [change] = compare(make.values(milestones=[row]), make.values(milestones=[row, row]), Labels())
    assert told(change) == [("equal", "2019", "Uguale"), ("insert", "2019", "Uguale")]


def test_with_nothing_before_everything_is_added() -> None:
    changes = compare(None, make.values(), Labels(), public=True)
    assert [change.name for change in changes] == [
        name for name, field in FIELDS.items() if field.public and make.values().get(name)
    ]
    assert {segment.change for change in changes for segment in change.segments} == {Change.INSERT}


def test_the_public_comparison_leaves_staff_s_fields_out() -> None:
    after = make.values(notes_to_editors="Riservato", contact_person="Anna Bianchi")
    assert compare(make.values(), after, Labels(), public=True) == []
    assert [c.name for c in compare(make.values(), after, Labels())] == ["contact_person", "notes_to_editors"]


def test_names_cost_one_query_a_table(django_assert_num_queries) -> None:
    before = make.values(municipalities=[])
    towns = [make.municipality(f"Comune {n}", f"X{n:03d}").belfiore_code for n in range(20)]
    after = make.values(municipalities=towns, target_groups=[], main_theme="lavoro")
    labels = Labels()
    # Themes, target groups, towns, funds.
    with django_assert_num_queries(4):
        changes = compare(before, after, labels)
    assert [change.name for change in changes] == ["main_theme", "municipalities", "target_groups"]
    with django_assert_num_queries(0):
        compare(before, after, labels)


def test_what_no_longer_exists_keeps_its_code() -> None:
    [change] = compare(make.values(), make.values(main_theme="abolito"), Labels())
    assert (change.before, change.after) == ("Casa", "abolito")


def test_the_page_does_not_depend_on_colour_and_escapes() -> None:
    changes = compare(make.values(), make.values(title="<b>Portierato</b> sociale di via Turri"), Labels())
    page = render_to_string("_components/comparison.html", {"changes": changes})
    assert "<b>" not in page
    assert page.count("<ins>") == page.count("[aggiunto: ") == 1
    assert page.count("<del>") == page.count("[tolto: ") == 1


def test_no_differences_is_said() -> None:
    page = render_to_string("_components/comparison.html", {"changes": []})
    assert "Non c'è nessuna differenza." in page.replace("&#x27;", "'")


def test_a_cell_is_an_item() -> None:
    [change] = compare(make.values(tags=[]), make.values(tags=["casa"]), Labels())
    assert change.rows[0].cells == [Item("casa")]

"""Queries as people write them, on the fifty real practices: what must come first, and the same results on both engines."""

import json
from pathlib import Path

import pytest
from django.utils import timezone

from portal.lib.italian import stem, tokens
from practices.importing import import_practices
from practices.models import Submission
from practices.search.index import texts_of
from practices.search.query import Query, Term
from tests.listing import best
from tests.reference import load_reference_data, practice_lines

pytestmark = pytest.mark.django_db
QUERIES = [tuple(row) for row in json.loads((Path(__file__).parent / "data" / "queries.json").read_text(encoding="utf-8"))]


@pytest.fixture(scope="module", autouse=True)
def _practices(rows_of_module: None) -> None:
    load_reference_data()
    import_practices(practice_lines(), at=timezone.now(), apply=True)


def found(text: str) -> list[str]:
    return list(best(text).values_list("practice__slug", flat=True))


def plainly(runs: list[list[str]], term: Term) -> bool:
    """Whether a term matches texts, told word by word."""
    size, word = len(term.words), term.words[0]
    if term.is_phrase:
        return any(tuple(run[i : i + size]) == term.words for run in runs for i in range(len(run)))
    return any(stem(w) == stem(word) or (term.is_beginning and w.startswith(word)) for run in runs for w in run)


def test_there_are_enough_of_them() -> None:
    assert len(QUERIES) == len({text for text, _slug in QUERIES}) == 79


@pytest.mark.parametrize(("text", "first"), QUERIES, ids=[text for text, _slug in QUERIES])
def test_what_must_come_first_does(text: str, first: str | None) -> None:
    assert (found(text) or [None])[0] == first


def test_every_engine_finds_what_a_plain_reading_finds() -> None:
    texts = {}
    for submission in Submission.objects.listed().select_related("practice", "organisation", "main_theme"):
        columns = texts_of(submission)
        texts[submission.practice.slug] = [tokens(text) for column in columns.values() for text in column]
    for text, _first in QUERIES:
        query = Query.parse(text)
        expected = {
            slug
            for slug, runs in texts.items()
            if all(plainly(runs, term) for term in query.terms) and not any(plainly(runs, term) for term in query.excluded)
        }
        assert set(found(text)) == expected, text

"""A public page stands in every list that has to know it: who adds one is told here which, and where. CONTRIBUTING.md shows one.

That it is in the table of access and among what is searched for canaries, tests/test_access.py and tests/test_canary.py say.
"""

import pytest
from django.conf import settings

from portal.usage.labels import LABELS
from tests.addresses import name_of, public_pages
from tests.test_public_pages import BUDGETS
from tests.walks import CITIZEN

# What is no page: files, feeds, the API, and what leads on.
FILES = {
    *("agreements:document", "news:atom", "news:calendar", "newsletter:atom", "practices:atom", "practices:csv"),
    *("practices:json", "report_csv", "report_json", "statistics_csv", "usage_csv", "usage_json"),
    *("open_data_file", "open_data_archive_file", "open_data_catalogue", "open_data_catalogue_file"),
    *("api:index", "api:description", "api:list", "api:one", "identifiers:practice", "identifiers:record"),
}
# Pages whose queries are counted by the test of what they do.
COUNTED = {
    "practices:compare": "test_compare.py",
    "practices:history": "test_history.py",
    "practices:list": "test_filters.py",
    "practices:version": "test_history.py",
    "newsletter:issue": "test_newsletters.py",
    "search": "test_search_everything.py",
    "usage": "test_usage.py",
}


def test_it_has_a_name_among_the_counts() -> None:
    """A line in LABELS of portal/usage/labels.py, in Italian, and its English words in locale/en."""
    assert set(LABELS) == public_pages()


def test_its_queries_are_counted() -> None:
    """A line in BUDGETS of tests/test_public_pages.py: its address and how many queries it may take."""
    assert public_pages() - FILES - COUNTED.keys() - {name_of(address) for address in BUDGETS} == set()


@pytest.mark.parametrize("file", sorted(set(COUNTED.values())))
def test_where_queries_are_said_to_be_counted_they_are(file: str) -> None:
    text = (settings.BASE_DIR / "tests" / file).read_text(encoding="utf-8")
    assert "num_queries" in text or "CaptureQueriesContext" in text


def test_a_browser_looks_at_it() -> None:
    """A line in CITIZEN of tests/walks.py: its address, with what the demo has."""
    assert public_pages() - FILES - {name_of(address) for address in CITIZEN} == set()

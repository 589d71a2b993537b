"""The project's own data, as the tests of what uses it need it."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

FIXTURES = (
    "regions",
    "provinces",
    "municipalities",
    "organisations",
    "networks",
    "agreements",
    "taxonomies",
    "reasons",
    "news",
)


def load_reference_data() -> None:
    """Load every fixture: places, organisations, networks, agreements, taxonomies, reasons. No practice."""
    call_command("loaddata", *FIXTURES, verbosity=0)


def fixture_path(name: str) -> Path:
    """A file of `fixtures/`."""
    return Path(settings.BASE_DIR) / "fixtures" / name


def practice_lines() -> Iterator[str]:
    """The fifty practices of the demo, one JSON object a line."""
    lines: Iterable[str] = fixture_path("practices.jsonl").read_text(encoding="utf-8").splitlines()
    yield from lines

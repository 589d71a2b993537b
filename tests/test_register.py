"""docs/personal-data.md names every table, and its periods are those that the command applies."""

import re
from pathlib import Path

from django.apps import apps

from portal.personal.retention import RULES

REGISTER = Path(__file__).resolve().parent.parent / "docs" / "personal-data.md"
LABEL = re.compile(r"`([a-z_]+\.[A-Za-z]+)`")


def rows() -> list[list[str]]:
    """The cells of both tables, without their heads."""
    lines = [line.strip("| ") for line in REGISTER.read_text().splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)] for line in lines]


def test_every_table_is_in_the_register_once() -> None:
    """A new model is a new line."""
    named = [label for row in rows() for label in LABEL.findall(row[0])]
    tables = [model._meta.label for model in apps.get_models() if not model._meta.proxy]
    assert sorted(named) == sorted(tables)


def test_every_line_says_everything() -> None:
    assert {len(row) for row in rows()} == {6, 2}
    assert [row for row in rows() if not all(row)] == []


def test_the_periods_are_those_of_the_code() -> None:
    found = re.findall(r"`([a-z_]+): (\d+)`", REGISTER.read_text())
    assert sorted((name, int(days)) for name, days in found) == sorted((rule.name, rule.days) for rule in RULES)


def test_every_rule_says_why() -> None:
    assert [rule.name for rule in RULES if not str(rule.why).strip()] == []
    assert len({rule.name for rule in RULES}) == len(RULES)

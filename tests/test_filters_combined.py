"""Every filter alone and with every other, on the fifty real practices, against a slow and plain count."""

from collections import Counter
from itertools import combinations

import pytest
from django.http import QueryDict
from django.utils import timezone

from networks.models import Municipality
from networks.sizes import size_class
from practices.filters.conditions import members_today
from practices.filters.facets import FACETS
from practices.filters.practice import PracticeFilter
from practices.importing import import_practices
from practices.models import Practice, Submission
from practices.models.choices import EvidenceLevel
from tests.reference import load_reference_data, practice_lines

# What these walk over is measured by quicker tests.
pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]
PAIRS = [*combinations(FACETS, 2), *((name, name) for name in FACETS)]


@pytest.fixture(scope="module")
def plain(rows_of_module: None) -> dict[int, dict[str, set[str]]]:
    """By practice, the values that it has of every filter."""
    load_reference_data()
    import_practices(practice_lines(), at=timezone.now(), apply=True)
    # The fixtures hold no population: one for each class, and none for every seventh town.
    for n, town in enumerate(Municipality.objects.order_by("pk")):
        town.population = [3_000, 15_000, 15_001, 90_000, 250_000, 900_000, None][n % 7]
        town.save()
    for n, practice in enumerate(Practice.objects.order_by("pk")):
        practice.evidence_level = 1 + n % 5
        practice.save()
    return {submission.pk: _values(submission) for submission in Submission.objects.listed()}


def _values(s: Submission) -> dict[str, set[str]]:
    towns = list(s.municipalities.all())
    commitments = list(s.commitments.all())
    return {
        "territorio": {town.province.region.slug for town in towns},
        "provincia": {town.province.abbreviation for town in towns},
        "comune": {town.slug for town in towns},
        "dimensione": {str(size.value) for town in towns if (size := size_class(town.population))},
        "ambito": {theme.slug for theme in (s.main_theme, *s.other_themes.all()) if theme},
        "destinatari": {group.slug for group in s.target_groups.all()},
        "tipo": {s.kind} - {""},
        "fase": {s.stage} - {""},
        "evidenza": {EvidenceLevel(s.practice.evidence_level).name.lower()},
        "fondo": {line.fund.slug for line in s.funding_lines.all()},
        "rete": {m.network.slug for m in members_today().filter(organisation=s.organisation)},
        "accordo": {commitment.agreement.slug for commitment in commitments},
        "impegno": {commitment.code for commitment in commitments},
        "anno": {str(s.started_on.year)} if s.started_on else set(),
        "parola": {tag.slug for tag in s.tags.all()},
    }


def matching(plain: dict[int, dict[str, set[str]]], chosen: dict[str, set[str]]) -> set[int]:
    return {pk for pk, values in plain.items() if all(values[name] & wanted for name, wanted in chosen.items())}


@pytest.mark.parametrize(("one", "other"), PAIRS, ids=["-".join(pair) for pair in PAIRS])
def test_any_two_filters(plain: dict[int, dict[str, set[str]]], one: str, other: str) -> None:
    used = {name: Counter(v for values in plain.values() for v in sorted(values[name])) for name in FACETS}
    # The commonest value of each, and for the first a rare one beside it.
    chosen = {one: {used[one].most_common()[0][0], used[one].most_common()[-1][0]}}
    chosen.setdefault(other, {used[other].most_common()[0][0]})
    query = QueryDict(mutable=True)
    for name, wanted in chosen.items():
        query.setlist(name, sorted(wanted))
    filters = PracticeFilter(query, queryset=Submission.objects.listed())
    assert {row.pk for row in filters.ordered()} == matching(plain, chosen)
    for group in filters.groups:
        rest = matching(plain, {name: wanted for name, wanted in chosen.items() if name != group.name})
        counts = Counter(value for pk in rest for value in plain[pk][group.name])
        told = {choice.value: choice.count for choice in group.choices}
        if group.hint:
            assert told == {value: counts[value] for value in told}
        else:
            assert told == {**dict.fromkeys(chosen.get(group.name, set()), 0), **counts}

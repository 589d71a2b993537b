"""Values declared and corrected at the same moment, on real connections."""

from datetime import date
from decimal import Decimal
from functools import partial

import pytest

from practices import monitoring
from practices.models import Event, Practice, Reading
from practices.models.choices import EvidenceLevel
from practices.monitoring import Said
from tests import make
from tests.test_monitoring import AT, FREE
from tests.test_races import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
ROUNDS = 10


def said(year: int, value: int) -> Said:
    return Said(str(year), date(year, 12, 31), Decimal(value))


def test_of_two_values_declared_at_once_for_a_period_one_is_kept_and_the_other_refused() -> None:
    live = make.published(indicators=[FREE])
    of, indicator = live.practice, live.indicators.get()
    people = [live.created_by, make.officer_of(live.organisation)]
    for year in range(2000, 2000 + ROUNDS):
        jobs = [
            partial(monitoring.declare, of, by=by, at=AT, said=[(indicator, said(year, value))])
            for value, by in enumerate(people)
        ]
        assert sorted(type(one).__name__ for one in at_once(jobs)) == ["Refusal", "list"]
        # The same twice is a double click.
        same = partial(monitoring.declare, of, by=people[0], at=AT, said=[(indicator, said(year - 40, 7))])
        assert sorted(len(one) for one in at_once([same, same])) == [0, 1]
    assert (Reading.objects.count(), Event.objects.filter(verb="declare_reading").count()) == (2 * ROUNDS, 2 * ROUNDS)
    assert Practice.objects.get(pk=of.pk).evidence_level == EvidenceLevel.MONITORED


def test_of_two_corrections_at_once_one_is_refused_and_the_history_is_a_line() -> None:
    live = make.published(indicators=[FREE])
    of, indicator = live.practice, live.indicators.get()
    people = [live.created_by, make.officer_of(live.organisation)]
    [current] = monitoring.declare(of, by=people[0], at=AT, said=[(indicator, said(2020, 0))])
    for n in range(1, ROUNDS + 1):
        jobs = [
            partial(monitoring.correct, current, by=by, at=AT, said=said(2020, 10 * n + value))
            for value, by in enumerate(people)
        ]
        found = at_once(jobs)
        assert sorted(type(one).__name__ for one in found) == ["Reading", "WrongStatus"]
        current = Reading.objects.get(superseded_by=None)
    assert Reading.objects.count() == ROUNDS + 1


def test_a_value_verified_and_corrected_at_once_does_not_leave_the_new_one_verified() -> None:
    live = make.published(indicators=[FREE])
    of, indicator, editor = live.practice, live.indicators.get(), make.editor_user()
    for year in range(2000, 2000 + ROUNDS):
        [reading] = monitoring.declare(of, by=live.created_by, at=AT, said=[(indicator, said(year, 1))])
        at_once(
            [
                partial(monitoring.verify, reading, by=editor, at=AT),
                partial(monitoring.correct, reading, by=live.created_by, at=AT, said=said(year, 2)),
            ]
        )
        now = indicator.readings.current().get(period=str(year))
        assert (now.value, now.verified_at) == (Decimal(2), None)

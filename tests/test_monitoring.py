"""Readings after publication: who may declare, correct, verify, contest, close, and what becomes of it."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from post_office.models import Email

from networks.models import User
from portal.lib.content_version import current_version
from practices import monitoring
from practices.models import Event, Indicator, Practice, Reading, Submission
from practices.models.choices import EvidenceLevel, RemovalReason
from practices.moderation import Forbidden, Refusal, WrongStatus
from practices.moderation import practice as whole
from practices.monitoring import Said
from tests import make
from tests.samples import imported

pytestmark = pytest.mark.django_db
FREE = {"name": "Iscritti", "unit": "persone", "baseline": "10", "target": "50", "direction": "up", "source": ""}
OTHER = {**FREE, "name": "Ore", "unit": "ore"}
AT = make.later(60)
LAST_YEAR = Said("anno scolastico 2024-25", date(2025, 6, 30), Decimal("1000.5"), "over", "registro")
THIS_YEAR = Said("2025", date(2025, 12, 31), Decimal(40))


class World:
    """A published practice with two indicators, its officer, an editor, and others."""

    def __init__(self) -> None:
        self.of = make.organisation()
        self.by = make.officer_of(self.of, email="anna@comune.example")
        self.live = make.published(of=self.of, by=self.by, indicators=[FREE, OTHER])
        self.practice = Practice.objects.get(pk=self.live.practice_id)
        self.enrolled, self.hours = self.live.indicators.order_by("pk")
        self.editor = make.editor_user("redazione@ministero.example")

    def declare(self, *said: tuple[Indicator, Said]) -> list[Reading]:
        return monitoring.declare(self.practice, by=self.by, at=AT, said=said or [(self.enrolled, LAST_YEAR)])


@pytest.fixture
def world(queue: None) -> World:
    return World()


def last_event() -> tuple[str, str, Submission | None]:
    event = Event.objects.latest("pk")
    return event.verb, event.text, event.submission


def test_what_is_declared_is_public_at_once_counts_as_evidence_and_is_recorded(world: World) -> None:
    before = current_version()
    said = [(world.enrolled, LAST_YEAR), (world.enrolled, THIS_YEAR), (world.hours, THIS_YEAR)]
    added = world.declare(*said)
    assert [(r.indicator, r.period, r.on, r.value, r.is_approximate, r.approximation, r.source, r.state) for r in added] == [
        (
            world.enrolled,
            "anno scolastico 2024-25",
            date(2025, 6, 30),
            Decimal("1000.5"),
            True,
            "over",
            "registro",
            "declared",
        ),
        (world.enrolled, "2025", date(2025, 12, 31), Decimal(40), False, "", "", "declared"),
        (world.hours, "2025", date(2025, 12, 31), Decimal(40), False, "", "", "declared"),
    ]
    assert {(r.declared_by, r.declared_at) for r in added} == {(world.by, AT)}
    told = "Iscritti, anno scolastico 2024-25: oltre 1.000,5 persone\nIscritti, 2025: 40 persone\nOre, 2025: 40 ore"
    assert last_event() == ("declare_reading", told, world.live)
    world.practice.refresh_from_db()
    assert (world.practice.evidence_level, current_version()) == (EvidenceLevel.MONITORED, before + 1)
    # Twice the same is once; the same period with another value is a correction, and all of that call is refused.
    assert (world.declare(*said), current_version()) == ([], before + 1)
    with pytest.raises(Refusal, match="c'è già un valore per «2025»"):
        world.declare((world.hours, LAST_YEAR), (world.enrolled, Said("2025", date(2025, 12, 31), Decimal(41))))
    assert Reading.objects.count() == 3


def test_a_correction_supersedes_and_both_are_kept(world: World) -> None:
    (first,) = world.declare()
    monitoring.verify(first, by=world.editor, at=AT)
    before = current_version()
    second = monitoring.correct(first, by=world.by, at=AT, said=THIS_YEAR)
    first.refresh_from_db()
    assert (first.superseded_by, first.state, second.state, current_version()) == (
        second,
        "verified",
        "declared",
        before + 1,
    )
    told = "Iscritti, anno scolastico 2024-25: oltre 1.000,5 persone → Iscritti, 2025: 40 persone"
    assert last_event() == ("correct_reading", told, world.live)
    assert list(Reading.objects.current()) == [second]
    for refused, said, why in (
        (second, THIS_YEAR, "non cambia nulla"),
        (first, LAST_YEAR, "già stata corretta"),
    ):
        with pytest.raises(Refusal, match=why):
            monitoring.correct(refused, by=world.by, at=AT, said=said)
    (third,) = world.declare()
    with pytest.raises(Refusal, match="già un altro valore per «2025»"):
        monitoring.correct(third, by=world.by, at=AT, said=THIS_YEAR)
    for run in (monitoring.verify, monitoring.contest):
        with pytest.raises(WrongStatus, match="già stata corretta"):
            run(first, by=world.editor, at=AT, note="Perché?")


def test_an_editor_verifies_or_contests_and_the_organisation_reads_why(world: World) -> None:
    (reading,) = world.declare()
    before = current_version()
    reading = monitoring.contest(reading, by=world.editor, at=AT, note="Il registro dice 900.")
    assert (reading.state, reading.contested_by, reading.contested_note) == (
        "contested",
        world.editor,
        "Il registro dice 900.",
    )
    (mail,) = Email.objects.filter(subject__contains="Un dato da rivedere")
    assert mail.to == ["anna@comune.example"]
    assert "«Iscritti», anno scolastico 2024-25" in mail.message
    assert "Il registro dice 900." in mail.message
    assert f"/scrivania/pratiche/{world.practice.pk}/rilevazioni/" in mail.message
    reading = monitoring.verify(reading, by=world.editor, at=AT, note="Visto il registro nuovo.")
    assert (reading.state, reading.contested_note, reading.verified_by) == ("verified", "", world.editor)
    verbs = list(Event.objects.filter(practice=world.practice).order_by("-pk").values_list("verb", flat=True)[:2])
    assert (verbs, current_version()) == (["verify_reading", "contest_reading"], before + 2)
    with pytest.raises(WrongStatus, match="già verificata"):
        monitoring.verify(reading, by=world.editor, at=AT)
    reading = monitoring.contest(reading, by=world.editor, at=AT, note="No.")
    assert (reading.state, reading.verified_by) == ("contested", None)
    with pytest.raises(WrongStatus, match="già contestata"):
        monitoring.contest(reading, by=world.editor, at=AT, note="No.")
    with pytest.raises(Refusal, match="Scrivi che cosa"):
        monitoring.contest(reading, by=world.editor, at=AT, note="  ")


def test_a_closed_indicator_takes_no_new_value_and_what_it_has_can_still_be_mended(world: World) -> None:
    (reading,) = world.declare()
    closed = monitoring.close(world.enrolled, by=world.by, at=AT)
    assert (closed.closed_on, last_event()) == (AT.date(), ("close_indicator", "Iscritti", world.live))
    with pytest.raises(WrongStatus, match="«Iscritti» è chiuso"):
        world.declare((world.enrolled, THIS_YEAR))
    with pytest.raises(WrongStatus, match="«Iscritti» è chiuso"):
        monitoring.close(world.enrolled, by=world.by, at=AT)
    assert monitoring.correct(reading, by=world.by, at=AT, said=THIS_YEAR).value == 40


@pytest.mark.parametrize("on", [date(1949, 12, 31), date(2026, 3, 3)])
def test_a_value_refers_to_a_day_from_1950_to_today(world: World, on: date) -> None:
    with pytest.raises(Refusal, match="dal 1950 a oggi"):
        world.declare((world.enrolled, Said("allora", on, Decimal(1))))
    assert not Reading.objects.exists()


VERBS: dict[str, Callable[[World, Reading, User], Any]] = {
    "declare": lambda w, r, by: monitoring.declare(w.practice, by=by, at=AT, said=[(w.hours, THIS_YEAR)]),
    "correct": lambda w, r, by: monitoring.correct(r, by=by, at=AT, said=THIS_YEAR),
    "close": lambda w, r, by: monitoring.close(w.hours, by=by, at=AT),
    "verify": lambda w, r, by: monitoring.verify(r, by=by, at=AT),
    "contest": lambda w, r, by: monitoring.contest(r, by=by, at=AT, note="No."),
}
# Whose deed each is; an editor who acts for the organisation is its contributor and nothing else.
MAY = {
    "officer": {"declare", "correct", "close"},
    "manager": {"declare", "correct", "close"},
    "editor": {"verify", "contest"},
    "chief": {"verify", "contest"},
    "editor of the organisation": {"declare", "correct", "close"},
    "ended": set(),
    "other": set(),
    "coordinator": set(),
    "outsider": set(),
}


def test_who_may_do_what(world: World) -> None:
    (reading,) = world.declare()
    own_editor = make.editor_user()
    own_editor.affiliations.create(organisation=world.of, role="contributor", status="active", active_from=make.NOW)
    ended = make.officer_of(world.of)
    ended.affiliations.update(status="ended", ended_at=make.NOW)
    people = {
        "officer": world.by,
        "manager": make.officer_of(world.of, "manager"),
        "editor": world.editor,
        "chief": make.editor_user(chief=True),
        "editor of the organisation": own_editor,
        "ended": ended,
        "other": make.officer_of(make.organisation("Comune di Torino", make.municipality("Torino", "L219", sign="TO"))),
        "coordinator": make.coordinator_of(world.of),
        "outsider": make.user(),
    }
    found: dict[str, set[str]] = {}
    for name, person in people.items():
        found[name] = set()
        for verb, run in VERBS.items():
            if allowed(lambda run=run, person=person: run(world, reading, person)):  # type: ignore[misc]
                found[name].add(verb)
    assert found == MAY


def allowed(run: Callable[[], Any]) -> bool:
    """Whether it goes through; undone afterwards."""
    from django.db import transaction

    try:
        with transaction.atomic():
            run()
            transaction.set_rollback(True)
    except Forbidden:
        return False
    return True


def test_what_has_no_page_of_its_own_text_takes_no_reading(world: World) -> None:
    chief = make.editor_user(chief=True)
    draft = make.submission(of=world.of, by=world.by, title="Bozza", indicators=[FREE])
    other = imported(
        world.of,
        municipalities=[make.municipality().pk],
        indicators=[{"name": "Ripresi", "unit": "persone", "direction": "up"}],
    )
    foreign = make.published(of=world.of, by=world.by, title="Un'altra", indicators=[FREE])
    for practice, indicator, why in (
        (draft.practice, draft.indicators.get(), "non è pubblicata"),
        (other.practice, other.indicators.get(), "prendila in carico"),
        (world.practice, foreign.indicators.get(), "L'indicatore non è pubblicato"),
    ):
        with pytest.raises(WrongStatus, match=why):
            monitoring.declare(practice, by=world.by, at=AT, said=[(indicator, THIS_YEAR)])
    (reading,) = world.declare()
    reading = Reading.objects.get(pk=reading.pk)
    Indicator.objects.filter(pk=world.enrolled.pk).update(published_at=None)
    with pytest.raises(WrongStatus, match="non è pubblicato"):
        monitoring.verify(reading, by=world.editor, at=AT)
    whole.remove(world.practice, by=chief, at=AT, reason=RemovalReason.MISTAKE, text="Errore.")
    with pytest.raises(WrongStatus, match="è stata rimossa"):
        monitoring.close(world.hours, by=world.by, at=AT)
    # What was taken from a source can be verified all the same.
    taken = Reading.objects.create(
        indicator=other.indicators.get(), period="2020", on=date(2020, 12, 31), value=3, declared_at=AT
    )
    assert monitoring.verify(taken, by=world.editor, at=AT).state == "verified"

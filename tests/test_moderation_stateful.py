"""Random people try random verbs on random submissions, in any order: whatever is refused or done, every invariant holds."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from networks.models import Organisation, User
from portal.lib.content_version import current_version
from practices.models import Practice, Submission
from practices.models.choices import RemovalReason, Status
from practices.moderation import Refusal, colleagues, editor, merging, officer, on_behalf, practice
from tests import make
from tests.invariants import broken, public_face
from tests.samples import imported
from tests.test_races import at_once

# What these walk over is measured by quicker tests.
pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]
DECLARED = {"licence_accepted": True, "truth_declared": True}
Deed = Callable[["World", User, Submission], object]


class World:
    """Two municipalities, their people, the editors, an imported practice; time goes on by itself."""

    def __init__(self) -> None:
        self.ours = make.organisation()
        self.theirs = make.organisation("Comune di Torino", make.municipality("Torino", "L219", sign="TO"))
        self.people: list[User] = [
            make.officer_of(self.ours),
            make.officer_of(self.ours, "manager"),
            make.officer_of(self.theirs),
            make.coordinator_of(self.ours),
            make.editor_user(),
            make.editor_user(),
            make.editor_user(chief=True),
            make.editor_user(chief=True),
            self.both(),
            make.user(),
        ]
        self.values = make.values()
        self.reasons = make.reason(), make.reason("reject")
        self.organisations: list[Organisation] = [self.ours, self.theirs]
        imported(self.ours)
        for status in (
            "draft",
            "submitted",
            "under_review",
            "changes_requested",
            "to_confirm",
            "published",
            "superseded",
            "rejected",
        ):
            make.submission(Status(status), of=self.ours, by=self.people[0], assignee=self.people[4], title=status)
        self.days = 1

    def both(self) -> User:
        """A chief editor who acts for an organisation: there she is an officer and nothing more."""
        person = make.editor_user(chief=True)
        person.affiliations.create(organisation=self.ours, status="active", active_from=make.NOW)
        return person

    def other(self, of: Organisation) -> Organisation:
        """The municipality that this one is not."""
        return next(each for each in self.organisations if each != of)

    def another(self, than: Practice) -> Practice:
        """A practice that this one could be a duplicate of."""
        return Practice.objects.exclude(pk=than.pk).order_by("pk")[self.days % 3]

    @property
    def now(self) -> datetime:
        return make.NOW + timedelta(days=self.days)


def _save(world: World, by: User, s: Submission) -> object:
    values = {"problem": f"Problema del giorno {world.days}."}
    officer.save(s, by=by, at=world.now, section="why", values=values, seen=s.section_versions.get("why", 0))
    seen = Submission.objects.get(pk=s.pk).section_versions.get("contacts", 0)
    return officer.save(s, by=by, at=world.now, section="contacts", values=DECLARED, seen=seen)


def _propose(world: World, by: User, s: Submission) -> object:
    return editor.propose(s, by=by, at=world.now, values={"summary": f"Proposta del giorno {world.days}."}, text="Così.")


def _request(world: World, by: User, s: Submission) -> object:
    remarks = [("results", "Quanti?")]
    return editor.request_changes(s, by=by, at=world.now, reason=world.reasons[0], text="Altro.", remarks=remarks)


def _answer(world: World, by: User, s: Submission) -> object:
    return [officer.answer(remark, by=by, at=world.now, text="Novanta.") for remark in s.remarks.all()]


DEEDS: dict[str, Deed] = {
    "start": lambda w, by, s: officer.start(w.organisations[w.days % 2], by=by, at=w.now, values=w.values),
    "revise": lambda w, by, s: officer.revise(s.practice, by=by, at=w.now),
    "claim": lambda w, by, s: officer.claim(s.practice, organisation=s.organisation, by=by, at=w.now),
    "save": _save,
    "discard": lambda w, by, s: officer.discard(s, by=by, at=w.now),
    "submit": lambda w, by, s: officer.submit(s, by=by, at=w.now, similar_seen=True),
    "recall": lambda w, by, s: officer.recall(s, by=by, at=w.now),
    "withdraw": lambda w, by, s: officer.withdraw(s, by=by, at=w.now),
    "answer": _answer,
    "resubmit": lambda w, by, s: officer.resubmit(s, by=by, at=w.now),
    "confirm": lambda w, by, s: officer.confirm(s, by=by, at=w.now),
    "refuse": lambda w, by, s: officer.refuse(s, by=by, at=w.now, text="No."),
    "take": lambda w, by, s: editor.take(s, by=by, at=w.now),
    "release": lambda w, by, s: editor.release(s, by=by, at=w.now),
    "reassign": lambda w, by, s: editor.reassign(s, by=by, at=w.now, to=w.people[w.days % len(w.people)]),
    "request changes": _request,
    "propose": _propose,
    "retract": lambda w, by, s: editor.retract(s, by=by, at=w.now),
    "publish": lambda w, by, s: editor.publish(s, by=by, at=w.now),
    "reject": lambda w, by, s: editor.reject(s, by=by, at=w.now, reason=w.reasons[1], text="No."),
    "close": lambda w, by, s: editor.close(s, by=by, at=w.now),
    "reopen": lambda w, by, s: editor.reopen(s, by=by, at=w.now),
    "confirm valid": lambda w, by, s: practice.confirm_valid(s.practice, by=by, at=w.now),
    "correct": lambda w, by, s: practice.correct(s.practice, by=by, at=w.now, values={"problem": f"Corretto {w.days}."}),
    "archive": lambda w, by, s: practice.archive(s.practice, by=by, at=w.now, notice="Conclusa."),
    "remove": lambda w, by, s: practice.remove(s.practice, by=by, at=w.now, reason=RemovalReason.MISTAKE, text="Errore."),
    "restore": lambda w, by, s: practice.restore(s.practice, by=by, at=w.now),
    "roll back": lambda w, by, s: practice.roll_back(s.practice, by=by, at=w.now, text="Errore."),
    "merge": lambda w, by, s: merging.merge(s.practice, into=w.another(s.practice), by=by, at=w.now, text="Doppia."),
    "unmerge": lambda w, by, s: merging.unmerge(s.practice, by=by, at=w.now, text="Non è doppia."),
    "transfer": lambda w, by, s: practice.transfer(s.practice, to=w.other(s.organisation), by=by, at=w.now, text="Fusione."),
    "hand over": lambda w, by, s: colleagues.hand_over(s, by=by, at=w.now, to=w.people[1]),
    "ask to send": lambda w, by, s: colleagues.ask_to_send(s, by=by, at=w.now),
    "hand back": lambda w, by, s: colleagues.hand_back(s, by=by, at=w.now, text="Manca una firma."),
    "deliver": lambda w, by, s: on_behalf.hand_to_organisation(s, by=by, at=w.now),
}
# What changes something that everybody reads; nothing else may touch the public face or raise the version.
PUBLIC = {
    "publish",
    "confirm valid",
    "correct",
    "archive",
    "remove",
    "restore",
    "roll back",
    "merge",
    "unmerge",
    "transfer",
}
# What brings a submission on from each status: whose deeds, in order; all of one line are done by one person.
ONWARD: dict[str, list[tuple[str, tuple[str, ...]]]] = {
    "draft": [("officer", ("save", "submit")), ("officer", ("save", "submit")), ("officer", ("discard",))],
    "submitted": [("editor", ("take",)), ("editor", ("take",)), ("officer", ("recall",))],
    "under_review": [
        ("chief", ("publish",)),
        ("assignee", ("publish",)),
        ("assignee", ("request changes",)),
        ("assignee", ("propose",)),
        ("assignee", ("reject",)),
        ("assignee", ("release",)),
        ("chief", ("reassign",)),
    ],
    "changes_requested": [("officer", ("answer", "save", "resubmit")), ("officer", ("withdraw",)), ("assignee", ("close",))],
    "to_confirm": [("officer", ("confirm",)), ("officer", ("refuse",)), ("assignee", ("retract",)), ("chief", ("close",))],
    "published": [
        ("officer", ("revise",)),
        ("officer", ("claim",)),
        ("officer", ("confirm valid",)),
        ("editor", ("correct",)),
        ("editor", ("archive",)),
        ("editor", ("restore",)),
        ("chief", ("roll back",)),
        ("chief", ("remove", "restore")),
        ("chief", ("merge",)),
        ("chief", ("unmerge",)),
        ("chief", ("transfer",)),
    ],
    "rejected": [("officer", ("revise",)), ("chief", ("reopen",))],
    "withdrawn": [("officer", ("revise",))],
    "superseded": [("chief", ("roll back",))],
}


class Moderation(RuleBasedStateMachine):
    """Each example begins in the same world and is rolled back at its end."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()
        self.world.days = 1

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    def do(self, name: str, by: User, submission: Submission) -> None:
        face, version = public_face(), current_version()
        try:
            DEEDS[name](self.world, by, submission)
        except Refusal:
            assert (public_face(), current_version()) == (face, version), f"{name} was refused and yet changed something"
        else:
            if name in PUBLIC:
                assert current_version() > version, f"{name} raised no version"
            else:
                assert (public_face(), current_version()) == (face, version), f"{name} changed what everybody reads"

    @rule(name=st.sampled_from(sorted(DEEDS)), who=st.integers(0, 9), which=st.integers(0, 30), days=st.integers(0, 40))
    def somebody_tries(self, name: str, who: int, which: int, days: int) -> None:
        submissions = list(Submission.objects.order_by("pk"))
        self.world.days += days
        if submissions:
            self.do(name, self.world.people[who], submissions[which % len(submissions)])

    @rule(way=st.integers(0, 50), which=st.integers(0, 30))
    def it_goes_on(self, way: int, which: int) -> None:
        submissions = list(Submission.objects.select_related("assignee", "organisation").order_by("pk"))
        if not submissions:
            return
        submission = submissions[which % len(submissions)]
        ways = ONWARD[submission.status]
        who, names = ways[way % len(ways)]
        officers = (p for p in self.world.people if p.affiliations.filter(organisation=submission.organisation).exists())
        by = {
            "officer": next(officers),
            "editor": self.world.people[4 + way % 2],
            "assignee": submission.assignee or self.world.people[4],
            "chief": self.world.people[6],
        }[who]
        for name in names:
            self.world.days += 1
            self.do(name, by, Submission.objects.get(pk=submission.pk))

    @rule()
    def a_reminder_is_old(self) -> None:
        Submission.objects.filter(status__in=("changes_requested", "to_confirm")).update(reminded_at=make.NOW)

    @invariant()
    def everything_holds(self) -> None:
        assert broken() == []


def test_any_sequence_of_verbs_keeps_every_invariant() -> None:
    Moderation.world = World()
    chosen = settings(
        max_examples=10,
        stateful_step_count=40,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Moderation, settings=chosen)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_the_same_at_once_in_eight_connections() -> None:
    world = World()
    for _n in range(6):
        make.submission(of=world.ours, by=world.people[0])
    pks = list(Submission.objects.values_list("pk", flat=True))

    def somebody(seed: int) -> Callable[[], Any]:
        chance = random.Random(seed)

        def tries() -> int:
            done = 0
            for _n in range(60):
                found = Submission.objects.filter(pk=chance.choice(pks)).select_related("practice", "organisation").first()
                if found is None:
                    continue
                who, names = chance.choice(ONWARD[found.status])
                officers = world.people[:2] if who == "officer" else world.people[4:8]
                try:
                    for name in names:
                        DEEDS[name](world, chance.choice(officers), Submission.objects.get(pk=found.pk))
                        done += 1
                except (Refusal, Practice.DoesNotExist, Submission.DoesNotExist):
                    pass
            return done

        return tries

    done = at_once(somebody(seed) for seed in range(8))
    assert sum(done) > 20
    assert broken() == []


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_twenty_editors_publish_the_same_twenty_cases_at_once() -> None:
    of = make.organisation()
    by, first = make.officer_of(of), make.editor_user()
    rows = [make.submission("under_review", of=of, by=by, assignee=first, title=f"Pratica {n}") for n in range(20)]
    chiefs = [make.editor_user(chief=True) for _n in range(20)]

    def publishes(chief: User) -> Callable[[], int]:
        def run() -> int:
            done = 0
            for row in sorted(rows, key=lambda row: hash((row.pk, chief.pk))):
                try:
                    editor.publish(row, by=chief, at=make.later(60))
                    done += 1
                except Refusal:
                    pass
            return done

        return run

    assert sum(at_once(publishes(chief) for chief in chiefs)) == 20
    assert [row.events.filter(verb="publish").count() for row in rows] == [1] * 20
    assert broken() == []
    assert connection.vendor == "postgresql"

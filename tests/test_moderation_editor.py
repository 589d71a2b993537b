"""What the editors do before the decision: take, reassign, remark, ask, propose, reject, close, reopen."""

from contextlib import suppress
from datetime import timedelta

import pytest

from practices import content
from practices.models import Note, Remark, Submission
from practices.models.choices import Status
from practices.moderation import Forbidden, Refusal, WrongStatus, editor, officer
from tests import make
from tests.samples import full_draft, history

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def sent_full() -> Submission:
    """Everything filled, taken by an editor."""
    of = make.organisation()
    by = make.officer_of(of)
    sent = officer.submit(full_draft(of, by), by=by, at=make.later(1), similar_seen=True)
    return editor.take(sent, by=make.editor_user(), at=make.later(2))


def again(submission: Submission) -> Submission:
    return Submission.objects.get(pk=submission.pk)


# take, release, reassign -------------------------------------------------------------------------------------------


def test_one_editor_takes_a_case() -> None:
    sent = make.submission(Status.SUBMITTED)
    first, second = make.editor_user(), make.editor_user()
    editor.take(sent, by=first, at=make.later(5))
    with pytest.raises(WrongStatus, match="In esame"):
        editor.take(sent, by=second, at=make.later(6))
    now = again(sent)
    assert (now.status, now.assignee, now.waiting_since) == ("under_review", first, make.later(5))
    assert history(sent)[2:] == [("take", "submitted", "under_review")]


def test_a_case_that_was_left_waits_since_it_was_sent() -> None:
    taken = make.submission(Status.UNDER_REVIEW)
    left = editor.release(taken, by=taken.assignee, at=make.later(9), text="Sono in ferie.")
    assert (left.status, left.assignee, left.waiting_since) == ("submitted", None, make.later(1))
    assert (history(left)[-1], left.events.last().text) == (("release", "under_review", "submitted"), "Sono in ferie.")


def test_a_case_is_reassigned_to_whoever_may_examine_it_and_that_is_recorded() -> None:
    taken = make.submission(Status.UNDER_REVIEW)
    chief, other = make.editor_user(chief=True), make.editor_user()
    own = make.editor_user()
    own.affiliations.create(organisation=taken.organisation, status="active", active_from=make.NOW)
    for nobody in (own, make.user(), make.officer_of(taken.organisation)):
        with pytest.raises(Forbidden, match="non può esaminare le schede di questo ente"):
            editor.reassign(taken, by=chief, at=make.later(4), to=nobody)
    editor.reassign(taken, by=chief, at=make.later(5), to=other)
    event = taken.events.last()
    assert (again(taken).assignee, event.verb, event.by, event.text) == (other, "reassign", chief, str(other))
    assert len(history(taken)) == 4


# remarks and notes -------------------------------------------------------------------------------------------------


def test_remarks_are_for_editors_and_coordinators_while_the_case_is_open() -> None:
    taken = make.submission(Status.UNDER_REVIEW)
    coordinator = make.coordinator_of(taken.organisation)
    for by in (make.editor_user(), coordinator):
        editor.remark(taken, by=by, at=make.later(3), field="results", text="Quanti?")
    for by in (taken.submitted_by, make.user()):
        with pytest.raises(Forbidden, match="osservazioni"):
            editor.remark(taken, by=by, at=make.later(3), field="results", text="Quanti?")
    for field, text in (("status", "x"), ("results", "  ")):
        with pytest.raises(Refusal, match="Indica il campo"):
            editor.remark(taken, by=coordinator, at=make.later(3), field=field, text=text)
    assert Remark.objects.count() == 2


@pytest.mark.parametrize("status", [Status.DRAFT, Status.PUBLISHED, Status.REJECTED, Status.WITHDRAWN])
def test_what_was_never_sent_or_is_closed_gets_no_remarks(status: Status) -> None:
    with pytest.raises(WrongStatus, match="non è in esame"):
        editor.remark(make.submission(status), by=make.editor_user(), at=make.later(9), field="results", text="Quanti?")


def test_notes_are_among_editors() -> None:
    taken = make.submission(Status.UNDER_REVIEW)
    someone = make.editor_user()
    editor.note(taken, by=someone, at=make.later(3), text="Chiamare.")
    for by in (make.coordinator_of(taken.organisation), taken.submitted_by):
        with pytest.raises(Forbidden, match="Le note sono della redazione"):
            editor.note(taken, by=by, at=make.later(3), text="Anch'io.")
    with pytest.raises(Refusal, match="Scrivi la nota"):
        editor.note(taken, by=someone, at=make.later(3), text=" \n")
    assert list(Note.objects.values_list("text", "by")) == [("Chiamare.", someone.pk)]


def test_changes_are_requested_whole_or_not_at_all() -> None:
    taken = make.submission(Status.UNDER_REVIEW)
    asking = {"by": taken.assignee, "at": make.later(3), "reason": make.reason()}
    with pytest.raises(Refusal, match="Scrivi che cosa serve"):
        editor.request_changes(taken, text=" ", **asking)
    with pytest.raises(Refusal, match="Indica il campo"):
        editor.request_changes(taken, text="Completate.", remarks=[("results", "Quanti?"), ("status", "x")], **asking)
    assert (again(taken).status, Remark.objects.count(), len(history(taken))) == ("under_review", 0, 3)
    editor.request_changes(taken, text="Completate.", remarks=[("results", "Quanti?")], **asking)
    event = taken.events.last()
    assert (event.verb, event.reason, event.text) == ("request_changes", make.reason(), "Completate.")
    assert (again(taken).status, Remark.objects.count()) == ("changes_requested", 1)


# propose -----------------------------------------------------------------------------------------------------------

PROPOSAL = {
    "title": "Un titolo più chiaro",
    "summary": "Una sintesi più chiara.",
    "main_theme": "lavoro",
    "other_themes": [],
    "tags": ["altro"],
    "municipalities": ["H223"],
    "target_groups": [],
    "started_on": "2020",
    "ended_on": None,
    "total_cost": "1",
    "funding_lines": [],
    "milestones": [{"when": "", "what": "Una sola"}],
    "partners": [],
    "indicators": [],
    "adaptations": [],
    "commitments": [],
    "links": [],
}


def test_a_proposal_is_the_text_until_it_is_answered() -> None:
    taken = sent_full()
    before = content.read(taken)
    proposed = editor.propose(taken, by=taken.assignee, at=make.later(4), values=PROPOSAL, text="Così si capisce.")
    assert content.read(again(proposed)) == {**before, **PROPOSAL}
    assert (proposed.status, proposed.proposed_by) == ("to_confirm", None)
    confirmed = officer.confirm(proposed, by=taken.submitted_by, at=make.later(5))
    assert content.read(again(confirmed)) == {**before, **PROPOSAL}
    assert (confirmed.status, again(confirmed).proposed_by) == ("under_review", taken.assignee)


@pytest.mark.parametrize("verb", ["refuse", "retract"])
def test_a_refused_or_retracted_proposal_gives_the_exact_earlier_text_back(verb: str) -> None:
    taken = sent_full()
    before = content.read(taken)
    proposed = editor.propose(taken, by=taken.assignee, at=make.later(4), values=PROPOSAL, text="Meglio.")
    if verb == "refuse":
        back = officer.refuse(proposed, by=taken.submitted_by, at=make.later(5), text="Non è così.")
    else:
        back = editor.retract(proposed, by=taken.assignee, at=make.later(5), text="Ci ho ripensato.")
    assert content.read(again(back)) == before
    assert (again(back).status, again(back).proposed_by) == ("under_review", None)
    assert history(back)[-1] == (verb, "to_confirm", "under_review")


def test_a_refused_proposal_loses_no_file() -> None:
    taken = sent_full()
    before = content.read(taken)
    # Whether a proposal may touch files at all is not for this test to say.
    with suppress(ValueError, Refusal):
        proposed = editor.propose(taken, by=taken.assignee, at=make.later(4), values={"attachments": []}, text="Senza file.")
        officer.refuse(proposed, by=taken.submitted_by, at=make.later(5), text="I file servono.")
    assert content.read(again(taken)) == before


def test_of_two_proposals_a_refusal_undoes_the_last_alone() -> None:
    taken = make.submission(Status.UNDER_REVIEW, title="Uno")
    by = taken.submitted_by
    editor.propose(taken, by=taken.assignee, at=make.later(4), values={"title": "Due"}, text="Meglio.")
    officer.confirm(taken, by=by, at=make.later(5))
    editor.propose(taken, by=taken.assignee, at=make.later(6), values={"title": "Tre"}, text="Meglio ancora.")
    officer.refuse(taken, by=by, at=make.later(7), text="No.")
    assert again(taken).title == "Due"


def test_a_proposal_changes_something_and_a_refusal_says_why() -> None:
    taken = make.submission(Status.UNDER_REVIEW)
    with pytest.raises(Refusal, match="non cambia nulla"):
        editor.propose(
            taken, by=taken.assignee, at=make.later(4), values={"title": taken.title, "tags": ["quartiere"]}, text=""
        )
    proposed = editor.propose(taken, by=taken.assignee, at=make.later(4), values={"title": "Altro"}, text="Meglio.")
    with pytest.raises(Refusal, match="Scrivi perché"):
        officer.refuse(proposed, by=taken.submitted_by, at=make.later(5), text=" ")
    assert again(taken).title == "Altro"


def test_pages_that_were_open_before_a_proposal_are_stale_after_it() -> None:
    asked = make.submission(Status.CHANGES_REQUESTED)
    seen = asked.section_versions.get("why", 0)
    officer.resubmit(asked, by=asked.submitted_by, at=make.later(4))
    editor.propose(asked, by=asked.assignee, at=make.later(5), values={"problem": "Detto meglio."}, text="Meglio.")
    officer.confirm(asked, by=asked.submitted_by, at=make.later(6))
    assert again(asked).section_versions["why"] == seen + 1


# reject and reopen -------------------------------------------------------------------------------------------------


def test_rejecting_names_a_reason_and_leaves_what_is_live() -> None:
    live = make.published()
    by, someone = live.submitted_by, make.editor_user()
    second = officer.revise(live.practice, by=by, at=make.later(5))
    declared = {"licence_accepted": True, "truth_declared": True}
    officer.save(second, by=by, at=make.later(5), section="contacts", values=declared, seen=0)
    editor.take(officer.submit(second, by=by, at=make.later(6), similar_seen=True), by=someone, at=make.later(7))
    with pytest.raises(Refusal, match="Scrivi il motivo"):
        editor.reject(second, by=someone, at=make.later(8), reason=make.reason("reject"), text="\n")
    gone = editor.reject(second, by=someone, at=make.later(8), reason=make.reason("reject"), text="Non basta.")
    event = gone.events.last()
    assert (gone.status, gone.decision, gone.decided_by, gone.decided_at) == ("rejected", "reject", someone, make.later(8))
    assert (event.verb, event.reason, event.text) == ("reject", make.reason("reject"), "Non basta.")
    assert (live.practice.published, live.practice.open) == (live, None)


def test_after_a_rejection_the_organisation_writes_a_new_version_of_the_same_practice() -> None:
    gone = make.submission(Status.REJECTED)
    by = gone.submitted_by
    second = officer.revise(gone.practice, by=by, at=make.later(5))
    assert (second.practice, second.status, history(second)) == (gone.practice, "draft", [("revise", "", "draft")])
    assert gone.practice.submissions.count() == 2


def test_a_chief_editor_reopens_a_rejected_case_and_takes_it() -> None:
    gone, chief = make.submission(Status.REJECTED), make.editor_user(chief=True)
    back = editor.reopen(gone, by=chief, at=make.later(9), text="Un ricorso.")
    found = (back.status, back.assignee, back.decision, back.decided_by, back.decided_at, back.waiting_since)
    assert found == ("under_review", chief, "", None, None, make.later(9))
    assert history(back)[-1] == ("reopen", "rejected", "under_review")


def test_a_case_is_not_reopened_while_another_is_open() -> None:
    gone, chief = make.submission(Status.REJECTED), make.editor_user(chief=True)
    draft = officer.revise(gone.practice, by=gone.submitted_by, at=make.later(5))
    with pytest.raises(WrongStatus, match="già un'altra scheda aperta"):
        editor.reopen(gone, by=chief, at=make.later(9))
    officer.discard(draft, by=gone.submitted_by, at=make.later(10))
    assert editor.reopen(gone, by=chief, at=make.later(11)).status == Status.UNDER_REVIEW


# close for silence -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [Status.CHANGES_REQUESTED, Status.TO_CONFIRM])
def test_silence_closes_a_case_thirty_days_after_a_reminder(status: Status) -> None:
    asked = make.submission(status)
    with pytest.raises(Refusal, match="trenta giorni dopo un sollecito"):
        editor.close(asked, by=asked.assignee, at=make.NOW + 400 * DAY)
    Submission.objects.filter(pk=asked.pk).update(reminded_at=make.NOW)
    with pytest.raises(Refusal, match="trenta giorni dopo un sollecito"):
        editor.close(asked, by=asked.assignee, at=make.NOW + 30 * DAY - timedelta(seconds=1))
    closed = editor.close(asked, by=asked.assignee, at=make.NOW + 30 * DAY)
    assert (closed.status, closed.decision, history(closed)[-1]) == ("withdrawn", "", ("close", status, "withdrawn"))


@pytest.mark.parametrize("answer", ["refuse", "retract", "confirm"])
def test_a_new_proposal_is_not_closed_because_of_an_old_reminder(answer: str) -> None:
    proposed = make.submission(Status.TO_CONFIRM)
    by, someone = proposed.submitted_by, proposed.assignee
    Submission.objects.filter(pk=proposed.pk).update(reminded_at=make.NOW)
    match answer:
        case "refuse":
            officer.refuse(proposed, by=by, at=make.NOW + 29 * DAY, text="No.")
        case "retract":
            editor.retract(proposed, by=someone, at=make.NOW + 29 * DAY)
        case "confirm":
            officer.confirm(proposed, by=by, at=make.NOW + 29 * DAY)
    editor.propose(proposed, by=someone, at=make.NOW + 29 * DAY, values={"title": "Ancora un altro"}, text="Meglio.")
    with pytest.raises(Refusal, match="trenta giorni dopo un sollecito"):
        editor.close(proposed, by=someone, at=make.NOW + 31 * DAY)

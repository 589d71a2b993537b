"""From the draft to the editors and back: submit, recall, resubmit, withdraw, and what their events keep."""

import pytest

from portal.lib.content_version import current_version
from practices import content
from practices.models import Remark, Submission
from practices.models.choices import Status
from practices.moderation import Forbidden, Incomplete, Refusal, editor, officer
from tests import make
from tests.samples import full_draft, history

pytestmark = pytest.mark.django_db
EMPTY = "Da compilare."


def found(problems: list) -> list[tuple[str, str]]:
    return [(problem.field.name, problem.message) for problem in problems]


# submit ------------------------------------------------------------------------------------------------------------


def test_sending_is_refused_with_everything_that_is_missing_at_once() -> None:
    of = make.organisation()
    by = make.officer_of(of)
    draft = officer.start(of, by=by, at=make.NOW, values={"kind": "intervention", "title": "Solo un titolo"})
    with pytest.raises(Incomplete) as refusal:
        officer.submit(draft, by=by, at=make.later(), similar_seen=True)
    missing = """summary main_theme action_type municipalities context_population context_foreign_residents context_source
        context_on target_groups target_description started_on stage context problem objectives activities participation
        funding_lines outputs results evaluation difficulties lessons sustainability transferability office office_email
        licence_accepted truth_declared"""
    assert found(refusal.value.problems) == [(name, EMPTY) for name in missing.split()]
    draft.refresh_from_db()
    assert (draft.status, draft.round, draft.first_sent_at, history(draft)) == ("draft", 0, None, [("start", "", "draft")])


def test_sending_is_refused_with_everything_that_is_wrong_at_once() -> None:
    wrong = {
        "summary": "parola " * 101,
        "context_population": 100,
        "context_foreign_residents": 101,
        "reached_total": 5,
        "reached_women": 6,
        "expected_minors": 7,
        "activities": "parola " * 400,
    }
    draft = make.submission(**wrong)
    with pytest.raises(Incomplete) as refusal:
        officer.submit(draft, by=draft.created_by, at=make.later(), similar_seen=True)
    assert found(refusal.value.problems) == [
        ("summary", "È troppo lungo: 101 parole, il limite è 100."),
        ("context_foreign_residents", "I residenti stranieri sono più della popolazione."),
        ("reached_women", "È più del totale."),
    ]


def test_zero_and_no_are_answers() -> None:
    draft = make.submission(context_foreign_residents=0, context_population=0, evaluation="none")
    assert officer.submit(draft, by=draft.created_by, at=make.later(), similar_seen=True).status == Status.SUBMITTED


def test_pictures_need_their_release() -> None:
    of = make.organisation()
    by = make.officer_of(of)
    draft = full_draft(of, by, releases_declared=False)
    with pytest.raises(Incomplete) as refusal:
        officer.submit(draft, by=by, at=make.later(), similar_seen=True)
    assert found(refusal.value.problems) == [("releases_declared", EMPTY)]


def test_sending_asks_to_look_at_the_similar_practices_first() -> None:
    draft = make.submission()
    with pytest.raises(Refusal, match="Guarda prima le pratiche simili"):
        officer.submit(draft, by=draft.created_by, at=make.later(), similar_seen=False)
    assert Submission.objects.get(pk=draft.pk).status == Status.DRAFT


def test_sending_writes_who_and_when() -> None:
    draft = make.submission()
    sent = officer.submit(draft, by=draft.created_by, at=make.later(7), similar_seen=True)
    sent.refresh_from_db()
    found = (sent.status, sent.submitted_by, sent.submitted_at, sent.first_sent_at, sent.waiting_since, sent.round)
    assert found == ("submitted", draft.created_by, *[make.later(7)] * 3, 1)
    assert history(sent) == [("start", "", "draft"), ("submit", "draft", "submitted")]


def test_where_only_managers_send_a_contributor_prepares_and_a_manager_sends() -> None:
    of = make.organisation(only_managers_submit=True)
    contributor, manager = make.officer_of(of), make.officer_of(of, "manager")
    draft = make.submission(of=of, by=contributor)
    with pytest.raises(Forbidden, match="la invia chi è responsabile"):
        officer.submit(draft, by=contributor, at=make.later(), similar_seen=True)
    sent = officer.submit(draft, by=manager, at=make.later(), similar_seen=True)
    someone = make.editor_user()
    editor.take(sent, by=someone, at=make.later())
    editor.request_changes(sent, by=someone, at=make.later(), reason=make.reason(), text="Completate.")
    with pytest.raises(Forbidden, match="la invia chi è responsabile"):
        officer.resubmit(sent, by=contributor, at=make.later())
    assert officer.resubmit(sent, by=manager, at=make.later()).status == Status.UNDER_REVIEW


# recall, resubmit, withdraw ----------------------------------------------------------------------------------------


def test_what_was_sent_is_recalled_as_a_draft_that_can_be_sent_again() -> None:
    sent = make.submission(Status.SUBMITTED)
    back = officer.recall(sent, by=sent.submitted_by, at=make.later(5))
    assert (back.status, back.waiting_since, back.first_sent_at) == ("draft", make.later(5), make.later(1))
    officer.save(back, by=back.created_by, at=make.later(6), section="why", values={"problem": "Altro."}, seen=0)
    again = officer.submit(back, by=back.created_by, at=make.later(7), similar_seen=True)
    assert (again.round, again.first_sent_at, again.submitted_at) == (2, make.later(1), make.later(7))
    assert history(again)[1:] == [
        ("submit", "draft", "submitted"),
        ("recall", "submitted", "draft"),
        ("submit", "draft", "submitted"),
    ]


def test_resubmitting_needs_every_remark_answered() -> None:
    asked = make.submission(Status.UNDER_REVIEW)
    remarks = [("results", "Quante persone?"), ("difficulties", "E poi?")]
    editor.request_changes(
        asked, by=asked.assignee, at=make.later(3), reason=make.reason(), text="Completate.", remarks=remarks
    )
    coordinator = make.coordinator_of(asked.organisation)
    editor.remark(asked, by=coordinator, at=make.later(4), field="lessons", text="Ditelo alla rete.")
    by = asked.submitted_by
    made = list(asked.remarks.all())
    assert [(r.field, r.text, r.state, r.by) for r in made] == [
        *[(field, text, "open", asked.assignee) for field, text in remarks],
        ("lessons", "Ditelo alla rete.", "open", coordinator),
    ]
    for said, text in zip(made, ("Novanta.", "", "Fatto."), strict=True):
        with pytest.raises(Refusal, match="Rispondi prima a tutte le osservazioni"):
            officer.resubmit(asked, by=by, at=make.later(5))
        officer.answer(said, by=by, at=make.later(5), text=text)
    assert officer.resubmit(asked, by=by, at=make.later(6)).status == Status.UNDER_REVIEW
    assert list(Remark.objects.values_list("state", "answer", "answered_by", "answered_at")) == [
        ("answered", "Novanta.", by.pk, make.later(5)),
        ("done", "", by.pk, make.later(5)),
        ("answered", "Fatto.", by.pk, make.later(5)),
    ]


def test_resubmitting_leads_back_to_the_same_editor_and_forgets_the_reminder() -> None:
    asked = make.submission(Status.CHANGES_REQUESTED)
    Submission.objects.filter(pk=asked.pk).update(reminded_at=make.later(4))
    again = officer.resubmit(asked, by=asked.submitted_by, at=make.later(5))
    again.refresh_from_db()
    found = (again.status, again.assignee, again.round, again.waiting_since, again.reminded_at)
    assert found == ("under_review", asked.assignee, 2, make.later(5), None)


def test_an_incomplete_one_is_not_sent_again() -> None:
    asked = make.submission(Status.CHANGES_REQUESTED)
    officer.save(asked, by=asked.submitted_by, at=make.later(4), section="why", values={"problem": ""}, seen=0)
    with pytest.raises(Incomplete) as refusal:
        officer.resubmit(asked, by=asked.submitted_by, at=make.later(5))
    assert found(refusal.value.problems) == [("problem", EMPTY)]


@pytest.mark.parametrize(
    "status", [Status.SUBMITTED, Status.UNDER_REVIEW, Status.CHANGES_REQUESTED, Status.TO_CONFIRM, Status.DRAFT]
)
def test_withdrawing_leaves_what_is_live(status: Status) -> None:
    first = make.published()
    by, someone = make.officer_of(first.organisation), make.editor_user()
    second = officer.revise(first.practice, by=by, at=make.later(5))
    declared = {"licence_accepted": True, "truth_declared": True}
    officer.save(second, by=by, at=make.later(5), section="contacts", values=declared, seen=0)
    officer.submit(second, by=by, at=make.later(6), similar_seen=True)
    if status is Status.DRAFT:
        officer.recall(second, by=by, at=make.later(7))
    elif status is not Status.SUBMITTED:
        editor.take(second, by=someone, at=make.later(7))
    if status is Status.CHANGES_REQUESTED:
        editor.request_changes(second, by=someone, at=make.later(8), reason=make.reason(), text="Completate.")
    elif status is Status.TO_CONFIRM:
        editor.propose(second, by=someone, at=make.later(8), values={"title": "Altro"}, text="Meglio.")
    before = current_version(), first.practice.slug
    gone = officer.withdraw(second, by=by, at=make.later(9), text="Cambio di programma.")
    first.refresh_from_db()
    assert (gone.status, first.status, first.practice.published, first.practice.open) == (
        "withdrawn",
        "published",
        first,
        None,
    )
    assert (current_version(), first.practice.slug) == before
    assert history(gone)[-1] == ("withdraw", status, "withdrawn")
    assert gone.events.last().text == "Cambio di programma."


# events ------------------------------------------------------------------------------------------------------------


def kept(submission: Submission, verb: str) -> tuple[dict | None, dict | None]:
    """What the last event of this verb keeps, before and after."""
    event = submission.events.filter(verb=verb).latest("pk")
    return event.before, event.after


def test_events_keep_the_content_before_and_after() -> None:
    draft = make.submission(title="Uno")
    by, someone, other = draft.created_by, make.editor_user(), make.editor_user(chief=True)
    one = content.read(draft)
    officer.submit(draft, by=by, at=make.later(1), similar_seen=True)
    assert kept(draft, "submit") == (None, one)
    editor.take(draft, by=someone, at=make.later(2))
    editor.request_changes(draft, by=someone, at=make.later(3), reason=make.reason(), text="Completate.")
    officer.save(draft, by=by, at=make.later(4), section="identity", values={"title": "Due", "tags": ["b", "a"]}, seen=0)
    officer.resubmit(draft, by=by, at=make.later(5))
    two = {**one, "title": "Due", "tags": ["a", "b"]}
    assert kept(draft, "resubmit") == (one, two)
    editor.propose(draft, by=someone, at=make.later(6), values={"title": "Tre"}, text="Meglio.")
    three = {**two, "title": "Tre"}
    assert kept(draft, "propose") == (two, three)
    officer.confirm(draft, by=by, at=make.later(7))
    editor.publish(draft, by=other, at=make.later(8))
    assert kept(draft, "publish") == (None, three)


def test_a_confirmation_keeps_the_content_before_and_after() -> None:
    proposed = make.submission(Status.TO_CONFIRM)
    officer.confirm(proposed, by=proposed.submitted_by, at=make.later(7))
    assert kept(proposed, "confirm") == kept(proposed, "propose")


def test_publishing_a_second_version_keeps_the_first_as_before() -> None:
    first = make.submission(Status.SUPERSEDED)
    second = first.practice.published
    assert kept(second, "publish") == (content.read(first), content.read(second))


def test_an_event_is_never_changed() -> None:
    event = make.submission().events.get()
    event.text = "altro"
    with pytest.raises(TypeError, match="written once"):
        event.save()
    event.refresh_from_db()
    assert event.text == ""

"""What is done to a practice after publication: who may, corrections, going back, confirming."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from networks.models import Organisation, User
from portal.lib.content_version import current_version
from practices import content
from practices.models import Practice, Remark, Submission
from practices.models.choices import RemovalReason, Status
from practices.moderation import Forbidden, Refusal, Stale, WrongStatus, editor, officer
from practices.moderation import practice as verbs
from tests import make
from tests.samples import full_draft, imported, titles_in_index

pytestmark = pytest.mark.django_db
AT = make.later(60)


def again(practice: Practice) -> Practice:
    return Practice.objects.get(pk=practice.pk)


def next_version(of: Submission, at: datetime = AT, **changes: Any) -> Submission:
    """A later version of a practice, published."""
    by, someone = make.officer_of(of.organisation), make.editor_user()
    second = officer.revise(of.practice, by=by, at=at)
    content.write(second, {"licence_accepted": True, "truth_declared": True, **changes})
    editor.take(officer.submit(second, by=by, at=at, similar_seen=True), by=someone, at=at)
    return editor.publish(second, by=someone, at=at)


# Who may -----------------------------------------------------------------------------------------------------------

VERBS = {
    "correct": lambda p, by: verbs.correct(p, by=by, at=AT, values={"title": "Un altro"}),
    "archive": lambda p, by: verbs.archive(p, by=by, at=AT, notice="Conclusa."),
    "remove": lambda p, by: verbs.remove(p, by=by, at=AT, reason=RemovalReason.PRIVACY, text="Nomi."),
    "roll_back": lambda p, by: verbs.roll_back(p, by=by, at=AT, text="Pubblicata per errore."),
    "confirm_valid": lambda p, by: verbs.confirm_valid(p, by=by, at=AT),
}
ALLOWED = {
    "outsider": set(),
    "contributor": {"confirm_valid"},
    "editor": {"correct", "archive"},
    "chief": {"correct", "archive", "remove", "roll_back"},
    "chief who acts for it": {"confirm_valid"},
    "coordinator": set(),
}


def person(role: str, of: Organisation) -> User:
    match role:
        case "contributor":
            return make.officer_of(of)
        case "editor":
            return make.editor_user()
        case "coordinator":
            return make.coordinator_of(of)
        case "outsider":
            return make.user()
    someone = make.editor_user(chief=True)
    if role != "chief":
        someone.affiliations.create(organisation=of, status="active", active_from=make.NOW)
    return someone


@pytest.mark.parametrize("role", ALLOWED)
@pytest.mark.parametrize("verb", VERBS)
def test_who_may(verb: str, role: str) -> None:
    live = make.submission(Status.SUPERSEDED).practice
    before = again(live), live.published, live.events.count(), current_version()
    by = person(role, live.organisation)
    if verb in ALLOWED[role]:
        VERBS[verb](live, by)
        assert (live.events.last().verb, live.events.last().by, current_version()) == (verb, by, before[3] + 1)
    else:
        with pytest.raises(Forbidden, match="Non è un'azione che spetta a te"):
            VERBS[verb](live, by)
        assert (again(live), live.published, live.events.count()) == before[:3]


def test_who_may_restore() -> None:
    live, chief, someone = make.published().practice, make.editor_user(chief=True), make.editor_user()
    verbs.archive(live, by=someone, at=AT, notice="Conclusa.")
    with pytest.raises(Forbidden):
        verbs.restore(live, by=make.officer_of(live.organisation), at=AT)
    verbs.restore(live, by=someone, at=AT)
    verbs.remove(live, by=chief, at=AT, reason=RemovalReason.PRIVACY, text="Nomi.")
    with pytest.raises(Forbidden, match="lo ripristina la caporedazione"):
        verbs.restore(live, by=someone, at=AT)
    assert again(live).removed_at == AT
    verbs.restore(live, by=chief, at=AT)
    with pytest.raises(WrongStatus, match="non è archiviata né rimossa"):
        verbs.restore(live, by=chief, at=AT)
    assert Practice.objects.visible().get() == live


# correct -----------------------------------------------------------------------------------------------------------


def test_a_correction_is_live_at_once_and_recorded() -> None:
    of = make.organisation()
    by, someone = make.officer_of(of), make.editor_user()
    sent = officer.submit(full_draft(of, by), by=by, at=make.later(1), similar_seen=True)
    live = editor.publish(editor.take(sent, by=someone, at=make.later(2)), by=someone, at=make.later(3))
    before = content.read(live)
    values = {
        "title": "Portierato sociale",
        "main_theme": "lavoro",
        "other_themes": [],
        "tags": ["portierato"],
        "links": [],
        "funding_lines": [{"fund": "fami", "amount": "5", "from_year": 2019, "to_year": 2021}],
    }
    verbs.correct(live.practice, by=someone, at=AT, values={**values, "problem": before["problem"]})
    assert content.read(Submission.objects.get(pk=live.pk)) == {**before, **values}
    event = live.events.last()
    assert (event.verb, event.by, event.before, event.after) == ("correct", someone, before, {**before, **values})
    assert titles_in_index() == ["portierato sociale"]
    assert again(live.practice).slug == "portierato-sociale-di-via-turri"


def test_a_correction_changes_something_public() -> None:
    live, someone = make.published(), make.editor_user()
    with pytest.raises(Refusal, match="non cambia nulla"):
        verbs.correct(live.practice, by=someone, at=AT, values={"title": live.title, "tags": ["quartiere"]})
    with pytest.raises(ValueError, match="not public"):
        verbs.correct(live.practice, by=someone, at=AT, values={"contact_person": "Altri"})
    with pytest.raises(WrongStatus, match="non è pubblicata"):
        verbs.correct(make.submission().practice, by=someone, at=AT, values={"title": "Altro"})
    assert [event.verb for event in live.events.all()][-1] == "publish"


def test_a_correction_follows_in_the_open_one_where_the_text_is_the_same_and_is_a_remark_elsewhere() -> None:
    live, someone = make.published(), make.editor_user()
    by = live.submitted_by
    draft = officer.revise(live.practice, by=by, at=AT)
    officer.save(draft, by=by, at=AT, section="why", values={"problem": "Riscritto da noi."}, seen=0)
    theirs = content.read(Submission.objects.get(pk=draft.pk))
    values = {"title": "Portierato", "tags": ["portierato"], "problem": "Conflitti fra vicini."}
    verbs.correct(live.practice, by=someone, at=AT, values=values)
    expected = {**theirs, "title": "Portierato", "tags": ["portierato"]}
    assert content.read(Submission.objects.get(pk=draft.pk)) == expected
    text = "Nella versione pubblicata questo campo è stato corretto: controllate anche qui."
    assert list(Remark.objects.values_list("submission", "field", "text", "by", "state")) == [
        (draft.pk, "problem", text, someone.pk, "open")
    ]


def test_a_page_that_was_open_before_a_correction_does_not_undo_it_unseen() -> None:
    live = make.published()
    by = live.submitted_by
    draft = officer.revise(live.practice, by=by, at=AT)
    opened = content.read(draft, ["problem", "context", "objectives"])
    verbs.correct(live.practice, by=make.editor_user(), at=AT, values={"problem": "Conflitti fra vicini."})
    with pytest.raises(Stale):
        officer.save(draft, by=by, at=AT, section="why", values={**opened, "context": "Altro."}, seen=0)
    assert Submission.objects.get(pk=draft.pk).problem == "Conflitti fra vicini."


# roll back and confirm ---------------------------------------------------------------------------------------------


def test_rolling_back_makes_the_version_before_live_again() -> None:
    first = make.published()
    second = next_version(first, title="Un errore", evaluation="external")
    assert again(first.practice).evidence_level == 4
    with pytest.raises(Refusal, match="Scrivi il motivo"):
        verbs.roll_back(first.practice, by=make.editor_user(chief=True), at=AT, text="")
    back = verbs.roll_back(first.practice, by=make.editor_user(chief=True), at=AT, text="Sbagliata.")
    found = {s.pk: s.status for s in first.practice.submissions.all()}
    assert (back, found) == (first, {first.pk: "published", second.pk: "superseded"})
    assert (again(first.practice).evidence_level, titles_in_index()) == (1, ["portierato sociale di via turri"])
    event = first.events.last()
    assert (event.verb, event.text, event.before, event.after) == (
        "roll_back",
        "Sbagliata.",
        content.read(second),
        content.read(first),
    )


def test_without_an_earlier_version_there_is_nothing_to_roll_back_to() -> None:
    live = make.published()
    with pytest.raises(WrongStatus, match="Non c'è una versione precedente"):
        verbs.roll_back(live.practice, by=make.editor_user(chief=True), at=AT, text="Sbagliata.")
    assert (live.practice.published, live.events.last().verb) == (live, "publish")


def test_rolling_back_never_brings_a_mistake_back() -> None:
    first, chief = make.published(), make.editor_user(chief=True)
    next_version(first, title="Il primo errore")
    verbs.roll_back(first.practice, by=chief, at=AT, text="Sbagliata.")
    next_version(first, title="Il secondo errore")
    assert verbs.roll_back(first.practice, by=chief, at=AT, text="Sbagliata anche questa.") == first


def test_after_rolling_back_a_claim_the_practice_is_its_first_body_s_again_and_nobody_has_verified_it() -> None:
    body = Organisation.objects.create(kind="third_sector", name="Associazione Ponte", slug="associazione-ponte")
    model, of = imported(body), make.organisation()
    by, someone = make.officer_of(of), make.editor_user()
    draft = officer.claim(model.practice, organisation=of, by=by, at=AT)
    content.write(draft, make.values())
    editor.take(officer.submit(draft, by=by, at=AT, similar_seen=True), by=someone, at=AT)
    editor.publish(draft, by=someone, at=AT)
    verbs.roll_back(model.practice, by=make.editor_user(chief=True), at=AT, text="Non era loro.")
    now = again(model.practice)
    assert (now.organisation, now.published, now.slug) == (body, model, "sportello-ripreso")
    assert now.confirmed_on is None


def test_after_rolling_back_the_date_of_verification_is_that_of_the_version_that_is_live() -> None:
    first = make.published()
    next_version(first, datetime(2026, 9, 1, 9, tzinfo=UTC))
    verbs.roll_back(
        first.practice, by=make.editor_user(chief=True), at=datetime(2026, 9, 2, 9, tzinfo=UTC), text="Sbagliata."
    )
    assert again(first.practice).confirmed_on == date(2026, 3, 2)


def test_confirming_is_dated_by_the_local_day() -> None:
    live = make.published()
    verbs.confirm_valid(live.practice, by=live.submitted_by, at=datetime(2027, 3, 2, 23, 30, tzinfo=UTC))
    assert (again(live.practice).confirmed_on, live.events.last().verb) == (date(2027, 3, 3), "confirm_valid")


def test_an_imported_practice_is_claimed_rather_than_confirmed() -> None:
    model = imported(make.organisation())
    with pytest.raises(WrongStatus, match="prendila in carico"):
        verbs.confirm_valid(model.practice, by=make.officer_of(make.organisation()), at=AT)
    assert again(model.practice).confirmed_on is None

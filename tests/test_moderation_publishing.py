"""Publishing: by a second person, all at once or not at all, and the content version rises with it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from post_office.models import Email

from networks.models import Organisation, User
from portal.lib.content_version import current_version
from practices.models import Event, Indicator, Practice, SearchEntry, Submission
from practices.models.choices import RemovalReason, Status
from practices.moderation import Forbidden, WrongStatus, editor, officer, practice
from practices.search.index import COLUMNS
from tests import make
from tests.samples import full_draft, full_values, history, titles_in_index

pytestmark = pytest.mark.django_db
ROWS = ("funding_lines", "milestones", "partners", "indicators", "adaptations", "links")


def revised(first: Submission, **changes: Any) -> Submission:
    """The next version of a published one, taken by an editor."""
    by = make.officer_of(first.organisation)
    second = officer.revise(first.practice, by=by, at=make.later(10))
    declared = {"licence_accepted": True, "truth_declared": True}
    officer.save(second, by=by, at=make.later(11), section="contacts", values=declared, seen=0)
    if changes:
        officer.save(second, by=by, at=make.later(11), section="identity", values=changes, seen=0)
    sent = officer.submit(second, by=by, at=make.later(12), similar_seen=True)
    return editor.take(sent, by=make.editor_user(), at=make.later(13))


# The two-person rule -----------------------------------------------------------------------------------------------


def test_who_sent_it_does_not_decide_on_it_even_as_an_editor_later() -> None:
    sent = make.submission(Status.SUBMITTED)
    by = sent.submitted_by
    by.affiliations.update(status="ended", ended_at=make.later(2))
    by.is_staff = True
    by.save()
    by.groups.set(make.editor_user(chief=True).groups.all())
    someone = User.objects.get(pk=by.pk)
    editor.take(sent, by=someone, at=make.later(3))
    before = current_version()
    with pytest.raises(Forbidden, match="L'hai inviata tu"):
        editor.publish(sent, by=someone, at=make.later(4))
    with pytest.raises(Forbidden, match="L'hai inviata tu"):
        editor.reject(sent, by=someone, at=make.later(4), reason=make.reason("reject"), text="No.")
    assert (Submission.objects.get(pk=sent.pk).status, current_version()) == ("under_review", before)


def test_who_proposed_what_was_confirmed_does_not_decide_on_it_and_another_does() -> None:
    proposed = make.submission(Status.TO_CONFIRM)
    someone = proposed.assignee
    officer.confirm(proposed, by=proposed.submitted_by, at=make.later(4))
    with pytest.raises(Forbidden, match="Hai proposto tu delle modifiche"):
        editor.publish(proposed, by=someone, at=make.later(5))
    with pytest.raises(Forbidden, match="Hai proposto tu delle modifiche"):
        editor.reject(proposed, by=someone, at=make.later(5), reason=make.reason("reject"), text="No.")
    chief = make.editor_user(chief=True)
    assert editor.publish(proposed, by=chief, at=make.later(6)).decided_by == chief


def test_each_of_two_confirmed_proposers_is_kept_from_deciding() -> None:
    proposed = make.submission(Status.TO_CONFIRM)
    first, second, chief = proposed.assignee, make.editor_user(), make.editor_user(chief=True)
    by = proposed.submitted_by
    officer.confirm(proposed, by=by, at=make.later(4))
    editor.reassign(proposed, by=chief, at=make.later(5), to=second)
    editor.propose(proposed, by=second, at=make.later(6), values={"title": "Terzo titolo"}, text="Meglio.")
    officer.confirm(proposed, by=by, at=make.later(7))
    assert set(editor.who_may_not_publish(proposed)) == {by.pk, first.pk, second.pk}
    editor.reassign(proposed, by=chief, at=make.later(8), to=first)
    with pytest.raises(Forbidden, match="Hai proposto tu delle modifiche"):
        editor.publish(proposed, by=first, at=make.later(9))


@pytest.mark.parametrize("answer", ["refuse", "retract"])
def test_who_proposed_what_did_not_stay_may_decide(answer: str) -> None:
    proposed = make.submission(Status.TO_CONFIRM)
    someone = proposed.assignee
    if answer == "refuse":
        officer.refuse(proposed, by=proposed.submitted_by, at=make.later(4), text="No.")
    else:
        editor.retract(proposed, by=someone, at=make.later(4))
    assert editor.publish(proposed, by=someone, at=make.later(5)).decided_by == someone


def test_the_database_too_keeps_submitter_and_proposer_from_deciding() -> None:
    live = make.published()
    Submission.objects.filter(pk=live.pk).update(proposed_by=make.editor_user())
    for name in ("submitted_by", "proposed_by"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Submission.objects.filter(pk=live.pk).update(decided_by=F(name))
    live.refresh_from_db()
    live.decided_by = live.submitted_by
    with pytest.raises(IntegrityError), transaction.atomic():
        live.save()


# What changes ------------------------------------------------------------------------------------------------------


def test_publishing_gives_the_practice_its_public_face() -> None:
    of = make.organisation()
    by, someone = make.officer_of(of), make.editor_user()
    sent = officer.submit(full_draft(of, by), by=by, at=make.later(1), similar_seen=True)
    live = editor.publish(editor.take(sent, by=someone, at=make.later(2)), by=someone, at=make.later(3))
    live.refresh_from_db()
    now = live.practice
    found = (live.status, live.decision, live.decided_by, live.decided_at, live.published_at, live.waiting_since)
    assert found == ("published", "publish", someone, *[make.later(3)] * 3)
    assert (now.slug, now.confirmed_on, now.evidence_level) == ("portierato-sociale-di-via-turri", date(2026, 3, 2), 3)
    assert list(Indicator.objects.values_list("published_at", flat=True)) == [make.later(3)]
    entry = SearchEntry.objects.get()
    assert (entry.practice, titles_in_index()) == (now, ["portierato sociale di via turri"])
    assert " coop prova " not in entry.body
    assert " conflitti tra vicini " in entry.body
    assert " anna prova " not in " ".join(getattr(entry, column) for column in COLUMNS)
    assert history(live)[-1] == ("publish", "under_review", "published")


def test_the_next_version_supersedes_and_keeps_the_address() -> None:
    first = make.published()
    second = revised(first, title="Un altro nome", kind="good_practice")
    editor.publish(second, by=second.assignee, at=make.later(20))
    first.refresh_from_db()
    assert (first.status, first.practice.published, first.practice.slug) == (
        "superseded",
        second,
        "portierato-sociale-di-via-turri",
    )
    assert history(first)[-1] == ("supersede", "published", "superseded")
    assert (SearchEntry.objects.get().practice, titles_in_index()) == (first.practice, ["un altro nome"])


def test_practices_of_the_same_name_have_addresses_of_their_own() -> None:
    of = make.organisation()
    titles = ["Casa", "Casa!", "Casa 2", "Casà", "«»"]
    slugs = [Practice.objects.get(pk=make.published(of=of, title=title).practice_id).slug for title in titles]
    assert slugs == ["casa", "casa-2", "casa-2-2", "casa-3", "pratica"]


def test_publishing_brings_an_archived_practice_back_and_leaves_a_removed_one_removed() -> None:
    first, chief = make.published(), make.editor_user(chief=True)
    practice.archive(first.practice, by=chief, at=make.later(5), notice="Conclusa.")
    second = revised(first)
    practice.remove(first.practice, by=chief, at=make.later(15), reason=RemovalReason.MISTAKE, text="Errore.")
    with pytest.raises(WrongStatus, match="rimossa"):
        editor.publish(second, by=second.assignee, at=make.later(16))
    practice.restore(first.practice, by=chief, at=make.later(17))
    editor.publish(second, by=second.assignee, at=make.later(18))
    now = Practice.objects.get()
    assert (now.archived_at, now.archived_by, now.archived_notice, now.published) == (None, None, "", second)


def test_only_what_the_public_sees_raises_the_content_version() -> None:
    of = make.organisation()
    by, someone, chief = make.officer_of(of), make.editor_user(), make.editor_user(chief=True)
    make.values()
    draft = officer.start(of, by=by, at=make.later(), values=make.values())
    at = make.later(5)
    why = {"section": "why", "values": {"problem": "Detto meglio."}}
    steps: list[tuple[bool, Callable[[], Any]]] = [
        (False, lambda: officer.save(draft, by=by, at=at, seen=0, **why)),
        (False, lambda: officer.submit(draft, by=by, at=at, similar_seen=True)),
        (False, lambda: editor.take(draft, by=someone, at=at)),
        (False, lambda: editor.remark(draft, by=someone, at=at, field="results", text="Quanti?")),
        (False, lambda: editor.note(draft, by=someone, at=at, text="Nota.")),
        (False, lambda: officer_answer(draft, by)),
        (False, lambda: editor.propose(draft, by=someone, at=at, values={"title": "Altro"}, text="Meglio.")),
        (False, lambda: officer.confirm(draft, by=by, at=at)),
        (True, lambda: editor.publish(draft, by=chief, at=at)),
        (False, lambda: officer.revise(draft.practice, by=by, at=at)),
        (True, lambda: practice.correct(draft.practice, by=someone, at=at, values={"title": "Altro nome"})),
        (True, lambda: practice.confirm_valid(draft.practice, by=by, at=at)),
        (True, lambda: practice.archive(draft.practice, by=someone, at=at, notice="Conclusa.")),
        (True, lambda: practice.restore(draft.practice, by=someone, at=at)),
        (True, lambda: practice.remove(draft.practice, by=chief, at=at, reason=RemovalReason.MISTAKE, text="Errore.")),
        (True, lambda: practice.restore(draft.practice, by=chief, at=at)),
    ]
    raised = []
    for _expected, step in steps:
        before = current_version()
        step()
        raised.append(current_version() - before)
    assert raised == [int(expected) for expected, _step in steps]


def officer_answer(draft: Submission, by: User) -> None:
    Submission.objects.filter(pk=draft.pk).update(status=Status.CHANGES_REQUESTED)
    officer.answer(draft.remarks.get(), by=by, at=make.later(5), text="Novanta.")
    Submission.objects.filter(pk=draft.pk).update(status=Status.UNDER_REVIEW)


# All at once -------------------------------------------------------------------------------------------------------


def everything() -> list[Any]:
    """What publishing touches, row by row."""
    tables = (Practice, Submission, SearchEntry, Indicator, Event, Email, Organisation)
    return [current_version(), *[list(table._default_manager.order_by("pk").values()) for table in tables]]


def test_when_the_last_step_fails_nothing_has_happened() -> None:
    # The event is what publishing writes last: from here on the database takes one `publish` and no more.
    with connection.cursor() as cursor:
        cursor.execute("CREATE UNIQUE INDEX only_one_publish ON practices_event (verb) WHERE verb = 'publish'")
    first = make.published()
    second = revised(first, title="Un altro nome", kind="good_practice")
    before = everything()
    with pytest.raises(IntegrityError):
        editor.publish(second, by=second.assignee, at=make.later(20))
    assert everything() == before
    first.refresh_from_db()
    assert (first.status, second.events.last().verb) == ("published", "take")


def publishing(by: User, rows: int) -> list[str]:
    """The queries of publishing a submission with this many rows of everything."""
    of, full = make.organisation(), full_values()
    many = {name: [dict(full[name][0]) for _ in range(rows)] for name in ROWS}
    for number, indicator in enumerate(many["indicators"]):
        indicator["name"] += f" {number}"
    tags = [f"parola {number}" for number in range(rows)]
    draft = officer.start(of, by=by, at=make.NOW, values=full_values(**many, tags=tags))
    sent = officer.submit(draft, by=by, at=make.later(1), similar_seen=True)
    taken = editor.take(sent, by=make.editor_user(), at=make.later(2))
    with CaptureQueriesContext(connection) as queries:
        editor.publish(taken, by=taken.assignee, at=make.later(3))
    return [query["sql"] for query in queries]


def test_publishing_takes_as_many_queries_for_many_rows_as_for_one() -> None:
    by = make.officer_of(make.organisation())
    publishing(by, 1)  # its words are new to the search, and those of the next ones are not
    one, many = publishing(by, 1), publishing(by, 5)
    assert len(many) == len(one), "\n".join(sql[:120] for sql in many)

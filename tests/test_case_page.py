"""The editors' case page: what changed since when, who else is there, what was typed and refused."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from networks.models import User
from practices.models import Note, Remark, Submission, Visit
from practices.models.choices import Status
from practices.moderation import editor, officer
from tests import make
from tests.html_forms import forms_of
from tests.samples import client_of

pytestmark = pytest.mark.django_db


def url(one: Submission) -> str:
    return reverse("admin:practices_submission_change", args=[one.pk])


def changed(person: User, one: Submission) -> dict[str, list[str]]:
    """The fields that each comparison shows, where it shows any."""
    comparisons = client_of(person).get(url(one)).context["comparisons"]
    return {name: [change.name for change in changes] for name, _title, changes in comparisons if changes}


def hours_pass(hours: int) -> None:
    for visit in Visit.objects.all():
        Visit.objects.filter(pk=visit.pk).update(at=visit.at - timedelta(hours=hours))


def test_each_comparison_shows_what_is_new_to_whom() -> None:
    """With what is live, with what was sent before, with what this person saw at her last look."""
    live = make.published()
    by, someone, other = live.submitted_by, make.editor_user(), make.editor_user()
    draft = officer.revise(live.practice, by=by, at=make.later(10))
    for section, values in (
        ("contacts", {"licence_accepted": True, "truth_declared": True}),
        ("why", {"problem": "Un altro problema."}),
    ):
        draft = officer.save(draft, by=by, at=make.later(11), section=section, values=values, seen=0)
    one = editor.take(officer.submit(draft, by=by, at=make.later(12), similar_seen=True), by=someone, at=make.later(13))
    assert changed(someone, one) == {"live": ["problem"]}
    editor.request_changes(one, by=someone, at=make.later(14), reason=make.reason(), text="Completate.")
    officer.save(one, by=by, at=make.later(15), section="results", values={"results": "Novanta persone."}, seen=0)
    # Within half an hour it is the same look: what is new stays new.
    assert changed(someone, one) == {"live": ["problem", "results"]}
    hours_pass(1)
    for _n in range(2):
        assert changed(someone, one) == {"live": ["problem", "results"]}
    officer.save(one, by=by, at=make.later(16), section="time", values={"stage": "regular"}, seen=0)
    officer.resubmit(one, by=by, at=make.later(17))
    hours_pass(1)
    everything = {"live": ["stage", "problem", "results"], "sent": ["stage", "results"]}
    for _n in range(2):
        assert changed(someone, one) == {**everything, "seen": ["stage"]}
    hours_pass(1)
    assert changed(someone, one) == everything
    assert changed(other, one) == everything


def test_the_second_editor_is_told_who_is_there() -> None:
    one, first, second = make.submission(Status.SUBMITTED), make.editor_user(), make.editor_user()
    User.objects.filter(pk=first.pk).update(full_name="Prima")

    def others(person: User) -> list[User]:
        return [visit.person for visit in client_of(person).get(url(one)).context["others"]]

    assert (others(first), others(second), others(first)) == ([], [first], [second])
    page = client_of(second).get(url(one)).content.decode()
    time = timezone.localtime(Visit.objects.get(person=first).at).strftime("%H:%M")
    assert f"Prima ha aperto questo caso alle {time}: forse ci sta lavorando." in page
    hours_pass(1)
    assert others(second) == []


def test_looking_changes_nothing_of_the_case() -> None:
    one, someone = make.submission(Status.SUBMITTED), make.editor_user()
    before = Submission.objects.filter(pk=one.pk).values().get(), one.events.count()
    client_of(someone).get(url(one))
    assert (Submission.objects.filter(pk=one.pk).values().get(), one.events.count()) == before


def test_a_remark_and_a_note_that_are_too_long_are_shown_again() -> None:
    one, someone = make.submission(Status.UNDER_REVIEW), make.editor_user()
    long = "Molto lungo. " * 500
    for name, typed in (
        ("remark", {"remark-field": "results", "remark-text": long}),
        ("note", {"note-text": long}),
    ):
        response = client_of(someone).post(reverse(f"admin:practices_submission_{name}", args=[one.pk]), typed)
        shown = {key: values for _form, data in forms_of(response) for key, values in data.items()}
        assert (response.status_code, {key: shown[key] for key in typed}) == (422, {k: [v] for k, v in typed.items()})
    assert (Remark.objects.count(), Note.objects.count()) == (0, 0)


def test_every_field_of_the_record_has_a_way_to_say_something_of_it() -> None:
    one, someone = make.submission(Status.UNDER_REVIEW), make.editor_user()
    client = client_of(someone)
    page = client.get(url(one))
    shown = [field.name for section in page.context["sections"] for field in section.fields]
    assert [f'href="?campo={name}#osservazioni"' in page.content.decode() for name in shown] == [True] * len(shown)
    chosen = client.get(f"{url(one)}?campo=results")
    assert [data["remark-field"] for _form, data in forms_of(chosen) if "remark-field" in data] == [["results"]]
    assert client.get(f"{url(one)}?campo=status").status_code == 200


def test_the_preview_may_be_framed_by_the_portal_alone_and_nothing_else_may() -> None:
    one, someone = make.submission(Status.UNDER_REVIEW), make.editor_user()
    client = client_of(someone)
    framed, page = client.get(reverse("desk:preview", args=[one.pk])), client.get(url(one))
    assert (framed["X-Frame-Options"], page["X-Frame-Options"]) == ("SAMEORIGIN", "DENY")
    assert "frame-ancestors 'self'" in framed["Content-Security-Policy"]
    assert ("frame-ancestors 'none'" in page["Content-Security-Policy"]) is True
    assert "frame-src 'self'" in page["Content-Security-Policy"]

"""The whole record of a case on paper: every event as it was recorded, remarks, files; notes only when they are asked for."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from practices.models import Submission
from practices.models.choices import Status
from practices.moderation import Verb, editor, files, officer
from practices.moderation import practice as practice_verbs
from tests import make
from tests.samples import client_of, pdf, stored

pytestmark = pytest.mark.django_db


def dossier(one: Submission, person: Any, query: str = "") -> Any:
    return client_of(person).get(f"{reverse('admin:practices_submission_dossier', args=[one.pk])}{query}")


def long_case() -> Submission:
    """From the draft to the restoring after a removal, with remarks, an answer, a note and a file."""
    of, someone, chief = make.organisation(), make.editor_user(), make.editor_user(chief=True)
    anna = make.officer_of(of, email="anna@comune.example")
    one = officer.start(of, by=anna, at=make.NOW, values=make.values())
    files.attach(one, by=anna, at=make.NOW, file=stored(pdf(), "relazione.pdf"), kind="report", title="Relazione")
    one = editor.take(officer.submit(one, by=anna, at=make.later(1), similar_seen=True), by=someone, at=make.later(2))
    editor.note(one, by=someone, at=make.later(3), text="Parola interna.")
    one = editor.request_changes(
        one, by=someone, at=make.later(4), reason=make.reason(), text="Mancano i numeri.", remarks=[("results", "Quanti?")]
    )
    officer.answer(one.remarks.get(), by=anna, at=make.later(5), text="Novanta.")
    officer.save(one, by=anna, at=make.later(5), section="results", values={"results": "Novanta persone."}, seen=0)
    one = officer.resubmit(one, by=anna, at=make.later(6))
    one = editor.publish(one, by=someone, at=make.later(7))
    practice_verbs.remove(one.practice, by=chief, at=make.later(8), reason="mistake", text="Per errore.")
    practice_verbs.restore(one.practice, by=chief, at=make.later(9), text="Rimessa.")
    return Submission.objects.get(pk=one.pk)


def test_everything_that_was_recorded_is_on_the_page() -> None:
    one, reader = long_case(), make.editor_user()
    response = dossier(one, reader)
    page = response.content.decode().replace("&#x27;", "'")
    events = list(one.practice.events.order_by("pk"))
    entries = response.context["entries"]
    assert [entry["event"] for entry in entries] == events
    assert len(events) == 8
    for entry, event in zip(entries, events, strict=True):
        told = [str(Verb(event.verb).label), str(event.by), event.text, str(event.reason or ""), event.mail]
        assert [part for part in told if part not in page] == [], event.verb
        assert [change.name for change in entry["changes"]] == (
            ["results"] if event.verb == "resubmit" else [change.name for change in entry["changes"]]
        )
    assert [bool(entry["changes"]) for entry in entries] == [event.after is not None for event in events]
    stored_file = one.attachments.get()
    for part in (one.practice.code, one.organisation.name, "Quanti?", "Novanta.", "relazione.pdf", stored_file.sha256):
        assert part in page, part
    assert (f"per {reader}." in page, "Parola interna." in page) == (True, False)
    with_notes = dossier(one, reader, "?note=1").content.decode()
    assert ("Parola interna." in with_notes, "non sono comprese" in with_notes) == (True, False)
    # Who acts for the organisation reads no notes, whatever she asks for.
    own = make.editor_user()
    own.affiliations.create(organisation=one.organisation, status="active", active_from=make.NOW)
    assert "Parola interna." not in dossier(one, own, "?note=1").content.decode()


def test_a_long_record_costs_as_many_queries_as_a_short_one() -> None:
    one, reader, numbers = make.submission(Status.UNDER_REVIEW), make.editor_user(), []
    for rounds in range(3):
        with CaptureQueriesContext(connection) as captured:
            dossier(one, reader, "?note=1")
        numbers.append(len(captured))
        for n in range(3):
            at = make.later(10 + 10 * rounds + n)
            editor.note(one, by=one.assignee, at=at, text="Nota.")
            one = editor.request_changes(
                one, by=one.assignee, at=at, reason=make.reason(), text="Ancora.", remarks=[("results", "Quanti?")]
            )
            officer.answer(one.remarks.last(), by=one.submitted_by, at=at, text="Tanti.")
            one = officer.resubmit(one, by=one.submitted_by, at=at)
    assert numbers[1:] == [numbers[1]] * 2

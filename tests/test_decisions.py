"""The editors' decisions in the admin: what each page shows and does, for whom, and that an old page decides nothing."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.http import HttpResponse
from django.urls import reverse
from post_office.models import Email

from networks.models import Organisation, User
from practices.models import Note, Remark, Submission
from practices.models.choices import Status
from practices.moderation import colleagues, editor, officer
from tests import make
from tests.html_forms import data_of, send
from tests.samples import client_of, history

pytestmark = pytest.mark.django_db
QUEUE = "admin:practices_submission_changelist"
REASON = {"text": "Completate i dati.", "remarks-0-field": "results", "remarks-0-text": "Quanti?"}


def case(one: Submission) -> str:
    return reverse("admin:practices_submission_change", args=[one.pk])


def page(one: Submission, slug: str) -> str:
    return reverse("admin:practices_submission_decide", args=[one.pk, slug])


def decide(person: User, one: Submission, slug: str, **changes: Any) -> HttpResponse:
    """Open the page, fill it in, press its button."""
    return send(client_of(person), page(one, slug), "case-form", **changes)


def said(response: HttpResponse) -> str:
    """What the page to which the answer leads says of it."""
    return shown(response.client.get(response["Location"]))


def shown(response: HttpResponse) -> str:
    return response.content.decode().replace("&#x27;", "'")


# What each does ----------------------------------------------------------------------------------------------------

PLAIN: dict[str, tuple[Status, str, str]] = {
    "prendi": (Status.SUBMITTED, "under_review", "take"),
    "pubblica": (Status.UNDER_REVIEW, "published", "publish"),
    "lascia": (Status.UNDER_REVIEW, "submitted", "release"),
    "ritira-proposta": (Status.TO_CONFIRM, "under_review", "retract"),
    "chiudi": (Status.CHANGES_REQUESTED, "withdrawn", "close"),
    "riapri": (Status.REJECTED, "under_review", "reopen"),
}
WITH_REASON = ((Status.UNDER_REVIEW, "integrazioni"), (Status.UNDER_REVIEW, "respingi"))


@pytest.mark.parametrize("slug", PLAIN)
def test_a_decision_goes_through_a_page_that_says_what_will_happen(slug: str) -> None:
    status, target, verb = PLAIN[slug]
    chief = make.editor_user(chief=True)
    one = make.submission(status, assignee=chief)
    Submission.objects.filter(pk=one.pk).update(reminded_at=make.NOW)
    client = client_of(chief)
    assert f'href="{page(one, slug)}"' in client.get(case(one)).content.decode()
    shown = client.get(page(one, slug))
    text = str(shown.context["decision"].consequences)
    assert text in shown.content.decode().replace("&#x27;", "'")
    assert Submission.objects.get(pk=one.pk).status == status
    response = decide(chief, one, slug, confirm="1")
    event = one.events.last()
    assert (response.status_code, response["Location"]) == (302, case(one))
    assert (Submission.objects.get(pk=one.pk).status, event.verb, event.by) == (target, verb, chief)


def test_who_sent_it_is_called_the_organisation_as_unions_send_too() -> None:
    chief = make.editor_user(chief=True)
    union = make.organisation("Unione della Valle")
    Organisation.objects.update(kind="union", municipality=None)
    client = client_of(chief)
    found = []
    for status, slug in [*((status, slug) for slug, (status, *_rest) in PLAIN.items()), *WITH_REASON]:
        one = make.submission(status, of=union, assignee=chief)
        Submission.objects.filter(pk=one.pk).update(reminded_at=make.NOW)
        proposal = reverse("admin:practices_submission_propose", args=[one.pk])
        for address in (case(one), page(one, slug), proposal, f"{reverse(QUEUE)}?coda=tutte"):
            shown = client.get(address, follow=True).content.decode()
            found += re.findall(r"\b(?:il|al|dal|del|per il) Comune\b", shown, re.IGNORECASE)
    assert found == []


@pytest.mark.parametrize(
    ("slug", "verb", "target"),
    [
        ("integrazioni", "request_changes", "changes_requested"),
        ("respingi", "reject", "rejected"),
    ],
)
def test_the_mail_is_prepared_then_changed_then_sent_as_changed(slug: str, verb: str, target: str) -> None:
    someone, of = make.editor_user(), make.organisation()
    officers = [make.officer_of(of, email="a@comune.example"), make.officer_of(of, email="b@comune.example")]
    one = make.submission(Status.UNDER_REVIEW, of=of, by=officers[0], assignee=someone)
    Email.objects.all().delete()
    reason = make.reason(verb)
    given = {**(REASON if slug == "integrazioni" else {"text": "Completate i dati."}), "reason": str(reason.pk)}
    prepared = decide(someone, one, slug, **given)
    data = data_of(prepared, "case-form")
    assert (prepared.status_code, Submission.objects.get(pk=one.pk).status, Email.objects.count()) == (
        200,
        "under_review",
        0,
    )
    assert f"\n\n{reason.mail_text}\n\nCompletate i dati.\n\n" in data["mail_body"][0].replace("\r\n", "\n")
    assert "a@comune.example, b@comune.example" in prepared.content.decode()
    changed = {"mail_subject": "Un oggetto mio", "mail_body": "Un testo mio,\r\nsu due righe.", "confirm": "1"}
    response = client_of(someone).post(page(one, slug), {**data, **changed})
    event = one.events.last()
    assert (response.status_code, Submission.objects.get(pk=one.pk).status) == (302, target)
    assert (event.verb, event.reason, event.text) == (verb, reason, "Completate i dati.")
    body = "Un testo mio,\nsu due righe."
    assert [(row.to, row.subject, row.message) for row in Email.objects.order_by("pk")] == [
        ([o.email], "Un oggetto mio", body) for o in officers
    ]
    assert event.mail == f"A: a@comune.example, b@comune.example\nUn oggetto mio\n\n{body}"
    expected = [("results", "Quanti?", someone.pk)] if slug == "integrazioni" else []
    assert list(Remark.objects.values_list("field", "text", "by")) == expected


@pytest.mark.parametrize("missing", ["reason", "text", "remarks-0-text"])
def test_a_request_without_reason_text_or_words_of_a_remark_goes_no_further(missing: str) -> None:
    one = make.submission(Status.UNDER_REVIEW)
    given = {**REASON, "reason": str(make.reason().pk), missing: ""}
    response = decide(one.assignee, one, "integrazioni", **given, confirm="1")
    assert (response.status_code, "mail_body" in data_of(response, "case-form")) == (422, False)
    page = response.content.decode()
    assert ("<title>Errore: " in page, page.count(f'<li><a href="#id_{missing}">')) == (True, 1)
    assert (Submission.objects.get(pk=one.pk).status, Remark.objects.count()) == ("under_review", 0)
    shown = data_of(response, "case-form")
    assert {name: shown[name] for name in given} == {name: [value] for name, value in given.items()}


def test_a_subject_with_newlines_is_one_line_and_an_empty_one_is_not_sent() -> None:
    one = make.submission(Status.UNDER_REVIEW)
    Email.objects.all().delete()
    reason = {"reason": str(make.reason("reject").pk), "text": "Non basta."}
    data = data_of(decide(one.assignee, one, "respingi", **reason), "case-form")
    client = client_of(one.assignee)
    client.post(page(one, "respingi"), {**data, "mail_subject": "  ", "confirm": "1"})
    assert (Submission.objects.get(pk=one.pk).status, Email.objects.count()) == ("under_review", 0)
    client.post(page(one, "respingi"), {**data, "mail_subject": "Uno\r\nBcc: x@example.org", "confirm": "1"})
    assert [row.subject for row in Email.objects.all()] == ["Uno Bcc: x@example.org"]


def test_from_the_mail_one_goes_back_to_the_reason_and_what_was_typed_is_there() -> None:
    one = make.submission(Status.UNDER_REVIEW)
    given = {**REASON, "reason": str(make.reason().pk)}
    data = data_of(decide(one.assignee, one, "integrazioni", **given), "case-form")
    client = client_of(one.assignee)
    again = data_of(client.post(page(one, "integrazioni"), {**data, "back": "1"}), "case-form")
    assert ({name: again[name] for name in given}, "mail_body" in again) == ({n: [v] for n, v in given.items()}, False)
    assert (Submission.objects.get(pk=one.pk).status, Email.objects.filter(subject__startswith="Servono").count()) == (
        "under_review",
        0,
    )


@pytest.mark.parametrize("slug", ["pubblica", "chiudi"])
def test_the_mail_of_a_decision_without_reason_is_shown_and_goes_as_it_was_changed(slug: str) -> None:
    one = make.submission(Status.UNDER_REVIEW if slug == "pubblica" else Status.CHANGES_REQUESTED)
    Submission.objects.filter(pk=one.pk).update(reminded_at=make.NOW)
    Email.objects.all().delete()
    shown = data_of(client_of(one.assignee).get(page(one, slug)), "case-form")
    address = f"/id/{one.practice.code}" if slug == "pubblica" else f"/scrivania/schede/{one.pk}/"
    assert address in shown["mail_body"][0]
    emptied = decide(one.assignee, one, slug, mail_body="", confirm="1")
    assert (emptied.status_code, Email.objects.count()) == (422, 0)
    assert decide(one.assignee, one, slug, mail_subject="Mio", mail_body="Parole mie.", confirm="1").status_code == 302
    assert [(row.subject, row.message) for row in Email.objects.all()] == [("Mio", "Parole mie.")]


def test_a_mail_that_the_editor_emptied_does_not_go_as_it_was_prepared() -> None:
    one = make.submission(Status.UNDER_REVIEW)
    Email.objects.all().delete()
    reason = {"reason": str(make.reason("reject").pk), "text": "Non basta."}
    data = data_of(decide(one.assignee, one, "respingi", **reason), "case-form")
    client_of(one.assignee).post(page(one, "respingi"), {**data, "mail_body": "", "confirm": "1"})
    assert (Submission.objects.get(pk=one.pk).status, Email.objects.count()) == ("under_review", 0)


def test_remarks_and_notes_are_added_on_the_case_page() -> None:
    one, someone = make.submission(Status.UNDER_REVIEW), make.editor_user()
    client = client_of(someone)
    client.post(
        reverse("admin:practices_submission_remark", args=[one.pk]), {"remark-field": "results", "remark-text": "Quanti?"}
    )
    client.post(reverse("admin:practices_submission_note", args=[one.pk]), {"note-text": "Chiamare."})
    client.post(
        reverse("admin:practices_submission_remark", args=[one.pk]), {"remark-field": "status", "remark-text": "Quanti?"}
    )
    client.post(reverse("admin:practices_submission_note", args=[one.pk]), {"note-text": ""})
    assert list(Remark.objects.values_list("field", "text", "by")) == [("results", "Quanti?", someone.pk)]
    assert list(Note.objects.values_list("text", "by")) == [("Chiamare.", someone.pk)]


# Who may, and when -------------------------------------------------------------------------------------------------


def forgers(one: Submission) -> dict[str, tuple[User, *tuple[int, ...]]]:
    """Who may decide nothing on this submission, and what each is answered."""
    staff = make.user(is_staff=True)
    Authenticator.objects.create(user=staff, type=Authenticator.Type.TOTP, data={"secret": "prova"})
    own = make.editor_user(chief=True)
    own.affiliations.create(organisation=one.organisation, status="active", active_from=make.NOW)
    return {
        "officer": (make.officer_of(one.organisation, "manager"), 302),
        "outsider": (make.user(), 302),
        "coordinator": (make.coordinator_of(one.organisation), 302),
        "staff without permission": (staff, 404),
        "editor without a second factor": (make.editor_user(chief=True, second_factor=False), 302),
        # What was typed is given back, as to everybody for whom it is not possible now.
        "chief who acts for it": (own, 302, 409),
    }


@pytest.mark.parametrize(
    "status", [Status.SUBMITTED, Status.UNDER_REVIEW, Status.TO_CONFIRM, Status.CHANGES_REQUESTED, Status.REJECTED]
)
def test_forged_decisions_change_nothing(status: Status) -> None:
    one = make.submission(status)
    Submission.objects.filter(pk=one.pk).update(reminded_at=make.NOW)
    people = forgers(one)
    before = Submission.objects.filter(pk=one.pk).values().get(), one.events.count(), Email.objects.count()
    found = {}
    for name, (person, *_expected) in people.items():
        client = client_of(person)
        for slug in (*PLAIN, "integrazioni", "respingi"):
            verb = "reject" if slug == "respingi" else "request_changes"
            data = {
                "seen": one.events.last().pk,
                "confirm": "1",
                "reason": make.reason(verb).pk,
                "text": "Sì.",
                "mail_subject": "O",
                "mail_body": "T",
                "remarks-TOTAL_FORMS": "0",
                "remarks-INITIAL_FORMS": "0",
            }
            found.setdefault(name, set()).add(client.post(page(one, slug), data).status_code)
        for extra in ("remark", "note"):
            url = reverse(f"admin:practices_submission_{extra}", args=[one.pk])
            found[name].add(
                client.post(url, {"remark-field": "results", "remark-text": "Io.", "note-text": "Io."}).status_code
            )
    assert found == {name: set(expected) for name, (_person, *expected) in people.items()}
    assert (Submission.objects.filter(pk=one.pk).values().get(), one.events.count(), Email.objects.count()) == before
    assert (Remark.objects.count(), Note.objects.count()) == (0, 0)


def test_an_editor_who_has_not_the_case_decides_nothing_on_it() -> None:
    one, other = make.submission(Status.UNDER_REVIEW), make.editor_user()
    for slug in ("pubblica", "respingi", "integrazioni", "lascia"):
        data = {"seen": one.events.last().pk, "confirm": "1", "text": "Sì.", "mail_body": "Sì."}
        response = client_of(other).post(page(one, slug), data)
        told = said(response) if slug == "lascia" else shown(response)
        assert "questa azione ora non è possibile per te" in told
    assert history(one)[-1] == ("take", "submitted", "under_review")


def test_the_case_is_changed_by_nothing_but_its_decisions() -> None:
    one, chief = make.submission(Status.UNDER_REVIEW), make.editor_user(chief=True)
    client, before = client_of(chief), Submission.objects.filter(pk=one.pk).values().get()
    data = {"status": "published", "title": "Altro", "_save": "1"}
    assert client.post(case(one), data).status_code == 404
    assert client.post(reverse("admin:practices_submission_add"), data).status_code == 403
    assert client.post(reverse("admin:practices_submission_delete", args=[one.pk]), {"post": "yes"}).status_code == 403
    client.post(reverse(QUEUE), {"action": "delete_selected", "_selected_action": [one.pk], "post": "yes"})
    assert Submission.objects.filter(pk=one.pk).values().get() == before


def test_a_draft_that_was_never_sent_is_no_case() -> None:
    draft, chief = make.submission(), make.editor_user(chief=True)
    client = client_of(chief)
    assert [client.get(url).status_code for url in (case(draft), page(draft, "prendi"))] == [404, 404]
    assert draft.title not in client.get(f"{reverse(QUEUE)}?coda=tutte").content.decode()


def test_a_page_that_was_opened_before_the_last_event_decides_nothing() -> None:
    one, chief = make.submission(Status.UNDER_REVIEW), make.editor_user(chief=True)
    client = client_of(chief)
    opened = data_of(client.get(page(one, "pubblica")), "case-form")
    editor.request_changes(one, by=one.assignee, at=make.later(5), reason=make.reason(), text="Completate.")
    officer.save(one, by=one.submitted_by, at=make.later(6), section="identity", values={"title": "Altro"}, seen=0)
    officer.resubmit(one, by=one.submitted_by, at=make.later(7))
    response = client.post(page(one, "pubblica"), {**opened, "mail_body": "Parole mie.", "confirm": "1"})
    told = shown(response)
    assert (response.status_code, "<title>Errore: Pubblica" in told) == (409, True)
    assert "Nel frattempo la scheda è cambiata" in told
    assert f"Integrazioni richieste ({one.assignee}), Inviata di nuovo ({one.submitted_by})." in told
    assert history(one)[-1] == ("resubmit", "changes_requested", "under_review")
    for seen in ("", "x", "-1", "9" * 30, str(int(opened["seen"][0]) + 999)):
        client.post(page(one, "pubblica"), {"seen": seen, "confirm": "1"})
    assert history(one)[-1] == ("resubmit", "changes_requested", "under_review")
    # What was typed is there, and who has read what happened may confirm it.
    assert client.post(page(one, "pubblica"), {**data_of(response, "case-form"), "confirm": "1"}).status_code == 302
    assert history(one)[-1] == ("publish", "under_review", "published")
    assert one.events.get(verb="publish").mail.endswith("\n\nParole mie.")


def test_of_a_request_for_changes_nothing_typed_is_lost_when_something_happens_meanwhile() -> None:
    one = make.submission(Status.UNDER_REVIEW)
    client, at_page = client_of(one.assignee), page(one, "integrazioni")
    given = {**REASON, "reason": str(make.reason().pk)}
    first = {**data_of(client.get(at_page), "case-form"), **given}
    colleague = make.officer_of(one.organisation)
    colleagues.hand_over(one, by=colleague, at=make.later(5), to=colleague)
    early = client.post(at_page, first)
    told, again = f"Passata di mano ({colleague})", data_of(early, "case-form")
    assert (early.status_code, told in shown(early), {name: again[name][0] for name in given}) == (409, True, given)
    second = {**data_of(client.post(at_page, again), "case-form"), "mail_body": "Parole mie."}
    colleagues.hand_over(one, by=colleague, at=make.later(6), to=one.submitted_by)
    late = client.post(at_page, {**second, "confirm": "1"})
    again = data_of(late, "case-form")
    assert (late.status_code, told in shown(late), again["mail_body"]) == (409, True, ["Parole mie."])
    assert {name: again[name][0] for name in given} == given
    assert client.post(at_page, {**again, "confirm": "1"}).status_code == 302
    assert one.events.last().mail.endswith("\n\nParole mie.")
    assert list(one.remarks.values_list("field", "text")) == [("results", "Quanti?")]


def test_what_was_typed_for_a_decision_that_is_no_longer_possible_can_be_copied() -> None:
    one, other = make.submission(Status.UNDER_REVIEW), make.editor_user()
    client, at_page = client_of(one.assignee), page(one, "integrazioni")
    reason = make.reason()
    first = {**data_of(client.get(at_page), "case-form"), **REASON, "reason": str(reason.pk)}
    second = data_of(client.post(at_page, first), "case-form")
    publishing = data_of(client.get(page(one, "pubblica")), "case-form")
    editor.reassign(one, by=make.editor_user(chief=True), at=make.later(5), to=other)
    late = client.post(at_page, {**second, "mail_subject": "Un oggetto mio", "mail_body": "Parole mie.", "confirm": "1"})
    assert (late.status_code, "<title>Errore: Chiedi integrazioni" in shown(late)) == (409, True)
    assert "La scheda è «In esame»: questa azione ora non è possibile per te." in shown(late)
    assert late.context["kept"] == [
        ("Motivo", str(reason)),
        ("Spiegazione per l'ente", "Completate i dati."),
        ("Oggetto dell'e-mail", "Un oggetto mio"),
        ("Testo dell'e-mail", "Parole mie."),
        ("Campo", "Risultati"),
        ("Osservazione", "Quanti?"),
    ]
    assert all(text in shown(late) for _label, text in late.context["kept"])
    # A mail that nobody touched is no loss.
    untouched = client.post(page(one, "pubblica"), {**publishing, "confirm": "1"})
    assert (untouched.status_code, untouched["Location"]) == (302, case(one))
    assert history(one)[-1] == ("reassign", "under_review", "under_review")


def test_the_two_person_rule_is_said_on_the_page_and_kept() -> None:
    one = make.submission(Status.TO_CONFIRM)
    officer.confirm(one, by=one.submitted_by, at=make.later(5))
    why = "Hai proposto tu delle modifiche: la decide un'altra persona della redazione."
    assert why in client_of(one.assignee).get(case(one)).content.decode().replace("&#x27;", "'")
    refused = decide(one.assignee, one, "pubblica", confirm="1")
    assert (refused.status_code, refused.context["told"]) == (409, why)
    assert Submission.objects.get(pk=one.pk).status == "under_review"

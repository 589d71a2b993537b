"""Editors who change a text: proposals to the organisation and corrections of what is live, in two steps that lose nothing."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from post_office.models import Email

from networks.models import User
from practices import content
from practices.models import Attachment, Remark, Submission
from practices.models.choices import RemovalReason, Status
from practices.moderation import editor, officer
from practices.moderation import practice as verbs
from tests import make
from tests.html_forms import data_of, forms_of
from tests.samples import client_of, full_draft, history

pytestmark = pytest.mark.django_db
FORM = "case-form"


def proposal(one: Submission) -> str:
    return reverse("admin:practices_submission_propose", args=[one.pk])


def correction(one: Submission) -> str:
    return reverse("admin:practices_practice_correct", args=[one.practice_id])


def full(status: Status) -> tuple[Submission, User]:
    """Something in every field and two files, in the hands of this editor or published by her."""
    of, someone = make.organisation(), make.editor_user()
    by = make.officer_of(of, email="ufficio@comune.example")
    sent = officer.submit(full_draft(of, by), by=by, at=make.later(1), similar_seen=True)
    one = editor.take(sent, by=someone, at=make.later(2))
    if status == Status.PUBLISHED:
        one = editor.publish(one, by=someone, at=make.later(3))
    Email.objects.all().delete()
    return Submission.objects.get(pk=one.pk), someone


def post(client: Client, url: str, data: dict[str, Any], *without: str, **changes: Any) -> HttpResponse:
    return client.post(url, {name: value for name, value in {**data, **changes}.items() if name not in without})


def now(one: Submission) -> dict[str, Any]:
    return content.read(Submission.objects.get(pk=one.pk))


def files(one: Submission) -> list[dict[str, Any]]:
    return list(Attachment.objects.filter(submission=one).values())


CHANGES: dict[str, Any] = {
    "title": "Portierato sociale",
    "tags": "portierato, stazione",
    "results": "Meno segnalazioni.\r\n\r\nPiù incontri.",
    "partners-1-name": "Associazione Ponte",
    "links-0-url": "https://example.org/nuovo",
}
EXPECTED = {
    "title": "Portierato sociale",
    "tags": ["portierato", "stazione"],
    "results": "Meno segnalazioni.\n\nPiù incontri.",
    "partners": [
        {"name": "Coop Prova", "nature": "cooperativa", "contribution": "Due operatori"},
        {"name": "Associazione Ponte", "nature": "", "contribution": ""},
    ],
    "links": [{"title": "Il sito", "url": "https://example.org/nuovo"}],
}


def test_a_proposal_is_read_again_then_sent_and_can_be_refused_to_the_letter() -> None:
    one, someone = full(Status.UNDER_REVIEW)
    before, kept, client = now(one), files(one), client_of(someone)
    assert (
        f'href="{proposal(one)}"' in client.get(reverse("admin:practices_submission_change", args=[one.pk])).content.decode()
    )
    opened = data_of(client.get(proposal(one)), FORM)
    text = {"explanation": "Così si capisce meglio."}
    review = post(client, proposal(one), opened, **CHANGES, **text, truth_declared="", contact_person="Altra")
    assert (review.status_code, [change.name for change in review.context["changes"]]) == (
        200,
        ["title", "tags", "partners", "results", "links"],
    )
    assert "ufficio@comune.example" in review.content.decode()
    second = data_of(review, FORM)
    assert "Così si capisce meglio." in second["mail_body"][0]
    assert (now(one), history(one)[-1][0], Email.objects.count()) == (before, "take", 0)
    # Back to the text: nothing is lost, and there is room for more rows.
    again = data_of(post(client, proposal(one), second, back="1"), FORM)
    typed = {**{name: [value] for name, value in CHANGES.items()}, "explanation": [text["explanation"]]}
    assert {name: again[name] for name in typed} == typed
    assert "mail_body" not in again
    assert int(again["partners-TOTAL_FORMS"][0]) == int(opened["partners-TOTAL_FORMS"][0]) + 2
    second = data_of(post(client, proposal(one), again), FORM)
    emptied = post(client, proposal(one), second, mail_subject=" ", confirm="1")
    assert (emptied.status_code, Email.objects.count()) == (422, 0)
    assert "<title>Errore: " in emptied.content.decode()
    done = post(client, proposal(one), second, mail_subject="Mio", mail_body="Parole mie.", confirm="1")
    event = one.events.last()
    assert (done.status_code, history(one)[-1]) == (302, ("propose", "under_review", "to_confirm"))
    assert (now(one), files(one)) == ({**before, **EXPECTED}, kept)
    assert (event.text, event.before, event.after) == (text["explanation"], before, {**before, **EXPECTED})
    assert [(mail.to, mail.subject, mail.message) for mail in Email.objects.all()] == [
        (["ufficio@comune.example"], "Mio", "Parole mie.")
    ]
    officer.refuse(one, by=one.submitted_by, at=make.later(9), text="Preferiamo il nostro.")
    assert now(one) == before


def test_a_correction_is_read_again_then_public_and_never_touches_what_is_not_public() -> None:
    live, someone = full(Status.PUBLISHED)
    before, kept, client = now(live), files(live), client_of(someone)
    page = reverse("admin:practices_practice_change", args=[live.practice_id])
    assert f'href="{correction(live)}"' in client.get(page).content.decode()
    draft = officer.revise(live.practice, by=live.submitted_by, at=make.later(5))
    officer.save(draft, by=live.submitted_by, at=make.later(6), section="identity", values={"title": "Nostro"}, seen=0)
    opened = data_of(client.get(correction(live)), FORM)
    assert {"explanation", "contact_person", "notes_to_editors", "truth_declared", "indicators-TOTAL_FORMS"} & set(
        opened
    ) == set()
    forged = {"contact_person": "Altra", "licence_accepted": "on", "status": "draft", "indicators-0-name": "X"}
    review = post(client, correction(live), opened, **CHANGES, **forged)
    second = data_of(review, FORM)
    labels = "Titolo, Parole chiave, Partner, Risultati, Collegamenti"
    assert f"ha corretto: {labels}." in second["mail_body"][0]
    assert now(live) == before
    assert post(client, correction(live), second, confirm="1")["Location"] == page
    assert (now(live), files(live)) == ({**before, **EXPECTED}, kept)
    event = live.events.last()
    assert (event.verb, event.by, event.before, event.after) == ("correct", someone, before, {**before, **EXPECTED})
    assert Email.objects.get().message.startswith("Buongiorno,\n\nnella pratica pubblicata")
    assert (now(draft)["title"], now(draft)["results"]) == ("Nostro", EXPECTED["results"])
    assert list(Remark.objects.values_list("submission", "field")) == [(draft.pk, "title")]


@pytest.mark.parametrize("status", [Status.UNDER_REVIEW, Status.PUBLISHED])
def test_mistakes_are_listed_and_linked_and_nothing_typed_is_lost(status: Status) -> None:
    one, someone = full(status)
    url = proposal(one) if status == Status.UNDER_REVIEW else correction(one)
    before, client = now(one), client_of(someone)
    opened = data_of(client.get(url), FORM)
    wrong = {"title": "", "ended_on_year": "2001", "links-0-url": "javascript:x", "problem": "Riscritto."}
    expected = ["id_title", "id_ended_on_legend", "id_links-0-url"]
    if status == Status.UNDER_REVIEW:
        # What it was adapted from is not formal.
        wrong |= {"adaptations-0-origin": one.practice.code, "adaptations-0-origin_name": ""}
        expected.insert(2, "id_adaptations-0-origin")
    response = post(client, url, opened, **wrong, confirm="1", mail_body="Sì.", mail_subject="Sì.", explanation="Sì.")
    page = response.content.decode()
    assert (response.status_code, "<title>Errore: " in page) == (422, True)
    ids = [id for id, _label, _message in response.context["errors"]]
    assert ids == expected
    assert [f'href="#{id}"' in page and f'id="{id}"' in page for id in ids] == [True] * len(ids)
    shown = data_of(response, FORM)
    assert {name: shown[name] for name in wrong} == {name: [value] for name, value in wrong.items()}
    assert [is_open for _section, is_open in response.context["form"].shown()].count(True) == len(expected)
    nothing = post(client, url, opened, explanation="Nulla.")
    assert (nothing.status_code, nothing.context["told"]) == (422, "Non hai cambiato nulla.")
    if status == Status.UNDER_REVIEW:
        unsaid = post(client, url, opened, title="Altro")
        assert (unsaid.status_code, [i for i, _l, _m in unsaid.context["errors"]]) == (422, ["id_explanation"])
    assert (now(one), Email.objects.count()) == (before, 0)


def test_a_page_from_before_the_last_event_does_nothing_and_says_what_happened() -> None:
    one, someone = full(Status.UNDER_REVIEW)
    client = client_of(someone)
    opened = data_of(client.get(proposal(one)), FORM)
    second = data_of(post(client, proposal(one), opened, title="Mio", explanation="Perché sì."), FORM)
    editor.request_changes(one, by=someone, at=make.later(5), reason=make.reason(), text="Completate.")
    officer.save(one, by=one.submitted_by, at=make.later(6), section="why", values={"problem": "Loro."}, seen=0)
    officer.resubmit(one, by=one.submitted_by, at=make.later(7))
    before = now(one)
    for seen in (second["seen"][0], "x", ""):
        old = post(client, proposal(one), second, seen=seen, confirm="1")
        assert (old.status_code, data_of(old, FORM)["title"], now(one)) == (409, ["Mio"], before)
    old = post(client, proposal(one), second, confirm="1")
    assert f"Integrazioni richieste ({someone}), Inviata di nuovo ({one.submitted_by})." in old.context["told"]
    # What is sent from there knows of it, and the comparison shows what it would undo.
    review = post(client, proposal(one), data_of(old, FORM))
    assert [change.name for change in review.context["changes"]] == ["title", "problem"]
    live, chief = make.published(title="Un'altra"), make.editor_user(chief=True)
    opened = data_of(client.get(correction(live)), FORM)
    verbs.archive(live.practice, by=chief, at=make.later(8), notice="Conclusa.")
    old = post(client, correction(live), opened, title="Corretta")
    assert (old.status_code, f"Archiviata ({chief})." in old.context["told"]) == (409, True)


def test_what_was_typed_for_a_text_that_is_closed_meanwhile_can_be_copied() -> None:
    one, someone = full(Status.UNDER_REVIEW)
    client = client_of(someone)
    opened = data_of(client.get(proposal(one)), FORM)
    editor.release(one, by=someone, at=make.later(5))
    typed = {"title": "Mio", "target_groups": [], "explanation": "Perché sì."}
    late = post(client, proposal(one), opened, **typed)
    assert (late.status_code, late.context["kept"]) == (409, [("Titolo", "Mio"), ("Spiegazione per l'ente", "Perché sì.")])
    assert client.get(proposal(one))["Location"] == reverse("admin:practices_submission_change", args=[one.pk])


def test_who_may_not_changes_nothing() -> None:
    one, someone = full(Status.UNDER_REVIEW)
    live = make.published(title="Un'altra")
    mine = data_of(client_of(someone).get(proposal(one)), FORM)
    theirs = data_of(client_of(someone).get(correction(live)), FORM)
    chief = make.editor_user(chief=True)
    chief.affiliations.create(organisation=one.organisation, status="active", active_from=make.NOW)
    before, people = (
        (now(one), now(live), Email.objects.count()),
        {
            "officer": (one.submitted_by, 302),
            "outsider": (make.user(), 302),
            "staff": (make.user(is_staff=True), 302),
            # What they typed is given back.
            "chief who acts for it": (chief, 409),
            "other editor": (make.editor_user(), 409),
        },
    )
    mail = {"mail_subject": "O", "mail_body": "T", "confirm": "1", "title": "Forzata", "explanation": "Sì."}
    found = {name: post(client_of(who), proposal(one), mine, **mail).status_code for name, (who, _s) in people.items()}
    assert found == {name: status for name, (_who, status) in people.items()}
    del people["other editor"]
    found = {name: post(client_of(who), correction(live), theirs, **mail).status_code for name, (who, _s) in people.items()}
    assert found == {name: status for name, (_who, status) in people.items()}
    verbs.remove(live.practice, by=make.editor_user(chief=True), at=make.later(9), reason=RemovalReason.MISTAKE, text="No.")
    assert post(client_of(someone), correction(live), theirs, **mail).status_code == 409
    assert (now(one), now(live)) == before[:2]
    assert not [form for form, _data in forms_of(client_of(chief).get(proposal(one))) if form.get("class") == FORM]

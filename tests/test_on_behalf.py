"""A practice that an editor enters for an organisation: who sees it, who writes it, who sends it; and coordinators' remarks."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from networks.models import Organisation, User
from practices.models import Remark, Submission
from practices.models.choices import Status
from practices.moderation import Refusal, Verb, allowed_verbs, editor, officer, roles_of
from practices.moderation.on_behalf import hand_to_organisation
from tests import make
from tests.html_forms import data_of, forms_of, send
from tests.samples import client_of, history, pdf

pytestmark = pytest.mark.django_db
BEGIN = "admin:practices_submission_on_behalf"


def begun(by: User, of: Organisation) -> Submission:
    """Through the editor's page."""
    response = send(client_of(by), reverse(BEGIN), "case-form", organisation=of.pk, kind="intervention", title="Per loro")
    made = Submission.objects.get(title="Per loro")
    assert response["Location"] == reverse("desk:section", args=[made.pk, "identity"])
    return made


def deliver(one: Submission) -> str:
    return reverse("admin:practices_submission_deliver", args=[one.pk])


def reads(person: User, one: Submission) -> bool:
    return client_of(person).get(reverse("desk:case", args=[one.pk])).status_code == 200


def test_an_editor_writes_for_an_organisation_until_she_hands_the_text_over() -> None:
    of = make.organisation()
    writer, other, chief = make.editor_user(), make.editor_user(), make.editor_user(chief=True)
    one = begun(writer, of)
    assert (one.created_by, one.on_behalf, [m.pk for m in one.municipalities.all()]) == (writer, True, ["H223"])
    anna, coordinator = make.officer_of(of, email="anna@comune.example"), make.coordinator_of(of)
    readers = (writer, anna, other, chief, coordinator)
    assert [reads(person, one) for person in readers] == [True, True, False, False, False]
    # She writes like the organisation's people, section by section and with files, and sends nothing.
    assert send(client_of(writer), reverse("desk:section", args=[one.pk, "why"]), problem="Conflitti.").status_code == 302
    upload = {"file": SimpleUploadedFile("relazione.pdf", pdf())}
    assert client_of(writer).post(reverse("desk:upload", args=[one.pk]), upload).status_code == 201
    one.refresh_from_db()
    assert (one.problem, one.attachments.count(), one.status) == ("Conflitti.", 1, "draft")
    may = allowed_verbs(one, roles_of(writer, one))
    assert may == [Verb.SAVE, Verb.DISCARD, Verb.DELIVER, Verb.HAND_OVER]
    assert client_of(writer).post(reverse("desk:send", args=[one.pk]), {"similar_seen": "on"}).status_code == 302
    assert history(one) == [("start", "", "draft")]
    # Handed over, it is theirs alone.
    page = client_of(writer).get(reverse("desk:case", args=[one.pk])).content.decode()
    assert f'href="{deliver(one)}"' in page
    assert client_of(other).post(deliver(one), {"email": "ufficio@comune.example"}).status_code == 404
    assert client_of(writer).post(deliver(one), {"email": "ufficio"}).status_code == 422
    Email.objects.all().delete()
    assert client_of(writer).post(deliver(one), {"email": "ufficio@comune.example"}).status_code == 302
    one.refresh_from_db()
    assert (one.handed_over_at is not None, history(one)[-1]) == (True, ("deliver", "draft", "draft"))
    assert [(row.to, row.subject) for row in Email.objects.all()] == [
        (["anna@comune.example"], "Una scheda da completare: «Per loro»"),
        (["ufficio@comune.example"], Email.objects.latest("pk").subject),
    ]
    invited = of.invitations.get()
    assert (invited.email, invited.role, invited.invited_by) == ("ufficio@comune.example", "manager", writer)
    assert [reads(person, one) for person in readers] == [False, True, False, False, False]
    assert client_of(writer).post(deliver(one), {"email": "ufficio@comune.example"}).status_code == 404
    for forbidden in (
        lambda: officer.save(one, by=writer, at=make.NOW, section="why", values={"problem": "X"}, seen=1),
        lambda: officer.discard(one, by=writer, at=make.NOW),
        lambda: hand_to_organisation(one, by=writer, at=make.NOW),
    ):
        with pytest.raises(Refusal):
            forbidden()


def test_an_editor_does_not_make_herself_who_receives_it() -> None:
    of, writer = make.organisation(), make.editor_user("redazione@ministero.example")
    one = begun(writer, of)
    page = client_of(writer).post(deliver(one), {"email": "Redazione@ministero.example"}, follow=True)
    assert "Il tuo incarico lo dà un&#x27;altra persona." in page.content.decode()
    one.refresh_from_db()
    assert (one.handed_over_at, of.invitations.count(), Email.objects.count()) == (None, 0, 0)


def test_the_organisation_sends_it_and_who_wrote_it_does_not_decide() -> None:
    of = make.organisation()
    writer, other = make.editor_user(), make.editor_user()
    anna = make.officer_of(of)
    one = officer.start(of, by=writer, at=make.NOW, values=make.values())
    with pytest.raises(Refusal):
        officer.submit(one, by=writer, at=make.NOW, similar_seen=True)
    # Its people need not wait for the hand-over; once sent it is a case like others.
    one = officer.submit(one, by=anna, at=make.later(1), similar_seen=True)
    with pytest.raises(Refusal):
        hand_to_organisation(one, by=writer, at=make.later(2))
    one = editor.take(one, by=writer, at=make.later(2))
    with pytest.raises(Refusal, match="per conto"):
        editor.publish(one, by=writer, at=make.later(3))
    with pytest.raises(Refusal, match="per conto"):
        editor.reject(one, by=writer, at=make.later(3), reason=make.reason("reject"), text="No.")
    one = editor.take(editor.release(one, by=writer, at=make.later(3)), by=other, at=make.later(3))
    assert editor.publish(one, by=other, at=make.later(4)).status == Status.PUBLISHED


def test_an_organisations_own_people_are_no_writers_on_its_behalf() -> None:
    of = make.organisation()
    both = make.editor_user()
    both.affiliations.create(organisation=of, status="active", active_from=make.NOW)
    one = officer.start(of, by=both, at=make.NOW, values=make.values())
    assert one.on_behalf is False
    assert of not in client_of(both).get(reverse(BEGIN)).context["form"].fields["organisation"].queryset
    # Her affiliation ends: what she began is her former organisation's.
    both.affiliations.update(status="ended", ended_at=timezone.now())
    assert reads(both, one) is False
    lead = make.coordinator_of(of).affiliations.get().organisation
    response = client_of(both).post(reverse(BEGIN), {"organisation": lead.pk, "kind": "intervention", "title": "No"})
    assert (response.status_code, Submission.objects.count()) == (422, 1)


# Coordinators ------------------------------------------------------------------------------------------------------
REMARK = {"remark-field": "results", "remark-text": "Quante persone?"}


def test_a_coordinator_reads_and_remarks_and_decides_nothing() -> None:
    one = make.submission(Status.UNDER_REVIEW)
    coordinator, anna = make.coordinator_of(one.organisation), make.officer_of(one.organisation)
    client, url = client_of(coordinator), reverse("desk:case", args=[one.pk])
    listed = client.get(reverse("desk:dashboard")).context["network_cases"]
    assert ([case.pk for case in listed], allowed_verbs(one, roles_of(coordinator, one))) == ([one.pk], [])
    typed = data_of(client.get(url), "remark-form")
    assert sorted(typed) == ["csrfmiddlewaretoken", "remark-field", "remark-text"]
    post = reverse("desk:remark", args=[one.pk])
    assert client.post(post, REMARK)["Location"] == url
    assert list(Remark.objects.values_list("field", "text", "by")) == [("results", "Quante persone?", coordinator.pk)]
    assert "Quante persone?" in client_of(anna).get(url).content.decode()
    # Who wrote the text has no such form, and cannot forge it.
    assert [attributes for attributes, _data in forms_of(client_of(anna).get(url)) if "remark-form" in str(attributes)] == []
    client_of(anna).post(post, REMARK)
    # What cannot be taken is there to be sent again: too long, and said too late.
    for typed, before in (({**REMARK, "remark-text": "Lungo. " * 1000}, None), (REMARK, Status.WITHDRAWN)):
        if before:
            Submission.objects.filter(pk=one.pk).update(status=before)
        refused = client.post(post, typed)
        shown = data_of(refused, "remark-form")
        assert (refused.status_code, "<title>Errore: " in refused.content.decode()) == (422, True)
        assert {name: shown[name][0].strip() for name in typed} == {name: text.strip() for name, text in typed.items()}
    assert Remark.objects.count() == 1
    assert "remark-form" not in client.get(url).content.decode()


def test_the_coordinator_of_another_network_and_of_a_draft_sees_nothing() -> None:
    one = make.submission()
    client = client_of(make.coordinator_of(one.organisation))
    assert client.post(reverse("desk:remark", args=[one.pk]), REMARK).status_code == 404
    sent = make.submission(
        Status.SUBMITTED, of=make.organisation("Comune di Torino", make.municipality("Torino", "L219", sign="TO"))
    )
    assert client.post(reverse("desk:remark", args=[sent.pk]), REMARK).status_code == 404
    assert Remark.objects.count() == 0

"""What would go wrong at the edges: addresses that no page makes, files cut short, people in two roles."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from networks.models import User
from practices.attachments import store
from practices.models import Attachment, Submission
from practices.models.choices import Status
from practices.moderation import Forbidden, editor, officer
from practices.record import FIELDS, Type
from tests import make
from tests.samples import pdf

pytestmark = pytest.mark.django_db


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.mark.parametrize(
    "address",
    ["/pratiche/?q=%00", "/pratiche/allegati/1/%00", "/regioni/%00/", "/?x=%2500"],
)
def test_what_no_page_asks_for_is_refused_before_anything_reads_it(client: Client, address: str) -> None:
    assert client.get(address).status_code == (200 if address == "/?x=%2500" else 400)


@pytest.mark.parametrize("address", ["practices/submission/?ambito=%00", "networks/organisation/?id__in=" + "9" * 30])
def test_the_admins_filters_too(address: str) -> None:
    assert client_of(make.editor_user(chief=True)).get(f"/admin/{address}").status_code == 400


def test_a_number_that_is_none_in_the_admins_address_is_ignored() -> None:
    chief = client_of(make.editor_user(chief=True))
    assert chief.get("/admin/networks/affiliation/add/?user=abc").status_code == 200


def test_who_is_not_staff_is_not_sent_around_in_circles() -> None:
    response = client_of(make.user()).get("/admin/", follow=True)
    assert (response.status_code, len(response.redirect_chain)) == (403, 1)


def test_an_editor_with_a_second_factor_passes_the_admins_login() -> None:
    assert client_of(make.editor_user()).get("/admin/login/")["Location"] == reverse("admin:index")


def test_a_chief_editor_finds_the_person_to_give_an_affiliation_to() -> None:
    make.user("anna@comune.example")
    query = {"term": "anna", "app_label": "networks", "model_name": "affiliation", "field_name": "user"}
    answer = client_of(make.editor_user(chief=True)).get(reverse("admin:autocomplete"), query).json()
    assert [row["text"] for row in answer["results"]] == ["anna@comune.example"]


@pytest.mark.parametrize("end", ["withdraw", "close"])
def test_a_proposal_that_nobody_accepted_is_not_in_what_remains(end: str) -> None:
    proposed = make.submission(Status.TO_CONFIRM, title="Il nostro titolo")
    by, assignee = proposed.submitted_by, proposed.assignee
    assert by is not None
    assert assignee is not None
    if end == "withdraw":
        officer.withdraw(proposed, by=by, at=make.later(9))
    else:
        Submission.objects.filter(pk=proposed.pk).update(reminded_at=make.NOW)
        editor.close(proposed, by=assignee, at=make.later(60 * 24 * 31))
    assert officer.revise(proposed.practice, by=by, at=make.later(60 * 24 * 32)).title == "Il nostro titolo"


def test_whoever_sent_any_round_does_not_publish() -> None:
    asked = make.submission(Status.CHANGES_REQUESTED)
    first, colleague = asked.submitted_by, make.officer_of(asked.organisation)
    assert first is not None
    officer.resubmit(asked, by=colleague, at=make.later(9))
    first.affiliations.update(status="ended", ended_at=make.later(9))
    first.groups.set(make.editor_user(chief=True).groups.all())
    with pytest.raises(Forbidden, match="L'hai inviata tu"):
        editor.publish(asked, by=User.objects.get(pk=first.pk), at=make.later(10))


def test_no_field_takes_more_than_its_column() -> None:
    for field in FIELDS.values():
        if field.type in {Type.LINE, Type.URL, Type.EMAIL}:
            column: Any = Submission._meta.get_field(field.name)
            assert field.max_length <= column.max_length, field.name


def test_a_file_cut_short_by_a_crash_is_written_again(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    data = pdf("intero")
    path = store(SimpleUploadedFile("a.pdf", data)).path
    assert not Attachment.objects.exists()
    default_storage.delete(path)
    default_storage.save(path, ContentFile(data[:10]))
    with default_storage.open(store(SimpleUploadedFile("a.pdf", data)).path) as again:
        assert again.read() == data


def test_a_double_click_on_save_says_saved() -> None:
    draft = make.submission()
    assert draft.created_by is not None
    client, page = client_of(draft.created_by), reverse("desk:section", args=[draft.pk, "why"])
    data = {"seen": "0", "context": "Uno.", "problem": "Due.", "objectives": "Tre."}
    assert [client.post(page, data).status_code for _click in range(2)] == [302, 302]


def test_an_editor_of_the_organisation_does_not_read_the_notes() -> None:
    case = make.submission(Status.UNDER_REVIEW)
    assert case.assignee is not None
    editor.note(case, by=case.assignee, at=make.later(5), text="Solo tra noi.")
    both = make.editor_user()
    both.affiliations.create(organisation=case.organisation, status="active", active_from=make.NOW)
    page = client_of(both).get(reverse("admin:practices_submission_change", args=[case.pk]))
    assert (page.status_code, "Solo tra noi." in page.content.decode()) == (200, False)

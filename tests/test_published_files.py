"""The files of a practice: who gets them, and how a browser takes them."""

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from practices.models import Attachment, Submission
from practices.models.choices import RemovalReason
from practices.moderation import practice as whole
from tests import make

pytestmark = pytest.mark.django_db


def attach(submission: Submission, name: str = "relazione.pdf", content_type: str = "application/pdf") -> Attachment:
    return Attachment.objects.create(
        submission=submission,
        kind="report",
        title="Relazione",
        name=name,
        content_type=content_type,
        size=5,
        sha256=f"{submission.pk:064d}",
        file=ContentFile(b"%PDF-", name=f"allegati/{submission.pk}"),
    )


def test_a_file_of_a_published_practice(client: Client) -> None:
    file = attach(make.published())
    response = client.get(f"/pratiche/allegati/{file.pk}/relazione.pdf")
    assert b"".join(response.streaming_content) == b"%PDF-"
    names = ("Content-Type", "Content-Disposition", "X-Content-Type-Options", "Content-Security-Policy", "Cache-Control")
    assert {name: response.headers[name] for name in names} == {
        "Content-Type": "application/pdf",
        "Content-Disposition": 'inline; filename="relazione.pdf"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "public, no-cache",
    }
    again = client.get(f"/pratiche/allegati/{file.pk}/relazione.pdf", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


def test_only_pictures_and_pdf_are_shown_by_the_browser(client: Client) -> None:
    file = attach(make.published(), "pagina.html", "text/html")
    response = client.get(f"/pratiche/allegati/{file.pk}/pagina.html")
    assert response.headers["Content-Disposition"] == 'attachment; filename="pagina.html"'
    assert b"".join(response.streaming_content) == b"%PDF-"


def test_a_file_has_one_name_and_one_number(client: Client) -> None:
    file = attach(make.published())
    assert client.get(f"/pratiche/allegati/{file.pk}/altro.pdf").status_code == 404
    assert client.get(f"/pratiche/allegati/{file.pk + 1}/relazione.pdf").status_code == 404


def test_a_file_that_is_missing_in_the_storage_is_not_found(client: Client) -> None:
    file = attach(make.published())
    file.file.storage.delete(file.file.name)
    assert client.get(f"/pratiche/allegati/{file.pk}/relazione.pdf").status_code == 404


def test_who_reads_the_file_of_a_draft_and_of_a_removed_practice(client: Client) -> None:
    body = make.organisation()
    officer, editor = make.officer_of(body), make.editor_user()
    draft = attach(make.submission(of=body, by=officer))
    address = f"/pratiche/allegati/{draft.pk}/relazione.pdf"
    assert client.get(address).status_code == 404
    client.force_login(editor)
    assert client.get(address).status_code == 404
    client.force_login(officer)
    response = client.get(address)
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "private, no-store")
    assert b"".join(response.streaming_content) == b"%PDF-"
    published = make.published(of=body, by=officer)
    removed = attach(published)
    whole.remove(
        published.practice, by=make.editor_user(chief=True), at=make.later(9), reason=RemovalReason.MISTAKE, text="Sbaglio"
    )
    for person in (officer, editor):
        client.force_login(person)
        assert client.get(f"/pratiche/allegati/{removed.pk}/relazione.pdf").status_code == 404

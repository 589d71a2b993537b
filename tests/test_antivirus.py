"""With an antivirus and with one that does not answer: what is refused, what waits, who may open it, what becomes of it."""

import zipfile
from collections.abc import Iterator
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from lxml import html
from post_office.models import Email

from portal.lib import antivirus
from portal.news.models import News
from practices import sharing
from practices.models import Attachment, Event, Submission
from practices.models.choices import Status
from practices.moderation import Refusal, editor, officer
from tests import make
from tests.clamd import EICAR, FOUND, Clamd, listening
from tests.desk import Desk, messages
from tests.html_forms import send
from tests.samples import ODT, archive, client_of, pdf, picture, status_of
from tests.test_news_admin import WRITTEN, errors, save

pytestmark = pytest.mark.django_db
REFUSED = f"L'antivirus ha trovato «{FOUND}» in questo file: non è stato caricato."
LATER = "L'antivirus non risponde: scegli di nuovo il file e riprova fra qualche minuto."


@pytest.fixture
def clamd(settings: Any) -> Iterator[Clamd]:
    with listening() as found:
        settings.CLAMAV_SOCKET = found.address
        yield found


@pytest.fixture
def away(settings: Any, tmp_path: Path) -> None:
    """Nobody listens."""
    settings.CLAMAV_SOCKET = str(tmp_path / "clamd.ctl")


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> Path:
    """The stored files, of this test alone."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@cache
def infected(more: str = "") -> bytes:
    """A text document with the test file of all antivirus programs in it. Made once: an archive says when it was made."""
    entries = {"mimetype": ODT.encode(), "content.xml": b"<office/>", "Pictures/a": EICAR, "b": more.encode()}
    return archive(entries, zipfile.ZIP_STORED)


def stored(media: Path) -> list[str]:
    return sorted(path.suffix for path in media.rglob("*") if path.is_file())


def scan() -> str:
    out = StringIO()
    call_command("scan_files", stdout=out, stderr=out)
    return out.getvalue()


# When it answers ---------------------------------------------------------------------------------------------------
def test_what_is_infected_is_refused_and_logged_without_a_name(
    clamd: Clamd, media: Path, caplog: pytest.LogCaptureFixture
) -> None:
    desk, document = Desk(), infected()
    refused = desk.upload(document, "referto di Anna Bianchi.odt")
    assert (refused.status_code, refused.json()) == (422, {"message": REFUSED})
    response = desk.send("attachments", files=[SimpleUploadedFile("a.odt", document), SimpleUploadedFile("b.pdf", pdf())])
    assert (response.status_code, messages(response)) == (422, [("a.odt", REFUSED)])
    assert [(file.name, file.quarantined_at) for file in Attachment.objects.all()] == [("b.pdf", None)]
    assert (stored(media), clamd.received) == ([".pdf"], [document, document, pdf()])
    assert caplog.messages.count(f"antivirus: upload refused: {FOUND}") == 2
    assert "Bianchi" not in caplog.text


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_pictures_are_encoded_anew_and_need_none(clamd: Clamd, form: str) -> None:
    desk = Desk()
    assert desk.upload(picture(form) + EICAR, "foto.x").status_code == 201
    kept = Attachment.objects.get()
    with kept.file.open("rb") as file:
        assert (EICAR in file.read(), kept.quarantined_at, clamd.received) == (False, None, [])


def test_it_may_listen_on_a_path(settings: Any, tmp_path: Path) -> None:
    with listening(tmp_path / "clamd.ctl") as clamd:
        settings.CLAMAV_SOCKET = str(tmp_path / "clamd.ctl")
        assert (antivirus.scan(b"x" * 200_000), antivirus.scan(EICAR), clamd.received[0]) == ("", FOUND, b"x" * 200_000)


def test_what_editors_upload_is_scanned_too_and_waits_for_nobody(clamd: Clamd, settings: Any) -> None:
    person = client_of(make.editor_user())

    def upload(data: bytes) -> Any:
        row = {"title": "Bando", "language": "it", "upload": SimpleUploadedFile("bando.odt", data)}
        return save(
            person, **WRITTEN, **{"documents-TOTAL_FORMS": "1"}, **{f"documents-0-{name}": v for name, v in row.items()}
        )

    def told(response: Any) -> Any:
        assert (errors(response), News.objects.count()) == ({}, 0)
        return response.context["inline_admin_formsets"][0].formset.errors

    assert told(upload(infected())) == [{"upload": [REFUSED]}]
    settings.CLAMAV_SOCKET = "/nowhere"
    response = upload(infected())
    assert told(response) == [{"upload": [LATER]}]
    # And what was typed is there.
    assert (
        html.fromstring(response.content.decode()).xpath("//textarea[@name='text']")[0].text_content().strip()
        == (WRITTEN["text"])
    )


# When it does not --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("mood", ["silent", "slow", "breaks", "confused", "too large", "away"])
def test_without_an_answer_the_file_is_kept_and_waits(
    clamd: Clamd, settings: Any, monkeypatch: pytest.MonkeyPatch, mood: str
) -> None:
    monkeypatch.setattr(antivirus, "PATIENCE", 0.3)
    clamd.mood, clamd.largest = mood, 10 if mood == "too large" else clamd.largest
    if mood == "away":
        settings.CLAMAV_SOCKET = "/nowhere/clamd.ctl"
    desk = Desk()
    answer = desk.upload(pdf(), "conti.pdf")
    assert answer.status_code == 201
    [kept] = desk.draft.attachments.all()
    assert kept.quarantined_at is not None
    # The row that the page's script puts into the list says so, and the page does.
    for text in (answer.json()["row"], desk.client.get(desk.url("attachments")).content.decode()):
        [said] = html.fromstring(text).xpath("//*[@data-quarantine]//strong")
        assert said.text == "In attesa del controllo antivirus."


def test_all_the_files_of_a_form_wait_as_long_as_one(clamd: Clamd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(antivirus, "PATIENCE", 0.3)
    clamd.mood, desk = "silent", Desk()
    sent = [SimpleUploadedFile(f"{n}.pdf", pdf(str(n))) for n in range(5)]
    assert desk.send("attachments", files=sent).status_code == 302
    assert desk.draft.attachments.quarantined().count() == 5
    # The first had all of the time, the others were not even sent.
    assert len(clamd.received) == 1


def quarantined(**changes: Any) -> tuple[Desk, Attachment]:
    """A draft that could be sent, with a document that waits."""
    desk = Desk(**changes)
    assert desk.upload(infected("in attesa"), "conti.odt").status_code == 201
    return desk, desk.draft.attachments.get()


def test_who_uploaded_it_opens_it_and_nobody_else(away: None) -> None:
    desk, waiting = quarantined()
    link = sharing.share(desk.draft, by=desk.by, at=timezone.now())
    shared = reverse("practices:preview_file", args=[link.token, waiting.pk, waiting.name])
    colleague, someone = make.officer_of(desk.of), make.editor_user()
    people = {
        "anonymous": None,
        "uploaded": desk.by,
        "colleague": colleague,
        "coordinator": make.coordinator_of(desk.of),
        "editor": someone,
        "chief": make.editor_user(chief=True),
    }

    def readers() -> dict[str, set[str]]:
        return {
            url: {name for name, person in people.items() if status_of(client_of(person), url) == 200}
            for url in (waiting.address(), shared)
        }

    assert readers() == {waiting.address(): {"uploaded"}, shared: set()}
    sent = officer.submit(desk.draft, by=desk.by, at=make.later(), similar_seen=True)
    editor.take(sent, by=someone, at=make.later(2))
    assert readers() == {waiting.address(): {"uploaded"}, shared: set()}
    # It is named, says why it cannot be opened, and nothing leads to it.
    for person, page in (
        (colleague, reverse("desk:preview", args=[desk.draft.pk])),
        (None, reverse("practices:preview", args=[link.token])),
        (someone, reverse("admin:practices_submission_change", args=[desk.draft.pk])),
        (someone, reverse("admin:practices_submission_dossier", args=[desk.draft.pk])),
    ):
        text = client_of(person).get(page).content.decode()
        assert ("conti" in text, "controllo antivirus" in text, f"/allegati/{waiting.pk}/" in text) == (
            True,
            True,
            False,
        ), page


def test_its_submission_is_examined_and_not_published(away: None, settings: Any) -> None:
    desk, _waiting = quarantined()
    someone = make.editor_user()
    taken = editor.take(
        officer.submit(desk.draft, by=desk.by, at=make.later(), similar_seen=True), by=someone, at=make.later(2)
    )
    said = "Non si può ancora pubblicare: manca il controllo antivirus di «conti»."
    with pytest.raises(Refusal, match=said):
        editor.publish(taken, by=someone, at=make.later(3))
    page = reverse("admin:practices_submission_decide", args=[taken.pk, "pubblica"])
    client = client_of(someone)
    send(client, page, "case-form", confirm="1")
    assert said in client.get(reverse("admin:practices_submission_change", args=[taken.pk]), follow=True).content.decode()
    assert Submission.objects.get(pk=taken.pk).status == Status.UNDER_REVIEW
    # The organisation may take it away, and then nothing is in the way; or it is asked for another one.
    Attachment.objects.all().delete()
    assert editor.publish(taken, by=someone, at=make.later(4)).status == Status.PUBLISHED


def test_a_copy_of_it_waits_as_it_does(away: None) -> None:
    desk, waiting = quarantined()
    officer.submit(desk.draft, by=desk.by, at=make.later(), similar_seen=True)
    officer.withdraw(desk.draft, by=desk.by, at=make.later(2))
    second = officer.revise(desk.draft.practice, by=desk.by, at=make.later(3))
    copy = second.attachments.get()
    assert (copy.quarantined_at, copy.uploaded_by) == (waiting.quarantined_at, desk.by)


# The timer ---------------------------------------------------------------------------------------------------------
def test_the_timer_frees_what_is_clean(media: Path, settings: Any) -> None:
    settings.CLAMAV_SOCKET = "/nowhere"
    desk = Desk()
    desk.upload(pdf("pulito"), "pulito.pdf")
    waiting = desk.draft.attachments.get()
    colleague = client_of(make.officer_of(desk.of))
    assert status_of(colleague, waiting.address()) == 404
    with listening() as clamd:
        settings.CLAMAV_SOCKET = clamd.address
        assert scan() == "Puliti: 1. Tolti: 0. In attesa: 0.\n"
        assert scan() == "Puliti: 0. Tolti: 0. In attesa: 0.\n"
        assert clamd.received == [pdf("pulito")]
    assert (status_of(colleague, waiting.address()), stored(media)) == (200, [".pdf"])


def test_the_timer_removes_what_is_infected_and_tells_everybody_concerned(media: Path, settings: Any, queue: None) -> None:
    settings.CLAMAV_SOCKET = "/nowhere"
    desk, waiting = quarantined()
    colleague, someone = make.officer_of(desk.of), make.editor_user()
    editor.take(officer.submit(desk.draft, by=desk.by, at=make.later(), similar_seen=True), by=someone, at=make.later(2))
    Email.objects.all().delete()
    before = Event.objects.count()
    with listening() as clamd:
        settings.CLAMAV_SOCKET = clamd.address
        assert scan() == "Puliti: 0. Tolti: 1. In attesa: 0.\n"
    assert (Attachment.objects.count(), stored(media), default_storage.exists(waiting.file.name)) == (0, [], False)
    mails = list(Email.objects.order_by("pk"))
    assert sorted(address for mail in mails for address in mail.to) == sorted(
        person.email for person in (desk.by, colleague, someone)
    )
    assert {mail.subject for mail in mails} == {f"Un allegato è stato tolto: «{desk.draft.title}»"}
    assert all(f"vi ha trovato «{FOUND}»" in mail.message and "«conti.odt»" in mail.message for mail in mails)
    event = Event.objects.order_by("-pk")[0]
    assert (event.verb, event.by, event.text, event.to_status, Event.objects.count()) == (
        "remove_file",
        None,
        f"«conti.odt»: l'antivirus ha trovato «{FOUND}».",
        Status.UNDER_REVIEW,
        before + 1,
    )
    # The case says so, and nothing is in the way of a decision any more.
    case = client_of(someone).get(reverse("admin:practices_submission_change", args=[desk.draft.pk])).content.decode()
    assert "Allegato tolto dopo il controllo antivirus" in case
    assert editor.publish(desk.draft, by=someone, at=make.later(9)).status == Status.PUBLISHED


def test_a_file_that_others_name_stays_for_them(media: Path, settings: Any) -> None:
    """It came before the scanner knew it."""
    first = Desk()
    first.upload(infected(), "prima.odt")
    settings.CLAMAV_SOCKET = "/nowhere"
    second = make.submission(of=first.of, by=first.by)
    url = reverse("desk:upload", args=[second.pk])
    assert first.client.post(url, {"file": SimpleUploadedFile("dopo.odt", infected())}).status_code == 201
    with listening() as clamd:
        settings.CLAMAV_SOCKET = clamd.address
        scan()
    assert [(file.name, status_of(first.client, file.address())) for file in Attachment.objects.all()] == [
        ("prima.odt", 200)
    ]


def test_the_timer_says_when_nobody_answers_and_all_waits_on(away: None, settings: Any) -> None:
    quarantined()
    with pytest.raises(CommandError, match=r"L'antivirus non risponde \(FileNotFoundError: .*\): restano in attesa 1 file"):
        scan()
    settings.CLAMAV_SOCKET = None
    with pytest.raises(CommandError, match="CLAMAV_SOCKET non è impostata: restano in attesa 1 file"):
        scan()
    assert Attachment.objects.quarantined().count() == 1


def test_what_it_cannot_read_waits_and_keeps_nobody_else_waiting(media: Path, settings: Any) -> None:
    settings.CLAMAV_SOCKET = "/nowhere"
    desk = Desk()
    for n, data in enumerate((pdf("x" * 5_000), pdf("y"), pdf("z"))):
        desk.upload(data, f"{n}.pdf")
    default_storage.delete(desk.draft.attachments.get(name="2.pdf").file.name)
    with listening() as clamd:
        settings.CLAMAV_SOCKET, clamd.largest = clamd.address, len(pdf("y"))
        said = scan()
    assert said.endswith("Puliti: 1. Tolti: 0. In attesa: 2.\n")
    assert "size limit exceeded" in said or "closed before the end" in said
    assert [file.name for file in desk.draft.attachments.filter(quarantined_at=None)] == ["1.pdf"]


# Where there is none -----------------------------------------------------------------------------------------------
def test_without_one_nothing_changes(media: Path, settings: Any) -> None:
    assert settings.CLAMAV_SOCKET is None
    desk = Desk()
    assert desk.upload(infected(), "conti.odt").status_code == 201
    kept = desk.draft.attachments.get()
    assert (kept.quarantined_at, scan()) == (None, "Puliti: 0. Tolti: 0. In attesa: 0.\n")
    assert status_of(client_of(make.officer_of(desk.of)), kept.address()) == 200
    assert status_of(Client(), kept.address()) == 404

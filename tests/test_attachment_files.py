"""The stored files: shared by the versions of a submission, served to who may and as what they are."""

import io
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.http import FileResponse
from django.test import Client
from django.urls import reverse
from lxml import html
from PIL import Image

from networks.models import User
from practices import pictures
from practices.models import Attachment, Submission
from practices.moderation import editor, files, officer
from tests import make
from tests.samples import client_of, full_draft, odt, pdf, picture, status_of, stored

pytestmark = pytest.mark.django_db


def url_of(attachment: Attachment) -> str:
    return attachment.address()


def urls_of(submission: Submission) -> list[str]:
    """Of all its files, pictures in a narrow copy too."""
    files = list(submission.attachments.all())
    return [file.address() for file in files] + [file.address(480) for file in files if file.kind == "picture"]


def published() -> Submission:
    of = make.organisation()
    by, someone = make.officer_of(of), make.editor_user()
    sent = officer.submit(full_draft(of, by), by=by, at=make.later(1), similar_seen=True)
    return editor.publish(editor.take(sent, by=someone, at=make.later(2)), by=someone, at=make.later(3))


# Shared ------------------------------------------------------------------------------------------------------------


def test_a_revision_shares_the_stored_files_and_loses_them_alone() -> None:
    first = published()
    by = first.submitted_by
    second = officer.revise(first.practice, by=by, at=make.later(4))
    kept = ("title", "kind", "alternative_text", "name", "sha256", "file", "content_type", "size", "width", "uploaded_by")
    ours, theirs = (list(s.attachments.values(*kept)) for s in (first, second))
    assert (theirs, Attachment.objects.count()) == (ours, 4)
    gone = second.attachments.get(kind="report").sha256
    files.save(second, by=by, at=make.later(5), values={}, seen=0, removed={gone})
    assert [[a.kind for a in s.attachments.all()] for s in (first, second)] == [["report", "picture"], ["picture"]]
    report = first.attachments.get(kind="report")
    assert (default_storage.exists(report.file.name), status_of(Client(), url_of(report))) == (True, 200)


# Who may -----------------------------------------------------------------------------------------------------------


def test_who_may_read_a_file_before_and_after_publication() -> None:
    of = make.organisation()
    other = make.organisation("Comune di Torino", make.municipality("Torino", "L219", sign="TO"))
    by, someone = make.officer_of(of), make.editor_user()
    ended = make.officer_of(of)
    ended.affiliations.update(status="ended", ended_at=make.NOW)
    people: dict[str, User | None] = {
        "anonymous": None,
        "outsider": make.user(),
        "other": make.officer_of(other),
        "ended": ended,
        "officer": by,
        "coordinator": make.coordinator_of(of),
        "editor": someone,
    }
    draft = full_draft(of, by)
    addresses = urls_of(draft)

    def readers() -> set[str]:
        found = {name: {status_of(client_of(person), url) for url in addresses} for name, person in people.items()}
        assert all(statuses in ({200}, {404}) for statuses in found.values()), found
        return {name for name, statuses in found.items() if statuses == {200}}

    assert readers() == {"officer"}
    officer.submit(draft, by=by, at=make.later(1), similar_seen=True)
    assert readers() == {"officer", "coordinator", "editor"}
    officer.recall(draft, by=by, at=make.later(2))
    assert readers() == {"officer", "coordinator", "editor"}
    officer.submit(draft, by=by, at=make.later(3), similar_seen=True)
    editor.publish(editor.take(draft, by=someone, at=make.later(4)), by=someone, at=make.later(5))
    assert readers() == set(people)
    second = officer.revise(draft.practice, by=by, at=make.later(6))
    officer.save(
        second,
        by=by,
        at=make.later(7),
        section="contacts",
        values={"licence_accepted": True, "releases_declared": True, "truth_declared": True},
        seen=0,
    )
    officer.submit(second, by=by, at=make.later(8), similar_seen=True)
    editor.publish(editor.take(second, by=someone, at=make.later(9)), by=someone, at=make.later(10))
    # Superseded: from here on its files are those of the new version, under addresses of their own.
    assert readers() == {"officer", "coordinator", "editor"}
    addresses = urls_of(second)
    assert readers() == set(people)


def test_an_address_has_the_right_number_and_name() -> None:
    live = published()
    report, photo = live.attachments.all()
    client = Client()
    wrong = [(report.pk, photo.name), (0, report.name), (report.pk, "x"), (report.pk, report.sha256)]
    assert {status_of(client, reverse("practices:attachment", args=pair)) for pair in wrong} == {404}
    assert status_of(client, f"/media/{report.file.name}") == 404


def test_a_file_that_is_missing_from_the_storage_is_not_found() -> None:
    of = make.organisation()
    by = make.officer_of(of)
    draft = make.submission(of=of, by=by)
    made = files.attach(draft, by=by, at=make.NOW, file=stored(pdf("va perso"), "x.pdf"), kind="report", title="X")
    default_storage.delete(made.file.name)
    assert status_of(client_of(by), url_of(made)) == 404


# As what -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "name", "disposition"),
    [
        (pdf(), "Relazione è.pdf", "inline; filename*=utf-8''Relazione-%C3%A8.pdf"),
        (picture("PNG"), "foto.png", 'inline; filename="foto.png"'),
        (picture("JPEG"), "foto.jpeg", 'inline; filename="foto.jpg"'),
        (picture("WEBP"), "foto.webp", 'inline; filename="foto.webp"'),
        (odt(), "atto.odt", 'attachment; filename="atto.odt"'),
    ],
    ids=["pdf", "png", "jpeg", "webp", "odt"],
)
def test_a_file_is_served_as_what_it_is_and_can_do_nothing(data: bytes, name: str, disposition: str) -> None:
    of = make.organisation()
    by = make.officer_of(of)
    file = stored(data, name)
    given = {"kind": "picture", "alternative_text": "Una piazza."} if file.is_picture else {"kind": "report"}
    made = files.attach(make.submission(of=of, by=by), by=by, at=make.NOW, file=file, title="Un file", **given)
    response = client_of(by).get(url_of(made))
    assert isinstance(response, FileResponse)
    assert len(b"".join(response)) == made.size
    headers = ("Content-Type", "Content-Disposition", "X-Content-Type-Options", "Content-Security-Policy", "Cache-Control")
    assert [response[header] for header in headers] == [
        made.content_type,
        disposition,
        "nosniff",
        "default-src 'none'; sandbox",
        "private, no-store",
    ]


def test_a_public_file_is_asked_for_again_each_time_and_sent_once() -> None:
    report = published().attachments.get(kind="report")
    client = Client()
    first = client.get(url_of(report))
    assert len(b"".join(first)) == report.size
    assert (first["Cache-Control"], first["ETag"], first.cookies) == ("public, no-cache", f'"{report.sha256}"', {})
    assert "Cookie" not in first.get("Vary", "")
    again = client.get(url_of(report), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    head = client.head(url_of(report))
    head.close()
    assert (head.status_code, client.post(url_of(report)).status_code) == (200, 405)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\temp\\x.exe", "x.pdf"),
        ("a\r\nSet-Cookie: y.pdf", "a-Set-Cookie-y.pdf"),
        ("rela\x00zione.pdf", "rela-zione.pdf"),
        ("<script>alert(1)</script>.pdf", "script.pdf"),
        ('"; filename="x.html', "filename-x.pdf"),
        ("....", "allegato.pdf"),
        (".htaccess", "allegato.pdf"),
        ("\u202efdp.exe", "fdp.pdf"),
        ("x" * 300 + ".pdf", "x" * 100 + ".pdf"),
        ("مرحبا.pdf", "مرحبا.pdf"),
        ("--help", "help.pdf"),
        ("è.tar.gz", "è.tar.pdf"),
    ],
)
def test_a_file_has_a_harmless_name(name: str, kept: str) -> None:
    of = make.organisation()
    by = make.officer_of(of)
    file = stored(pdf(), name)
    made = files.attach(make.submission(of=of, by=by), by=by, at=make.NOW, file=file, kind="report", title="Un file")
    assert made.name == kept
    response = client_of(by).get(url_of(made))
    assert (len(b"".join(response)), response["Content-Disposition"].startswith("inline; filename")) == (made.size, True)


# In widths ---------------------------------------------------------------------------------------------------------


def with_picture(width: int) -> Attachment:
    """The picture of a published submission, this wide and half as high."""
    of = make.organisation()
    by, someone = make.officer_of(of), make.editor_user()
    draft = make.submission(of=of, by=by, releases_declared=True)
    said = {"kind": "picture", "title": "La piazza", "alternative_text": 'Una "piazza".'}
    for size in ((width, width // 2), (20, 10)):
        files.attach(draft, by=by, at=make.NOW, file=stored(picture("JPEG", size), "piazza.jpg"), **said)
    sent = officer.submit(draft, by=by, at=make.later(1), similar_seen=True)
    editor.publish(editor.take(sent, by=someone, at=make.later(2)), by=someone, at=make.later(3))
    return Attachment.objects.order_by("pk")[0]


def test_a_picture_is_served_in_our_widths_and_in_no_other() -> None:
    shown, client = with_picture(1000), Client()

    def served(width: int | None) -> tuple[int, str]:
        response = client.get(shown.address(width))
        with Image.open(io.BytesIO(b"".join(response))) as image:
            assert client.get(shown.address(width), headers={"If-None-Match": response["ETag"]}).status_code == 304
            assert (response["Content-Type"], response["Cache-Control"]) == ("image/jpeg", "public, no-cache")
            assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
            return image.width, response["ETag"]

    whole = (1000, f'"{shown.sha256}"')
    # No copy is wider than the picture: that is served instead, as where a copy is missing.
    assert [served(width) for width in (None, 480, 1200)] == [whole, (480, f'"{shown.sha256}-480"'), whole]
    default_storage.delete(pictures.path_of_copy(shown.file.name, 480))
    assert served(480) == whole
    report = published().attachments.get(kind="report")
    wrong = [shown.address(481), shown.address(10**9), report.address(480), shown.address(480).replace("piazza", "altro")]
    assert [status_of(client, address) for address in wrong] == [404] * 4


def test_pages_name_the_widths_and_keep_the_place_of_a_picture(django_assert_num_queries: Any) -> None:
    shown, client = with_picture(1600), Client()
    address = shown.submission.practice.get_absolute_url()
    found = html.fromstring(client.get(address).content).xpath("//main//ul[contains(@class, 'file-list')]//img")
    wide = {
        "src": shown.address(800),
        "srcset": f"{shown.address(240)} 240w, {shown.address(480)} 480w, {shown.address(800)} 800w",
        "sizes": "(min-width: 992px) 50rem, 100vw",
        "width": "1600",
        "height": "800",
        "alt": 'Una "piazza".',
        "loading": "lazy",
    }
    small = {"src": shown.submission.attachments.all()[1].address(), "width": "20", "height": "10"}
    assert [dict(img.attrib) for img in found] == [wide, {**small, "alt": 'Una "piazza".', "loading": "lazy"}]
    # A card shows the first; the practice that has none has no picture, and no list asks the database for more.
    make.published(title="Senza immagini")
    card = {
        "class": "practice-card-picture",
        "src": shown.address(480),
        "srcset": f"{shown.address(240)} 240w, {shown.address(480)} 480w",
        "sizes": "auto, (min-width: 576px) 22rem, 100vw",
        "width": "1600",
        "height": "800",
        "alt": "",
        "loading": "lazy",
    }
    for page, queries in (("/", 13), ("/pratiche/", 6), ("/regioni/emilia-romagna/", 13), ("/comuni/reggio-emilia/", 13)):
        client.get(page)
        with django_assert_num_queries(queries):
            cards = html.fromstring(client.get(page).content).xpath("//article")
        assert [[dict(img.attrib) for img in each.xpath(".//img")] for each in cards] == [[], [card]], page

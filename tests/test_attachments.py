"""Files that officers attach: which are accepted, and how they are kept."""

import zipfile
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.urls import reverse
from PIL import Image, PngImagePlugin

from practices.models import Attachment
from practices.moderation import files
from tests import make
from tests.desk import Desk
from tests.samples import ODT, archive, docx, odt, pdf, picture, stored, xlsx

pytestmark = pytest.mark.django_db
ODF, OOXML = "application/vnd.oasis.opendocument.", "application/vnd.openxmlformats-officedocument."


@pytest.fixture
def desk() -> Desk:
    return Desk()


def upload_picture(desk: Desk, data: bytes) -> HttpResponse:
    return desk.upload(data, "foto.jpg", kind="picture", alternative_text="Una piazza.")


def opendocument(kind: str) -> bytes:
    return archive({"mimetype": f"{ODF}{kind}".encode(), "content.xml": b"<office/>"}, zipfile.ZIP_STORED)


@pytest.mark.parametrize(
    ("data", "name", "content_type", "kept_as"),
    [
        (pdf(), "Relazione 2024.pdf", "application/pdf", "Relazione-2024.pdf"),
        (pdf(), "senza-estensione", "application/pdf", "senza-estensione.pdf"),
        (odt(), "atto.odt", ODT, "atto.odt"),
        (opendocument("spreadsheet"), "conti.ods", f"{ODF}spreadsheet", "conti.ods"),
        (opendocument("presentation"), "lucidi.odp", f"{ODF}presentation", "lucidi.odp"),
        (docx(), "modulo.docx", f"{OOXML}wordprocessingml.document", "modulo.docx"),
        (xlsx(), "conti.xlsx", f"{OOXML}spreadsheetml.sheet", "conti.xlsx"),
        # The type is told by the content, whatever the name says.
        (docx(), "programma.exe", f"{OOXML}wordprocessingml.document", "programma.docx"),
    ],
)
def test_a_document_is_kept_as_it_is(desk: Desk, data: bytes, name: str, content_type: str, kept_as: str) -> None:
    response = desk.upload(data, name, title="  Il titolo ", kind="act")
    assert (response.status_code, response["Location"]) == (302, reverse("desk:attachments", args=[desk.draft.pk]))
    kept = Attachment.objects.get()
    assert (kept.submission, kept.kind, kept.title, kept.uploaded_by) == (desk.draft, "act", "Il titolo", desk.by)
    assert (kept.content_type, kept.name, kept.size) == (content_type, kept_as, len(data))
    with kept.file.open("rb") as file:
        assert file.read() == data
    assert desk.everything()[1] == {"attachments": 1}


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_loses_whatever_is_hidden_in_it(desk: Desk, form: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = "CANARINO"
    exif.get_ifd(0x8825)[1] = "CANARINO"
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Comment", "CANARINO")
    texts.add_itxt("XML:com.adobe.xmp", "CANARINO")
    hidden: dict[str, Any] = {
        "JPEG": {"comment": b"CANARINO", "xmp": b"CANARINO"},
        "PNG": {"pnginfo": texts},
        "WEBP": {"xmp": b"CANARINO"},
    }
    data = picture(form, exif=exif, **hidden[form]) + b"CANARINO"
    assert data.count(b"CANARINO") >= 3
    assert upload_picture(desk, data).status_code == 302
    with Attachment.objects.get().file.open("rb") as file:
        assert file.read().count(b"CANARINO") == 0


def test_a_picture_is_turned_upright_and_made_no_larger_than_needed(desk: Desk) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert upload_picture(desk, picture("JPEG", (3000, 1500), exif=exif)).status_code == 302
    kept = Attachment.objects.get()
    with kept.file.open("rb") as file, Image.open(file) as image:
        assert (image.size, image.format, dict(image.getexif())) == ((1200, 2400), "JPEG", {})
    assert (kept.content_type, kept.name, kept.kind, kept.alternative_text) == (
        "image/jpeg",
        "foto.jpg",
        "picture",
        "Una piazza.",
    )


def test_a_photograph_of_several_pictures_as_telephones_make_them_is_a_jpeg(desk: Desk) -> None:
    data = picture("MPO", save_all=True, append_images=[Image.new("RGB", (8, 6))])
    assert data.startswith(b"\xff\xd8")
    assert upload_picture(desk, data).status_code == 302
    assert Attachment.objects.get().content_type == "image/jpeg"


def test_a_submission_has_twenty_files(desk: Desk) -> None:
    for n in range(20):
        files.attach(desk.draft, by=desk.by, at=make.NOW, file=stored(pdf(str(n)), "x.pdf"), kind="report", title=f"{n}")
    response = desk.upload(pdf("uno di troppo"))
    page = desk.client.get(response["Location"]).content.decode()
    assert (response.status_code, Attachment.objects.count()) == (302, 20)
    assert "Una scheda ha al massimo 20 allegati." in page


def test_the_same_file_twice_is_one_row_and_one_stored_file(desk: Desk) -> None:
    data = pdf("due volte")
    folders = (
        [f"allegati/{folder}" for folder in default_storage.listdir("allegati")[0]]
        if default_storage.exists("allegati")
        else []
    )
    before = {name for folder in folders for name in default_storage.listdir(folder)[1]}
    desk.upload(data, "uno.pdf", title="Uno")
    desk.upload(data, "due.pdf", title="Due")
    kept = Attachment.objects.get()
    folders = [f"allegati/{folder}" for folder in default_storage.listdir("allegati")[0]]
    after = {name for folder in folders for name in default_storage.listdir(folder)[1]}
    assert (kept.title, kept.name) == ("Uno", "uno.pdf")
    assert after - before == {f"{kept.sha256}.pdf"}

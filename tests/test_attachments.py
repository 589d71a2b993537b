"""Files that officers attach: which are accepted, and how they are kept."""

import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from PIL import Image, PngImagePlugin

from practices import pictures
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
    assert desk.upload(data, name).status_code == 201
    kept = Attachment.objects.get()
    assert (kept.submission, kept.kind, kept.uploaded_by) == (desk.draft, "report", desk.by)
    assert (kept.content_type, kept.name, kept.size, kept.width) == (content_type, kept_as, len(data), None)
    with kept.file.open("rb") as file:
        assert file.read() == data
    # Nobody's text has changed: an open page of the section stays good.
    assert desk.everything()[1] == {}


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
    assert desk.upload(data, "foto.jpg").status_code == 201
    with Attachment.objects.get().file.open("rb") as file:
        assert file.read().count(b"CANARINO") == 0


def test_a_picture_is_turned_upright_and_made_no_larger_than_needed(desk: Desk) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert desk.upload(picture("JPEG", (3000, 1500), exif=exif), "foto.jpg").status_code == 201
    kept = Attachment.objects.get()
    with kept.file.open("rb") as file, Image.open(file) as image:
        assert (image.size, image.format, dict(image.getexif())) == ((1200, 2400), "JPEG", {})
    assert (kept.content_type, kept.name, kept.kind) == ("image/jpeg", "foto.jpg", "picture")
    assert (kept.width, kept.height, kept.alternative_text) == (1200, 2400, "")


@pytest.mark.parametrize(
    ("width", "copies"),
    [(240, []), (241, [240]), (480, [240]), (481, [240, 480]), (1200, [240, 480, 800]), (3000, [240, 480, 800, 1200])],
)
def test_a_picture_has_narrower_copies_and_never_wider_ones(desk: Desk, width: int, copies: list[int]) -> None:
    for form in ("JPEG", "PNG", "WEBP"):
        desk.upload(picture(form, (width, 30)), f"{form}.x")
    for kept in Attachment.objects.all():
        found = [each for each in pictures.WIDTHS if default_storage.exists(pictures.path_of_copy(kept.file.name, each))]
        assert found == copies
        for each in found:
            with default_storage.open(pictures.path_of_copy(kept.file.name, each)) as file, Image.open(file) as image:
                assert (image.width, image.get_format_mimetype()) == (each, kept.content_type)


# In a process of its own, and each picture in a fork of it: what one took and gave back would hide what the next takes.
MEASURE = """
import os, resource, sys, django
django.setup()
from practices import pictures
for path in sys.argv[1:]:
    if (child := os.fork()) == 0:
        with open(path, "rb") as file:
            data = file.read()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        pictures.encode(data)
        print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024, flush=True)
        os._exit(0)
    os.waitpid(child, 0)
"""


def test_the_largest_pictures_take_100_mb_of_memory_at_most(tmp_path: Path) -> None:
    largest = {"JPEG": (4000, 3000), "PNG": (4000, 3000), "WEBP": (2000, 2000)}
    for form, size in largest.items():
        (tmp_path / form).write_bytes(picture(form, size))
    given = [str(tmp_path / form) for form in largest]
    run = subprocess.run([sys.executable, "-c", MEASURE, *given], capture_output=True, text=True, check=True)
    taken = dict(zip(largest, map(int, run.stdout.split()), strict=True))
    assert {form: megabytes for form, megabytes in taken.items() if not 20 < megabytes <= 100} == {}


def test_a_photograph_of_several_pictures_as_telephones_make_them_is_a_jpeg(desk: Desk) -> None:
    data = picture("MPO", save_all=True, append_images=[Image.new("RGB", (8, 6))])
    assert data.startswith(b"\xff\xd8")
    assert desk.upload(data, "foto.jpg").status_code == 201
    assert Attachment.objects.get().content_type == "image/jpeg"


def test_a_submission_has_twenty_files(desk: Desk) -> None:
    for n in range(20):
        files.attach(desk.draft, by=desk.by, at=make.NOW, file=stored(pdf(str(n)), "x.pdf"), kind="report", title=f"{n}")
    response = desk.upload(pdf("uno di troppo"))
    assert (response.status_code, response.json()) == (422, {"message": "Una scheda ha al massimo 20 allegati."})
    assert Attachment.objects.count() == 20


def test_the_same_file_twice_is_one_row_and_one_stored_file(desk: Desk, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    data = pdf("due volte")
    desk.upload(data, "uno.pdf")
    again = desk.upload(data, "due.pdf")
    assert (again.status_code, again.json()) == (200, {"message": "Questo file c'è già: è «uno»."})
    kept = Attachment.objects.get()
    assert (kept.title, kept.name) == ("uno", "uno.pdf")
    assert default_storage.listdir(f"allegati/{kept.sha256[:2]}") == ([], [f"{kept.sha256}.pdf"])


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Relazione_finale-2024.pdf", "Relazione finale 2024"),
        ("verbale 2024-05-03.pdf", "verbale 2024-05-03"),
        ("IMG_2034.JPG", "IMG 2034"),
        ("_.pdf", "_"),
    ],
)
def test_a_file_is_called_as_its_name_says_until_somebody_calls_it_better(name: str, title: str) -> None:
    assert stored(pdf(), name).title == title

"""Files that are refused: the reason is told and nothing is kept."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest

from practices.models import Attachment, Submission
from tests.desk import Desk
from tests.samples import ODT, archive, odt, pdf, picture

pytestmark = pytest.mark.django_db
UNKNOWN = "Tipo di file non ammesso: si accettano PDF, ODT, ODS, ODP, DOCX, XLSX, JPEG, PNG e WebP."
BROKEN_PICTURE, TOO_MANY_PIXELS = (
    "L'immagine è danneggiata.",
    "L'immagine ha troppi pixel: riducila, oppure salvala come JPEG.",
)
SCRIPTED = "Il PDF contiene script o altri file: esportalo di nuovo senza."
PROTECTED, BROKEN_PDF = "Il PDF è protetto: togli la protezione e caricalo di nuovo.", "Il PDF è danneggiato."
TOO_BIG, BROKEN_ZIP = "Il documento è troppo grande.", "Il documento è danneggiato o protetto."
MACROS = "Il documento contiene macro: salvalo senza."


@pytest.fixture
def desk() -> Desk:
    return Desk()


def refusal(desk: Desk, data: bytes) -> str:
    """Why the file is not accepted, when nothing was attached."""
    before = Submission.objects.filter(pk=desk.draft.pk).values().get()
    response = desk.upload(data)
    assert (response.status_code, Attachment.objects.count()) == (422, 0)
    assert Submission.objects.filter(pk=desk.draft.pk).values().get() == before
    return response.json()["message"]


def png_header(side: int) -> bytes:
    """A PNG that claims to be this large and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 9)) + chunk(b"IEND", b"")


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("mimetype", ODT)
        with file.open("content.xml", "w") as entry:
            for _ in range(201):
                entry.write(bytes(1024 * 1024))
    return out.getvalue()


def damaged(compression: int) -> bytes:
    """The first entry's data overwritten."""
    data = bytearray(archive({"mimetype": ODT.encode() * 3}, compression))
    begin = data.index(b"mimetype") + len("mimetype")
    data[begin + 4 : begin + 16] = b"\xff" * 12
    return bytes(data)


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "Il file è vuoto."),
    "svg": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", UNKNOWN),
    "html": (lambda: b"<!doctype html><script>alert(1)</script>", UNKNOWN),
    "windows": (lambda: b"MZ\x90\x00" + bytes(500), UNKNOWN),
    "linux": (lambda: b"\x7fELF" + bytes(500), UNKNOWN),
    "gif": (lambda: picture("GIF"), UNKNOWN),
    "tiff": (lambda: picture("TIFF"), UNKNOWN),
    "cut-jpeg": (lambda: picture("JPEG", (400, 300))[:900], BROKEN_PICTURE),
    "cut-png": (lambda: picture("PNG", (400, 300))[:120], BROKEN_PICTURE),
    "64-megapixel": (lambda: png_header(8_000), TOO_MANY_PIXELS),
    "13000-square": (lambda: png_header(13_000), TOO_MANY_PIXELS),
    "60000-square": (lambda: png_header(60_000), TOO_MANY_PIXELS),
    "zip": (lambda: archive({"a.txt": b"x"}), UNKNOWN),
    "jar": (lambda: archive({"META-INF/MANIFEST.MF": b"x", "A.class": b"x"}), UNKNOWN),
    "word-macros": (
        lambda: archive({"[Content_Types].xml": b"", "word/document.xml": b"", "word/vbaProject.bin": b"x"}),
        MACROS,
    ),
    "odf-macros": (
        lambda: archive({"mimetype": ODT.encode(), "content.xml": b"", "Basic/Standard/Module1.xml": b"x"}),
        MACROS,
    ),
    "5001-entries": (lambda: archive({f"{n}": b"" for n in range(5_001)}, zipfile.ZIP_STORED), TOO_BIG),
    "bomb": (bomb, TOO_BIG),
    "cut-odt": (lambda: odt()[:60], BROKEN_ZIP),
    "bad-deflate": (lambda: damaged(zipfile.ZIP_DEFLATED), BROKEN_ZIP),
    "bad-bzip2": (lambda: damaged(zipfile.ZIP_BZIP2), BROKEN_ZIP),
    "bad-lzma": (lambda: damaged(zipfile.ZIP_LZMA), BROKEN_ZIP),
    "bad-pdf": (lambda: b"%PDF-1.7\n" + b"x" * 300, BROKEN_PDF),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_is_refused_with_its_reason(desk: Desk, name: str) -> None:
    make_it, said = REFUSED[name]
    assert refusal(desk, make_it()) == said


def made_pdf(change: Callable[[pikepdf.Pdf], None], **options: Any) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        change(document)
        document.save(out, **options)
    return out.getvalue()


def script() -> pikepdf.Dictionary:
    return pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))


def annotated(document: pikepdf.Pdf, **annotation: Any) -> None:
    made = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Rect=[0, 0, 9, 9], **annotation)
    document.pages[0].Annots = pikepdf.Array([document.make_indirect(made)])


def named_script(document: pikepdf.Pdf) -> None:
    names = pikepdf.Array([pikepdf.String("a"), document.make_indirect(script())])
    document.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=names))


def script_on_opening(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = script()


def program_on_opening(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("cmd.exe"))


def script_on_closing(document: pikepdf.Pdf) -> None:
    document.Root.AA = pikepdf.Dictionary(WC=script())


def script_on_a_page(document: pikepdf.Pdf) -> None:
    document.pages[0].AA = pikepdf.Dictionary(O=script())


def script_behind_a_link(document: pikepdf.Pdf) -> None:
    annotated(document, Subtype=pikepdf.Name.Link, A=script())


def embedded_file(document: pikepdf.Pdf) -> None:
    document.attachments["a.txt"] = b"ciao"


def file_on_a_page(document: pikepdf.Pdf) -> None:
    stream = document.make_stream(b"MZ")
    file = pikepdf.Dictionary(Type=pikepdf.Name.Filespec, F=pikepdf.String("a.exe"), EF=pikepdf.Dictionary(F=stream))
    annotated(document, Subtype=pikepdf.Name.FileAttachment, FS=file)


@pytest.mark.parametrize(
    "change",
    [
        named_script,
        script_on_opening,
        program_on_opening,
        script_on_closing,
        script_on_a_page,
        script_behind_a_link,
        embedded_file,
        file_on_a_page,
    ],
)
def test_a_pdf_that_does_something_or_holds_other_files_is_refused(
    desk: Desk, change: Callable[[pikepdf.Pdf], None]
) -> None:
    assert refusal(desk, made_pdf(change)) == SCRIPTED


@pytest.mark.parametrize("user", ["", "segreto"])
def test_an_encrypted_pdf_is_refused(desk: Desk, user: str) -> None:
    data = made_pdf(lambda document: None, encryption=pikepdf.Encryption(owner="x", user=user))
    assert refusal(desk, data) == PROTECTED


@pytest.mark.parametrize("kind", ["name", "array", "number"])
def test_a_pdf_that_is_put_together_wrongly_breaks_nothing(desk: Desk, kind: str) -> None:
    def change(document: pikepdf.Pdf) -> None:
        document.Root.Names = {"name": pikepdf.Name.Boh, "array": pikepdf.Array([1]), "number": 7}[kind]

    assert desk.upload(made_pdf(change)).status_code in {201, 422}


def test_a_file_is_no_larger_than_the_limit(desk: Desk, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    padded = pdf() + b"%" * (1024 * 1024 - len(pdf()))
    assert refusal(desk, padded + b"%") == "Il file supera i 1 MB."
    assert desk.upload(padded).status_code == 201

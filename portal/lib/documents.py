"""Documents that people upload: told by what is in them, never by their name; what could act by itself is refused."""

import io
import lzma
import re
import zipfile
import zlib

import pikepdf
import pikepdf.settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Entries and unpacked size of an office document: more is a bomb. Nothing is unpacked but the lists that it has of itself.
MAX_ENTRIES, MAX_UNPACKED, MAX_LIST = 5_000, 200 * 1024 * 1024, 1024 * 1024
# How each entry begins in the list of an archive, and its end, without a comment.
ENTRY, END, END_LENGTH = b"PK\x01\x02", b"PK\x05\x06", 22

# What makes a PDF more than pages: scripts, programs, forms that send, other files inside.
MAX_OBJECTS = 50_000
ACTIVE_KEYS = {"/JS", "/EF", "/XFA"}
ACTIONS = {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData"}
# Bytes of what is unpacked of it, which are its lists and never its pages. Of the whole process, and set once.
MAX_LIST_OF_PDF = 16 * 1024 * 1024
pikepdf.settings.set_qpdf_limits(
    flate_max_memory=MAX_LIST_OF_PDF,
    png_max_memory=MAX_LIST_OF_PDF,
    run_length_max_memory=MAX_LIST_OF_PDF,
    tiff_max_memory=MAX_LIST_OF_PDF,
)

ODF = "application/vnd.oasis.opendocument."
OOXML = "application/vnd.openxmlformats-officedocument."
EXTENSIONS = {
    "application/pdf": "pdf",
    f"{ODF}text": "odt",
    f"{ODF}spreadsheet": "ods",
    f"{ODF}presentation": "odp",
    f"{OOXML}wordprocessingml.document": "docx",
    f"{OOXML}spreadsheetml.sheet": "xlsx",
}


def content_type_of(data: bytes) -> str:
    """One of `EXTENSIONS`; empty when it is none of them. Raises ValidationError for what is damaged, locked or could act."""
    if data.startswith(b"%PDF-"):
        return _pdf(data)
    if data.startswith(b"PK\x03\x04"):
        return _office(data)
    return ""


def _pdf(data: bytes) -> str:
    if b"%%EOF" in data and data.rpartition(b"%%EOF")[2].strip(b"\0\t\n\f\r "):
        # Another file may hide there, and a program that looks at the end takes it for that one.
        raise ValidationError(_("In coda al PDF c'è qualcosa che non ne fa parte: esportalo di nuovo."))
    protected = _("Il PDF è protetto: togli la protezione e caricalo di nuovo.")
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            if pdf.is_encrypted:
                raise ValidationError(protected)
            if len(pdf.objects) > MAX_OBJECTS:
                raise ValidationError(_("Il PDF è troppo complesso: esportalo di nuovo, più semplice."))
            if any(_acts(top) for top in pdf.objects):
                raise ValidationError(_("Il PDF contiene script o altri file: esportalo di nuovo senza."))
    except pikepdf.PasswordError:
        raise ValidationError(protected) from None
    except pikepdf.PdfError:
        raise ValidationError(_("Il PDF è danneggiato.")) from None
    return "application/pdf"


def _acts(top: pikepdf.Object) -> bool:
    """Whether an object of a PDF, or one inside it, runs a script or a program or holds another file."""
    waiting = [top]
    while waiting:
        found = waiting.pop()
        if isinstance(found, pikepdf.Dictionary | pikepdf.Stream):
            if ACTIVE_KEYS & set(found.keys()) or str(found.get("/S", "")) in ACTIONS:
                return True
            if str(found.get("/URI", "")).strip().lower().startswith("javascript:"):
                return True
            inside = [value for _key, value in found.items()]
        elif isinstance(found, pikepdf.Array):
            inside = list(found)
        else:
            continue
        # What is kept elsewhere in the file comes along by itself.
        waiting += [value for value in inside if isinstance(value, pikepdf.Object) and not value.is_indirect]
    return False


def _office(data: bytes) -> str:
    # Looked at before the list is read: an entry of 46 bytes takes ten times as many in memory.
    if data.count(ENTRY) > MAX_ENTRIES:
        raise ValidationError(_("Il documento è troppo grande."))
    if len(data) - data.rfind(END) != END_LENGTH:
        raise ValidationError(_("Il documento è danneggiato o protetto."))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            content_type = _office_type(archive)
    except (
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        OSError,
        EOFError,
        ValueError,
        NotImplementedError,
        RuntimeError,
    ):
        raise ValidationError(_("Il documento è danneggiato o protetto.")) from None
    return content_type if content_type in EXTENSIONS else ""


def _office_type(archive: zipfile.ZipFile) -> str:
    """The type that the document's own manifest tells; empty when it has none."""
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise ValidationError(_("Il documento è troppo grande."))
    names = {entry.filename for entry in entries}
    types = _read(archive, names, "[Content_Types].xml")
    if any(name.endswith("vbaProject.bin") or name.startswith(("Basic/", "Scripts/")) for name in names) or (
        # Whatever the programs inside are called, here they are called by their kind.
        any(kind in types for kind in (b"vbaProject", b"macroEnabled", b"activeX"))
    ):
        raise ValidationError(_("Il documento contiene macro: salvalo senza."))
    if b"encryption-data" in _read(archive, names, "META-INF/manifest.xml"):
        raise ValidationError(_("Il documento è danneggiato o protetto."))
    # A template that is fetched from elsewhere on opening may bring macros along.
    settings = _read(archive, names, "word/_rels/settings.xml.rels")
    if b"attachedTemplate" in settings and re.search(rb"TargetMode\s*=\s*[\"']External", settings):
        raise ValidationError(_("Il documento prende il suo modello da un altro sito: salvalo senza."))
    if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
        return _read(archive, names, "mimetype").decode("ascii", "replace").strip()
    if types and names & {"word/document.xml", "xl/workbook.xml"}:
        return f"{OOXML}wordprocessingml.document" if "word/document.xml" in names else f"{OOXML}spreadsheetml.sheet"
    return ""


def _read(archive: zipfile.ZipFile, names: set[str], name: str) -> bytes:
    """One of its lists; empty when it has none."""
    if name not in names:
        return b""
    if (size := archive.getinfo(name).file_size) > MAX_LIST:
        raise ValidationError(_("Il documento è troppo grande."))
    with archive.open(name) as entry:
        # As long as it says: without a limit all of it is unpacked first, and it may have lied.
        return entry.read(size)

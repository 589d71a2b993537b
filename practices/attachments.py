"""Files that officers attach: told by their content, never by their name; stored by their hash."""

import hashlib
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

import pikepdf
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import UnidentifiedImageError

from practices import pictures
from practices.models import Attachment

# Entries and unpacked size of an office document: more is a bomb.
MAX_ENTRIES, MAX_UNPACKED = 5_000, 200 * 1024 * 1024

# What makes a PDF more than pages: scripts, programs, forms that send, other files inside.
MAX_OBJECTS = 50_000
ACTIVE_KEYS = {"/JS", "/EF", "/XFA"}
ACTIONS = {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData"}

ODF = "application/vnd.oasis.opendocument."
OOXML = "application/vnd.openxmlformats-officedocument."
EXTENSIONS = {
    "application/pdf": "pdf",
    f"{ODF}text": "odt",
    f"{ODF}spreadsheet": "ods",
    f"{ODF}presentation": "odp",
    f"{OOXML}wordprocessingml.document": "docx",
    f"{OOXML}spreadsheetml.sheet": "xlsx",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
}


@dataclass(frozen=True)
class StoredFile:
    """A file that was accepted and written to the storage."""

    path: str
    sha256: str
    name: str
    content_type: str
    size: int
    width: int | None = None
    height: int | None = None

    @property
    def is_picture(self) -> bool:
        """Whether it is shown on the page and needs an alternative text."""
        return self.content_type.startswith("image/")

    @property
    def title(self) -> str:
        """The words of its name, until somebody gives it a better one."""
        stem = self.name.rpartition(".")[0]
        # A dash between figures belongs to a date or a number.
        return re.sub(r"_|(?<!\d)-|-(?!\d)", " ", stem).strip() or stem


@dataclass(frozen=True)
class _Accepted:
    """What is kept of an upload; of a picture also its copies by their width."""

    data: bytes
    content_type: str
    width: int | None = None
    height: int | None = None
    copies: dict[int, bytes] = field(default_factory=dict)


def _is_attached(path: str) -> bool:
    return Attachment.objects.filter(file=path).exists()


def store(
    upload: "UploadedFile[bytes]", folder: str = "allegati", is_named: Callable[[str], bool] = _is_attached
) -> StoredFile:
    """Check and keep an uploaded file. Raises ValidationError, with the reason for its sender.

    `is_named` tells whether a row names a stored file, which then stays as it is.
    """
    if (upload.size or 0) > settings.UPLOAD_MAX_BYTES:
        raise ValidationError(_("Il file supera i %d MB.") % (settings.UPLOAD_MAX_BYTES // 1024**2))
    data = upload.read()
    if not data:
        raise ValidationError(_("Il file è vuoto."))
    accepted = _accepted(data)
    digest = hashlib.sha256(accepted.data).hexdigest()
    extension = EXTENSIONS[accepted.content_type]
    path = _keep(f"{folder}/{digest[:2]}/{digest}.{extension}", accepted, is_named)
    name = _safe_name(upload.name or "", extension)
    return StoredFile(path, digest, name, accepted.content_type, len(accepted.data), accepted.width, accepted.height)


def _keep(path: str, accepted: _Accepted, is_named: Callable[[str], bool]) -> str:
    """Write the file and its copies, unless they are there. The same content is the same file: submissions share it."""
    if default_storage.exists(path):
        if is_named(path):
            return path
        # About to be swept, or somebody's who sends the same at this moment and whose row is not written yet: deleted here it
        # would be missing if this process ended before it was written again.
        path = default_storage.get_available_name(path)
    # The copies first: where the file is, they are.
    for width, data in accepted.copies.items():
        if not default_storage.exists(copy := pictures.path_of_copy(path, width)):
            default_storage.save(copy, ContentFile(data))
    return default_storage.save(path, ContentFile(accepted.data))


def _safe_name(name: str, extension: str) -> str:
    """The name a reader downloads: letters, digits, dots and dashes, and the extension of what the file is."""
    stem = re.sub(r"[^\w.-]+", "-", name.rsplit("/", 1)[-1].rsplit("\\", 1)[-1].rsplit(".", 1)[0]).strip("-.")
    return f"{stem[:100] or 'allegato'}.{extension}"


def _accepted(data: bytes) -> _Accepted:
    if data.startswith(b"%PDF-"):
        return _Accepted(data, _pdf(data))
    if data.startswith(b"PK\x03\x04"):
        return _Accepted(data, _office(data))
    try:
        picture = pictures.encode(data)
    except UnidentifiedImageError:
        raise ValidationError(_unknown()) from None
    except (OSError, SyntaxError, ValueError):
        raise ValidationError(_("L'immagine è danneggiata.")) from None
    return _Accepted(picture.data, picture.content_type, picture.width, picture.height, picture.copies)


def _pdf(data: bytes) -> str:
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
            inside = [value for _key, value in found.items()]
        elif isinstance(found, pikepdf.Array):
            inside = list(found)
        else:
            continue
        # What is kept elsewhere in the file comes along by itself.
        waiting += [value for value in inside if isinstance(value, pikepdf.Object) and not value.is_indirect]
    return False


def _office(data: bytes) -> str:
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
    if content_type not in EXTENSIONS:
        raise ValidationError(_unknown())
    return content_type


def _office_type(archive: zipfile.ZipFile) -> str:
    """The type that the document's own manifest tells; empty when it has none."""
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise ValidationError(_("Il documento è troppo grande."))
    names = {entry.filename for entry in entries}
    if any(name.endswith("vbaProject.bin") or name.startswith(("Basic/", "Scripts/")) for name in names):
        raise ValidationError(_("Il documento contiene macro: salvalo senza."))
    if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
        return archive.read("mimetype").decode("ascii", "replace").strip()
    if "[Content_Types].xml" in names and names & {"word/document.xml", "xl/workbook.xml"}:
        return f"{OOXML}wordprocessingml.document" if "word/document.xml" in names else f"{OOXML}spreadsheetml.sheet"
    return ""


def _unknown() -> str:
    return _("Tipo di file non ammesso: si accettano PDF, ODT, ODS, ODP, DOCX, XLSX, JPEG, PNG e WebP.")

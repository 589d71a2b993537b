"""Files that officers attach: told by their content, never by their name; stored by their hash."""

import hashlib
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import UnidentifiedImageError

from portal.lib import antivirus, documents
from practices import pictures
from practices.models import Attachment

EXTENSIONS = {**documents.EXTENSIONS, "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
logger = logging.getLogger(__name__)


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
    # Whether the antivirus has given no answer yet: it is not to be handed to anybody else.
    is_quarantined: bool = False

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
    upload: "UploadedFile[bytes]",
    folder: str = "allegati",
    is_named: Callable[[str], bool] = _is_attached,
    until: float | None = None,
) -> StoredFile:
    """Check and keep an uploaded file. Raises ValidationError, with the reason for its sender.

    `is_named` tells whether a row names a stored file, which then stays as it is; `until`, as in `antivirus.scan`, how long
    the antivirus is waited for.
    """
    if (upload.size or 0) > settings.UPLOAD_MAX_BYTES:
        raise ValidationError(_("Il file supera i %d MB.") % (settings.UPLOAD_MAX_BYTES // 1024**2))
    data = upload.read()
    if not data:
        raise ValidationError(_("Il file è vuoto."))
    accepted = _accepted(data)
    is_quarantined = not _is_clean(accepted, until)
    digest = hashlib.sha256(accepted.data).hexdigest()
    extension = EXTENSIONS[accepted.content_type]
    path = _keep(f"{folder}/{digest[:2]}/{digest}.{extension}", accepted, is_named)
    name = _safe_name(upload.name or "", extension)
    return StoredFile(
        path, digest, name, accepted.content_type, len(accepted.data), accepted.width, accepted.height, is_quarantined
    )


def _is_clean(accepted: _Accepted, until: float | None) -> bool:
    """False when the antivirus gives no answer. What it refuses is logged, without a name that could be somebody's."""
    if accepted.content_type.startswith("image/"):
        # Encoded anew: of what was uploaded not a byte is left.
        return True
    try:
        found = antivirus.scan(accepted.data, until=until)
    except antivirus.Unavailable as error:
        logger.warning("antivirus: no answer, the file waits in quarantine: %s", error)
        return False
    if found:
        logger.warning("antivirus: upload refused: %s", found)
        raise ValidationError(infected(found))
    return True


def infected(found: str) -> str:
    """What whoever uploaded the file is told."""
    return _("L'antivirus ha trovato «%s» in questo file: non è stato caricato.") % found


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
    if content_type := documents.content_type_of(data):
        return _Accepted(data, content_type)
    try:
        picture = pictures.encode(data)
    except UnidentifiedImageError:
        raise ValidationError(_unknown()) from None
    except (OSError, SyntaxError, ValueError):
        raise ValidationError(_("L'immagine è danneggiata.")) from None
    return _Accepted(picture.data, picture.content_type, picture.width, picture.height, picture.copies)


def _unknown() -> str:
    return _("Tipo di file non ammesso: si accettano PDF, ODT, ODS, ODP, DOCX, XLSX, JPEG, PNG e WebP.")

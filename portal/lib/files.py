"""Stored files as answers, told what they are and never run by the browser that shows them; a storage whose files are replaced."""

import os
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404

# What a browser shows by itself; everything else is downloaded.
INLINE = {"application/pdf", "image/jpeg", "image/png", "image/webp"}


class ReplacingStorage(FileSystemStorage):
    """What is saved takes the place of the file of that name at once, as in an S3-compatible storage: it is never there in part."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, allow_overwrite=True)

    def _save(self, name: str, content: "File[Any]") -> str:
        unfinished = super()._save(f"{name}.part", content)  # type: ignore[misc]  # its types leave it out
        os.replace(self.path(unfinished), self.path(name))
        return name


def serve(file: FieldFile, *, name: str, content_type: str) -> FileResponse:
    """The file under this name and type, both of them ours; Http404 when the storage does not have it."""
    try:
        stored = file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(stored, as_attachment=content_type not in INLINE, filename=name, content_type=content_type)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response

"""Storages whose files are never there in part; stored files as answers, told what they are and never run by a browser."""

import os
import secrets
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404

# What a browser shows by itself; everything else is downloaded.
INLINE = {"application/pdf", "image/jpeg", "image/png", "image/webp"}


class WholeStorage(FileSystemStorage):
    """A file is there whole or not at all, as in an S3-compatible storage, whatever happens to the process or the disk.

    Raises OSError, and leaves nothing, where it cannot be written. What was written is on the disk, as the row that names it is.
    """

    def _save(self, name: str, content: "File[Any]") -> str:
        unfinished = f"{name}.{secrets.token_hex(8)}.part"
        try:
            super()._save(unfinished, content)  # type: ignore[misc]  # its types leave it out
            _sync(self.path(unfinished))
            name = self._take_place(unfinished, name)
        finally:
            self.delete(unfinished)
        _sync(os.path.dirname(self.path(name)))
        return name

    def _take_place(self, unfinished: str, name: str) -> str:
        """Under this name or, where it was taken meanwhile, under another one, which is returned."""
        while True:
            try:
                os.link(self.path(unfinished), self.path(name))
            except FileExistsError:
                name = self.get_available_name(name)
            else:
                return name


class ReplacingStorage(WholeStorage):
    """What is saved takes the place of the file of that name at once."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, allow_overwrite=True)

    def _take_place(self, unfinished: str, name: str) -> str:
        os.replace(self.path(unfinished), self.path(name))
        return name


def _sync(path: str) -> None:
    """Until a file's bytes, or a folder's names, would survive a power cut."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


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

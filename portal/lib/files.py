"""Stored files as answers: told what they are, never run by the browser that shows them."""

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404

# What a browser shows by itself; everything else is downloaded.
INLINE = {"application/pdf", "image/jpeg", "image/png", "image/webp"}


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

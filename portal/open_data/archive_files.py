"""Files of the snapshots."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render

from portal.open_data import masking, snapshots
from portal.open_data.files import open_file

HOUR = 60 * 60


@open_file
def archive_file(request: HttpRequest, month: str, name: str) -> HttpResponseBase:
    """A file as it was kept; none of a snapshot that still holds a removed practice."""
    snapshot = snapshots.find(month)
    if snapshot is None or not snapshot.has(name):
        raise Http404
    if masking.waiting(snapshot):
        response: HttpResponseBase = render(request, "open_data/waiting.html", {"snapshot": snapshot}, status=503)
        response.headers["Retry-After"] = str(HOUR)
        return response
    return FileResponse(snapshot.open(name), as_attachment=True, filename=f"{month}-{name}")

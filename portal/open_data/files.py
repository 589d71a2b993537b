"""Files of the open data: every row of a dataset, streamed; for programs of other sites too."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from portal.lib import open_data, sheets
from portal.lib.content_version import latest_version
from portal.lib.cross_origin import readable_from_anywhere
from portal.lib.open_data import Dataset, Record
from portal.open_data.codebook import CODEBOOK
from portal.open_data.datasets import DATASETS


@dataclass(frozen=True)
class Format:
    """A way to write rows: its name in the address, its name for people, what a browser is told, and how."""

    ending: str
    name: str
    media_type: str
    # In the EU's list of file types.
    authority: str
    write: Callable[[Dataset[Any], Iterable[Record]], Iterable[str]]


FORMATS: dict[str, Format] = {
    one.ending: one
    for one in (
        Format("csv", "CSV", "text/csv", "CSV", lambda dataset, rows: open_data.as_csv(dataset.fields, rows)),
        Format("json", "JSON", "application/json", "JSON", lambda dataset, rows: sheets.json_list(rows)),
        Format("jsonl", "JSON Lines", "application/jsonl", "JSON", lambda dataset, rows: sheets.json_lines(rows)),
    )
}
FILES: dict[str, Dataset[Any]] = DATASETS | CODEBOOK
View = Callable[..., HttpResponseBase]


def open_file(view: View) -> View:
    """For everybody and for the scripts of every site, in one language; 304 costs one small query.

    A file depends on the code and the content alone: not on the day, since what lapses with time is no field of it.
    """

    @login_not_required
    @require_safe
    @wraps(view)
    def file(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        number, changed_at = latest_version()
        changed = int(changed_at.timestamp()) if changed_at else None
        # The moment too, as in `page_version`: after a backup is restored the numbers come again.
        etag = f'"{settings.RELEASE}-{number}-{changed or ""}"'
        response: HttpResponseBase | None = get_conditional_response(request, etag=etag, last_modified=changed)
        if response is None:
            response = view(request, *args, **kwargs)
        if response.status_code in {200, 304}:
            response.headers["ETag"] = etag
            if changed:
                response.headers["Last-Modified"] = http_date(changed)
            response.headers.setdefault("Cache-Control", "public, no-cache")
        return response

    file.is_public = True  # type: ignore[attr-defined]  # read by the test of what every address declares
    return readable_from_anywhere(file)


@open_file
def dataset_file(request: HttpRequest, name: str, ending: str) -> HttpResponseBase:
    """Every row of a dataset, written as it is read."""
    dataset, form = FILES.get(name), FORMATS.get(ending)
    if dataset is None or form is None:
        raise Http404
    content_type = f"{form.media_type}; charset=utf-8"
    if request.method == "HEAD":
        # A server would read all rows only to throw them away.
        return HttpResponse(content_type=content_type)
    response = StreamingHttpResponse(form.write(dataset, dataset.records()), content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    return response

"""Several readings at once: the table to fill in, and what becomes of it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from practices import monitoring
from practices.forms.readings_table import ReadingsFileForm, ReadTable, read, to_fill
from practices.measured import in_words
from practices.models import Indicator
from practices.moderation import Refusal
from practices.views.desk import current_user
from practices.views.readings import ours_or_404, told


def _open(practice: int) -> list[Indicator]:
    return list(Indicator.objects.public().filter(practice=practice, closed_on__isnull=True))


@require_safe
def template(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The empty table with the practice's open indicators."""
    live = ours_or_404(request, pk)
    response = StreamingHttpResponse(to_fill(_open(pk)), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="rilevazioni-{live.practice.code}.csv"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """The filled table: what would be written, or its mistakes by line; then, confirmed, all of it at once."""
    live = ours_or_404(request, pk)
    form, table, text, refused = ReadingsFileForm(), ReadTable(), "", ""
    if request.method == "POST":
        form = ReadingsFileForm(request.POST, request.FILES)
        data = form.data_sent()
        if not form.errors:
            table = read(data, _open(pk))
            if "confirm" in request.POST and not table.mistakes:
                try:
                    by, at = current_user(request), timezone.now()
                    added = monitoring.declare(live.practice, by=by, at=at, said=table.said)
                except Refusal as refusal:
                    refused = str(refusal)
                else:
                    messages.success(request, told(len(added)))
                    return redirect("desk:readings", pk)
            elif not table.mistakes:
                text = data.decode("utf-8-sig", "replace") if _is_utf8(data) else data.decode("cp1252")
    context = {
        "submission": live,
        "form": form,
        "mistakes": table.mistakes or ([refused] if refused else []),
        "rows": [] if table.mistakes else [(one, reading, in_words(reading)) for one, reading in table.shown],
        "confirmed": ReadingsFileForm(initial={"table": text}, auto_id="confirmed_%s") if text else None,
    }
    failed = bool(form.errors or context["mistakes"])
    return render(request, "desk/readings_file.html", context, status=422 if failed else 200)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True

"""One section of the form, saved on its own."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from practices import checklist, content
from practices.comparison import FieldChange, compare
from practices.context import snapshot
from practices.forms.section import SectionForm
from practices.labels import Labels
from practices.models import Submission
from practices.moderation import Refusal, Stale, files, officer
from practices.record import FIELDS, SECTION, SECTIONS
from practices.views.case import readable, turned_away
from practices.views.desk import current_user
from practices.views.upload import receive_all

NAMES = [section.name for section in SECTIONS]


@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Show or save a section. What cannot be saved is shown again, whole, with the reasons beside the fields."""
    if name not in SECTION:
        raise Http404
    submission = readable(request, pk)
    if back := turned_away(request, submission):
        return back
    refused = receive_all(request, submission) if name == "attachments" else []
    form = SectionForm(SECTION[name], submission, request.POST if request.method == "POST" else None, refused)
    theirs: list[FieldChange] = []
    status = 200
    if request.method == "POST":
        if form.valid:
            try:
                saved = _save(request, submission, form)
            except Stale:
                # Both texts are shown; saving again, with the new number, is then a choice.
                status = 409
                submission.refresh_from_db()
                stored = content.read(submission)
                theirs = compare(stored, {**stored, **form.values()}, Labels())
                if not theirs:
                    # A double click: what was sent is what is saved.
                    return _saved(request, submission, name)
            except Refusal as refusal:
                messages.error(request, str(refusal))
            else:
                if "prefill" in request.POST:
                    return _prefilled(request, saved)
                return _saved(request, saved, name)
        else:
            status = 422
    context = {
        "submission": submission,
        "section": SECTION[name],
        "sections": SECTIONS,
        "number": NAMES.index(name) + 1,
        "form": form,
        "errors": form.errors() if request.method == "POST" else [],
        "theirs": theirs,
        # With a mistake in it, an old page stays an old one.
        "seen": seen_number(request) if status == 422 else submission.section_versions.get(name, 0),
        "remarks": _remarks(submission, name),
        "problems": checklist.problems(content.read(submission)),
    }
    return render(request, "desk/section.html", context, status=status)


def _save(request: HttpRequest, submission: Submission, form: SectionForm) -> Submission:
    by, at, values, seen = current_user(request), timezone.now(), form.values(), seen_number(request)
    if form.files:
        return files.save(submission, by=by, at=at, values=values, seen=seen, removed=form.files.removed())
    return officer.save(submission, by=by, at=at, section=form.section.name, values=values, seen=seen)


def seen_number(request: HttpRequest) -> int:
    """The section's number when the page was made; something else never matches one."""
    text = request.POST.get("seen", "")
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def _saved(request: HttpRequest, submission: Submission, name: str) -> HttpResponse:
    at = time_format(timezone.localtime(submission.saved_at), "H:i")
    messages.success(request, _("«%(section)s» salvata alle %(time)s.") % {"section": SECTION[name].label, "time": at})
    # Files that have just arrived wait here for their title and their words.
    if "continue" not in request.POST or request.FILES:
        return redirect("desk:section", submission.pk, name)
    if name == NAMES[-1]:
        return redirect("desk:case", submission.pk)
    return redirect("desk:section", submission.pk, NAMES[NAMES.index(name) + 1])


def _prefilled(request: HttpRequest, submission: Submission) -> HttpResponse:
    """The figures of the chosen municipalities in place of those that stood there, for the author to check."""
    name = FIELDS["municipalities"].section
    known = snapshot(submission.municipalities.all())
    if not known:
        text = _("Di questi Comuni il portale non ha i dati ISTAT a una stessa data: scrivili tu, indicando la fonte.")
        messages.error(request, text)
    else:
        seen = submission.section_versions[name]
        try:
            officer.save(submission, by=current_user(request), at=timezone.now(), section=name, values=known, seen=seen)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Popolazione e residenti stranieri sono quelli dell'ISTAT: controllali."))
    return redirect("desk:section", submission.pk, name)


def _remarks(submission: Submission, name: str) -> dict[str, list[object]]:
    """Remarks on this section's fields, by field."""
    found: dict[str, list[object]] = {}
    for remark in submission.remarks.filter(field__in=[f.name for f in SECTION[name].fields]).select_related("by"):
        found.setdefault(remark.field, []).append(remark)
    return found

"""The case page: everything that an editor needs for deciding, on one page."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from networks.models import User
from practices import checklist, content
from practices.admin.decisions import buttons
from practices.comparison import compare
from practices.forms.moderation import NoteForm, RemarkForm
from practices.labels import Labels
from practices.models import Submission
from practices.models.choices import Status
from practices.moderation import Refusal, Role, Verb, editor, roles_of
from practices.presentation import sections
from practices.record import FIELDS
from practices.similar import similar_to

Context = dict[str, Any]


def case(request: HttpRequest, submission: Submission, user: User, context: Context) -> HttpResponse:
    """The record, the comparisons, what was said, what can be done."""
    values = content.read(submission)
    roles = roles_of(user, submission)
    live = submission.practice.submissions.filter(status=Status.PUBLISHED).exclude(pk=submission.pk).first()
    events = list(submission.events.select_related("by", "reason"))
    sent = [event for event in events if event.verb in (Verb.SUBMIT, Verb.RESUBMIT, Verb.PROPOSE) and event.before]
    labels = Labels()
    page = {
        **context,
        "title": str(submission),
        "submission": submission,
        "buttons": buttons(submission, user),
        "cannot_publish": editor.who_may_not_publish(submission).get(user.pk),
        "sections": sections(values, labels, public=False),
        "problems": checklist.problems(values),
        "live": live,
        "live_changes": compare(content.read(live), values, labels) if live else [],
        "last_changes": compare(sent[-1].before, sent[-1].after or {}, labels) if sent else [],
        "events": [(event, Verb(event.verb).label) for event in events],
        "remarks": [(r, FIELDS[r.field].label) for r in submission.remarks.select_related("by", "answered_by")],
        # Who acts for the organisation does not read what the editors say of it.
        "notes": submission.notes.select_related("by") if Role.EDITOR in roles else [],
        "people": submission.organisation.affiliations.active().select_related("user"),
        "similar": similar_to(submission),
        "remark_form": RemarkForm(),
        "note_form": NoteForm(),
        "roles": roles,
    }
    return render(request, "admin/practices/submission/case.html", page)


def _back(request: HttpRequest, submission: Submission) -> HttpResponse:
    return redirect("admin:practices_submission_change", submission.pk)


def remark(request: HttpRequest, submission: Submission, user: User, context: Context) -> HttpResponse:
    """Say something of a field; the organisation reads it beside the field."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    form = RemarkForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Indica il campo e scrivi l'osservazione."))
        return _back(request, submission)
    try:
        editor.remark(submission, by=user, at=timezone.now(), **form.cleaned_data)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Osservazione aggiunta."))
    return _back(request, submission)


def note(request: HttpRequest, submission: Submission, user: User, context: Context) -> HttpResponse:
    """Tell the other editors something."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    form = NoteForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Scrivi la nota."))
        return _back(request, submission)
    try:
        editor.note(submission, by=user, at=timezone.now(), **form.cleaned_data)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Nota aggiunta."))
    return _back(request, submission)

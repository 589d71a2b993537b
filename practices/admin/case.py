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
from practices.moderation import Refusal, Role, Verb, editor, quarantine, roles_of
from practices.presentation import sections
from practices.record import FIELDS
from practices.similar import similar_to
from practices.visits import look

Context = dict[str, Any]


def case(request: HttpRequest, submission: Submission, user: User, context: Context) -> HttpResponse:
    """The record, the comparisons, what was said, what can be done."""
    return _page(request, submission, user, context)


def _page(
    request: HttpRequest,
    submission: Submission,
    user: User,
    context: Context,
    *,
    refused: dict[str, Any] | None = None,
) -> HttpResponse:
    """`refused`: a remark's or note's form that could not be taken, shown again with what was typed."""
    values = content.read(submission)
    roles = roles_of(user, submission)
    seen = look(submission, by=user, at=timezone.now(), shown=values)
    live = submission.practice.submissions.filter(status=Status.PUBLISHED).exclude(pk=submission.pk).first()
    events = list(submission.events.select_related("by", "reason"))
    sent = [event for event in events if event.verb in (Verb.SUBMIT, Verb.RESUBMIT, Verb.PROPOSE) and event.before]
    labels = Labels()
    asked = request.GET.get("campo", "")
    page = {
        **context,
        "title": str(submission),
        "submission": submission,
        "buttons": buttons(submission, user),
        "cannot_publish": editor.who_may_not_publish(submission).get(user.pk),
        "waiting_files": quarantine.in_the_way(submission.attachments.quarantined()),
        "others": seen.others,
        "sections": sections(values, labels, public=False),
        "problems": checklist.problems(values),
        "live": live,
        "comparisons": [
            ("live", _("Rispetto alla versione pubblicata"), compare(content.read(live), values, labels) if live else []),
            ("sent", _("Dall'invio precedente"), compare(sent[-1].before, sent[-1].after or {}, labels) if sent else []),
            ("seen", _("Da quando l'hai vista tu"), compare(seen.earlier, values, labels) if seen.earlier else []),
        ],
        "events": [(event, Verb(event.verb).label) for event in events],
        "remarks": [(r, FIELDS[r.field].label) for r in submission.remarks.select_related("by", "answered_by")],
        # Who acts for the organisation does not read what the editors say of it.
        "notes": submission.notes.select_related("by") if Role.EDITOR in roles else [],
        "people": submission.organisation.affiliations.active().select_related("user"),
        "similar": similar_to(submission),
        "remark_form": RemarkForm(initial={"field": asked if asked in FIELDS else ""}),
        "note_form": NoteForm(),
        "roles": roles,
        **(refused or {}),
    }
    return render(request, "admin/practices/submission/case.html", page, status=422 if refused else 200)


def _back(request: HttpRequest, submission: Submission) -> HttpResponse:
    return redirect("admin:practices_submission_change", submission.pk)


def remark(request: HttpRequest, submission: Submission, user: User, context: Context) -> HttpResponse:
    """Say something of a field; the organisation reads it beside the field."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    form = RemarkForm(request.POST)
    if not form.is_valid():
        return _page(request, submission, user, context, refused={"remark_form": form})
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
        return _page(request, submission, user, context, refused={"note_form": form})
    try:
        editor.note(submission, by=user, at=timezone.now(), **form.cleaned_data)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Nota aggiunta."))
    return _back(request, submission)

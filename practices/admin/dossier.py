"""The whole record of a case on one page to be printed, for who asks to see the administration's documents (accesso agli atti)."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from networks.models import User
from practices.comparison import compare
from practices.labels import Labels
from practices.models import Event, Submission
from practices.models.choices import Status
from practices.moderation import Role, Verb, roles_of
from practices.record import FIELDS


def dossier(request: HttpRequest, submission: Submission, user: User, context: dict[str, Any]) -> HttpResponse:
    """Every event with what it changed, the remarks, the files; the notes among editors only when they are asked for."""
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    of_practice = Q(practice=submission.practice, submission__isnull=True)
    events = list(Event.objects.filter(Q(submission=submission) | of_practice).select_related("by", "reason"))
    labels = Labels()
    labels.prepare(*(content for event in events for content in (event.before, event.after)))
    # Who acts for the organisation does not read what the editors say of it.
    may_read_notes = Role.EDITOR in roles_of(user, submission)
    has_notes = may_read_notes and request.GET.get("note") == "1"
    page = {
        **context,
        "title": _("Fascicolo: %s") % submission,
        "submission": submission,
        "entries": [
            {
                "event": event,
                "label": Verb(event.verb).label,
                "from": _status(event.from_status),
                "to": _status(event.to_status),
                "changes": compare(event.before, event.after, labels) if event.after is not None else [],
            }
            for event in events
        ],
        "remarks": [(r, FIELDS[r.field].label) for r in submission.remarks.select_related("by", "answered_by")],
        "attachments": submission.attachments.select_related("uploaded_by"),
        "may_read_notes": may_read_notes,
        "has_notes": has_notes,
        "notes": submission.notes.select_related("by") if has_notes else [],
        "printed_at": timezone.now(),
        "printed_by": user,
    }
    return render(request, "admin/practices/submission/dossier.html", page)


def _status(code: str) -> str:
    return str(Status(code).label) if code in Status.values else code

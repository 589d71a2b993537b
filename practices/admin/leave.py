"""Leave: all open cases of somebody go to another editor in one step."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from networks.models import User
from practices.forms.people import LeaveForm
from practices.moderation import people


def leave(request: HttpRequest, user: User, context: dict[str, Any]) -> HttpResponse:
    """From whom to whom; what cannot pass is told case by case, and the others pass."""
    if not user.is_chief_editor:
        raise Http404
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        given, refused = people.give_cases(data["person"], by=user, at=timezone.now(), to=data["to"], text=data["text"])
        for submission, refusal in refused:
            messages.error(request, f"«{submission}»: {refusal}")
        if given:
            text = ngettext("%(n)d caso è ora in carico a %(to)s.", "%(n)d casi sono ora in carico a %(to)s.", len(given))
            messages.success(request, text % {"n": len(given), "to": data["to"]})
        return redirect("admin:practices_submission_leave")
    page = {
        **context,
        "title": _("Passa i casi di una persona"),
        "intro": _("Per assenze e ferie: tutti i casi aperti di una persona passano a un'altra, che riceve un'e-mail."),
        "button": _("Passa i casi"),
        "form": form,
    }
    return render(request, "admin/practices/submission/form.html", page, status=422 if form.errors else 200)

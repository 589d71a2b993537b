"""Leaving all browsers at once: one that was lost, one that was lent, one of which nobody knows."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.sessions import idle_minutes
from practices.views.desk import current_user


@require_http_methods(["GET", "HEAD", "POST"])
def leave_everywhere(request: HttpRequest) -> HttpResponse:
    """Every session of mine ends, this one too."""
    user = current_user(request)
    if request.method == "POST":
        user.end_sessions()
        logout(request)
        messages.success(request, _("L'accesso è chiuso su tutti i dispositivi: per continuare accedi di nuovo."))
        return redirect("account_login")
    return render(request, "account/leave_everywhere.html", {"idle_minutes": idle_minutes(user)})

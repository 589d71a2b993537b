"""A mistake on a practice's page, told by whoever reads it."""

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.lib.limits import is_within
from portal.lib.public_page import public_page
from practices import notifications
from practices.forms.report import ReportForm
from practices.models import Submission
from practices.views.practice import gone, published_or_404, trail_to

# From one network address, and about one practice.
LIMITS = "10/h/ip,30/d/key"


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """It becomes a mail to the editors and nothing else. What cannot be sent is shown again, with its words."""
    submission = published_or_404(slug)
    if elsewhere := gone(request, submission.practice):
        return elsewhere
    form = ReportForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _send(request, submission, form):
        return redirect("practices:reported", slug)
    context = {"submission": submission, "form": form, "trail": trail_to(submission)}
    return render(request, "practices/report.html", context, status=422 if form.errors else 200)


@public_page
def reported(request: HttpRequest, slug: str) -> HttpResponse:
    """What happens next. The same for everybody: it knows nothing of what was sent."""
    submission = published_or_404(slug)
    if elsewhere := gone(request, submission.practice):
        return elsewhere
    return render(request, "practices/reported.html", {"submission": submission, "trail": trail_to(submission)})


def _send(request: HttpRequest, submission: Submission, form: ReportForm) -> bool:
    """Queue the mail. What keeps it from being sent is said in the form."""
    if not is_within(request, "report", LIMITS, key=submission.practice.code):
        form.add_error(None, _("Sono arrivate molte segnalazioni in poco tempo. La tua non è partita: riprova fra un'ora."))
        return False
    said = form.cleaned_data
    with transaction.atomic():
        sent = notifications.reported(submission, text=said["text"], email=said["email"])
    if not sent:
        form.add_error(
            None, _("In questo momento nessuno può riceverla. La tua segnalazione non è partita: riprova domani.")
        )
    return bool(sent)

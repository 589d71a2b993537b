"""*È un adattamento di questa*: the answer to the similar practices that are shown before sending."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from practices.forms.desk import AdaptedForm
from practices.models import Practice
from practices.moderation import Refusal
from practices.moderation.replication import add_origin
from practices.record import FIELDS
from practices.views.case import readable, turned_away
from practices.views.desk import current_user


@require_http_methods(["GET", "HEAD", "POST"])
def adapted(request: HttpRequest, pk: int, practice_pk: int) -> HttpResponse:
    """Say how ours was adapted from a published practice; the link is a row of «Adattata da»."""
    submission = readable(request, pk)
    origin = get_object_or_404(Practice.objects.visible().exclude(pk=submission.practice_id), pk=practice_pk)
    if back := turned_away(request, submission):
        return back
    started = submission.started_on
    form = AdaptedForm(request.POST or None, initial={"year": started.year if started else None})
    if request.method == "POST" and form.is_valid():
        try:
            add_origin(submission, origin, by=current_user(request), at=timezone.now(), row=form.cleaned_data)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("La pratica di origine è indicata in «%s».") % FIELDS["adaptations"].label)
            return redirect("desk:send", pk)
    page = {"submission": submission, "form": form, "origin": origin, "published": origin.published}
    return render(request, "desk/adapted.html", page, status=422 if form.errors else 200)

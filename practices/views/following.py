"""Who of the organisation's people looks after a case."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from networks.affiliations import people_of
from practices.forms.affiliations import ColleagueForm
from practices.moderation import Refusal, Role, Verb, allowed_verbs, colleagues, roles_of
from practices.views.case import readable
from practices.views.desk import current_user


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Pass the case to a colleague, or take it."""
    submission, user = readable(request, pk), current_user(request)
    roles = roles_of(user, submission)
    if Role.CONTRIBUTOR not in roles or Verb.HAND_OVER not in allowed_verbs(submission, roles):
        messages.error(request, _("La scheda è «%s»: questa azione non è possibile.") % submission.get_status_display())
        return redirect("desk:case", pk)
    others = people_of(submission.organisation, but=submission.followed_by)
    form = ColleagueForm(request.POST if request.method == "POST" else None, colleagues=others)
    if form.is_valid():
        try:
            colleagues.hand_over(submission, by=user, at=timezone.now(), to=form.cleaned_data["to"])
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Ora la scheda la segue %s.") % form.cleaned_data["to"])
        return redirect("desk:case", pk)
    return render(request, "desk/hand_over.html", {"submission": submission, "form": form, "is_alone": not others})

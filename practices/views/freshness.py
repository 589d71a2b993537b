"""What is published still holds: said with one click, by the link of a reminder."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from practices.freshness import asked
from practices.moderation import Refusal
from practices.moderation import practice as practice_verbs


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """What will be confirmed, and the button; once it is confirmed, that it is. It looks at no session.

    Every reason why a link does not hold any more has the same answer.
    """
    found = asked(token)
    refused = ""
    if found and request.method == "POST" and not found.is_answered:
        try:
            practice_verbs.confirm_valid(found.submission.practice, by=found.person, at=timezone.now())
        except Refusal as refusal:
            refused = str(refusal)
        else:
            return redirect("desk:confirm_by_link", token)
    context = {"asked": found, "refused": refused}
    response = render(request, "desk/confirm_by_link.html", context, status=200 if found and not refused else 404)
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response

"""The demo's mails, readable in the browser: nothing is ever sent."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from post_office.models import Email


@login_not_required
@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """The last hundred mails of the queue, newest first."""
    return render(request, "pages/demo_mail.html", {"mails": Email.objects.order_by("-pk")[:100]})

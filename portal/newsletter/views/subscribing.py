"""Asking for the newsletter or for an alert, and saying yes by the link of the mail."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from portal.lib.limits import is_within
from portal.lib.public_page import public_page
from portal.newsletter import links, searches, subscribing
from portal.newsletter.forms import SubscribeForm
from portal.newsletter.models import Kind
from portal.newsletter.views.preferences import done
from portal.newsletter.views.private import private

# From one network address, and to one mailbox.
LIMITS = "20/h/ip,5/d/key"


@csrf_exempt  # nosemgrep: csrf-exempt  # a cookie less; no session counts, and a mail asks again
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: HttpRequest) -> HttpResponse:
    """For the newsletter; for a search, from the form beside the list. No token against forgery, which would need a cookie.

    A forged request does what anybody can do here anyway: a mail asks the owner of the address whether it was her.
    """
    if request.method == "POST":
        form = SubscribeForm(request.POST)
        if form.is_valid() and _ask(request, form):
            return redirect("newsletter:asked")
    else:
        form = SubscribeForm(initial={"kind": Kind.NEWSLETTER})
    context = {"form": form, "wanted": _wanted(form), "is_search": form.chosen_kind == Kind.SEARCH}
    return private(render(request, "newsletter/subscribe.html", context, status=422 if form.errors else 200))


def _wanted(form: SubscribeForm) -> str:
    """The search in words, whether or not it can be kept."""
    if form.chosen_kind != Kind.SEARCH:
        return ""
    return searches.in_words(str(form.data.get("selection", ""))[: searches.MAX_GIVEN])


def _ask(request: HttpRequest, form: SubscribeForm) -> bool:
    """Queue the mail. What keeps it from being sent depends on how many were asked for alone, never on whose address it is."""
    said = form.cleaned_data
    if not is_within(request, "subscribe", LIMITS, key=said["email"]):
        form.add_error(None, _("Sono arrivate molte richieste in poco tempo. La tua non è partita: riprova domani."))
        return False
    subscribing.ask(
        email=said["email"],
        language=str(request.LANGUAGE_CODE),
        kind=form.chosen_kind,
        query=said.get("selection", ""),
        frequency=said.get("frequency", ""),
        at=timezone.now(),
    )
    return True


@public_page
def asked(request: HttpRequest) -> HttpResponse:
    """That a mail is on its way. The same for everybody: it knows nothing of what was sent."""
    return render(request, "newsletter/asked.html", {"days": links.LASTS.days})


@csrf_exempt  # nosemgrep: csrf-exempt  # a cookie less; no session counts, and a mail asks again
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """What was asked for, and the button: programs that look into mails open links, and press no buttons."""
    found = links.request_of(token)
    if found and request.method == "POST":
        subscriber = subscribing.confirm(found, at=timezone.now())
        if subscriber:
            return private(redirect(done(links.preferences_token(subscriber), "confirmed")))
        found = links.request_of(token)
    words = searches.in_words(found.query) if found and found.kind == Kind.SEARCH else ""
    context = {"found": found, "words": words, "days": links.LASTS.days}
    return private(render(request, "newsletter/confirm.html", context, status=200 if found else 404))

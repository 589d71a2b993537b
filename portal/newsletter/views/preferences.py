"""What a subscriber has, changes and ends."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from portal.lib.public_page import public_page
from portal.newsletter import leaving, links, searches
from portal.newsletter.forms import FrequencyForm, LanguageForm
from portal.newsletter.models import Kind, Subscriber, Subscription
from portal.newsletter.views.private import private

# What the page says of what was just done. In the address, since a message kept for her would need a cookie.
DONE = {"confirmed": _("L'iscrizione è confermata."), "changed": _("Fatto: qui sotto c'è ciò che vale adesso.")}


def done(token: str, what: str) -> str:
    """Her preferences, with the acknowledgement."""
    return f"{reverse('newsletter:preferences', args=[token])}?fatto={what}"


@csrf_exempt  # nosemgrep: csrf-exempt  # the link is the key; no session counts
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """Everything there is of her, one form for each thing. The link is the key, so that there is no token against forgery."""
    subscriber = links.subscriber_of(token)
    if subscriber is None:
        return private(render(request, "newsletter/preferences.html", {"subscriber": None}, status=404))
    if request.method == "POST":
        if _change(request, subscriber):
            return private(redirect("newsletter:left"))
        return private(redirect(done(token, "changed")))
    rows = [_row(subscription) for subscription in subscriber.subscriptions.order_by("kind", "pk")]
    context = {
        "subscriber": subscriber,
        "address": masked(subscriber.email),
        "rows": rows,
        "done": DONE.get(request.GET.get("fatto", ""), ""),
        "in_language": LanguageForm(initial={"language": subscriber.language}),
    }
    return private(render(request, "newsletter/preferences.html", context))


def _row(subscription: Subscription) -> dict[str, Any]:
    is_search = subscription.kind == Kind.SEARCH
    return {
        "subscription": subscription,
        "words": searches.in_words(subscription.query) if is_search else "",
        "is_understood": not is_search or searches.is_understood(subscription.query),
        "form": FrequencyForm(initial={"frequency": subscription.frequency}, auto_id=f"id_{subscription.pk}_%s")
        if is_search
        else None,
    }


def _change(request: HttpRequest, subscriber: Subscriber) -> bool:
    """One change; what is not understood changes nothing. Whether she has left altogether."""
    now = timezone.now()
    match request.POST.get("do"):
        case "leave_all":
            return leaving.leave(subscriber, at=now)
        case "leave" if key := _own(subscriber, request.POST.get("key", "")):
            return leaving.leave(subscriber, at=now, key=key)
        case "frequency" if key := _own(subscriber, request.POST.get("key", "")):
            form = FrequencyForm(request.POST)
            if form.is_valid():
                chosen = subscriber.subscriptions.filter(key=key, kind=Kind.SEARCH)
                chosen.update(frequency=form.cleaned_data["frequency"])
        case "language":
            language = LanguageForm(request.POST)
            if language.is_valid():
                Subscriber.objects.filter(pk=subscriber.pk).update(language=language.cleaned_data["language"])
    return False


def _own(subscriber: Subscriber, key: str) -> str:
    """The key of a subscription of hers; empty when it is none."""
    return next((own.hex for own in subscriber.subscriptions.values_list("key", flat=True) if own.hex == key), "")


def masked(email: str) -> str:
    """Enough for her to recognise it, and not for whom the link was forwarded to: a***@example.org."""
    local, at, domain = email.rpartition("@")
    return f"{local[:1]}***{at}{domain}"


@csrf_exempt  # nosemgrep: csrf-exempt  # the link is the key; no session counts
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """One click (RFC 8058): a POST from the mail program ends it at once; a person who opens the link gets a button.

    Repeatable: who has left already is told that she has left.
    """
    found = links.leaver_of(token)
    if found is None:
        return private(render(request, "newsletter/leave.html", {"found": False}, status=404))
    subscriber, kind = found
    if request.method == "POST":
        if subscriber:
            leaving.leave(subscriber, at=timezone.now(), kind=kind)
        return private(redirect("newsletter:left")) if "button" in request.POST else private(HttpResponse(status=200))
    context: dict[str, Any] = {"found": True, "subscriber": subscriber, "is_newsletter": kind == Kind.NEWSLETTER}
    if subscriber:
        context |= {"address": masked(subscriber.email), "preferences": links.preferences_token(subscriber)}
    return private(render(request, "newsletter/leave.html", context))


@public_page
def left(request: HttpRequest) -> HttpResponse:
    """That it is over. The same for everybody."""
    return render(request, "newsletter/left.html")

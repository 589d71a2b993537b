"""Mails to subscribers: one function a message, in the subscriber's language, queued in the transaction that causes it."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from post_office.models import Email

from portal.lib import mail
from portal.newsletter import links, searches
from portal.newsletter.models import Issue, Kind, Request, Subscriber


def _list_id() -> str:
    """By which programs, and we, know these mails (RFC 2919)."""
    return f"<newsletter.{urlsplit(settings.SITE_URL).hostname}>"


def of_address(email: str) -> Any:
    """Every mail of this app to an address, sent or waiting."""
    return Email.objects.filter(to=email, headers__has_key="List-Id")


def confirm(request: Request) -> None:
    """To the address that somebody typed: whether it was its owner. Nothing but that is ever sent to it before."""
    with translation.override(request.language):
        wanted = searches.in_words(request.query) if request.kind == Kind.SEARCH else ""
        context = {"wanted": wanted, "request": request, "link": links.to_confirm(request), "days": links.LASTS.days}
        subject, body = mail.compose("newsletter/confirm", context)
    headers = {"List-Id": _list_id(), "Auto-Submitted": "auto-generated"}
    mail.queue([request.email], subject, body, headers=headers, language=request.language)


def send(subscriber: Subscriber, kind: Kind, template: str, context: dict[str, Any]) -> None:
    """A mail that she asked for, with the ways out of it."""
    with translation.override(subscriber.language):
        leave = links.to_leave(subscriber, kind)
        ways_out = {"leave": leave, "preferences": links.to_preferences(subscriber)}
        subject, body = mail.compose(template, {**context, **ways_out})
    headers = {
        "List-Id": _list_id(),
        "List-Unsubscribe": f"<{leave}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }
    envelope = links.envelope(subscriber)
    # Thousands of them must not keep somebody's confirmation waiting.
    mail.queue(
        [subscriber.email], subject, body, headers=headers, envelope=envelope, language=subscriber.language, is_bulk=True
    )


def issue(issue: Issue, told: Any, subscriber: Subscriber) -> None:
    """A newsletter to one of its subscribers."""
    send(subscriber, Kind.NEWSLETTER, "newsletter/issue", {"issue": issue, "told": told})


def as_it_arrives(issue: Issue, told: Any, language: str) -> tuple[str, str, str]:
    """Subject, text and page of a newsletter in a language; its ways out lead to where one subscribes."""
    with translation.override(language):
        out = f"{settings.SITE_URL}{reverse('newsletter:archive')}"
        context = {"issue": issue, "told": told, "leave": out, "preferences": out}
        subject, body = mail.compose("newsletter/issue", context)
    return subject, body, mail.as_html(subject, body, language)


def try_out(issue: Issue, told: Any, address: str) -> None:
    """To the editor herself, in both languages."""
    for language, _name in settings.LANGUAGES:
        subject, body, _page = as_it_arrives(issue, told, language)
        mail.queue([address], gettext("[Prova] %s") % subject, body, language=language)

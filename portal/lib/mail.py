"""Mails are rows of a queue, written in the transaction that causes them and sent by `manage.py send_queued_mail`."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.template import Context, engines
from django.utils.html import escape, linebreaks
from django.utils.safestring import SafeString
from post_office.models import PRIORITY, STATUS, Email

from portal.lib.text import normalise


def compose(template: str, context: dict[str, Any]) -> tuple[str, str]:
    """Subject and body of a message, from `templates/mail/<template>.subject.txt` and `.txt`."""
    subject, body = (_plain_text(f"mail/{template}{ending}", context) for ending in (".subject.txt", ".txt"))
    return " ".join(subject.split()), f"{body}\n"


def _plain_text(name: str, context: dict[str, Any]) -> str:
    """A template rendered as plain text: nothing is escaped for HTML."""
    template = engines["django"].engine.get_template(name)  # type: ignore[attr-defined]
    return normalise(template.render(Context({**context, "site_url": settings.SITE_URL}, autoescape=False)))


def queue(
    to: Iterable[str],
    subject: str,
    body: str,
    *,
    headers: dict[str, str] | None = None,
    envelope: str = "",
    language: str = settings.LANGUAGE_CODE,
    is_bulk: bool = False,
) -> None:
    """Queue one message for each address, so that nobody reads who else got it.

    `envelope`: where what cannot be delivered comes back to, if not to the sender. `is_bulk`: it leaves after whatever else waits.
    """
    headers = {**(headers or {}), **({"From": settings.DEFAULT_FROM_EMAIL} if envelope else {})}
    for address in sorted(set(to)):
        _put(
            EmailMessage(subject, body, envelope or settings.DEFAULT_FROM_EMAIL, [address], headers=headers),
            language,
            is_bulk,
        )


def _put(message: EmailMessage, language: str = settings.LANGUAGE_CODE, is_bulk: bool = False) -> None:
    """Write the row ourselves: `post_office.mail.send` would take what people wrote for a template and carry it out."""
    html = [content for content, kind in getattr(message, "alternatives", []) if kind == "text/html"]
    # One line: a newline in a title must not become a header.
    subject = " ".join(str(message.subject).split())
    Email.objects.create(
        from_email=message.from_email,
        to=message.to,
        cc=message.cc,
        bcc=message.bcc,
        subject=subject,
        message=str(message.body),
        html_message=html[0] if html else as_html(subject, str(message.body), language),
        headers=message.extra_headers or None,
        status=STATUS.queued,
        priority=PRIORITY.low if is_bulk else PRIORITY.medium,
    )


def as_html(subject: str, body: str, language: str = settings.LANGUAGE_CODE) -> str:
    """The same words as a page, for programs that show one: paragraphs, and our own addresses as links.

    Only ours: what people write must not become something to click in a mail of the portal's.
    """
    ours = re.compile(
        rf"{re.escape(escape(settings.SITE_URL))}/[^\s<>»]*[^\s<>».,;:!?)]|{re.escape(escape(settings.SITE_URL))}/"
    )
    linked = ours.sub(lambda found: f'<a href="{found[0]}">{found[0]}</a>', escape(body.strip()))
    template = engines["django"].engine.get_template("mail/message.html")  # type: ignore[attr-defined]
    context = {"subject": subject, "body": SafeString(linebreaks(linked)), "language": language}
    return str(template.render(Context(context)))


class QueueBackend(BaseEmailBackend):
    """Whatever Django and allauth send goes into the same queue."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            _put(message)
        return len(email_messages)

"""Mails are rows of a queue, written in the transaction that causes them and sent by `manage.py send_queued_mail`."""

import re
from collections.abc import Iterable, Iterator, Sequence
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
    message = EmailMessage(subject, body, envelope or settings.DEFAULT_FROM_EMAIL, headers=headers)
    _put(_rows(message, [[address] for address in sorted(set(to))], language, is_bulk))


def queue_all(messages: Iterable[tuple[Iterable[str], str, str]]) -> None:
    """Queue several messages, each to its addresses with its subject and body, at once."""
    _put(
        row
        for to, subject, body in messages
        for row in _rows(EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL), [[address] for address in to])
    )


def _rows(
    message: EmailMessage, each: Iterable[list[str]], language: str = settings.LANGUAGE_CODE, is_bulk: bool = False
) -> Iterator[Email]:
    """The rows of one message, by whom each is for. Ours: `post_office.mail.send` would take what people wrote for a template
    and carry it out.
    """
    html = [content for content, kind in getattr(message, "alternatives", []) if kind == "text/html"]
    # One line: a newline in a title must not become a header.
    subject = " ".join(str(message.subject).split())
    page = html[0] if html else as_html(subject, str(message.body), language)
    for to in each:
        yield Email(
            from_email=message.from_email,
            to=to,
            cc=message.cc,
            bcc=message.bcc,
            subject=subject,
            message=str(message.body),
            html_message=page,
            headers=message.extra_headers or None,
            status=STATUS.queued,
            priority=PRIORITY.low if is_bulk else PRIORITY.medium,
        )


def _put(rows: Iterable[Email]) -> None:
    """Write them in one query; each is looked at first, as its own `save` would."""
    rows = list(rows)
    for row in rows:
        row.full_clean()
    Email.objects.bulk_create(rows)


def as_html(subject: str, body: str, language: str = settings.LANGUAGE_CODE) -> str:
    """The same words as a page, for programs that show one: paragraphs, and our own addresses as links.

    Only ours: what people write must not become something to click in a mail of the portal's.
    """
    ours = re.compile(
        rf"{re.escape(escape(settings.SITE_URL))}/[^\s<>»]*[^\s<>».,;:!?)]|{re.escape(escape(settings.SITE_URL))}/"
    )
    linked = ours.sub(lambda found: f'<a href="{found[0]}">{found[0]}</a>', escape(body.strip()))
    template = engines["django"].engine.get_template("mail/message.html")  # type: ignore[attr-defined]
    # Escaped above, before the links were put in.
    page = SafeString(linebreaks(linked))  # nosemgrep: text-taken-for-html  # escaped
    context = {"subject": subject, "body": page, "language": language}
    return str(template.render(Context(context)))


class QueueBackend(BaseEmailBackend):
    """Whatever Django and allauth send goes into the same queue."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            _put(_rows(message, [message.to]))
        return len(email_messages)

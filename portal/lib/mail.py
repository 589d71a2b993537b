"""Mails are rows of a queue, written in the transaction that causes them and sent by `manage.py send_queued_mail`."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.template import Context, engines
from post_office import mail

from portal.lib.text import normalise


def compose(template: str, context: dict[str, Any]) -> tuple[str, str]:
    """Subject and body of a message, from `templates/mail/<template>.subject.txt` and `.txt`."""
    subject, body = (_plain_text(f"mail/{template}{ending}", context) for ending in (".subject.txt", ".txt"))
    # One line: a newline in a title must not become a header.
    return " ".join(subject.split()), f"{body}\n"


def _plain_text(name: str, context: dict[str, Any]) -> str:
    """A template rendered as plain text: nothing is escaped for HTML."""
    template = engines["django"].engine.get_template(name)  # type: ignore[attr-defined]
    return normalise(template.render(Context({**context, "site_url": settings.SITE_URL}, autoescape=False)))


def queue(to: Iterable[str], subject: str, body: str) -> None:
    """Queue one message for each address, so that nobody reads who else got it."""
    for address in sorted(set(to)):
        mail.send(recipients=[address], sender=settings.DEFAULT_FROM_EMAIL, subject=subject, message=body)

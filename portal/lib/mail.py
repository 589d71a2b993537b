"""Mails are rows of a queue, written in the transaction that causes them and sent by `manage.py send_queued_mail`."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from post_office import mail

from portal.lib.text import normalise


def compose(template: str, context: dict[str, Any]) -> tuple[str, str]:
    """Subject and body of a message, from `templates/mail/<template>.subject.txt` and `.txt`."""
    context = {**context, "site_url": settings.SITE_URL}
    subject = " ".join(normalise(render_to_string(f"mail/{template}.subject.txt", context)).split())
    return subject, normalise(render_to_string(f"mail/{template}.txt", context)) + "\n"


def queue(to: Iterable[str], subject: str, body: str) -> None:
    """Queue one message for each address, so that nobody reads who else got it."""
    for address in sorted(set(to)):
        mail.send(recipients=[address], sender=settings.DEFAULT_FROM_EMAIL, subject=subject, message=body)

"""Mails that came back: delivery status notifications (RFC 3464), which mail servers send to the envelope's address.

That address is signed for each subscriber, so that nobody can switch off another one; of the notification itself nothing is kept.
"""

from datetime import datetime
from email import message_from_bytes, policy
from email.message import Message

from django.db import transaction
from django.utils import timezone

from portal.newsletter import links
from portal.newsletter.models import SoftBounce, Subscriber
from portal.newsletter.sweeping import SOFT_BOUNCES_COUNT_FOR

# On so many days within SOFT_BOUNCES_COUNT_FOR.
MOST_SOFT_BOUNCES = 3
# Where mail servers write the envelope's recipient, and the sender of the notification the address it answers to.
RECIPIENT_HEADERS = ("X-Original-To", "Delivered-To", "Envelope-To", "To")


def take(raw: bytes, *, recipient: str = "", at: datetime) -> str:
    """Take one notification in; what became of it, in a word: hard, soft, off, ignored.

    `recipient`: whom the server has it for, where it says so beside the message.
    """
    message = message_from_bytes(raw, policy=policy.compat32)
    status = worst_status(message)
    addressed = [recipient, *(str(value) for name in RECIPIENT_HEADERS for value in message.get_all(name, []))]
    found = (links.bounced(address) for address in addressed)
    key = next((key for key in found if key is not None), None)
    if key is None or not status:
        return "ignored"
    return _record(key, status, at)


def worst_status(message: Message) -> str:
    """The class of the worst status of what has failed for good: 5, 4, or empty (delays and receipts are no failures)."""
    found = set()
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status" or not part.is_multipart():
            continue
        for fields in part.get_payload():
            if isinstance(fields, Message) and str(fields.get("Action", "")).strip().lower() == "failed":
                found.add(str(fields.get("Status", "")).strip()[:1])
    return max(found & {"4", "5"}, default="")


@transaction.atomic
def _record(key: int, status: str, at: datetime) -> str:
    subscriber = Subscriber.objects.select_for_update().filter(pk=key, switched_off_at__isnull=True).first()
    if subscriber is None:
        return "ignored"
    if status == "4":
        today = timezone.localdate(at)
        SoftBounce.objects.get_or_create(subscriber=subscriber, on=today)
        since = today - SOFT_BOUNCES_COUNT_FOR
        if subscriber.soft_bounces.filter(on__gte=since).count() < MOST_SOFT_BOUNCES:
            return "soft"
    subscriber.switched_off_at = at
    subscriber.save(update_fields=["switched_off_at"])
    subscriber.soft_bounces.all().delete()
    return "hard" if status == "5" else "off"

"""The links of the mails. Each is a signed key, good for one purpose, and says nothing of whose it is."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from portal.newsletter.models import Kind, Request, Subscriber

CONFIRM, PREFERENCES, LEAVE, BOUNCE = (
    f"portal.newsletter.{purpose}" for purpose in ("confirm", "prefer", "leave", "bounce")
)
# A request that nobody confirms is erased after this time.
LASTS = timedelta(days=7)
BOUNCE_TOKEN = re.compile(r"\+([0-9]{1,18})-([0-9a-f]{24})@", re.IGNORECASE)


def _address(name: str, *args: str) -> str:
    return f"{settings.SITE_URL}{reverse(f'newsletter:{name}', args=args)}"


def _read(token: str, salt: str, max_age: timedelta | None = None) -> Any:
    try:
        return signing.loads(token, salt=salt, max_age=max_age)
    except signing.BadSignature:
        return None


def to_confirm(request: Request) -> str:
    """Where whoever reads the mail says yes."""
    return _address("confirm", signing.dumps(request.key.hex, salt=CONFIRM))


def request_of(token: str) -> Request | None:
    """None when the link is not ours, too old, or of a request that was erased."""
    key = _read(token, CONFIRM, LASTS)
    return Request.objects.filter(key=UUID(key)).first() if key else None


def preferences_token(subscriber: Subscriber) -> str:
    """Good for as long as there is a subscription."""
    return signing.dumps(subscriber.key.hex, salt=PREFERENCES)


def to_preferences(subscriber: Subscriber) -> str:
    """Where she sees, changes and ends what she is subscribed to."""
    return _address("preferences", preferences_token(subscriber))


def subscriber_of(token: str) -> Subscriber | None:
    """Whose preferences these are; None when the link is not ours, or she has left."""
    key = _read(token, PREFERENCES)
    return Subscriber.objects.filter(key=UUID(key)).first() if key else None


def to_leave(subscriber: Subscriber, kind: Kind) -> str:
    """One click (RFC 8058): the newsletter, or all alerts, which come in one mail."""
    return _address("leave", signing.dumps([subscriber.key.hex, kind.value], salt=LEAVE))


def leaver_of(token: str) -> tuple[Subscriber | None, Kind] | None:
    """Who leaves what; no subscriber when she has left already, None when the link is not ours."""
    found = _read(token, LEAVE)
    if not found:
        return None
    key, kind = found
    return Subscriber.objects.filter(key=UUID(key)).first(), Kind(kind)


def _bounce_signature(pk: int | str) -> str:
    return salted_hmac(BOUNCE, str(pk), algorithm="sha256").hexdigest()[:24]


def envelope(subscriber: Subscriber) -> str:
    """Where a mail to her comes back to when it cannot be delivered, so that it says itself who she is; empty when off.

    Digits and small letters: mail servers may change the case, and a local part has at most 64 characters (RFC 5321, 4.5.3.1.1).
    """
    local, at, domain = settings.BOUNCE_ADDRESS.rpartition("@")
    return f"{local}+{subscriber.pk}-{_bounce_signature(subscriber.pk)}{at}{domain}" if at else ""


def bounced(addressed: str) -> int | None:
    """The subscriber whose envelope this is, by key; None when we have not signed it."""
    found = BOUNCE_TOKEN.search(addressed)
    if found and constant_time_compare(found[2].lower(), _bounce_signature(found[1])):
        return int(found[1])
    return None

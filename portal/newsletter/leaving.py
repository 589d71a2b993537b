"""Leaving: what is left of a subscription is a count, and of a subscriber without any nothing at all."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Count, F, QuerySet
from django.utils import timezone

from portal.newsletter import mails
from portal.newsletter.models import Kind, Leaving, Request, Subscriber, Subscription


def leave(subscriber: Subscriber, *, at: datetime, kind: Kind | None = None, key: str = "") -> bool:
    """End everything; or all of a kind, or one by its key. Whether she has left altogether."""
    with transaction.atomic():
        held = Subscriber.objects.select_for_update().filter(pk=subscriber.pk).first()
        if held is None:
            return True
        ended = held.subscriptions.all()
        if kind is not None:
            ended = ended.filter(kind=kind)
        if key:
            ended = ended.filter(key=key)
        _count(ended, at)
        ended.delete()
        if held.subscriptions.exists():
            return False
        erase(held.email)
    return True


def erase(email: str) -> None:
    """Everything that is kept of an address here: rows, what it asked for, mails sent and waiting."""
    Request.objects.filter(email=email).delete()
    mails.of_address(email).delete()
    Subscriber.objects.filter(email=email).delete()


def erase_on_request(email: str, *, at: datetime) -> int:
    """For a person who writes to the editors instead of clicking: how many subscriptions ended."""
    email = email.strip().lower()
    subscriber = Subscriber.objects.filter(email=email).first()
    number = subscriber.subscriptions.count() if subscriber else 0
    with transaction.atomic():
        if subscriber:
            leave(subscriber, at=at)
        erase(email)
    return number


def _count(ended: "QuerySet[Subscription]", at: datetime) -> None:
    month = timezone.localdate(at).replace(day=1)
    for kind, number in ended.values_list("kind").annotate(Count("pk")).order_by("kind"):
        if not _raise(month, kind, number):
            try:
                with transaction.atomic():
                    Leaving.objects.create(month=month, kind=kind, number=number)
            except IntegrityError:
                # Somebody else was the month's first, too.
                _raise(month, kind, number)


def _raise(month: date, kind: str, number: int) -> int:
    return Leaving.objects.filter(month=month, kind=kind).update(number=F("number") + number)

"""Asking, and saying yes: a subscription begins when the owner of the address confirms it."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from portal.newsletter import mails
from portal.newsletter.models import Kind, Publication, Request, SoftBounce, Subscriber, Subscription
from portal.newsletter.publications import notice


@transaction.atomic
def ask(*, email: str, language: str, kind: str, query: str = "", frequency: str = "", at: datetime) -> Request:
    """Keep the wish and write to the address. The same for an address that is known and for one that is not.

    What was asked for the same thing and waits is replaced, with its link.
    """
    email = email.strip().lower()
    Request.objects.filter(email=email, kind=kind, query=query, confirmed_at__isnull=True).delete()
    request = Request.objects.create(
        email=email, language=language, kind=kind, query=query, frequency=frequency, asked_at=at
    )
    mails.confirm(request)
    return request


@transaction.atomic
def confirm(request: Request, *, at: datetime) -> Subscriber | None:
    """Begin it, or change its frequency and language; an address that was switched off is on again.

    None when it had been confirmed before, or was erased meanwhile: a link works once.
    """
    held = Request.objects.select_for_update().filter(pk=request.pk, confirmed_at__isnull=True).first()
    if held is None:
        return None
    held.confirmed_at = at
    held.save(update_fields=["confirmed_at"])
    notice()
    wish = {"language": held.language}
    subscriber, is_new = Subscriber.objects.select_for_update().get_or_create(email=held.email, defaults=wish)
    last = Publication.objects.last_number()
    today = timezone.localdate(at)
    if not is_new:
        was_off = subscriber.switched_off_at is not None
        subscriber.language, subscriber.switched_off_at = held.language, None
        subscriber.save(update_fields=["language", "switched_off_at"])
        SoftBounce.objects.filter(subscriber=subscriber).delete()
        if was_off:
            # What was published while nothing was sent is not told afterwards.
            subscriber.subscriptions.update(begins_after=last, told_until=last, told_on=today)
    begun = {"confirmed_at": at, "begins_after": last, "told_until": last, "told_on": today}
    subscription, is_begun = Subscription.objects.get_or_create(
        subscriber=subscriber, kind=held.kind, query=held.query, defaults={"frequency": held.frequency, **begun}
    )
    if not is_begun and held.kind == Kind.SEARCH:
        subscription.frequency = held.frequency
        subscription.save(update_fields=["frequency"])
    return subscriber

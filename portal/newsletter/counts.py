"""How many are subscribed to what: numbers alone, for the editors."""

from dataclasses import dataclass

from django.db.models import Count, Q

from portal.newsletter.models import Frequency, Kind, Leaving, Request, Subscriber, Subscription


@dataclass(frozen=True)
class Numbers:
    """Of today; `kinds` by label, `left` by month, newest first."""

    kinds: list[tuple[str, int]]
    subscribers: int
    switched_off: int
    waiting: int
    left: list[Leaving]


def numbers() -> Numbers:
    """In four queries."""
    live = Subscription.objects.filter(subscriber__switched_off_at__isnull=True)
    found = {(kind, often): n for kind, often, n in live.values_list("kind", "frequency").annotate(Count("pk")).order_by()}
    kinds = [(str(Kind.NEWSLETTER.label), found.get((Kind.NEWSLETTER, ""), 0))]
    kinds += [(f"{Kind.SEARCH.label}: {often.label}", found.get((Kind.SEARCH, often), 0)) for often in Frequency]
    people = Subscriber.objects.aggregate(all=Count("pk"), off=Count("pk", filter=Q(switched_off_at__isnull=False)))
    waiting = Request.objects.filter(confirmed_at__isnull=True).count()
    left = [*Leaving.objects.order_by("-month", "kind")[:24]]
    return Numbers(kinds, people["all"], people["off"], waiting, left)

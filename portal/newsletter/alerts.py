"""The alerts: what has been published since a subscription was last told, in one mail a subscriber. `manage.py send_alerts`.

The position of a subscription moves in the transaction that queues its mail, and the subscriber's row is held meanwhile: a run that
is killed, or two at once, tell nothing twice and leave nothing out.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone, translation

from portal.newsletter import mails, searches
from portal.newsletter.models import Frequency, Kind, Publication, Subscriber, Subscription
from practices.models import Submission

# Weekly and monthly ones arrive in the morning of a Monday, and of the first of a month.
MORNING = timedelta(hours=7)
# A mail is read, not searched: the list on the portal has them all.
MOST_PRACTICES = 30
AT_ONCE = 500


@dataclass(frozen=True)
class Section:
    """What a search has found, as the mail says it; `more` are not named."""

    words: str
    query: str
    practices: list[Submission]
    more: int


class Finder:
    """What each search finds among what was published; many subscriptions ask the same."""

    def __init__(self, last: int) -> None:
        self.last = last
        self._found: dict[tuple[str, int], set[int]] = {}

    def found(self, query: str, after: int) -> set[int]:
        """The numbers of publications after this one."""
        if (query, after) not in self._found:
            publications = Publication.objects.after(after).filter(number__lte=self.last)
            self._found[query, after] = searches.found_among(query, publications)
        return self._found[query, after]


def due(at: datetime, last: int) -> QuerySet[Subscription]:
    """Those that are to be looked at now."""
    is_due = Q(frequency=Frequency.IMMEDIATELY) | _is_over(at)
    waiting = Subscription.objects.filter(kind=Kind.SEARCH, subscriber__switched_off_at__isnull=True)
    return waiting.filter(is_due, told_until__lt=last)


def _is_over(at: datetime) -> Q:
    """That another week, or month, has begun since a subscription was looked at."""
    today = timezone.localdate(at - MORNING)
    week = Q(frequency=Frequency.WEEKLY, told_on__lt=_monday(today))
    return week | Q(frequency=Frequency.MONTHLY, told_on__lt=today.replace(day=1))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def send_alerts(at: datetime) -> int:
    """Queue what is due; how many mails."""
    last = Publication.objects.last_number()
    finder = Finder(last)
    sent = 0
    for subscriber, subscriptions in _by_subscriber(due(at, last)):
        if any(finder.found(one.query, one.told_until) for one in subscriptions):
            sent += _tell(subscriber, finder, at)
        else:
            _move(Subscription.objects.filter(pk__in=[one.pk for one in subscriptions]), last, at)
    # Where nothing is new the week has been looked at too: what is published later in it waits for the next.
    looked_at = Subscription.objects.filter(_is_over(at), kind=Kind.SEARCH, told_until__gte=last)
    looked_at.update(told_on=timezone.localdate(at))
    return sent


def _by_subscriber(subscriptions: QuerySet[Subscription]) -> Iterator[tuple[int, list[Subscription]]]:
    """In pieces, so that memory does not grow with the number of subscribers."""
    after = 0
    while True:
        keys = subscriptions.filter(subscriber__gt=after).order_by("subscriber").values_list("subscriber", flat=True)
        some = list(keys.distinct()[:AT_ONCE])
        if not some:
            return
        found: dict[int, list[Subscription]] = defaultdict(list)
        for subscription in subscriptions.filter(subscriber__in=some).order_by("pk"):
            found[subscription.subscriber_id].append(subscription)
        yield from found.items()
        after = some[-1]


def _move(subscriptions: QuerySet[Subscription], last: int, at: datetime) -> None:
    today = timezone.localdate(at)
    subscriptions.filter(told_until__lt=last).update(told_until=last, told_on=today)


@transaction.atomic
def _tell(key: int, finder: Finder, at: datetime) -> bool:
    """One mail with what is due once the row is held: another run may have told it, she may have left, meanwhile."""
    subscriber = Subscriber.objects.select_for_update().filter(pk=key).first()
    if subscriber is None:
        return False
    now = list(due(at, finder.last).filter(subscriber=subscriber).order_by("pk"))
    told = _told_already(subscriber, now, finder)
    sections = []
    for one in now:
        new = finder.found(one.query, one.told_until) - told
        told |= new
        if new:
            sections.append((one.query, new))
    _move(Subscription.objects.filter(pk__in=[one.pk for one in now]), finder.last, at)
    return alert(subscriber, sections)


def _told_already(subscriber: Subscriber, now: list[Subscription], finder: Finder) -> set[int]:
    """What she has read of these in another alert of hers: each practice is told once."""
    first = min((one.told_until for one in now), default=finder.last)
    told: set[int] = set()
    for other in subscriber.subscriptions.filter(kind=Kind.SEARCH, told_until__gt=first):
        after = max(first, other.begins_after)
        told |= {number for number in finder.found(other.query, after) if number <= other.told_until}
    return told


def alert(subscriber: Subscriber, found: list[tuple[str, set[int]]]) -> bool:
    """Queue the mail; False when there is nothing to say. One that was archived meanwhile was not found."""
    numbers = {number for _query, some in found for number in some}
    practices = dict(Publication.objects.filter(number__in=numbers).values_list("number", "practice"))
    rows = Submission.objects.listed().filter(practice__in=practices.values())
    live = {row.practice_id: row for row in rows.select_related("practice", "organisation")}
    sections, left = [], MOST_PRACTICES
    for query, some in found:
        listed = [live[practices[number]] for number in sorted(some, reverse=True) if practices.get(number) in live]
        shown, left = listed[:left], max(0, left - len(listed))
        if listed:
            with translation.override(subscriber.language):
                words = searches.in_words(query)
            sections.append(Section(words, query, shown, len(listed) - len(shown)))
    number = sum(len(section.practices) + section.more for section in sections)
    if not number:
        return False
    first = next((row for section in sections for row in section.practices), None)
    mails.send(subscriber, Kind.SEARCH, "newsletter/alert", {"sections": sections, "number": number, "first": first})
    return True

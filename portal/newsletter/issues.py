"""Composing and sending a newsletter: the only writer of an issue's state."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone, translation
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from networks.models import User
from portal.lib.content_version import raise_version
from portal.news.models import News
from portal.newsletter import mails
from portal.newsletter.models import Issue, Item, Kind, Publication, Subscriber
from portal.newsletter.publications import notice
from practices.models import Submission

# What the first one tells of.
FIRST_TELLS = timedelta(days=31)
# What was published just before the last one was composed may have been committed just after.
OVERLAP = timedelta(days=1)
AT_ONCE = 100


class NotSendable(Exception):
    """Why an issue cannot be sent, in words for the editor."""


@dataclass(frozen=True)
class Contents:
    """What an issue tells, as everybody may read it today."""

    practices: list[Submission]
    news: list[News]
    events: list[News]

    def __bool__(self) -> bool:
        return bool(self.practices or self.news or self.events)


def compose(*, at: datetime) -> Issue:
    """The draft, with whatever is new since the last issue was composed; pressed again, it adds what came meanwhile."""
    notice()
    issue = Issue.objects.filter(number__isnull=True).first() or _draft(at)
    with transaction.atomic():
        issue = Issue.objects.select_for_update().get(pk=issue.pk)
        if issue.number:
            return issue
        last = Issue.objects.sent().aggregate(at=Max("composed_at"))["at"]
        since = last - OVERLAP if last else at - FIRST_TELLS
        there = issue.items.aggregate(last=Max("position"))["last"] or 0
        new = [
            *(Item(issue=issue, practice_id=practice) for practice in _new_practices(since)),
            *(Item(issue=issue, news_id=news) for news in _new_news(issue, since, at)),
        ]
        for number, item in enumerate(new, start=1):
            item.position = there + number
        Item.objects.bulk_create(new)
        Issue.objects.filter(pk=issue.pk).update(composed_at=at)
    return issue


def _draft(at: datetime) -> Issue:
    """Two editors who begin at once find the same."""
    day = timezone.localdate(at)
    titles = {}
    for code in ("it", "en"):
        with translation.override(code):
            titles[code] = _("Le novità di %(month)s %(year)d") % {"month": MONTHS[day.month], "year": day.year}
    try:
        with transaction.atomic():
            return Issue.objects.create(title=titles["it"], title_en=titles["en"], composed_at=at)
    except IntegrityError:
        return Issue.objects.get(number__isnull=True)


def _new_practices(since: datetime) -> list[int]:
    """What no issue had among its items, whether it was ticked or not."""
    offered = Item.objects.filter(practice__isnull=False)
    new = Publication.objects.filter(published_at__gt=since, practice__in=_listed().values("practice"))
    return list(new.exclude(practice__in=offered.values("practice")).order_by("-number").values_list("practice", flat=True))


def _new_news(issue: Issue, since: datetime, at: datetime) -> list[int]:
    """What was published since, and the events to come; an event that was not ticked is offered again."""
    offered = Item.objects.filter(news__isnull=False)
    offered = offered.filter(Q(issue=issue) | Q(is_included=True) | Q(news__kind=News.Kind.NEWS))
    published = News.objects.published().exclude(pk__in=offered.values("news"))
    recent = published.filter(published_at__gt=since, kind=News.Kind.NEWS).order_by("-published_at", "-pk")
    events = published.upcoming(timezone.localdate(at))
    return [*recent.values_list("pk", flat=True), *events.values_list("pk", flat=True)]


def _listed() -> "QuerySet[Submission]":
    return Submission.objects.listed()


def contents(issue: Issue) -> Contents:
    """The chosen items in order. What was removed or withdrawn meanwhile is left out, from the archive too."""
    items = list(issue.items.filter(is_included=True))
    readable = Submission.objects.live() if issue.number else _listed()
    rows = readable.filter(practice__in=[item.practice_id for item in items if item.practice_id])
    practices = {row.practice_id: row for row in rows.select_related("practice", "organisation")}
    news = News.objects.published().on_cards().in_bulk([item.news_id for item in items if item.news_id])
    told = [news[item.news_id] for item in items if item.news_id in news]
    return Contents(
        [practices[item.practice_id] for item in items if item.practice_id in practices],
        [one for one in told if one.kind == News.Kind.NEWS],
        [one for one in told if one.kind == News.Kind.EVENT],
    )


def recipients(issue: Issue) -> "QuerySet[Subscriber]":
    """Who gets it: whoever was subscribed when it was sent, and is still."""
    wanted = Q(subscriptions__kind=Kind.NEWSLETTER)
    if issue.sent_at:
        wanted &= Q(subscriptions__confirmed_at__lte=issue.sent_at)
    return Subscriber.objects.filter(wanted, switched_off_at__isnull=True)


@transaction.atomic
def send(issue: Issue, *, by: User, at: datetime) -> Issue:
    """Decide it: it has its number, changes no more, and stands in the archive. The queueing is `queue_some`'s."""
    issue = Issue.objects.select_for_update().get(pk=issue.pk)
    if issue.number:
        raise NotSendable(_("È già stata inviata."))
    if not contents(issue) and not issue.introduction:
        raise NotSendable(_("È vuota: scegli almeno una voce, o scrivi un'introduzione."))
    issue.number = (Issue.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    issue.sent_at, issue.sent_by = at, by
    issue.save()
    raise_version()
    return issue


def queue_all(at: datetime) -> int:
    """Go on with whatever is being sent; how many mails. For the timer: interrupted, the next run goes on where it was."""
    number = 0
    for issue in Issue.objects.in_sending().order_by("number"):
        while (some := queue_some(issue, at=at)) is not None:
            number += some
    return number


@transaction.atomic
def queue_some(issue: Issue, *, at: datetime) -> int | None:
    """The next mails, with the mark of how far it came in the same transaction; None once everybody has one."""
    issue = Issue.objects.select_for_update().get(pk=issue.pk)
    if issue.finished_at or not issue.sent_at:
        return None
    some = recipients(issue).filter(pk__gt=issue.queued_until).select_for_update(of=("self",)).order_by("pk")[:AT_ONCE]
    readers = list(some)
    if not readers:
        issue.finished_at = at
    else:
        told = contents(issue)
        for reader in readers:
            mails.issue(issue, told, reader)
        issue.queued_until, issue.queued = readers[-1].pk, issue.queued + len(readers)
    issue.save(update_fields=["queued_until", "queued", "finished_at"])
    return len(readers) if readers else None

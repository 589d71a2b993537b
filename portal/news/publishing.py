"""The only writer of a news item's status: publish, schedule, withdraw, and the scheduled ones whose time has come.

What is public only while published raises the content version here; so does `changed`, after an edit of what is public.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from portal.lib.content_version import raise_version
from portal.news.models import News
from practices.search.index import column_of


def publish(news: News, *, at: datetime) -> None:
    """Everybody reads it from now on. Its date is today's, unless it has one."""
    with transaction.atomic():
        news.status, news.published_at, news.publish_at = News.Status.PUBLISHED, at, None
        news.published_on = news.published_on or timezone.localdate(at)
        news.save(update_fields=["status", "published_at", "publish_at", "published_on", "changed_at"])
        raise_version()


def schedule(news: News) -> None:
    """It waits for its `publish_at`, which must be set; until then nobody but the editors reads it."""
    _take_off(news, News.Status.SCHEDULED)


def withdraw(news: News) -> None:
    """A draft again: its page, picture and documents are gone at once."""
    _take_off(news, News.Status.DRAFT)


def _take_off(news: News, status: News.Status) -> None:
    was_public = news.status == News.Status.PUBLISHED
    with transaction.atomic():
        news.status, news.published_at = status, None
        news.save(update_fields=["status", "published_at", "changed_at"])
        if was_public:
            raise_version()


def publish_due(now: datetime) -> int:
    """Publish the scheduled ones whose time has come; how many they were. Run twice at once, each is published once."""
    due = News.objects.filter(status=News.Status.SCHEDULED, publish_at__lte=now)
    number = 0
    for pk in due.order_by("publish_at", "pk").values_list("pk", flat=True):
        with transaction.atomic():
            news = due.select_for_update().filter(pk=pk).first()
            if news:
                publish(news, at=now)
                number += 1
    return number


def words_of(news: News) -> str:
    """What is searched: its words in both languages, and the names of what it concerns. Practices may be unpublished."""
    places = [*news.territories.all(), *news.cities.select_related("province")]
    named = [*places, *news.networks.all(), *news.agreements.all()]
    texts = [news.title, news.summary, news.place, news.text, news.title_en, news.summary_en, news.text_en]
    return column_of([*texts, *map(str, named)])


def changed(news: News) -> None:
    """After anything of it was edited, its relations included."""
    _write_words(news)
    if news.status == News.Status.PUBLISHED:
        raise_version()


def follow(concerned: Q) -> None:
    """After something that these concern got another name. Whoever calls it raises the version."""
    for news in News.objects.filter(pk__in=News.objects.filter(concerned).values("pk")).order_by("pk"):
        _write_words(news)


def _write_words(news: News) -> None:
    News.objects.filter(pk=news.pk).update(words=words_of(news))

"""News and events in the words of schema.org."""

from typing import Any

from django.conf import settings

from portal.lib.templatetags.portal import wording
from portal.news.ical import period
from portal.news.models import News


def of_news(news: News) -> dict[str, Any]:
    """A news item as NewsArticle, an event as Event."""
    shown = news.on_page
    told = {
        "description": wording(news, "summary"),
        "image": settings.SITE_URL + shown.src if shown else "",
        "isBasedOn": news.source_url,
    }
    common = {
        "url": settings.SITE_URL + news.get_absolute_url(),
        "identifier": news.identifier,
        **{name: said for name, said in told.items() if said},
    }
    if news.kind == News.Kind.EVENT:
        common.pop("isBasedOn", None)
        return {"@type": "Event", "name": wording(news, "title"), **common, **_when_and_where(news)}
    return {
        "@type": "NewsArticle",
        "headline": wording(news, "title"),
        "datePublished": news.published_on,
        "dateModified": news.changed_at,
        "inLanguage": "it",
        **common,
    }


def _when_and_where(event: News) -> dict[str, Any]:
    starts, _ends = period(event)
    told: dict[str, Any] = {"startDate": starts}
    if event.start_time and event.end_time:
        told["endDate"] = period(event)[1]
    elif event.ends_on:
        told["endDate"] = event.ends_on
    if event.place:
        told["location"] = {"@type": "Place", "name": event.place, "address": event.place}
    return told

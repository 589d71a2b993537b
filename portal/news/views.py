"""The public pages of the news: the list, an item, an event for the calendar, the feed."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.lib import feed
from portal.lib.public_page import public_page
from portal.lib.templatetags.portal import wording
from portal.news.filters import NewsFilter
from portal.news.ical import calendar_of
from portal.news.linked_data import of_news
from portal.news.models import News
from practices.models import Submission
from practices.presentation import safe_url, source
from practices.views.listing import canonical_query, page_of, query_without

PAGE_SIZE = 20
IN_FEED = 50


@public_page
def listing(request: HttpRequest) -> HttpResponse:
    """What the address asks for: on the first page the events to come, then everything else, the latest first."""
    filters = NewsFilter(request.GET, queryset=News.objects.published())
    today = timezone.localdate()
    page = page_of(filters.qs.not_upcoming(today).on_cards(), request.GET.get("pagina") or "1", PAGE_SIZE)
    context = {
        "page": page,
        "upcoming": filters.qs.upcoming(today).on_cards() if page.number == 1 else [],
        "canonical_query": canonical_query(filters, page.number),
        "filters": filters,
        "chips": [(chip, query_without(request.GET, chip.name, chip.given)) for chip in filters.chips],
        "unknown": filters.unknown(),
        "selection": query_without(request.GET, "pagina"),
    }
    return render(request, "news/list.html", context)


@public_page
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """A published item with everything that it concerns."""
    news = get_object_or_404(News.objects.published(), slug=slug)
    shown = news.on_page
    told = {"og_type": "article", "image": shown.src if shown else "", "about": of_news(news)}
    return render(request, "news/page.html", page_context(news) | told)


def page_context(news: News) -> dict[str, Any]:
    """What its page shows; of a draft, what it would show. Of practices and news only those that everybody reads."""
    concerned = Submission.objects.live().filter(practice__in=news.practices.values("pk"))
    return {
        "news": news,
        "trail": [(reverse("news:list"), _("Notizie"))],
        "territories": news.territories.all(),
        "cities": news.cities.select_related("province"),
        "networks": news.networks.all(),
        "agreements": news.agreements.all(),
        "practices": concerned.select_related("practice", "organisation").order_by("title"),
        "documents": news.documents.all(),
        "related": news.related.published().on_cards(),
        "source": source(news.source_url) if safe_url(news.source_url) else None,
    }


@public_page
def as_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """A published event for the reader's own calendar."""
    event = get_object_or_404(News.objects.published(), slug=slug, kind=News.Kind.EVENT)
    response = HttpResponse(calendar_of(event), content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{event.slug}.ics"'
    return response


@public_page
def as_atom(request: HttpRequest) -> HttpResponse:
    """The latest of the selection, as they went on line."""
    atom = feed.begin(request, _("Notizie sulle buone pratiche di integrazione"), reverse("news:list"))
    selected = NewsFilter(request.GET, queryset=News.objects.published()).qs
    for news in selected.order_by("-published_at", "-pk")[:IN_FEED]:
        atom.add_item(
            title=wording(news, "title"),
            link=f"{settings.SITE_URL}{news.get_absolute_url()}",
            description=wording(news, "summary"),
            unique_id=news.identifier,
            pubdate=news.published_at,
            updateddate=max(news.published_at, news.changed_at),
            categories=[str(news.get_kind_display())],
        )
    return feed.send(atom)

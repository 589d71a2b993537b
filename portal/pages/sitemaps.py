"""What search engines are told: every page that lists lead to, in both languages, and what is not for them."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap, views
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation

from agreements.models import Agreement, Commitment
from networks.models import Municipality, Network, Organisation, Region
from portal.handbook.pages import HANDBOOKS
from portal.lib.public_page import public_page
from portal.news.models import News
from portal.newsletter.models import Issue
from practices.labels import address
from practices.models import CommonIndicator, Indicator, Submission, Theme


class Pages(Sitemap):  # type: ignore[type-arg]  # has no parameters when it runs
    """Pages in every language, each naming the others, under SITE_URL whatever host name the request came with."""

    i18n = alternates = x_default = True
    limit = 5000

    def get_protocol(self, protocol: str | None = None) -> str:
        """Of the portal's own address."""
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site: Any = None) -> str:
        """Of the portal's own address."""
        return urlsplit(settings.SITE_URL).netloc


class Lists(Pages):
    """The pages that everything is found from."""

    def items(self) -> list[str]:
        """Names of addresses."""
        lists = [
            "home",
            "practices:list",
            "territories",
            "themes",
            "networks",
            "agreements",
            "indicators",
            "statistics",
            "usage",
            "news:list",
            "newsletter:archive",
        ]
        notes = ["about", "take_part", "contacts", "privacy", "legal", "accessibility", "site_map"]
        data = ["open_data", "open_data_codebook", "open_data_archive", "open_data_api"]
        return [*lists, *data, *(f"notes:{name}" for name in notes)]

    def location(self, item: str) -> str:
        """In the language of the moment, as all of them."""
        return reverse(item)


class Handbooks(Pages):
    """In Italian alone."""

    i18n = alternates = x_default = False

    def items(self) -> list[str]:
        """Names of addresses."""
        return ["handbook:index", *(f"handbook:{one.name}" for one in HANDBOOKS)]

    def location(self, item: str) -> str:
        """The one that there is."""
        return reverse(item)


class Rows(Pages):
    """Pages of rows that have an address of their own."""

    def __init__(self, rows: QuerySet[Any]) -> None:
        self.rows = rows

    def items(self) -> QuerySet[Any]:
        """Read anew for each answer."""
        return self.rows.all()

    def location(self, item: Model) -> str:
        """Of the row's page."""
        return address(item)


class Practices(Pages):
    """Every listed practice, with when its text was published."""

    def items(self) -> QuerySet[Submission]:
        """Drafts, archived, removed and merged ones are in no list."""
        return Submission.objects.listed().select_related("practice").order_by("practice")

    def location(self, item: Submission) -> str:
        """Of the practice, which stays when its text changes."""
        return address(item.practice)

    def lastmod(self, item: Submission) -> Any:
        """Of this text."""
        return item.published_at


_listed = Submission.objects.listed()
_towns = Submission.municipalities.through.objects.filter(submission__in=_listed).values("municipality")
# By the name in the address. Of the 7,900 towns and their organisations only those that have something to read.
SITEMAPS: dict[str, Any] = {
    "elenchi": Lists,
    "guida": Handbooks,
    "pratiche": Practices,
    "territori": Rows(Region.objects.all()),
    "ambiti": Rows(Theme.objects.filter(is_active=True)),
    "comuni": Rows(Municipality.objects.filter(pk__in=_towns)),
    "enti": Rows(Organisation.objects.filter(pk__in=_listed.values("organisation"))),
    "reti": Rows(Network.objects.all()),
    "accordi": Rows(Agreement.objects.all()),
    "indicatori": Rows(CommonIndicator.objects.filter(indicators__in=Indicator.objects.listed()).distinct()),
    "impegni": Rows(Commitment.objects.select_related("agreement")),
    "notizie": Rows(News.objects.published()),
    "newsletter": Rows(Issue.objects.sent()),
}


@public_page
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """The files of the site map: one for each kind of page, and one more for every further 5,000 addresses."""
    found = []
    for name, made in SITEMAPS.items():
        path = reverse("sitemap_section", args=[name])
        pages = (made() if callable(made) else made).paginator.page_range
        found += [{"location": f"{settings.SITE_URL}{path}{f'?p={number}' if number > 1 else ''}"} for number in pages]
    return render(request, "sitemap_index.xml", {"sitemaps": found}, content_type="application/xml")


@public_page
def sitemap(request: HttpRequest, section: str) -> HttpResponse:
    """One file of it; a number of a page that does not exist is not found."""
    return views.sitemap(request, SITEMAPS, section)


@public_page
def robots(request: HttpRequest) -> HttpResponse:
    """Desks, accounts and previews are for nobody's search, in any language."""
    private = [reverse("admin:index")]
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            private += [
                reverse("desk:dashboard"),
                reverse("account_login").removesuffix("login/"),
                reverse("practices:preview", args=["-"]).removesuffix("-/"),
            ]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in private)]
    text = "\n".join([*lines, "", f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}", ""])
    return HttpResponse(text, content_type="text/plain; charset=utf-8")

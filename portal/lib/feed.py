"""Atom feeds of public lists: how they begin, how they are sent, and bytes that depend on their content alone."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import get_language

# What stands where nothing was ever published: any moment will do, if it is always the same.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class AtomFeed(Atom1Feed):
    """Django's own says of a feed without entries that it was updated just now; pages are kept by what is in them.

    And of the summaries that they are HTML: ours are plain text, in which somebody may have written a script.
    """

    def add_item(self, title: str, link: str, description: Any, *args: Any, **kwargs: Any) -> None:
        """An entry; `description` is plain text."""
        super().add_item(title, link, escape(description or ""), *args, **kwargs)

    def latest_post_date(self) -> Any:
        """When the newest entry was published."""
        return super().latest_post_date() if self.items else NEVER


def begin(request: HttpRequest, title: str, path: str) -> AtomFeed:
    """The feed of the list at `path`, with the same parameters."""
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    site = settings.SITE_URL
    return AtomFeed(
        title=title,
        link=f"{site}{path}{query}",
        description=None,
        feed_url=f"{site}{request.path}{query}",
        language=get_language(),
    )


def send(feed: AtomFeed) -> HttpResponse:
    """As a feed reader expects it."""
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")

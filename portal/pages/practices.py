"""The page of a practice with the news that concern it: its own app stands below them."""

from django.http import HttpRequest, HttpResponse

from portal.lib.public_page import public_page
from portal.news.concerning import of_practice
from practices.views.practice import show


@public_page
def practice(request: HttpRequest, slug: str) -> HttpResponse:
    """As `practices.views.practice`, one query more."""
    return show(request, slug, template="pages/practice.html", beside=lambda practice: {"concerning": of_practice(practice)})

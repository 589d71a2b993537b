"""Pages whose address is the key."""

from django.http import HttpResponse


def private(response: HttpResponse) -> HttpResponse:
    """The address is the key: no search engine keeps it, and no link on the page tells it on."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response

"""The decorator of every public view."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from portal.lib import page_cache
from portal.lib.content_version import Version, latest_version

View = Callable[..., HttpResponseBase]


def page_version(version: Version | None = None) -> str:
    """What a public page depends on beside its address: code, content, language and the local date.

    The date, because agreements expire and confirmations lapse at midnight without anybody writing anything.
    """
    number, changed_at = version or latest_version()
    # The moment too: after a backup is restored the numbers come again, with other contents.
    moment = f"{changed_at.timestamp():.6f}" if changed_at else ""
    return f'"{settings.RELEASE}-{number}-{moment}-{translation.get_language()}-{timezone.localdate():%Y%m%d}"'


def public_page(view: View) -> View:
    """For everybody, GET and HEAD only, the same for everybody, with an ETag; what has not changed costs one small query.

    What sets something on the response that is no header (`xframe_options_exempt` and its like) goes around this decorator, since
    a kept page is made anew of its headers and its bytes. A public view never looks at `request.user`, sets no cookie and reads no session.
    """

    @login_not_required
    @require_safe
    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        version = latest_version()
        etag = page_version(version)
        response: HttpResponseBase | None = get_conditional_response(request, etag=etag)
        if response is None:
            response = page_cache.kept(request, etag)
        if response is None:
            # For the foot of the page, which says when the portal was last updated.
            request.content_changed_at = version.changed_at  # type: ignore[attr-defined]
            # For parts that many pages share, which are kept by it.
            request.page_version = etag  # type: ignore[attr-defined]
            response = view(request, *args, **kwargs)
            page_cache.keep(request, etag, response)
        if response.status_code in {200, 304}:
            response.headers["ETag"] = etag
            response.headers.setdefault("Cache-Control", "public, no-cache")
        return response

    page.is_public = True  # type: ignore[attr-defined]  # read by the test of what every address declares
    return page

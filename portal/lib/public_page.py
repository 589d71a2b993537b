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

from portal.lib.content_version import Version, latest_version

View = Callable[..., HttpResponseBase]


def page_version(version: Version | None = None) -> str:
    """What a public page depends on beside its address: code, content, language and the local date.

    The date, because agreements expire and verifications lapse at midnight without anybody writing anything.
    """
    number = (version or latest_version()).number
    return f'"{settings.RELEASE}-{number}-{translation.get_language()}-{timezone.localdate():%Y%m%d}"'


def public_page(view: View) -> View:
    """For everybody, GET and HEAD only, the same for everybody, with an ETag; 304 costs one small query.

    A public view never looks at `request.user`, sets no cookie and reads no session.
    """

    @login_not_required
    @require_safe
    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        version = latest_version()
        etag = page_version(version)
        response: HttpResponseBase | None = get_conditional_response(request, etag=etag)
        if response is None:
            # For the foot of the page, which says when the portal was last updated.
            request.content_changed_at = version.changed_at  # type: ignore[attr-defined]
            response = view(request, *args, **kwargs)
        if response.status_code in {200, 304}:
            response.headers["ETag"] = etag
            response.headers.setdefault("Cache-Control", "public, no-cache")
        return response

    page.is_public = True  # type: ignore[attr-defined]  # read by the test of what every address declares
    return page

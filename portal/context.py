"""What every template knows."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """Nothing that depends on who looks: public pages are the same for everybody."""
    match = request.resolver_match
    return {
        "is_public": bool(match and getattr(match.func, "is_public", False)),
        "languages": settings.LANGUAGES,
        "site_url": settings.SITE_URL,
        "source_url": settings.SOURCE_URL,
        "body": settings.BODY,
        "updated_at": getattr(request, "content_changed_at", None),
        "is_demo": settings.DEMO,
        "debug_mode": settings.DEBUG,
    }

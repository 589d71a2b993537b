"""What every template knows."""

from django.conf import settings
from django.http import HttpRequest

KEPT_FOR = 24 * 60 * 60  # seconds


def site(request: HttpRequest) -> dict[str, object]:
    """Nothing that depends on who looks: public pages are the same for everybody."""
    match = request.resolver_match
    version = getattr(request, "page_version", "")
    return {
        # Parts that many public pages share are made once for each version of the content; of other pages nothing is kept.
        "page_version": version,
        "kept_for": KEPT_FOR if version else 0,
        "is_public": bool(match and getattr(match.func, "is_public", False)),
        "languages": settings.LANGUAGES,
        "site_url": settings.SITE_URL,
        "source_url": settings.SOURCE_URL,
        "body": settings.BODY,
        "updated_at": getattr(request, "content_changed_at", None),
        "is_demo": settings.DEMO,
        "debug_mode": settings.DEBUG,
    }

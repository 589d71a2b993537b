"""`/.well-known/security.txt`: whom to tell of a vulnerability, as RFC 9116 wants it."""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from portal.lib.public_page import public_page

# Less than the year that the RFC recommends not to pass; counted from the day it is read, so that it never lapses.
VALID_FOR = timedelta(days=180)


@public_page
def security_txt(request: HttpRequest) -> HttpResponse:
    """Not found where the environment names nobody: a file without a contact is not valid."""
    if not settings.BODY.security_contact:
        raise Http404
    expires = datetime.combine(timezone.localdate() + VALID_FOR, time(), tzinfo=timezone.get_current_timezone())
    lines = [
        f"Contact: {settings.BODY.security_contact}",
        f"Expires: {expires.isoformat()}",
        f"Preferred-Languages: {', '.join(code for code, _name in settings.LANGUAGES)}",
        f"Canonical: {settings.SITE_URL}{reverse('security_txt')}",
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")

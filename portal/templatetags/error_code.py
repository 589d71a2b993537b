"""The code of the request, on error pages."""

from django import template
from django.conf import settings

from portal.observation import request_id

register = template.Library()


@register.inclusion_tag("_components/error_code.html")
def error_code() -> dict[str, str]:
    """For who writes to the office; asks neither the database nor the request."""
    return {"code": request_id.current(), "email": settings.BODY.email}

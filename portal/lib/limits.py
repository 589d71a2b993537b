"""How often a form that asks for no login is taken; counted as the logins are, which have no public way to name other limits."""

from allauth.core.internal import ratelimit
from django.http import HttpRequest


def is_within(request: HttpRequest, action: str, limits: str, *, key: str) -> bool:
    """Count this one, and say whether it is taken.

    `limits`: as for django-allauth, `10/h/ip,30/d/key` is ten an hour from one network address and thirty a day with one `key`.
    """
    return ratelimit.consume(request, app="portal", action=action, config={action: limits}, key=key) is not None

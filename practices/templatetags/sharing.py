"""What is handed on: the permanent identifier as a QR code on paper, the code for other sites."""

from functools import lru_cache

import segno
from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString

from practices.models import Practice

register = template.Library()


@register.simple_tag
def frame_code(path: str, title: str, height: int) -> str:
    """The element that another site pastes: a text, with its height in pixels. Nothing that it frames may run."""
    return (
        f'<iframe src="{escape(settings.SITE_URL + path)}" title="{escape(title)}" width="100%" height="{height}"'
        ' style="border: 0" loading="lazy" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>'
    )


@register.filter
def identifier(practice: Practice) -> str:
    """Its permanent identifier as an address."""
    return f"{settings.SITE_URL}{reverse('identifiers:practice', args=[practice.code])}"


@register.filter
def qr_code(practice: Practice) -> SafeString:
    """The identifier as a drawing inside the page, without a word for those who do not see: it stands beside it in letters."""
    return _drawing(identifier(practice))


# Of 2 KB each; they never change, and to draw one takes some 5 ms.
@lru_cache(maxsize=4096)
def _drawing(text: str) -> SafeString:
    code = segno.make_qr(text, error="m")
    drawing = code.svg_inline(omitsize=True, svgclass="qr", lineclass=None)
    drawing = drawing.replace("<svg ", '<svg aria-hidden="true" ', 1)
    return SafeString(drawing)  # nosemgrep: text-taken-for-html  # segno writes figures alone

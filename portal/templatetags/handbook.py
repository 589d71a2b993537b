"""The index of a handbook's page, made from its headings."""

import re

from django import template

register = template.Library()


@register.filter
def headings(text: str) -> list[tuple[str, str]]:
    """Anchors and words of the second-level headings of a text of ours."""
    return re.findall(r'<h2 id="([\w-]+)">([^<&]+)</h2>', text)

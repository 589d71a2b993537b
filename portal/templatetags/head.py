"""What the head of a page says to machines: its addresses in every language, and what it is about as linked data."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal import language

register = template.Library()


@register.simple_block_tag
def kept(content: SafeString) -> SafeString:
    """A block's text under a name, with `as`: Django renders a block in one place only."""
    return SafeString(content.strip())  # nosemgrep: text-taken-for-html  # a block of a template, rendered


@register.simple_tag
def page_in(code: str, request: HttpRequest) -> str:
    """The path of the same page in a language; empty for what has none."""
    return language.page_in(code, request)


@register.simple_tag
def home_in(code: str) -> str:
    """The path of the home page in a language."""
    return language.home_in(code)


@register.filter
def linked_data(thing: Mapping[str, Any]) -> SafeString:
    """A thing in the words of schema.org, as JSON-LD. What could close the element is escaped, as Django's own tag does."""
    script = json_script({"@context": "https://schema.org", **thing})
    of_its_kind = script.replace("application/json", "application/ld+json", 1)
    return SafeString(of_its_kind)  # nosemgrep: text-taken-for-html  # json_script escapes


@register.simple_tag
def trail_data(trail: Iterable[Sequence[Any]], here: str, path: str) -> SafeString:
    """The way to a page from the home page, its own name last."""
    steps = [
        {"@type": "ListItem", "position": position, "name": str(name), "item": f"{settings.SITE_URL}{address}"}
        for position, (address, name, *_written) in enumerate([(reverse("home"), _("Home")), *trail, (path, here)], start=1)
    ]
    return linked_data({"@type": "BreadcrumbList", "itemListElement": steps})

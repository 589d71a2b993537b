"""Filters and tags that every template has."""

import re
from datetime import date
from typing import Any

from django import template
from django.http import QueryDict
from django.utils import translation
from django.utils.html import escape
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from portal.lib import dates

register = template.Library()

register.filter("in_words", dates.in_words)


@register.filter
def paragraphs(text: str) -> SafeString:
    """Plain text as paragraphs and lists: an empty line parts paragraphs, lines that begin with `- ` or `* ` are items."""
    blocks: list[str] = []
    for block in re.split(r"\n\s*\n", str(text).strip()):
        items: list[str] = []
        lines: list[str] = []
        for line in block.splitlines():
            item = re.match(r"\s*[-*•]\s+(.*)", line)
            if item:
                items.append(item[1])
            elif items:
                items[-1] += " " + line.strip()
            elif line.strip():
                lines.append(line.strip())
        if lines:
            blocks.append(f"<p>{'<br>'.join(map(escape, lines))}</p>")
        if items:
            blocks.append(f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in items)}</ul>")
    return SafeString("\n".join(blocks))  # nosemgrep: text-taken-for-html  # each line is escaped


@register.simple_tag
def italian(row: object = None, name: str = "") -> SafeString:
    """The attribute `lang` of a text that people wrote in Italian, on pages in another language.

    Of a field that may have been written in the page's language too, only where it was not.
    """
    language = translation.get_language()
    is_said = bool(name) and bool(getattr(row, f"{name}_{language}", ""))
    return SafeString("" if language == "it" or is_said else ' lang="it"')


@register.filter
def wording(row: object, name: str) -> str:
    """What people wrote in a field, in the page's language where they did so, else in Italian."""
    return getattr(row, f"{name}_{translation.get_language()}", "") or getattr(row, name)


@register.filter
def host(url: str) -> str:
    """The name of the site that a link leads to, for readers to see where they go."""
    match = re.match(r"https?://(?:www\d?\.)?([^/?#]+)", url)
    return match[1] if match else url


@register.filter
def lower_first(text: str) -> str:
    """A sentence as it goes on after a colon; names and what is quoted keep their capitals."""
    return text[:1].lower() + text[1:]


@register.filter
def year(value: date | None) -> str:
    """The year without the separator of thousands."""
    return f"{value.year}" if value else ""


@register.simple_tag
def query_with(query: QueryDict, **changes: Any) -> str:
    """The address's parameters with some set to other values, or left out with an empty one."""
    lists = dict(query.lists())
    for name, value in changes.items():
        if value in ("", None):
            lists.pop(name, None)
        else:
            lists[name] = [str(value)]
    return urlencode(lists, doseq=True)

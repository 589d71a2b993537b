"""Matches shown in context."""

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from practices.models import Submission
from practices.search import highlight
from practices.search.query import Query

register = template.Library()


@register.filter
def marked(text: str, query: Query | str) -> SafeString:
    """The text with `<mark>` around what matches; as it is where nothing is searched for."""
    return highlight.marked(text, query) if isinstance(query, Query) and query.terms else conditional_escape(text)


@register.filter
def excerpt(submission: Submission, query: Query | str) -> SafeString:
    """The piece of the record that matches, where title and summary do not."""
    return highlight.excerpt(submission, query) if isinstance(query, Query) and query.terms else SafeString("")

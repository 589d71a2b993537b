"""The public list as a reader asks for it and reads it."""

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.test import Client
from lxml import html

from practices.filters.practice import PracticeFilter
from practices.models import Submission
from practices.search.matching import matching, rank
from practices.search.query import Query


def asked(query: str) -> PracticeFilter:
    return PracticeFilter(QueryDict(query), queryset=Submission.objects.listed())


def titles(query: str) -> list[str]:
    """Titles of the practices found, in the order of the list."""
    return [submission.title for submission in asked(query).ordered()]


def page(client: Client, query: str = "") -> Any:
    response = client.get(f"/pratiche/?{query}")
    assert response.status_code == 200
    return html.fromstring(response.content.decode())


def texts(tree: Any, path: str) -> list[str]:
    """What a reader reads at these places."""
    return [" ".join(node.text_content().split()) for node in tree.xpath(path)]


def best(text: str) -> QuerySet[Submission]:
    """The practices that match, the best first."""
    query = Query.parse(text)
    first = [rank(query)] if query.terms else []
    return Submission.objects.listed().filter(matching(query)).order_by(*first, "-published_at", "-pk")

"""Values that no page of ours sends, as they stand in an address or in the body of a form: percent-encoded, whatever their bytes."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from django.http import HttpResponse, QueryDict
from django.test import Client

FORM = "application/x-www-form-urlencoded"

# What a database chokes on: every text gets each of these.
CRITICAL: dict[str, str] = {
    "nul": "%00",
    "nul inside": "a%00b",
    "surrogate": "%ED%A0%80",
    "half a character": "%C3",
    "64 bits and one": "9223372036854775808",
    "32 bits and one": "2147483648",
    "less than 64 bits": "-9223372036854775809",
    "many digits": "9" * 400,
    "year 1": "0001-01-01",
    "year 10000": "10000-01-01T00:00",
    "1e400": "1e400",
    "50,000 characters": "x" * 50_000,
}
OTHERS: dict[str, str] = {
    "nothing": "",
    "spaces": "%20%20",
    "0": "0",
    "-1": "-1",
    "a page": "999999999",
    "a number with a point": "1.5",
    "NaN": "NaN",
    "Infinity": "-Infinity",
    "hexadecimal": "0x10",
    "digits of another script": quote("٣٤"),
    "a power": quote("²"),
    "true": "true",
    "None": "None",
    "a list": "1,2,x",
    "JSON": quote('{"a":[1]}'),
    "brackets": "[]",
    "no such day": "2024-02-30",
    "a day after all": "9999-12-31",
    "no such time": "25:61",
    "a duration": "P1Y",
    "a UUID": "00000000-0000-0000-0000-000000000000",
    "SQL": quote("' OR 1=1 --"),
    "a pattern": quote("%_\\"),
    "a regular expression": quote("(a+)+$"),
    "an index's operators": quote('"*" NEAR(a b) a:b & !c | <-> \\'),
    "a script": quote("<script>alert(1)</script>"),
    "a template": quote("{{ settings.SECRET_KEY }}{% include 'x' %}{0.__class__}%(x)s%s"),
    "javascript": quote("javascript:alert(1)"),
    "another site": quote("//evil.example/"),
    "a path": quote("../../etc/passwd", safe=""),
    "a line's end": "a%0D%0ASet-Cookie:%20a=b",
    "a bell": "%07",
    "deletes": "%7F",
    "an emoji": quote("🏠"),
    "right to left": quote("\u202eabc"),
    "no width": quote("\u200b\ufeff"),
    "many marks": quote("a" + "\u0301" * 200),
    "not a character": quote("\uffff"),
    "bytes": "%FF%FE",
    "half an escape": "%",
    "a formula": quote("=1+1"),
    "a mail": quote("a@b\n.example,c@d.example"),
    "an internal address": quote("http://[::1"),
    "a host of 70 letters": quote(f"https://{'a' * 70}.example"),
    "an object's code": "BP-99999999999999999999",
}
VALUES = {**CRITICAL, **OTHERS}
# Refused before any page sees it: by what is sent to a page nothing else is found out.
BEFORE_PAGES = {"nul": 400, "nul inside": 400, "50,000 characters": 414}
# Lookups of the admin's lists that no link of theirs has.
LOOKUPS = (
    "id__in",
    "id",
    "pk__gte",
    "id__isnull",
    "title__regex",
    "boh",
    "boh__exact",
    "pk__boh",
    "user__password__startswith",
)
OF_ADMIN = ("o", "p", "q", "e", "all", "_popup", "_to_field", "_changelist_filters", "_facets")


def encoded(fields: dict[str, str | Sequence[str]]) -> str:
    """As an address or a body has them; names as they are, values percent-encoded already."""
    pairs = [(name, each) for name, value in fields.items() for each in ([value] if isinstance(value, str) else value)]
    return "&".join(f"{quote_plus(name)}={value}" for name, value in pairs)


def plain(fields: dict[str, list[str]]) -> dict[str, str | Sequence[str]]:
    """What a form of a page would send, percent-encoded."""
    return {name: [quote_plus(value) for value in values] for name, values in fields.items()}


def rotated(names: Sequence[str], values: Sequence[str], turn: int) -> dict[str, str]:
    """Each name with another value, and at each turn with another one."""
    return {name: values[(turn + 5 * place) % len(values)] for place, name in enumerate(names)}


def status(response: Any) -> int:
    """Of an answer that may be a file, which is read to its end and closed."""
    b"".join(response.streaming_content) if response.streaming else response.content
    return int(response.status_code)


def post(client: Client, url: str, fields: dict[str, str | Sequence[str]]) -> HttpResponse:
    """Send a form with these values."""
    return client.post(url, encoded(fields), content_type=FORM)


@contextmanager
def names_read(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """The parameters that are asked for, by whoever asks."""
    found: set[str] = set()

    def telling(method: Any) -> Any:
        def asked(self: QueryDict, key: Any, *arguments: Any, **named: Any) -> Any:
            found.add(key)
            return method(self, key, *arguments, **named)

        return asked

    with monkeypatch.context() as patch:
        for name in ("get", "getlist", "__getitem__", "__contains__"):
            patch.setattr(QueryDict, name, telling(getattr(QueryDict, name)))
        yield found

"""Reads a form of a page as a browser would: what it would send if nobody touched it."""

from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test import Client

Data = dict[str, list[str]]


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[tuple[dict[str, str], Data]] = []
        self._select: tuple[str, bool] | None = None
        self._options: list[tuple[str, bool]] = []
        self._textarea: tuple[str, list[str]] | None = None
        self._inside = False

    def _add(self, name: str, value: str) -> None:
        if self._inside and name:
            self.forms[-1][1].setdefault(name, []).append(value)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        match tag:
            case "form":
                self.forms.append((found, {}))
                self._inside = True
            case "input" if found.get("type") in {"checkbox", "radio"}:
                if "checked" in found:
                    self._add(found["name"], found.get("value", "on"))
            case "input":
                self._add(found.get("name", ""), found.get("value", ""))
            case "textarea":
                self._textarea = (found.get("name", ""), [])
            case "select":
                self._select, self._options = (found.get("name", ""), "multiple" in found), []
            case "option":
                self._options.append((found.get("value", ""), "selected" in found))

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self._textarea[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "textarea" and self._textarea:
            # The first newline of a text area is not part of its text.
            self._add(self._textarea[0], "".join(self._textarea[1]).removeprefix("\r").removeprefix("\n"))
            self._textarea = None
        elif tag == "select" and self._select:
            name, many = self._select
            chosen = [value for value, selected in self._options if selected]
            for value in chosen if many else chosen[:1] or [value for value, _ in self._options[:1]]:
                self._add(name, value)
            self._select = None


def forms_of(response: HttpResponse) -> list[tuple[dict[str, str], Data]]:
    """Attributes and data of each form of the page."""
    parser = _Forms()
    parser.feed(response.content.decode())
    return parser.forms


def data_of(response: HttpResponse, css_class: str = "desk-form") -> Data:
    """The data of the page's one form of this class."""
    (found,) = [data for attributes, data in forms_of(response) if css_class in attributes.get("class", "").split()]
    return found


def send(client: Client, url: str, css_class: str = "desk-form", **changes: Any) -> HttpResponse:
    """Open the page, change these fields of its form (`None` leaves one out) and send it."""
    data: dict[str, Any] = {**data_of(client.get(url), css_class), **changes}
    return client.post(url, {name: value for name, value in data.items() if value is not None})

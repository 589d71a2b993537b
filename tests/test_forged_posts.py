"""What no form asks for is not taken from one: every form of every page, sent as it is and sent with everything forged."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import models
from django.urls import Resolver404, resolve
from lxml import html

from tests import make
from tests.tables import Rows, changed, rows, rows_after, undone, writes
from tests.world import Visitor, World, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.no_cover, pytest.mark.walk]
OURS = ("networks", "practices", "agreements", "news", "newsletter", "notes", "account", "mfa")
# Of rows of a form these decide; all columns of all models in each row would be more than a request may have.
OF_ROWS = (
    "status", "state", "organisation", "submission", "practice", "confirmed_at", "confirmed_by", "disputed_at", "verified_at",
    "verified_by", "declared_by", "is_current", "superseded_by", "user", "role", "by", "published_at",
)  # fmt: skip
# Pages by which one is logged out, or that ask again for the password.
NOT_HERE = re.compile(r"/accesso/(?:logout|login|reauthenticate|signup|password|dispositivi|dati/cancella)")


@pytest.fixture(scope="module")
def world(rows_of_module: None) -> World:
    made = make_world()
    manager = made.people["manager"]
    assert manager
    # Whose sections can be written.
    make.submission(of=manager.affiliations.get().organisation, by=manager, title="Bozza")
    return made


@pytest.fixture(autouse=True)
def nobody_was_here() -> None:
    cache.clear()


def forged(now: Rows) -> dict[str, str]:
    """A value for every column of our models, by the name that a form would have for it."""
    found: dict[str, str] = {}
    last: dict[str, Any] = {}
    for label, pk in now:
        last[label] = pk
    for app in OURS:
        for model in apps.get_app_config(app).get_models():
            for field in (*model._meta.concrete_fields, *model._meta.many_to_many):
                found.setdefault(field.name, _value(field, last))
    return found


def _value(field: Any, last: dict[str, Any]) -> str:
    if field.related_model:
        return str(last.get(field.related_model._meta.concrete_model._meta.label, 1))
    if field.choices:
        return str(field.flatchoices[-1][0])
    match field:
        case models.BooleanField():
            return "on"
        case models.DateTimeField() | models.DateField():
            return "2001-01-01"
        case models.IntegerField() | models.DecimalField():
            return "7"
    return "falsificato"


def pages(visitor: Visitor, *begin: str) -> Iterator[tuple[str, Any]]:
    """Every page that links lead to, two of a kind at most, with its parsed HTML."""
    waiting, seen, kinds = list(begin), set(), Counter[str]()
    while waiting:
        url = waiting.pop(0)
        try:
            match = resolve(url)
        except Resolver404:
            continue
        kind = f"{match.view_name} {match.kwargs.get('name', '')}"
        if url in seen or NOT_HERE.match(url) or kinds[kind] > 1:
            continue
        seen.add(url)
        response = visitor.ask("get", url)
        if response.status_code != 200 or "html" not in response.headers.get("Content-Type", ""):
            continue
        kinds[kind] += 1
        tree = html.fromstring(response.content, base_url=url)
        yield url, tree
        links = [str(link).partition("#")[0].partition("?")[0] for link in tree.xpath("//a/@href")]
        waiting += [link for link in links if re.match(r"/(?:scrivania|admin|accesso)/", link)]


def forms(url: str, tree: Any) -> Iterator[tuple[str, set[str], list[tuple[str, str]]]]:
    """Where each form of a page is sent to, what it asks for and what it sends, by each button; what is empty is filled in."""
    for form in tree.forms:
        if form.method.upper() != "POST" or NOT_HERE.match(form.action or url):
            continue
        for element in form.iter("input", "textarea", "select"):
            _fill(form, element)
        buttons = [
            (one.get("name"), one.get("value", ""))
            for one in form.xpath(".//button[@name] | .//input[@type='submit'][@name]")
        ]
        # The admin's other two save too, and only lead elsewhere.
        for button in [one for one in buttons if one[0] not in {"_addanother", "_continue"}] or [None]:
            asked = set(form.fields) | {name for name, _value in buttons}
            yield form.action or url, asked, [*form.form_values(), *([button] if button else [])]


def _fill(form: Any, element: Any) -> None:
    kind = element.get("type", "text") if element.tag == "input" else element.tag
    match kind:
        case "textarea" if not element.value or not element.value.strip():
            element.value = "Parole di prova."
        case "select" if not element.multiple and not element.value and element.value_options:
            element.value = element.value_options[-1]
        case "checkbox" if not element.name or "DELETE" not in element.name:
            element.checked = True
        case "radio" if not form.xpath(".//input[@type='radio'][@name=$name][@checked]", name=element.name):
            element.checked = True
        case "email" if not element.value:
            element.value = "prova@example.org"
        case "url" if not element.value:
            element.value = "https://example.org/prova"
        case "date" if not element.value:
            element.value = "2025-12-31"
        case "text" | "number" if not element.value:
            element.value = "2" if kind == "number" or element.get("inputmode") else "Parole di prova"


Effect = list[tuple[str, str]]


def effect(visitor: Visitor, url: str, data: list[tuple[str, str]], before: Rows) -> tuple[int, Effect]:
    """The status, and what was written, but for moments and for numbers that are counted on."""
    sent: dict[str, list[str]] = {}
    for name, value in data:
        sent.setdefault(name, []).append(value)
    with undone():
        with writes() as written:
            status = visitor.ask("post", url, data=sent).status_code
        after = rows_after(before, written) if written else before
    told = []
    for label, pk in changed(before, after):
        model, row, old = apps.get_model(label), after.get((label, pk)), before.get((label, pk), {})
        names = {field.attname: field for field in model._meta.concrete_fields}
        said = {
            name: _plain(names[name], value, before)
            for name, value in (row or {}).items()
            if old.get(name) != value
            and name not in {model._meta.pk.attname, "message", "html_message", "context"}
            # The number of what is new, in a column that does not say whose number it is.
            and (old or name != "object_id")
        }
        told.append((f"{label} {pk if old else 'new'}", str(said) if row else "deleted"))
    return status, sorted(told)


def _plain(field: Any, value: Any, before: Rows) -> Any:
    if isinstance(value, datetime | date | UUID) or (
        isinstance(value, str) and re.search(r"\d{4}-\d\d-\d\dT|\w{40}", value)
    ):
        return "…"
    if field.related_model and (field.related_model._meta.concrete_model._meta.label, value) not in before:
        return "new" if value else value
    return value


def tried(role: str, world: World) -> tuple[dict[str, Any], int]:
    """Where forging made a difference; how many of the forms wrote something when nothing was forged."""
    visitor = Visitor(world.people[role])
    before = rows()
    everything = forged(before)
    different: dict[str, Any] = {}
    wrote = 0
    done = set()
    for url, tree in pages(visitor, "/scrivania/", "/admin/", "/accesso/dati/"):
        for action, names, data in forms(url, tree):
            shape = (resolve(action.partition("?")[0]).view_name, frozenset(names), data[-1][0])
            if shape in done:
                continue
            done.add(shape)
            prefixes = {found[0] for name in names if (found := re.match(r"\w+-\d+-", name))}
            more = [(name, value) for name, value in everything.items() if name not in names]
            more += [
                (f"{p}{name}", everything.get(name, "7")) for p in prefixes for name in OF_ROWS if f"{p}{name}" not in names
            ]
            as_it_is = effect(visitor, action, data, before)
            with_more = effect(visitor, action, [*data, *more], before)
            wrote += bool(as_it_is[1])
            if as_it_is != with_more:
                only = [sorted(set(one[1]) - set(other[1])) for one, other in ((as_it_is, with_more), (with_more, as_it_is))]
                different[f"{action} {sorted(names)[:6]}"] = (as_it_is[0], with_more[0], *only)
    return different, wrote


@pytest.mark.parametrize(
    ("role", "least"),
    [("outsider", 1), ("officer", 15), ("coordinator", 3), ("manager", 15), ("editor", 15), ("chief", 15), ("root", 5)],
)
def test_what_a_form_does_not_ask_for_makes_no_difference(role: str, least: int, world: World) -> None:
    different, wrote = tried(role, world)
    assert different == {}
    assert wrote >= least

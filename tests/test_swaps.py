"""Two organisations with the same of everything: no address and no field of one lets its people touch what is the other's."""

from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.urls import reverse
from lxml import html

from tests.html_forms import Data, forms_of
from tests.tables import Rows, changed, rows, rows_after, undone, writes
from tests.twins import twin
from tests.world import Visitor

pytestmark = [pytest.mark.django_db, pytest.mark.no_cover, pytest.mark.walk]
# Whoever has the link of the reminder that somebody got by mail.
BY_LINK = {"practice still valid, by mail"}
# What everybody may point to: the towns where something is done, what is published, and to whom it is told that it was adapted.
ANYBODYS = {
    ("practices.Submission_municipalities", "municipality"),
    ("practices.Adaptation", "origin"),
    ("practices.AdaptationProposal", "organisation"),
    ("practices.AdaptationProposal", "practice"),
}


class Two:
    """Ours, theirs, every row that was there before ours, and the browsers of their managers."""

    def __init__(self) -> None:
        self.theirs = twin("Torino", "L219", "TO")
        before = rows()
        self.ours = twin("Parma", "G337", "PR")
        every = rows()
        # What both have found there, as towns and themes, is nobody's.
        self.own = changed(before, every) & (every.keys() - before.keys())
        self.private = {key for key in before if key[0] in {label for label, _pk in self.own}}
        self.us, self.them = Visitor(self.ours.manager), Visitor(self.theirs.manager)
        # As everybody is after the first page.
        for visitor in (self.us, self.them):
            visitor.ask("get", "/scrivania/")
        self.rows = rows()


@pytest.fixture(scope="module")
def two(rows_of_module: None) -> Two:
    return Two()


@pytest.fixture(autouse=True)
def nobody_was_here() -> None:
    cache.clear()


def pointing(two: Two, now: Rows, keys: set[tuple[str, Any]]) -> set[tuple[str, str]]:
    """Which columns of these rows lead to a row of theirs."""
    found = set()
    for label, pk in keys & now.keys():
        for field in apps.get_model(label)._meta.concrete_fields:
            target = field.related_model
            if target and (target._meta.concrete_model._meta.label, now[label, pk][field.attname]) in two.private:
                found.add((label, field.name))
    return found


def send(two: Two, url: str, data: dict[str, Any]) -> tuple[int, set[Any], set[tuple[str, str]]]:
    """The status; which of their rows our manager changed; which columns of what she wrote lead to theirs."""
    with undone():
        with writes() as written:
            status = two.us.ask("post", url, data=data).status_code
        after = rows_after(two.rows, written)
    touched = changed(two.rows, after) if written else set()
    return status, touched & two.private, pointing(two, after, touched - two.private)


def body(visitor: Visitor, url: str) -> Data:
    """Everything that the forms of a page would send."""
    response = visitor.ask("get", url)
    if response.status_code != 200 or "html" not in response.headers["Content-Type"]:
        return {}
    found: Data = {}
    for attributes, data in forms_of(response):
        if attributes.get("action", "") in {"", url}:
            found |= data
    return found


def choices(visitor: Visitor, url: str) -> set[tuple[str, str]]:
    """Names and values of all that can be chosen on a page."""
    response = visitor.ask("get", url)
    if response.status_code != 200 or "html" not in response.headers["Content-Type"]:
        return set()
    tree = html.fromstring(response.content)
    found = {(one.getparent().get("name"), one.get("value")) for one in tree.xpath("//select/option")}
    return found | {(one.get("name"), one.get("value")) for one in tree.xpath("//input[@type='radio' or @type='checkbox']")}


def test_every_address_of_theirs_is_not_found(two: Two) -> None:
    """With GET, and with everything that their own page would have sent."""
    wrong = {}
    for label, url in two.theirs.addresses.items():
        looked = two.us.ask("get", url).status_code
        status, touched, _pointing = send(two, url, body(two.them, url))
        if label not in BY_LINK and ((looked, status) not in {(404, 404), (405, 404), (404, 405)} or touched):
            wrong[label] = (looked, status, touched)
    assert wrong == {}


def test_the_same_addresses_of_ours_are_ours(two: Two) -> None:
    """So that the test above would find them."""
    found = {label: two.us.ask("get", url).status_code for label, url in two.ours.addresses.items()}
    assert set(found.values()) == {200, 405}


def test_their_whole_form_sent_to_our_address_changes_nothing_of_theirs(two: Two) -> None:
    wrong, sent = {}, 0
    for label, url in two.ours.addresses.items():
        theirs = body(two.them, two.theirs.addresses[label])
        status, touched, led = send(two, url, theirs)
        sent += bool(theirs)
        if touched or led - ANYBODYS or status >= 500:
            wrong[label] = (status, touched, led)
    assert wrong == {}
    assert sent > 30


def test_one_thing_of_theirs_in_a_form_of_ours_changes_nothing_of_theirs(two: Two) -> None:
    """A field that only their form has, one that says something else there, a choice that only they have."""
    wrong, sent = {}, 0
    for label, url in {**two.ours.addresses, **two.ours.forms}.items():
        their_url = {**two.theirs.addresses, **two.theirs.forms}[label]
        ours, theirs = body(two.us, url), body(two.them, their_url)
        other = {name: value for name, value in theirs.items() if name != "csrfmiddlewaretoken" and ours.get(name) != value}
        swapped = [
            *other.items(),
            *((name, [value]) for name, value in choices(two.them, their_url) - choices(two.us, url) if name),
        ]
        for name, value in swapped:
            status, touched, led = send(two, url, {**ours, name: value})
            sent += 1
            if touched or led - ANYBODYS or status >= 500:
                wrong[label, name, str(value)] = (status, touched, led)
    assert wrong == {}
    assert sent > 15


def test_nobody_acts_for_the_others(two: Two) -> None:
    url = reverse("desk:act_for")
    assert send(two, url, {"organisation": two.theirs.of.slug}) == (404, set(), set())
    assert send(two, url, {"organisation": two.ours.of.slug}) == (302, set(), set())

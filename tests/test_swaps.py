"""Two organisations with the same of everything: no address and no field of one lets its people touch what is the other's."""

from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache

from tests.html_forms import Data, forms_of
from tests.tables import Rows, changed, rows, undone, writes
from tests.twins import twin
from tests.world import Visitor

pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]
# Whoever has the link of the reminder that somebody got by mail.
BY_LINK = {"practice still valid, by mail"}
# What is for everybody to point to: who is told of a mail, what is published, and what it says of itself.
ANYBODYS = {
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
        before = rows()
        with writes() as written:
            status = two.us.ask("post", url, data=data).status_code
        if not written:
            return status, set(), set()
        after = rows()
    touched = changed(before, after)
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
    assert set(found.values()) == {200, 405, 302}
    assert {label for label, status in found.items() if status == 302} == set()


@pytest.mark.parametrize("whole", [True, False], ids=["their whole form", "field by field"])
def test_what_is_theirs_in_a_form_of_ours_changes_nothing_of_theirs(two: Two, whole: bool) -> None:
    wrong, sent = {}, 0
    for label, url in two.ours.addresses.items():
        ours, theirs = body(two.us, url), body(two.them, two.theirs.addresses[label])
        differing = [name for name in ours if name in theirs and ours[name] != theirs[name]]
        bodies = [theirs] if whole else [{**ours, name: theirs[name]} for name in differing if name != "csrfmiddlewaretoken"]
        for data in bodies:
            status, touched, led = send(two, url, data)
            sent += 1
            if touched or led - ANYBODYS or status >= 500:
                wrong[label, None if whole else str(data)[:200]] = (status, touched, led)
    assert wrong == {}
    assert sent > 30

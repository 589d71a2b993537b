"""Nobody is led elsewhere: by a way to go on that somebody else wrote, or by a name that the portal does not have."""

from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests import make
from tests.accounts import confirmed, sign_up
from tests.samples import client_of
from tests.tables import undone
from tests.test_access import ADDRESSES, address
from tests.world import Visitor, World, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.no_cover, pytest.mark.walk]
ELSEWHERE = (
    "https://altrove.example/",
    "//altrove.example/",
    "///altrove.example/",
    "/\\altrove.example/",
    "\\\\altrove.example/",
    "https:altrove.example",
    "http:///altrove.example/",
    "javascript:alert(1)",
    "\t//altrove.example/",
    "https://testserver@altrove.example/",
)
# What is asked for as the way to go on.
NAMES = ("next", "redirect_to", "url", "return", "from")
OF_PEOPLE = ("account_", "mfa_", "socialaccount_", "openid_connect_", "admin:log", "admin:index", "admin:password", "desk:")


@pytest.fixture(scope="module")
def world(rows_of_module: None) -> World:
    return make_world()


@pytest.fixture(autouse=True)
def nobody_was_here() -> None:
    cache.clear()


def leads(response: Any) -> str:
    """Scheme and host that the answer leads to, and whatever a browser may take for a host."""
    said = response.headers.get("Location", "")
    parts = urlsplit(said.strip())
    odd = said if said.startswith(("//", "/\\", "\\")) or "altrove" in parts.path.partition("/")[0] else ""
    return f"{parts.scheme}{parts.netloc}{odd}"


@pytest.mark.parametrize("way", ELSEWHERE)
def test_no_address_leads_to_where_a_stranger_says(way: str, world: World) -> None:
    query = urlencode(dict.fromkeys(NAMES, way))
    names = [name for name in ADDRESSES if name.startswith(OF_PEOPLE)]
    assert len(names) > 60
    wrong = {}
    for role in ("anonymous", "root"):
        visitor = Visitor(world.people[role])
        for name in names:
            url = address(name, world.args[ADDRESSES[name].args])
            with undone():
                answers = [visitor.ask("get", f"{url}?{query}")]
                if role == "anonymous" or name.startswith(OF_PEOPLE[:4]):
                    answers.append(visitor.ask("post", f"{url}?{query}", data=dict.fromkeys(NAMES, way)))
            if found := [led for led in map(leads, answers) if led]:
                wrong[role, name] = found
    assert wrong == {}


@pytest.mark.parametrize("way", ELSEWHERE)
def test_who_logs_in_signs_up_or_proves_herself_again_goes_on_here(way: str) -> None:
    person = confirmed(make.user("ada@example.org"))
    data = {"login": person.email, "password": make.PASSWORD, "next": way}
    found = {
        "login": Client().post(reverse("account_login"), data),
        "login by the address": Client().post(f"{reverse('account_login')}?{urlencode({'next': way})}", data),
        "sign-up": sign_up(Client(), "nuova@example.org", next=way),
        "again": client_of(person).post(reverse("account_reauthenticate"), {"password": make.PASSWORD, "next": way}),
        "logout": client_of(person).post(reverse("account_logout"), {"next": way}),
        "admin": Client().get(f"/admin/login/?{urlencode({'next': way})}", follow=True),
    }
    assert {name: leads(response) for name, response in found.items()} == dict.fromkeys(found, "")


@pytest.mark.parametrize("host", ["127.0.0.1:4444", "[::1]:4444"])
def test_the_name_that_a_request_came_with_stands_on_no_page(host: str, world: World) -> None:
    """Pages are kept and shown to others, mails are sent: both know the configured address alone."""
    client = Client(headers={"Host": host})
    seen = 0
    for name, row in ADDRESSES.items():
        if set(row.get.values()) != {200} or name.startswith(("account_", "newsletter:leave")):
            continue
        response = client.get(address(name, world.args[row.args]))
        text = b"".join(response.streaming_content) if response.streaming else response.content
        assert host.encode() not in text, name
        assert not any(host in value for value in response.headers.values()), name
        seen += 1
    assert seen > 80


@pytest.mark.parametrize(
    "host", ["altrove.example", "localhost.altrove.example", "localhost@altrove.example", "altrove.example:80"]
)
def test_a_name_that_is_not_ours_is_refused(host: str) -> None:
    assert "*" not in settings.ALLOWED_HOSTS
    for url in ("/", "/pratiche/", "/accesso/login/", "/robots.txt"):
        assert Client(headers={"Host": host}, raise_request_exception=False).get(url).status_code == 400, url
        # Nor by the header that some proxies write.
        told = Client(headers={"X-Forwarded-Host": host}).get(url)
        assert (told.status_code, host.encode() in told.content) == (200, False), url

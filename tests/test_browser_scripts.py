"""Scripts in every text, looked at on every kind of page, in the mails and feeds: nothing of them runs, nothing of them is there."""

import re
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from urllib.parse import quote, urlsplit

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import timezone
from lxml import etree, html
from playwright.sync_api import Browser, Page
from post_office.models import Email
from pytest_django.live_server_helper import LiveServer

from networks import affiliations, invitations
from networks.models import Affiliation
from portal.lib.content_version import raise_version
from portal.newsletter import issues
from portal.newsletter.models import Issue
from practices.models import Submission
from practices.moderation import editor, officer
from tests import make
from tests.browser import opened
from tests.scripts import LONG, MARK, poison
from tests.world import Visitor, World, make_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOK = f"""() => ({{
    made: [...document.querySelectorAll("[{MARK}]")].map(one => one.outerHTML.slice(0, 120)),
    handlers: [...document.querySelectorAll("*")].filter(one => [...one.attributes].some(a => a.name.startsWith("on"))).length,
    leading: [...document.querySelectorAll("[href], [src], [action], [formaction]")]
        .flatMap(one => [one.href, one.src, one.action, one.formAction]).filter(one => typeof one === "string")
        .map(one => one.split(":")[0]).filter(one => !["http", "https", "mailto", "tel", "data", ""].includes(one)),
    reckoned: /[^0-9]49[^0-9]*data-hostile|>49/.test(document.body.innerText),
    violations: window.violations,
}})"""
LISTEN = "window.violations = []; addEventListener('securitypolicyviolation', event => violations.push(event.blockedURI));"
WAYS_OUT = re.compile(r"/accesso/logout|/admin/logout|/static/|/admin/jsi18n")
# Typed into addresses, and shown again.
REFLECTED = (
    "/pratiche/?q={}&ambito={}&territorio={}",
    "/cerca/?q={}",
    "/notizie/?q={}",
    "/accordi/?q={}&parte={}",
    "/incorpora/elenco/?ambito={}",
    "/pratiche/confronta/?p={}",
    "/accesso/login/?next={}",
    "/newsletter/iscrizione/?q={}",
    "/scrivania/incarichi/?nome={}",
    "/non-esiste-{}/",
)


@pytest.fixture
def world(transactional_db: None) -> World:
    made = make_world()
    columns = poison()
    assert {"practices.Submission", "practices.Remark", "networks.Organisation", "news.News", "practices.Event"} <= set(
        columns
    )
    assert len(columns) > 30
    raise_version()
    return made


def addresses(visitor: Visitor, *begin: str) -> Iterator[str]:
    """Two pages of each kind that links lead to."""
    waiting, seen, kinds = list(begin), set[str](), Counter[str]()
    while waiting:
        url = waiting.pop(0)
        try:
            match = resolve(urlsplit(url).path)
        except Resolver404:
            continue
        kind = f"{match.view_name} {match.kwargs.get('name', '')}"
        if not url.startswith("/") or url in seen or WAYS_OUT.match(url) or kinds[kind] > 1:
            continue
        seen.add(url)
        response = visitor.ask("get", url)
        if response.status_code == 302:
            waiting.append(urlsplit(response["Location"]).path)
        if response.status_code not in {200, 410} or "html" not in response.headers.get("Content-Type", ""):
            continue
        kinds[kind] += 1
        yield url
        found = [str(link) for link in html.fromstring(response.content).xpath("//a/@href | //iframe/@src")]
        waiting += [link.partition("#")[0].partition("?")[0] for link in found if link.startswith("/")]


def looked_at(page: Page, base: str, urls: list[str]) -> dict[str, object]:
    """What is wrong, by address."""
    said: list[str] = []
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.on("pageerror", lambda error: said.append(f"{error} {error.stack}"))
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.add_init_script(LISTEN)
    wrong: dict[str, object] = {}
    for url in urls:
        response = page.goto(base + url, wait_until="load")
        found = {name: value for name, value in page.evaluate(LOOK).items() if value}
        heard = [one for one in said if "the server responded with a status of" not in one]
        said.clear()
        if heard or found or response is None or response.status >= 500:
            wrong[url] = (heard, found, response and response.status)
    return wrong


@pytest.mark.parametrize(
    ("role", "begin", "least"),
    [
        ("anonymous", ("/", "/newsletter/", "/incorpora/elenco/"), 45),
        ("manager", ("/scrivania/",), 30),
        ("chief", ("/admin/", "/scrivania/"), 60),
    ],
)
def test_nothing_of_a_script_runs_on_any_page(
    chromium: Browser, live_server: LiveServer, world: World, role: str, begin: tuple[str, ...], least: int
) -> None:
    visitor = Visitor(world.people[role])
    urls = list(addresses(visitor, *begin))
    if role != "chief":
        urls += [
            url.replace("{}", quote(LONG)) for url in REFLECTED if role == "manager" or not url.startswith("/scrivania")
        ]
    with opened(chromium) as page:
        if world.people[role]:
            page.context.add_cookies(
                [
                    {"name": name, "value": value.value, "url": live_server.url}
                    for name, value in visitor.client.cookies.items()
                ]
            )
        assert looked_at(page, live_server.url, urls) == {}
        assert len(urls) >= least


def cause_mails(world: World) -> None:
    """One of each sort that tells of what people wrote."""
    chief, manager = world.people["chief"], world.people["manager"]
    assert chief
    assert manager
    case = Submission.objects.get(pk=world.args["submission"][0])
    at = timezone.now()
    case = editor.request_changes(case, by=chief, at=at, reason=make.reason(), text=LONG, remarks=[("title", LONG)])
    officer.withdraw(case, by=manager, at=at, text=LONG)
    invitations.invite(case.organisation, email="x@example.org", role="contributor", by=manager, at=at)
    affiliations.decline(Affiliation.objects.get(pk=world.args["request"][0]), by=manager, at=at, text=LONG)
    issues.send(Issue.objects.get(pk=world.args["draft_issue"][0]), by=chief, at=at)
    for command in ("send_reminders", "send_alerts"):
        call_command(command, stdout=StringIO())


def test_nothing_of_a_script_is_in_a_mail_or_a_feed(
    chromium: Browser, live_server: LiveServer, queue: None, world: World
) -> None:
    Email.objects.all().delete()
    cause_mails(world)
    mails = list(Email.objects.exclude(html_message="").values_list("html_message", flat=True))
    client = Client()
    feeds = [b"".join(client.get(url)) for url in ("/pratiche/atom.xml", "/notizie/atom.xml", "/newsletter/atom.xml")]
    with opened(chromium) as page:
        page.on("dialog", lambda dialog: pytest.fail(dialog.message))
        page.goto(f"{live_server.url}/robots.txt")
        for mail in mails:
            page.set_content(mail)
            assert page.locator(f"[{MARK}]").count() == 0
    assert len([mail for mail in mails if MARK in mail]) >= 4
    for feed in feeds:
        assert MARK.encode() in feed
        tree = etree.fromstring(feed)
        assert tree.xpath(f"//*[@{MARK}]") == []
        for inside in tree.xpath("//*[@type='html' or @type='xhtml']"):
            assert html.fromstring(f"<div>{inside.text or ''}</div>").xpath(f"//*[@{MARK}]") == []

"""A newsletter, from the button that composes it to the mails, the archive, and what an interrupted sending does."""

import re
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.contrib.admin import site
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from post_office.models import PRIORITY, Email

from portal.news import publishing
from portal.news.models import News
from portal.newsletter import issues, links, subscribing
from portal.newsletter.models import Issue, Item, Kind, Publication, Subscriber
from practices.moderation import practice as whole
from tests import make
from tests.news import event, news
from tests.test_races import at_once

pytestmark = [pytest.mark.django_db]
CHANGES = "/admin/newsletter/issue/"
NOW = make.later(60)


def subscribe(email: str, language: str = "it", at: Any = make.NOW) -> Subscriber:
    wish = subscribing.ask(email=email, language=language, kind="newsletter", at=at)
    reader = subscribing.confirm(wish, at=at)
    assert reader is not None
    Email.objects.filter(to=email).delete()
    return reader


@pytest.fixture
def desk(client: Client) -> Client:
    """An editor's browser."""
    person = make.editor_user("redazione@ministero.example")
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def published() -> None:
    """What there is to tell: a practice, a news item, an event to come; and what there is not."""
    make.published(title="Portierato", title_en="Doorkeeping")
    news(title="Una notizia", title_en="A news item")
    event(title="Un convegno", starts_on=timezone.localdate(NOW) + timedelta(days=9))
    event(title="Un convegno passato", starts_on=timezone.localdate(NOW) - timedelta(days=9))
    news("draft", title="Una bozza")
    news("scheduled", title="Programmata")


def titles(issue: Issue) -> list[str]:
    told = issues.contents(issue)
    return [*(row.title for row in told.practices), *(row.title for row in [*told.news, *told.events])]


def send_all() -> None:
    call_command("send_alerts", at=NOW, stdout=StringIO())


def letters() -> dict[str, str]:
    """The body of the newsletter that each got; an error if somebody got two."""
    found = [(one.to[0], one.message) for one in Email.objects.filter(headers__has_key="List-Unsubscribe").order_by("pk")]
    assert len(found) == len(dict(found))
    return dict(found)


# Composing --------------------------------------------------------------------------------------------------------
def test_it_is_composed_from_what_is_new_and_readable() -> None:
    published()
    gone = make.published(title="Archiviata").practice
    whole.archive(gone, by=make.editor_user(chief=True), at=make.later(9), notice="Chiusa.")
    issue = issues.compose(at=NOW)
    assert (issue.title, issue.title_en) == ("Le novità di marzo 2026", "What is new in March 2026")
    assert titles(issue) == ["Portierato", "Una notizia", "Un convegno"]
    # Pressed again it adds what came meanwhile, and leaves what was chosen.
    Item.objects.filter(news__title="Una notizia").update(is_included=False)
    make.published(title="Un'altra")
    assert issues.compose(at=NOW) == issue
    assert titles(issue) == ["Portierato", "Un'altra", "Un convegno"]
    assert Issue.objects.count() == 1


def test_the_next_one_tells_what_came_since_and_nothing_twice() -> None:
    published()
    first = issues.compose(at=NOW)
    issues.send(first, by=make.editor_user(), at=NOW)
    late = make.published(title="Dopo")
    Publication.objects.all().delete()
    type(late).objects.filter(pk=late.pk).update(published_at=NOW + timedelta(days=20))
    second = issues.compose(at=NOW + timedelta(days=28))
    assert (second.number, titles(second)) == (None, ["Dopo"])


def test_what_was_not_ticked_is_not_offered_again_but_for_an_event_to_come() -> None:
    published()
    first = issues.compose(at=NOW)
    first.items.update(is_included=False)
    Issue.objects.update(introduction="Ciao.")
    issues.send(first, by=make.editor_user(), at=NOW)
    assert titles(issues.compose(at=NOW + timedelta(days=1))) == ["Un convegno"]


def test_a_page_older_than_the_sending_does_not_undo_it(desk: Client) -> None:
    """The form is read, somebody sends, the form is written."""
    issue = issues.compose(at=NOW)
    stale = Issue.objects.get(pk=issue.pk)
    Issue.objects.update(introduction="Ciao.")
    issues.send(issue, by=make.editor_user(), at=NOW)
    with pytest.raises(PermissionDenied):
        site.get_model_admin(Issue).save_model(RequestFactory().post("/"), stale, None, True)
    assert Issue.objects.get().number == 1


def test_what_is_older_than_a_month_is_not_in_the_first_one() -> None:
    published()
    assert titles(issues.compose(at=NOW + timedelta(days=40))) == []


# At the desk ------------------------------------------------------------------------------------------------------
def test_an_editor_composes_edits_looks_tries_and_sends(desk: Client, settings: Any) -> None:
    settings.EMAIL_BACKEND = "portal.lib.mail.QueueBackend"
    make.published(title="Portierato", title_en="Doorkeeping")
    Publication.objects.all().delete()
    type(make.published(title="Recente")).objects.update(published_at=timezone.now())
    readers = [subscribe(f"a{n}@example.org", "it" if n else "en") for n in range(3)]
    assert desk.get(f"{CHANGES}componi/").status_code == 405
    answer = desk.post(f"{CHANGES}componi/")
    issue = Issue.objects.get()
    url = f"{CHANGES}{issue.pk}/"
    assert answer["Location"] == f"{url}change/"
    page = desk.get(f"{url}change/").content.decode()
    items = list(issue.items.values_list("pk", flat=True))
    assert len(items) == 2
    data = {
        "title": "Primavera",
        "title_en": "",
        "introduction": "Buona <b>lettura</b>.",
        "introduction_en": "Enjoy.",
        "items-TOTAL_FORMS": "2",
        "items-INITIAL_FORMS": "2",
    }
    for n, pk in enumerate(re.findall(r'name="items-\d-id" value="(\d+)"', page)):
        data |= {f"items-{n}-id": pk, f"items-{n}-issue": str(issue.pk), f"items-{n}-position": str(9 - n)}
        data |= {f"items-{n}-is_included": "on"}
    for wrong in ("\x0b", "\x00"):
        assert desk.post(f"{url}change/", {**data, "title": f"a{wrong}b"}).status_code == 200
        assert desk.post(f"{url}change/", {**data, "introduction_en": f"a{wrong}b"}).status_code == 200
    issue.refresh_from_db()
    assert (issue.introduction, issue.introduction_en) == ("", "")
    assert desk.post(f"{url}change/", data).status_code == 302
    assert [*issue.items.values_list("pk", flat=True)] == items[::-1]

    text = desk.get(f"{url}anteprima/").content.decode()
    assert "Buona &lt;b&gt;lettura&lt;/b&gt;." in text
    html = desk.get(f"{url}anteprima/en/").content.decode()
    assert ('<html lang="en">' in html, "Enjoy." in html, "Doorkeeping" in html) == (True, True, True)
    assert desk.get(f"{url}anteprima/de/").status_code == 404
    desk.post(f"{url}prova/")
    tried = Email.objects.filter(to="redazione@ministero.example").order_by("pk")
    assert [one.subject for one in tried] == ["[Prova] Primavera", "[Prova] Primavera"]
    assert [one.headers for one in tried] == [None, None]

    assert "Arriverà a 3 indirizzi." in desk.get(f"{url}invia/").content.decode()
    assert (Issue.objects.sent().count(), letters()) == (0, {})
    assert desk.post(f"{url}invia/")["Location"] == f"{url}change/"
    assert desk.post(f"{url}invia/").status_code == 302
    assert "0 e-mail accodate, 3 da accodare" in desk.get(f"{url}change/").content.decode()
    send_all()
    assert set(letters()) == {reader.email for reader in readers}
    assert "finito: 3 e-mail" in desk.get(CHANGES).content.decode()
    # What was sent is read, not changed.
    data["title"] = "Un altro"
    assert desk.post(f"{url}change/", data).status_code == 403
    issue.refresh_from_db()
    assert (issue.number, issue.title) == (1, "Primavera")
    assert set(Email.objects.filter(headers__has_key="List-Unsubscribe").values_list("priority", flat=True)) == {
        PRIORITY.low
    }
    english, italian = letters()["a0@example.org"], letters()["a1@example.org"]
    assert ("Doorkeeping" in english, "/en/newsletter/leave/" in english) == (True, True)
    assert ("Portierato" in italian, "/newsletter/lascia/" in italian) == (True, True)


def test_an_empty_one_is_not_sent(desk: Client) -> None:
    issue = issues.compose(at=NOW)
    answer = desk.post(f"{CHANGES}{issue.pk}/invia/", follow=True)
    assert "È vuota" in answer.content.decode()
    assert Issue.objects.sent().count() == 0


# Sending ----------------------------------------------------------------------------------------------------------
def test_it_goes_to_who_was_subscribed_when_it_was_sent_and_is_still() -> None:
    published()
    staying, leaving, bounced, late = (subscribe(f"{name}@example.org") for name in ("resta", "lascia", "torna", "tardi"))
    late.subscriptions.update(confirmed_at=NOW + timedelta(minutes=1))
    searcher = subscribing.ask(email="cerca@example.org", language="it", kind="search", frequency="weekly", at=make.NOW)
    subscribing.confirm(searcher, at=make.NOW)
    issue = issues.send(issues.compose(at=NOW), by=make.editor_user(), at=NOW)
    Subscriber.objects.filter(pk=bounced.pk).update(switched_off_at=NOW)
    path = links.to_leave(leaving, Kind.NEWSLETTER).removeprefix(settings.SITE_URL)
    Client().post(path, {"List-Unsubscribe": "One-Click"})
    send_all()
    send_all()
    assert list(letters()) == [staying.email]
    issue.refresh_from_db()
    assert (issue.queued, issue.finished_at) == (1, NOW)


def test_a_sending_that_is_interrupted_goes_on_where_it_was(monkeypatch: Any) -> None:
    published()
    for n in range(7):
        subscribe(f"a{n}@example.org")
    monkeypatch.setattr(issues, "AT_ONCE", 3)
    issue = issues.send(issues.compose(at=NOW), by=make.editor_user(), at=NOW)
    assert issues.queue_some(issue, at=NOW) == 3
    issue.refresh_from_db()
    assert (issue.queued, issue.finished_at, len(letters())) == (3, None, 3)
    # The first of those who remain leaves meanwhile.
    Subscriber.objects.get(email="a3@example.org").delete()
    send_all()
    assert set(letters()) == {f"a{n}@example.org" for n in range(7) if n != 3}


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_timers_at_once_send_it_once_to_each() -> None:
    published()
    for n in range(20):
        subscribe(f"a{n}@example.org")
    issues.send(issues.compose(at=NOW), by=make.editor_user(), at=NOW)
    at_once([send_all] * 4)
    assert len(letters()) == 20


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_editors_at_once_have_one_draft_and_send_it_once() -> None:
    published()
    person = make.editor_user()
    drafts = at_once([lambda: issues.compose(at=NOW)] * 4)
    assert {draft.pk for draft in drafts} == {Issue.objects.get().pk}
    assert Item.objects.count() == 3

    def send() -> int:
        try:
            return issues.send(drafts[0], by=person, at=NOW).number or 0
        except issues.NotSendable:
            return 0

    assert sorted(at_once([send] * 4)) == [0, 0, 0, 1]


# The archive ------------------------------------------------------------------------------------------------------
def test_what_was_sent_is_in_the_archive_and_a_draft_is_not(client: Client) -> None:
    published()
    issue = issues.compose(at=NOW)
    empty = client.get("/newsletter/")
    assert ("Ancora nessuna" in empty.content.decode(), client.get("/newsletter/1/").status_code) == (True, 404)
    issues.send(issue, by=make.editor_user(), at=NOW)
    listing = client.get("/newsletter/", headers={"If-None-Match": empty["ETag"]})
    assert re.findall(r'href="(/newsletter/\d+/)"', listing.content.decode()) == ["/newsletter/1/"]
    named = [client.get(f"{language}/newsletter/").content.decode() for language in ("", "/en")]
    assert [re.findall(r">(no?\. 1, [^<]*)<", text) for text in named] == [["n. 1, 2 marzo 2026"], ["no. 1, 2 March 2026"]]
    page = client.get("/newsletter/1/").content.decode()
    assert re.findall(r'<h2 class="h4" id="(\w+)"', page) == ["pratiche", "notizie", "appuntamenti"]
    english = client.get("/en/newsletter/1/").content.decode()
    assert ("Doorkeeping" in english, "A news item" in english) == (True, True)
    feed = client.get("/newsletter/atom.xml").content.decode()
    assert re.findall(r"<id>(.*?)</id>", feed)[1:] == [f"{settings.SITE_URL}/newsletter/1/"]
    # What is withdrawn leaves the archive too.
    publishing.withdraw(News.objects.get(title="Una notizia"))
    assert "Una notizia" not in client.get("/newsletter/1/").content.decode()
    assert not client.cookies


def test_pages_cost_the_same_with_one_and_with_twenty(client: Client) -> None:
    costs = []
    person = make.editor_user()
    for more in (1, 19):
        for n in range(more):
            make.published(title=f"Pratica {more} {n}")
            news()
            event(starts_on=timezone.localdate(NOW) + timedelta(days=9))
        number = issues.send(issues.compose(at=NOW), by=person, at=NOW).number
        # The next one begins before what is made next.
        Issue.objects.update(composed_at=make.NOW - timedelta(days=1))
        found = []
        for address in ("/newsletter/", f"/newsletter/{number}/"):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            found.append(len(queries))
        costs.append(found)
    assert costs == [[3, 7]] * 2

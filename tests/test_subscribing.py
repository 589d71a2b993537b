"""Asking for the newsletter or an alert, saying yes, changing, leaving: what the pages and mails do, hostile requests too."""

import html
import re
import time
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core import signing
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from post_office.models import STATUS, Email

from networks.models import Municipality
from portal.newsletter import links, searches, subscribing
from portal.newsletter.models import Kind, Leaving, Request, Subscriber, Subscription
from practices.models import Theme
from tests import make
from tests.html_forms import forms_of
from tests.test_report import errors

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("queue")]
READER = "lettrice@example.org"
URL = "/newsletter/iscriviti/"


def ask(client: Client, **changes: Any) -> Any:
    return client.post(URL, {"kind": "newsletter", "email": READER, **changes})


def mails(to: str = READER) -> list[tuple[str, str]]:
    return list(Email.objects.filter(to=to).order_by("pk").values_list("subject", "message"))


def link_in(text: str, beginning: str) -> str:
    (found,) = re.findall(rf"{re.escape(settings.SITE_URL)}({beginning}\S+)", text)
    return str(found)


def confirmed(
    email: str = READER, *, kind: str = "newsletter", query: str = "", frequency: str = "", language: str = "it"
) -> Subscriber:
    wish = subscribing.ask(email=email, language=language, kind=kind, query=query, frequency=frequency, at=timezone.now())
    found = subscribing.confirm(wish, at=timezone.now())
    assert found is not None
    return found


def rows() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in (Request, Subscriber, Subscription)}


# Asking -----------------------------------------------------------------------------------------------------------
def test_known_and_unknown_addresses_get_the_same_answer(client: Client) -> None:
    confirmed("nota@example.org")
    answers = [ask(client, email=email) for email in ("nota@example.org", "ignota@example.org")]
    assert [(answer.status_code, answer["Location"], answer.content) for answer in answers] == [
        (302, "/newsletter/iscriviti/inviata/", b"")
    ] * 2
    assert [len(mails(email)) for email in ("nota@example.org", "ignota@example.org")] == [2, 1]
    assert not client.cookies


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"email": ""}, ["La tua e-mail: Questo campo è obbligatorio."]),
        ({"email": "x"}, ["La tua e-mail: Inserisci un indirizzo email valido."]),
        ({"email": "a@b.it\nBcc: c@d.it"}, ["La tua e-mail: Inserisci un indirizzo email valido."]),
        ({"email": "a@b.it,c@d.it"}, ["La tua e-mail: Inserisci un indirizzo email valido."]),
        ({"email": '"ab"@example.org'}, ["La tua e-mail: Scrivi un indirizzo senza spazi, virgolette e lettere accentate."]),
        ({"email": "Perché@example.org"}, ["La tua e-mail: Inserisci un indirizzo email valido."]),
        (
            {"trap": "x"},
            ["Lascia vuoto questo campo: Svuota questo campo e invia di nuovo: serve a fermare i programmi automatici."],
        ),
    ],
)
def test_what_cannot_be_sent_is_said_and_nothing_is_kept(client: Client, changes: dict[str, str], said: list[str]) -> None:
    response = ask(client, **changes)
    assert (response.status_code, errors(response)) == (422, said)
    assert (rows(), Email.objects.count()) == ({"Request": 0, "Subscriber": 0, "Subscription": 0}, 0)


def test_an_address_is_one_whatever_its_letters(client: Client) -> None:
    ask(client, email="Lettrice@Example.org")
    ask(client)
    assert list(Request.objects.values_list("email", flat=True)) == [READER]


def test_a_mailbox_is_not_flooded(client: Client) -> None:
    answers = [ask(client, REMOTE_ADDR=f"192.0.2.{n}") for n in range(7)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [422] * 2
    assert errors(answers[-1]) == ["Sono arrivate molte richieste in poco tempo. La tua non è partita: riprova domani."]
    assert len(mails()) == 5


def test_who_asks_for_many_addresses_waits(client: Client) -> None:
    answers = [ask(client, email=f"a{n}@example.org").status_code for n in range(22)]
    assert answers == [302] * 20 + [422] * 2


@pytest.mark.parametrize(
    ("given", "kept", "words"),
    [
        ("", "", "tutte le pratiche"),
        ("ordine=titolo&pagina=3&utm_source=x", "", "tutte le pratiche"),
        ("ambito=lavoro&ambito=casa", "ambito=casa&ambito=lavoro", "Casa, Lavoro"),
        ("q=%20vicini%20di+casa%00&ambito=inventato", "q=vicini+di+casa", "«vicini di casa»"),
        ("ambito=<script>&ambito=casa", "ambito=casa", "Casa"),
        ("anno=2020&anno=20201", "anno=2020", "2020"),
        ("&&&=&%ff=%ff&q=", "", "tutte le pratiche"),
        ("q=" + "à" * 900, "q=" + "%C3%A0" * 200, f"«{'à' * 200}»"),
    ],
)
def test_a_search_is_kept_in_one_form_and_said_in_words(client: Client, given: str, kept: str, words: str) -> None:
    make.taxonomy()
    assert ask(client, kind="search", selection=given, frequency="monthly").status_code == 302
    wish = Request.objects.get()
    assert (wish.query, wish.frequency, searches.in_words(wish.query)) == (kept, "monthly", words)
    assert searches.canonical(wish.query) == wish.query
    assert f"questa ricerca: {words}." in mails()[0][1]


def test_a_search_that_is_too_long_is_not_kept(client: Client) -> None:
    for n in range(50):
        Theme.objects.create(slug=f"{n:02d}{'x' * 48}", name=f"Ambito {n}")
    long = "&".join(f"ambito={theme.slug}" for theme in Theme.objects.all())
    for given in (long, "x" * 30_000):
        response = ask(client, kind="search", selection=given)
        assert response.status_code == 422
        assert "Questa ricerca ha troppi filtri per un avviso: togline qualcuno." in response.content.decode()
    assert rows()["Request"] == 0


@pytest.mark.parametrize("changes", [{"kind": "x"}, {"kind": "search", "frequency": "hourly"}, {"kind": ""}])
def test_what_no_form_offers_is_refused(client: Client, changes: dict[str, str]) -> None:
    assert ask(client, **changes).status_code == 422
    assert rows()["Request"] == 0


def test_a_form_that_comes_back_keeps_the_search(client: Client) -> None:
    make.taxonomy()
    response = ask(client, email="x", kind="search", selection="ambito=casa", frequency="monthly")
    [(attributes, data)] = [form for form in forms_of(response) if "report-form" in form[0].get("class", "")]
    assert (attributes["action"], data["kind"], data["selection"], data["frequency"]) == (
        URL,
        ["search"],
        ["ambito=casa"],
        ["monthly"],
    )
    assert "<strong>Casa</strong>" in response.content.decode()


# Saying yes -------------------------------------------------------------------------------------------------------
def test_a_link_confirms_once(client: Client) -> None:
    ask(client)
    url = link_in(mails()[0][1], "/newsletter/conferma/")
    first, second = client.post(url), client.post(url)
    assert (first.status_code, second.status_code) == (302, 200)
    assert "È già confermata" in second.content.decode()
    # After she has left, the link brings nothing back.
    client.post(first["Location"], {"do": "leave_all"})
    assert client.post(url).status_code == 404
    assert rows() == {"Request": 0, "Subscriber": 0, "Subscription": 0}


def test_a_link_that_is_old_or_not_ours_confirms_nothing(client: Client) -> None:
    ask(client)
    url = link_in(mails()[0][1], "/newsletter/conferma/")
    token = url.split("/")[-2]
    for wrong in (token[:-1], token[:-2] + "xx", "x", "a:b:c", token.replace(":", ";")):
        for method in (client.get, client.post):
            assert method(f"/newsletter/conferma/{wrong}/").status_code == 404
    # Another purpose's token is none here, nor the other way round.
    other = links.preferences_token(confirmed("altra@example.org"))
    assert client.post(f"/newsletter/conferma/{other}/").status_code == 404
    assert client.get(f"/newsletter/preferenze/{token}/").status_code == 404
    assert client.post(f"/newsletter/lascia/{other}/").status_code == 404
    # Whoever asks again has a new link, and the old one ends.
    ask(client)
    assert client.post(url).status_code == 404
    Request.objects.all().delete()
    assert client.post(link_in(mails()[1][1], "/newsletter/conferma/")).status_code == 404
    assert rows()["Subscriber"] == 1


class OldSigner(signing.TimestampSigner):
    """Signs as eight days ago."""

    def timestamp(self) -> str:
        return signing.b62_encode(int(time.time()) - 8 * 24 * 60 * 60)


def test_a_link_expires_even_where_no_timer_runs(client: Client) -> None:
    ask(client)
    token = OldSigner(salt=links.CONFIRM).sign_object(Request.objects.get().key.hex)
    assert client.post(f"/newsletter/conferma/{token}/").status_code == 404
    assert rows() == {"Request": 1, "Subscriber": 0, "Subscription": 0}


def test_what_nobody_confirms_is_erased(client: Client) -> None:
    ask(client)
    for days, left in ((6, 1), (8, 0)):
        call_command("send_alerts", at=timezone.now() + timedelta(days=days), stdout=StringIO())
        assert rows()["Request"] == left


def test_in_english_everything_is_in_english(client: Client) -> None:
    make.taxonomy()
    client.post("/en/newsletter/subscribe/", {"kind": "search", "selection": "ambito=casa", "email": READER})
    subject, body = mails()[0]
    assert subject == "Confirm the alert on good practices"
    assert "Frequency: Once a week." in body
    answer = client.post(link_in(body, "/en/newsletter/confirm/"))
    assert answer["Location"].startswith("/en/newsletter/preferences/")
    assert "Your subscriptions" in client.get(answer["Location"]).content.decode()
    Subscription.objects.update(frequency="immediately")
    make.published()
    call_command("send_alerts", stdout=StringIO())
    subject, body = mails()[1]
    assert subject == "A new practice: Portierato sociale di via Turri"
    assert link_in(body, "/en/newsletter/leave/")
    assert '<html lang="en">' in Email.objects.filter(to=READER).latest("pk").html_message


# Preferences ------------------------------------------------------------------------------------------------------
def test_she_sees_and_changes_what_she_has(client: Client) -> None:
    make.taxonomy()
    confirmed()
    confirmed(kind="search", query="ambito=casa", frequency="weekly")
    reader = confirmed(kind="search", query="ambito=lavoro", frequency="weekly")
    url = f"/newsletter/preferenze/{links.preferences_token(reader)}/"
    text = client.get(url).content.decode()
    assert re.findall(r"<h2 class=\"h5\">(.*?)</h2>", text) == ["Newsletter", "Avviso: Casa", "Avviso: Lavoro"]
    assert READER not in text
    assert "l***@example.org" in text
    houses = reader.subscriptions.get(query="ambito=casa")
    stranger = confirmed("altra@example.org", kind="search", query="", frequency="weekly")
    theirs = stranger.subscriptions.get()
    for data in (
        {"do": "frequency", "key": houses.key.hex, "frequency": "monthly"},
        {"do": "frequency", "key": theirs.key.hex, "frequency": "monthly"},
        {"do": "frequency", "key": reader.subscriptions.get(kind="newsletter").key.hex, "frequency": "monthly"},
        {"do": "frequency", "key": houses.key.hex, "frequency": "hourly"},
        {"do": "leave", "key": theirs.key.hex},
        {"do": "leave", "key": "\0"},
        {"do": "leave"},
        {"do": "language", "language": "xx"},
        {"do": "?"},
        {},
    ):
        changed = client.post(url, data)
        assert changed["Location"] == f"{url}?fatto=changed"
        assert "Fatto: qui sotto c'è ciò che vale adesso." in html.unescape(client.get(changed["Location"]).content.decode())
    found = Subscription.objects.order_by("pk").values_list("kind", "query", "frequency")
    assert list(found) == [
        ("newsletter", "", ""),
        ("search", "ambito=casa", "monthly"),
        ("search", "ambito=lavoro", "weekly"),
        ("search", "", "weekly"),
    ]
    (languages,) = [data for _attributes, data in forms_of(client.get(url)) if "language" in data]
    assert languages == {"language": ["it"]}
    client.post(url, {"do": "language", "language": "en"})
    reader.refresh_from_db()
    assert reader.language == "en"
    client.post(url, {"do": "leave", "key": houses.key.hex})
    assert reader.subscriptions.count() == 2
    assert not client.cookies


@pytest.mark.parametrize("query", ["ambito=sport", "provincia=OG"])
def test_a_filter_that_is_no_more_finds_nothing_and_says_so(query: str, client: Client) -> None:
    make.taxonomy()
    Theme.objects.create(slug="sport", name="Sport")
    make.municipality("Tortolì", "A355", sign="OG")
    reader = confirmed(kind="search", query=query, frequency="immediately")
    Theme.objects.filter(slug="sport").delete()
    Municipality.objects.filter(pk="A355").update(province=make.municipality().province)
    make.published()
    call_command("send_alerts", stdout=StringIO())
    assert len(mails()) == 1
    page = client.get(f"/newsletter/preferenze/{links.preferences_token(reader)}/").content.decode()
    assert "Un filtro di questa ricerca non c&#x27;è più" in page or "Un filtro di questa ricerca non c'è più" in page


# Leaving ----------------------------------------------------------------------------------------------------------
def test_leaving_alerts_keeps_the_newsletter_and_leaving_both_keeps_nothing(client: Client) -> None:
    confirmed()
    reader = confirmed(kind="search", query="", frequency="immediately")
    make.published()
    call_command("send_alerts", stdout=StringIO())
    waiting = Email.objects.filter(to=READER, status=STATUS.queued)
    assert waiting.count() == 3
    one_click = {"List-Unsubscribe": "One-Click"}
    alerts, letter = (
        links.to_leave(reader, kind).removeprefix(settings.SITE_URL) for kind in (Kind.SEARCH, Kind.NEWSLETTER)
    )
    assert client.post(alerts, one_click).status_code == 200
    assert list(Subscription.objects.values_list("kind", flat=True)) == ["newsletter"]
    # By hand: a page with a button.
    page = client.get(letter)
    assert page.status_code == 200
    assert READER not in page.content.decode()
    assert client.post(letter, {"button": "1"})["Location"] == "/newsletter/lasciata/"
    assert (rows(), waiting.count()) == ({"Request": 0, "Subscriber": 0, "Subscription": 0}, 0)
    assert set(Leaving.objects.values_list("kind", "number")) == {("newsletter", 1), ("search", 1)}
    assert client.get(f"/newsletter/preferenze/{links.preferences_token(reader)}/").status_code == 404


def test_mails_of_other_kinds_to_the_same_address_stay(client: Client) -> None:
    make.officer_of(make.organisation(), email=READER)
    make.published()
    before = set(Email.objects.filter(to=READER).values_list("pk", flat=True))
    assert before
    reader = confirmed()
    client.post(f"/newsletter/preferenze/{links.preferences_token(reader)}/", {"do": "leave_all"})
    assert set(Email.objects.filter(to=READER).values_list("pk", flat=True)) == before


def test_the_editors_read_numbers_and_a_chief_editor_erases_an_address(client: Client) -> None:
    confirmed()
    confirmed(kind="search", query="", frequency="weekly")
    login = {"backend": "allauth.account.auth_backends.AuthenticationBackend"}
    client.force_login(make.editor_user(), **login)
    page = client.get("/admin/newsletter/subscriber/").content.decode()
    assert READER not in page
    cells = [" ".join(re.sub("<.*?>", " ", row).split()) for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)]
    assert cells == [
        "Newsletter 1",
        "Avviso su una ricerca: Subito 0",
        "Avviso su una ricerca: Una volta alla settimana 1",
        "Avviso su una ricerca: Una volta al mese 0",
        "Confermati 1",
        "Sospesi, perché le e-mail tornavano indietro 0",
        "Richieste che aspettano la conferma 0",
    ]
    reader = Subscriber.objects.get()
    for rest in ("change", "history", "delete"):
        assert client.get(f"/admin/newsletter/subscriber/{reader.pk}/{rest}/").status_code in {403, 404}
    assert client.post("/admin/newsletter/subscriber/cancella/", {"email": READER}).status_code == 404
    client.force_login(make.editor_user(chief=True), **login)
    for email, said in ((READER.upper(), "Cancellate 2 iscrizioni."), (READER, "Cancellate 0 iscrizioni.")):
        answer = client.post("/admin/newsletter/subscriber/cancella/", {"email": email}, follow=True)
        assert said in answer.content.decode()
    assert (rows(), mails()) == ({"Request": 0, "Subscriber": 0, "Subscription": 0}, [])

"""How long somebody stays logged in, what ends it, and that nothing goes on with an old key."""

import time
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from networks.models import User
from portal.sessions import BEGAN_AT, ENDS_AT
from practices.models.choices import Status
from tests import make
from tests.accounts import OTHER_PASSWORD, ask_reset, confirmed, links, log_in, mails, path_of
from tests.samples import client_of

pytestmark = pytest.mark.usefixtures("queue")
LEAVE = "/accesso/dispositivi/"
HOUR = 3600


def is_in(client: Client) -> bool:
    return client.get("/scrivania/").status_code == 200


def code() -> str:
    """What the app of `make.add_second_factor` shows."""
    return str(format_hotp_value(hotp_value("PROVAPROVAPROVA2", next(iter(yield_hotp_counters_from_time())))))


# Keys -----------------------------------------------------------------------------------------------------------
def test_the_second_factor_begins_another_session() -> None:
    editor = confirmed(make.editor_user("redazione@example.org"))
    client = Client()
    log_in(client, editor.email)
    before = client.session.session_key
    assert not is_in(client)
    assert client.post(reverse("mfa_authenticate"), {"code": code()})["Location"] == "/admin/"
    assert (is_in(client), client.session.session_key == before) == (True, False)
    old = Client()
    old.cookies["sessionid"] = before or ""
    assert (before is None, is_in(old)) == (False, False)


# Leaving -----------------------------------------------------------------------------------------------------------
def test_who_leaves_all_devices_is_out_everywhere_and_nobody_else() -> None:
    person, colleague = confirmed(make.user("ada@example.org")), make.user()
    mine, lost, hers = client_of(person), client_of(person), client_of(colleague)
    assert "Esci da tutti i dispositivi" in mine.get(LEAVE).content.decode()
    answer = mine.post(LEAVE)
    assert answer["Location"] == reverse("account_login")
    assert [is_in(client) for client in (mine, lost, hers)] == [False, False, True]
    assert "su tutti i dispositivi" in mine.get(answer["Location"]).content.decode()
    log_in(mine, person.email)
    assert (is_in(mine), is_in(lost)) == (True, False)


@pytest.mark.django_db(transaction=True)  # allauth says that it was added when it is committed
def test_a_second_factor_that_is_added_ends_the_sessions_that_began_without_it() -> None:
    editor = confirmed(make.editor_user("redazione@example.org", second_factor=False))
    mine, other = Client(), client_of(editor)
    log_in(mine, editor.email)
    mine.post(reverse("account_reauthenticate"), {"password": make.PASSWORD})
    secret = mine.get(reverse("mfa_activate_totp")).context["form"].secret
    before = mine.session.session_key
    shown = str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))
    assert mine.post(reverse("mfa_activate_totp"), {"code": shown}).status_code == 302
    assert (is_in(mine), is_in(other), mine.session.session_key == before) == (True, False, False)


def test_who_was_switched_off_does_not_go_on_when_she_is_let_in_again() -> None:
    root = User.objects.create_superuser("radice@example.org", make.PASSWORD)
    make.add_second_factor(root)
    person = confirmed(make.user("ada@example.org"))
    client, admin = client_of(person), client_of(root)
    url = reverse("admin:networks_user_change", args=[person.pk])
    assert admin.post(url, {"email": person.email}).status_code == 302
    assert (User.objects.get(pk=person.pk).is_active, is_in(client)) == (False, False)
    assert admin.post(url, {"email": person.email, "is_active": "on"}).status_code == 302
    assert (User.objects.get(pk=person.pk).is_active, is_in(client)) == (True, False)
    log_in(client, person.email)
    assert is_in(client)


def test_whoever_has_the_mailbox_of_before_gets_in_no_more_when_an_administrator_changes_the_address() -> None:
    root, person = _root(), confirmed(make.user("ada@example.org"))
    client = client_of(person)
    ask_reset(Client(), "ada@example.org")
    page = path_of(links()[0])
    url = reverse("admin:networks_user_change", args=[person.pk])
    assert client_of(root).post(url, {"email": "Ada@comune.example", "is_active": "on"}).status_code == 302
    assert (User.objects.get(pk=person.pk).email, is_in(client)) == ("ada@comune.example", False)
    assert "Il collegamento non vale più" in Client().get(page).content.decode()
    assert log_in(Client(), "ada@example.org").status_code == 200
    ask_reset(Client(), "ada@example.org")
    assert mails()[-1] == ("ada@example.org", "Questo indirizzo non ha un accesso alle buone pratiche")
    # She confirms the new one, like whoever is made here.
    log_in(client, "ada@comune.example")
    assert (is_in(client), mails()[-1]) == (False, ("ada@comune.example", "Conferma il tuo indirizzo e-mail"))
    client.post(path_of(links()[0]))
    assert is_in(client)
    assert list(EmailAddress.objects.filter(user=person).values_list("email", "verified")) == [("ada@comune.example", True)]


def test_another_name_ends_nothing() -> None:
    root, person = _root(), confirmed(make.user("ada@example.org"))
    client = client_of(person)
    url = reverse("admin:networks_user_change", args=[person.pk])
    assert client_of(root).post(url, {"email": person.email, "full_name": "Ada", "is_active": "on"}).status_code == 302
    assert (is_in(client), EmailAddress.objects.get(user=person).verified) == (True, True)


def test_a_link_for_a_new_password_ends_when_the_password_changes() -> None:
    person = confirmed(make.user("ada@example.org"))
    ask_reset(Client(), person.email)
    page = path_of(links()[0])
    mine = client_of(person)
    data = {"oldpassword": make.PASSWORD, "password1": OTHER_PASSWORD, "password2": OTHER_PASSWORD}
    assert mine.post(reverse("account_change_password"), data).status_code == 302
    assert "Il collegamento non vale più" in Client().get(page).content.decode()


# Time --------------------------------------------------------------------------------------------------------------
def seconds_left(client: Client) -> float:
    return (Session.objects.get(session_key=client.session.session_key).expire_date - timezone.now()).total_seconds()


def as_if(client: Client, **changes: float) -> None:
    """What the session says of itself, changed by so many seconds."""
    session = client.session
    for name, by in changes.items():
        session[name] += by
    session.save()


def near(found: float, wanted: float) -> bool:
    """To the minute in which it is not written again."""
    return wanted - 65 < found <= wanted + 5


IDLE = settings.EDITOR_IDLE_MINUTES * 60


def people() -> dict[str, User]:
    return {
        "officer": make.officer_of(make.organisation()),
        "editor": make.editor_user(),
        "chief": make.editor_user(chief=True),
        "root": _root(),
    }


def _root() -> User:
    root = User.objects.create_superuser("radice@example.org")
    make.add_second_factor(root)
    return root


def test_who_moderates_is_out_after_an_hour_of_doing_nothing_and_others_after_twelve_hours() -> None:
    for role, person in people().items():
        client = client_of(person)
        assert is_in(client)
        wanted = 12 * HOUR if role == "officer" else IDLE
        assert near(seconds_left(client), wanted), role
        # Twenty minutes later another page: an officer's end stays, an editor's moves on.
        as_if(client, **{BEGAN_AT: -1200, ENDS_AT: -1200})
        assert is_in(client)
        assert near(seconds_left(client), 12 * HOUR - 1200 if role == "officer" else IDLE), role
        # Later than its end.
        as_if(client, **{ENDS_AT: -12 * HOUR})
        assert not is_in(client), role


def test_nobody_stays_longer_than_twelve_hours() -> None:
    for role, person in people().items():
        client = client_of(person)
        assert is_in(client)
        as_if(client, **{BEGAN_AT: -12 * HOUR + 600})
        assert is_in(client)
        # An officer's end was told when it began.
        assert role == "officer" or near(seconds_left(client), 600), role


def test_a_minute_later_nothing_is_written_again(django_assert_num_queries: Any) -> None:
    client = client_of(make.editor_user())
    client.get(LEAVE)
    before = client.session[ENDS_AT]
    client.get(LEAVE)
    assert client.session[ENDS_AT] == before
    assert before > time.time()


def test_the_cookie_goes_with_the_browser() -> None:
    confirmed(make.editor_user("redazione@example.org"))
    client = Client()
    log_in(client, "redazione@example.org")
    client.post(reverse("mfa_authenticate"), {"code": code()})
    client.get("/admin/")
    cookie = client.cookies["sessionid"]
    assert (cookie["max-age"], cookie["expires"], cookie["httponly"], cookie["samesite"]) == ("", "", True, "Lax")


# Afterwards --------------------------------------------------------------------------------------------------------
def test_what_is_sent_after_the_end_leads_back_to_the_page_it_was_written_on() -> None:
    case = make.submission(Status.UNDER_REVIEW)
    page = reverse("admin:practices_submission_change", args=[case.pk])
    remark = reverse("admin:practices_submission_remark", args=[case.pk])

    def led(referer: str) -> str:
        return Client().post(remark, {"text": "x"}, headers={"Referer": referer})["Location"]

    login = reverse("account_login")
    assert led(f"http://testserver{page}?x=1#note") == f"{login}?next={page}%3Fx%3D1"
    # From elsewhere, or not told: where it was sent to.
    for referer in (
        "",
        f"https://altrove.example{page}",
        f"//altrove.example{page}",
        f"http://testserver.altrove.example{page}",
    ):
        assert led(referer) == f"{login}?next={remark}", referer
    assert Client().get(page, headers={"Referer": "http://testserver/"})["Location"] == f"{login}?next={page}"

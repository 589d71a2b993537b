"""From signing up to leaving: confirmation, invitations, sessions, one address a person."""

import pytest
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.urls import reverse

from networks.models import User
from tests import make
from tests.accounts import OTHER_PASSWORD, ask_reset, confirmed, links, log_in, mails, path_of, sign_up
from tests.samples import client_of

pytestmark = pytest.mark.usefixtures("queue")
DESK = "/scrivania/"


def is_in(client: Client) -> bool:
    return client.get(DESK).status_code == 200


def test_from_signing_up_to_the_desk() -> None:
    client = Client()
    answer = sign_up(client, "Ada@Example.org", full_name="  Ada   D'Angelo ")
    assert answer["Location"] == reverse("account_email_verification_sent")
    assert not is_in(client)
    person = User.objects.get()
    assert (person.email, person.full_name, person.is_staff) == ("ada@example.org", "Ada D'Angelo", False)
    assert mails() == [("ada@example.org", "Conferma il tuo indirizzo e-mail")]
    page = path_of(links()[0])
    # A program that opens the links of mails confirms nothing.
    assert client.get(page).status_code == 200
    assert not EmailAddress.objects.get().verified
    assert client.post(page)["Location"] == DESK
    assert is_in(client)
    client.post(reverse("account_logout"))
    assert not is_in(client)


def test_the_link_of_a_confirmation_logs_nobody_in_elsewhere() -> None:
    sign_up(Client(), "ada@example.org")
    elsewhere = Client()
    assert elsewhere.post(path_of(links()[0]))["Location"] == reverse("account_login")
    assert not is_in(elsewhere)
    assert log_in(elsewhere, "ada@example.org")["Location"] == DESK


def test_without_confirmation_nobody_gets_in() -> None:
    sign_up(Client(), "ada@example.org")
    client = Client()
    assert log_in(client, "ada@example.org")["Location"] == reverse("account_email_verification_sent")
    assert not is_in(client)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("full_name", " "),
        ("full_name", "x" * 121),
        ("email", "non-un-indirizzo"),
        ("password1", "12345678"),
        ("password2", "x"),
    ],
)
def test_what_is_refused_is_told_and_the_rest_kept(field: str, value: str) -> None:
    answer = sign_up(Client(), **{"email": "ada@example.org", field: value})
    form = answer.context["form"]
    assert set(form.errors) == {field}
    assert "<title>Errore: " in answer.content.decode()
    kept = {"full_name": "Ada D&#x27;Angelo", "email": "ada@example.org"}
    assert all(text in answer.content.decode() for name, text in kept.items() if name != field)
    assert not User.objects.exists()


def test_who_was_invited_confirms_nothing_and_follows_the_way() -> None:
    """Opening an invitation proves that its address is hers."""
    client = Client()
    request = RequestFactory().get("/")
    request.session = SessionStore()
    get_adapter().stash_verified_email(request, "ada@example.org")
    request.session.save()
    client.cookies["sessionid"] = request.session.session_key
    answer = sign_up(client, "ada@example.org", next="/scrivania/nuova/")
    assert answer["Location"] == "/scrivania/nuova/"
    assert (is_in(client), mails()) == (True, [])
    assert EmailAddress.objects.get().verified


def test_the_way_is_never_another_site() -> None:
    confirmed(make.user("ada@example.org"))
    answer = Client().post(
        reverse("account_login"), {"login": "ada@example.org", "password": make.PASSWORD, "next": "//altrove.example/"}
    )
    assert answer["Location"] == DESK


# Passwords and sessions --------------------------------------------------------------------------------------------
def test_a_link_for_a_new_password_is_good_once() -> None:
    confirmed(make.user("ada@example.org"))
    client = Client()
    ask_reset(client, "ada@example.org")
    page = path_of(links()[0])
    new = {"password1": OTHER_PASSWORD, "password2": OTHER_PASSWORD}
    form = client.get(page)["Location"]
    assert client.post(form, new)["Location"] == reverse("account_reset_password_from_key_done")
    assert mails()[-1] == ("ada@example.org", "La tua password è cambiata")
    again = Client()
    assert "Il collegamento non vale più" in again.get(page).content.decode()
    assert again.post(page, new).status_code == 200
    assert log_in(Client(), "ada@example.org", OTHER_PASSWORD)["Location"] == DESK


@pytest.mark.parametrize("way", ["changed", "reset"])
def test_a_new_password_ends_the_other_sessions(way: str) -> None:
    person = confirmed(make.user("ada@example.org"))
    other, mine = client_of(person), Client()
    if way == "changed":
        log_in(mine, person.email)
        data = {"oldpassword": make.PASSWORD, "password1": OTHER_PASSWORD, "password2": OTHER_PASSWORD}
        assert mine.post(reverse("account_change_password"), data).status_code == 302
    else:
        ask_reset(mine, person.email)
        mine.post(mine.get(path_of(links()[0]))["Location"], {"password1": OTHER_PASSWORD, "password2": OTHER_PASSWORD})
        log_in(mine, person.email, OTHER_PASSWORD)
    assert (is_in(other), is_in(mine)) == (False, True)
    assert mails()[-1] == (person.email, "La tua password è cambiata")


def test_logging_in_begins_another_session() -> None:
    confirmed(make.user("ada@example.org"))
    client = Client()
    client.get(reverse("account_login"))
    session = client.session
    session["x"] = 1
    session.save()
    before = session.session_key
    log_in(client, "ada@example.org")
    assert client.session.session_key not in {before, None}


def test_an_account_that_was_switched_off_gets_nowhere() -> None:
    person = confirmed(make.user("ada@example.org"))
    client = client_of(person)
    User.objects.update(is_active=False)
    assert not is_in(client)
    assert log_in(Client(), "ada@example.org")["Location"] == reverse("account_inactive")
    assert log_in(Client(), "ada@example.org", "sbagliata").status_code == 200


# One address ------------------------------------------------------------------------------------------------------
def change_address(client: Client, to: str) -> None:
    client.post(reverse("account_reauthenticate"), {"password": make.PASSWORD})
    client.post(reverse("account_email"), {"action_add": "", "email": to})


@pytest.mark.parametrize("is_editor", [False, True])
def test_a_new_address_takes_the_place_of_the_old_one_once_confirmed(is_editor: bool) -> None:
    """An editor's too, who has a second factor."""
    person = confirmed(make.editor_user("ada@example.org") if is_editor else make.user("ada@example.org"))
    client = client_of(person)
    change_address(client, "ada@comune.example")
    assert mails() == [("ada@comune.example", "Conferma il tuo indirizzo e-mail")]
    person.refresh_from_db()
    assert person.email == "ada@example.org"
    client.post(path_of(links()[0]))
    person.refresh_from_db()
    assert person.email == "ada@comune.example"
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [("ada@comune.example", True, True)]
    assert mails()[1:] == [("ada@example.org", "Il tuo indirizzo e-mail è cambiato")]


def test_whoever_finds_the_browser_open_changes_nothing() -> None:
    client = client_of(confirmed(make.user("ada@example.org")))
    answer = client.post(reverse("account_email"), {"action_add": "", "email": "altra@example.org"})
    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    assert (mails(), EmailAddress.objects.count()) == ([], 1)


def test_an_address_that_somebody_took_and_never_confirmed_is_free() -> None:
    sign_up(Client(), "ada@comune.example")
    cache.clear()  # some minutes later: an address gets one such mail in three
    person = confirmed(make.user("ada@example.org"))
    client = client_of(person)
    change_address(client, "ada@comune.example")
    client.post(path_of(links()[0]))
    assert list(User.objects.values_list("email", flat=True)) == ["ada@comune.example"]
    assert User.objects.get() == person


def test_an_address_that_is_somebody_elses_stays_theirs() -> None:
    theirs, mine = confirmed(make.user("ada@comune.example")), confirmed(make.user("ada@example.org"))
    client = client_of(mine)
    change_address(client, theirs.email)
    client.post(path_of(links()[0]))
    assert sorted(User.objects.values_list("email", flat=True)) == ["ada@comune.example", "ada@example.org"]


def test_who_owns_the_mailbox_recovers_the_account_that_another_opened_with_it() -> None:
    sign_up(Client(), "ada@example.org", password1=OTHER_PASSWORD, password2=OTHER_PASSWORD)
    owner = Client()
    ask_reset(owner, "ada@example.org")
    owner.post(owner.get(path_of(links()[0]))["Location"], {"password1": make.PASSWORD, "password2": make.PASSWORD})
    assert log_in(Client(), "ada@example.org", OTHER_PASSWORD).status_code == 200
    assert log_in(owner, "ada@example.org").status_code == 302

"""No answer tells whether an address has an account; the mails do, to who reads its mailbox."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import make
from tests.accounts import ask_reset, confirmed, log_in, mails, said, sign_up
from tests.samples import client_of

pytestmark = pytest.mark.usefixtures("queue")
KNOWN, UNKNOWN = "nota@example.org", "ignota@example.org"


@pytest.fixture(autouse=True)
def known(queue: None) -> None:
    confirmed(make.user(KNOWN))


def wrong_password(client: Client, email: str) -> HttpResponse:
    return log_in(client, email, "non-è-questa")


@pytest.mark.parametrize(
    ("do", "to_known", "to_unknown"),
    [
        (sign_up, ["Hai già un accesso alle buone pratiche"], ["Conferma il tuo indirizzo e-mail"]),
        (ask_reset, ["Scegli una nuova password"], ["Questo indirizzo non ha un accesso alle buone pratiche"]),
        (wrong_password, [], []),
    ],
)
def test_known_and_unknown_addresses_get_the_same_answer(
    do: Callable[..., HttpResponse], to_known: list[str], to_unknown: list[str]
) -> None:
    answers = {}
    for email in (KNOWN, UNKNOWN):
        client = Client()
        first = do(client, email)
        second = client.get(first["Location"]) if first.status_code == 302 else first
        # What follows too: the same again, and the pages of who is in the middle of something.
        third = client.get(reverse("account_login"))
        fourth = do(client, email)
        answers[email] = [said(answer, email) for answer in (first, second, third, fourth)]
    assert answers[KNOWN] == answers[UNKNOWN]
    told = [(KNOWN, subject) for subject in to_known] + [(UNKNOWN, subject) for subject in to_unknown]
    # A second wish for a new password is a second mail; a second sign-up within three minutes is none.
    assert sorted(set(mails())) == sorted(told)
    assert len(mails()) == (4 if do is ask_reset else len(told))


def test_too_many_wrong_passwords_are_told_alike() -> None:
    answers = {
        email: [said(wrong_password(Client(REMOTE_ADDR=place), email), email) for _n in range(7)]
        for email, place in ((KNOWN, "192.0.2.1"), (UNKNOWN, "192.0.2.2"))
    }
    assert answers[KNOWN] == answers[UNKNOWN]
    assert "Troppi tentativi non riusciti" in answers[KNOWN][-1][2]


def test_changing_to_an_address_tells_nothing_of_it() -> None:
    person = confirmed(make.user("ada@example.org"))
    answers = {}
    for email in (KNOWN, UNKNOWN):
        client = client_of(person)
        client.post(reverse("account_reauthenticate"), {"password": make.PASSWORD})
        answer = client.post(reverse("account_email"), {"action_add": "", "email": email})
        answers[email] = [said(answer, email), said(client.get(reverse("account_email")), email)]
    assert answers[KNOWN] == answers[UNKNOWN]
    assert mails() == [(email, "Conferma il tuo indirizzo e-mail") for email in (KNOWN, UNKNOWN)]


class Counted(PBKDF2PasswordHasher):
    """How often a password was hashed: it takes longer than all the rest of a page."""

    iterations = 1
    times = 0

    def encode(self, *args: Any, **kwargs: Any) -> str:
        Counted.times += 1
        return super().encode(*args, **kwargs)


@pytest.mark.parametrize("do", [sign_up, wrong_password])
def test_a_watch_tells_nothing(do: Callable[..., HttpResponse], settings: Any) -> None:
    """For both as many passwords are hashed, and one at least."""
    settings.PASSWORD_HASHERS = ["tests.test_accounts_known.Counted"]
    from networks.models import User

    user = User.objects.get()
    user.set_password(make.PASSWORD)
    user.save()
    hashed = {}
    for email in (KNOWN, UNKNOWN):
        before = Counted.times
        do(Client(), email)
        hashed[email] = Counted.times - before
    assert hashed[KNOWN] == hashed[UNKNOWN] > 0


def test_a_watch_tells_nothing_of_who_wants_a_new_password() -> None:
    """For both one mail is written, and a row more or less is read: nothing that is slow."""
    asked = {}
    for email in (KNOWN, UNKNOWN):
        with CaptureQueriesContext(connection) as queries:
            ask_reset(Client(), email)
        asked[email] = Counter("write" if query["sql"].startswith("INSERT") else "read" for query in queries)
    assert asked == {KNOWN: {"read": 3, "write": 1}, UNKNOWN: {"read": 2, "write": 1}}

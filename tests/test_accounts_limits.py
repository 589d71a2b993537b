"""Who tries too often waits; who pretends to be somewhere else does not escape, nor shuts others out."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests import make
from tests.accounts import ask_reset, confirmed, log_in, mails, sign_up

pytestmark = pytest.mark.usefixtures("queue")


def refused(tries: int, **headers: Any) -> list[bool]:
    """Of so many wrong passwords, each for another account: which were not even looked at."""
    answers = [log_in(Client(), f"persona{n}@example.org", "sbagliata", **headers) for n in range(tries)]
    return ["Troppi tentativi non riusciti" in answer.content.decode() for answer in answers]


def test_many_signups_meet_the_page_that_says_what_to_do() -> None:
    answers = [sign_up(Client(), f"persona{n}@example.org") for n in range(21)]
    assert [answer.status_code for answer in answers] == [302] * 20 + [429]
    page = answers[-1].content.decode()
    assert "Aspetta cinque minuti e riprova." in page
    assert "<title>Troppi tentativi – " in page
    assert answers[-1]["Cache-Control"] == "private, no-store"


def test_nobody_s_mailbox_is_flooded() -> None:
    confirmed(make.user("ada@example.org"))
    for _n in range(8):
        ask_reset(Client(), "ada@example.org")
        sign_up(Client(), "ada@example.org")
    assert len([to for to, subject in mails() if subject == "Scegli una nuova password"]) == 5
    assert len([to for to, subject in mails() if subject == "Hai già un accesso alle buone pratiche"]) == 1


def test_five_wrong_passwords_close_an_account_s_door_for_a_while() -> None:
    confirmed(make.user("ada@example.org"))
    for n in range(5):
        # Each from somewhere else, and to another spelling of our host.
        log_in(Client(), "Ada@example.org", "sbagliata", REMOTE_ADDR=f"192.0.2.{n}", HTTP_HOST=f"localhost:{n + 1}")
    assert log_in(Client(), "ada@example.org", REMOTE_ADDR="192.0.2.9").status_code == 200


def test_without_a_proxy_the_header_is_not_believed() -> None:
    forged = [log_in(Client(), f"p{n}@example.org", "x", HTTP_X_FORWARDED_FOR=f"192.0.2.{n}") for n in range(11)]
    assert "Troppi tentativi non riusciti" in forged[-1].content.decode()


def test_behind_a_proxy_each_has_her_own_limit(settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    # What came with the request stands before what our proxy adds.
    assert refused(12, HTTP_X_FORWARDED_FOR="198.51.100.7, 192.0.2.1") == [False] * 10 + [True] * 2
    forged = [
        log_in(Client(), f"q{n}@example.org", "x", HTTP_X_FORWARDED_FOR=f"198.51.100.{n}, 192.0.2.1") for n in range(2)
    ]
    assert all("Troppi tentativi non riusciti" in answer.content.decode() for answer in forged)
    assert refused(1, HTTP_X_FORWARDED_FOR="192.0.2.2") == [False]


def test_recovery_codes_are_not_guessed() -> None:
    confirmed(make.editor_user("ada@example.org"))
    client = Client()
    log_in(client, "ada@example.org")
    answers = [client.post(reverse("mfa_authenticate"), {"code": f"{n:08d}"}).content.decode() for n in range(6)]
    assert ["Troppi tentativi non riusciti" in answer for answer in answers] == [False] * 5 + [True]

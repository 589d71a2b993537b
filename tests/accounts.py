"""Signing up, logging in and the mails about it, as the tests of the accounts need them."""

import re
from typing import Any

from allauth.account.models import EmailAddress
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from post_office.models import Email

from networks.models import User
from tests import make

# No validator minds it, and no builder uses it.
OTHER_PASSWORD = "tutta-un-altra-frase"


def confirmed(person: User) -> User:
    """The same person, with her address confirmed."""
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def sign_up(client: Client, email: str, **changes: Any) -> HttpResponse:
    """Fill the form of who has no account; the answer before any redirect."""
    data = {"full_name": "Ada D'Angelo", "email": email, "password1": make.PASSWORD, "password2": make.PASSWORD}
    return client.post(reverse("account_signup"), {**data, **changes})


def log_in(client: Client, email: str, password: str = make.PASSWORD, **headers: Any) -> HttpResponse:
    """Address and password; the answer before any redirect."""
    return client.post(reverse("account_login"), {"login": email, "password": password}, **headers)


def ask_reset(client: Client, email: str, **headers: Any) -> HttpResponse:
    """The form of who forgot the password."""
    return client.post(reverse("account_reset_password"), {"email": email}, **headers)


def mails() -> list[tuple[str, str]]:
    """Address and subject of each mail in the queue, oldest first."""
    return [(mail.to[0], mail.subject) for mail in Email.objects.order_by("pk")]


def links() -> list[str]:
    """Every address in the last mail."""
    return re.findall(r"https?://\S+", Email.objects.latest("pk").message)


def path_of(link: str) -> str:
    """What comes after the host."""
    return "/" + link.split("/", 3)[3]


def said(response: HttpResponse, *typed: str) -> tuple[int, str, str]:
    """Status, where it leads, and the page without what differs each time: tokens, and what was typed."""
    text = re.sub(r'(name="csrfmiddlewaretoken" value=)"[^"]+"', r"\1", response.content.decode())
    for word in typed:
        text = text.replace(word, "…")
    return response.status_code, response.headers.get("Location", ""), text

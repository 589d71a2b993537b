"""The gateway's button, and what happens where there is no gateway, or one that does not answer."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.test import Client, RequestFactory
from django.urls import reverse
from environs import Env
from lxml import html

from networks.models import User
from portal import environment
from tests import make
from tests.accounts import mails
from tests.samples import client_of

pytestmark = pytest.mark.usefixtures("queue")
START, BACK = "/accesso/oidc/ente/login/", "/accesso/oidc/ente/login/callback/"
PAGES = ("account_login", "account_signup")


@pytest.fixture
def gateway(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is set up and not there: nothing listens on that port."""
    for name, value in {
        "SERVER_URL": "http://localhost:9",
        "CLIENT_ID": "x",
        "CLIENT_SECRET": "x",
        "NAME": "SPID & CIE",
    }.items():
        monkeypatch.setenv(f"OIDC_{name}", value)
    settings.SOCIALACCOUNT_PROVIDERS = environment.gateway(Env(), development=True)


def test_without_a_gateway_nobody_hears_of_it() -> None:
    for name in PAGES:
        assert "Entra con" not in Client().get(reverse(name)).content.decode()
    assert (
        "Su questo portale si entra con" in client_of(make.user()).get(reverse("socialaccount_connections")).content.decode()
    )
    assert (Client().post(START).status_code, Client().get(BACK).status_code) == (404, 404)


def test_the_button_has_the_name_that_the_environment_gives_and_begins_by_post(gateway: None) -> None:
    for name in PAGES:
        page = Client().get(f"{reverse(name)}?next=/scrivania/nuova/").content.decode()
        assert page.count("Entra con SPID &amp; CIE") == 1
        assert f'method="post" action="{START}?process=login&amp;next=%2Fscrivania%2Fnuova%2F"' in page
    assert Client().get(START).status_code == 405
    assert Client(enforce_csrf_checks=True).post(START).status_code == 403


@pytest.mark.parametrize("query", ["", "?code=x", "?code=x&state=inventato", "?error=access_denied", "?error=x&state=x"])
def test_coming_back_uninvited_leads_nowhere(gateway: None, query: str) -> None:
    answer = Client().get(BACK + query)
    assert (answer.status_code, "Accesso non riuscito" in answer.content.decode()) == (401, True)


def test_a_gateway_that_does_not_answer_is_told(gateway: None) -> None:
    answer = Client().post(START)
    assert (answer.status_code, "Accesso non riuscito" in answer.content.decode()) == (401, True)


def test_who_comes_without_an_address_gets_one_that_another_waits_to_change_to(gateway: None) -> None:
    other = make.verified_user("altra@example.org")
    EmailAddress.objects.create(user=other, email="ada@example.org")
    provider = get_adapter().get_provider(RequestFactory().get("/"), "ente")
    client, account = Client(), SocialAccount(provider="ente", uid="ada")
    come = SocialLogin(user=User(), account=account, email_addresses=[], provider=provider)
    client.session.save()
    session = client.session
    session["socialaccount_sociallogin"] = come.serialize()
    session.save()
    answer = client.post(reverse("socialaccount_signup"), {"full_name": "Ada", "email": "ada@example.org"})
    assert answer["Location"] == reverse("account_email_verification_sent")
    assert mails() == [("ada@example.org", "Conferma il tuo indirizzo e-mail")]
    known = EmailAddress.objects.order_by("pk").values_list("user__email", "email")
    assert list(known) == [(email, email) for email in ("altra@example.org", "ada@example.org")]


def test_the_thousandth_linked_gateway_is_taken_away_like_the_first(gateway: None) -> None:
    person = make.verified_user()
    client = client_of(person)
    client.post(reverse("account_reauthenticate"), {"password": make.PASSWORD})
    for pk in (1, 1234):
        SocialAccount.objects.create(pk=pk, user=person, provider="ente", uid=f"ada{pk}")
    page = client.get(reverse("socialaccount_connections"))
    group = html.fromstring(page.content.decode()).xpath(
        "//form//fieldset[legend='Oltre che con la password, puoi entrare con:']"
    )
    values = sorted(group[0].xpath(".//input[@type='radio']/@value"))
    for value in values:
        assert client.post(reverse("socialaccount_connections"), {"account": value}).status_code == 302
    assert (values, SocialAccount.objects.count()) == (["1", "1234"], 0)

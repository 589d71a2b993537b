"""The mails about accounts: links made from SITE_URL alone, plain Italian, nothing that strangers wrote."""

import re
from pathlib import Path
from typing import Any

import pytest
from allauth.account import app_settings
from django.conf import settings as ours
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from tests import make
from tests.accounts import ask_reset, confirmed, links, log_in, mails, sign_up
from tests.samples import client_of

pytestmark = pytest.mark.usefixtures("queue")
SITE = "https://buonepratiche.example.gov.it"
# A name that the portal answers to and nobody should be sent to.
ELSEWHERE = {"HTTP_HOST": "127.0.0.1:4444"}


@pytest.fixture(autouse=True)
def site(settings: Any) -> None:
    settings.SITE_URL = SITE


def test_every_link_begins_with_the_configured_address() -> None:
    person = confirmed(make.user("ada@example.org"))
    sign_up(Client(**ELSEWHERE), "nuova@example.org")
    sign_up(Client(**ELSEWHERE), person.email)
    ask_reset(Client(**ELSEWHERE), person.email)
    ask_reset(Client(**ELSEWHERE), "ignota@example.org")
    changing = client_of(person)
    changing.post(reverse("account_reauthenticate"), {"password": make.PASSWORD}, **ELSEWHERE)
    changing.post(reverse("account_email"), {"action_add": "", "email": "altra@example.org"}, **ELSEWHERE)
    changing.post(
        reverse("account_change_password"),
        {"oldpassword": make.PASSWORD, "password1": "tutta-un-altra-frase", "password2": "tutta-un-altra-frase"},
        **ELSEWHERE,
    )
    assert len(mails()) == 6
    for mail in Email.objects.all():
        assert {link.startswith(SITE) for link in re.findall(r"\S+://\S+", mail.message)} == {True}
        assert "127.0.0.1" not in mail.message
        assert "localhost" not in mail.message


def test_passkeys_belong_to_the_configured_address() -> None:
    person = confirmed(make.user("ada@example.org"))
    client = client_of(person)
    client.post(reverse("account_reauthenticate"), {"password": make.PASSWORD})
    answer = client.get(reverse("mfa_add_webauthn"), **ELSEWHERE)
    assert answer.context["js_data"]["creation_options"]["publicKey"]["rp"]["id"] == "buonepratiche.example.gov.it"


def test_the_name_that_somebody_chose_stays_out_of_a_strangers_mail() -> None:
    """Otherwise our mails carry whatever text a stranger likes to whom she likes."""
    sign_up(Client(), "ada@example.org", full_name="Hai vinto, vai su http://altrove.example")
    assert "altrove" not in Email.objects.get().message
    assert "Buongiorno,\n\nper completare la registrazione" in Email.objects.get().message


def test_a_mail_says_what_happened_and_when() -> None:
    person = confirmed(make.user("ada@example.org"))
    client = Client()
    log_in(client, person.email)
    data = {"oldpassword": make.PASSWORD, "password1": "tutta-un-altra-frase", "password2": "tutta-un-altra-frase"}
    client.post(reverse("account_change_password"), data)
    mail = Email.objects.get()
    today = timezone.localdate()
    assert f"È successo il {today.day} " in mail.message
    assert links() == [f"{SITE}/accesso/password/reset/", SITE]
    # Where she was and what with is no business of a queue.
    assert "127.0.0.1" not in mail.message


# What allauth can send here: the others are about codes by mail, which are off.
OFF = {"account/email/login_code", "account/email/password_reset_code"}


def names_of_mails() -> set[str]:
    """By the beginnings of their templates, as allauth has them."""
    import allauth

    folder = Path(allauth.__file__).parent / "templates"
    found = [
        path.relative_to(folder).as_posix()
        for app in ("account", "mfa", "socialaccount")
        for path in folder.glob(f"{app}/email/*_subject.txt")
    ]
    return {name.removesuffix("_subject.txt") for name in found} - OFF


def test_each_mail_of_allauth_is_in_our_words() -> None:
    assert not app_settings.LOGIN_BY_CODE_ENABLED
    assert not app_settings.PASSWORD_RESET_BY_CODE_ENABLED
    context = {
        "site_url": SITE,
        "timestamp": make.NOW,
        "activate_url": f"{SITE}/a/",
        "password_reset_url": f"{SITE}/r/",
        "from_email": "prima@example.org",
        "to_email": "dopo@example.org",
        "deleted_email": "tolta@example.org",
        "provider": {"name": "Gateway di prova & C."},
    }
    assert len(names_of_mails()) > 15
    for name in names_of_mails():
        assert (ours.BASE_DIR / "templates" / f"{name}_subject.txt").is_file(), name
        subject = render_to_string(f"{name}_subject.txt", context).strip()
        body = render_to_string(f"{name}_message.txt", context)
        assert "\n" not in subject
        assert body.startswith("Buongiorno,\n\n"), name
        assert body.rstrip().endswith(SITE)
        assert not re.search(r"&\w+;|\{|\b(your|user|email)\b", subject + body), name

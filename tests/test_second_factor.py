"""Who moderates has a second factor, or reads nothing that is not public."""

from io import StringIO
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from networks.models import User
from practices.models import Attachment
from practices.models.choices import Status
from tests import make
from tests.accounts import confirmed, log_in, mails
from tests.samples import client_of, status_of

pytestmark = pytest.mark.usefixtures("queue")
SET_UP = "/accesso/2fa/"


def superuser() -> User:
    return User.objects.create_superuser("radice@example.org", make.PASSWORD)


def in_group_only() -> User:
    """Somebody whom a hand put into the group and forgot to let into the admin."""
    person = make.editor_user(second_factor=False)
    person.is_staff = False
    person.save()
    return person


WITHOUT = {
    "editor": lambda: make.editor_user(second_factor=False),
    "chief": lambda: make.editor_user(chief=True, second_factor=False),
    "superuser": superuser,
    "in the group only": in_group_only,
}


@pytest.fixture
def private() -> dict[str, str]:
    """Addresses where an editor reads what is not public."""
    sent = make.submission(Status.SUBMITTED)
    file = Attachment.objects.create(
        submission=sent,
        kind="report",
        title="Relazione",
        file="allegati/y.pdf",
        sha256="0" * 64,
        name="y.pdf",
        content_type="application/pdf",
        size=3,
    )
    file.file.storage.save("allegati/y.pdf", ContentFile(b"pdf"))
    return {
        "case": reverse("desk:case", args=[sent.pk]),
        "preview": reverse("desk:preview", args=[sent.pk]),
        "dashboard": reverse("desk:dashboard"),
        "admin": reverse("admin:index"),
        "admin's case": reverse("admin:practices_submission_change", args=[sent.pk]),
        "nowhere": "/admin/non-esiste/",
        "file": reverse("practices:attachment", args=[file.pk, file.name]),
    }


def test_who_was_made_by_the_command_gets_in_without_a_mail_and_sets_it_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """On the first day no mail goes yet."""
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", make.PASSWORD)
    call_command("createsuperuser", "--noinput", "--email", "Radice@example.org", stdout=StringIO())
    client = Client()
    assert log_in(client, "radice@example.org")["Location"] == reverse("admin:index")
    assert (client.get(reverse("admin:index"))["Location"], mails()) == (SET_UP, [])
    known = EmailAddress.objects.values_list("user__email", "email", "verified", "primary")
    assert list(known) == [("radice@example.org", "radice@example.org", True, True)]


@pytest.mark.parametrize("who", sorted(WITHOUT))
def test_without_it_every_page_leads_to_setting_it_up(who: str, private: dict[str, str]) -> None:
    client = client_of(WITHOUT[who]())
    file = private.pop("file")
    for method in (client.get, client.post):
        found = {
            name: (answer := method(url)).status_code and answer.headers.get("Location") for name, url in private.items()
        }
        assert found == dict.fromkeys(private, SET_UP)
    # No login is needed for files of published practices: of this one, who lacks the factor is told what strangers are.
    assert status_of(client, file) == 404
    assert "protegge l&#x27;accesso con un secondo fattore" in client.get(SET_UP).content.decode()


@pytest.mark.parametrize("kind", [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN])
def test_with_it_they_are_open(kind: str, private: dict[str, str]) -> None:
    editor = make.editor_user(second_factor=False)
    Authenticator.objects.create(user=editor, type=kind, data={})
    client = client_of(editor)
    del private["nowhere"]
    assert {name: status_of(client, url) for name, url in private.items()} == dict.fromkeys(private, 200)


def test_recovery_codes_alone_are_no_factor() -> None:
    editor = make.editor_user(second_factor=False)
    Authenticator.objects.create(user=editor, type=Authenticator.Type.RECOVERY_CODES, data={})
    assert client_of(editor).get(reverse("desk:dashboard"))["Location"] == SET_UP


def test_officers_need_none_and_the_demo_s_editors_neither(private: dict[str, str], settings: Any) -> None:
    officer = make.officer_of(make.organisation())
    assert status_of(client_of(officer), private["dashboard"]) == 200
    settings.SECOND_FACTOR_FOR_EDITORS = False
    client = client_of(make.editor_user(second_factor=False))
    assert (status_of(client, private["admin's case"]), status_of(client, private["file"])) == (200, 200)


def test_the_account_s_own_pages_and_the_way_out_stay_open() -> None:
    client = client_of(WITHOUT["editor"]())
    for name in ("mfa_index", "account_email", "account_change_password", "account_reauthenticate", "mfa_list_webauthn"):
        assert client.get(reverse(name)).status_code == 200, name
    # These ask for the password first, and then open.
    for name in ("mfa_activate_totp", "mfa_add_webauthn"):
        assert client.get(reverse(name))["Location"].startswith(reverse("account_reauthenticate")), name
    assert client.post(reverse("account_logout"))["Location"] == "/"


def test_the_admin_s_login_leads_around_to_it() -> None:
    client = client_of(WITHOUT["chief"]())
    assert client.get("/admin/login/", follow=True).redirect_chain[-1] == (SET_UP, 302)


def code_of(client: Client) -> str:
    """What the person's telephone would show, from the secret on the page."""
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


@pytest.mark.django_db(transaction=True)  # the mails are queued when it is committed
def test_from_the_first_login_to_the_queue() -> None:
    editor = confirmed(make.editor_user("redazione@example.org", second_factor=False))
    client = Client()
    assert log_in(client, editor.email)["Location"] == "/admin/"
    assert client.get("/admin/")["Location"] == SET_UP
    client.post(reverse("account_reauthenticate"), {"password": make.PASSWORD})
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_of(client)})
    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    codes = client.get(answer["Location"]).context["unused_codes"]
    assert client.get("/admin/").status_code == 200
    assert [subject for _to, subject in mails()] == ["App di autenticazione attivata"]
    # From now on the password is not enough, and a code is good once.
    for expected in ("/admin/", None):
        again = Client()
        assert log_in(again, editor.email)["Location"] == reverse("mfa_authenticate")
        assert again.get("/admin/").status_code == 302
        assert again.post(reverse("mfa_authenticate"), {"code": codes[0]}).headers.get("Location") == expected


def test_public_pages_never_ask_who_is_there(django_assert_num_queries: Any) -> None:
    """For an editor without the factor as for a stranger: not one more query, nothing that varies by cookie."""
    client = client_of(WITHOUT["editor"]())
    for url in ("/", "/pratiche/"):
        etag = client.get(url).headers["ETag"]
        with django_assert_num_queries(1):
            # The one that asks for the version of the content.
            answer = client.get(url, headers={"If-None-Match": etag})
        assert (answer.status_code, answer.headers.get("Vary")) == (304, None)

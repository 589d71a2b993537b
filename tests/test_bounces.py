"""Mails that come back switch the subscription of their address off, and nobody else's."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from post_office.models import Email

from portal.newsletter import bounces, links, subscribing
from portal.newsletter.models import SoftBounce, Subscriber
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("queue")]
NOW = timezone.now()
NOTIFICATION = """From: MAILER-DAEMON@mx.example.net (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
Arrival-Date: Mon,  9 Mar 2026 08:00:00 +0100 (CET)

Final-Recipient: rfc822; lettrice@example.org
Original-Recipient: rfc822;lettrice@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <lettrice@example.org>: User unknown

--B
Content-Type: message/rfc822

Subject: Una nuova pratica
To: lettrice@example.org

Buongiorno
--B--
"""


@pytest.fixture(autouse=True)
def bounce_address(settings: Any) -> None:
    settings.BOUNCE_ADDRESS = "rimbalzi@portale.example"


def reader(email: str = "lettrice@example.org") -> Subscriber:
    at = timezone.now()
    wish = subscribing.ask(email=email, language="it", kind="search", frequency="immediately", at=at)
    found = subscribing.confirm(wish, at=at)
    assert found is not None
    return found


def take(to: str, status: str = "5.1.1", action: str = "failed", at: Any = NOW, **options: str) -> str:
    said = StringIO()
    raw = NOTIFICATION.format(to=to, status=status, action=action).encode()
    call_command("take_bounce", raw=raw, at=at, stdout=said, **options)
    return said.getvalue().strip()


def off() -> list[str]:
    return sorted(Subscriber.objects.filter(switched_off_at__isnull=False).values_list("email", flat=True))


def test_a_mail_says_where_it_comes_back_to_and_who_sent_it() -> None:
    one = reader()
    make.published()
    call_command("send_alerts", stdout=StringIO())
    sent = Email.objects.get(headers__has_key="List-Unsubscribe")
    assert sent.from_email == links.envelope(one)
    message = sent.email_message()
    assert (message.from_email, message.message()["From"]) == (links.envelope(one), "buonepratiche@localhost")
    local, _at, domain = sent.from_email.rpartition("@")
    assert (len(local) <= 64, domain) == (True, "portale.example")


def test_without_a_mailbox_for_it_mails_come_back_to_the_sender(settings: Any) -> None:
    settings.BOUNCE_ADDRESS = ""
    reader()
    make.published()
    call_command("send_alerts", stdout=StringIO())
    sent = Email.objects.get(headers__has_key="List-Unsubscribe")
    assert (sent.from_email, "From" in sent.headers) == ("buonepratiche@localhost", False)


def test_one_that_will_never_arrive_switches_its_address_off(client: Client) -> None:
    one, _other = reader(), reader("altra@example.org")
    assert take(links.envelope(one).upper()) == "hard"
    assert off() == ["lettrice@example.org"]
    Email.objects.all().delete()
    make.published()
    call_command("send_alerts", stdout=StringIO())
    alerts = Email.objects.filter(headers__has_key="List-Unsubscribe")
    assert [email.to for email in alerts] == [["altra@example.org"]]
    page = client.get(f"/newsletter/preferenze/{links.preferences_token(one)}/").content.decode()
    assert "le e-mail a questo indirizzo tornavano indietro" in page
    # A new yes switches it on again, without what was published meanwhile.
    reader()
    call_command("send_alerts", stdout=StringIO())
    assert (off(), alerts.count()) == ([], 1)
    make.published(title="Dopo")
    call_command("send_alerts", stdout=StringIO())
    assert alerts.filter(to="lettrice@example.org").count() == 1


def test_one_that_may_arrive_another_time_counts_once_a_day_and_three_are_enough() -> None:
    one = reader()
    days = [(0, "soft"), (0, "soft"), (1, "soft"), (1, "soft"), (2, "off"), (3, "ignored")]
    for number, said in days:
        assert take(links.envelope(one), "4.2.2", at=NOW + timedelta(days=number)) == said
    assert (off(), SoftBounce.objects.count()) == (["lettrice@example.org"], 0)


def test_those_of_long_ago_do_not_count() -> None:
    one = reader()
    for number in (0, 1, 40, 41):
        assert take(links.envelope(one), "4.4.1", at=NOW + timedelta(days=number)) == "soft"
    call_command("send_alerts", at=NOW + timedelta(days=50), stdout=StringIO())
    assert (off(), SoftBounce.objects.count()) == ([], 2)


@pytest.mark.parametrize(
    ("status", "action"), [("4.4.1", "delayed"), ("2.0.0", "delivered"), ("5.1.1", "relayed"), ("x", "failed")]
)
def test_what_is_no_failure_changes_nothing(status: str, action: str) -> None:
    assert take(links.envelope(reader()), status, action) == "ignored"
    assert (off(), SoftBounce.objects.count()) == ([], 0)


def test_a_forged_one_switches_nobody_off() -> None:
    one, other = reader(), reader("altra@example.org")
    envelope = links.envelope(one)
    forged = [
        "rimbalzi@portale.example",
        "lettrice@example.org",
        envelope.replace(f"+{one.pk}-", f"+{other.pk}-"),
        envelope.replace("@", "0@"),
        f"rimbalzi+{one.pk}-{'0' * 24}@portale.example",
        f"rimbalzi+{'9' * 30}-{'0' * 24}@portale.example",
        "",
    ]
    assert [take(to) for to in forged] == ["ignored"] * len(forged)
    assert off() == []


@pytest.mark.parametrize(
    "raw", [b"", b"\0\xff" * 500, b"Content-Type: message/delivery-status\n\nAction: failed\nStatus: 5.0.0"]
)
def test_what_is_no_notification_is_passed_over(raw: bytes) -> None:
    to = links.envelope(reader()).encode()
    assert bounces.take(b"To: " + to + b"\n" + raw, at=NOW) in {"ignored", "hard"}
    assert bounces.take(raw, at=NOW) == "ignored"


def test_the_server_may_say_whom_it_has_it_for() -> None:
    one = reader()
    assert take("undisclosed-recipients:;", recipient=links.envelope(one)) == "hard"


def test_who_has_left_is_unknown() -> None:
    one = reader()
    envelope = links.envelope(one)
    one.delete()
    assert take(envelope) == "ignored"

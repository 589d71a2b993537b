"""Whether what is published still holds: the link of the reminder, the notices, practices past their end."""

import re
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core import signing
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from lxml import html
from post_office.models import Email

from networks.models import Affiliation, User
from practices import freshness
from practices.models import Event, Practice, Submission
from practices.models.choices import Status
from practices.moderation import officer
from practices.moderation import practice as practice_verbs
from tests import make
from tests.html_forms import send
from tests.samples import client_of, imported

pytestmark = pytest.mark.django_db
OLD = timezone.localdate() - timedelta(days=400)


def lapsed(**changes: Any) -> Submission:
    """Published by the municipality's two people, and not confirmed for more than a year."""
    of = make.organisation()
    by = make.officer_of(of, email="anna@example.org")
    make.officer_of(of, email="bruno@example.org")
    one = make.submission(Status.PUBLISHED, of=of, by=by, **changes)
    Practice.objects.filter(pk=one.practice_id).update(confirmed_on=OLD)
    one.refresh_from_db()
    return one


def run() -> list[Email]:
    last = Email.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    call_command("send_reminders", stdout=StringIO())
    return list(Email.objects.filter(pk__gt=last).order_by("pk"))


def link_in(mail: Email) -> str:
    [found] = re.findall(r"http://localhost:8000(/scrivania/ancora-valida/\S+)", mail.message)
    return str(found)


def page(response: Any) -> list[str]:
    return [" ".join(node.text_content().split()) for node in html.fromstring(response.content.decode()).xpath("//h1")]


def test_the_reminder_has_a_link_for_each_person_that_confirms_once_without_logging_in() -> None:
    one = lapsed()
    mails = run()
    assert [mail.to for mail in mails] == [["anna@example.org"], ["bruno@example.org"]]
    first, second = map(link_in, mails)
    assert first != second
    # Colleagues read the events: the record opens nothing.
    kept = Event.objects.get(verb="remind").mail
    assert ("A: anna@example.org, bruno@example.org" in kept, "(collegamento personale)" in kept) == (True, True)
    assert "ancora-valida" not in kept
    client = Client()
    opened = client.get(first)
    assert (page(opened), opened["X-Robots-Tag"]) == (["È ancora valida?"], "noindex, nofollow, noarchive")
    # Mail programs open links: looking changes nothing.
    one.practice.refresh_from_db()
    assert one.practice.confirmed_on == OLD
    answer = send(client, first)
    assert (answer.status_code, answer["Location"]) == (302, first)
    one.practice.refresh_from_db()
    assert one.practice.confirmed_on == timezone.localdate()
    said = Event.objects.get(verb="confirm_valid")
    assert (said.by and said.by.email, said.practice) == ("anna@example.org", one.practice)
    # Neither link says anything twice.
    for link in (first, second):
        assert page(client.get(link)) == ["Grazie: è confermata"]
        assert client.post(link).status_code == 200
    assert Event.objects.filter(verb="confirm_valid").count() == 1


def test_a_link_without_csrf_token_confirms_nothing() -> None:
    one = lapsed()
    link = link_in(run()[0])
    assert Client(enforce_csrf_checks=True).post(link).status_code == 403
    one.practice.refresh_from_db()
    assert one.practice.confirmed_on == OLD


def test_every_reason_why_a_link_does_not_hold_has_the_same_answer() -> None:
    one = lapsed()
    anna = User.objects.get(email="anna@example.org")
    link = link_in(run()[0])
    chief, practice = make.editor_user(chief=True), one.practice

    def answers() -> tuple[int, int]:
        client = Client()
        return client.get(link).status_code, client.post(link).status_code

    assert Client().get(link).status_code == 200
    gone = Client().get(reverse("desk:confirm_by_link", args=["x"]))
    assert (gone.status_code, page(gone)) == (404, ["Questo collegamento non vale più"])
    other = signing.dumps([practice.pk, str(OLD), anna.pk], salt="another")
    assert Client().post(reverse("desk:confirm_by_link", args=[other])).status_code == 404
    Affiliation.objects.filter(user=anna).update(status="ended", ended_at=make.NOW)
    assert answers() == (404, 404)
    Affiliation.objects.filter(user=anna).update(status="active", ended_at=None)
    User.objects.filter(pk=anna.pk).update(is_active=False)
    assert answers() == (404, 404)
    User.objects.filter(pk=anna.pk).update(is_active=True)
    practice_verbs.archive(practice, by=chief, at=make.later(9), notice="Conclusa.")
    assert answers() == (404, 404)
    practice_verbs.restore(practice, by=chief, at=make.later(10))
    practice_verbs.remove(practice, by=chief, at=make.later(11), reason="mistake", text="Errore.")
    assert answers() == (404, 404)
    practice_verbs.restore(practice, by=chief, at=make.later(12))
    assert Client().get(link).status_code == 200


def test_a_link_lasts_sixty_days(monkeypatch: pytest.MonkeyPatch) -> None:
    one = lapsed()
    anna = User.objects.get(email="anna@example.org")
    token = freshness.link_for(one.practice, anna).rstrip("/").rpartition("/")[2]
    assert freshness.asked(token) is not None
    monkeypatch.setattr(freshness, "LASTS", timedelta(seconds=-1))
    assert freshness.asked(token) is None


def notices(address: str) -> list[str]:
    tree = html.fromstring(Client().get(address).content.decode())
    return [
        " ".join(node.text_content().split())
        for node in tree.xpath("//header[@class='practice-head']/*[contains(@class, 'notice')]")
    ]


def test_the_page_says_when_nobody_has_confirmed_it_for_a_year_and_never_removes_it() -> None:
    one = lapsed()
    url = reverse("practices:practice", args=[one.practice.slug])
    [notice] = notices(url)
    assert notice.startswith("L'ente l'ha confermata l'ultima volta il ")
    assert Submission.objects.listed().filter(pk=one.pk).exists()
    anna = User.objects.get(email="anna@example.org")
    assert client_of(anna).post(reverse("desk:confirm_valid", args=[one.practice_id])).status_code == 302
    assert notices(url) == []


def test_an_imported_one_asks_to_be_claimed_and_nobody_is_reminded() -> None:
    of = make.organisation()
    make.officer_of(of)
    one = imported(of)
    [notice] = notices(reverse("practices:practice", args=[one.practice.slug]))
    assert "Lavori per l'ente? Prendila in carico dalla Scrivania" in notice
    assert run() == []


def test_a_practice_past_its_end_that_runs_is_asked_about_once() -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    kinds = {
        "over": {"ended_on": str(yesterday), "stage": "running"},
        "regular": {"ended_on": str(yesterday), "stage": "regular"},
        "today": {"ended_on": str(timezone.localdate()), "stage": "running"},
        "concluded": {"ended_on": str(yesterday), "stage": "concluded"},
        "endless": {"stage": "running"},
    }
    of = make.organisation()
    by = make.officer_of(of, email="anna@example.org")
    made = {name: make.submission(Status.PUBLISHED, of=of, by=by, title=name, **values) for name, values in kinds.items()}
    # Who is at the next version is not asked.
    revised = make.submission(Status.PUBLISHED, of=of, by=by, title="revised", **kinds["over"])
    Practice.objects.update(confirmed_on=timezone.localdate())
    officer.revise(revised.practice, by=by, at=timezone.now())
    assert [mail.subject for mail in run()] == ["È finita? «over»", "È finita? «regular»"]
    assert run() == []
    dashboard = client_of(by).get(reverse("desk:dashboard"))
    assert dashboard.context["past_end"] == {made["over"].pk, made["regular"].pk, revised.pk}
    assert dashboard.content.decode().count("ma risulta ancora") == 3
    # It does not keep the yearly question from being asked.
    Practice.objects.update(confirmed_on=OLD)
    assert {mail.subject for mail in run()} == {f"È ancora valida? «{name}»" for name in (*kinds, "revised")}

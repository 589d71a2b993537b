"""When alerts go, what stands in them, and that each practice is told once, whoever is killed and whoever runs at once."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from post_office.models import STATUS, Email

from networks.models import Municipality, OldSlug
from portal.merging import merge_municipalities
from portal.newsletter import subscribing
from portal.newsletter.models import Publication, Subscriber, Subscription
from practices.models.choices import RemovalReason, Status
from practices.moderation import practice as whole
from tests import make
from tests.test_races import at_once

READER = "lettrice@example.org"
ROME = timezone.get_default_timezone()
# A Monday, the second of its month.
MONDAY = datetime(2026, 3, 9, 8, 0, tzinfo=ROME)


def day(number: int, hour: int = 8, month: int = 3) -> datetime:
    return MONDAY.replace(month=month, day=number, hour=hour)


def subscribe(query: str = "", frequency: str = "immediately", email: str = READER, at: datetime = MONDAY) -> Subscriber:
    wish = subscribing.ask(email=email, language="it", kind="search", query=query, frequency=frequency, at=at)
    reader = subscribing.confirm(wish, at=at)
    assert reader is not None
    Email.objects.filter(subject__startswith="Conferma").delete()
    return reader


def send(at: datetime = MONDAY) -> None:
    call_command("send_alerts", at=at, stdout=StringIO())


def told(to: str = READER) -> list[list[str]]:
    """The titles in each alert."""
    bodies = (
        Email.objects.filter(to=to, headers__has_key="List-Unsubscribe").order_by("pk").values_list("message", flat=True)
    )
    return [[line[2:] for line in body.splitlines() if line.startswith("- ")] for body in bodies]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("frequency", "begun", "days"),
    [
        ("weekly", day(9), {10: 0, 15: 0, 16: 1}),
        # A timer that stood still on Monday, or one that runs before breakfast.
        ("weekly", day(15), {18: 1}),
        ("monthly", day(9), {16: 0, 31: 0}),
    ],
)
def test_a_digest_comes_when_its_week_or_month_is_over(frequency: str, begun: datetime, days: dict[int, int]) -> None:
    subscribe(frequency=frequency, at=begun)
    make.published(title="Prima")
    for number, mails in days.items():
        send(day(number))
        assert len(told()) == mails, number


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("frequency", "first", "later"),
    [("weekly", day(16), [(day(19), 0), (day(22), 0), (day(23), 1)]), ("monthly", day(1, month=4), [(day(3, month=4), 0)])],
)
def test_nothing_new_on_the_day_leaves_the_next_one_where_it_was(
    frequency: str, first: datetime, later: list[tuple[datetime, int]]
) -> None:
    subscribe(frequency=frequency)
    send(first)
    make.published(title="Prima")
    for at, mails in [*later, (day(1, month=5), 1)]:
        send(at)
        assert len(told()) == mails, at


@pytest.mark.django_db
def test_digests_come_in_the_morning() -> None:
    subscribe(frequency="weekly")
    subscribe(frequency="monthly", email="altra@example.org")
    make.published(title="Prima")
    send(day(16, hour=6))
    assert told() == []
    send(day(16, hour=7))
    assert told() == [["Prima"]]
    make.published(title="Seconda")
    send(day(17))
    assert (told(), told("altra@example.org")) == ([["Prima"]], [])
    send(day(1, hour=7, month=4))
    assert (told(), told("altra@example.org")) == ([["Prima"], ["Seconda"]], [["Seconda", "Prima"]])


@pytest.mark.django_db
def test_one_mail_with_every_search_and_each_practice_once() -> None:
    make.taxonomy()
    subscribe("ambito=casa")
    subscribe("territorio=emilia-romagna")
    make.published(title="Casa")
    make.published(title="Lavoro", main_theme="lavoro")
    send()
    assert told() == [["Casa", "Lavoro"]]
    body = Email.objects.get(headers__has_key="List-Unsubscribe")
    assert body.subject == "2 nuove pratiche"
    assert [line for line in body.message.splitlines() if line.startswith("La tua ricerca")] == [
        "La tua ricerca: Casa",
        "La tua ricerca: Emilia-Romagna",
    ]


@pytest.mark.django_db
def test_what_an_immediate_alert_said_is_not_said_again_by_a_weekly_one() -> None:
    make.taxonomy()
    subscribe("ambito=casa")
    subscribe("", "weekly")
    make.published(title="Casa")
    send()
    make.published(title="Lavoro", main_theme="lavoro")
    send()
    assert told() == [["Casa"]]
    send(day(16))
    assert told() == [["Casa"], ["Lavoro"]]


@pytest.mark.django_db
def test_a_new_version_is_no_news_and_neither_is_what_comes_back() -> None:
    old = make.published(title="Archiviata prima").practice
    chief = make.editor_user(chief=True)
    whole.archive(old, by=chief, at=make.later(9), notice="Chiusa.")
    subscribe()
    whole.restore(old, by=chief, at=make.later(10))
    make.submission(Status.SUPERSEDED, title="Con due versioni")
    send()
    send()
    assert told() == [["Con due versioni"]]
    assert Publication.objects.count() == 2


@pytest.mark.django_db
def test_what_is_archived_or_removed_before_the_mail_is_not_told() -> None:
    subscribe()
    archived, removed = make.published(title="Archiviata").practice, make.published(title="Rimossa").practice
    make.published(title="Resta")
    chief = make.editor_user(chief=True)
    whole.archive(archived, by=chief, at=make.later(9), notice="Chiusa.")
    whole.remove(removed, by=chief, at=make.later(9), reason=RemovalReason.PRIVACY, text="Un nome.")
    send()
    assert told() == [["Resta"]]


@pytest.mark.django_db
def test_who_subscribes_hears_of_nothing_that_was_there_before() -> None:
    make.published(title="C'era")
    reader = subscribe()
    send()
    # Asking again changes the frequency and nothing else.
    make.published(title="Nuova")
    subscribe(frequency="weekly")
    send()
    assert told() == []
    assert list(reader.subscriptions.values_list("frequency", "told_until")) == [("weekly", 1)]
    send(day(16))
    assert told() == [["Nuova"]]


@pytest.mark.django_db
def test_a_search_in_a_town_goes_on_after_its_renaming_and_its_merger() -> None:
    town, other = make.municipality(), make.municipality("Scandiano", "I496")
    subscribe("comune=reggio-emilia")
    OldSlug.objects.create(slug="reggio-emilia", municipality=town)
    Municipality.objects.filter(pk=town.pk).update(slug="reggio-lepida")
    make.published(title="Con un altro nome")
    send()
    town.refresh_from_db()
    merge_municipalities(town, other, by=make.editor_user(chief=True), at=make.later(60), on=make.NOW.date())
    make.published(title="Nell'altro", municipalities=["I496"])
    send()
    assert told() == [["Con un altro nome"], ["Nell'altro"]]


@pytest.mark.django_db
def test_a_mail_names_thirty_and_the_list_has_the_rest() -> None:
    subscribe("territorio=emilia-romagna")
    make.region()
    by = make.officer_of(make.organisation())
    for n in range(32):
        make.submission(Status.PUBLISHED, by=by, title=f"Pratica {n}")
    send()
    assert [len(titles) for titles in told()] == [30]
    body = Email.objects.get(headers__has_key="List-Unsubscribe").message
    assert f"Ce ne sono altre 2:\n{settings.SITE_URL}/pratiche/?territorio=emilia-romagna&ordine=recenti\n" in body


@pytest.mark.django_db
def test_the_cost_does_not_grow_with_those_who_ask_the_same_and_get_nothing(django_assert_max_num_queries: Any) -> None:
    make.taxonomy()
    for n in range(40):
        subscribe("ambito=lavoro", email=f"a{n}@example.org")
    make.published()
    with django_assert_max_num_queries(60):
        send()
    assert set(Subscription.objects.values_list("told_until", flat=True)) == {1}


@pytest.mark.django_db
def test_mails_that_were_sent_are_not_kept() -> None:
    subscribe()
    make.published()
    send(timezone.now())
    Email.objects.update(status=STATUS.sent)
    others = Email.objects.exclude(to=READER).count()
    send(timezone.now() + timedelta(days=29))
    assert len(told()) == 1
    send(timezone.now() + timedelta(days=31))
    assert (told(), Email.objects.count()) == ([], others)


# Killed, and at once ----------------------------------------------------------------------------------------------
def alerts() -> subprocess.Popen[bytes]:
    """`manage.py send_alerts`, as its timer starts it, on the tests' database."""
    found = connection.settings_dict
    address = "{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**found)
    url = f"sqlite:///{found['NAME']}" if connection.vendor == "sqlite" else f"postgres://{address}"
    kept = {
        name: value for name, value in os.environ.items() if name in {"PATH", "DATA_DIR"} or name.startswith("COVERAGE_")
    }
    manage = str(Path(settings.BASE_DIR) / "manage.py")
    environment = {**kept, "DEVELOPMENT": "1", "DATABASE_URL": url}
    return subprocess.Popen([sys.executable, manage, "send_alerts"], env=environment, stdout=subprocess.DEVNULL)


@pytest.mark.django_db(transaction=True)
def test_a_run_that_is_killed_tells_everybody_once() -> None:
    for n in range(150):
        subscribe(email=f"a{n}@example.org")
    make.published()
    mails = Email.objects.filter(headers__has_key="List-Unsubscribe")
    kills = 0
    while mails.count() < 150:
        running, before, deadline = alerts(), mails.count(), time.monotonic() + 60
        while running.poll() is None and (kills >= 3 or mails.count() < before + 15):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        if running.poll() is None:
            running.send_signal(signal.SIGKILL)
            running.wait()
            kills += 1
    assert kills
    assert Counter(to for [to] in mails.values_list("to", flat=True)) == {f"a{n}@example.org": 1 for n in range(150)}


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_tell_everything_once() -> None:
    for n in range(20):
        subscribe(email=f"a{n}@example.org")
    for n in range(3):
        make.published(title=f"Pratica {n}")
    at_once([send] * 4)
    titles = [title for n in range(20) for mail in told(f"a{n}@example.org") for title in mail]
    assert Counter(titles) == {f"Pratica {n}": 20 for n in range(3)}
    assert list(Publication.objects.order_by("pk").values_list("pk", flat=True)) == [1, 2, 3]

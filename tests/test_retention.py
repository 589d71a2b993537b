"""`manage.py apply_retention`: what has ended and was kept long enough goes, everything else stays."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from allauth.account.models import EmailAddress, EmailConfirmation
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.db.models import Model
from django.utils import timezone
from post_office.models import STATUS, Email, Log

from networks.models import Affiliation, Invitation, OrganisationProposal, User
from portal.lib import retention
from portal.personal.retention import RULES
from practices.models import Note, Practice, PreviewLink, Submission, Visit
from practices.models.choices import RemovalReason, Status
from practices.moderation import editor
from practices.moderation import practice as verbs
from practices.visits import look
from tests import make

pytestmark = pytest.mark.django_db
NOW = timezone.now()
DAYS = {rule.name: rule.days for rule in RULES}


def moment(rule: str, *, kept: bool) -> datetime:
    """A day inside the rule's period, or a day before it."""
    return NOW - timedelta(days=DAYS[rule] + (-1 if kept else 1))


def account(when: datetime, *, kept: bool) -> User:
    person = make.user(date_joined=when)
    EmailAddress.objects.create(user=person, email=person.email, verified=False)
    return person


def mail(when: datetime, *, kept: bool) -> Email:
    row = Email.objects.create(from_email="a@example.org", to=["b@example.org"], status=STATUS.sent)
    Email.objects.filter(pk=row.pk).update(last_updated=when)
    return row


def log(when: datetime, *, kept: bool) -> Log:
    email = Email.objects.create(from_email="a@example.org", to=["b@example.org"], status=STATUS.queued)
    row = Log.objects.create(email=email, status=STATUS.failed, message="550")
    Log.objects.filter(pk=row.pk).update(date=when)
    return row


def confirmation(when: datetime, *, kept: bool) -> EmailConfirmation:
    address = EmailAddress.objects.create(user=make.user(), email=f"c{kept}@example.org")
    row = EmailConfirmation.objects.create(email_address=address, key=f"{kept}")
    EmailConfirmation.objects.filter(pk=row.pk).update(created=when)
    return row


def session(when: datetime, *, kept: bool) -> Session:
    return Session.objects.create(session_key=f"{kept}", session_data="", expire_date=when)


def invitation(when: datetime, *, kept: bool) -> Invitation:
    return Invitation.objects.create(
        organisation=make.organisation(),
        email=f"{kept}@example.org",
        invited_by=make.user(),
        invited_at=when - timedelta(days=7),
        expires_at=when,
    )


def request(when: datetime, *, kept: bool) -> Affiliation:
    return Affiliation.objects.create(
        user=make.user(), organisation=make.organisation(), status="ended", requested_at=when, ended_at=when
    )


def proposal(when: datetime, *, kept: bool) -> OrganisationProposal:
    return OrganisationProposal.objects.create(
        proposed_by=make.user(),
        proposed_at=when,
        kind="municipality",
        name="Comune",
        province=make.municipality().province,
        answer="C'è già.",
        decided_by=make.user(),
        decided_at=when,
    )


def removed(when: datetime, *, kept: bool) -> Practice:
    live = make.published(title=f"Pratica {kept}")
    return verbs.remove(live.practice, by=make.editor_user(chief=True), at=when, reason=RemovalReason.PRIVACY, text="Nomi.")


def link(when: datetime, *, kept: bool) -> PreviewLink:
    return PreviewLink.objects.create(
        submission=make.submission(title=f"Bozza {kept}"),
        created_by=make.user(),
        created_at=when - timedelta(days=14),
        expires_at=when,
    )


def visit(when: datetime, *, kept: bool) -> Visit:
    case = make.submission(Status.UNDER_REVIEW, title=f"Caso {kept}")
    look(case, by=case.assignee or make.user(), at=when, shown={})
    return Visit.objects.get(submission=case)


def note(when: datetime, *, kept: bool) -> Note:
    live = make.submission(Status.PUBLISHED, title=f"Decisa {kept}", assignee=(someone := make.editor_user()))
    said = editor.note(live, by=someone, at=when, text="Sentito il Comune.")
    Submission.objects.filter(pk=live.pk).update(decided_at=when)
    return said


MAKE: dict[str, Callable[..., Model]] = {
    "sessions": session,
    "mails": mail,
    "mail_logs": log,
    "confirmations": confirmation,
    "unconfirmed_accounts": account,
    "invitations": invitation,
    "refused_requests": request,
    "declined_proposals": proposal,
    "removed_practices": removed,
    "preview_links": link,
    "visits": visit,
    "notes": note,
}


def run(**options: Any) -> dict[str, int]:
    """The rules that concerned something, with how many rows, as the command says it."""
    out = StringIO()
    call_command("apply_retention", stdout=out, at=NOW, **options)
    said = [line.split(maxsplit=1) for line in out.getvalue().splitlines()]
    assert [words for _number, words in said] == [f"{rule.what} ({rule.days} giorni)" for rule in RULES]
    return {rule.name: int(number) for rule, (number, _words) in zip(RULES, said, strict=True) if int(number)}


def test_every_rule_is_tried() -> None:
    assert list(MAKE) == [rule.name for rule in RULES]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_what_is_over_goes_and_what_is_not_stays(rule: retention.Rule) -> None:
    make_one = MAKE[rule.name]
    over = make_one(moment(rule.name, kept=False), kept=False)
    kept = make_one(moment(rule.name, kept=True), kept=True)
    assert run(dry_run=True) == {rule.name: 1}
    assert run() == {rule.name: 1}
    # A second time there is nothing to do.
    assert run() == {}
    rows = type(kept)._default_manager.filter(pk__in=[over.pk, kept.pk])
    if rule.name == "removed_practices":
        assert [row.erased_at is not None for row in rows.order_by("pk")] == [True, False]
    else:
        assert list(rows) == [kept]


def test_what_nobody_has_ended_stays_however_old() -> None:
    """Drafts, open cases with their notes, mails that wait, people who were in, affiliations that were active."""
    long_ago = NOW - timedelta(days=4000)
    draft = make.submission()
    Submission.objects.filter(pk=draft.pk).update(created_at=long_ago, saved_at=long_ago)
    case = make.submission(Status.UNDER_REVIEW, assignee=(someone := make.editor_user()), title="Riaperta")
    said = editor.note(case, by=someone, at=long_ago, text="In attesa.")
    waiting = mail(long_ago, kept=True)
    Email.objects.filter(pk=waiting.pk).update(status=STATUS.queued)
    confirmed = account(long_ago, kept=True)
    EmailAddress.objects.filter(user=confirmed).update(verified=True)
    was_in = account(long_ago, kept=True)
    User.objects.filter(pk=was_in.pk).update(last_login=long_ago)
    made_in_the_admin = make.user(date_joined=long_ago)
    acted = request(long_ago, kept=True)
    Affiliation.objects.filter(pk=acted.pk).update(active_from=long_ago)
    other = make.published(title="Rimossa per un altro motivo")
    chief = make.editor_user(chief=True)
    verbs.remove(other.practice, by=chief, at=long_ago, reason=RemovalReason.MISTAKE, text="Errore.")
    assert run() == {}
    for row in (draft, said, waiting, confirmed, was_in, made_in_the_admin, acted):
        assert type(row)._default_manager.filter(pk=row.pk).exists()
    assert Practice.objects.get(pk=other.practice_id).erased_at is None


def test_what_is_many_goes_in_several_transactions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    over = moment("mails", kept=False)
    for _number in range(5):
        mail(over, kept=False)
    assert run() == {"mails": 5}
    assert not Email.objects.exists()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL does it by itself")
def test_the_planner_is_told_of_the_rows_that_stay() -> None:
    """Once a day: SQLite does it when it is told to."""
    MAKE["visits"](moment("visits", kept=True), kept=True)
    run()
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tbl FROM sqlite_stat1")
        known = {table for (table,) in cursor.fetchall()}
    assert known >= {"practices_visit", "practices_submission", "networks_user"}

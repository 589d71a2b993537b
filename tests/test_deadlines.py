"""After sending: what happens next, and by when."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from practices import deadlines
from practices.models import Submission
from practices.models.choices import Status
from practices.moderation import Refusal, editor
from tests import make
from tests.samples import client_of

pytestmark = pytest.mark.django_db
# What the page says of the term, by its first words.
BY = "La redazione risponde entro il 1 aprile 2026."
LATE = "La risposta era attesa entro il 1 aprile 2026, 30 giorni dopo l'invio: è in ritardo."
SINCE = "Dal 2 marzo 2026 la redazione aspetta"
SILENT = "la redazione può mandare un sollecito e, dopo 30 giorni, chiudere la scheda."
AGAIN = "che risponde entro 30 giorni dal nuovo invio."
SAYINGS = {BY, LATE, SINCE, SILENT, AGAIN}


def said(submission: Submission) -> set[str]:
    assert submission.submitted_by is not None
    page = client_of(submission.submitted_by).get(reverse("desk:case", args=[submission.pk])).content.decode()
    text = " ".join(page.split())
    return {saying for saying in SAYINGS if saying in text}


@pytest.mark.parametrize(
    ("status", "sayings"),
    [
        (Status.SUBMITTED, {BY}),
        (Status.UNDER_REVIEW, {BY}),
        (Status.CHANGES_REQUESTED, {SINCE, SILENT, AGAIN}),
        (Status.TO_CONFIRM, {SINCE, SILENT}),
        (Status.PUBLISHED, set()),
        (Status.REJECTED, set()),
        (Status.WITHDRAWN, set()),
    ],
)
def test_the_case_page_says_what_happens_next_and_by_when(
    status: Status, sayings: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = make.submission(status)
    monkeypatch.setattr(timezone, "localdate", _on(date(2026, 4, 1)))
    assert said(one) == sayings
    monkeypatch.setattr(timezone, "localdate", _on(date(2026, 4, 2)))
    assert said(one) == {LATE if saying == BY else saying for saying in sayings}


def _on(today: date) -> Any:
    """The local date, with this one as today."""
    real = timezone.localdate
    return lambda value=None: today if value is None else real(value)


def test_the_term_runs_from_the_last_sending_and_can_be_set(settings: Any) -> None:
    one = make.submission(Status.SUBMITTED)
    # The day of the sending is the one in Rome, not the one in Greenwich.
    one.submitted_at = make.NOW.replace(hour=22, minute=30)
    assert deadlines.answer_by(one) == date(2026, 4, 1)
    one.submitted_at = make.NOW.replace(hour=23, minute=30)
    settings.REVIEW_DAYS = 10
    assert deadlines.answer_by(one) == date(2026, 3, 13)
    assert deadlines.answer_by(Submission()) is None


def test_after_a_reminder_the_page_says_from_when_the_case_may_be_closed() -> None:
    one = make.submission(Status.CHANGES_REQUESTED)
    assert one.assignee is not None
    Submission.objects.filter(pk=one.pk).update(reminded_at=make.NOW)
    one.refresh_from_db()
    assert deadlines.may_close_from(one) == date(2026, 4, 1)
    page = client_of(one.submitted_by).get(reverse("desk:case", args=[one.pk])).content.decode()
    assert "Sollecitata il 2 marzo 2026: dal 1 aprile 2026 la redazione può chiuderla." in page
    # The editors are held to it.
    with pytest.raises(Refusal, match="trenta giorni"):
        editor.close(one, by=one.assignee, at=make.NOW + deadlines.SILENCE - timedelta(seconds=1))
    assert editor.close(one, by=one.assignee, at=make.NOW + deadlines.SILENCE).status == Status.WITHDRAWN

"""What is due to be said again: who waits for whom, and for how long. `manage.py send_reminders` says it, every day.

Days are those of the calendar: what was asked on the 1st has waited fourteen days on the 15th, at whatever hour the command runs.
What was said already is read from the events since the waiting began, so that running it twice, or after a week of silence,
says it once.
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, TextChoices
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from networks.models import Editor
from portal.lib.dates import a_year_before
from portal.lib.working_days import end_of, working_days_before
from practices import freshness, notifications, reading_mails
from practices.deadlines import SILENCE
from practices.models import Event, Indicator, Submission
from practices.models.choices import Origin, Status
from practices.moderation import Verb, WrongStatus
from practices.moderation.guard import lock, record

WORKING_DAYS_UNTAKEN = 5
FIRST_AFTER, SECOND_AFTER = 14, 30
DRAFT_AFTER = 90


class Reminder(TextChoices):
    """What is said again; the words are those of the event."""

    OVERDUE = "overdue", _("Alla caporedazione: da cinque giorni lavorativi nessuno l'ha presa in carico.")
    FIRST = "first", _("Primo sollecito all'ente.")
    SECOND = "second", _("Secondo sollecito all'ente.")
    DRAFT = "draft", _("A chi ha iniziato la bozza: da novanta giorni nessuno la tocca.")
    TO_CONFIRM = "to_confirm", _("All'ente: è passato un anno dall'ultima conferma.")
    PAST_ITS_END = "past_its_end", _("All'ente: la data di fine è passata, e la pratica risulta in corso.")
    READINGS = "readings", _("All'ente: da un anno non ci sono nuove rilevazioni.")

    @property
    def verb(self) -> Verb:
        """As what it is recorded. Readings are apart: asking for them does not ask whether the practice still holds."""
        return Verb.REMIND_READINGS if self is Reminder.READINGS else Verb.REMIND


def untaken_since(at: datetime) -> datetime:
    """A case that has waited in the queue since before this moment is overdue."""
    return end_of(working_days_before(timezone.localdate(at), WORKING_DAYS_UNTAKEN))


def due(reminder: Reminder, at: datetime) -> QuerySet[Submission]:
    """What is to be reminded of in this way, now."""
    today = timezone.localdate(at)
    kept = Submission.objects.filter(practice__removed_at__isnull=True, practice__merged_into__isnull=True)
    unanswered = kept.filter(status__in=(Status.CHANGES_REQUESTED, Status.TO_CONFIRM))
    match reminder:
        case Reminder.OVERDUE:
            untaken = kept.filter(status=Status.SUBMITTED, waiting_since__lt=untaken_since(at))
            return untaken.exclude(_said_since("waiting_since"))
        case Reminder.FIRST:
            return unanswered.filter(waiting_since__lt=_days_ago(today, FIRST_AFTER), reminded_at__isnull=True)
        case Reminder.SECOND:
            # Never on the heels of a first one that came late.
            first = {"reminded_at__lt": _days_ago(today, SECOND_AFTER - FIRST_AFTER)}
            waiting = unanswered.filter(waiting_since__lt=_days_ago(today, SECOND_AFTER), **first)
            return waiting.exclude(_said_since("reminded_at"))
        case Reminder.DRAFT:
            # One that was sent and recalled is touched by that, too.
            drafts = kept.filter(status=Status.DRAFT).annotate(touched_at=Greatest("saved_at", "waiting_since"))
            return drafts.filter(touched_at__lt=_days_ago(today, DRAFT_AFTER)).exclude(_said_since("touched_at"))
        case Reminder.TO_CONFIRM:
            published = kept.filter(status=Status.PUBLISHED, origin=Origin.FORM, practice__archived_at__isnull=True)
            lapsed = published.filter(practice__confirmed_on__lt=a_year_before(today))
            said = Event.objects.filter(verb=Verb.REMIND, submission=OuterRef("pk"), text=str(reminder.label))
            return lapsed.exclude(Exists(said.filter(at__date__gt=OuterRef("practice__confirmed_on"))))
        case Reminder.PAST_ITS_END:
            over = kept.filter(freshness.past_its_end(today), status=Status.PUBLISHED, origin=Origin.FORM)
            # Who writes the next version is at it already.
            over = over.filter(practice__archived_at__isnull=True).exclude(practice__submissions__in=kept.open())
            said = Event.objects.filter(verb=Verb.REMIND, submission=OuterRef("pk"), text=str(reminder.label))
            return over.exclude(Exists(said))
        case Reminder.READINGS:
            published = kept.filter(status=Status.PUBLISHED, origin=Origin.FORM, practice__archived_at__isnull=True)
            silent = published.filter(practice__in=Indicator.objects.due(today).values("practice"))
            # Once a year: whatever of it fell silent meanwhile is in the next one.
            said = Event.objects.filter(verb=Verb.REMIND_READINGS, practice=OuterRef("practice"))
            return silent.exclude(Exists(said.filter(at__date__gte=a_year_before(today))))


def _days_ago(today: date, days: int) -> datetime:
    """What happened before this moment happened at least that many days ago."""
    return end_of(today - timedelta(days=days))


def _said_since(moment: str) -> Exists:
    """Whether a reminder was recorded after the moment that this column holds."""
    said = Event.objects.filter(verb=Verb.REMIND, submission=OuterRef("pk"), at__gt=OuterRef(moment))
    return Exists(said)


@transaction.atomic
def remind(submission: Submission, reminder: Reminder, *, at: datetime) -> bool:
    """Say it and record it, if it is still due once the row is held: somebody may have acted, or said it, meanwhile."""
    try:
        submission = lock(submission)
    except WrongStatus:
        return False
    if not due(reminder, at).filter(pk=submission.pk).exists():
        return False
    if reminder is Reminder.FIRST:
        submission.reminded_at = at
        submission.save(update_fields=["reminded_at"])
    mail = _tell(submission, reminder, at)
    record(submission, reminder.verb, by=None, at=at, from_status=submission.status, text=str(reminder.label), mail=mail)
    return True


def _tell(submission: Submission, reminder: Reminder, at: datetime) -> str:
    """Queue the mail; what was written to whom."""
    match reminder:
        case Reminder.OVERDUE:
            examining = Editor.objects.may_examine(submission.organisation)
            return notifications.overdue(submission, examining.filter(pk__in=Editor.objects.chiefs()))
        case Reminder.FIRST:
            return notifications.answer_awaited(submission, closes_on=None)
        case Reminder.SECOND:
            closes_at = submission.reminded_at and submission.reminded_at + SILENCE
            return notifications.answer_awaited(submission, closes_on=closes_at and timezone.localdate(closes_at))
        case Reminder.DRAFT:
            return notifications.draft_waits(submission)
        case Reminder.TO_CONFIRM:
            return notifications.to_be_confirmed(submission)
        case Reminder.PAST_ITS_END:
            return notifications.past_its_end(submission)
        case Reminder.READINGS:
            silent = Indicator.objects.due(timezone.localdate(at)).filter(practice=submission.practice_id)
            return reading_mails.readings_due(submission, silent.order_by("pk"))

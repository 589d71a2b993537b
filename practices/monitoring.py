"""What becomes of indicators after publication: values are declared, corrected, verified, contested; an indicator is closed.

One function a verb, as in `practices.moderation`, which says who may. Nothing that was declared is ever deleted: a correction
supersedes, and both are kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from networks.models import User
from portal.lib.content_version import raise_version
from portal.lib.numbers import number
from practices import evidence, reading_mails
from practices.models import Indicator, Practice, Reading, Submission
from practices.models.choices import Origin
from practices.models.indicator import EARLIEST
from practices.moderation.errors import Refusal, WrongStatus
from practices.moderation.guard import check_practice, lock_practice, record
from practices.moderation.table import Verb


@dataclass(frozen=True)
class Said:
    """What is declared of an indicator: the value, in its unit, of a period as people state it, and the day that it refers to."""

    period: str
    on: date
    value: Decimal
    # Of `Reading.Approximation`; empty for an exact value.
    approximation: str = ""
    source: str = ""

    @property
    def columns(self) -> dict[str, object]:
        """As a reading stores it."""
        return {**self.__dict__, "is_approximate": bool(self.approximation)}

    def differs_from(self, reading: Reading) -> bool:
        """Whether that one says anything else."""
        return any(getattr(reading, name) != value for name, value in self.columns.items())


def taken(indicator: Indicator, said: Said) -> str:
    """Why a value is refused where another one was declared already."""
    told = {"indicator": indicator, "period": said.period}
    return _("Di «%(indicator)s» c'è già un valore per «%(period)s»: correggi quello.") % told


@transaction.atomic
def declare(practice: Practice, *, by: User, at: datetime, said: Sequence[tuple[Indicator, Said]]) -> list[Reading]:
    """Values of a practice's open indicators, shown at once as declared; all of them or none.

    What was declared already, word for word, is left as it is: a double click declares once. Returns what is new.
    """
    practice, published = _held(practice, Verb.DECLARE_READING, by)
    added = []
    for one, words in said:
        indicator = _of(practice, one.pk)
        if indicator.closed_on:
            raise WrongStatus(_("L'indicatore «%s» è chiuso.") % indicator)
        _check_day(words.on, at)
        same = indicator.readings.current().filter(period=words.period, on=words.on).first()
        if same is None:
            columns = words.columns
            added.append(Reading.objects.create(indicator=indicator, declared_by=by, declared_at=at, **columns))
        elif words.differs_from(same):
            raise Refusal(taken(indicator, words))
    if added:
        told_in_words = "\n".join(_in_words(reading) for reading in added)
        record(published, Verb.DECLARE_READING, by=by, at=at, from_status=published.status, text=told_in_words)
        _changed(practice)
    return added


@transaction.atomic
def correct(reading: Reading, *, by: User, at: datetime, said: Said) -> Reading:
    """A value in the place of another one, which stays readable as what was said before; of closed indicators too."""
    practice, published = _held(reading.indicator.practice, Verb.CORRECT_READING, by)
    old = _current(practice, reading)
    _check_day(said.on, at)
    if not said.differs_from(old):
        raise Refusal(_("La correzione non cambia nulla."))
    others = old.indicator.readings.current().exclude(pk=old.pk)
    if others.filter(period=said.period, on=said.on).exists():
        raise Refusal(_("C'è già un altro valore per «%s».") % said.period)
    new = Reading.objects.create(indicator=old.indicator, declared_by=by, declared_at=at, **said.columns)
    old.superseded_by = new
    old.save(update_fields=["superseded_by"])
    text = f"{_in_words(old)} → {_in_words(new)}"
    record(published, Verb.CORRECT_READING, by=by, at=at, from_status=published.status, text=text)
    _changed(practice)
    return new


@transaction.atomic
def verify(reading: Reading, *, by: User, at: datetime, note: str = "") -> Reading:
    """An editor has seen where the value comes from; what was objected before is settled. The note stays in the record."""
    practice, published = _held(reading.indicator.practice, Verb.VERIFY_READING, by)
    reading = _current(practice, reading)
    if reading.verified_at:
        raise WrongStatus(_("La rilevazione è già verificata."))
    reading.verified_by, reading.verified_at = by, at
    reading.contested_by, reading.contested_at, reading.contested_note = None, None, ""
    reading.save()
    text = "\n".join(filter(None, [_in_words(reading), note]))
    record(published, Verb.VERIFY_READING, by=by, at=at, from_status=published.status, text=text)
    _changed(practice)
    return reading


@transaction.atomic
def contest(reading: Reading, *, by: User, at: datetime, note: str) -> Reading:
    """An editor doubts the value: the page says so, and the organisation reads why."""
    if not note.strip():
        raise Refusal(_("Scrivi che cosa non torna."))
    practice, published = _held(reading.indicator.practice, Verb.CONTEST_READING, by)
    reading = _current(practice, reading)
    if reading.contested_at:
        raise WrongStatus(_("La rilevazione è già contestata."))
    reading.verified_by, reading.verified_at = None, None
    reading.contested_by, reading.contested_at, reading.contested_note = by, at, note
    reading.save()
    sent = reading_mails.reading_contested(published, reading)
    text = f"{_in_words(reading)}\n{note}"
    record(published, Verb.CONTEST_READING, by=by, at=at, from_status=published.status, text=text, mail=sent)
    _changed(practice)
    return reading


@transaction.atomic
def close(indicator: Indicator, *, by: User, at: datetime) -> Indicator:
    """It is not measured any more; what was read of it stays."""
    practice, published = _held(indicator.practice, Verb.CLOSE_INDICATOR, by)
    indicator = _of(practice, indicator.pk)
    if indicator.closed_on:
        raise WrongStatus(_("L'indicatore «%s» è chiuso.") % indicator)
    indicator.closed_on = timezone.localdate(at)
    indicator.save(update_fields=["closed_on"])
    record(published, Verb.CLOSE_INDICATOR, by=by, at=at, from_status=published.status, text=indicator.name)
    _changed(practice)
    return indicator


def _held(practice: Practice, verb: Verb, by: User) -> tuple[Practice, Submission]:
    """The practice, held, with what is live of it; a refusal where this person may not, or it has no page of its own text."""
    practice = lock_practice(practice)
    check_practice(practice, verb, by)
    published = practice.published
    if published is None:
        raise WrongStatus(_("La pratica non è pubblicata."))
    if published.origin == Origin.IMPORTED and verb not in (Verb.VERIFY_READING, Verb.CONTEST_READING):
        raise WrongStatus(_("Questa pratica viene da un'altra fonte: prendila in carico."))
    return practice, published


def _of(practice: Practice, indicator: int) -> Indicator:
    found = Indicator.objects.public().filter(practice=practice, pk=indicator).first()
    if found is None:
        raise WrongStatus(_("L'indicatore non è pubblicato."))
    return found


def _current(practice: Practice, reading: Reading) -> Reading:
    """The reading as it is now; one that was corrected is history."""
    public = Indicator.objects.public().filter(practice=practice)
    found = Reading.objects.filter(indicator__in=public, pk=reading.pk).select_related("indicator").first()
    if found is None:
        raise WrongStatus(_("L'indicatore non è pubblicato."))
    if found.superseded_by_id:
        raise WrongStatus(_("La rilevazione è già stata corretta: guarda quella nuova."))
    return found


def _check_day(on: date, at: datetime) -> None:
    if not EARLIEST <= on <= timezone.localdate(at):
        raise Refusal(_("La data di riferimento va dal 1950 a oggi."))


def _in_words(reading: Reading) -> str:
    """For the record: what, when, how much."""
    about = f"{reading.get_approximation_display()} " if reading.approximation else ""
    return f"{reading.indicator}, {reading.period}: {about}{number(reading.value)} {reading.indicator.unit}"


def _changed(practice: Practice) -> None:
    """What depends on the readings; the content version last."""
    evidence.rewrite(Practice.objects.filter(pk=practice.pk))
    raise_version()

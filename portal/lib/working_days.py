"""Working days in Italy, from Monday to Friday, and when a calendar day begins and ends.

The public holidays are those of law 260 of 27 May 1949 as it stands: changed by law 54/1977, decree 792/1985 (Epiphany),
law 336/2000 (2 June) and law 151/2025 (4 October, from 2026). The feasts of local patron saints are not known here.
"""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

_ONE_DAY = timedelta(days=1)
_FIXED = {(1, 1), (1, 6), (4, 25), (5, 1), (6, 2), (8, 15), (11, 1), (12, 8), (12, 25), (12, 26)}
_SAINT_FRANCIS = (10, 4)


def easter(year: int) -> date:
    """Easter Sunday in the Gregorian calendar, by the anonymous algorithm that Meeus gives."""
    golden, (century, rest) = year % 19, divmod(year, 100)
    leaps, skipped = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leaps - correction + 15) % 30
    weekday = (32 + 2 * skipped + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def is_working_day(day: date) -> bool:
    """Neither a Saturday nor a Sunday nor a public holiday."""
    known = (day.month, day.day)
    holiday = known in _FIXED or (known == _SAINT_FRANCIS and day.year >= 2026) or day == easter(day.year) + _ONE_DAY
    return day.weekday() < 5 and not holiday


def working_days_before(day: date, number: int) -> date:
    """The latest day after which, up to and including this one, that many working days have passed."""
    while number:
        number -= is_working_day(day)
        day -= _ONE_DAY
    return day


def end_of(day: date) -> datetime:
    """The first moment after a calendar day, in the portal's time zone."""
    return timezone.make_aware(datetime.combine(day + _ONE_DAY, time.min))

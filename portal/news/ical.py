"""An event as an iCalendar file (RFC 5545), for the reader's own calendar."""

from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from icalendar import Calendar, Event

from portal.lib.templatetags.portal import wording
from portal.news.models import News


def calendar_of(event: News) -> bytes:
    """A calendar with this one event: whole days, or hours in Rome with the rules of its summer time."""
    calendar = Calendar()
    calendar.add("prodid", "-//Buone pratiche di integrazione//Notizie//IT")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    entry = Event()
    # Calendars know by it that an event they have was changed: it stays whatever is edited.
    entry.add("uid", f"notizia-{event.pk}@{urlsplit(settings.SITE_URL).hostname}")
    entry.add("dtstamp", event.changed_at)
    entry.add("last-modified", event.changed_at)
    entry.add("summary", wording(event, "title"))
    entry.add("description", wording(event, "summary"))
    entry.add("url", f"{settings.SITE_URL}{event.get_absolute_url()}")
    if event.place:
        entry.add("location", event.place)
    starts, ends = period(event)
    entry.add("dtstart", starts)
    if ends:
        entry.add("dtend", ends)
    calendar.add_component(entry)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def period(event: News) -> tuple[date | datetime, date | datetime | None]:
    """Beginning and end: moments in Rome where the hour is known, else days, the end being the day after the last."""
    if event.starts_on is None:
        raise ValueError(f"{event.pk} is no event")
    last = event.ends_on or event.starts_on
    if event.start_time is None:
        return event.starts_on, last + timedelta(days=1)
    zone = timezone.get_default_timezone()
    starts = datetime.combine(event.starts_on, event.start_time, zone)
    return starts, datetime.combine(last, event.end_time, zone) if event.end_time else None

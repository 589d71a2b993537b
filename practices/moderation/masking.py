"""After a correction that took personal data off the page: the earlier texts leave the history too, for good."""

from datetime import datetime
from itertools import chain
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from post_office.models import Email

from networks.models import User
from portal.lib.wording import replace_words
from practices import notifications
from practices.content import Content
from practices.masking_mails import prepare_masked
from practices.models import Event, Note, Practice, Remark, Submission, Visit
from practices.moderation.erasing import LEAST_WORDS, strings
from practices.moderation.errors import Refusal
from practices.moderation.guard import check_practice, lock_practice, record
from practices.moderation.practice import published_of
from practices.moderation.table import Verb
from practices.notifications import Message
from practices.publication import leave_address, refresh
from practices.record import FIELDS, Type
from practices.search.index import unlearn

# What stands in the place of a text; of a list nothing stays.
MASKED = "[testo oscurato]"
# What people write freely and a column of the submission holds. The code of a project is checked, and says nothing of people.
WRITTEN = [
    field.name
    for field in FIELDS.values()
    if (field.type in (Type.LINE, Type.PARAGRAPHS, Type.EMAIL, Type.URL) and field.name != "cup")
    or field.name in ("milestones", "partners", "links")
]


def maskable(practice: Practice) -> list[str]:
    """The fields of which the history has a text that differs from the live one, in the record's order."""
    live, others = published_of(practice), _earlier_submissions(practice)
    told = [content for event in _with_contents(practice) for content in (event.before, event.after) if content]
    return [
        name
        for name in WRITTEN
        if any(_differs(content.get(name), getattr(live, name)) for content in told)
        or any(_differs(getattr(other, name), getattr(live, name)) for other in others)
    ]


@transaction.atomic
def mask(practice: Practice, *, field: str, by: User, at: datetime, text: str, mail: Message | None = None) -> Practice:
    """Of this field every text but the live one goes from events, earlier versions, remarks, notes and mails. Not undone.

    What is in the works stays as it is, what its own history would bring back too: it is not public, and its people are told
    by the correction. Once it is decided, what it has of the field can be masked as well.
    """
    if not text.strip():
        raise Refusal(_("Scrivi il motivo, per il registro."))
    practice = lock_practice(practice)
    check_practice(practice, Verb.MASK, by)
    if field not in WRITTEN:
        raise ValueError(f"not a text: {field}")
    published = published_of(practice)
    gone = [*_mask_events(practice, field, published), *_mask_submissions(practice, field, published)]
    if not gone:
        raise Refusal(_("La storia non ha un testo diverso da quello pubblicato."))
    words = {word for word in chain.from_iterable(map(strings, gone)) if len(word.split()) >= LEAST_WORDS}
    events = practice.events.all()
    if field == "title":
        # Other practices' histories say it too, and the address was made of it.
        events = Event.objects.all()
        words |= _leave_address(practice, published)
    for rows, columns in (
        (events, ("text", "mail")),
        (Remark.objects.filter(submission__practice=practice), ("text", "answer")),
        (Note.objects.filter(submission__practice=practice), ("text",)),
        (Email.objects.all(), ("subject", "message", "html_message")),
    ):
        replace_words(rows, columns, words, MASKED)
    Visit.objects.filter(submission__practice=practice).delete()
    sent = notifications.told([practice.organisation], mail or prepare_masked(published, field, text))
    said = f"{FIELDS[field].label}: {text}"
    record(published, Verb.MASK, by=by, at=at, from_status=published.status, text=said, mail=sent)
    refresh(practice)
    unlearn(chain.from_iterable(map(strings, gone)))
    return practice


def _leave_address(practice: Practice, published: Submission) -> set[str]:
    """The old address, where it is another one now and nothing else is called so."""
    old = practice.slug or ""
    leave_address(practice, published)
    return {old} if practice.slug != old and len(old.split("-")) >= LEAST_WORDS else set()


def _with_contents(practice: Practice) -> Any:
    told = practice.events.exclude(before__isnull=True, after__isnull=True)
    return told.exclude(submission__in=practice.submissions.open()).only("pk", "before", "after").iterator()


def _earlier_submissions(practice: Practice) -> list[Submission]:
    closed = practice.submissions.exclude(pk=published_of(practice).pk)
    return list(closed.exclude(pk__in=practice.submissions.open()))


def _differs(value: Any, live: Any) -> bool:
    return bool(value) and value not in (MASKED, live)


def _masked(value: Any) -> Any:
    return MASKED if isinstance(value, str) else []


def _mask_events(practice: Practice, field: str, published: Submission) -> list[Any]:
    live, gone = getattr(published, field), []
    for event in _with_contents(practice):
        changed: dict[str, Content] = {}
        for side in ("before", "after"):
            kept: Content | None = getattr(event, side)
            if kept and _differs(kept.get(field), live):
                gone.append(kept[field])
                changed[side] = {**kept, field: _masked(kept[field])}
        if changed:
            # Events are written once; this is the one exception, and it is an event itself.
            Event.objects.filter(pk=event.pk).update(**changed)
    return gone


def _mask_submissions(practice: Practice, field: str, published: Submission) -> list[Any]:
    live, gone = getattr(published, field), []
    for other in _earlier_submissions(practice):
        value = getattr(other, field)
        if _differs(value, live):
            gone.append(value)
            Submission.objects.filter(pk=other.pk).update(**{field: _masked(value)})
    return gone

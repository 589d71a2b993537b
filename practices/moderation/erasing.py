"""What a practice said is erased for good: the second step of a removal for the protection of personal data.

The removal masks everything at once and can be undone, but for what was said elsewhere; the erasure comes days later, from
`manage.py apply_retention`, and cannot. What stays is the bare record that something was here, who decided and when.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from typing import Any

from django.contrib.admin.models import LogEntry
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models import Q
from post_office.models import Email
from taggit.models import Tag

from portal.lib.wording import replace_words
from practices import pictures
from practices.models import (
    Adaptation,
    AdaptationProposal,
    Attachment,
    Event,
    Indicator,
    Note,
    Practice,
    PreviewLink,
    Reading,
    Remark,
    Submission,
    Visit,
)
from practices.models.choices import RemovalReason
from practices.moderation.guard import lock_practice, move, record
from practices.moderation.table import Verb
from practices.publication import refresh
from practices.record import FIELDS
from practices.related import rows_of_many
from practices.search.index import RELATED, texts_of, unlearn

# A published text from elsewhere has a source; RFC 2606 keeps this one from ever leading anywhere.
NO_SOURCE = "https://cancellata.invalid/"
# What is kept is in Italian, whatever language the page had.
GONE = "Testo cancellato."
# A title of fewer words may well be said of something else.
LEAST_WORDS = 2


@transaction.atomic
def erase(practice: Practice, *, at: datetime) -> Practice:
    """Every text, file, reading and mail of a practice that was removed to protect personal data. Done twice, it is done once.

    What other organisations wrote of theirs stays; where it calls this practice by its title, its code stands there instead.
    What was in the works ends as if it was withdrawn.
    """
    practice = lock_practice(practice)
    if practice.removed_reason != RemovalReason.PRIVACY:
        raise ValueError(f"{practice} was not removed to protect personal data")
    if practice.erased_at:
        return practice
    submissions = practice.submissions.all()
    forget_elsewhere(practice)
    learned = list(_texts_ever_public(practice))
    _erase_files(practice)
    for submission in submissions:
        _erase_tags(submission)
    readings = Reading.objects.filter(indicator__practice=practice)
    readings.update(superseded_by=None)
    readings.delete()
    Indicator.objects.filter(practice=practice).delete()
    for model in (Remark, Note, Visit, PreviewLink, Adaptation):
        model._default_manager.filter(submission__practice=practice).delete()
    _erase_words_of_others(practice)
    submissions.update(**_empty())
    submissions.exclude(source_url="").update(source_url=NO_SOURCE)
    said = practice.events.exclude(verb=Verb.REMOVE)
    said.update(text="")
    practice.events.update(mail="", before=None, after=None)
    if open_one := practice.open:
        # Nobody has anything left to decide on, and an event without texts has none to bring back.
        was = open_one.status
        move(open_one, Verb.WITHDRAW, at)
        open_one.save()
        record(open_one, Verb.WITHDRAW, by=None, at=at, from_status=was)
    # The address was made of the title.
    practice.slug = practice.code.lower()
    if practice.archived_at:
        practice.archived_notice = GONE
    practice.erased_at = at
    practice.save()
    refresh(practice)
    unlearn(learned)
    return practice


def forget_elsewhere(practice: Practice) -> None:
    """What is said of it outside its own history, as soon as it is removed, and for good: mails and other practices' events.

    Its own events keep the text of each mail; where others call it by its title, its code stands there from now on.
    """
    said_elsewhere = Event.objects.filter(verb=Verb.DISPUTE_ADAPTATION, text__startswith=f"{practice.code}. ")
    disputes = said_elsewhere.exclude(practice=practice)
    for events in (practice.events.all(), disputes):
        for kept in events.exclude(mail="").values_list("mail", flat=True).iterator():
            _addresses, _line, written = kept.partition("\n")
            _subject, _blank, body = written.partition("\n\n")
            Email.objects.filter(message=body).delete()
    disputes.update(text=f"{practice.code}. {GONE}", mail="")
    titles = {title for title in practice.submissions.values_list("title", flat=True) if len(title.split()) >= LEAST_WORDS}
    words = [*titles, *([practice.slug] if practice.slug else [])]
    for rows, fields in (
        (Event.objects.exclude(practice=practice), ("text", "mail")),
        (Email.objects.all(), ("subject", "message", "html_message")),
        (LogEntry.objects.all(), ("object_repr", "change_message")),
    ):
        replace_words(rows, fields, words, practice.code)


def _texts_ever_public(practice: Practice) -> Iterator[str]:
    once_public = list(practice.submissions.exclude(published_at=None).select_related("organisation", "main_theme"))
    rows = rows_of_many(once_public, RELATED)
    for submission in once_public:
        yield from chain.from_iterable(texts_of(submission, rows[submission.pk]).values())
    for both in practice.events.values_list("before", "after").iterator():
        yield from strings(both)


def strings(value: Any) -> Iterator[str]:
    """Every text in what is kept as JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from chain.from_iterable(map(strings, value.values()))
    elif isinstance(value, list | tuple):
        yield from chain.from_iterable(map(strings, value))


def _empty() -> dict[str, object]:
    """Every column of a submission in which people write, as it is when nobody has written anything."""
    names = {"source_note", "other_source_urls", *FIELDS}
    columns = [field for field in Submission._meta.local_fields if field.name in names and not field.choices]
    written = (models.CharField, models.TextField, models.JSONField)
    return {field.name: field.get_default() for field in columns if isinstance(field, written)}


def _erase_files(practice: Practice) -> None:
    """The rows now, the stored files once that is certain; a file that another practice names too stays."""
    ours = Attachment.objects.filter(submission__practice=practice)
    paths = set(ours.values_list("file", flat=True))
    ours.delete()
    gone = paths - set(Attachment.objects.filter(file__in=paths).values_list("file", flat=True))
    transaction.on_commit(lambda: _delete_files(gone))


def _delete_files(paths: set[str]) -> None:
    for path in sorted(paths):
        for each in (path, *(pictures.path_of_copy(path, width) for width in pictures.WIDTHS)):
            default_storage.delete(each)


def _erase_tags(submission: Submission) -> None:
    tags = list(submission.tags.values_list("pk", flat=True))
    submission.tags.clear()
    Tag.objects.filter(pk__in=tags, taggit_taggeditem_items=None).delete()


def _erase_words_of_others(practice: Practice) -> None:
    """What was said of who adapted it, in its organisation's words."""
    Adaptation.objects.filter(origin=practice).exclude(disputed_text="").update(disputed_text=GONE)
    AdaptationProposal.objects.filter(Q(origin=practice) | Q(practice=practice)).update(text="")

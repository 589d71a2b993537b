"""Two practices that are one: the duplicate leads to the other. Undone as it was done."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from networks.models import User
from practices import merging_mails, notifications
from practices.models import Practice
from practices.models.choices import Status
from practices.moderation.errors import Refusal, WrongStatus
from practices.moderation.guard import check_practice, lock_practices, record
from practices.moderation.practice import published_of
from practices.moderation.table import Verb
from practices.notifications import Message
from practices.publication import refresh


def check_mergeable(duplicate: Practice, into: Practice) -> None:
    """Raise unless the two can be merged as they stand. There are no chains, so that every merger can be undone by itself."""
    if duplicate == into:
        raise Refusal(_("Una pratica non si unisce a sé stessa."))
    if inside := duplicate.merged_from.order_by("pk").first():
        raise WrongStatus(_("A questa pratica è stata unita %s: separala prima.") % inside)
    published_of(into)
    published_of(duplicate)
    open_one = duplicate.open
    if open_one and open_one.status != Status.DRAFT:
        raise WrongStatus(_("Del duplicato c'è una scheda in esame: decidila prima."))


@transaction.atomic
def merge(
    duplicate: Practice, *, into: Practice, by: User, at: datetime, text: str, mail: Message | None = None
) -> Practice:
    """The duplicate leaves lists and data; its page and its identifier lead to the other, which takes over who adapted it."""
    if not text.strip():
        raise Refusal(_("Scrivi il motivo, per il registro."))
    duplicate, into = lock_practices(duplicate, into)
    for practice in (duplicate, into):
        check_practice(practice, Verb.MERGE, by)
    check_mergeable(duplicate, into)
    duplicate.merged_into, duplicate.merged_at, duplicate.merged_by = into, at, by
    duplicate.save()
    sent = notifications.told(
        (duplicate.organisation, into.organisation), mail or merging_mails.prepare_merged(duplicate, into, text)
    )
    of_duplicate = _("Unita a %(other)s. %(text)s") % {"other": into, "text": text}
    of_other = _("Le è stata unita %(other)s. %(text)s") % {"other": duplicate, "text": text}
    record(published_of(duplicate), Verb.MERGE, by=by, at=at, text=of_duplicate, mail=sent)
    record(published_of(into), Verb.MERGE, by=by, at=at, text=of_other, mail=sent)
    refresh(duplicate, into)
    return duplicate


@transaction.atomic
def unmerge(duplicate: Practice, *, by: User, at: datetime, text: str = "", mail: Message | None = None) -> Practice:
    """Two practices again, each with what it had."""
    into = Practice.objects.filter(merged_from=duplicate).first()
    if into is None:
        raise WrongStatus(_("La pratica non è unita a un'altra."))
    duplicate, into = lock_practices(duplicate, into)
    check_practice(duplicate, Verb.UNMERGE, by)
    if duplicate.merged_into != into:
        # Somebody else was faster.
        raise WrongStatus(_("La pratica non è unita a un'altra."))
    duplicate.merged_into, duplicate.merged_at, duplicate.merged_by = None, None, None
    duplicate.save()
    sent = notifications.told(
        (duplicate.organisation, into.organisation), mail or merging_mails.prepare_unmerged(duplicate, into)
    )
    of_duplicate = _("Separata da %(other)s. %(text)s") % {"other": into, "text": text}
    of_other = _("Ne è stata separata %(other)s. %(text)s") % {"other": duplicate, "text": text}
    record(published_of(duplicate), Verb.UNMERGE, by=by, at=at, text=of_duplicate.strip(), mail=sent)
    record(published_of(into), Verb.UNMERGE, by=by, at=at, text=of_other.strip(), mail=sent)
    refresh(duplicate, into)
    return duplicate

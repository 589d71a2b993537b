"""The content version: raised in the same transaction as anything public changes.

The models that are public as a whole are registered here, and these are the only signal receivers of the project. What is
public only in some states (practices and their submissions) raises the version in `practices.moderation` instead, and
bulk writes, which send no signals, call `raise_version` themselves.
"""

from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar

from django.db import connection
from django.db.models import F, Model
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.utils import timezone

from portal.lib.models import ContentVersion

M = TypeVar("M", bound=type[Model])
# In SQL, since every public page asks it: what the ORM does around it takes several times as long as the query.
_LATEST = "SELECT number, changed_at FROM lib_contentversion WHERE id = 1"


class Version(NamedTuple):
    """How many changes there were, and when the last one was; nothing where that is not known."""

    number: int
    changed_at: datetime | None


def latest_version() -> Version:
    """The version of the public content; 0 before anything was ever public. One query."""
    with connection.cursor() as cursor:  # nosemgrep: sql-by-hand  # each page asks it: the ORM costs as much again
        cursor.execute(_LATEST)
        number, changed_at = cursor.fetchone() or (0, None)
    # SQLite keeps a moment in UTC, and does not say so.
    if changed_at and timezone.is_naive(changed_at):
        changed_at = changed_at.replace(tzinfo=UTC)
    return Version(number, changed_at)


def current_version() -> int:
    """Its number alone. One query."""
    return latest_version().number


def raise_version(*, is_content: bool = True) -> None:
    """Count one more change. Call it last in a transaction: the row stays locked until the end.

    What changes a page and is no content, as counts of readers are, does not make the portal look updated.
    """
    changes: dict[str, Any] = {"number": F("number") + 1, **({"changed_at": timezone.now()} if is_content else {})}
    if not ContentVersion.objects.filter(pk=1).update(**changes):
        # Two first changes at once: the loser of the insert waits, finds the row and counts on.
        ContentVersion.objects.get_or_create(pk=1)
        ContentVersion.objects.filter(pk=1).update(**changes)


def _changed(sender: type[Model], **kwargs: Any) -> None:
    raise_version()


def _related_changed(sender: type[Model], action: str, **kwargs: Any) -> None:
    if action.startswith("post_"):
        raise_version()


def always_public(model: M) -> M:
    """Class decorator: every row of this model is public, so that each of its changes raises the version."""
    uid = f"content-version-{model._meta.label}"
    post_save.connect(_changed, sender=model, dispatch_uid=uid)
    post_delete.connect(_changed, sender=model, dispatch_uid=uid)
    for field in model._meta.local_many_to_many:
        m2m_changed.connect(_related_changed, sender=field.remote_field.through, dispatch_uid=f"{uid}-{field.name}")
    return model

"""The content version: raised in the same transaction as anything public changes.

The models that are public as a whole are registered here, and these are the only signal receivers of the project. What is
public only in some states (practices and their submissions) raises the version in `practices.moderation` instead, and
bulk writes, which send no signals, call `raise_version` themselves.
"""

from typing import Any, TypeVar

from django.db.models import F, Model
from django.db.models.signals import m2m_changed, post_delete, post_save

from portal.lib.models import ContentVersion

M = TypeVar("M", bound=type[Model])


def current_version() -> int:
    """The version of the public content; 0 before anything was ever public. One query."""
    return ContentVersion.objects.filter(pk=1).values_list("number", flat=True).first() or 0


def raise_version() -> None:
    """Count one more change. Call it last in a transaction: the row stays locked until the end."""
    if not ContentVersion.objects.filter(pk=1).update(number=F("number") + 1):
        # Two first changes at once: the loser of the insert waits, finds the row and counts on.
        ContentVersion.objects.get_or_create(pk=1)
        ContentVersion.objects.filter(pk=1).update(number=F("number") + 1)


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

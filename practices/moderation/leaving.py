"""A person whose account is deleted: her cases go to others, her links close, her name leaves what was written."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from networks.models import Affiliation, User
from portal.lib.wording import replace_words
from practices.models import Event, Note, PreviewLink, Remark, Submission, Visit
from practices.moderation.colleagues import end_affiliation
from practices.moderation.guard import lock, lock_practices_of

# Where colleagues and the portal itself write of people. What organisations publish is theirs, and is not looked through.
TEXTS = {Event: ("text", "mail"), Remark: ("text", "answer"), Note: ("text",), PreviewLink: ("note",)}


def drafts_for_others(user: User) -> QuerySet[Submission]:
    """What she writes for an organisation and nobody else could hand over."""
    return Submission.objects.written_on_behalf_by(user)


@transaction.atomic
def leave(user: User, *, by: User, at: datetime) -> None:
    """End her affiliations and what she has in hand there. Raises `Refused` where an organisation would be left alone."""
    lock_practices_of(Submission.objects.filter(Q(asked_by=user) | Q(followed_by=user)))
    for submission in Submission.objects.filter(asked_by=user).order_by("pk"):
        lock(submission)
        Submission.objects.filter(pk=submission.pk, asked_by=user).update(asked_by=None, asked_at=None)
    current = Affiliation.objects.exclude(status=Affiliation.Status.ENDED).filter(user=user)
    for affiliation in current.select_related("organisation", "user").order_by("organisation_id"):
        end_affiliation(affiliation, by=by, at=at)
    Submission.objects.filter(followed_by=user).update(followed_by=None)
    PreviewLink.objects.filter(created_by=user, revoked_at__isnull=True).update(revoked_by=by, revoked_at=at)
    PreviewLink.objects.filter(created_by=user).update(note="")
    Visit.objects.filter(person=user).delete()


def forget_words(words: Collection[str], *, by: str) -> None:
    """What stands in the texts of the moderation in the place of a person's name and addresses."""
    for model, fields in TEXTS.items():
        replace_words(model._default_manager.all(), fields, words, by)

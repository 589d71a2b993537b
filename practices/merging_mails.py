"""The mails of duplicates, as the editors see them before they go out."""

from practices import notifications
from practices.models import Practice
from practices.notifications import Message


def prepare_merged(duplicate: Practice, into: Practice, text: str) -> Message:
    """A duplicate that from now on leads to the other, and why."""
    return notifications.write("merged", submission=duplicate.published, other=into.published, text=text)


def prepare_unmerged(duplicate: Practice, from_which: Practice) -> Message:
    """Two practices again."""
    return notifications.write("unmerged", submission=duplicate.published, other=from_which.published)

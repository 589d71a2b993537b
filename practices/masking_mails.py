"""The mail about a text that was masked in the history, as in `practices.notifications`."""

from practices import notifications
from practices.models import Submission
from practices.notifications import Message
from practices.record import FIELDS


def prepare_masked(submission: Submission, field: str, text: str) -> Message:
    """Of which field, and why; never what stood there."""
    return notifications.write("masked", submission=submission, label=FIELDS[field].label, text=text)

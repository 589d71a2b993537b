"""Mails about readings: one function a message, as in `practices.notifications`."""

from collections.abc import Iterable

from practices import notifications
from practices.models import Indicator, Reading, Submission


def readings_due(submission: Submission, indicators: Iterable[Indicator]) -> str:
    """To the organisation: for a year nothing was declared of these."""
    message = notifications.write("readings_due", submission=submission, indicators=indicators)
    return notifications.send(notifications.recipients(submission), message)


def reading_contested(submission: Submission, reading: Reading) -> str:
    """To the organisation: what an editor objects to a value that it declared."""
    message = notifications.write("reading_contested", submission=submission, reading=reading)
    return notifications.send(notifications.recipients(submission), message)

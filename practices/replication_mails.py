"""Mails between who did it first and who adapted it: one function a message, as in `practices.notifications`."""

from networks.models import User
from practices import notifications
from practices.models import Adaptation, AdaptationProposal, Practice, Submission
from practices.notifications import Letter


def adapted(adapter: Submission, origin: Submission, people: list[User]) -> Letter:
    """To these people of the origin's organisation: somebody published an adaptation; they may confirm or dispute it."""
    message = notifications.write("adapted", submission=adapter, origin=origin.practice, published=origin)
    return Letter(people, message)


def origin_answered(adaptation: Adaptation, origin: Practice) -> str:
    """To who adapted it: the origin's organisation confirmed it, or disputes it and says why."""
    submission = adaptation.submission
    message = notifications.write("origin_answered", submission=submission, adaptation=adaptation, origin=origin)
    return notifications.told([submission.organisation], message)


def adaptation_proposed(proposal: AdaptationProposal) -> str:
    """To the organisation of which somebody says that it adapted a practice: it may accept or decline."""
    message = notifications.write("adaptation_proposed", proposal=proposal, published=proposal.origin.published)
    return notifications.told([proposal.organisation], message)


def adaptation_proposal_answered(proposal: AdaptationProposal, text: str = "") -> str:
    """To the origin's organisation: what the other one answers."""
    published = proposal.origin.published
    message = notifications.write("adaptation_proposal_answered", proposal=proposal, published=published, text=text)
    return notifications.told([proposal.origin.organisation], message)

"""What must hold of every practice and submission at any moment, told independently of the code that keeps it."""

import itertools
from collections import Counter
from typing import Any

from networks.models import User
from practices import content
from practices.models import Event, Practice, SearchEntry, Submission

OPEN = {"draft", "submitted", "under_review", "changes_requested", "to_confirm"}
# Verbs that begin a submission, and those that tell a fact without moving it.
BEGIN = {"start", "revise", "claim", "import"}


def broken() -> list[str]:
    """Whatever does not hold now."""
    found: list[str] = []
    submissions = list(Submission.objects.select_related("practice"))
    events: dict[int, list[Event]] = {}
    for event in Event.objects.order_by("pk"):
        events.setdefault(event.submission_id or 0, []).append(event)
    for practice in Practice.objects.all():
        found += _practice(practice, [s for s in submissions if s.practice_id == practice.pk])
    for submission in submissions:
        found += _submission(submission, events.get(submission.pk, []))
    return found


def _practice(practice: Practice, own: list[Submission]) -> list[str]:
    statuses = Counter(s.status for s in own)
    live = next((s for s in own if s.status == "published"), None)
    gone = practice.removed_at or practice.archived_at or practice.merged_into_id
    listed = live is not None and not gone
    rules = {
        "at most one open": sum(statuses[status] for status in OPEN) <= 1,
        "at most one published": statuses["published"] <= 1,
        "an address exactly when it was ever published": bool(practice.slug)
        == bool(statuses["published"] + statuses["superseded"]),
        "in the search index exactly when it is in the lists": SearchEntry.objects.filter(practice=practice).exists()
        == listed,
        "of the organisation that wrote what is live": live is None or live.organisation_id == practice.organisation_id,
        "confirmed once it is published": live is None or live.origin == "imported" or practice.confirmed_on is not None,
    }
    return [f"{practice}: not {rule}" for rule, holds in rules.items() if not holds]


def _submission(submission: Submission, events: list[Event]) -> list[str]:
    moves = [event for event in events if event.to_status]
    chain = all(later.from_status in ("", earlier.to_status) for earlier, later in itertools.pairwise(moves))
    last = moves[-1].to_status if moves else ""
    senders = {event.by_id for event in events if event.verb in ("submit", "resubmit")}
    proposers = {
        event.by_id
        for event, following in itertools.pairwise(events)
        if event.verb == "propose" and following.verb == "confirm"
    }
    decided = [event for event in events if event.verb in ("publish", "reject")]
    is_form = submission.origin == "form"
    rules = {
        "events follow each other": chain,
        "the last event says where it stands": last == submission.status,
        "begun by an event": bool(events) and events[0].verb in BEGIN,
        "sent as often as its round says": submission.round == len([e for e in events if e.verb in ("submit", "resubmit")]),
        "in somebody's hands exactly while it is examined": (submission.assignee_id is not None)
        or submission.status in ("draft", "submitted", "withdrawn")
        or not is_form,
        "published by two people": not is_form
        or submission.status not in ("published", "superseded")
        or (bool(decided) and decided[-1].by_id not in senders | proposers),
        # What passed to another organisation was decided when it was somebody else's.
        "decided by nobody who acts for it": submission.practice.events.filter(verb="transfer").exists()
        or all(not _acts_for(event.by, submission) for event in decided),
        "the decision is the last one recorded": not submission.decision
        or (bool(decided) and (decided[-1].verb, decided[-1].by_id) == (submission.decision, submission.decided_by_id)),
    }
    return [f"{submission.pk} ({submission.status}): not {rule}" for rule, holds in rules.items() if not holds]


def _acts_for(person: User | None, submission: Submission) -> bool:
    return person is not None and person.affiliations.filter(organisation=submission.organisation_id).exists()


def public_face() -> dict[int, Any]:
    """What everybody can read: of each live practice its text, organisation and state."""
    return {
        s.practice_id: (s.pk, s.practice.slug, s.organisation_id, s.practice.archived_at, content.read(s))
        for s in Submission.objects.live().select_related("practice")
    }

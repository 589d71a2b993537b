"""The whole matrix from × verb × role, told here independently of `practices.moderation.table`."""

from collections.abc import Callable
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from networks.models import Organisation, User
from practices.models import Submission
from practices.models.choices import Status
from practices.moderation import Forbidden, Refusal, colleagues, editor, officer
from practices.moderation.on_behalf import hand_to_organisation
from tests import make

ROLES = (
    "nobody",
    "contributor",
    "manager",
    "other organisation",
    "writer",
    "editor",
    "assignee",
    "chief",
    "ended",
    "editor who acts for it",
)

# status → verb → who may; what is not here must be refused.
OFFICER, TEAM = {"contributor", "manager"}, {"assignee", "chief"}
# Editors too, for whom the case is when they end somebody's affiliation.
PASSES_ON = OFFICER | TEAM | {"editor"}
ALLOWED: dict[Status, dict[str, tuple[set[str], Status | None]]] = {
    Status.DRAFT: {
        "hand_over": (PASSES_ON | {"writer"}, Status.DRAFT),
        "save": (OFFICER | {"writer"}, Status.DRAFT),
        "discard": (OFFICER | {"writer"}, None),
        "deliver": ({"writer"}, Status.DRAFT),
        "submit": (OFFICER, Status.SUBMITTED),
    },
    Status.SUBMITTED: {
        "hand_over": (PASSES_ON, Status.SUBMITTED),
        "recall": (OFFICER, Status.DRAFT),
        "take": ({"editor", "assignee", "chief"}, Status.UNDER_REVIEW),
        "withdraw": (OFFICER, Status.WITHDRAWN),
    },
    Status.UNDER_REVIEW: {
        "hand_over": (PASSES_ON, Status.UNDER_REVIEW),
        "release": (TEAM, Status.SUBMITTED),
        "reassign": ({"chief"}, Status.UNDER_REVIEW),
        "request_changes": ({"assignee"}, Status.CHANGES_REQUESTED),
        "propose": ({"assignee"}, Status.TO_CONFIRM),
        "publish": (TEAM, Status.PUBLISHED),
        "reject": ({"assignee"}, Status.REJECTED),
        "withdraw": (OFFICER, Status.WITHDRAWN),
    },
    Status.CHANGES_REQUESTED: {
        "hand_over": (PASSES_ON, Status.CHANGES_REQUESTED),
        "save": (OFFICER, Status.CHANGES_REQUESTED),
        "resubmit": (OFFICER, Status.UNDER_REVIEW),
        "reassign": ({"chief"}, Status.CHANGES_REQUESTED),
        "close": (TEAM, Status.WITHDRAWN),
        "withdraw": (OFFICER, Status.WITHDRAWN),
    },
    Status.TO_CONFIRM: {
        "hand_over": (PASSES_ON, Status.TO_CONFIRM),
        "confirm": (OFFICER, Status.UNDER_REVIEW),
        "refuse": (OFFICER, Status.UNDER_REVIEW),
        "retract": (TEAM, Status.UNDER_REVIEW),
        "reassign": ({"chief"}, Status.TO_CONFIRM),
        "close": (TEAM, Status.WITHDRAWN),
        "withdraw": (OFFICER, Status.WITHDRAWN),
    },
    Status.PUBLISHED: {},
    Status.SUPERSEDED: {},
    Status.REJECTED: {"reopen": ({"chief"}, Status.UNDER_REVIEW)},
    Status.WITHDRAWN: {},
}

AT = make.later(60 * 24 * 40)


def _reassign(s: Submission, by: User) -> Submission:
    return editor.reassign(s, by=by, at=AT, to=make.editor_user())


VERBS: dict[str, Callable[[Submission, User], object]] = {
    "save": lambda s, by: officer.save(
        s, by=by, at=AT, section="why", values={"context": "Altro."}, seen=s.section_versions.get("why", 0)
    ),
    "hand_over": lambda s, by: colleagues.hand_over(s, by=by, at=AT, to=None),
    "ask_to_send": lambda s, by: colleagues.ask_to_send(s, by=by, at=AT),
    "hand_back": lambda s, by: colleagues.hand_back(s, by=by, at=AT, text="Manca una firma."),
    "discard": lambda s, by: officer.discard(s, by=by, at=AT),
    "deliver": lambda s, by: hand_to_organisation(s, by=by, at=AT),
    "submit": lambda s, by: officer.submit(s, by=by, at=AT, similar_seen=True),
    "recall": lambda s, by: officer.recall(s, by=by, at=AT),
    "take": lambda s, by: editor.take(s, by=by, at=AT),
    "release": lambda s, by: editor.release(s, by=by, at=AT),
    "reassign": _reassign,
    "request_changes": lambda s, by: editor.request_changes(s, by=by, at=AT, reason=make.reason(), text="Completate."),
    "resubmit": lambda s, by: officer.resubmit(s, by=by, at=AT),
    "propose": lambda s, by: editor.propose(s, by=by, at=AT, values={"title": "Un altro titolo ancora"}, text="Meglio."),
    "confirm": lambda s, by: officer.confirm(s, by=by, at=AT),
    "refuse": lambda s, by: officer.refuse(s, by=by, at=AT, text="Non è così."),
    "retract": lambda s, by: editor.retract(s, by=by, at=AT),
    "publish": lambda s, by: editor.publish(s, by=by, at=AT),
    "reject": lambda s, by: editor.reject(s, by=by, at=AT, reason=make.reason("reject"), text="No."),
    "close": lambda s, by: editor.close(s, by=by, at=AT),
    "withdraw": lambda s, by: officer.withdraw(s, by=by, at=AT),
    "reopen": lambda s, by: editor.reopen(s, by=by, at=AT),
}


def person(role: str, submission: Submission) -> User:
    match role:
        case "contributor" | "manager":
            return make.officer_of(submission.organisation, role)
        case "other organisation":
            town = make.municipality("Torino", "L219", sign="TO")
            return make.officer_of(make.organisation("Comune di Torino", town), "manager")
        case "writer":
            someone = make.editor_user()
            Submission.objects.filter(pk=submission.pk).update(created_by=someone, on_behalf=True)
            return someone
        case "editor":
            return make.editor_user()
        case "assignee":
            someone = make.editor_user()
            Submission.objects.filter(pk=submission.pk).update(assignee=someone)
            return someone
        case "chief":
            return make.editor_user(chief=True)
        case "ended":
            someone = make.officer_of(submission.organisation, "manager")
            someone.affiliations.update(status="ended", ended_at=timezone.now())
            return someone
        case "editor who acts for it":
            someone = make.editor_user(chief=True)
            someone.affiliations.create(organisation=submission.organisation, status="ended", ended_at=AT)
            someone.affiliations.create(organisation=submission.organisation, status="active", active_from=AT)
            return someone
    return make.user()


# Where only managers send: what changes, before and after a contributor has asked.
FOR_MANAGERS: dict[tuple[Status, bool], dict[str, tuple[set[str], Status | None]]] = {
    (Status.DRAFT, False): {"submit": ({"manager"}, Status.SUBMITTED), "ask_to_send": ({"contributor"}, Status.DRAFT)},
    (Status.DRAFT, True): {"submit": ({"manager"}, Status.SUBMITTED), "hand_back": ({"manager"}, Status.DRAFT)},
    (Status.CHANGES_REQUESTED, False): {
        "resubmit": ({"manager"}, Status.UNDER_REVIEW),
        "ask_to_send": ({"contributor"}, Status.CHANGES_REQUESTED),
    },
    (Status.CHANGES_REQUESTED, True): {
        "resubmit": ({"manager"}, Status.UNDER_REVIEW),
        "hand_back": ({"manager"}, Status.CHANGES_REQUESTED),
    },
}


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("status", "asked"), [*((status, None) for status in Status), *FOR_MANAGERS], ids=str)
def test_matrix(status: Status, asked: bool | None, role: str) -> None:
    submission = make.submission(status)
    allowed = ALLOWED[status]
    if asked is not None:
        allowed = {**allowed, **FOR_MANAGERS[status, asked]}
        Organisation.objects.update(only_managers_submit=True)
        submission.refresh_from_db()
        make.officer_of(submission.organisation, "manager")
        if asked:
            colleagues.ask_to_send(submission, by=submission.created_by, at=AT)
    by = person(role, submission)
    # Enough time has passed since a reminder for closing to depend on role and status alone.
    Submission.objects.filter(pk=submission.pk).update(reminded_at=make.NOW)
    # An editor who acts for the organisation is an officer there, and nothing more.
    known_as = "contributor" if role == "editor who acts for it" else role
    if role == "writer" and status != Status.DRAFT:
        # Once the organisation has sent it, its writer is an editor like the others.
        known_as = "editor"

    outcome = {}
    for verb, run in VERBS.items():
        submission.refresh_from_db()
        outcome[verb] = attempt(run, submission, by)

    expected = dict.fromkeys(VERBS, "refused")
    for verb, (roles, target) in allowed.items():
        if known_as in roles:
            expected[verb] = target.value if target else "deleted"
    assert outcome == expected


class Undo(Exception):
    """Rolls back what a verb did, so that the next one starts from the same state."""


def attempt(run: Callable[[Submission, User], object], submission: Submission, by: User) -> str:
    from django.db import transaction

    result = "refused"
    try:
        with transaction.atomic():
            run(submission, by)
            result = Submission.objects.filter(pk=submission.pk).values_list("status", flat=True).first() or "deleted"
            raise Undo
    except (Undo, Refusal):
        return result


@pytest.mark.django_db
def test_whose_role_allows_nothing_is_told_so_and_not_that_it_is_too_late() -> None:
    submission, nobody = make.submission(Status.PUBLISHED), make.user()
    said = {}
    for verb, run in VERBS.items():
        with pytest.raises(Refusal) as refused:
            run(submission, nobody)
        said[verb] = type(refused.value)
    assert said == dict.fromkeys(VERBS, Forbidden)


def test_the_diagram_of_the_docs_is_the_one_that_the_command_prints() -> None:
    said = StringIO()
    call_command("moderation_diagram", stdout=said)
    assert said.getvalue() == (settings.BASE_DIR / "docs" / "moderation.md").read_text(encoding="utf-8")

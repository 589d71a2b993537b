"""The states of a submission as a Mermaid diagram and as a table, written from the table of moderation."""

from collections.abc import Iterator

from practices.models.choices import Status
from practices.moderation.table import PRACTICE_ROLES, TRANSITIONS, Transition, Verb

# What begins a submission, and what happens to one when another takes its place.
BEGINNINGS = (Verb.START, Verb.REVISE, Verb.CLAIM)


def diagram() -> str:
    """`docs/moderation.md` holds this text; a test keeps it true."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield from ("# Moderation", "", "Written by `manage.py moderation_diagram` from `practices/moderation/table.py`.", "")
    yield from states()
    yield from ("", "## On a submission", "", "| verb | from | to | who |", "|---|---|---|---|")
    yield from (_row(transition) for transition in TRANSITIONS.values())
    yield from ("", "## On a practice", "", "| verb | who |", "|---|---|")
    yield from (f"| {verb} ({verb.label}) | {', '.join(roles)} |" for verb, roles in PRACTICE_ROLES.items())


def states() -> Iterator[str]:
    """The states and what leads from one to the other, as a block of Mermaid."""
    yield from ("```mermaid", "stateDiagram-v2")
    yield from (f"    {status.value} : {status.label}" for status in Status)
    yield f"    [*] --> {Status.DRAFT} : {', '.join(BEGINNINGS)}"
    for source in Status:
        for target in Status:
            verbs = [t.verb.value for t in TRANSITIONS.values() if source in t.sources and t.target == target]
            if verbs:
                yield f"    {source} --> {target} : {', '.join(verbs)}"
    yield f"    {Status.PUBLISHED} --> {Status.SUPERSEDED} : {Verb.SUPERSEDE}"
    yield f"    {Status.SUPERSEDED} --> {Status.PUBLISHED} : {Verb.ROLL_BACK}"
    yield "```"


def _row(transition: Transition) -> str:
    target = transition.target or "the same"
    verb = transition.verb
    return f"| {verb} ({verb.label}) | {', '.join(transition.sources)} | {target} | {', '.join(transition.roles)} |"

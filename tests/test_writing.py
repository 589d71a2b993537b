"""What writing costs: each verb's queries, the same with one row of everything and with twenty.

Counted are the statements of the verb itself, but those that only hold a transaction together (BEGIN, SAVEPOINT, RELEASE,
COMMIT). The groups of who acts were read before, as in every request.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.models import Agreement, Commitment
from practices.models import Fund, Practice, Submission, TargetGroup, Theme
from practices.moderation import colleagues, editor, files, officer
from practices.moderation import practice as verbs
from tests import make
from tests.samples import full_values, pdf, stored

pytestmark = pytest.mark.django_db


def costs(run: Callable[..., Any], *args: Any, **kwargs: Any) -> tuple[int, Any]:
    """How many queries it takes, and what it returns."""
    with CaptureQueriesContext(connection) as captured:
        returned = run(*args, **kwargs)
    counted = [query["sql"] for query in captured if query["sql"].split()[0] not in ("BEGIN", "SAVEPOINT", "RELEASE")]
    import os

    if os.environ.get("SHOW") == run.__name__:
        print("\n".join(f"{n} {sql[:300]}" for n, sql in enumerate(counted, 1)))
    return len(counted), returned


def origins(rows: int) -> list[Practice]:
    """Practices of so many other organisations."""
    found = []
    for n in range(rows):
        of = make.organisation(f"Comune di Origine {n}", make.municipality(f"Origine {n}", f"A{n:03d}"))
        practice = Practice.objects.filter(organisation=of).first() or make.published(of=of, title=f"Origine {n}").practice
        found.append(practice)
    return found


def everything(rows: int) -> dict[str, Any]:
    """So many of everything that can be many."""
    agreement = Agreement.objects.get_or_create(kind="pact", title="Patto", slug="patto")[0]
    for n in range(rows):
        for model in (Theme, TargetGroup, Fund):
            model.objects.get_or_create(slug=f"voce-{n}", defaults={"name": f"Voce {n}"})
        Commitment.objects.get_or_create(agreement=agreement, code=f"p-{n}", position=n + 100, title=f"Punto {n}")
    full = full_values()
    many = {
        name: [dict(full[name][0]) for _ in range(rows)]
        for name in ("milestones", "partners", "links", "funding_lines", "indicators")
    }
    for n, row in enumerate(many["indicators"]):
        row["name"] = f"Indicatore {n}"
    adapted = full["adaptations"][0] | {"origin_name": "", "origin_url": ""}
    return full_values(
        **many,
        adaptations=[adapted | {"origin": practice.code} for practice in origins(rows)],
        tags=[f"parola {n}" for n in range(rows)],
        other_themes=[f"voce-{n}" for n in range(rows)],
        target_groups=[f"voce-{n}" for n in range(rows)],
        commitments=[f"p-{n}" for n in range(rows)],
        municipalities=[make.municipality(f"Origine {n}", f"A{n:03d}").pk for n in range(rows)],
    )


def life(rows: int) -> dict[str, int]:
    """The queries of each verb in the life of a practice."""
    of = make.organisation()
    people = [make.officer_of(of) for _ in range(rows)]
    by, someone = people[0], make.editor_user(chief=True)
    another = make.editor_user()
    assert someone.is_chief_editor and another.is_editor and not by.is_editor
    values = everything(rows)
    found: dict[str, int] = {}
    minute = iter(range(1, 1000))

    def do(name: str, run: Callable[..., Any], thing: Any, **kwargs: Any) -> Any:
        found[name], returned = costs(
            run, thing, by=kwargs.pop("by", by), at=kwargs.pop("at", make.later(next(minute))), **kwargs
        )
        return returned

    draft = do("start", officer.start, of, values=values)
    for n in range(min(rows, 10)):
        file = stored(pdf(f"{n}"), f"{n}.pdf")
        do("attach", files.attach, draft, file=file, kind="report", title=f"{n}")
    for section in ("identity", "territory", "people", "results", "replication", "attachments"):
        from practices.record import SECTION, SECTIONS

        if section not in SECTION:
            continue
        part = {f.name: values[f.name] for f in SECTION[section].fields if f.name in values}
        if section == "attachments":
            from practices import content

            part = content.read(draft, ["attachments"])
        draft = do(f"save {section}", officer.save, draft, section=section, values=part, seen=0)
    draft = do("hand_over", colleagues.hand_over, draft, to=by)
    sent = do("submit", officer.submit, draft, similar_seen=True)
    sent = do("recall", officer.recall, sent)
    sent = do("submit again", officer.submit, sent, similar_seen=True)
    taken = do("take", editor.take, sent, by=someone)
    taken = do("release", editor.release, taken, by=someone)
    taken = do("take", editor.take, taken, by=someone)
    taken = do("reassign", editor.reassign, taken, by=someone, to=another)
    taken = do("reassign", editor.reassign, taken, by=someone, to=someone)
    asked = do(
        "request_changes",
        editor.request_changes,
        taken,
        by=someone,
        reason=make.reason(),
        text="Completate.",
        remarks=[("title", "Corto")] * rows,
    )
    for said in asked.remarks.all():
        do("answer", officer.answer, said, text="Fatto.")
    again = do("resubmit", officer.resubmit, asked)
    proposed = do("propose", editor.propose, again, by=someone, values={"title": "Altro"}, text="Meglio.")
    back = do("refuse", officer.refuse, proposed, text="No.")
    proposed = do("propose", editor.propose, back, by=someone, values={"title": "Altro"}, text="Meglio.")
    back = do("retract", editor.retract, proposed, by=someone)
    proposed = do("propose", editor.propose, back, by=someone, values={"title": "Altro"}, text="Meglio.")
    confirmed = do("confirm", officer.confirm, proposed)
    confirmed = editor.reassign(confirmed, by=someone, at=make.later(900), to=another)
    live = do("publish a new practice", editor.publish, confirmed, by=another)
    practice = live.practice
    second = do("revise", officer.revise, practice)
    new = values["indicators"] and [row | {"name": row["name"] + " bis"} for row in values["indicators"]]
    officer.save(second, by=by, at=make.later(next(minute)), section="results", values={"indicators": new}, seen=0)
    officer.save(
        second,
        by=by,
        at=make.later(next(minute)),
        section="contacts",
        values={"licence_accepted": True, "truth_declared": True, "releases_declared": True},
        seen=0,
    )
    second = officer.submit(second, by=by, at=make.later(next(minute)), similar_seen=True)
    second = editor.take(second, by=another, at=make.later(next(minute)))
    second = do("publish a second version", editor.publish, second, by=another)
    practice = second.practice
    do("correct", verbs.correct, practice, by=another, values={"title": "Un terzo titolo", "tags": ["una"]})
    do("confirm_valid", verbs.confirm_valid, practice)
    do("archive", verbs.archive, practice, by=another, notice="Concluso.")
    do("restore", verbs.restore, practice, by=another)
    do("roll_back", verbs.roll_back, practice, by=someone, text="Errore.")
    third = officer.revise(practice, by=by, at=make.later(next(minute)))
    third = officer.save(
        third,
        by=by,
        at=make.later(next(minute)),
        section="contacts",
        values={"licence_accepted": True, "truth_declared": True, "releases_declared": True},
        seen=0,
    )
    third = officer.submit(third, by=by, at=make.later(next(minute)), similar_seen=True)
    third = editor.take(third, by=another, at=make.later(next(minute)))
    third = do("reject", editor.reject, third, by=another, reason=make.reason("reject"), text="No.")
    third = do("reopen", editor.reopen, third, by=someone)
    do("withdraw", officer.withdraw, third)
    do("remove", verbs.remove, practice, by=someone, reason="mistake", text="Sbaglio.")
    return found


@pytest.mark.parametrize("rows", [1, 20])
def test_all(rows: int) -> None:
    for name, number in life(rows).items():
        print(f"COST {rows} {number:4} {name}")

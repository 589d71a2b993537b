"""What writing costs: each verb's queries, the same with one row of everything and with twenty.

Counted are all statements of the verb itself but those that only hold a transaction together. The groups of who acts are
read before, once in every request.
"""

import re
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from taggit.models import Tag

from agreements.models import Agreement, Commitment
from networks.models import User
from practices import content
from practices.models import Fund, Practice, Submission, TargetGroup, Theme
from practices.models.choices import RemovalReason
from practices.moderation import colleagues, editor, files, officer
from practices.moderation import practice as verbs
from practices.record import SECTION
from tests import make
from tests.samples import full_values, pdf, stored

pytestmark = pytest.mark.django_db
HOLDING = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT")
COSTS = {
    "start": 32,
    "attach": 7,
    "save identity": 9,
    "save territory": 5,
    "save people": 5,
    "save time": 4,
    "save why": 4,
    "save how": 4,
    "save means": 5,
    "save results": 8,
    "save lessons": 5,
    "save attachments": 5,
    "save contacts": 4,
    "hand_over": 4,
    "submit": 8,
    "recall": 5,
    "take": 5,
    "release": 5,
    "reassign": 7,
    "request_changes": 8,
    "answer": 5,
    "resubmit": 9,
    "propose": 9,
    "refuse": 15,
    "retract": 14,
    "confirm": 8,
    "publish a new practice": 14,
    "revise": 40,
    "publish a second version": 15,
    "correct": 21,
    "confirm_valid": 13,
    "archive": 13,
    "restore": 15,
    "roll_back": 28,
    "reject": 8,
    "reopen": 6,
    "withdraw": 6,
    "remove": 13,
}


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
        Tag.objects.get_or_create(name=f"parola {n}")
        Tag.objects.get_or_create(name=f"altra {n}")
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
    """The queries of each verb in the life of a practice that has so many of everything, by its name."""
    of = make.organisation()
    by, *_others = [make.officer_of(of) for _ in range(rows)]
    chief, other = make.editor_user(chief=True), make.editor_user()
    # Read in every request: they are kept with the person.
    assert (chief.is_chief_editor, other.is_editor, by.is_editor) == (True, True, False)
    values, moment, found = everything(rows), count(1), {}

    def do(run: Callable[..., Any], thing: Any, *, name: str = "", by: User = by, **kwargs: Any) -> Any:
        with CaptureQueriesContext(connection) as captured:
            returned = run(thing, by=by, at=make.later(next(moment)), **kwargs)
        found[name or run.__name__] = sum(not query["sql"].startswith(HOLDING) for query in captured)
        return returned

    def save(draft: Submission, section: str, **changes: Any) -> Submission:
        part = {field.name: values[field.name] for field in SECTION[section].fields if field.name in values}
        if section == "attachments":
            part = content.read(draft, ["attachments"])
        seen = draft.section_versions.get(section, 0)
        saved: Submission = do(
            officer.save, draft, section=section, values={**part, **changes}, seen=seen, name=f"save {section}"
        )
        return saved

    draft = do(officer.start, of, values=values)
    for n in range(rows):
        do(files.attach, draft, file=stored(pdf(str(n)), f"{n}.pdf"), kind="report", title=str(n))
    for section in SECTION:
        draft = save(draft, section)
    draft = save(draft, "identity", tags=[f"altra {n}" for n in range(rows)])
    draft = do(colleagues.hand_over, draft, to=by)
    sent = do(officer.recall, do(officer.submit, draft, similar_seen=True))
    sent = do(officer.submit, sent, similar_seen=True)
    taken = do(editor.release, do(editor.take, sent, by=other), by=other)
    taken = do(editor.reassign, do(editor.take, taken, by=other), by=chief, to=chief)
    remarks = [("title", "Troppo corto.")] * rows
    asked = do(editor.request_changes, taken, by=chief, reason=make.reason(), text="Completate.", remarks=remarks)
    for remark in asked.remarks.all():
        do(officer.answer, remark, text="Fatto.")
    again = do(officer.resubmit, asked)
    for undo, who in ((officer.refuse, by), (editor.retract, chief)):
        proposed = do(editor.propose, again, by=chief, values={"title": "Un altro titolo"}, text="Meglio.")
        again = do(undo, proposed, by=who, **({"text": "No."} if undo is officer.refuse else {}))
    proposed = do(editor.propose, again, by=chief, values={"title": "Un altro titolo"}, text="Meglio.")
    confirmed = do(editor.reassign, do(officer.confirm, proposed), by=chief, to=other)
    practice = do(editor.publish, confirmed, by=other, name="publish a new practice").practice

    second = do(officer.revise, practice)
    indicators = [row | {"name": f"{row['name']} bis"} for row in values["indicators"]]
    second = save(save(second, "results", indicators=indicators), "contacts")
    second = do(editor.take, do(officer.submit, second, similar_seen=True), by=other)
    do(editor.publish, second, by=other, name="publish a second version")
    do(verbs.correct, practice, by=other, values={"title": "Un terzo titolo"})
    do(verbs.confirm_valid, practice)
    do(verbs.archive, practice, by=other, notice="Concluso.")
    do(verbs.restore, practice, by=other)
    do(verbs.roll_back, practice, by=chief, text="Un errore.")

    third = do(officer.submit, save(do(officer.revise, practice), "contacts"), similar_seen=True)
    third = do(editor.reject, do(editor.take, third, by=other), by=other, reason=make.reason("reject"), text="No.")
    do(officer.withdraw, do(editor.reopen, third, by=chief))
    do(verbs.remove, practice, by=chief, reason=RemovalReason.MISTAKE, text="Uno sbaglio.")
    return found


@pytest.mark.parametrize("rows", [1, 20])
def test_each_verb_costs_the_same_whatever_there_is(rows: int) -> None:
    assert life(rows) == COSTS


def looked_at_whole(sql: str) -> list[str]:
    """The steps of the plan that look at every row of a table, where an index would do."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            steps = [step for _id, _parent, _unused, step in cursor.fetchall()]
            # `found`: what `portal.lib.rows` makes one text of, which a step before it has read.
            return [step for step in steps if re.match(r"SCAN (?!\d+ CONSTANT|CONSTANT|\(subquery|found$)", step)]
        # Tables are small here: it would look at them whole though it has an index.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}")
        return [step for [step] in cursor.fetchall() if "Seq Scan" in step]


def test_saving_and_publishing_look_at_no_table_as_a_whole() -> None:
    """So that they take as long among a hundred thousand practices as among ten."""
    of, other = make.organisation(), make.editor_user()
    by, values = make.officer_of(of), everything(2)
    draft = officer.start(of, by=by, at=make.NOW, values=make.values())
    with CaptureQueriesContext(connection) as captured:
        for section in SECTION.values():
            part = {field.name: values[field.name] for field in section.fields if field.name in values}
            draft = officer.save(draft, by=by, at=make.NOW, section=section.name, values=part, seen=0)
        sent = officer.submit(draft, by=by, at=make.later(1), similar_seen=True)
        editor.publish(editor.take(sent, by=other, at=make.later(2)), by=other, at=make.later(3))
    queries = [query["sql"] for query in captured if not query["sql"].startswith(HOLDING)]
    assert len(queries) > 80
    assert {sql: steps for sql in queries if (steps := looked_at_whole(sql))} == {}

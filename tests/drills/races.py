"""Four editors decide the same cases at the same moment, and two officers write in the same section, through a real server."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from networks.models import User
from practices import content
from practices.models import Submission
from practices.models.choices import Status
from practices.moderation import officer
from tests import make
from tests.drills.outcome import Outcome
from tests.drills.people import Load, Officer, Person, Seen, editors
from tests.drills.site import Engine, Site
from tests.html_forms import data_of
from tests.invariants import broken
from tests.nodes import Node

OF_EDITORS = "0 double decisions in 150 cases"
OF_OFFICERS = "0 lost words in 150"


def run(short: bool, engines: Sequence[Engine]) -> list[Outcome]:
    """A hundred and fifty of each, or a few."""
    number = 6 if short else 150
    outcomes = []
    for engine in engines:
        with engine.site("races") as site:
            node = site.node(2)
            outcomes += [_editors(engine, site, node, number), _officers(engine, site, node, number)]
    return outcomes


def at_once(jobs: Iterable[Callable[[], HttpResponse]]) -> list[HttpResponse]:
    """Their answers, all asked at the same moment."""
    jobs = list(jobs)
    barrier = Barrier(len(jobs))

    def do(job: Callable[[], HttpResponse]) -> HttpResponse:
        barrier.wait()
        return job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(do, jobs))


def _editors(engine: Engine, site: Site, node: Node, number: int) -> Outcome:
    seen = Seen()
    cases = site.inside("races.cases", number=number)
    people = list(editors(site, node, seen))
    for case in cases:
        _decided(people, case, ("prendi",))
        # She who has it rejects it, and the chief editors publish it.
        _decided(people, case, ("respingi", "pubblica"), site.world["reason"])
    found = site.inside("races.decisions", cases=cases)
    return Outcome(
        drill=f"four editors, {number} cases",
        engine=engine.name,
        goal=OF_EDITORS,
        is_reached=not found["doubled"] and not found["in_part"] and not seen.bare and not seen.counts,
        acknowledged=found["decided"],
        doubled=len(found["doubled"]),
        in_part=len(found["in_part"]),
        errors=seen.counts,
        note="; ".join([str(found["outcomes"]), *seen.bare, *found["doubled"], *found["in_part"]][:10]),
    )


def _decided(people: list[Person], case: int, verbs: tuple[str, ...], reason: int | None = None) -> None:
    """Everybody has the page of the first of these that she may do; then everybody confirms."""
    jobs = []
    for person in people:
        for verb in verbs:
            path = reverse("admin:practices_submission_decide", args=[case, verb])
            page = person.once(path)
            if page.status_code == 200:
                break
        data: dict[str, Any] = {**data_of(page, "case-form"), "confirm": "1"}
        if verb == "respingi":
            data |= {"reason": reason, "text": "No.", "mail_subject": "Esito", "mail_body": "Non riguarda il tema."}
        options = person.posting(path, data)
        jobs.append(lambda person=person, path=path, options=options: person.once(path, **options))
    at_once(jobs)


def cases(number: int) -> list[int]:
    """In the site: sent, by an officer of a town."""
    by = User.objects.get(email="officer1@example.org")
    of = by.affiliations.get().organisation
    made = []
    for n in range(number):
        draft = officer.start(of, by=by, at=timezone.now(), values=make.values(title=f"Caso {n}"))
        made.append(officer.submit(draft, by=by, at=timezone.now(), similar_seen=True).pk)
    return made


def decisions(cases: list[int]) -> dict[str, Any]:
    """In the site: each was taken once and decided once."""
    doubled, outcomes = [], Counter[str]()
    for case in Submission.objects.filter(pk__in=cases):
        verbs = list(case.events.values_list("verb", flat=True))
        outcomes[case.status] += 1
        if verbs[:3] != ["start", "submit", "take"] or len(verbs) != 4 or verbs[3] not in ("publish", "reject"):
            doubled.append(f"{case.title}: {verbs}")
    decided = outcomes[Status.PUBLISHED] + outcomes[Status.REJECTED]
    return {"doubled": doubled, "in_part": broken(), "decided": decided, "outcomes": dict(outcomes)}


def _officers(engine: Engine, site: Site, node: Node, number: int) -> Outcome:
    seen = Seen()
    load = Load(site, node, 1)
    one = load.officers[0]
    # The last officer of the world is a colleague of the first.
    other = Officer(site, node, len(site.world["officers"]) - 1, seen)
    other.log_in()
    one.seen = seen
    draft = one.begin("Pratica di due")
    path = reverse("desk:section", args=[draft, "why"])
    told: list[str] = []
    asked_again = 0
    for n in range(number):
        words = [f"a{n}", f"b{n}"]
        pages = [person.once(path) for person in (one, other)]
        forms = [_with(page, word) for page, word in zip(pages, words, strict=True)]
        answers = at_once(
            lambda person=person, form=form: person.once(path, **person.posting(path, form))
            for person, form in zip((one, other), forms, strict=True)
        )
        for person, word, answer in zip((one, other), words, answers, strict=True):
            if answer.status_code == 409:
                # Her text is still in the page, and theirs beside it: she takes theirs and adds her own word.
                assert word in data_of(answer)["problem"][0].split()
                asked_again += 1
                again = person.once(path, **person.posting(path, _with(person.once(path), word)))
            else:
                again = answer
            if again.status_code == 302:
                told.append(word)
    found = site.inside("races.words", draft=draft)
    lost = [word for word in told if word not in found["words"]]
    twice = [word for word, times in Counter(found["words"]).items() if times > 1]
    return Outcome(
        drill=f"two officers, one section, {number} rounds",
        engine=engine.name,
        goal=OF_OFFICERS,
        is_reached=not lost and not twice and len(told) == 2 * number and asked_again > 0 and not seen.counts,
        acknowledged=len(told),
        lost=len(lost),
        doubled=len(twice),
        errors=seen.counts,
        note=f"{asked_again} times somebody was shown both texts",
    )


def _with(page: HttpResponse, word: str) -> dict[str, Any]:
    """The page's form with one more word in it."""
    data: dict[str, Any] = data_of(page)
    return {**data, "problem": f"{data['problem'][0]} {word}".strip()}


def words(draft: int) -> dict[str, list[str]]:
    """In the site: what is stored."""
    return {"words": content.read(Submission.objects.get(pk=draft))["problem"].split()}

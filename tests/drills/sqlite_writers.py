"""Many processes that read and then write the same SQLite file through the portal's own functions."""

import json
import os
import time
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.utils import timezone

from networks.models import Organisation, User
from practices import content
from practices.models import Submission
from practices.moderation import officer
from tests.drills.outcome import Outcome
from tests.drills.site import Engine, Sqlite

GOAL = "0 errors"
WRITERS = (12, 48)


def run(short: bool, engines: Sequence[Engine]) -> list[Outcome]:
    """Twelve, then forty-eight, for ten seconds each or two."""
    return [on(one, writers, 2 if short else 10) for one in engines if isinstance(one, Sqlite) for writers in WRITERS]


def on(engine: Engine, writers: int, seconds: int) -> Outcome:
    """All of them at once."""
    with engine.site(f"writers{writers}") as site:
        found = site.inside("sqlite_writers.write", writers=writers, seconds=seconds)
    return Outcome(
        drill=f"{writers} writers for {seconds} s",
        engine=engine.name,
        goal=GOAL,
        is_reached=not found["errors"] and not found["lost"] and found["acknowledged"] >= writers,
        acknowledged=found["acknowledged"],
        lost=found["lost"],
        errors={error: found["errors"].count(error) for error in set(found["errors"])},
        note=f"{found['acknowledged'] / seconds:.0f} transactions a second, the longest {found['longest']:.1f} s",
    )


def write(writers: int, seconds: int) -> dict[str, Any]:
    """In the site: processes that begin a draft and save one section of it over and over."""
    of = Organisation.objects.get(name="Comune di Paese 0")
    by = User.objects.get(email="officer0@example.org")
    drafts = [officer.start(of, by=by, at=timezone.now(), values={"title": f"Di {n}"}) for n in range(writers)]
    connection.close()
    pipes = []
    for number, draft in enumerate(drafts):
        reading, writing = os.pipe()
        pipes.append(reading)
        if os.fork() == 0:
            found = _one(draft, by, seconds, number)
            os.write(writing, json.dumps(found).encode())
            os._exit(0)
        os.close(writing)
    told = []
    for pipe in pipes:
        with os.fdopen(pipe) as file:
            told.append(json.loads(file.read() or '{"errors": ["no answer"], "saved": 0, "started": 0, "longest": 0}'))
    lost = 0
    for draft, one in zip(drafts, told, strict=True):
        now = Submission.objects.get(pk=draft.pk)
        lost += now.section_versions.get("why", 0) != one["saved"]
        lost += content.read(now)["problem"] != (f"Giro {one['saved'] - 1}" if one["saved"] else "")
    lost += abs(Submission.objects.filter(title__startswith="Nuova ").count() - sum(one["started"] for one in told))
    return {
        "acknowledged": sum(one["saved"] + one["started"] for one in told),
        "errors": [error for one in told for error in one["errors"]],
        "lost": lost,
        "longest": max(one["longest"] for one in told),
    }


def _one(draft: Submission, by: User, seconds: int, number: int) -> dict[str, Any]:
    """Each transaction reads what the one before has left, and every tenth begins another draft."""
    saved = started = 0
    longest, errors = 0.0, []
    ends = time.monotonic() + seconds
    while (now := time.monotonic()) < ends:
        try:
            if (saved + started) % 10 == 9:
                values = {"title": f"Nuova {number}-{started}"}
                officer.start(draft.organisation, by=by, at=timezone.now(), values=values)
                started += 1
            else:
                values = {"problem": f"Giro {saved}"}
                officer.save(draft, by=by, at=timezone.now(), section="why", values=values, seen=saved)
                saved += 1
        except Exception as error:  # whatever it is, it is counted
            errors.append(f"{type(error).__name__}: {error}"[:80])
        longest = max(longest, time.monotonic() - now)
    return {"saved": saved, "started": started, "errors": errors[:20], "longest": longest}

"""The disk of the uploads, of the temporary folder or of the database is full, and then not any more."""

import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

from practices import content
from practices.models import Submission
from tests.drills.disks import Disk, may_mount, small_disk
from tests.drills.outcome import Outcome
from tests.drills.people import Load, Officer, is_clear
from tests.drills.site import Engine, Postgresql, Site
from tests.samples import pdf

GOAL = "nothing acknowledged lost, reading goes on, a clear page, recovery without restart, no cut file kept"
# Bytes that are left, so that what is written begins and cannot end.
LEFT = 100 * 1024
# Drafts, and savings of some 20 KB each, before the database finds no more room among its own pages.
DRAFTS, MOST = 12, 300


def run(short: bool, engines: Sequence[Engine]) -> list[Outcome]:
    """The same in both forms: it takes seconds."""
    if not may_mount():
        return [Outcome("disk full", "-", GOAL, False, note="not run: no tmpfs may be mounted here")]
    cases: list[tuple[str, Callable[[ExitStack, Engine], Trial]]] = [
        ("media", _media),
        ("temporary", _temporary),
        ("database", _database),
    ]
    outcomes = []
    for engine in engines:
        for name, case in cases:
            with ExitStack() as stack:
                outcomes.append(case(stack, engine).outcome(name, engine))
    return outcomes


class Trial:
    """One officer, one disk, and what went otherwise than it should."""

    def __init__(self, site: Site, disk: Disk, **variables: str) -> None:
        self.site, self.disk = site, disk
        self.load = Load(site, site.node(**variables), 1)
        self.officer = self.load.officers[0]
        self.drafts: dict[int, str] = {}
        self.wrong: list[str] = []
        self.recovery: float | None = None
        self._submit()

    def _submit(self) -> None:
        self.load.acknowledged.append(self.officer.submit_one())

    def expect(self, what: str, answer: HttpResponse, *statuses: int) -> HttpResponse:
        """Note an answer that has another status; a 507 has to be a clear one."""
        if answer.status_code not in statuses or (answer.status_code >= 500 and not is_clear(answer)):
            self.wrong.append(f"{what}: {answer.status_code} {answer.content.decode()[:80]!r}")
        return answer

    def upload(self, what: str, pk: int, data: bytes, *statuses: int) -> None:
        """A file, as the page's script sends it."""
        path, options = self.officer.uploading(pk, data)
        self.expect(what, self.officer.once(path, **options), *statuses)

    def fills(self) -> set[Path]:
        """The disk; the files that are there."""
        self.disk.fill(LEFT)
        return self._files()

    def goes_on(self, before: set[Path], pk: int) -> None:
        """No file that was refused is kept in part; what goes elsewhere is still written; then there is room again."""
        if left := self._files() - before:
            self.wrong.append(f"cut files: {left}")
        self.expect("a section", _save(self.officer, pk, self.drafts, "mentre era pieno"), 302)
        self.reads()
        self.frees()

    def _files(self) -> set[Path]:
        return {path for path in self.disk.folder.rglob("*") if path.is_file()}

    def reads(self) -> None:
        """What everybody and what the officer reads."""
        case = reverse("desk:case", args=[self.load.acknowledged[0].pk])
        for path in (reverse("home"), reverse("practices:list"), reverse("desk:dashboard"), case):
            self.expect(path, self.officer.once(path), 200)

    def frees(self) -> None:
        """There is room again: what was refused is now taken, at once and by the same processes."""
        self.disk.free()
        freed = time.monotonic()
        self._submit()
        self.recovery = self.officer.seen.well_after(freed)

    def outcome(self, name: str, engine: Engine) -> Outcome:
        """After everything."""
        found = self.site.inside("world.verdict", acknowledged=self.load.told())
        words = self.site.inside("disk_full.activities", drafts=list(self.drafts))
        lost = [pk for pk, said in self.drafts.items() if words.get(str(pk)) != said]
        figures = self.load.figures(found, *self.wrong)
        figures["acknowledged"] += len(self.drafts)
        figures["lost"] += len(lost)
        return Outcome(
            drill=f"disk full: {name}",
            engine=engine.name,
            goal=GOAL,
            is_reached=not (any(found.values()) or self.wrong or lost or self.load.seen.bare)
            and self.load.seen.counts["507"] > 0,
            recovery=self.recovery,
            **figures,
        )


def activities(drafts: list[int]) -> dict[int, str]:
    """In the site: what is stored."""
    return {one.pk: content.read(one)["activities"] for one in Submission.objects.filter(pk__in=drafts)}


def _media(stack: ExitStack, engine: Engine) -> Trial:
    site = stack.enter_context(engine.site("media"))
    disk = stack.enter_context(small_disk(site.folder / "media", 4))
    trial = Trial(site, disk)
    pk = trial.officer.begin("Pratica con un allegato")
    kept, refused = pdf("che ci sta"), pdf(secrets.token_hex(300_000))
    trial.upload("before", pk, kept, 201)
    before = trial.fills()
    trial.upload("full", pk, refused, 507)
    form = reverse("desk:section", args=[pk, "attachments"])
    _path, options = trial.officer.uploading(pk, refused)
    body = options["body"].replace(b'name="file"', b'name="files"')
    trial.expect("full, without script", trial.officer.once(form, **{**options, "body": body, "Accept": "text/html"}), 507)
    trial.goes_on(before, pk)
    trial.upload("after", pk, refused, 201)
    return trial


def _temporary(stack: ExitStack, engine: Engine) -> Trial:
    site = stack.enter_context(engine.site("temporary"))
    disk = stack.enter_context(small_disk(site.folder / "tmp", 16))
    trial = Trial(site, disk, TMPDIR=str(disk.folder))
    pk = trial.officer.begin("Pratica con un allegato")
    large = pdf(secrets.token_hex(settings.FILE_UPLOAD_MAX_MEMORY_SIZE))
    before = trial.fills()
    trial.upload("full", pk, large, 507)
    trial.upload("small, through memory", pk, pdf("piccolo"), 201)
    trial.goes_on(before, pk)
    trial.upload("after", pk, large, 201)
    return trial


def _database(stack: ExitStack, engine: Engine) -> Trial:
    if isinstance(engine, Postgresql):
        # Its tables alone: where it cannot write its own log, PostgreSQL ends, and users are told as when it is restarted.
        disk = stack.enter_context(small_disk(engine.data / "small", 64, "postgres"))
        engine.execute(f"CREATE TABLESPACE small LOCATION '{disk.folder}'")
        stack.callback(engine.execute, "DROP TABLESPACE small")
        site = stack.enter_context(engine.site("database"))
        engine.execute("ALTER DATABASE database SET TABLESPACE small")
    else:
        disk = stack.enter_context(small_disk(engine.folder / "small", 32))
        site = stack.enter_context(engine.site("database", DATABASE_URL=f"sqlite:///{disk.folder}/portale.sqlite3"))
    trial = Trial(site, disk)
    pks = [trial.officer.begin(f"Pratica lunga {n}") for n in range(DRAFTS)]
    trial.fills()
    for number in range(MOST):
        # Letters that cannot be packed into fewer.
        words = " ".join([f"giro {number}", *(secrets.token_urlsafe(36) for _n in range(390))])
        answer = _save(trial.officer, pks[number % DRAFTS], trial.drafts, words, number // DRAFTS)
        if answer.status_code != 302:
            break
    trial.expect("full", answer, 507)
    again = reverse("desk:autosave", args=[pks[0], "why"])
    options = trial.officer.posting(again, trial.officer.section("why", "pieno"), Accept="application/json")
    trial.expect("full, by itself", trial.officer.once(again, **options), 507, 200)
    trial.reads()
    trial.frees()
    return trial


def _save(officer: Officer, pk: int, drafts: dict[int, str], words: str, seen: int = 0) -> HttpResponse:
    """Save one section, and remember it where that was acknowledged."""
    path = reverse("desk:section", args=[pk, "how"])
    data: dict[str, Any] = {**officer.forms["how"], "seen": str(seen), "activities": words}
    answer = officer.once(path, **officer.posting(path, data))
    if answer.status_code == 302:
        drafts[pk] = words
    return answer

"""A removal for the protection of personal data: what the practice said is masked everywhere at once, and erased after a month."""

import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from networks.models import Organisation, User
from practices import monitoring, sharing
from practices.models import Attachment, Event, Practice, Submission
from practices.models.choices import RemovalReason, Status
from practices.moderation import WrongStatus, editor, files, officer, people, replication
from practices.moderation import practice as verbs
from practices.moderation.erasing import erase
from practices.record import FIELDS
from practices.visits import look
from tests import make
from tests.everywhere import crawl, where_it_stands
from tests.invariants import broken
from tests.samples import client_of, history, pdf, picture, stored
from tests.test_canary import full_of_canaries

pytestmark = [pytest.mark.django_db, pytest.mark.no_cover, pytest.mark.walk]
WORD = "canarino"


class World:
    """A practice with the word in every text that anybody can write about it, and other practices around it."""

    def __init__(self) -> None:
        ours, theirs = make.organisation(), make.organisation("Comune di Torino", torino())
        self.by, self.someone = make.officer_of(ours, "manager"), make.editor_user()
        self.chief, self.coordinator = make.editor_user(chief=True), make.coordinator_of(ours)
        self.origin = self._published(theirs, title="Sportello di Torino", by=(other := make.officer_of(theirs)))
        self.theirs = other
        adapted = {
            "origin": self.origin.practice.code,
            "origin_name": "",
            "origin_url": "",
            "year": 2020,
            "changes": WORD,
            "outcome": "succeeded",
        }
        make.municipality()
        values = {**full_of_canaries("uno"), "title": f"Sportello {WORD} Rossi", "adaptations": [adapted], "commitments": []}
        values["releases_declared"] = True
        live = officer.start(ours, by=self.by, at=make.NOW, values=values)
        for file, kind in (
            (stored(pdf(WORD), f"{WORD}.pdf"), "report"),
            (stored(picture("PNG", (1300, 9)), f"{WORD}.png"), "picture"),
        ):
            files.attach(live, by=self.by, at=make.NOW, file=file, kind=kind, title=WORD, alternative_text=WORD)
        sharing.share(live, by=self.by, at=timezone.now(), note=WORD)
        live = officer.submit(live, by=self.by, at=make.later(1), similar_seen=True)
        live = editor.take(live, by=self.someone, at=make.later(2))
        editor.remark(live, by=self.someone, at=make.later(2), field="title", text=WORD)
        editor.note(live, by=self.someone, at=make.later(2), text=WORD)
        live = editor.request_changes(live, by=self.someone, at=make.later(3), reason=make.reason(), text=WORD)
        for one in live.remarks.all():
            officer.answer(one, by=self.by, at=make.later(4), text=WORD)
        live = officer.resubmit(live, by=self.by, at=make.later(5))
        self.live = editor.publish(live, by=self.someone, at=make.later(6))
        look(self.live, by=self.someone, at=make.NOW, shown={"title": WORD})
        self.practice = Practice.objects.get(pk=self.live.practice_id)
        self._say_around(theirs)

    def _published(self, of: Organisation, *, title: str, by: User) -> Submission:
        return make.submission(Status.PUBLISHED, of=of, by=by, title=title)

    def _say_around(self, theirs: Organisation) -> None:
        """A correction, readings, what others say of it, and a revision in the works."""
        verbs.correct(self.practice, by=self.someone, at=make.later(7), values={"summary": f"Senza {WORD}"})
        said = monitoring.Said(f"{WORD} 2025", date(2025, 12, 31), Decimal(10))
        indicator = self.live.indicators.get()
        (reading,) = monitoring.declare(self.practice, by=self.by, at=make.later(8), said=[(indicator, said)])
        newer = monitoring.Said(f"{WORD} 2025", date(2025, 12, 31), Decimal(11))
        reading = monitoring.correct(reading, by=self.by, at=make.later(8), said=newer)
        monitoring.contest(reading, by=self.someone, at=make.later(8), note=WORD)
        mine = self.live.adaptations.get()
        replication.dispute_adaptation(mine, by=self.theirs, at=make.later(9), text=WORD)
        self.adapter = self._adapting(theirs)
        replication.dispute_adaptation(self.adapter.adaptations.get(), by=self.by, at=make.later(9), text=WORD)
        elsewhere = make.organisation("Comune di Ivrea", make.municipality("Ivrea", "E379", sign="TO"))
        replication.propose_adaptation(self.practice, to=elsewhere, by=self.by, at=make.later(9), text=WORD)
        revision = officer.revise(self.practice, by=self.by, at=make.later(10))
        officer.save(revision, by=self.by, at=make.later(10), section="identity", seen=0, values={"summary": WORD})
        self.revision = revision

    def _adapting(self, theirs: Organisation) -> Submission:
        row = {
            "origin": self.practice.code,
            "origin_name": "",
            "origin_url": "",
            "year": 2021,
            "changes": "Orari.",
            "outcome": "partly",
        }
        return make.submission(Status.PUBLISHED, of=theirs, by=self.theirs, title="Dopo Reggio", adaptations=[row])

    def remove(self, at: Any = None) -> None:
        verbs.remove(
            self.practice, by=self.chief, at=at or make.later(20), reason=RemovalReason.PRIVACY, text="C'è un nome."
        )
        self.practice.refresh_from_db()


def torino() -> Any:
    return make.municipality("Torino", "L219", sign="TO", of=make.region("Piemonte", "ITC1"))


@pytest.fixture
def world(settings: Any, tmp_path: Path) -> World:
    settings.MEDIA_ROOT, settings.EMAIL_BACKEND = tmp_path, "portal.lib.mail.QueueBackend"
    return World()


def addresses_of(world: World) -> list[str]:
    """What somebody may have kept a link to."""
    p, s, r = world.practice, world.live, world.revision
    of_case = [reverse(f"desk:{name}", args=[row.pk]) for row in (s, r) for name in ("case", "preview", "links", "send")]
    of_files = [
        url for file in Attachment.objects.filter(submission__practice=p) for url in (file.address(), file.address(480))
    ]
    events = Event.objects.filter(practice=p, verb__in=("submit", "resubmit"))
    receipts = [reverse("desk:receipt", args=[s.pk, event.pk]) for event in events]
    in_admin = [reverse(f"admin:practices_submission_{name}", args=[s.pk]) for name in ("change", "dossier")]
    of_practice = [reverse(f"desk:{name}", args=[p.pk]) for name in ("readings", "readings_template", "replicate")]
    public = [reverse(f"practices:{name}", args=[p.slug]) for name in ("practice", "history", "reuse", "report")]
    of_preview = [reverse("practices:preview", args=[link.token]) for link in s.preview_links.all()]
    return [
        *of_case,
        *of_files,
        *receipts,
        *in_admin,
        *of_practice,
        *public,
        *of_preview,
        reverse("practices:version", args=[p.slug, 1]),
        reverse("admin:practices_practice_change", args=[p.pk]),
        f"/id/{p.code}",
        f"{reverse('practices:list')}?q={WORD[:-1]}i",
        f"{reverse('admin:practices_practice_changelist')}?q={WORD}",
        f"{reverse('admin:practices_submission_changelist')}?q={WORD}",
        f"{reverse('admin:practices_reading_changelist')}?q={WORD}",
        reverse("practices:csv"),
        reverse("practices:json"),
        reverse("practices:atom"),
    ]


def test_once_removed_nobody_below_superuser_reads_a_word_of_it_anywhere(world: World) -> None:
    before = crawl(world.chief, "/admin/", "/")
    assert any(WORD in text for text in before.values())
    addresses = addresses_of(world)
    world.remove()
    told: dict[str, list[str]] = {}
    for person in (None, world.by, world.theirs, world.coordinator, world.someone, world.chief):
        seen = crawl(person, "/", *(["/scrivania/", "/admin/"] if person else []), *addresses)
        # Its old address says its title, to who has it: in links to itself alone.
        for url, text in seen.items():
            if WORD in re.sub(rf"{world.practice.slug}|q={WORD}|value=\"{WORD}\"", "", text):
                told.setdefault(url, []).append(str(person))
    assert told == {}


def test_the_mails_that_wait_are_not_sent(world: World) -> None:
    assert any(WORD in mail.message for mail in Email.objects.all())
    world.remove()
    title = str(world.live)
    assert [mail.subject for mail in Email.objects.all() if WORD in mail.message.replace(title, "")] == []


def test_after_a_month_the_word_is_in_no_table_and_in_no_file(world: World, django_capture_on_commit_callbacks: Any) -> None:
    world.remove(at=timezone.now() - timedelta(days=31))
    before = where_it_stands(WORD)
    tables = {
        "practices.Submission",
        "practices.Practice",
        "practices.Event",
        "practices.Remark",
        "practices.Note",
        "practices.Visit",
        "practices.Attachment",
        "practices.PreviewLink",
        "practices.Reading",
        "practices.Indicator",
        "practices.Adaptation",
        "practices.AdaptationProposal",
        "practices.SearchWord",
        "taggit.Tag",
        "post_office.Email",
    }
    assert {label for label in before if label.count(".") == 1 and "/" not in label} == tables
    stored_before = sorted(
        path.suffix for path in Path(Attachment.objects.earliest("pk").file.storage.location).rglob("*.*")
    )
    assert stored_before == [".pdf", *[".png"] * 5]
    with django_capture_on_commit_callbacks(execute=True):
        call_command("apply_retention")
    assert where_it_stands(WORD, "rossi") == set()
    practice = Practice.objects.get(pk=world.practice.pk)
    assert (practice.erased_at is not None, practice.slug) == (True, practice.code.lower())
    # The bare record stays: that it was here, who decided, why it was removed.
    assert Client().get(f"/id/{practice.code}", follow=True).status_code == 410
    live = practice.submissions.get(status=Status.PUBLISHED)
    assert (live.title, live.decided_by, live.submitted_by) == ("", world.someone, world.by)
    said = practice.events.get(verb="remove")
    assert said.text == "tutela di dati personali: C'è un nome."
    # What others wrote of theirs stays.
    assert world.adapter.adaptations.get().changes == "Orari."
    assert Practice.objects.visible().filter(pk=world.adapter.practice_id).exists()
    assert client_of(world.chief).get(reverse("admin:practices_practice_change", args=[practice.pk])).status_code == 200


def test_what_was_erased_is_not_brought_back(world: World) -> None:
    world.remove()
    erase(world.practice, at=make.later(30))
    world.practice.refresh_from_db()
    assert verbs.possible(world.practice, by=world.chief) == []
    with pytest.raises(WrongStatus, match="cancellati"):
        verbs.restore(world.practice, by=world.chief, at=make.later(31))
    # A second time nothing happens.
    assert erase(world.practice, at=make.later(40)).erased_at == make.later(30)


def test_a_case_in_the_works_ends(world: World) -> None:
    """A proposal without its earlier text could be neither refused nor closed, and would stay in somebody's hands."""
    one, someone = world.revision, world.someone
    values = {"licence_accepted": True, "truth_declared": True, "releases_declared": True}
    officer.save(one, by=world.by, at=make.later(11), section="contacts", seen=0, values=values)
    one = editor.take(officer.submit(one, by=world.by, at=make.later(12), similar_seen=True), by=someone, at=make.later(13))
    editor.propose(one, by=someone, at=make.later(14), values={"title": "Più chiaro"}, text=WORD)
    world.remove()
    assert list(people.open_cases(someone)) == [one]
    erase(world.practice, at=make.later(30))
    assert list(people.open_cases(someone)) == []
    assert history(one)[-1] == ("withdraw", "to_confirm", "withdrawn")
    assert broken() == []


def test_only_what_was_removed_for_privacy_is_erased() -> None:
    live = make.published()
    with pytest.raises(ValueError, match="was not removed"), transaction.atomic():
        erase(live.practice, at=make.NOW)
    live.refresh_from_db()
    assert live.title


def test_a_file_that_another_practice_names_too_stays(
    settings: Any, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    by, chief = make.officer_of(make.organisation()), make.editor_user(chief=True)
    both = [make.submission(by=by, title=title) for title in ("Una pratica", "Un'altra pratica")]
    for one in both:
        files.attach(one, by=by, at=make.NOW, file=stored(pdf(), "x.pdf"), kind="report", title="X")
    live = editor.publish(
        editor.take(officer.submit(both[0], by=by, at=make.NOW, similar_seen=True), by=chief, at=make.NOW),
        by=chief,
        at=make.NOW,
    )
    verbs.remove(live.practice, by=make.editor_user(chief=True), at=make.NOW, reason=RemovalReason.PRIVACY, text="Nomi.")
    with django_capture_on_commit_callbacks(execute=True):
        erase(live.practice, at=make.NOW)
    assert [path.suffix for path in tmp_path.rglob("*.*")] == [".pdf"]


def test_every_text_of_the_record_is_erased(world: World) -> None:
    """Also of a field that somebody adds later."""
    world.remove()
    erase(world.practice, at=make.later(30))
    texts = [f.attname for f in Submission._meta.local_fields if f.name in FIELDS and not f.choices and not f.is_relation]
    kinds = {type(Submission._meta.get_field(name)).__name__ for name in texts}
    assert {"CharField", "TextField", "JSONField", "EmailField", "URLField"} <= kinds

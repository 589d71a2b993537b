"""`send_reminders`: each reminder on its day and not before, once, whatever the silence before it; the editors' digest."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from networks.models import User
from portal.lib.dates import a_year_after, a_year_before
from portal.lib.working_days import easter, is_working_day, working_days_before
from practices import monitoring
from practices.models import Event, Indicator, Practice, Submission
from practices.models.choices import Status
from practices.moderation import Refusal, editor, officer
from practices.moderation import practice as practice_verbs
from practices.moderation.on_behalf import hand_to_organisation
from practices.monitoring import Said
from practices.reminders import Reminder, due, remind
from tests import make
from tests.html_forms import send
from tests.samples import client_of, imported

pytestmark = pytest.mark.django_db


def run(at: datetime, *options: str) -> list[tuple[str, str]]:
    """Run the command at this moment; recipient and subject of each mail that it queued."""
    last = Email.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    call_command("send_reminders", *options, at=at, stdout=StringIO())
    return [(row.to[0], row.subject) for row in Email.objects.filter(pk__gt=last).order_by("pk")]


def morning(days: int, hour: int = 7) -> datetime:
    """The morning so many days after the day on which `make` does everything."""
    return datetime(2026, 3, 2, hour, 30, tzinfo=timezone.get_default_timezone()) + timedelta(days=days)


def reminded(one: Submission) -> list[tuple[date, str, str]]:
    """When, in which words and to whom a submission's reminders went."""
    rows = one.events.filter(verb="remind").order_by("pk")
    return [(timezone.localdate(row.at), row.text, row.mail.partition("\n")[0]) for row in rows]


# The calendar ------------------------------------------------------------------------------------------------------
def test_easter_monday_and_the_holidays_of_the_law_are_not_working_days() -> None:
    assert [easter(year) for year in (1961, 2000, 2008, 2026, 2038)] == [
        date(1961, 4, 2),
        date(2000, 4, 23),
        date(2008, 3, 23),
        date(2026, 4, 5),
        date(2038, 4, 25),
    ]
    days = [date(2027, 1, 1) + timedelta(days=n) for n in range(365)]
    assert [f"{day:%d.%m}" for day in days if day.weekday() < 5 and not is_working_day(day)] == [
        "01.01",
        "06.01",
        "29.03",
        "02.06",
        "04.10",
        "01.11",
        "08.12",
    ]
    assert (is_working_day(date(2024, 10, 4)), is_working_day(date(2025, 4, 25))) == (True, False)


@pytest.mark.parametrize(
    ("day", "before"),
    [
        (date(2026, 3, 9), date(2026, 3, 2)),  # Monday to Monday
        (date(2026, 3, 8), date(2026, 3, 1)),  # Sunday to Sunday
        (date(2026, 4, 13), date(2026, 4, 6)),  # Easter Monday in between
        (date(2027, 1, 8), date(2026, 12, 30)),  # the first and the sixth of January
    ],
)
def test_five_working_days_before(day: date, before: date) -> None:
    assert working_days_before(day, 5) == before


def test_a_year_before_agrees_with_a_year_after() -> None:
    days = [date(2023, 2, 20) + timedelta(days=n) for n in range(800)]
    for today in days:
        assert [day < a_year_before(today) for day in days] == [a_year_after(day) < today for day in days], today


# What is said, when, to whom ---------------------------------------------------------------------------------------
class World:
    """A municipality with two people, an editor, a chief, and one who acts for the municipality herself."""

    def __init__(self) -> None:
        self.of = make.organisation()
        self.anna = make.officer_of(self.of, email="anna@comune.example")
        make.officer_of(self.of, email="bruno@comune.example")
        self.editor = make.editor_user("redazione@ministero.example")
        make.editor_user("capo@ministero.example", chief=True)
        own = make.editor_user("capo.comune@ministero.example", chief=True)
        own.affiliations.create(organisation=self.of, status="ended", ended_at=make.NOW)
        for person in User.objects.filter(is_staff=True):
            person.unwanted_mails = ["digest"]
            person.save()

    def one(self, status: Status) -> Submission:
        return make.submission(status, of=self.of, by=self.anna, assignee=self.editor, title="Portierato")


BOTH = ("anna@comune.example", "bruno@comune.example")
TO_BOTH = f"A: {', '.join(BOTH)}"
OVERDUE, FIRST, SECOND, DRAFT, LAPSED, ENDED, SILENT = (str(reminder.label) for reminder in Reminder)
# A status → the days on which something is said, in which words, to whom.
EXPECTED: dict[Status, list[tuple[int, str, str]]] = {
    Status.SUBMITTED: [(7, OVERDUE, "A: capo.comune@ministero.example, capo@ministero.example")],
    Status.CHANGES_REQUESTED: [(14, FIRST, TO_BOTH), (30, SECOND, TO_BOTH)],
    Status.TO_CONFIRM: [(14, FIRST, TO_BOTH), (30, SECOND, TO_BOTH)],
    Status.DRAFT: [(90, DRAFT, "A: anna@comune.example")],
    Status.PUBLISHED: [(366, LAPSED, TO_BOTH)],
    Status.UNDER_REVIEW: [],
    Status.REJECTED: [],
    Status.WITHDRAWN: [],
}


@pytest.mark.parametrize("status", EXPECTED)
def test_each_is_reminded_of_on_its_day_and_once(status: Status) -> None:
    one = World().one(status)
    expected = [((morning(day)).date(), text, to) for day, text, to in EXPECTED[status]]
    for day, _text, _to in EXPECTED[status]:
        number = len(reminded(one))
        assert (run(morning(day - 1, hour=23)), len(reminded(one))) == ([], number)
        sent = run(morning(day))
        # Later on the same day, and after a week of silence, nothing more.
        assert (run(morning(day, hour=23)), run(morning(day + 7))) == ([], [])
        assert len(sent) == reminded(one)[-1][2].count("@")
    assert (run(morning(800)) == [], reminded(one)) == (True, expected)
    assert Submission.objects.get(pk=one.pk).status == status


def test_after_silence_the_first_reminder_comes_first_and_closing_waits_thirty_days_from_it() -> None:
    world = World()
    one = world.one(Status.CHANGES_REQUESTED)
    assert [subject for _to, subject in run(morning(40))] == ["Sollecito: «Portierato»"] * 2
    assert run(morning(55)) == []
    assert run(morning(56)) == [(to, "Secondo sollecito: «Portierato»") for to in BOTH]
    assert "dal 11 maggio 2026 la redazione può chiudere" in Email.objects.order_by("-pk")[0].message
    one.refresh_from_db()
    assert one.reminded_at == morning(40)
    with pytest.raises(Refusal, match="trenta giorni"):
        editor.close(one, by=world.editor, at=morning(70, hour=7) - timedelta(minutes=1))
    assert editor.close(one, by=world.editor, at=morning(70)).status == Status.WITHDRAWN
    assert run(morning(200)) == []


def test_an_answer_begins_the_waiting_anew() -> None:
    world = World()
    one = world.one(Status.CHANGES_REQUESTED)
    run(morning(14))
    one = officer.resubmit(one, by=world.anna, at=morning(15))
    assert run(morning(29)) == []
    editor.request_changes(one, by=world.editor, at=morning(30), reason=make.reason(), text="Ancora.")
    assert (run(morning(43)), len(run(morning(44)))) == ([], 2)


def test_a_touched_draft_is_young_again_and_a_new_confirmation_lasts_a_year() -> None:
    world = World()
    draft, live = world.one(Status.DRAFT), world.one(Status.PUBLISHED)
    officer.save(draft, by=world.anna, at=morning(80), section="why", values={"problem": "Un altro."}, seen=0)
    assert (run(morning(169)), [to for to, _subject in run(morning(170))]) == ([], ["anna@comune.example"])
    # Who no longer acts for the organisation does not hear of its draft: her colleagues do.
    world.anna.affiliations.update(status="ended", ended_at=make.NOW)
    Submission.objects.filter(pk=draft.pk).update(saved_at=morning(180))
    assert [to for to, _subject in run(morning(270))] == ["bruno@comune.example"]
    bruno = User.objects.get(email="bruno@comune.example")
    assert run(morning(366)) == [("bruno@comune.example", "È ancora valida? «Portierato»")]
    practice_verbs.confirm_valid(live.practice, by=bruno, at=morning(400))
    Submission.objects.filter(pk=draft.pk).delete()
    # Of the leap year 2028 the day counts.
    assert (run(morning(766)), len(run(morning(767)))) == ([], 1)


def test_a_draft_on_behalf_is_recalled_to_its_writer_until_it_is_the_organisations() -> None:
    world = World()
    draft = officer.start(world.of, by=world.editor, at=make.NOW, values=make.values(title="Per loro"))
    assert run(morning(90)) == [("redazione@ministero.example", "Una bozza da riprendere: «Per loro»")]
    officer.save(draft, by=world.editor, at=morning(91), section="why", values={"problem": "Un altro."}, seen=0)
    hand_to_organisation(draft, by=world.editor, at=morning(92))
    assert [to for to, _subject in run(morning(181))] == list(BOTH)


def test_archived_removed_and_imported_practices_are_left_in_peace() -> None:
    world = World()
    archived, removed = world.one(Status.PUBLISHED), world.one(Status.PUBLISHED)
    imported(world.of)
    chief = User.objects.get(email="capo@ministero.example")
    practice_verbs.archive(archived.practice, by=chief, at=make.later(9), notice="Conclusa.")
    practice_verbs.remove(removed.practice, by=chief, at=make.later(9), reason="mistake", text="Errore.")
    assert run(morning(400)) == []


def test_a_dry_run_says_what_would_go_and_changes_nothing() -> None:
    one, out = World().one(Status.CHANGES_REQUESTED), StringIO()
    User.objects.update(unwanted_mails=[])
    make.submission(Status.SUBMITTED, title="Libera")
    Email.objects.all().delete()
    call_command("send_reminders", "--dry-run", at=morning(14), stdout=out)
    editors = sorted(User.objects.filter(is_staff=True).values_list("email", flat=True))
    libera = Submission.objects.get(title="Libera").practice.code
    lines = {
        OVERDUE: [f"{libera} «Libera»"],
        FIRST: [f"{one.practice.code} «Portierato»"],
        SECOND: [],
        DRAFT: [],
        LAPSED: [],
        ENDED: [],
        SILENT: [],
        "Riepilogo del giorno alla redazione.": editors,
    }
    told = [line for what, names in lines.items() for line in [*(f"       {n}" for n in names), f"{len(names):>5}  {what}"]]
    assert out.getvalue().splitlines() == told
    assert (Email.objects.count(), reminded(one)) == (0, [])


def test_what_somebody_did_meanwhile_is_not_reminded_of() -> None:
    world = World()
    one, gone = world.one(Status.CHANGES_REQUESTED), world.one(Status.DRAFT)
    (listed,) = due(Reminder.FIRST, morning(14))
    (draft,) = due(Reminder.DRAFT, morning(90))
    officer.resubmit(one, by=world.anna, at=morning(14))
    officer.discard(gone, by=world.anna, at=morning(90))
    assert remind(listed, Reminder.FIRST, at=morning(14)) is False
    assert remind(draft, Reminder.DRAFT, at=morning(90)) is False
    assert Event.objects.filter(verb="remind").count() == 0


def test_ten_thousand_practices_that_wait_for_nobody_cost_as_many_queries_as_one() -> None:
    world, numbers = World(), []
    live = world.one(Status.PUBLISHED)
    fixed = {
        name: getattr(live, name)
        for name in ("organisation", "status", "decision", "decided_by", "decided_at", "submitted_by")
    }
    for more in (10_000, 0):
        with CaptureQueriesContext(connection) as captured:
            assert run(morning(10)) == []
        numbers.append(len(captured))
        confirmed = Practice(organisation=world.of, confirmed_on=make.NOW.date())
        practices = [Practice(organisation=world.of, confirmed_on=confirmed.confirmed_on) for _n in range(more)]
        Practice.objects.bulk_create(practices)
        Submission.objects.bulk_create(
            [Submission(practice=practice, published_at=make.NOW, **fixed) for practice in practices], batch_size=500
        )
    assert numbers == [numbers[0]] * 2


def test_new_readings_are_asked_for_a_year_after_the_last_once_a_year() -> None:
    world = World()
    row = {"name": "Iscritti", "unit": "persone", "baseline": None, "target": None, "direction": "up", "source": ""}
    live = make.submission(
        Status.PUBLISHED,
        of=world.of,
        by=world.anna,
        assignee=world.editor,
        title="Portierato",
        indicators=[row, {**row, "name": "Ore"}],
    )
    first, second = live.indicators.order_by("pk")

    def declare(indicator: Indicator, at: datetime) -> None:
        said = Said("2025", date(2025, 12, 31), Decimal(1))
        monitoring.declare(live.practice, by=world.anna, at=at, said=[(indicator, said)])

    def asked(at: datetime) -> list[tuple[str, str]]:
        return [(to, subject) for to, subject in run(at) if "nuovi dati" in subject]

    both = [(to, "Ci sono nuovi dati? «Portierato»") for to in BOTH]
    declare(first, morning(100))
    assert (asked(morning(365, hour=23)), asked(morning(366)), asked(morning(373))) == ([], both, [])
    body = Email.objects.filter(subject=both[0][1]).latest("pk").message
    assert ("- Ore" in body, "- Iscritti" in body) == (True, False)
    assert f"/scrivania/pratiche/{live.practice_id}/rilevazioni/" in body
    # The other one falls silent later; both are told of in the next mail, a year after this one.
    assert (asked(morning(466)), asked(morning(732)), asked(morning(733)), asked(morning(900))) == ([], [], both, [])
    body = Email.objects.filter(subject=both[0][1]).latest("pk").message
    assert ("- Ore" in body, "- Iscritti" in body) == (True, True)
    texts = live.events.filter(verb="remind_readings").values_list("text", flat=True)
    assert list(texts) == [SILENT] * 2
    # A value begins another year; what is closed is not asked for.
    declare(second, morning(901))
    monitoring.close(first, by=world.anna, at=morning(901))
    assert (asked(morning(1266)), asked(morning(1267))) == ([], both)
    # It was asked for figures, and not whether the practice still holds.
    assert live.events.filter(verb="remind").exclude(text__in=(LAPSED, ENDED)).count() == 0


def test_a_dashboard_says_when_readings_are_due() -> None:
    world = World()
    row = {"name": "Iscritti", "unit": "persone", "baseline": None, "target": None, "direction": "up", "source": ""}
    live = make.submission(Status.PUBLISHED, of=world.of, by=world.anna, assignee=world.editor, indicators=[row])
    due_words = "Da più di un anno non ci sono nuove rilevazioni"
    live.indicators.update(published_at=timezone.now() - timedelta(days=400))
    client = client_of(world.anna)
    assert due_words in client.get("/scrivania/").content.decode()
    said = Said("2025", date(2025, 12, 31), Decimal(1))
    monitoring.declare(live.practice, by=world.anna, at=timezone.now(), said=[(live.indicators.get(), said)])
    assert due_words not in client.get("/scrivania/").content.decode()


# The digest --------------------------------------------------------------------------------------------------------
class Newsroom:
    """Cases in two territories and a request that only an editor can approve; three editors who choose differently."""

    def __init__(self) -> None:
        other = make.region("Piemonte", "ITC1")
        self.here = make.organisation()
        self.there = make.organisation("Comune di Torino", make.municipality("Torino", "L219", sign="TO", of=other))
        self.all = make.editor_user("tutti@ministero.example")
        self.some = make.editor_user("piemonte@ministero.example")
        self.none = make.editor_user("niente@ministero.example")

    def chooses(self, person: User, **changes: object) -> None:
        """On the page of her mails."""
        assert send(client_of(person), reverse("desk:mails"), **changes).status_code == 302


def test_the_digest_tells_each_editor_of_her_territories_once_a_day() -> None:
    room = Newsroom()
    room.chooses(room.some, regions=["ITC1"])
    room.chooses(room.none, wanted=["receipt"])
    assert run(morning(0)) == []  # nothing to say, no mail
    make.submission(Status.SUBMITTED, of=room.here, title="Vecchia")
    young = make.submission(Status.SUBMITTED, of=room.there, title="Giovane")
    Submission.objects.filter(pk=young.pk).update(waiting_since=morning(6))
    make.submission(Status.UNDER_REVIEW, of=room.there, assignee=room.all, title="In carico")
    requested = make.user("chiede@comune.example").affiliations.create(organisation=room.there)
    make.officer_of(room.here, "manager")
    make.user().affiliations.create(organisation=room.here)  # her manager approves this one
    Event.objects.create(practice=young.practice, verb="remind", at=morning(7))
    sent = run(morning(7))
    assert sent == [
        ("piemonte@ministero.example", "Oggi in redazione: 1 da prendere in carico; richieste di incarico: 1"),
        (
            "tutti@ministero.example",
            "Oggi in redazione: 2 da prendere in carico, di cui in ritardo 1; richieste di incarico: 1",
        ),
    ]
    told = {row.to[0]: row.message for row in Email.objects.order_by("-pk")[:2]}
    whole, part = told["tutti@ministero.example"], told["piemonte@ministero.example"]
    assert (
        whole.index("In ritardo")
        < whole.index("«Vecchia»")
        < whole.index("Da prendere in carico")
        < whole.index("«Giovane»")
    )
    assert ("«Vecchia»" in part, "«Giovane»" in part, "In carico»" in whole) == (False, True, False)
    assert [f"/admin/networks/affiliation/{requested.pk}/change/" in text for text in (whole, part)] == [True, True]
    assert (run(morning(7, hour=22)), len(run(morning(8)))) == ([], 2)


def test_of_many_cases_the_first_thirty_are_named_and_the_others_counted() -> None:
    room = Newsroom()
    room.chooses(room.some, wanted=["receipt"])
    room.chooses(room.none, wanted=["receipt"])
    for _n in range(31):
        make.submission(Status.SUBMITTED, of=room.here)
    more = "/admin/practices/submission/?coda=libere"
    counted = []
    for day in (1, 2):
        run(morning(day))
        [text] = Email.objects.order_by("-pk")[:1].values_list("message", flat=True)
        counted.append([line.split(": http")[0] for line in text.splitlines() if line.endswith(more)])
        make.submission(Status.SUBMITTED, of=room.here)
    assert counted == [["E un'altra"], ["E altre 2"]]


def test_who_acts_for_an_organisation_is_not_told_of_its_cases_and_a_dismissed_editor_of_none() -> None:
    room = Newsroom()
    make.submission(Status.SUBMITTED, of=room.here)
    room.all.affiliations.create(organisation=room.here, status="active", active_from=make.NOW)
    room.none.groups.clear()
    assert [to for to, _subject in run(morning(1))] == ["piemonte@ministero.example"]


def test_only_editors_choose_territories() -> None:
    someone = make.user()
    response = client_of(someone).post(reverse("desk:mails"), {"regions": [make.region().pk]})
    assert (response.status_code, someone.digest_regions.count()) == (302, 0)

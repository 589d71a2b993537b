"""People who do the same thing at the same moment, on real connections. SQLite lets its writers in one by one."""

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from io import StringIO
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from networks import affiliations, directory, invitations
from networks.affiliations import Refused
from networks.models import Editor, Organisation, User
from portal.lib.content_version import current_version, raise_version
from portal.lib.models import ContentVersion
from portal.news.publishing import publish_due
from practices import content
from practices.models import Event, Practice, SearchEntry, Submission
from practices.models.choices import RemovalReason, Status
from practices.moderation import Refusal, Stale, WrongStatus, colleagues, editor, files, merging, officer, people, practice
from tests import make
from tests.news import news
from tests.samples import client_of, imported, pdf, stored

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
AT = make.later(60)
ROUNDS = 20


def at_once(jobs: Iterable[Callable[[], Any]]) -> list[Any]:
    """What these return or refuse, begun together, each in a thread with a connection of its own."""
    jobs = list(jobs)
    barrier = Barrier(len(jobs))

    def run(job: Callable[[], Any]) -> Any:
        try:
            barrier.wait()
            return job()
        except (Refusal, Refused) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def attempts(verb: Callable[..., Any], rows: Iterable[Any], **given: Any) -> Callable[[], list[Any]]:
    """The verb on every row, whatever becomes of it on the others."""

    def run() -> list[Any]:
        found = []
        for row in rows:
            try:
                found.append(verb(row, at=AT, **given))
            except Refusal as refusal:
                found.append(refusal)
        return found

    return run


def cases(status: Status, assignees: list[User] | None = None) -> list[Submission]:
    """Twenty submissions of one organisation, each with a title of its own."""
    of = make.organisation()
    by = make.officer_of(of)
    return [
        make.submission(
            status, of=of, by=by, title=f"Pratica {n}", assignee=assignees[n % len(assignees)] if assignees else None
        )
        for n in range(ROUNDS)
    ]


def torino() -> Organisation:
    return make.organisation("Comune di Torino", make.municipality("Torino", "L219", sign="TO"))


# Editors -----------------------------------------------------------------------------------------------------------


def test_four_editors_take_twenty_cases_once_each() -> None:
    rows = cases(Status.SUBMITTED)
    editors = [make.editor_user() for _ in range(4)]
    found = at_once(attempts(editor.take, rows, by=by) for by in editors)
    refused = [each for row in zip(*found, strict=True) for each in row if not isinstance(each, Submission)]
    assert (len(refused), {type(each) for each in refused}) == (60, {WrongStatus})
    for row in rows:
        taken = Submission.objects.get(pk=row.pk)
        assert list(row.events.filter(verb="take").values_list("by", flat=True)) == [taken.assignee_id]
        assert taken.status == Status.UNDER_REVIEW


def test_four_editors_publish_and_reject_twenty_cases_once_each() -> None:
    editors = [make.editor_user(chief=True) for _ in range(4)]
    rows, reason = cases(Status.UNDER_REVIEW, editors), make.reason("reject")
    before = current_version()

    def decide(row: Submission, *, by: User, at: Any) -> Submission:
        if row.assignee_id == by.pk:
            return editor.reject(row, by=by, at=at, reason=reason, text="No.")
        return editor.publish(row, by=by, at=at)

    found = at_once(attempts(decide, rows, by=by) for by in editors)
    refused = [each for row in zip(*found, strict=True) for each in row if not isinstance(each, Submission)]
    assert (len(refused), {type(each) for each in refused}) == (60, {WrongStatus})
    for row in rows:
        decided = Submission.objects.get(pk=row.pk)
        events = list(row.events.filter(verb__in=("publish", "reject")).values_list("verb", "by", "to_status"))
        assert events == [(decided.decision, decided.decided_by_id, decided.status)]
    statuses = Counter(Submission.objects.values_list("status", flat=True))
    assert set(statuses) <= {"published", "rejected"}
    published = statuses["published"]
    assert (Practice.objects.exclude(slug=None).count(), SearchEntry.objects.count()) == (published, published)
    assert current_version() - before == published


def test_practices_of_the_same_name_published_at_once_have_addresses_of_their_own() -> None:
    of = make.organisation()
    by = make.officer_of(of)
    editors = [make.editor_user(chief=True) for _ in range(4)]
    for _ in range(3):
        rows = [make.submission(Status.UNDER_REVIEW, of=of, by=by, title="Casa") for _ in range(4)]
        at_once(lambda row=row, by=by: editor.publish(row, by=by, at=AT) for row, by in zip(rows, editors, strict=True))
    assert set(Practice.objects.values_list("slug", flat=True)) == {"casa", *(f"casa-{n}" for n in range(2, 13))}


def test_a_case_is_published_or_withdrawn_and_never_both() -> None:
    chief = make.editor_user(chief=True)
    rows = cases(Status.UNDER_REVIEW, [chief])
    by = rows[0].submitted_by
    at_once([attempts(editor.publish, rows, by=chief), attempts(officer.withdraw, list(reversed(rows)), by=by)])
    for row in rows:
        last = row.events.filter(verb__in=("publish", "withdraw")).values_list("to_status", flat=True)
        assert list(last) == [Submission.objects.get(pk=row.pk).status]


def test_the_first_changes_of_the_content_are_all_counted() -> None:
    ContentVersion.objects.all().delete()
    at_once([transaction.atomic(raise_version)] * 4)
    assert current_version() == 5


# Officers ----------------------------------------------------------------------------------------------------------


def test_a_double_click_starts_one_draft() -> None:
    of = make.organisation()
    by, values = make.officer_of(of), make.values()
    for number in range(1, ROUNDS + 1):
        token = uuid4()
        made = at_once([lambda token=token: officer.start(of, by=by, at=AT, values=values, token=token)] * 2)
        assert made[0] == made[1]
        assert (Practice.objects.count(), Submission.objects.count(), Event.objects.count()) == (number,) * 3


def test_a_double_click_sends_once_and_both_answers_lead_to_the_case() -> None:
    of = make.organisation()
    by = make.officer_of(of)
    for _ in range(5):
        draft = make.submission(of=of, by=by)
        clients = [client_of(by), client_of(by)]
        send, case = reverse("desk:send", args=[draft.pk]), reverse("desk:case", args=[draft.pk])
        answers = at_once(partial(client.post, send, {"similar_seen": "on"}) for client in clients)
        assert [(answer.status_code, answer.get("Location")) for answer in answers] == [(302, case)] * 2
        assert list(draft.events.values_list("verb", flat=True)) == ["start", "submit"]


def test_two_officers_who_revise_at_once_find_one_draft() -> None:
    of = make.organisation()
    people = [make.officer_of(of), make.officer_of(of)]
    for _ in range(5):
        live = make.published(of=of, by=people[0])
        made = at_once(lambda by=by, live=live: officer.revise(live.practice, by=by, at=AT) for by in people)
        assert (made[0] == made[1], live.practice.submissions.count()) == (True, 2)
        assert made[0].events.count() == 1


def test_two_towns_that_claim_at_once_do_not_both_get_it() -> None:
    body = Organisation.objects.create(kind="third_sector", name="Ponte", slug="ponte")
    towns = [make.organisation(), torino()]
    people = [make.officer_of(town) for town in towns]
    codes = [town.municipality_id for town in towns]
    for number in range(5):
        model = imported(body, slug=f"sportello-{number}", municipalities=codes)
        found = at_once(
            lambda town=town, by=by, model=model: officer.claim(model.practice, organisation=town, by=by, at=AT)
            for town, by in zip(towns, people, strict=True)
        )
        assert sorted(type(each).__name__ for each in found) == ["Submission", "WrongStatus"]
        assert model.practice.submissions.count() == 2


def test_of_two_who_save_the_same_section_one_is_told_and_nothing_is_lost() -> None:
    draft = make.submission()
    people = [draft.created_by, make.officer_of(draft.organisation)]
    for number in range(ROUNDS):
        found = at_once(
            lambda by=by, n=number: officer.save(
                draft, by=by, at=AT, section="why", values={"problem": f"{n} di {by}", "context": f"{n} di {by}"}, seen=n
            )
            for by in people
        )
        assert sorted(type(each).__name__ for each in found) == ["Stale", "Submission"]
        winner = people[isinstance(found[0], Stale)]
        now = Submission.objects.get(pk=draft.pk)
        text = f"{number} di {winner}"
        assert (now.problem, now.context, now.section_versions) == (text, text, {"why": number + 1})


def test_of_two_who_save_two_sections_both_are_saved() -> None:
    draft = make.submission()
    before = content.read(draft)
    rows = [{"fund": "fami", "amount": "1", "from_year": None, "to_year": None}]
    for n in range(ROUNDS):
        why = {"section": "why", "values": {"problem": f"Giro {n}"}}
        means = {"section": "means", "values": {"funding_lines": rows * (n % 3), "staff": f"Giro {n}"}}
        found = at_once(
            lambda given=given, n=n: officer.save(draft, by=draft.created_by, at=AT, seen=n, **given)
            for given in (why, means)
        )
        assert [type(each) for each in found] == [Submission, Submission]
        now = Submission.objects.get(pk=draft.pk)
        assert content.read(now) == {**before, **why["values"], **means["values"]}
        assert now.section_versions == {"why": n + 1, "means": n + 1}


def test_the_same_file_attached_twice_at_once_is_one_attachment() -> None:
    draft = make.submission()
    file = stored(pdf("due volte"), "due.pdf")
    made = at_once([lambda: files.attach(draft, by=draft.created_by, at=AT, file=file, kind="report", title="Due")] * 2)
    assert (made[0] == made[1], draft.attachments.count()) == (True, 1)


def test_requests_invitations_and_managers_who_leave_at_once() -> None:
    """One row however many clicks; the organisation is never left without a manager; no deadlock."""
    of = make.organisation()
    first, second = (make.officer_of(of, "manager") for _n in range(2))
    make.officer_of(of)
    people = [make.verified_user(f"x{n}@example.org") for n in range(4)]
    now = timezone.now()
    row = invitations.invite(of, email="x0@example.org", role="contributor", by=first, at=now)
    at_once(
        [
            *[partial(affiliations.request, of, by=person, at=now) for person in people for _click in range(2)],
            *[partial(invitations.accept, row, by=people[0], at=now) for _click in range(2)],
            *[partial(invitations.invite, of, email="y@example.org", role="manager", by=second, at=now) for _n in range(2)],
        ]
    )
    rows = of.affiliations.filter(user__in=people).order_by("user__email").values_list("user__email", "status")
    assert list(rows) == [(person.email, "active" if person == people[0] else "requested") for person in people]
    assert invitations.Invitation.objects.count() == 2
    # Each would leave the other behind: one of them stays.
    outcome = at_once([partial(affiliations.end, m.affiliations.get(), by=m, at=now) for m in (first, second)])
    assert sorted(type(one).__name__ for one in outcome) == ["Affiliation", "Refused"]
    assert of.affiliations.managers().count() == 1


def test_two_people_ask_for_a_comune_that_is_no_organisation_yet() -> None:
    for n in range(ROUNDS):
        town = make.municipality(f"Paese {n}", f"X{n:03}")
        people = [make.user(), make.user()]
        asked = at_once([partial(directory.request_for_town, town, by=person, at=AT) for person in people])
        assert {one.organisation.municipality_id for one in asked} == {town.pk}
    assert Organisation.objects.count() == ROUNDS


def test_two_timers_that_remind_at_once_say_each_thing_once() -> None:
    asked = cases(Status.CHANGES_REQUESTED)
    make.submission(Status.SUBMITTED, by=asked[0].created_by)
    editors = Editor.objects.count()
    Email.objects.all().delete()
    at = make.NOW + timedelta(days=14)
    at_once([lambda: call_command("send_reminders", at=at, stdout=StringIO())] * 2)
    reminders = Event.objects.filter(verb="remind", to_status="changes_requested")
    assert Counter(reminders.values_list("submission", flat=True)) == Counter(case.pk for case in asked)
    subjects = Counter(subject.partition(":")[0] for subject in Email.objects.values_list("subject", flat=True))
    assert subjects == {"Sollecito": ROUNDS, "Oggi in redazione": editors}


def test_a_duplicate_and_what_it_was_merged_into_are_removed_and_restored_at_once() -> None:
    """Each holds its own practice and, at the end, the content version; neither may wait for the other's practice."""
    chief = make.editor_user(chief=True)
    into, duplicate = (make.published(title=title).practice for title in ("Quella che resta", "La doppia"))
    merging.merge(duplicate, into=into, by=chief, at=AT, text="È la stessa.")

    def again_and_again(row: Practice) -> Callable[[], None]:
        def run() -> None:
            for _n in range(ROUNDS):
                practice.remove(row, by=chief, at=AT, reason=RemovalReason.MISTAKE, text="Errore.")
                practice.restore(row, by=chief, at=AT)

        return run

    assert at_once([again_and_again(row) for row in (into, duplicate)]) == [None, None]
    assert Event.objects.filter(verb="restore").count() == 2 * ROUNDS


def test_two_chief_editors_who_dismiss_each_other_leave_one() -> None:
    for _n in range(5):
        one, two = (make.editor_user(chief=True) for _two in range(2))
        said = at_once([partial(people.dismiss, a, by=b, at=AT) for a, b in ((one, two), (two, one))])
        assert [isinstance(answer, Refusal) for answer in said].count(True) == 1
        assert Editor.objects.chiefs().count() == 1
        Editor.objects.chiefs().get().groups.clear()


def test_cases_given_to_a_colleague_while_those_who_follow_them_leave() -> None:
    """Each goes through all of them: their versions began in another order than their practices."""
    examiner, other, chief = make.editor_user(), make.editor_user(), make.editor_user(chief=True)
    rows = cases(Status.PUBLISHED)
    of, by = rows[0].organisation, rows[0].submitted_by
    make.officer_of(of, "manager")
    values = {"licence_accepted": True, "truth_declared": True}
    opened = []
    for row in reversed(rows):
        one = officer.revise(row.practice, by=by, at=AT)
        officer.save(one, by=by, at=AT, section="contacts", seen=0, values=values)
        one = officer.submit(one, by=by, at=AT, similar_seen=True)
        opened.append(editor.take(one, by=examiner, at=AT))
    affiliation = by.affiliations.get()
    given, _ended = at_once(
        [
            lambda: people.give_cases(examiner, by=chief, at=AT, to=other),
            lambda: colleagues.end_affiliation(affiliation, by=by, at=AT),
        ]
    )
    assert (len(given[0]), given[1]) == (ROUNDS, [])
    found = Submission.objects.filter(pk__in=[one.pk for one in opened])
    assert set(found.values_list("assignee", "followed_by")) == {(other.pk, None)}


def test_two_timers_publish_each_scheduled_news_item_once() -> None:
    for number in range(ROUNDS):
        news("scheduled", title=f"Programmata {number}", publish_at=AT)
    raise_version()
    before = current_version()
    published = at_once([partial(publish_due, AT)] * 2)
    assert (sum(published), current_version()) == (ROUNDS, before + ROUNDS)

"""What happens where one deed crosses another: a colleague leaves while a practice is merged, a correction meets a draft."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from networks import affiliations, invitations
from networks.models import Affiliation, User
from practices import sharing
from practices.admin.decisions import last_event
from practices.models import Practice, Submission
from practices.models.choices import Status
from practices.moderation import Refusal, colleagues, editor, merging, officer
from practices.moderation import practice as verbs
from practices.moderation.errors import WrongStatus
from practices.record import FIELDS
from tests import make
from tests.samples import client_of

pytestmark = pytest.mark.django_db
AT = make.later(60)
TIME = FIELDS["started_on"].section
IDENTITY = {
    "kind": "good_practice",
    "summary": "Una sintesi.",
    "main_theme": "casa",
    "action_type": "place",
    "tags": "quartiere",
    "title_en": "",
    "summary_en": "",
}


def another() -> Practice:
    torino = make.organisation("Comune di Torino", make.municipality("Torino", "L219", sign="TO"))
    return make.submission(Status.PUBLISHED, of=torino, title="Quella che resta", tags=[]).practice


def page_of(user: User, submission: Submission) -> str:
    return client_of(user).get(reverse("desk:case", args=[submission.pk])).content.decode()


def sent_revision(published: Submission, *, ed: User) -> Submission:
    by = published.created_by
    draft = officer.revise(published.practice, by=by, at=make.later(10))
    agreed = {"licence_accepted": True, "truth_declared": True}
    draft = officer.save(draft, by=by, at=make.later(11), section="contacts", seen=0, values=agreed)
    draft = officer.submit(draft, by=by, at=make.later(12), similar_seen=True)
    return editor.take(draft, by=ed, at=make.later(13))


def test_a_colleague_leaves_while_her_practice_is_merged() -> None:
    stays, of = another(), make.organisation()
    manager, anna = make.officer_of(of, "manager"), make.officer_of(of)
    duplicate = make.submission(Status.PUBLISHED, of=of, by=manager).practice
    draft = officer.revise(Practice.objects.get(pk=duplicate.pk), by=anna, at=make.later(20))
    merging.merge(duplicate, into=stays, by=make.editor_user(chief=True), at=AT, text="Doppione.")
    ended = colleagues.end_affiliation(anna.affiliations.get(), by=manager, at=AT, to=manager)
    draft.refresh_from_db()
    assert (ended.status, draft.followed_by) == (Affiliation.Status.ENDED, manager)


def test_who_administers_the_portal_ends_an_affiliation() -> None:
    draft = make.submission()
    root = User.objects.create_superuser("root@example.org", "x")
    ended = colleagues.end_affiliation(draft.created_by.affiliations.get(), by=root, at=AT)
    draft.refresh_from_db()
    assert (ended.status, draft.followed_by) == (Affiliation.Status.ENDED, None)


def test_a_coordinator_does_not_read_staffs_fields_among_the_changes() -> None:
    submission = make.submission(Status.CHANGES_REQUESTED)
    values = {"contact_person": "CANARINO"}
    seen = submission.section_versions.get("contacts", 0)
    officer.save(submission, by=submission.created_by, at=AT, section="contacts", seen=seen, values=values)
    assert "CANARINO" in page_of(submission.created_by, submission)
    assert "CANARINO" not in page_of(make.coordinator_of(submission.organisation), submission)


def test_a_contributor_answers_remarks_where_only_managers_send() -> None:
    of = make.organisation(only_managers_submit=True)
    manager, anna, ed = make.officer_of(of, "manager"), make.officer_of(of), make.editor_user()
    submission = officer.start(of, by=anna, at=make.NOW, values=make.values())
    submission = officer.submit(submission, by=manager, at=make.later(1), similar_seen=True)
    submission = editor.take(submission, by=ed, at=make.later(2))
    submission = editor.request_changes(
        submission, by=ed, at=make.later(3), reason=make.reason(), text="x", remarks=[("title", "cambia")]
    )
    assert reverse("desk:answer", args=[submission.pk]) in page_of(anna, submission)


def test_marking_as_done_keeps_the_answer() -> None:
    submission = make.submission(Status.UNDER_REVIEW)
    submission = editor.request_changes(
        submission,
        by=submission.assignee,
        at=make.later(9),
        reason=make.reason(),
        text="x",
        remarks=[("title", "cambia")],
    )
    remark, client = submission.remarks.get(), client_of(submission.created_by)
    url = reverse("desk:answer", args=[submission.pk])
    client.post(url, {f"answer-{remark.pk}-text": "Risposta lunga"})
    client.post(url, {"done": remark.pk})
    remark.refresh_from_db()
    assert (remark.answer, remark.state) == ("Risposta lunga", "answered")


def test_an_old_invitation_does_not_bring_back_who_left() -> None:
    of, now = make.organisation(), timezone.now()
    manager, anna = make.officer_of(of, "manager"), make.verified_user("anna@example.org")
    invitation = invitations.invite(of, email="anna@example.org", role="manager", by=manager, at=now)
    asked = affiliations.request(of, by=anna, at=now)
    affiliations.approve(asked, by=manager, at=now, role="contributor")
    affiliations.end(asked, by=manager, at=now + timedelta(hours=1))
    with pytest.raises(affiliations.Refused, match="non vale più"):
        invitations.accept(invitation, by=anna, at=now + timedelta(hours=2))
    assert affiliations.own_role(anna, of) is None


def test_the_title_of_a_removed_practice_is_nowhere_at_the_desk() -> None:
    published = make.submission(Status.PUBLISHED)
    by, coordinator = published.created_by, make.coordinator_of(published.organisation)
    draft = officer.revise(published.practice, by=by, at=make.later(9))
    seen = draft.section_versions.get("identity", 0)
    draft = officer.save(draft, by=by, at=AT, section="identity", seen=seen, values={"title": "NOME COGNOME"})
    agreed = {"licence_accepted": True, "truth_declared": True}
    draft = officer.save(draft, by=by, at=AT, section="contacts", seen=0, values=agreed)
    officer.submit(draft, by=by, at=AT, similar_seen=True)
    pages = [client_of(user).get(reverse("desk:dashboard")).content.decode() for user in (by, coordinator)]
    assert ["NOME COGNOME" in page for page in pages] == [True, True]
    verbs.remove(published.practice, by=make.editor_user(chief=True), at=AT, reason="privacy", text="x")
    pages = [client_of(user).get(reverse("desk:dashboard")).content.decode() for user in (by, coordinator)]
    assert ["NOME COGNOME" in page for page in pages] == [False, False]


def test_a_removed_practice_is_not_moderated_on() -> None:
    ed = make.editor_user()
    published = make.submission(Status.PUBLISHED, assignee=ed)
    draft = sent_revision(published, ed=ed)
    verbs.remove(published.practice, by=make.editor_user(chief=True), at=AT, reason="mistake", text="x")
    Email.objects.all().delete()
    with pytest.raises(WrongStatus, match="rimossa"):
        editor.request_changes(draft, by=ed, at=AT, reason=make.reason(), text="Completate.")
    assert Email.objects.count() == 0
    assert editor.release(draft, by=ed, at=AT).status == Status.SUBMITTED


def test_what_was_written_is_masked_after_a_removal_for_privacy() -> None:
    ed = make.editor_user()
    submission = make.submission(Status.CHANGES_REQUESTED, assignee=ed, title="La storia di MARIO ROSSI")
    by, chief = submission.created_by, make.editor_user(chief=True)
    submission = officer.resubmit(submission, by=by, at=make.later(20))
    submission = editor.propose(
        submission, by=ed, at=make.later(21), values={"problem": "Altro"}, text="Togliete MARIO ROSSI"
    )
    submission = officer.refuse(submission, by=by, at=make.later(22), text="MARIO ROSSI ci ha autorizzati")
    submission = editor.publish(submission, by=chief, at=make.later(23))
    verbs.remove(submission.practice, by=chief, at=AT, reason="privacy", text="x")
    url = reverse("admin:practices_practice_change", args=[submission.practice_id])
    assert "MARIO ROSSI" not in client_of(ed).get(url).content.decode()
    Email.objects.all().delete()
    verbs.restore(submission.practice, by=chief, at=AT)
    sent = Email.objects.get()
    assert "MARIO ROSSI" not in sent.subject + sent.message


def test_what_is_restored_archived_is_not_said_to_be_in_the_lists() -> None:
    published, chief = make.submission(Status.PUBLISHED), make.editor_user(chief=True)
    verbs.archive(published.practice, by=chief, at=AT, notice="Finita.")
    verbs.remove(published.practice, by=chief, at=AT, reason="mistake", text="x")
    Email.objects.all().delete()
    verbs.restore(published.practice, by=chief, at=AT)
    assert "archiviata com'era prima" in Email.objects.get().message
    Email.objects.all().delete()
    verbs.restore(published.practice, by=chief, at=AT)
    assert "negli elenchi" in Email.objects.get().message


def test_autosave_leaves_half_a_period_in_the_browser() -> None:
    submission = make.submission(started_on="2018", ended_on="2019")
    client = client_of(submission.created_by)
    data = {"seen": submission.section_versions.get(TIME, 0), "stage": "running"}
    data |= {"started_on_year": "2021", "ended_on_year": "2019"}
    names = {f"{field}_{part}": "" for field in ("started_on", "ended_on") for part in ("day", "month")}
    answer = client.post(reverse("desk:autosave", args=[submission.pk, TIME]), {**names, **data})
    submission.refresh_from_db()
    assert (answer.status_code, "La fine viene prima dell'inizio." in answer.json()["errors"].values()) == (200, True)
    assert (submission.started_on.year, submission.ended_on.year) == (2018, 2019)


def test_a_mistake_does_not_make_an_old_page_a_new_one() -> None:
    submission = make.submission()
    anna, bea = client_of(submission.created_by), client_of(make.officer_of(submission.organisation))
    url, seen = reverse("desk:autosave", args=[submission.pk, "identity"]), submission.section_versions.get("identity", 0)
    bea.post(url, {**IDENTITY, "summary": submission.summary, "title": "Titolo della collega", "seen": seen})
    answer = anna.post(url, {**IDENTITY, "summary": submission.summary, "title": "", "seen": seen})
    again = answer.json().get("seen", seen)
    answer = anna.post(url, {**IDENTITY, "summary": submission.summary, "title": "Titolo mio", "seen": again})
    submission.refresh_from_db()
    assert (answer.status_code, submission.title) == (409, "Titolo della collega")


def test_half_a_period_is_not_corrected_in_a_draft() -> None:
    published = make.submission(Status.PUBLISHED, started_on="2019", ended_on="2022")
    by = published.created_by
    draft = officer.revise(published.practice, by=by, at=make.later(10))
    seen = draft.section_versions.get(TIME, 0)
    officer.save(draft, by=by, at=make.later(11), section=TIME, seen=seen, values={"started_on": "2021"})
    verbs.correct(published.practice, by=make.editor_user(), at=AT, values={"ended_on": "2020"})
    draft.refresh_from_db()
    assert (draft.ended_on.year, list(draft.remarks.values_list("field", flat=True))) == (2022, ["ended_on"])


def test_who_examines_a_draft_learns_that_it_was_corrected() -> None:
    ed = make.editor_user()
    published = make.submission(Status.PUBLISHED, assignee=ed)
    draft = sent_revision(published, ed=ed)
    before = last_event(draft)
    verbs.correct(published.practice, by=make.editor_user(), at=AT, values={"problem": "Conflitti fra vicini."})
    draft = Submission.objects.get(pk=draft.pk)
    assert (draft.problem, last_event(draft) > before) == ("Conflitti fra vicini.", True)


def test_going_back_goes_to_what_was_public_last() -> None:
    ed, chief = make.editor_user(), make.editor_user(chief=True)
    first = make.submission(Status.PUBLISHED, assignee=ed)
    second = editor.reject(sent_revision(first, ed=ed), by=ed, at=make.later(14), reason=make.reason("reject"), text="no")
    third = editor.publish(sent_revision(first, ed=ed), by=ed, at=make.later(25))
    second = editor.publish(editor.reopen(second, by=chief, at=make.later(30)), by=chief, at=make.later(31))
    assert verbs.version_before(Practice.objects.get(pk=first.practice_id)) == third


def test_no_link_to_the_preview_of_a_duplicate() -> None:
    stays, published = another(), make.submission(Status.PUBLISHED)
    draft = officer.revise(published.practice, by=published.created_by, at=make.later(10))
    merging.merge(published.practice, into=stays, by=make.editor_user(chief=True), at=AT, text="Doppione.")
    with pytest.raises(Refusal, match="unita"):
        sharing.share(draft, by=published.created_by, at=AT)
    assert reverse("desk:links", args=[draft.pk]) not in page_of(published.created_by, draft)


def test_a_confirmation_outlives_the_merging_of_its_origin() -> None:
    stays, of = another(), make.organisation()
    duplicate = make.submission(Status.PUBLISHED, of=stays.organisation, title="Doppione").practice
    row = {
        "origin": duplicate.code,
        "origin_name": "",
        "origin_url": "",
        "year": 2024,
        "changes": "",
        "outcome": "succeeded",
    }
    row["changes"] = "Gli orari."
    one = make.submission(Status.PUBLISHED, of=of, title="Adattamento", adaptations=[row])
    one.adaptations.update(confirmed_at=AT, confirmed_by=make.user())
    merging.merge(Practice.objects.get(pk=duplicate.pk), into=stays, by=make.editor_user(chief=True), at=AT, text="x")
    draft = officer.revise(one.practice, by=one.created_by, at=AT)
    name = FIELDS["adaptations"].section
    seen = draft.section_versions.get(name, 0)
    officer.save(draft, by=one.created_by, at=AT, section=name, seen=seen, values={"adaptations": [row]})
    assert draft.adaptations.get().confirmed_at == AT


def test_the_mail_is_said_to_go_to_those_who_want_it() -> None:
    submission = make.submission(Status.UNDER_REVIEW)
    User.objects.filter(pk=submission.created_by_id).update(unwanted_mails=["published"])
    url = reverse("admin:practices_submission_decide", args=[submission.pk, "pubblica"])
    told = client_of(submission.assignee).get(url).content.decode().split("L'e-mail va a:")[1].split("</p>")[0]
    assert submission.created_by.email not in told


def test_what_no_key_can_hold_is_no_choice() -> None:
    client = client_of(make.officer_of(make.organisation()))
    assert client.post(reverse("desk:act_for"), {"organisation": "x\0"}).status_code == 404
    editor_client = client_of(make.editor_user())
    answer = editor_client.post(reverse("desk:mails"), {"regions": ["ITH5\0"]})
    assert answer.status_code == 422


@pytest.mark.parametrize("key", ["x", "9" * 30])
@pytest.mark.parametrize(
    ("rows", "action"), [("practices_submission", "take"), ("networks_affiliation", "approve_as_managers")]
)
def test_a_row_that_cannot_be_is_not_found(rows: str, action: str, key: str) -> None:
    client = client_of(make.editor_user())
    url = reverse(f"admin:{rows}_changelist")
    assert client.post(url, {"action": action, "_selected_action": key, "index": 0}).status_code == 404

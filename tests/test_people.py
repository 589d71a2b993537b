"""Who the editors are, as chief editors decide it; and whose hands the cases are in when somebody is away or leaves."""

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from post_office.models import Email

from networks.models import User
from networks.models.person import CHIEF_EDITORS, EDITORS
from practices.models import Submission
from practices.models.choices import Status
from practices.moderation import Forbidden, Refusal, editor, people
from tests import make
from tests.html_forms import send
from tests.samples import client_of

pytestmark = pytest.mark.django_db
LIST = "admin:networks_editor_changelist"
APPOINT = "admin:networks_editor_appoint"
LEAVE = "admin:practices_submission_leave"


def standing(person: User) -> tuple[bool, list[str]]:
    """Whether she gets into the admin, and her groups."""
    person = User.objects.get(pk=person.pk)
    return person.is_staff, sorted(person.groups.values_list("name", flat=True))


def dismissal(person: User) -> str:
    return reverse("admin:networks_editor_dismiss", args=[person.pk])


def appoint(by: User, email: str, group: str = EDITORS) -> HttpResponse:
    return send(client_of(by), reverse(APPOINT), "case-form", email=email, group=group)


def queued() -> list[tuple[str, str]]:
    return [(row.to[0], row.subject) for row in Email.objects.order_by("pk")]


# The editors -------------------------------------------------------------------------------------------------------
def test_a_chief_editor_appoints_promotes_and_dismisses_and_it_is_on_record() -> None:
    chief, person = make.editor_user(chief=True), make.user("nuova@example.org", full_name="Nuova Persona")
    assert appoint(chief, "Nuova@example.org").status_code == 302
    assert standing(person) == (True, [EDITORS])
    assert appoint(chief, person.email, CHIEF_EDITORS).status_code == 302
    assert standing(person) == (True, [CHIEF_EDITORS])
    assert appoint(chief, person.email).status_code == 302
    assert standing(person) == (True, [EDITORS])
    assert send(client_of(chief), dismissal(person), "case-form").status_code == 302
    assert standing(person) == (False, [])
    assert client_of(person).get(reverse("admin:index")).status_code == 302
    assert queued() == [
        (person.email, "Fai parte della redazione delle buone pratiche"),
        (person.email, "Fai parte della caporedazione delle buone pratiche"),
        (person.email, "Fai parte della redazione delle buone pratiche"),
        (person.email, "Non fai più parte della redazione delle buone pratiche"),
    ]
    assert list(LogEntry.objects.order_by("pk").values_list("user", "object_id", "object_repr", "change_message")) == [
        (chief.pk, str(person.pk), "Nuova Persona", said)
        for said in ("Nomina: Redazione.", "Nomina: Caporedazione.", "Nomina: Redazione.", "Congedo.")
    ]


def test_not_oneself_not_the_last_chief_not_who_administers_not_who_has_no_account() -> None:
    chief, other = make.editor_user(chief=True), make.editor_user(chief=True)
    root = User.objects.create_superuser("root@example.org", make.PASSWORD)
    gone = make.user("chiusa@example.org", is_active=False)
    client = client_of(chief)
    for email in (chief.email, root.email, gone.email, "nessuno@example.org", "x"):
        response = appoint(chief, email)
        assert (response.status_code, "<title>Errore: " in response.content.decode()) == (422, True), email
    assert client.post(dismissal(chief)).status_code == 422
    assert client.post(dismissal(root)).status_code == 404
    people.dismiss(other, by=chief, at=make.NOW)
    # She was a chief editor when her page was opened, and is none any more.
    with pytest.raises(Forbidden):
        people.dismiss(chief, by=other, at=make.NOW)
    with pytest.raises(Refusal, match="ultima"):
        people.dismiss(chief, by=root, at=make.NOW)
    with pytest.raises(Refusal, match="ultima"):
        people.appoint(chief, by=root, group=EDITORS)
    assert [standing(person) for person in (chief, other, root, gone)] == [
        (True, [CHIEF_EDITORS]),
        (False, []),
        (True, []),
        (False, []),
    ]


def test_a_dismissed_editors_cases_go_to_somebody_in_the_same_step_or_she_stays() -> None:
    chief, leaving, staying = make.editor_user(chief=True), make.editor_user(), make.editor_user()
    one, two = (make.submission(Status.UNDER_REVIEW, assignee=leaving) for _n in range(2))
    client = client_of(chief)
    assert client.post(dismissal(leaving)).status_code == 422
    with pytest.raises(Refusal, match="casi in carico"):
        people.dismiss(leaving, by=chief, at=make.NOW)
    staying.affiliations.create(organisation=one.organisation, status="active", active_from=make.NOW)
    response = client.post(dismissal(leaving), {"cases_to": staying.pk})
    assert (response.status_code, standing(leaving)) == (422, (True, [EDITORS]))
    assert {Submission.objects.get(pk=case.pk).assignee for case in (one, two)} == {leaving}
    staying.affiliations.all().delete()
    assert client.post(dismissal(leaving), {"cases_to": staying.pk}).status_code == 302
    assert {Submission.objects.get(pk=case.pk).assignee for case in (one, two)} == {staying}
    assert standing(leaving) == (False, [])


def test_no_chief_editor_reaches_passwords_or_permissions() -> None:
    chief, person = make.editor_user(chief=True), make.editor_user()
    client, url = client_of(chief), reverse(LIST)
    before = User.objects.filter(pk=person.pk).values().get()
    own = reverse("admin:networks_editor_change", args=[person.pk])
    page = client.get(own)
    assert (page.status_code, person.password in page.content.decode(), "<select" in page.content.decode()) == (
        200,
        False,
        False,
    )
    forged = {"email": "x@example.org", "password": "x", "is_superuser": "on", "user_permissions": ["1"], "groups": ["1"]}
    assert client.post(own, forged).status_code == 403
    assert client.post(reverse("admin:networks_user_change", args=[person.pk]), forged).status_code == 403
    assert client.post(reverse(APPOINT), {**forged, "email": person.email, "group": "Altri"}).status_code == 422
    assert client.post(url, {"action": "delete_selected", "_selected_action": [person.pk]}).status_code == 200
    for guess in ("password__startswith=pbkdf2", "is_superuser=1", "groups__name=x", "user_permissions=1"):
        assert client.get(f"{url}?{guess}").status_code == 400, guess
    assert User.objects.filter(pk=person.pk).values().get() == before
    assert (person.user_permissions.count(), standing(person)) == (0, (True, [EDITORS]))


def test_the_list_shows_what_a_chief_must_know_in_as_many_queries_for_twenty_as_for_two() -> None:
    chief, numbers = make.editor_user(chief=True), []
    bare = make.editor_user("senza@example.org", second_factor=False)
    make.submission(Status.UNDER_REVIEW, assignee=bare)
    make.submission(Status.REJECTED, assignee=bare)
    make.user("estranea@example.org")
    client = client_of(chief)
    known = {("senza@example.org", 1, False), (chief.email, 0, True)}
    # The first page writes when the session ends.
    client.get(reverse(LIST))
    for more in (18, 0):
        with CaptureQueriesContext(connection) as captured:
            rows = list(client.get(reverse(LIST)).context["cl"].result_list)
        numbers.append(len(captured))
        assert sorted((row.email, row.open_cases, row.has_second_factor) for row in rows) == sorted(known)
        known |= {(make.editor_user().email, 0, True) for _n in range(more)}
    assert numbers == [numbers[0]] * 2


# Cases change hands ------------------------------------------------------------------------------------------------
def test_a_chief_editor_gives_all_cases_of_somebody_away_in_one_step() -> None:
    chief, away, here = make.editor_user(chief=True), make.editor_user(), make.editor_user("qui@ministero.example")
    town = make.organisation("Comune di Torino", make.municipality("Torino", "L219", sign="TO"))
    open_ones = (Status.UNDER_REVIEW, Status.CHANGES_REQUESTED, Status.TO_CONFIRM)
    passing = [make.submission(status, assignee=away) for status in open_ones]
    kept = make.submission(Status.UNDER_REVIEW, of=town, assignee=away, title="Di Torino")
    closed = make.submission(Status.REJECTED, assignee=away)
    here.affiliations.create(organisation=town, status="active", active_from=make.NOW)
    Email.objects.all().delete()
    response = send(client_of(chief), reverse(LEAVE), "case-form", person=away.pk, to=here.pk, text="Ferie")
    page = response.client.get(response["Location"]).content.decode().replace("&#x27;", "'")
    assert (f"3 casi sono ora in carico a {here}." in page, "«Di Torino»: " in page) == (True, True)
    owners = [Submission.objects.get(pk=case.pk).assignee for case in (*passing, kept, closed)]
    assert owners == [here, here, here, away, away]
    events = [case.events.last() for case in passing]
    assert [(event.verb, event.by, event.text, event.from_status, event.to_status) for event in events] == [
        ("reassign", chief, f"{here} – Ferie", status, status) for status in open_ones
    ]
    assert queued() == [("qui@ministero.example", "Casi per te: 3")]
    assert send(client_of(chief), reverse(LEAVE), "case-form", person=away.pk, to=away.pk).status_code == 422
    with pytest.raises(Forbidden):
        people.give_cases(here, by=here, at=make.NOW, to=away)


def test_one_case_is_reassigned_from_its_page_by_chiefs_alone() -> None:
    chief, one = make.editor_user(chief=True), make.submission(Status.UNDER_REVIEW, title="Portierato")
    to, own = make.editor_user("nuova@ministero.example"), make.editor_user()
    own.affiliations.create(organisation=one.organisation, status="active", active_from=make.NOW)
    Email.objects.all().delete()
    url = reverse("admin:practices_submission_decide", args=[one.pk, "riassegna"])
    for wrong in ("", one.assignee_id, own.pk, make.user().pk):
        assert send(client_of(chief), url, "case-form", to=wrong, confirm="1").status_code == 422, wrong
    assert client_of(to).get(url).status_code == 302  # not hers to give
    assert send(client_of(chief), url, "case-form", to=to.pk, confirm="1").status_code == 302
    event = one.events.last()
    assert (Submission.objects.get(pk=one.pk).assignee, event.verb, event.by, event.text) == (to, "reassign", chief, str(to))
    assert queued() == [("nuova@ministero.example", "Un caso per te: «Portierato»")]
    assert event.mail.startswith("A: nuova@ministero.example\nUn caso per te")
    with pytest.raises(Refusal, match="già in carico"):
        editor.reassign(one, by=chief, at=make.NOW, to=to)

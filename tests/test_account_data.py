"""What the portal holds of a person: she reads it, takes it away, and has it erased; what she did for others stays."""

import json
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from networks import affiliations, invitations, proposals
from networks.models import Affiliation, Invitation, Organisation, OrganisationProposal, User
from portal.personal import held
from practices import sharing
from practices.models import Event, PreviewLink, Submission, Visit
from practices.models.choices import Status
from practices.moderation import colleagues, editor, officer
from practices.visits import look
from tests import make
from tests.accounts import log_in, sign_up
from tests.everywhere import where_it_stands
from tests.samples import client_of

pytestmark = pytest.mark.usefixtures("db", "queue")
NAME, ADDRESS = "Zenobia D'Oltremare", "zenobia@example.org"
DATA, DOWNLOAD, DELETE = (reverse(f"account_{name}") for name in ("data", "data_download", "delete"))
NEUTRAL = "persona non più registrata"


def someone(role: str = "contributor", of: Organisation | None = None) -> User:
    """A person with a name, a confirmed address and an organisation."""
    person = make.verified_user(ADDRESS, full_name=NAME)
    of = of or make.organisation()
    Affiliation.objects.create(
        user=person, organisation=of, role=role, status="active", active_from=make.NOW, message="Lavoro qui."
    )
    return person


def logged_in(person: User) -> Client:
    """In a browser, with the password just given."""
    client = client_of(person)
    client.post(reverse("account_reauthenticate"), {"password": make.PASSWORD})
    return client


def delete(client: Client, **data: Any) -> Any:
    return client.post(DELETE, data or {"understood": "on"})


# What is told -----------------------------------------------------------------------------------------------------
def test_every_relation_to_a_person_is_told() -> None:
    """Who adds one adds a line in `portal.personal.held`."""
    relations = {
        (field.model._meta.label, field.name)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey | models.OneToOneField) and issubclass(field.related_model, User)
    }
    told = {(part.model._meta.label, column) for part in held.PARTS for column in part.whose}
    of_the_account = {(User._meta.get_field(name).remote_field.through._meta.label, "user") for name in held.OF_THE_ACCOUNT}
    assert relations == told | of_the_account


def test_the_page_says_in_words_what_there_is() -> None:
    person = someone()
    make.submission(Status.SUBMITTED, by=person)
    page = client_of(person).get(DATA).content.decode()
    said = [
        NAME.replace("'", "&#x27;") in page,
        ADDRESS in page,
        "Schede iniziate, inviate, seguite o esaminate: <strong>1</strong>" in page,
        "Incarichi, anche richiesti o conclusi: <strong>1</strong>" in page,
        "Note della redazione" in page,
    ]
    assert said == [True, True, True, True, False]


def test_the_file_has_everything_and_no_secret() -> None:
    person = someone()
    make.add_second_factor(person)
    sent = make.submission(Status.SUBMITTED, by=person)
    client = client_of(person)
    # The password is asked for again, as for changing the address.
    assert client.get(DOWNLOAD).status_code == 302
    client.post(reverse("account_reauthenticate"), {"password": make.PASSWORD})
    answer = client.get(DOWNLOAD)
    assert (answer.headers["Content-Type"], answer.headers["Content-Disposition"]) == (
        "application/json",
        'attachment; filename="i-miei-dati.json"',
    )
    found = json.loads(answer.content)
    assert list(found) == ["made_at", "account", *(p.name for p in held.PARTS), *(name for name, *_rest in held.OTHERS)]
    assert (found["account"]["full_name"], found["account"]["email"]) == (NAME, ADDRESS)
    assert found["addresses"] == [{"email": ADDRESS, "verified": True, "primary": True}]
    assert [row["type"] for row in found["second_factors"]] == ["totp"]
    assert "PROVAPROVAPROVA2" not in answer.content.decode()
    assert person.password not in answer.content.decode()
    (row,) = found["submissions"]
    assert (row["title"], row["practice_id"], row["as"]) == (
        sent.title,
        sent.practice_id,
        ["created_by", "submitted_by", "followed_by"],
    )
    assert [event["verb"] for event in found["events"]] == ["start", "submit"]
    assert [mail["subject"] for mail in found["mails"]] == list(
        Email.objects.filter(to=ADDRESS).values_list("subject", flat=True)
    )
    assert len(found["sessions"]) == 1


def test_the_file_has_nothing_of_others() -> None:
    person, other = someone(), make.verified_user("altra@example.org", full_name="Altra Persona")
    make.submission(Status.PUBLISHED, by=make.officer_of(make.organisation()), assignee=make.editor_user())
    text = json.dumps(held.everything(person, make.NOW), default=str)
    assert (other.email in text, "Altra Persona" in text, json.loads(text)["events"]) == (False, False, [])


# What is erased ---------------------------------------------------------------------------------------------------
def test_deleting_asks_for_the_password_and_for_a_confirmation() -> None:
    person = someone()
    client = client_of(person)
    assert client.get(DELETE)["Location"].startswith(reverse("account_reauthenticate"))
    assert delete(client)["Location"].startswith(reverse("account_reauthenticate"))
    client = logged_in(person)
    assert client.get(DELETE).status_code == 200
    assert delete(client, understood="").status_code == 422
    assert User.objects.get(pk=person.pk).erased_at is None


def test_after_deleting_nothing_in_the_database_has_the_name_or_the_address() -> None:
    """Everything that a person can do is done first; then every text of every table is read."""
    ours, other = make.organisation(), make.organisation("Comune di Torino", make.municipality("Torino", "L219", sign="TO"))
    person, colleague, chief = someone("manager"), make.officer_of(ours, "manager"), make.editor_user(chief=True)
    make.add_second_factor(person)
    SocialAccount.objects.create(user=person, provider="oidc", uid=ADDRESS, extra_data={"name": NAME, "email": ADDRESS})
    EmailAddress.objects.create(user=person, email="zenobia.nuova@example.org", verified=False)
    affiliations.request(other, by=person, at=make.NOW, message=f"Sono {NAME}.")
    invited = invitations.invite(ours, email="collega@example.org", role="contributor", by=person, at=timezone.now())
    Invitation.objects.create(
        organisation=other, email=ADDRESS, invited_by=colleague, invited_at=make.NOW, expires_at=make.later()
    )
    proposals.propose(
        by=person,
        at=make.NOW,
        kind="municipality",
        name="Comune Nuovo",
        province=ours.municipality.province,  # type: ignore[union-attr]
        text=NAME,
        website="",
    )
    draft = make.submission(by=colleague)
    colleagues.hand_over(draft, by=colleague, at=make.later(), to=person)
    link = sharing.share(draft, by=person, at=timezone.now(), note=f"per {NAME}")
    live = make.submission(Status.PUBLISHED, by=person, assignee=chief, title="Pubblicata")
    case = make.submission(Status.UNDER_REVIEW, by=person, assignee=chief, title="In esame")
    editor.remark(case, by=chief, at=make.later(9), field="title", text=f"Chiedere a {NAME} ({ADDRESS.upper()}).")
    editor.note(case, by=chief, at=make.later(9), text=f"Ho sentito {NAME}.")
    look(case, by=person, at=make.NOW, shown={})
    LogEntry.objects.create(
        user=chief, object_repr=f"{NAME} – {ours}", action_flag=2, change_message="", object_id=str(person.pk)
    )
    client, elsewhere = logged_in(person), logged_in(person)
    before = where_it_stands("oltremare", "zenobia")
    assert {"networks.User", "networks.Affiliation", "practices.Event", "practices.Note", "post_office.Email"} <= before

    assert delete(client)["Location"] == reverse("account_deleted")
    assert client.get(reverse("account_deleted")).status_code == 200

    assert where_it_stands("oltremare", "zenobia") == set()
    person.refresh_from_db()
    assert (str(person), person.full_name, person.is_active, person.has_usable_password()) == (NEUTRAL, "", False, False)
    assert [c.get("/scrivania/").status_code for c in (client, elsewhere)] == [302, 302]
    assert {row.get_decoded().get("_auth_user_id") for row in Session.objects.all()} <= {None}
    assert not Authenticator.objects.filter(user=person).exists()
    assert not SocialAccount.objects.exists()
    assert {row.status for row in person.affiliations.all()} == {"ended"}
    assert not Visit.objects.filter(person=person).exists()
    invited.refresh_from_db()
    assert invited.revoked_at is not None
    assert list(PreviewLink.objects.valid(timezone.now())) == []
    assert PreviewLink.objects.get(pk=link.pk).revoked_by == person
    assert not OrganisationProposal.objects.exists()
    # Contributions stay, and so does who decided on whose text.
    live.refresh_from_db()
    draft.refresh_from_db()
    assert (live.submitted_by, live.decided_by, live.status, draft.followed_by) == (person, chief, Status.PUBLISHED, None)
    log = LogEntry.objects.latest("pk")
    assert (log.user, log.object_repr, log.change_message) == (person, NEUTRAL, "Account cancellato dalla persona stessa.")


def test_the_history_shows_the_neutral_words() -> None:
    person, chief = someone(), make.editor_user(chief=True)
    case = make.submission(Status.UNDER_REVIEW, by=person, assignee=chief)
    delete(logged_in(person))
    for name in ("change", "dossier"):
        page = client_of(chief).get(reverse(f"admin:practices_submission_{name}", args=[case.pk])).content.decode()
        assert (NEUTRAL in page, "Oltremare" in page) == (True, False)
    # The receipt of a sending, for a colleague.
    event = Event.objects.get(submission=case, verb="submit")
    colleague = client_of(make.officer_of(case.organisation))
    receipt = colleague.get(reverse("desk:receipt", args=[case.pk, event.pk])).content.decode()
    assert f"Inviata da: {NEUTRAL}\n" in receipt


def test_afterwards_nobody_gets_in_and_the_address_registers_anew() -> None:
    person = someone()
    delete(logged_in(person))
    client = Client()
    assert log_in(client, ADDRESS).status_code == 200
    client.post(reverse("account_reset_password"), {"email": ADDRESS})
    assert sign_up(Client(), ADDRESS)["Location"] == reverse("account_email_verification_sent")
    assert User.objects.filter(email=ADDRESS).exclude(pk=person.pk).count() == 1


def test_what_a_homonym_s_name_is_part_of_stays() -> None:
    person = someone()
    User.objects.filter(pk=person.pk).update(full_name="Ada")
    case = make.submission(Status.UNDER_REVIEW, by=person, assignee=(chief := make.editor_user(chief=True)))
    editor.note(case, by=chief, at=make.later(9), text=f"Adamello, con Ada. x{ADDRESS}")
    delete(logged_in(User.objects.get(pk=person.pk)))
    assert case.notes.get().text == f"Adamello, con Ada. x{ADDRESS}"


# What stands in the way -------------------------------------------------------------------------------------------
def obstacle(person: User) -> list[tuple[str, str]]:
    """What the page says has to be done first, and where; and nothing happens if it is asked for all the same."""
    client = logged_in(person)
    page = client.get(DELETE)
    delete(client)
    assert User.objects.get(pk=person.pk).erased_at is None
    return [(one.text, one.url) for one in page.context["obstacles"]]


def test_the_only_manager_does_not_leave_colleagues_alone() -> None:
    person = someone("manager")
    ours = make.organisation()
    make.officer_of(ours)
    text = "È l'unica persona responsabile per Comune di Reggio Emilia: prima il ruolo va affidato a chi ci lavora."
    assert obstacle(person) == [(text, reverse("desk:colleagues", args=[ours.slug]))]
    make.officer_of(ours, "manager")
    assert delete(logged_in(person))["Location"] == reverse("account_deleted")


def test_the_last_one_of_an_organisation_may_leave_it() -> None:
    person = someone("manager")
    assert delete(logged_in(person))["Location"] == reverse("account_deleted")


@pytest.fixture
def without_second_factor(settings: Any) -> None:
    settings.SECOND_FACTOR_FOR_EDITORS = False


@pytest.mark.usefixtures("without_second_factor")
def test_an_editor_leaves_no_case_and_no_draft_behind() -> None:
    person = make.editor_user(ADDRESS, second_factor=False)
    EmailAddress.objects.create(user=person, email=ADDRESS, verified=True, primary=True)
    case = make.submission(Status.UNDER_REVIEW, assignee=person)
    officer.start(make.organisation(), by=person, at=make.NOW, values={"title": "Per conto", "kind": "intervention"})
    queue = reverse("admin:practices_submission_changelist")
    assert obstacle(person) == [
        (
            "Ha in carico 1 caso aperto: prima va lasciato alla coda o assegnato dalla caporedazione a un'altra persona.",
            queue,
        ),
        ("Ha iniziato 1 scheda per conto di un ente: prima va consegnata o eliminata.", queue),
    ]
    editor.release(case, by=person, at=make.later(9))
    Submission.objects.filter(on_behalf=True).delete()
    assert delete(logged_in(person))["Location"] == reverse("account_deleted")
    assert not User.objects.get(pk=person.pk).groups.exists()


@pytest.mark.usefixtures("without_second_factor")
def test_the_last_chief_editor_and_the_last_administrator_stay() -> None:
    person = make.editor_user(ADDRESS, chief=True, second_factor=False)
    EmailAddress.objects.create(user=person, email=ADDRESS, verified=True, primary=True)
    User.objects.filter(pk=person.pk).update(is_superuser=True)
    assert [text for text, _url in obstacle(person)] == [
        "È l'ultima persona della caporedazione: prima va nominata un'altra.",
        "È l'ultima persona che amministra il portale: prima va indicata un'altra.",
    ]


# By an administrator ----------------------------------------------------------------------------------------------
def administrator() -> User:
    admin = User.objects.create_superuser("amministra@example.org", make.PASSWORD)
    make.add_second_factor(admin)
    return admin


def test_an_administrator_deletes_at_request_and_it_is_recorded() -> None:
    person, admin = someone(), administrator()
    url = reverse("admin:networks_user_erase", args=[person.pk])
    client = client_of(admin)
    assert (
        reverse("admin:networks_user_erase", args=[person.pk])
        in client.get(reverse("admin:networks_user_change", args=[person.pk])).content.decode()
    )
    assert NAME.replace("'", "&#x27;") in client.get(url).content.decode()
    assert client.post(url)["Location"] == reverse("admin:networks_user_changelist")
    assert where_it_stands("oltremare", "zenobia") == set()
    log = LogEntry.objects.latest("pk")
    assert (log.user, log.object_repr, log.change_message) == (admin, NEUTRAL, "Account cancellato su richiesta.")
    # What is left is seen, and neither changed nor erased again nor chosen for anything.
    page = client.get(reverse("admin:networks_user_change", args=[person.pk]))
    assert (page.status_code, page.context["has_change_permission"], client.post(url).status_code) == (200, False, 404)
    chosen = {"app_label": "networks", "model_name": "affiliation", "field_name": "user", "term": ""}
    found = client.get(reverse("admin:autocomplete"), chosen).json()["results"]
    assert [row["text"] for row in found] == [str(admin)]


def test_nobody_else_in_the_admin_deletes_an_account() -> None:
    person, chief = someone(), make.editor_user(chief=True)
    url = reverse("admin:networks_user_erase", args=[person.pk])
    assert [client_of(chief).post(url).status_code, client_of(person).post(url).status_code] == [404, 302]
    assert User.objects.get(pk=person.pk).erased_at is None


def test_an_administrator_is_told_what_stands_in_the_way() -> None:
    person, admin = make.editor_user(), administrator()
    make.submission(Status.UNDER_REVIEW, assignee=person)
    url = reverse("admin:networks_user_erase", args=[person.pk])
    page = client_of(admin).post(url).content.decode()
    assert ("Ha in carico 1 caso aperto" in page, User.objects.get(pk=person.pk).erased_at) == (True, None)


def test_what_was_queued_for_others_names_nobody() -> None:
    """An invitation that waits to be sent says who invites."""
    person = someone("manager")
    invitations.invite(
        make.organisation(),
        email="collega@example.org",
        role="contributor",
        by=person,
        at=timezone.now() - timedelta(hours=1),
    )
    delete(logged_in(person))
    mail = Email.objects.get(to="collega@example.org")
    assert (NEUTRAL in mail.message, NEUTRAL in mail.html_message, "Oltremare" in mail.html_message) == (True, True, False)

"""What editors decide in the admin about people: through the same functions, with the same mails."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.urls import reverse
from post_office.models import Email

from networks import affiliations, proposals
from networks.models import Affiliation, Organisation
from tests import make
from tests.samples import client_of

pytestmark = pytest.mark.django_db
LIST = reverse("admin:networks_affiliation_changelist")


def change(row: Any, model: str = "affiliation") -> str:
    return reverse(f"admin:networks_{model}_change", args=[row.pk])


def said(response: HttpResponse) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def mails() -> list[tuple[str, str]]:
    found = [(row.to[0], row.subject.partition(" ")[0]) for row in Email.objects.order_by("pk")]
    Email.objects.all().delete()
    return found


class World:
    """An organisation with two people, and three who wait."""

    def __init__(self) -> None:
        self.of = make.organisation(email_domains=["comune.example"])
        self.people = [make.officer_of(self.of, email=f"collega{n}@comune.example") for n in (1, 2)]
        self.waiting = [
            affiliations.request(self.of, by=make.verified_user(f"nuova{n}@comune.example"), at=make.NOW) for n in (1, 2, 3)
        ]
        self.editor = make.editor_user()
        self.client = client_of(self.editor)

    def state(self) -> list[tuple[str, str, str]]:
        rows = self.of.affiliations.order_by("pk")
        return list(rows.values_list("user__email", "status", "role"))


def test_an_editor_approves_many_at_once_and_one_that_is_refused_does_not_hold_the_others_up() -> None:
    world = World()
    own = affiliations.request(world.of, by=world.editor, at=make.NOW)
    page = world.client.get(LIST, {"status__exact": "requested"}).content.decode()
    assert page.count("dominio dell&#x27;ente: comune.example") == 3
    assert page.count("indirizzo non verificato") == 1
    chosen = [world.waiting[0].pk, own.pk, world.waiting[1].pk]
    done = world.client.post(LIST, {"action": "approve_as_managers", "_selected_action": chosen})
    assert [text.rpartition(": ")[2] for text in said(done)].count("incarico approvato") == 2
    assert [state[1:] for state in world.state()] == [
        *[("active", "contributor")] * 2,
        *[("active", "manager")] * 2,
        *[("requested", "contributor")] * 2,
    ]
    assert mails() == [("nuova1@comune.example", "Incarico"), ("nuova2@comune.example", "Incarico")]
    approved = Affiliation.objects.get(pk=world.waiting[0].pk)
    assert (approved.approved_by, approved.active_from is not None) == (world.editor, True)
    world.client.post(LIST, {"action": "approve_as_contributors", "_selected_action": [world.waiting[2].pk]})
    assert world.state()[4][1:] == ("active", "contributor")
    # Without the right the action is not there: an officer does not even reach the page.
    assert client_of(world.people[0]).post(LIST, {"action": "approve_as_managers"}).status_code == 302


def test_each_decision_of_the_page_with_its_mail() -> None:
    world = World()
    one, two, _three = world.waiting
    assert world.client.post(change(one), {"decision": "end", "text": ""}).status_code == 200
    wrong = world.client.post(change(one), {"decision": "decline", "text": " "})
    assert wrong.context["adminform"].form.errors == {"text": ["Scrivi perché."]}
    assert world.client.post(change(one), {"decision": "decline", "text": "Non lavora lì."}).status_code == 302
    assert mails() == [("nuova1@comune.example", "Richiesta")]
    world.client.post(change(two), {"decision": "approve_manager", "text": ""})
    assert mails() == [("nuova2@comune.example", "Incarico")]
    world.client.post(change(two), {"decision": "change_role", "text": "", "to": ""})
    assert mails() == [("nuova2@comune.example", "Il")]
    draft = make.submission(of=world.of, by=world.people[0])
    active = world.people[0].affiliations.get()
    world.client.post(change(active), {"decision": "end", "text": "Grazie.", "to": world.people[1].pk})
    draft.refresh_from_db()
    assert draft.followed_by == world.people[1]
    assert sorted(mails()) == [("collega1@comune.example", "Incarico"), ("collega2@comune.example", "Ora")]
    assert [status for _email, status, _role in world.state()] == ["ended", "active", "ended", "active", "requested"]
    # What has ended is seen and no more; nor does an editor decide on herself.
    for row in (active, affiliations.request(world.of, by=world.editor, at=make.NOW)):
        page = world.client.get(change(row))
        assert (page.status_code, 'name="decision"' in page.content.decode()) == (200, False)
        assert world.client.post(change(row), {"decision": "approve_manager"}).status_code == 403


def test_a_chief_editor_gives_an_affiliation_and_what_is_refused_is_said() -> None:
    world = World()
    chief = make.editor_user(chief=True)
    client, url = client_of(chief), reverse("admin:networks_affiliation_add")
    person = make.user("capo@comune.example")
    given = {"user": person.pk, "organisation": world.of.pk, "role": "manager"}
    assert client.post(url, given)["Location"] == LIST
    assert (mails(), world.state()[-1]) == (
        [("capo@comune.example", "Incarico")],
        ("capo@comune.example", "active", "manager"),
    )
    again = client.post(url, given)
    assert (again["Location"], said(again)[-1]) == (url, "capo@comune.example lavora già per l'ente.")
    refused = client.post(url, {**given, "user": chief.pk})
    assert (refused["Location"], said(refused)[-1]) == (url, "Il tuo incarico lo dà un'altra persona.")
    assert not chief.affiliations.exists()


def test_a_proposal_is_accepted_with_its_organisation_or_declined_with_a_word() -> None:
    chief = make.editor_user(chief=True)
    by, client = make.user("anna@valle.example"), client_of(chief)
    province = make.municipality().province
    first, second = (
        proposals.propose(name=name, kind="union", province=province, website="", text="", by=by, at=make.NOW)
        for name in ("Unione della Valle", "Unione del Monte")
    )
    union = Organisation.objects.create(kind="union", name="Unione della Valle", slug="unione-della-valle")
    other = Organisation.objects.create(kind="other", name="Consorzio", slug="consorzio")
    url = change(first, "organisationproposal")
    nothing = {"organisation": "", "role": "manager", "answer": ""}
    for wrong in (nothing, {**nothing, "organisation": union.pk, "answer": "No."}, {**nothing, "organisation": other.pk}):
        page = client.post(url, wrong)
        assert (page.status_code, bool(page.context["adminform"].form.errors)) == (200, True)
    assert client.post(url, {**nothing, "organisation": union.pk}).status_code == 302
    assert affiliations.own_role(by, union) == "manager"
    client.post(change(second, "organisationproposal"), {**nothing, "answer": "Non esiste."})
    second.refresh_from_db()
    assert (second.answer, second.decided_by) == ("Non esiste.", chief)
    assert mails() == [("anna@valle.example", "Incarico"), ("anna@valle.example", "Proposta")]
    # Decided, it is only seen. That the person acts for the organisation already is said, and nothing changes.
    assert client.post(url, {**nothing, "answer": "No."}).status_code == 403
    third = proposals.propose(name="Valle", kind="union", province=province, website="", text="", by=by, at=make.NOW)
    url = change(third, "organisationproposal")
    refused = client.post(url, {**nothing, "organisation": union.pk})
    assert (refused["Location"], said(refused)[-1]) == (url, "anna@valle.example lavora già per l'ente.")
    third.refresh_from_db()
    assert third.decided_at is None
    assert client_of(make.editor_user()).get(url).status_code == 403

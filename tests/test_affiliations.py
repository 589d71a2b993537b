"""Who acts for whom: who may decide it, what is refused, who hears of it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from post_office.models import Email

from networks import affiliations, domains, invitations, proposals
from networks.affiliations import Refused
from networks.models import Affiliation, Invitation, Organisation, OrganisationProposal, User
from practices.moderation import Refusal, colleagues
from tests import make

pytestmark = pytest.mark.django_db
AT = make.later()
ROLES = (
    "nobody",
    "requested",
    "contributor",
    "manager",
    "manager elsewhere",
    "ended manager",
    "editor",
    "chief",
    "ended chief",
)


def torino() -> Organisation:
    return make.organisation("Comune di Torino", make.municipality("Torino", "L219", sign="TO"))


def ended(person: User) -> User:
    person.affiliations.update(status="ended", ended_at=make.NOW)
    return person


def person(role: str, of: Organisation) -> User:
    match role:
        case "requested":
            someone = make.user()
            affiliations.request(of, by=someone, at=AT)
            return someone
        case "contributor" | "manager":
            return make.officer_of(of, role)
        case "manager elsewhere":
            return make.officer_of(torino(), "manager")
        case "ended manager":
            return ended(make.officer_of(of, "manager"))
        case "editor" | "chief":
            return make.editor_user(chief=role == "chief")
        case "ended chief":
            someone = make.editor_user(chief=True)
            User.objects.filter(pk=someone.pk).update(is_active=False)
            return User.objects.get(pk=someone.pk)
    return make.user()


class World:
    """An organisation with a manager, a colleague, somebody who waits, and an invitation."""

    def __init__(self) -> None:
        self.of = make.organisation()
        self.manager = make.officer_of(self.of, "manager", "capo@comune.example")
        self.colleague = make.officer_of(self.of, email="collega@comune.example")
        self.waiting = affiliations.request(self.of, by=make.user("nuova@comune.example"), at=make.NOW)
        self.invitation = invitations.invite(
            self.of, email="invitata@comune.example", role="contributor", by=self.manager, at=make.NOW
        )
        self.active = self.colleague.affiliations.get()
        Email.objects.all().delete()


# What those who decide may do; everybody else is refused.
DEEDS: dict[str, Callable[[World, User], Any]] = {
    "approve": lambda w, by: affiliations.approve(w.waiting, by=by, at=AT, role="contributor"),
    "decline": lambda w, by: affiliations.decline(w.waiting, by=by, at=AT, text="Non ti conosciamo."),
    "change_role": lambda w, by: affiliations.change_role(w.active, by=by, at=AT, role="manager"),
    "end": lambda w, by: colleagues.end_affiliation(w.active, by=by, at=AT),
    "appoint": lambda w, by: affiliations.appoint(w.of, user=make.user(), role="manager", by=by, at=AT),
    "invite": lambda w, by: invitations.invite(w.of, email="altra@comune.example", role="manager", by=by, at=AT),
    "revoke": lambda w, by: invitations.revoke(w.invitation, by=by, at=AT),
}


def state() -> list[Any]:
    return [
        list(Affiliation.objects.order_by("pk").values_list("status", "role", "approved_by", "active_from", "ended_at")),
        list(Invitation.objects.order_by("pk").values_list("email", "revoked_at")),
        Email.objects.count(),
    ]


class Undo(Exception):
    """Rolls back what was done."""


@pytest.mark.parametrize("role", ROLES)
def test_who_decides(role: str) -> None:
    world = World()
    by, before = person(role, world.of), state()
    found = {}
    for name, run in DEEDS.items():
        try:
            with transaction.atomic():
                run(world, by)
                found[name] = "done" if state() != before else "nothing"
                raise Undo
        except Undo:
            pass
        except (Refused, Refusal):
            found[name] = "refused"
    may = role in {"manager", "editor", "chief"}
    assert found == dict.fromkeys(DEEDS, "done" if may else "refused")


def test_an_editor_who_collaborates_for_the_organisation_is_a_colleague_there_and_nothing_more() -> None:
    world = World()
    editor = make.editor_user(chief=True)
    affiliations.appoint(world.of, user=editor, role="contributor", by=world.manager, at=AT)
    with pytest.raises(Refused, match="Decide chi è responsabile"):
        affiliations.approve(world.waiting, by=editor, at=AT, role="manager")


def test_nobody_approves_her_own_request() -> None:
    of, editor = make.organisation(), make.editor_user()
    asked = affiliations.request(of, by=editor, at=AT)
    with pytest.raises(Refused, match="un'altra persona"):
        affiliations.approve(asked, by=editor, at=AT, role="manager")
    with pytest.raises(Refused, match="un'altra persona"):
        affiliations.appoint(torino(), user=editor, role="manager", by=editor, at=AT)
    assert affiliations.end(asked, by=editor, at=AT).status == "ended"


def test_a_request_is_one_row_however_often_it_is_sent_and_may_be_made_again_after_the_end() -> None:
    of, someone = make.organisation(), make.user()
    first = affiliations.request(of, by=someone, at=AT)
    assert affiliations.request(of, by=someone, at=AT) == first
    affiliations.decline(first, by=make.editor_user(), at=AT, text="No.")
    again = affiliations.request(of, by=someone, at=AT)
    assert again != first
    with pytest.raises(Refused, match="già risposto"):
        affiliations.approve(first, by=make.editor_user(), at=AT, role="manager")
    editor = make.editor_user()
    active = affiliations.approve(again, by=editor, at=AT, role="manager")
    assert (active.status, active.role, active.approved_by, active.active_from) == ("active", "manager", editor, AT)
    assert affiliations.request(of, by=someone, at=AT) == again
    with pytest.raises(Refused, match="già risposto"):
        affiliations.decline(again, by=editor, at=AT, text="Tardi.")


def test_who_waits_for_five_answers_asks_no_more_and_only_local_authorities_are_asked_for() -> None:
    someone = make.user()
    body = Organisation.objects.create(kind="third_sector", name="Associazione", slug="associazione")
    with pytest.raises(Refused, match="Comune"):
        affiliations.request(body, by=someone, at=AT)
    towns = [make.municipality(f"Paese {n}", f"X00{n}") for n in range(6)]
    asked = [affiliations.request(make.organisation(f"Comune {t.slug}", t), by=someone, at=AT) for t in towns[:5]]
    last = make.organisation("Comune ultimo", towns[5])
    with pytest.raises(Refused, match="5 richieste"):
        affiliations.request(last, by=someone, at=AT)
    affiliations.end(asked[0], by=someone, at=AT)
    assert affiliations.request(last, by=someone, at=AT).status == "requested"


def test_the_last_manager_leaves_neither_the_role_nor_the_organisation_while_colleagues_stay() -> None:
    world = World()
    own = world.manager.affiliations.get()
    for deed in (
        lambda: affiliations.end(own, by=world.manager, at=AT),
        lambda: affiliations.change_role(own, by=world.manager, at=AT, role="contributor"),
    ):
        with pytest.raises(Refused, match="l'unica persona responsabile"):
            deed()
    affiliations.change_role(world.active, by=world.manager, at=AT, role="manager")
    assert affiliations.change_role(own, by=world.manager, at=AT, role="contributor").role == "contributor"
    # Alone, one may go; and an editor may always end somebody.
    affiliations.end(own, by=make.editor_user(), at=AT)
    assert affiliations.end(world.active, by=world.colleague, at=AT).ended_by == world.colleague


def test_what_a_manager_has_promised_lapses_with_her_role() -> None:
    world = World()
    affiliations.change_role(world.active, by=world.manager, at=AT, role="manager")
    affiliations.end(world.manager.affiliations.get(), by=world.colleague, at=AT)
    assert Invitation.objects.get().revoked_at == AT


def test_ending_twice_ends_once_and_only_an_active_one_changes_its_role() -> None:
    world = World()
    done = affiliations.end(world.active, by=world.manager, at=AT)
    assert affiliations.end(world.active, by=world.manager, at=make.later(9)).ended_at == done.ended_at == AT
    with pytest.raises(Refused, match="non è attivo"):
        affiliations.change_role(world.active, by=world.manager, at=AT, role="manager")
    with pytest.raises(Refused, match="Scrivi perché"):
        affiliations.decline(world.waiting, by=world.manager, at=AT, text=" ")
    with pytest.raises(Refused, match="lavora già"):
        affiliations.appoint(world.of, user=world.manager, role="manager", by=make.editor_user(), at=AT)


def queued() -> list[tuple[str, str]]:
    """Recipient and subject of each mail; each has one link, to this portal."""
    found = list(Email.objects.order_by("pk"))
    assert [row.message.count(settings.SITE_URL) for row in found] == [1] * len(found)
    return [(row.to[0], row.subject) for row in found]


COLLEAGUES, MINE = "/scrivania/enti/comune-di-reggio-emilia/colleghi/", "/scrivania/incarichi/"
MAILS: dict[str, tuple[Callable[[World], Any], list[str], str, str]] = {
    "request": (
        lambda w: affiliations.request(w.of, by=make.user("x@comune.example"), at=AT, message="Ufficio <scuola> & co."),
        ["capo@comune.example"],
        "Richiesta di incarico per Comune di Reggio Emilia",
        COLLEAGUES,
    ),
    "approve": (
        lambda w: affiliations.approve(w.waiting, by=w.manager, at=AT, role="manager"),
        ["nuova@comune.example"],
        "Incarico attivo per Comune di Reggio Emilia",
        COLLEAGUES,
    ),
    "decline": (
        lambda w: affiliations.decline(w.waiting, by=w.manager, at=AT, text="Non ti conosciamo."),
        ["nuova@comune.example"],
        "Richiesta non accolta per Comune di Reggio Emilia",
        MINE,
    ),
    "end": (
        lambda w: affiliations.end(w.active, by=w.manager, at=AT, text="Grazie di tutto."),
        ["collega@comune.example"],
        "Incarico concluso per Comune di Reggio Emilia",
        MINE,
    ),
    "leave": (lambda w: affiliations.end(w.active, by=w.colleague, at=AT), [], "", ""),
    "change_role": (
        lambda w: affiliations.change_role(w.active, by=w.manager, at=AT, role="manager"),
        ["collega@comune.example"],
        "Il tuo ruolo per Comune di Reggio Emilia",
        COLLEAGUES,
    ),
    "the same role": (lambda w: affiliations.change_role(w.active, by=w.manager, at=AT, role="contributor"), [], "", ""),
    "revoke": (lambda w: invitations.revoke(w.invitation, by=w.manager, at=AT), [], "", ""),
}


@pytest.mark.parametrize("name", MAILS)
def test_who_hears_of_it(name: str) -> None:
    run, to, subject, link = MAILS[name]
    run(World())
    assert queued() == [(address, subject) for address in to]
    assert [f"{settings.SITE_URL}{link}" in row.message.split() for row in Email.objects.all()] == [True] * len(to)
    assert "&lt;" not in "".join(row.message for row in Email.objects.all())


def test_a_closed_account_hears_of_nothing() -> None:
    world = World()
    User.objects.filter(pk=world.colleague.pk).update(is_active=False)
    affiliations.end(Affiliation.objects.get(pk=world.active.pk), by=world.manager, at=AT)
    assert queued() == []


@pytest.mark.parametrize(
    ("fields", "verified", "expected"),
    [
        ({"email_domains": ["comune.example"]}, True, (True, "dominio dell'ente: comune.example")),
        ({"email_domains": ["@Comune.Example"]}, True, (True, "dominio dell'ente: comune.example")),
        ({"email_domains": ["example"]}, True, (True, "dominio dell'ente: comune.example")),
        ({"email_domains": ["mune.example"]}, True, (False, "dominio diverso: comune.example")),
        # Written domains are all there is: the site's is not looked at.
        (
            {"email_domains": ["pec.example"], "website": "https://comune.example"},
            True,
            (False, "dominio diverso: comune.example"),
        ),
        ({"website": "https://www.comune.example/uffici"}, True, (True, "dominio dell'ente: comune.example")),
        ({"office_email": "protocollo@comune.example"}, True, (True, "dominio dell'ente: comune.example")),
        ({}, True, (False, "non sappiamo il dominio dell'ente; il suo è comune.example")),
        ({"email_domains": ["comune.example"]}, False, (False, "indirizzo non verificato")),
    ],
)
def test_the_domain_of_who_asks(fields: dict[str, Any], verified: bool, expected: tuple[bool, str]) -> None:
    make_one = make.verified_user if verified else make.user
    asked = affiliations.request(make.organisation(**fields), by=make_one("anna@comune.example"), at=AT)
    found = domains.match(asked)
    assert (found.is_own, found.text) == expected


# Proposals ---------------------------------------------------------------------------------------------------------


def proposed(by: User, name: str = "Unione della Valle") -> OrganisationProposal:
    province = make.municipality().province
    return proposals.propose(name=name, kind="union", province=province, website="", text="", by=by, at=AT)


def test_a_proposal_becomes_an_affiliation_or_is_declined_with_a_word_by_chief_editors_only() -> None:
    by, chief = make.user("anna@valle.example"), make.editor_user(chief=True)
    first = proposed(by)
    assert proposed(by) == first
    union = Organisation.objects.create(kind="union", name="Unione della Valle", slug="unione-della-valle")
    for nobody in (by, make.editor_user(), make.officer_of(make.organisation(), "manager")):
        with pytest.raises(Refused, match="caporedazione"):
            proposals.accept(first, organisation=union, role="manager", by=nobody, at=AT)
        with pytest.raises(Refused, match="caporedazione"):
            proposals.decline(first, by=nobody, at=AT, text="No.")
    proposals.accept(first, organisation=union, role="manager", by=chief, at=AT)
    assert affiliations.own_role(by, union) == "manager"
    with pytest.raises(Refused, match="già deciso"):
        proposals.decline(first, by=chief, at=AT, text="No.")
    second = proposed(by, "Unione che non c'è")
    with pytest.raises(Refused, match="Scrivi perché"):
        proposals.decline(second, by=chief, at=AT, text=" ")
    proposals.decline(second, by=chief, at=AT, text="Non esiste.")
    assert queued() == [
        ("anna@valle.example", "Incarico attivo per Unione della Valle"),
        ("anna@valle.example", "Proposta non accolta: Unione che non c'è"),
    ]


def test_five_proposals_wait_at_most() -> None:
    by = make.user()
    for n in range(5):
        proposed(by, f"Unione {n}")
    with pytest.raises(Refused, match="5 proposte"):
        proposed(by, "Unione 6")


# Cases pass to a colleague -----------------------------------------------------------------------------------------


def test_ending_somebody_passes_her_open_cases_to_a_colleague_and_leaves_the_closed_ones() -> None:
    world = World()
    draft = make.submission(of=world.of, by=world.colleague)
    closed = make.published(of=world.of, by=world.colleague, title="Un'altra")
    other = make.submission(of=world.of, by=world.manager, title="Del responsabile")
    assert [one.followed_by for one in (draft, closed, other)] == [world.colleague, world.colleague, world.manager]
    Email.objects.all().delete()
    colleagues.end_affiliation(world.active, by=make.editor_user(), at=AT, to=world.manager)
    for one in (draft, closed, other):
        one.refresh_from_db()
    assert [one.followed_by for one in (draft, closed, other)] == [world.manager, world.colleague, world.manager]
    event = draft.events.latest("pk")
    assert (event.verb, event.text) == ("hand_over", f"Da: {world.colleague}. A: {world.manager}.")
    assert sorted(queued()) == [
        ("capo@comune.example", "Ora segui tu: «Portierato sociale di via Turri»"),
        ("collega@comune.example", "Incarico concluso per Comune di Reggio Emilia"),
    ]


def test_a_case_passes_to_people_of_the_organisation_only_and_a_refusal_ends_nothing() -> None:
    world = World()
    draft = make.submission(of=world.of, by=world.colleague)
    for stranger in (make.user(), make.officer_of(torino()), world.waiting.user, make.editor_user()):
        with pytest.raises(Refusal, match="non ha un incarico attivo"):
            colleagues.end_affiliation(world.active, by=world.manager, at=AT, to=stranger)
    world.active.refresh_from_db()
    assert world.active.status == "active"
    colleagues.end_affiliation(world.active, by=world.manager, at=AT)
    draft.refresh_from_db()
    assert (draft.followed_by, draft.events.latest("pk").text) == (None, f"Da: {world.colleague}. A: nessuno.")
    count = draft.events.count()
    colleagues.hand_over(draft, by=world.manager, at=timezone.now(), to=None)
    assert draft.events.count() == count

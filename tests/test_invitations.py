"""An invitation: a link good for seven days, once, for one address; the page it leads to tells nobody anything else."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from networks import affiliations, invitations
from networks.affiliations import Refused
from networks.models import Affiliation, Invitation, Organisation, User
from tests import make
from tests.samples import client_of

pytestmark = pytest.mark.django_db
INVITED = "anna@comune.example"


class World:
    """A manager who has invited somebody a moment ago."""

    def __init__(self, role: str = "contributor") -> None:
        self.of: Organisation = make.organisation()
        self.manager: User = make.officer_of(self.of, "manager", "capo@comune.example")
        self.at = timezone.now()
        # Typed with a capital, as people do.
        self.row: Invitation = invitations.invite(
            self.of, email="Anna@comune.example", role=role, by=self.manager, at=self.at
        )
        self.url = reverse("desk:invitation", args=[self.row.token])

    def page(self, by: User | None) -> HttpResponse:
        return client_of(by).get(self.url)

    def accept(self, by: User | None) -> HttpResponse:
        return client_of(by).post(self.url)

    def people(self) -> list[tuple[str, str, str]]:
        rows = self.of.affiliations.exclude(user=self.manager).order_by("pk")
        return list(rows.values_list("user__email", "role", "status"))


def test_from_the_mail_to_the_scrivania_once() -> None:
    world, anna = World("manager"), make.verified_user(INVITED)
    mail = Email.objects.get()
    assert (mail.to, mail.subject) == ([INVITED], "Invito a lavorare per Comune di Reggio Emilia")
    assert f"{settings.SITE_URL}{world.url}" in mail.message.split()
    page = world.page(anna)
    assert (page.status_code, page["Cache-Control"], "Accetta" in page.content.decode()) == (200, "private, no-store", True)
    assert world.people() == []
    done = world.accept(anna)
    assert (done.status_code, done["Location"]) == (302, "/scrivania/")
    assert world.people() == [(INVITED, "manager", "active")]
    active = anna.affiliations.get()
    assert (active.approved_by, active.active_from) == (world.manager, Invitation.objects.get().accepted_at)
    # The second click finds what the first one made; for everybody else it is used up.
    assert world.accept(anna).status_code == world.page(anna).status_code == 302
    assert [world.page(by).status_code for by in (None, make.verified_user())] == [410, 410]
    assert (world.people(), Email.objects.count()) == ([(INVITED, "manager", "active")], 2)
    told = Email.objects.latest("pk")
    assert (told.to, told.subject) == (["capo@comune.example"], "Invito accettato per Comune di Reggio Emilia")
    affiliations.end(active, by=world.manager, at=timezone.now())
    world.accept(anna)
    assert world.people() == [(INVITED, "manager", "ended")]


def expire(world: World) -> None:
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))


def revoke(world: World) -> None:
    invitations.revoke(world.row, by=world.manager, at=timezone.now())


def close_the_account_of_who_invited(world: World) -> None:
    User.objects.filter(pk=world.manager.pk).update(is_active=False)


def end_who_invited(world: World) -> None:
    affiliations.end(world.manager.affiliations.get(), by=make.editor_user(), at=timezone.now())


@pytest.mark.parametrize("spoil", [expire, revoke, close_the_account_of_who_invited, end_who_invited])
def test_what_is_no_longer_good_is_gone_for_everybody(spoil: Any) -> None:
    world, anna = World(), make.verified_user(INVITED)
    spoil(world)
    pages = [world.page(by) for by in (anna, None, make.verified_user())] + [world.accept(anna)]
    assert [page.status_code for page in pages] == [410] * 4
    assert all("L'invito non vale più" in page.content.decode() for page in pages)
    signing_up = client_of(None).post(reverse("desk:invitation_sign_up", args=[world.row.token]))
    assert signing_up["Location"] == world.url
    assert world.people() == []


def test_it_is_good_for_seven_days() -> None:
    world = World()
    almost, over = world.at + timedelta(days=7, seconds=-1), world.at + timedelta(days=7)
    assert (world.row.is_good(almost), world.row.is_good(over)) == (True, False)
    with pytest.raises(Refused, match="non vale più"):
        invitations.accept(world.row, by=make.verified_user(INVITED), at=over)


def test_only_who_has_verified_the_invited_address_accepts() -> None:
    world, unverified = World(), make.user(INVITED)
    for by in (None, unverified, make.verified_user("anna@altro.example"), world.manager, make.editor_user()):
        page = world.page(by)
        assert (page.status_code, "Accetta" in page.content.decode()) == (200, False)
        # Neither the address nor whether it has an account is told.
        assert (INVITED in page.content.decode()) == (by == unverified)
        assert "a•••@comune.example" in page.content.decode()
        assert world.accept(by).status_code == 200
    assert world.people() == []
    assert Invitation.objects.get().accepted_at is None


def test_nobody_accepts_what_she_sent() -> None:
    """Not with an address that became hers afterwards either."""
    editor, of = make.editor_user("redazione@ministero.example"), make.organisation()
    row = invitations.invite(of, email=INVITED, role="manager", by=editor, at=timezone.now())
    EmailAddress.objects.create(user=editor, email=INVITED, verified=True, primary=True)
    page = client_of(editor).post(reverse("desk:invitation", args=[row.token]), follow=True)
    assert "Il tuo incarico lo dà un&#x27;altra persona." in page.content.decode()
    assert (of.affiliations.count(), Invitation.objects.get().accepted_at) == (0, None)


def test_the_page_is_the_same_whether_the_address_has_an_account_or_not() -> None:
    world = World()
    before = world.page(None).content
    make.verified_user(INVITED)

    def without_token(content: bytes) -> str:
        text = content.decode()
        start = text.index("csrfmiddlewaretoken")
        return text[:start] + text[start + 120 :]

    assert without_token(world.page(None).content) == without_token(before)


def test_a_forged_link_is_no_page() -> None:
    world = World()
    tokens = [
        str(world.row.pk),
        f"{world.row.pk}:x",
        world.row.token + "x",
        f"{world.row.pk + 1}:{world.row.token[-20:]}",
    ]
    client = Client()
    assert [client.get(reverse("desk:invitation", args=[token])).status_code for token in tokens] == [404] * 4
    # Read again, as the admin does, the row does not know its link.
    assert Invitation.objects.get().get_absolute_url() == f"/scrivania/enti/{world.of.slug}/colleghi/"


def test_making_an_account_keeps_the_address_that_the_link_has_proved_and_comes_back() -> None:
    world, client = World(), Client()
    done = client.post(reverse("desk:invitation_sign_up", args=[world.row.token]))
    assert done["Location"] == reverse("account_signup", query={"next": world.url})
    assert client.session["account_verified_email"] == INVITED
    assert client.get(reverse("desk:invitation_sign_up", args=[world.row.token])).status_code == 405


def test_inviting_twice_is_one_invitation_and_another_role_replaces_it() -> None:
    world = World()
    given = {"email": INVITED, "by": world.manager}
    assert invitations.invite(world.of, **given, role="contributor", at=world.at + timedelta(minutes=1)) == world.row
    assert Email.objects.count() == 1
    second = invitations.invite(world.of, **given, role="manager", at=world.at + timedelta(minutes=2))
    third = invitations.invite(world.of, **given, role="manager", at=world.at + timedelta(days=8))
    rows = list(Invitation.objects.order_by("pk").values_list("pk", "role", "revoked_at"))
    assert rows == [
        (world.row.pk, "contributor", world.at + timedelta(minutes=2)),
        (second.pk, "manager", world.at + timedelta(days=8)),
        (third.pk, "manager", None),
    ]


def test_who_is_there_already_or_waits_is_not_invited_and_twenty_a_day_are_enough() -> None:
    world = World()
    affiliations.request(world.of, by=make.user("attesa@comune.example"), at=world.at)
    for email, said in (("CAPO@comune.example", "lavora già"), ("attesa@comune.example", "ha già chiesto")):
        with pytest.raises(Refused, match=said):
            invitations.invite(world.of, email=email, role="manager", by=world.manager, at=world.at)
    for n in range(19):
        invitations.invite(world.of, email=f"x{n}@comune.example", role="manager", by=world.manager, at=world.at)
    with pytest.raises(Refused, match="20 inviti"):
        invitations.invite(world.of, email="y@comune.example", role="manager", by=world.manager, at=world.at)
    tomorrow = world.at + timedelta(days=1)
    assert invitations.invite(world.of, email="y@comune.example", role="manager", by=world.manager, at=tomorrow).pk


def test_an_invitation_answers_a_request_that_was_made_meanwhile_and_lowers_nobody() -> None:
    world, anna = World("manager"), make.verified_user(INVITED)
    asked = affiliations.request(world.of, by=anna, at=timezone.now())
    assert invitations.accept(world.row, by=anna, at=timezone.now()) == asked
    assert world.people() == [(INVITED, "manager", "active")]
    with pytest.raises(Refused, match="già stato accettato"):
        invitations.revoke(world.row, by=world.manager, at=timezone.now())
    other = make.organisation("Comune di Torino", make.municipality("Torino", "L219", sign="TO"))
    boss = make.officer_of(other, "manager")
    row = invitations.invite(other, email=INVITED, role="contributor", by=boss, at=timezone.now())
    affiliations.appoint(other, user=anna, role="manager", by=boss, at=timezone.now())
    assert invitations.accept(row, by=anna, at=timezone.now()).role == Affiliation.Role.MANAGER

"""An address that somebody typed and nobody confirmed: it may be anybody's, and what belongs to it stays out of reach."""

import json

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from networks import affiliations, invitations
from networks.models import Invitation, User
from portal.newsletter import subscribing
from portal.newsletter.models import Subscription
from practices.models import Note
from practices.models.choices import Status
from tests import make
from tests.accounts import ask_reset, links, log_in, mails, path_of, sign_up
from tests.everywhere import where_it_stands
from tests.samples import client_of

pytestmark = pytest.mark.usefixtures("db", "queue")
OWN, THEIRS = "mallory@example.org", "vittima@comune.example"


def reaching(theirs: str = THEIRS) -> tuple[User, Client]:
    """Somebody who asked to change her address to another's, in a browser where she has just given her password."""
    person = make.verified_user(OWN)
    client = client_of(person)
    client.post(reverse("account_reauthenticate"), {"password": make.PASSWORD})
    client.post(reverse("account_email"), {"action_add": "", "email": theirs})
    assert EmailAddress.objects.filter(user=person, email=theirs, verified=False).exists()
    return person, client


def belongs_to_it() -> None:
    """A reset that was asked, an invitation that waits, a subscription, and what others wrote of the address."""
    ask_reset(Client(), THEIRS)
    of = make.organisation()
    by = make.officer_of(of, "manager")
    invitations.invite(of, email=THEIRS, role="contributor", by=by, at=timezone.now())
    wish = subscribing.ask(email=THEIRS, language="it", kind="newsletter", at=make.NOW)
    subscribing.confirm(wish, at=make.NOW)
    case = make.submission(Status.SUBMITTED, of=of)
    Note.objects.create(submission=case, by=make.editor_user(), at=make.NOW, text=f"Scrivere a {THEIRS}.")


def test_what_is_told_of_a_person_is_of_her_confirmed_addresses_alone() -> None:
    make.verified_user(THEIRS)
    belongs_to_it()
    _person, client = reaching()
    assert client.post(reverse("account_email"), {"action_send": "", "email": THEIRS}).status_code == 302
    found = json.loads(client.get(reverse("account_data_download")).content)
    assert found["addresses"] == [
        {"email": OWN, "verified": True, "primary": True},
        {"email": THEIRS, "verified": False, "primary": False},
    ]
    assert [found[name] for name in ("mails", "invitations_received", "subscriptions")] == [[], [], []]


def test_the_page_counts_as_much_for_a_known_address_as_for_an_unknown_one() -> None:
    make.verified_user(THEIRS)
    belongs_to_it()
    told = []
    for theirs in (THEIRS, "nessuno@comune.example"):
        person, client = reaching(theirs)
        told.append(client.get(reverse("account_data")).context["counted"])
        person.delete()
    assert [[(str(title), number) for title, number in counted] for counted in told] == [
        [("Indirizzi e-mail con cui si accede", 2), ("Accessi ancora aperti in un browser", 1)]
    ] * 2


def test_the_links_of_mails_are_not_told() -> None:
    """Before her, the address may have been somebody else's, whose keys these are."""
    belongs_to_it()
    person = make.verified_user(THEIRS)
    ask_reset(Client(), THEIRS)
    client = client_of(person)
    client.post(reverse("account_reauthenticate"), {"password": make.PASSWORD})
    told = json.loads(client.get(reverse("account_data_download")).content)["mails"]
    kept = Email.objects.filter(to=THEIRS).order_by("created")
    assert [row["subject"] for row in told] == [mail.subject for mail in kept]
    assert ["://" in row["message"] for row in told] == [False] * len(kept)
    message = Email.objects.latest("pk").message
    for link in links():
        message = message.replace(link, "[collegamento]")
    assert told[-1]["message"] == message


def test_deleting_an_account_takes_of_such_an_address_its_row_alone() -> None:
    make.verified_user(THEIRS)
    belongs_to_it()
    person, client = reaching()
    before = where_it_stands(THEIRS)
    mails = list(Email.objects.filter(to=THEIRS).values("subject", "message", "html_message"))
    assert client.post(reverse("account_delete"), {"understood": "on"})["Location"] == reverse("account_deleted")
    assert list(Email.objects.filter(to=THEIRS).values("subject", "message", "html_message")) == mails
    assert Subscription.objects.get().subscriber.email == THEIRS
    assert Invitation.objects.open().get().email == THEIRS
    assert Note.objects.get().text == f"Scrivere a {THEIRS}."
    assert where_it_stands(THEIRS) == before
    assert not EmailAddress.objects.filter(user=person).exists()
    assert where_it_stands(OWN) == set()


def test_an_account_that_was_never_confirmed_reaches_nothing_either() -> None:
    """Whoever administers deletes it: what came to the address may have been for its owner."""
    belongs_to_it()
    never, root = make.user(THEIRS), User.objects.create_superuser("radice@example.org", make.PASSWORD)
    make.add_second_factor(root)
    told = Email.objects.filter(to=THEIRS).count()
    url = reverse("admin:networks_user_erase", args=[never.pk])
    assert client_of(root).post(url)["Location"] == reverse("admin:networks_user_changelist")
    never.refresh_from_db()
    assert never.erased_at is not None
    assert (Email.objects.filter(to=THEIRS).count(), Subscription.objects.count()) == (told, 1)
    assert Invitation.objects.open().get().email == THEIRS


def test_who_leaves_an_organisation_ends_no_invitation_of_another() -> None:
    person, _client = reaching()
    of = make.organisation()
    by = make.officer_of(of, "manager")
    own = of.affiliations.create(user=person, status="active", active_from=make.NOW)
    for email in (THEIRS, "altra@comune.example"):
        invitations.invite(of, email=email, role="contributor", by=by, at=timezone.now())
    affiliations.end(own, by=person, at=timezone.now())
    assert sorted(of.invitations.open().values_list("email", flat=True)) == ["altra@comune.example", THEIRS]


def test_a_change_that_waits_gives_way_to_who_signs_up() -> None:
    """Somebody mistyped a colleague's address as her new one."""
    person, client = reaching()
    cache.clear()  # some minutes later: an address gets one such mail in three
    owner = Client()
    sign_up(owner, THEIRS)
    assert mails() == [(THEIRS, "Conferma il tuo indirizzo e-mail")] * 2
    assert owner.post(path_of(links()[0]))["Location"] == "/scrivania/"
    known = EmailAddress.objects.order_by("pk").values_list("user__email", "email", "verified")
    assert list(known) == [(OWN, OWN, True), (THEIRS, THEIRS, True)]
    # She may ask again, and is told nothing.
    client.post(reverse("account_email"), {"action_add": "", "email": THEIRS})
    assert EmailAddress.objects.filter(user=person).count() == 2


def test_who_signed_up_and_has_not_confirmed_keeps_her_link() -> None:
    sign_up(Client(), THEIRS)
    (link, *_others) = links()
    sign_up(Client(), THEIRS)
    owner = Client()
    owner.post(path_of(link))
    assert log_in(owner, THEIRS)["Location"] == "/scrivania/"


def test_a_link_for_a_new_password_goes_to_no_address_that_waits() -> None:
    """Its owner would come into the account of who typed it."""
    reaching()
    ask_reset(Client(), THEIRS)
    assert mails()[-1] == (THEIRS, "Questo indirizzo non ha un accesso alle buone pratiche")
    sign_up(Client(), THEIRS)
    ask_reset(Client(), THEIRS)
    assert [subject for _to, subject in mails()][-1] == "Scegli una nuova password"


def test_an_address_that_an_administrator_gave_to_somebody_is_nobody_elses() -> None:
    """Before she has confirmed it, too."""
    person, client = reaching()
    theirs = make.editor_user(THEIRS)
    answer = client.post(path_of(links()[0]), follow=True)
    assert "è già l&#x27;indirizzo di un altro accesso" in answer.content.decode()
    assert [User.objects.get(pk=one.pk).email for one in (person, theirs)] == [OWN, THEIRS]
    assert list(EmailAddress.objects.filter(verified=True).values_list("email", flat=True)) == [OWN]

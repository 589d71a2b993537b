"""A person whose account is deleted: what this room forgets of her. Composed in `portal.personal.erasure`."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from networks.models import Affiliation, Invitation, Organisation, OrganisationProposal, User
from networks.models.person import NOWHERE
from portal.lib.wording import replace_words

# A name of one word is a word like any other: it would take others out of the texts.
LEAST_NAMES = 2


def lock_person(user: User) -> User:
    """The person as she is now, held until the end of the transaction; taken before any organisation or practice."""
    return User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)


def words_of(user: User) -> list[str]:
    """By what others call her in the texts that the portal keeps."""
    name = [user.full_name] if len(user.full_name.split()) >= LEAST_NAMES else []
    return [*name, *sorted({user.email.lower(), *user.own_addresses()})]


def left_alone(user: User) -> QuerySet[Organisation]:
    """The organisations whose only manager she is, and that somebody else works for."""
    others = Affiliation.objects.active().filter(organisation=OuterRef("pk")).exclude(user=user)
    own = Affiliation.objects.managers().filter(organisation=OuterRef("pk"), user=user)
    return Organisation.objects.filter(Exists(own), Exists(others), ~Exists(others.managers()))


@transaction.atomic
def forget(user: User, *, at: datetime) -> User:
    """Empty the row, and take away what only she has. Her affiliations have ended before, in their organisations' order."""
    addresses, nobody = user.own_addresses(), f"persona-{user.pk}{NOWHERE}"
    words = words_of(user)
    Affiliation.objects.filter(user=user).update(message="")
    theirs = Invitation.objects.filter(Q(email__in=addresses) | Q(accepted_by=user))
    theirs.filter(accepted_at__isnull=True).delete()
    theirs.update(email=nobody)
    Invitation.objects.open().filter(invited_by=user).update(revoked_at=at)
    proposals = OrganisationProposal.objects.filter(proposed_by=user)
    proposals.filter(decided_at__isnull=True).delete()
    proposals.update(text="")
    replace_words(OrganisationProposal.objects.all(), ("text", "answer"), words, str(User(erased_at=at)))
    EmailAddress.objects.filter(user=user).delete()
    user.groups.remove(*Group.objects.filter(user=user))
    user.user_permissions.clear()
    user.digest_regions.clear()
    user.email, user.full_name, user.erased_at = nobody, "", at
    user.is_active = user.is_staff = user.is_superuser = False
    user.last_login, user.digested_on, user.unwanted_mails, user.only_followed_mails = None, None, [], False
    user.set_unusable_password()
    user.save()
    return user

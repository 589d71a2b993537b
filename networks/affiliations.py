"""Who acts for which organisation: asked for, approved, declined, changed, ended. One function a verb.

An organisation's active managers decide, and editors do; but in an organisation that an editor acts for she is what her
affiliation says. Each function locks the organisation's row first, so that two decisions about its people wait for each other.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from networks import notifications
from networks.models import Affiliation, Organisation, User

# How many answers a person may wait for at the same time.
MOST_REQUESTS = 5


class Refused(Exception):
    """Not by this person, or not now; the message is for who tried. Nothing was changed."""


def own_role(user: User, organisation: Organisation) -> str | None:
    """The role in which this person acts for the organisation today."""
    roles = Affiliation.objects.active().filter(user=user, organisation=organisation).values_list("role", flat=True)
    return roles.first()


def people_of(organisation: Organisation, *, but: User | None = None) -> QuerySet[User]:
    """The people who act for the organisation today."""
    people = User.objects.filter(affiliations__in=Affiliation.objects.active().filter(organisation=organisation))
    return people.exclude(pk=but.pk) if but else people


def people_by_organisation(organisations: Iterable[Organisation]) -> dict[int, list[User]]:
    """Who acts for each of these today, by its primary key. One query."""
    found: dict[int, list[User]] = {organisation.pk: [] for organisation in organisations}
    active = Affiliation.objects.active().filter(organisation__in=list(found)).select_related("user")
    for affiliation in active.order_by("user__email"):
        found[affiliation.organisation_id].append(affiliation.user)
    return found


def may_decide(user: User, organisation: Organisation) -> bool:
    """Whether this person decides who acts for the organisation."""
    if role := own_role(user, organisation):
        return role == Affiliation.Role.MANAGER
    return user.is_active and (user.is_editor or user.is_superuser)


def lock(organisation: Organisation) -> Organisation:
    """The organisation as it is now; its people stay as they are until the end of the transaction."""
    return Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=organisation.pk)


def check_decides(user: User, organisation: Organisation) -> None:
    """Raise unless this person decides."""
    if not may_decide(user, organisation):
        raise Refused(_("Decide chi è responsabile per l'ente, o la redazione."))


def _locked(affiliation: Affiliation, *, by: User | None = None) -> Affiliation:
    """The affiliation as it is now; with `by`, only for who may decide on it."""
    organisation = lock(affiliation.organisation)
    if by is not None:
        check_decides(by, organisation)
    return Affiliation.objects.select_related("user", "organisation").get(pk=affiliation.pk)


@transaction.atomic
def request(organisation: Organisation, *, by: User, at: datetime, message: str = "") -> Affiliation:
    """Ask to act for an organisation. What is there already, asked for or active, is returned."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    organisation = lock(organisation)
    if current := Affiliation.objects.exclude(status=Affiliation.Status.ENDED).filter(user=by, organisation=organisation):
        return current[0]
    if not organisation.is_local_authority:
        raise Refused(_("L'incarico si chiede per un Comune o per un'Unione di Comuni."))
    if by.affiliations.requested().count() >= MOST_REQUESTS:
        raise Refused(_("Hai già %d richieste in attesa: aspetta una risposta, o ritirane una.") % MOST_REQUESTS)
    asked = Affiliation.objects.create(user=by, organisation=organisation, requested_at=at, message=message)
    notifications.requested(asked)
    return asked


@transaction.atomic
def approve(affiliation: Affiliation, *, by: User, at: datetime, role: str) -> Affiliation:
    """Say yes to a request, in this role. Nobody approves her own."""
    affiliation = _locked(affiliation, by=by)
    if affiliation.user_id == by.pk:
        raise Refused(_("La tua richiesta la approva un'altra persona."))
    if affiliation.status != Affiliation.Status.REQUESTED:
        raise Refused(_("Qualcuno ha già risposto a questa richiesta."))
    _activate(affiliation, by=by, at=at, role=role)
    notifications.approved(affiliation)
    return affiliation


@transaction.atomic
def appoint(organisation: Organisation, *, user: User, role: str, by: User, at: datetime) -> Affiliation:
    """Let somebody act for an organisation, whether she has asked or not."""
    organisation = lock(organisation)
    check_decides(by, organisation)
    if user.pk == by.pk:
        raise Refused(_("Il tuo incarico lo dà un'altra persona."))
    if own_role(user, organisation):
        raise Refused(_("%s lavora già per l'ente.") % user)
    affiliation = activate(organisation, user=user, role=role, by=by, at=at)
    notifications.approved(affiliation)
    return affiliation


def activate(organisation: Organisation, *, user: User, role: str, by: User, at: datetime) -> Affiliation:
    """The person's affiliation, active from now on at the latest. The caller has locked the organisation and checked."""
    current = Affiliation.objects.exclude(status=Affiliation.Status.ENDED).filter(user=user, organisation=organisation)
    affiliation = current.first() or Affiliation(user=user, organisation=organisation)
    if affiliation.status != Affiliation.Status.ACTIVE:
        _activate(affiliation, by=by, at=at, role=role)
    return affiliation


def _activate(affiliation: Affiliation, *, by: User, at: datetime, role: str) -> None:
    affiliation.status, affiliation.role = Affiliation.Status.ACTIVE, role
    affiliation.approved_by, affiliation.active_from = by, at
    affiliation.save()


@transaction.atomic
def decline(affiliation: Affiliation, *, by: User, at: datetime, text: str) -> Affiliation:
    """Say no to a request, with a word; it can be asked again."""
    if not text.strip():
        raise Refused(_("Scrivi perché."))
    affiliation = _locked(affiliation, by=by)
    if affiliation.status != Affiliation.Status.REQUESTED:
        raise Refused(_("Qualcuno ha già risposto a questa richiesta."))
    _end(affiliation, by=by, at=at)
    notifications.declined(affiliation, text)
    return affiliation


@transaction.atomic
def end(affiliation: Affiliation, *, by: User, at: datetime, text: str = "") -> Affiliation:
    """Who decides ends it, and everybody her own: a request is taken back, an organisation left."""
    affiliation = _locked(affiliation, by=None if affiliation.user_id == by.pk else by)
    if affiliation.status == Affiliation.Status.ENDED:
        return affiliation
    if affiliation.status == Affiliation.Status.ACTIVE:
        _check_somebody_decides(affiliation, by)
        _revoke_invitations(affiliation, at)
    _end(affiliation, by=by, at=at)
    if affiliation.user_id != by.pk:
        notifications.ended(affiliation, text)
    return affiliation


def _end(affiliation: Affiliation, *, by: User, at: datetime) -> None:
    _end_invitations(affiliation, at)
    affiliation.status, affiliation.ended_at, affiliation.ended_by = Affiliation.Status.ENDED, at, by
    affiliation.save()


@transaction.atomic
def change_role(affiliation: Affiliation, *, role: str, by: User, at: datetime) -> Affiliation:
    """Make a colleague a manager, or no longer one."""
    affiliation = _locked(affiliation, by=by)
    if affiliation.status != Affiliation.Status.ACTIVE:
        raise Refused(_("L'incarico non è attivo."))
    if affiliation.role == role:
        return affiliation
    if affiliation.role == Affiliation.Role.MANAGER:
        _check_somebody_decides(affiliation, by)
        _revoke_invitations(affiliation, at)
    affiliation.role = role
    affiliation.save()
    if affiliation.user_id != by.pk:
        notifications.role_changed(affiliation)
    return affiliation


def _check_somebody_decides(affiliation: Affiliation, by: User) -> None:
    """The last manager does not leave colleagues without one. An editor may do so: she decides for them meanwhile."""
    others = Affiliation.objects.active().filter(organisation=affiliation.organisation).exclude(pk=affiliation.pk)
    if (
        affiliation.user_id == by.pk
        and affiliation.role == Affiliation.Role.MANAGER
        and others.exists()
        and not others.managers().exists()
    ):
        raise Refused(_("Sei l'unica persona responsabile per l'ente: prima affida il ruolo a chi ci lavora con te."))


def _end_invitations(affiliation: Affiliation, at: datetime) -> None:
    """What the person was invited to ends too: a link that was not used must not bring her back."""
    user = affiliation.user
    # Who was appointed before her first login has confirmed nothing yet.
    theirs = {user.email.lower(), *user.own_addresses()}
    affiliation.organisation.invitations.open().filter(email__in=theirs).update(revoked_at=at)


def _revoke_invitations(affiliation: Affiliation, at: datetime) -> None:
    """No right outlives the affiliation: what a manager has promised lapses with her role."""
    affiliation.organisation.invitations.open().filter(invited_by=affiliation.user).update(revoked_at=at)

"""Deleting an account: the decision is in docs/adr/0019. What was done with it stays with the organisations, without a name."""

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from post_office.models import Email

from networks import leaving as of_people
from networks.affiliations import Refused
from networks.models import Editor, User
from portal.lib.wording import replace_words
from portal.newsletter import leaving as newsletter
from portal.personal.mails import mails_to
from practices.moderation import leaving as of_cases
from practices.moderation import people


@dataclass(frozen=True)
class Obstacle:
    """What has to be done first, and where."""

    text: str
    url: str
    link: str


def obstacles(user: User, *, own: bool = True) -> list[Obstacle]:
    """What nobody else could carry on if this account were deleted now. `own`: said to the person herself."""
    found = []
    for organisation in of_people.left_alone(user):
        text = _("È l'unica persona responsabile per %s: prima il ruolo va affidato a chi ci lavora.") % organisation
        colleagues = reverse("desk:colleagues", args=[organisation.slug])
        url = colleagues if own else reverse("admin:networks_affiliation_changelist")
        found.append(Obstacle(text, url, _("Le persone dell'ente")))
    queue = reverse("admin:practices_submission_changelist")
    if n := people.open_cases(user).count():
        said = ngettext("Ha in carico %d caso aperto:", "Ha in carico %d casi aperti:", n) % n
        how = _("prima va lasciato alla coda o assegnato dalla caporedazione a un'altra persona.")
        found.append(Obstacle(f"{said} {how}", queue, _("La coda")))
    if n := of_cases.drafts_for_others(user).count():
        text = ngettext(
            "Ha iniziato %d scheda per conto di un ente: prima va consegnata o eliminata.",
            "Ha iniziato %d schede per conto di enti: prima vanno consegnate o eliminate.",
            n,
        )
        found.append(Obstacle(text % n, queue, _("La coda")))
    chiefs = Editor.objects.chiefs()
    if chiefs.filter(pk=user.pk).exists() and not chiefs.exclude(pk=user.pk).exists():
        text = _("È l'ultima persona della caporedazione: prima va nominata un'altra.")
        found.append(Obstacle(text, reverse("admin:networks_editor_changelist"), _("La redazione")))
    if user.is_superuser and not User.objects.filter(is_superuser=True, is_active=True).exclude(pk=user.pk).exists():
        text = _("È l'ultima persona che amministra il portale: prima va indicata un'altra.")
        found.append(Obstacle(text, reverse("admin:networks_user_changelist"), _("Le persone")))
    return found


@transaction.atomic
def erase(user: User, *, by: User, at: datetime) -> User:
    """Delete the account for good, on the person's own wish or, by an administrator, at her request.

    Raises `Refused` while something stands in the way; then nothing was changed. Done twice, it is done once.
    """
    user = of_people.lock_person(user)
    if user.erased_at:
        return user
    if by.pk != user.pk and not by.is_superuser:
        raise Refused(_("L'account di un'altra persona lo cancella chi amministra il portale."))
    if standing := obstacles(user, own=by.pk == user.pk):
        raise Refused(" ".join(obstacle.text for obstacle in standing))
    # What is kept is in Italian, whatever language the page had.
    with translation.override("it"):
        words, addresses, neutral = of_people.words_of(user), user.own_addresses(), str(User(erased_at=at))
        of_cases.leave(user, by=by, at=at)
        of_cases.forget_words(words, by=neutral)
        _forget_ways_in(user)
        for address in sorted(addresses):
            newsletter.erase_on_request(address, at=at)
        # After everything that may have written one.
        mails_to(addresses).delete()
        replace_words(Email.objects.all(), ("subject", "message", "html_message"), words, neutral)
        replace_words(LogEntry.objects.all(), ("object_repr", "change_message"), words, neutral)
        user = of_people.forget(user, at=at)
        _record(user, by)
    return user


def _forget_ways_in(user: User) -> None:
    Authenticator.objects.filter(user=user).delete()
    SocialAccount.objects.filter(user=user).delete()
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()


def _record(user: User, by: User) -> None:
    said = _("Account cancellato dalla persona stessa.") if by.pk == user.pk else _("Account cancellato su richiesta.")
    LogEntry.objects.create(
        user_id=by.pk,
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(user.pk),
        object_repr=str(user),
        action_flag=CHANGE,
        change_message=said,
    )

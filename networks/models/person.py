"""People: users, and the organisations that they act for."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager, Group
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from networks.models.network import Membership, Network, Standing
from networks.models.organisation import Organisation
from networks.models.place import Region
from portal.lib.validators import list_of_texts

EDITORS = "Redazione"
CHIEF_EDITORS = "Caporedazione"
# Where the addresses of deleted accounts lead: nowhere, ever (RFC 2606).
NOWHERE = "@account.invalid"


class UserManager(BaseUserManager["User"]):
    """Users are made with an e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person who can log in; without a password, only after resetting it."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    @transaction.atomic
    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """For `manage.py createsuperuser`: who has a shell need not confirm the address, and on the first day mails may not go yet."""
        user = self.create_user(email, password, is_staff=True, is_superuser=True, **fields)
        user.emailaddress_set.create(email=user.email, verified=True, primary=True)  # type: ignore[attr-defined]  # allauth's
        return user


class User(AbstractUser):
    """A person; the e-mail address is the login."""

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail"), unique=True)
    full_name = models.CharField(_("nome e cognome"), max_length=120, blank=True)
    # Kinds of mail that this person does without, by the names that `practices.notifications` gives them.
    unwanted_mails = models.JSONField(default=list, blank=True, editable=False, validators=[list_of_texts])
    # Of her organisation's cases, mails about those alone that nobody else follows.
    only_followed_mails = models.BooleanField(default=False, editable=False)
    # An editor's daily digest: of which territories (none chosen: of all), and the day of the last one.
    digest_regions = models.ManyToManyField(Region, blank=True, editable=False, related_name="+")
    digested_on = models.DateField(null=True, blank=True, editable=False)
    # How often this person left all her devices at once: a session knows the number that it began with.
    sessions_ended = models.PositiveIntegerField(default=0, editable=False)
    # When the account was deleted. The row stays without a name, because what was done with it stays: docs/adr/0019.
    erased_at = models.DateTimeField(_("account cancellato il"), null=True, blank=True, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("persona")
        verbose_name_plural = _("persone")
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="networks_user_email_once"),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True)
                | Q(full_name="", email__endswith=NOWHERE, is_active=False, is_staff=False, is_superuser=False),
                name="networks_user_erased_whole",
            ),
        ]

    def __str__(self) -> str:
        return gettext("persona non più registrata") if self.erased_at else self.full_name or self.email

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower()

    def get_session_auth_hash(self) -> str:
        """What a session must know to go on: it changes with the password, and when all sessions are ended."""
        return self._with_number(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same, made with keys that were in use before."""
        return map(self._with_number, super().get_session_auth_fallback_hash())

    def _with_number(self, known: str) -> str:
        return f"{known}-{self.sessions_ended}"

    def end_sessions(self) -> None:
        """Whoever is logged in as this person, in whatever browser, is so no longer."""
        User.objects.filter(pk=self.pk).update(sessions_ended=F("sessions_ended") + 1)
        self.refresh_from_db(fields=["sessions_ended"])

    def get_full_name(self) -> str:
        """What mails and pages call this person."""
        return str(self)

    def get_short_name(self) -> str:
        """The same: there is no telling which part of a name is the given one."""
        return str(self)

    @property
    def is_chief_editor(self) -> bool:
        """Whether this person belongs to the chief editors' group."""
        return CHIEF_EDITORS in self.group_names

    @property
    def is_editor(self) -> bool:
        """Whether this person moderates: editors, and chief editors too."""
        return bool(self.group_names & {EDITORS, CHIEF_EDITORS})

    @property
    def group_names(self) -> set[str]:
        """Names of the groups, read once for each object. A disabled account has none."""
        if not hasattr(self, "_group_names"):
            self._group_names = set(self.groups.values_list("name", flat=True)) if self.is_active else set()
        return self._group_names

    def own_addresses(self) -> set[str]:
        """The addresses that she has shown to be hers, in lower case.

        Never one that waits to be confirmed: anybody may have typed anybody's.
        """
        own = self.emailaddress_set.filter(verified=True)  # type: ignore[attr-defined]  # allauth's
        return {address.lower() for address in own.values_list("email", flat=True)}

    def coordinated_networks(self) -> models.QuerySet[Network]:
        """The networks that an organisation of this person's leads or coordinates today."""
        leading = Membership.objects.leading().on(timezone.localdate()).filter(Q(standing=Standing.IN))
        own = leading.filter(organisation__in=Organisation.objects.acted_for_by(self))
        return Network.objects.filter(pk__in=own.values("network"))

    def coordinated_organisations(self) -> models.QuerySet[Organisation]:
        """Members of those networks today."""
        members = Membership.objects.members().on(timezone.localdate()).filter(Q(standing=Standing.IN))
        theirs = members.filter(network__in=self.coordinated_networks())
        return Organisation.objects.filter(pk__in=theirs.values("organisation"))


class EditorManager(models.Manager["Editor"]):
    """The people of the two groups whose account is active."""

    def get_queryset(self) -> models.QuerySet["Editor"]:
        return super().get_queryset().filter(_in_groups(EDITORS, CHIEF_EDITORS), is_active=True)

    def chiefs(self) -> models.QuerySet["Editor"]:
        """The chief editors."""
        return self.get_queryset().filter(_in_groups(CHIEF_EDITORS))

    def may_examine(self, organisation: Organisation) -> models.QuerySet["Editor"]:
        """Those who do not act for the organisation themselves."""
        acting = Affiliation.objects.active().filter(organisation=organisation)
        return self.get_queryset().exclude(pk__in=acting.values("user"))

    def following(self, organisation: Organisation) -> models.QuerySet["Editor"]:
        """Those of them who chose its territory for their digest, or none; of an organisation without one, all."""
        examining = self.may_examine(organisation)
        if organisation.region_id is None:
            return examining
        return examining.filter(Q(digest_regions=None) | Q(digest_regions=organisation.region_id)).distinct()


def _in_groups(*names: str) -> Exists:
    return Exists(Group.objects.filter(user=OuterRef("pk"), name__in=names))


class Editor(User):
    """A person who moderates, as chief editors see her: never her password or her permissions."""

    objects: ClassVar[EditorManager] = EditorManager()  # type: ignore[assignment]

    class Meta:
        proxy = True
        verbose_name = _("persona della redazione")
        verbose_name_plural = _("persone della redazione")
        ordering = ["email"]


class AffiliationQuerySet(models.QuerySet["Affiliation"]):
    """Affiliations in the domain's words."""

    def active(self) -> "AffiliationQuerySet":
        """Those that give rights today."""
        return self.filter(status=Affiliation.Status.ACTIVE, user__is_active=True)

    def requested(self) -> "AffiliationQuerySet":
        """Those that wait for somebody's answer."""
        return self.filter(status=Affiliation.Status.REQUESTED, user__is_active=True)

    def managers(self) -> "AffiliationQuerySet":
        """Those that let a person decide for the organisation today."""
        return self.active().filter(role=Affiliation.Role.MANAGER)


class Affiliation(models.Model):
    """An Incarico: a person acts for an organisation. No right outlives it."""

    class Role(models.TextChoices):
        CONTRIBUTOR = "contributor", _("collabora")
        MANAGER = "manager", _("responsabile")

    class Status(models.TextChoices):
        REQUESTED = "requested", _("richiesto")
        ACTIVE = "active", _("attivo")
        ENDED = "ended", _("concluso")

    user = models.ForeignKey(User, models.PROTECT, related_name="affiliations", verbose_name=_("persona"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="affiliations", verbose_name=_("ente"))
    role = models.CharField(_("ruolo"), max_length=12, choices=Role, default=Role.CONTRIBUTOR)
    status = models.CharField(_("stato"), max_length=10, choices=Status, default=Status.REQUESTED)
    requested_at = models.DateTimeField(_("richiesto il"), default=timezone.now, editable=False)
    message = models.TextField(_("presentazione"), blank=True)
    approved_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approvato da")
    )
    active_from = models.DateTimeField(_("attivo dal"), null=True, blank=True)
    ended_at = models.DateTimeField(_("concluso il"), null=True, blank=True)
    ended_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("concluso da")
    )

    objects = AffiliationQuerySet.as_manager()

    class Meta:
        verbose_name = _("incarico")
        verbose_name_plural = _("incarichi")
        permissions = [("approve_affiliation", _("Può approvare, rifiutare e concludere gli incarichi"))]
        ordering = ["organisation__sort_name", "user__email"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"], condition=~Q(status="ended"), name="networks_affiliation_one_current"
            ),
            models.CheckConstraint(
                condition=~Q(status="active") | Q(active_from__isnull=False), name="networks_affiliation_active_since"
            ),
            models.CheckConstraint(
                condition=Q(status="ended", ended_at__isnull=False) | (~Q(status="ended") & Q(ended_at__isnull=True)),
                name="networks_affiliation_ended_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.organisation}"

"""Organisations: whoever signs, joins or submits."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.db import models
from django.utils.translation import gettext_lazy as _

from networks.models.place import Municipality, Region
from portal.lib.content_version import always_public
from portal.lib.text import fold
from portal.lib.validators import list_of_texts

if TYPE_CHECKING:
    from networks.models.person import User


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Organisations in the domain's words."""

    def local_authorities(self) -> "OrganisationQuerySet":
        """Those that officers act for."""
        return self.filter(kind__in=Organisation.LOCAL_AUTHORITIES)

    def acted_for_by(self, user: "User") -> "OrganisationQuerySet":
        """Those that this person acts for today."""
        return self.filter(
            affiliations__user=user, affiliations__status="active", affiliations__user__is_active=True
        ).distinct()


@always_public
class Organisation(models.Model):
    """An Ente. Officers act for local authorities; the other kinds sign agreements, or led an imported practice."""

    class Kind(models.TextChoices):
        MUNICIPALITY = "municipality", _("Comune")
        UNION = "union", _("Unione di Comuni")
        PROVINCE = "province", _("Provincia")
        REGION = "region", _("Regione o Provincia autonoma")
        METROPOLITAN_CITY = "metropolitan_city", _("Città metropolitana")
        MINISTRY = "ministry", _("Ministero")
        EUROPEAN = "european", _("Istituzione europea o internazionale")
        ASSOCIATION = "association", _("Associazione di enti")
        PREFECTURE = "prefecture", _("Prefettura")
        HEALTH = "health", _("Azienda sanitaria")
        THIRD_SECTOR = "third_sector", _("Terzo settore")
        OTHER = "other", _("Altro")

    LOCAL_AUTHORITIES = (Kind.MUNICIPALITY, Kind.UNION)

    kind = models.CharField(_("tipo"), max_length=20, choices=Kind)
    name = models.CharField(_("nome"), max_length=200, unique=True)
    acronym = models.CharField(_("sigla"), max_length=20, blank=True)
    slug = models.SlugField(unique=True, max_length=120)
    municipality = models.OneToOneField(
        Municipality, models.PROTECT, null=True, blank=True, related_name="organisation", verbose_name=_("comune")
    )
    municipalities = models.ManyToManyField(
        Municipality, blank=True, related_name="unions", verbose_name=_("comuni dell'unione")
    )
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="organisations", verbose_name=_("territorio")
    )
    ipa_code = models.CharField(_("codice IPA"), max_length=20, blank=True)
    website = models.URLField(_("sito"), blank=True)
    office_email = models.EmailField(_("e-mail dell'ufficio"), blank=True)
    email_domains = models.JSONField(_("domini di posta"), default=list, blank=True, validators=[list_of_texts])
    only_managers_submit = models.BooleanField(
        _("solo i responsabili inviano"),
        default=False,
        help_text=_("Chi collabora prepara la scheda; la invia alla redazione chi è responsabile per l'ente."),
    )
    sort_name = models.CharField(max_length=200, editable=False, db_index=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("ente")
        verbose_name_plural = _("enti")
        ordering = ["sort_name"]
        constraints = [
            models.UniqueConstraint(
                fields=["ipa_code"], condition=~models.Q(ipa_code=""), name="networks_organisation_ipa_code_once"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="municipality", municipality__isnull=False)
                | (~models.Q(kind="municipality") & models.Q(municipality__isnull=True)),
                name="networks_organisation_municipality_for_comuni_only",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sort_name = fold(self.name)
        super().save(*args, **kwargs)

    @property
    def mail_domains(self) -> list[str]:
        """The domains of its people's mail: those that are written here, else those of its office and its site."""
        if self.email_domains:
            return [domain.lower().removeprefix("@") for domain in self.email_domains]
        site = (urlsplit(self.website).hostname or "").removeprefix("www.")
        found = [self.office_email.rpartition("@")[2].lower(), site]
        return [domain for domain in dict.fromkeys(found) if domain]

    @property
    def is_local_authority(self) -> bool:
        """Whether officers act for it."""
        return self.kind in self.LOCAL_AUTHORITIES

    def own_municipalities(self) -> models.QuerySet[Municipality]:
        """Its Comune, or the Comuni of a union."""
        return (
            Municipality.objects.filter(models.Q(organisation=self) | models.Q(unions=self))
            .select_related("province")
            .distinct()
        )

"""Organisations that somebody works for and did not find."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from networks.models.organisation import Organisation
from networks.models.person import User
from networks.models.place import Province


class OrganisationProposal(models.Model):
    """A Proposta di ente: chief editors find or make the organisation and give the affiliation, or say why not."""

    KINDS = [(kind.value, kind.label) for kind in Organisation.LOCAL_AUTHORITIES]

    proposed_by = models.ForeignKey(
        User, models.PROTECT, related_name="organisation_proposals", verbose_name=_("proposto da")
    )
    proposed_at = models.DateTimeField(_("proposto il"))
    kind = models.CharField(_("tipo"), max_length=20, choices=KINDS)
    name = models.CharField(_("nome"), max_length=200)
    province = models.ForeignKey(Province, models.PROTECT, related_name="+", verbose_name=_("provincia"))
    website = models.URLField(_("sito"), blank=True)
    text = models.TextField(_("spiegazione"), blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="proposals", verbose_name=_("ente")
    )
    answer = models.TextField(_("perché no"), blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decisa da")
    )
    decided_at = models.DateTimeField(_("decisa il"), null=True, blank=True)

    class Meta:
        verbose_name = _("proposta di ente")
        verbose_name_plural = _("proposte di enti")
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposed_by", "name"], condition=Q(decided_at__isnull=True), name="networks_proposal_one_open"
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True, organisation__isnull=True, answer="")
                | Q(decided_at__isnull=False, decided_by__isnull=False) & (Q(organisation__isnull=False) | ~Q(answer="")),
                name="networks_proposal_decided_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name

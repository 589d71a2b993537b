"""Invitations: a manager asks a colleague by mail to act for the organisation too."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from networks.models.organisation import Organisation
from networks.models.person import Affiliation, User


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations in the domain's words."""

    def open(self) -> "InvitationQuerySet":
        """Neither accepted nor revoked; they may have expired."""
        return self.filter(accepted_at__isnull=True, revoked_at__isnull=True)


class Invitation(models.Model):
    """An Invito. Its link is a signed value that only the mail holds; this row says whether it is still good."""

    # Known where it is made and nowhere else: not even who sees this row in the admin can follow the link.
    token: str = ""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="invitations", verbose_name=_("ente"))
    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("ruolo"), max_length=12, choices=Affiliation.Role, default=Affiliation.Role.CONTRIBUTOR)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("invito di"))
    invited_at = models.DateTimeField(_("inviato il"))
    expires_at = models.DateTimeField(_("scade il"))
    accepted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("accettato da")
    )
    accepted_at = models.DateTimeField(_("accettato il"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revocato il"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invito")
        verbose_name_plural = _("inviti")
        ordering = ["-invited_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="networks_invitation_one_open",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False, revoked_at__isnull=True),
                name="networks_invitation_accepted_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} – {self.organisation}"

    def is_good(self, at: datetime) -> bool:
        """Whether it can be accepted."""
        return self.accepted_at is None and self.revoked_at is None and at < self.expires_at and self.invited_by.is_active

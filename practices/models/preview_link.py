"""Links that open the preview of a submission to people without an account."""

from datetime import datetime

from django.core.signing import BadSignature, Signer
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from networks.models import Affiliation, User
from practices.models.submission import Submission

_signer = Signer(salt="practices.preview_link")


class PreviewLinkQuerySet(models.QuerySet["PreviewLink"]):
    """Links in the domain's words."""

    def valid(self, at: datetime) -> "PreviewLinkQuerySet":
        """Those that open their preview: who made them still acts for the organisation; nothing was removed or merged."""
        acting = Affiliation.objects.active().filter(
            user=OuterRef("created_by"), organisation=OuterRef("submission__organisation")
        )
        kept = Q(submission__practice__removed_at__isnull=True, submission__practice__merged_into__isnull=True)
        return self.filter(kept, Exists(acting), expires_at__gt=at, revoked_at__isnull=True)

    def with_token(self, token: str) -> "PreviewLinkQuerySet":
        """The one whose address carries this token; none when we did not sign it."""
        try:
            return self.filter(pk=int(_signer.unsign(token)))
        except BadSignature:
            return self.none()


class PreviewLink(models.Model):
    """Whoever has it reads the preview until it expires or is revoked. The row decides; the address only names it."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="preview_links")
    note = models.CharField(_("per chi"), max_length=120, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("creato da"))
    created_at = models.DateTimeField(_("creato il"))
    expires_at = models.DateTimeField(_("vale fino al"))
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("revocato da"))
    revoked_at = models.DateTimeField(_("revocato il"), null=True)

    objects = PreviewLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("collegamento all'anteprima")
        verbose_name_plural = _("collegamenti all'anteprima")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="practices_preview_link_expires_later"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="practices_preview_link_revoked_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.note or str(self.submission)

    @property
    def token(self) -> str:
        """What its address carries: the row's number, signed."""
        return _signer.sign(str(self.pk))

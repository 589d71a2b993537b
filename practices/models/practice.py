"""The practice: the thing itself, which has no text. All text is in its submissions."""

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from networks.models import Organisation, User
from portal.lib.dates import a_year_after
from practices.models.choices import EvidenceLevel, RemovalReason, Status

if TYPE_CHECKING:
    from practices.models.submission import Submission


class PracticeQuerySet(models.QuerySet["Practice"]):
    """Every public surface starts from one of the first two."""

    def visible(self) -> "PracticeQuerySet":
        """Published and not removed, archived ones included: their page and the open data."""
        from practices.models.submission import Submission

        published = Submission.objects.filter(practice=OuterRef("pk"), status=Status.PUBLISHED)
        return self.filter(Exists(published), removed_at__isnull=True)

    def listed(self) -> "PracticeQuerySet":
        """Visible and not archived: lists, search, map, feeds."""
        return self.visible().filter(archived_at__isnull=True)


class Practice(models.Model):
    """What an organisation does, whatever was written of it and when."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="practices", verbose_name=_("ente"))
    slug = models.SlugField(max_length=120, unique=True, null=True, blank=True, editable=False)
    confirmed_on = models.DateField(_("verificata il"), null=True, blank=True)
    # Derived: rewritten by `practices.evidence` in the transaction that changes what it depends on.
    evidence_level = models.PositiveSmallIntegerField(
        _("livello di evidenza"), choices=EvidenceLevel, default=EvidenceLevel.DESCRIBED, editable=False
    )
    archived_at = models.DateTimeField(_("archiviata il"), null=True, blank=True)
    archived_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    archived_notice = models.TextField(_("avviso di archiviazione"), blank=True)
    removed_at = models.DateTimeField(_("rimossa il"), null=True, blank=True)
    removed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    removed_reason = models.CharField(_("motivo della rimozione"), max_length=12, choices=RemovalReason, blank=True)

    objects = PracticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("pratica")
        verbose_name_plural = _("pratiche")
        constraints = [
            models.CheckConstraint(
                condition=Q(archived_at__isnull=True, archived_by__isnull=True)
                | Q(archived_at__isnull=False, archived_by__isnull=False) & ~Q(archived_notice=""),
                name="practices_practice_archived_whole",
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True, removed_reason="")
                | Q(removed_at__isnull=False, removed_by__isnull=False) & ~Q(removed_reason=""),
                name="practices_practice_removed_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """Its permanent identifier; derived, never stored."""
        return f"BP-{self.pk:06d}"

    @property
    def to_confirm_by(self) -> date | None:
        """Until when the last word of its organisation holds: a year. None while the organisation has said nothing."""
        return a_year_after(self.confirmed_on) if self.confirmed_on else None

    @property
    def published(self) -> "Submission | None":
        """The submission that is live, if any."""
        return self.submissions.filter(status=Status.PUBLISHED).first()

    @property
    def open(self) -> "Submission | None":
        """The submission in the works, if any."""
        return self.submissions.open().first()

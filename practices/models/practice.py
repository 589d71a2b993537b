"""The practice: the thing itself, which has no text. All text is in its submissions."""

import re
from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from networks.models import Organisation, User
from portal.lib.dates import a_year_after
from practices.models.choices import EvidenceLevel, RemovalReason, Status

if TYPE_CHECKING:
    from practices.models.submission import Submission


class PracticeQuerySet(models.QuerySet["Practice"]):
    """Every public surface starts from one of the first two."""

    def visible(self) -> "PracticeQuerySet":
        """Published, neither removed nor merged into another, archived ones included: their page and the open data."""
        from practices.models.submission import Submission

        published = Submission.objects.filter(practice=OuterRef("pk"), status=Status.PUBLISHED)
        return self.filter(Exists(published), removed_at__isnull=True, merged_into__isnull=True)

    def listed(self) -> "PracticeQuerySet":
        """Visible and not archived: lists, search, map, feeds."""
        return self.visible().filter(archived_at__isnull=True)

    def ever_public(self) -> "PracticeQuerySet":
        """Those that had a page at some time: also removed ones and duplicates, whose identifiers still say so."""
        from practices.models.submission import Submission

        return self.filter(Exists(Submission.objects.filter(practice=OuterRef("pk"), status=Status.PUBLISHED)))

    def coded(self, code: str) -> "PracticeQuerySet":
        """The one of this permanent identifier, written exactly so; none for what is no identifier."""
        number = re.fullmatch(r"BP-(\d{6,12})", code, re.ASCII)
        is_code = number is not None and code == f"BP-{int(number[1]):06d}"
        return self.filter(pk=int(code[3:])) if is_code else self.none()

    def origins_of(self, *practices: int) -> "PracticeQuerySet":
        """Those that these were adapted from, and those into which one of them was merged."""
        return self.filter(pk__in=_origins(practices))

    def with_origins_of(self, *practices: int) -> "PracticeQuerySet":
        """These, and those that they were adapted from."""
        these = Practice.objects.filter(pk__in=practices).values("pk")
        return self.filter(pk__in=these.union(_origins(practices)))


def _origins(practices: Collection[int]) -> models.QuerySet[Any, Any]:
    """A union, since with an OR the databases look at every practice that there is."""
    from practices.models.adaptation import Adaptation

    rows = Adaptation.objects.filter(submission__practice__in=practices, origin__isnull=False).order_by()
    merged = rows.filter(origin__merged_into__isnull=False)
    return rows.values("origin").union(merged.values("origin__merged_into"))


class Practice(models.Model):
    """What an organisation does, whatever was written of it and when."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="practices", verbose_name=_("ente"))
    slug = models.SlugField(max_length=120, unique=True, null=True, blank=True, editable=False)
    confirmed_on = models.DateField(_("confermata dall'ente il"), null=True, blank=True)
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
    # When what it said was erased for good, some time after a removal for the protection of personal data.
    erased_at = models.DateTimeField(_("testi cancellati il"), null=True, blank=True, editable=False)

    # A duplicate: its address and its identifier lead to the other one.
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        # The partial one below.
        db_index=False,
        related_name="merged_from",
        verbose_name=_("unita a"),
    )
    merged_at = models.DateTimeField(_("unita il"), null=True, blank=True)
    merged_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = PracticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("pratica")
        verbose_name_plural = _("pratiche")
        indexes = [
            # Without the many that are merged into none: counting them in, a database takes the index for useless.
            models.Index(
                fields=["merged_into"], condition=Q(merged_into__isnull=False), name="practices_practice_duplicates"
            )
        ]
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
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(removed_reason=RemovalReason.PRIVACY),
                name="practices_practice_erased_was_removed",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True, merged_at__isnull=True, merged_by__isnull=True)
                | Q(merged_into__isnull=False, merged_at__isnull=False, merged_by__isnull=False),
                name="practices_practice_merged_whole",
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("pk")), name="practices_practice_not_merged_into_itself"),
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

    def is_masked_for(self, user: User) -> bool:
        """Removed to protect personal data: what it said is kept, and only superusers read it."""
        return self.removed_reason == RemovalReason.PRIVACY and not user.is_superuser

    @property
    def published(self) -> "Submission | None":
        """The submission that is live, if any."""
        return self.submissions.filter(status=Status.PUBLISHED).first()

    @property
    def open(self) -> "Submission | None":
        """The submission in the works, if any."""
        return self.submissions.open().first()

"""Replication as data: who adapted which practice."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from networks.models import Organisation, User
from practices.models.practice import Practice
from practices.models.submission import Submission


class AdaptationQuerySet(models.QuerySet["Adaptation"]):
    """Adaptations in the domain's words."""

    def live(self) -> "AdaptationQuerySet":
        """Those that the pages of practices tell of. Asked of each row: as a list it would make SQLite read every submission."""
        return self.filter(Exists(Submission.objects.live().filter(pk=OuterRef("submission"))))


class AdaptationManager(models.Manager["Adaptation"]):
    """An adaptation is never read without its origin."""

    def get_queryset(self) -> AdaptationQuerySet:
        return AdaptationQuerySet(self.model, using=self._db).select_related("origin")

    def live(self) -> AdaptationQuerySet:
        """As the selection."""
        return self.get_queryset().live()


class Adaptation(models.Model):
    """This submission's practice was adapted from another, or from an outside one named in words.

    Shown once the submission is published; *confirmed* once the origin's organisation confirms it, or *disputed* by it.
    """

    class Outcome(models.TextChoices):
        UNDER_WAY = "under_way", _("in corso")
        SUCCEEDED = "succeeded", _("riuscita")
        PARTLY = "partly", _("riuscita in parte")
        ABANDONED = "abandoned", _("abbandonata")

    class State(models.TextChoices):
        CONFIRMED = "confirmed", _("confermata dall'ente di origine")
        DISPUTED = "disputed", _("contestata dall'ente di origine")
        UNCONFIRMED = "unconfirmed", _("non ancora confermata dall'ente di origine")
        OUTSIDE = "outside", _("da fuori del portale")

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="adaptations")
    origin = models.ForeignKey(Practice, models.PROTECT, null=True, blank=True, related_name="adapted_in")
    origin_name = models.CharField(_("pratica di origine, se fuori dal portale"), max_length=200, blank=True)
    origin_url = models.URLField(_("indirizzo della pratica di origine"), max_length=500, blank=True)
    year = models.PositiveSmallIntegerField(_("anno"))
    changes = models.TextField(_("che cosa è stato cambiato"))
    outcome = models.CharField(_("com'è andata"), max_length=10, choices=Outcome)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    disputed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    disputed_at = models.DateTimeField(null=True, blank=True)
    disputed_text = models.TextField(blank=True)

    objects = AdaptationManager()

    class Meta:
        verbose_name = _("adattamento")
        verbose_name_plural = _("adattamenti")
        ordering = ["year", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(origin__isnull=False, origin_name="") | Q(origin__isnull=True) & ~Q(origin_name=""),
                name="practices_adaptation_one_origin",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(origin__isnull=False, confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="practices_adaptation_confirmed_whole",
            ),
            models.CheckConstraint(
                condition=Q(disputed_by__isnull=True, disputed_at__isnull=True, disputed_text="")
                | Q(origin__isnull=False, disputed_by__isnull=False, disputed_at__isnull=False) & ~Q(disputed_text=""),
                name="practices_adaptation_disputed_whole",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(disputed_at__isnull=True),
                name="practices_adaptation_confirmed_or_disputed",
            ),
        ]

    def __str__(self) -> str:
        return self.origin_name or str(self.origin)

    @property
    def state(self) -> "State":
        """What the practice of origin says of it."""
        if self.origin_id is None:
            return self.State.OUTSIDE
        if self.confirmed_at:
            return self.State.CONFIRMED
        return self.State.DISPUTED if self.disputed_at else self.State.UNCONFIRMED


class AdaptationProposal(models.Model):
    """The practice of origin says that another organisation adapted it; that one accepts, and writes how, or declines."""

    class Answer(models.TextChoices):
        ACCEPTED = "accepted", _("accettata")
        DECLINED = "declined", _("rifiutata")

    origin = models.ForeignKey(Practice, models.CASCADE, related_name="adaptation_proposals")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="adaptation_proposals")
    # Which of its practices, where the origin knows it.
    practice = models.ForeignKey(Practice, models.CASCADE, null=True, blank=True, related_name="+")
    text = models.TextField(_("che cosa ne sapete"), blank=True)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    answer = models.CharField(_("risposta"), max_length=10, choices=Answer, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("segnalazione di un adattamento")
        verbose_name_plural = _("segnalazioni di adattamenti")
        ordering = ["proposed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["origin", "organisation"], condition=Q(answer=""), name="practices_one_open_adaptation_proposal"
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_by__isnull=True, answered_at__isnull=True)
                | ~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False),
                name="practices_adaptation_proposal_answered_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.origin} → {self.organisation}"

"""The submission: all the text of a practice, with a status. Its fields are explained in `practices.record`."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from agreements.models import Commitment
from networks.models import Municipality, Organisation, User
from portal.lib.dates import Precision
from practices.models.choices import (
    OPEN,
    ActionType,
    ActKind,
    Evaluation,
    Kind,
    Origin,
    Stage,
    Status,
)
from practices.models.practice import Practice
from practices.models.taxonomy import TargetGroup, Theme


class SubmissionQuerySet(models.QuerySet["Submission"]):
    """Submissions in the domain's words."""

    def open(self) -> "SubmissionQuerySet":
        """In the works, from the draft to the decision."""
        return self.filter(status__in=OPEN)

    def closed(self) -> "SubmissionQuerySet":
        """Rejected, withdrawn, or closed for silence: not published, and not in the works any more."""
        return self.filter(status__in=(Status.REJECTED, Status.WITHDRAWN))

    def live(self) -> "SubmissionQuerySet":
        """The published text of every practice that has a page: archived ones included, removed and merged ones not."""
        return self.filter(status=Status.PUBLISHED, practice__removed_at__isnull=True, practice__merged_into__isnull=True)

    def listed(self) -> "SubmissionQuerySet":
        """The published text of every practice that stands in lists."""
        return self.live().filter(practice__archived_at__isnull=True)

    def sent(self) -> "SubmissionQuerySet":
        """Ever sent: editors and coordinators may read them."""
        return self.filter(first_sent_at__isnull=False)

    def written_on_behalf_by(self, user: User) -> "SubmissionQuerySet":
        """Drafts that this editor writes for an organisation and has not handed over."""
        drafts = self.filter(status=Status.DRAFT, first_sent_at__isnull=True)
        return drafts.filter(on_behalf=True, handed_over_at__isnull=True, created_by=user)

    def readable_by(self, user: User) -> "SubmissionQuerySet":
        """What this person may read beside the public pages.

        The organisation's people read all of theirs; editors, and the coordinators of its networks, from *inviata* on; who
        writes for an organisation, until she hands it over. Of a removed practice nobody reads anything here.
        """
        own = Q(organisation__in=Organisation.objects.acted_for_by(user))
        sent = Q(first_sent_at__isnull=False)
        kept = self.filter(practice__removed_at__isnull=True)
        if user.is_editor or user.is_superuser:
            return kept.filter(own | sent | Q(pk__in=Submission.objects.written_on_behalf_by(user).values("pk")))
        return kept.filter(own | sent & Q(organisation__in=user.coordinated_organisations()))


class Submission(models.Model):
    """A Scheda: what an organisation writes of a practice, from the draft to the archive."""

    practice = models.ForeignKey(Practice, models.CASCADE, related_name="submissions", verbose_name=_("pratica"))
    # Who writes it. The practice passes to this organisation when it is published: an imported one may have been led
    # by a body that no officer acts for.
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="submissions", verbose_name=_("ente"))
    status = models.CharField(_("stato"), max_length=20, choices=Status, default=Status.DRAFT)
    origin = models.CharField(_("provenienza"), max_length=10, choices=Origin, default=Origin.FORM)
    round = models.PositiveSmallIntegerField(_("giro"), default=0, help_text=_("Quante volte è arrivata alla redazione."))
    # One counter a section: who saves an older one is told instead of overwriting.
    section_versions = models.JSONField(default=dict)
    is_demo = models.BooleanField(_("testo dimostrativo"), default=False)
    # Made with the form that starts it, so that a double click starts one.
    token = models.UUIDField(null=True, unique=True, editable=False)

    created_at = models.DateTimeField(_("iniziata il"), auto_now_add=True)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("iniziata da"))
    saved_at = models.DateTimeField(_("salvata il"), null=True, blank=True)
    first_sent_at = models.DateTimeField(_("inviata la prima volta il"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("inviata il"), null=True, blank=True)
    submitted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("inviata da")
    )
    # Who of the organisation's people looks after it; everybody else of them may work on it too.
    followed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="followed", verbose_name=_("seguita da")
    )
    # Where only managers send: who asked them to.
    asked_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("invio chiesto da")
    )
    asked_at = models.DateTimeField(_("invio chiesto il"), null=True, blank=True)
    assignee = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("in carico a")
    )
    waiting_since = models.DateTimeField(_("in attesa dal"), null=True, blank=True)
    # Begun by an editor for an organisation that has nobody here yet; hers to write until she hands it over.
    on_behalf = models.BooleanField(_("iniziata per conto dell'ente"), default=False)
    handed_over_at = models.DateTimeField(_("consegnata all'ente il"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("sollecitata il"), null=True, blank=True)
    proposed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("modifiche proposte da")
    )
    decision = models.CharField(
        _("decisione"), max_length=10, blank=True, choices=[("publish", _("pubblicata")), ("reject", _("respinta"))]
    )
    decided_at = models.DateTimeField(_("decisa il"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decisa da")
    )
    published_at = models.DateTimeField(_("pubblicata il"), null=True, blank=True)

    # Where an imported one comes from.
    source_url = models.URLField(_("fonte"), max_length=500, blank=True)
    other_source_urls = models.JSONField(_("altre fonti"), default=list, blank=True)
    source_note = models.TextField(_("dubbi delle fonti"), blank=True)
    source_licence = models.CharField(_("licenza della fonte"), max_length=200, blank=True)

    # Identity
    kind = models.CharField(max_length=20, choices=Kind, blank=True)
    title = models.CharField(_("titolo"), max_length=100, blank=True)
    summary = models.TextField(blank=True)
    main_theme = models.ForeignKey(Theme, models.PROTECT, null=True, blank=True, related_name="main_of")
    other_themes = models.ManyToManyField(Theme, blank=True, related_name="other_of")
    action_type = models.CharField(max_length=20, choices=ActionType, blank=True)
    tags = TaggableManager(blank=True)
    title_en = models.CharField(max_length=100, blank=True)
    summary_en = models.TextField(blank=True)

    # Territory
    municipalities = models.ManyToManyField(Municipality, blank=True, related_name="submissions")
    neighbourhood = models.CharField(max_length=120, blank=True)
    context_population = models.PositiveIntegerField(null=True, blank=True)
    context_foreign_residents = models.PositiveIntegerField(null=True, blank=True)
    context_source = models.CharField(max_length=200, blank=True)
    context_on = models.DateField(null=True, blank=True)
    context_on_precision = models.CharField(max_length=5, choices=Precision, blank=True)

    # Who it is for
    target_groups = models.ManyToManyField(TargetGroup, blank=True, related_name="submissions")
    target_description = models.TextField(blank=True)
    expected_total = models.PositiveIntegerField(null=True, blank=True)
    expected_women = models.PositiveIntegerField(null=True, blank=True)
    expected_minors = models.PositiveIntegerField(null=True, blank=True)
    reached_total = models.PositiveIntegerField(null=True, blank=True)
    reached_women = models.PositiveIntegerField(null=True, blank=True)
    reached_minors = models.PositiveIntegerField(null=True, blank=True)

    # Time
    started_on = models.DateField(null=True, blank=True)
    started_on_precision = models.CharField(max_length=5, choices=Precision, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    ended_on_precision = models.CharField(max_length=5, choices=Precision, blank=True)
    stage = models.CharField(max_length=12, choices=Stage, blank=True)

    # Why and how
    context = models.TextField(blank=True)
    problem = models.TextField(blank=True)
    objectives = models.TextField(blank=True)
    activities = models.TextField(blank=True)
    participation = models.TextField(blank=True)
    milestones = models.JSONField(default=list, blank=True)
    partners = models.JSONField(default=list, blank=True)

    # Means
    total_cost = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    staff = models.TextField(blank=True)
    staff_days = models.PositiveIntegerField(null=True, blank=True)
    cup = models.CharField(max_length=15, blank=True)
    act_kind = models.CharField(max_length=14, choices=ActKind, blank=True)
    act_number = models.CharField(max_length=40, blank=True)
    act_on = models.DateField(null=True, blank=True)
    act_on_precision = models.CharField(max_length=5, choices=Precision, blank=True)
    act_url = models.URLField(max_length=500, blank=True)
    commitments = models.ManyToManyField(Commitment, blank=True, related_name="submissions")

    # What came of it
    outputs = models.TextField(blank=True)
    results = models.TextField(blank=True)
    impact = models.TextField(blank=True)
    evaluation = models.CharField(max_length=14, choices=Evaluation, blank=True)
    evaluation_method = models.TextField(blank=True)
    evaluation_url = models.URLField(max_length=500, blank=True)

    # What we learnt
    difficulties = models.TextField(blank=True)
    lessons = models.TextField(blank=True)
    success_conditions = models.TextField(blank=True)
    sustainability = models.TextField(blank=True)
    transferability = models.TextField(blank=True)
    minimum_conditions = models.TextField(blank=True)

    # Contacts and declarations
    office = models.CharField(max_length=200, blank=True)
    office_email = models.EmailField(blank=True)
    contact_person = models.CharField(max_length=200, blank=True)
    links = models.JSONField(default=list, blank=True)
    notes_to_editors = models.TextField(blank=True)
    licence_accepted = models.BooleanField(default=False)
    releases_declared = models.BooleanField(default=False)
    truth_declared = models.BooleanField(default=False)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("scheda")
        verbose_name_plural = _("schede")
        permissions = [("moderate_submission", _("Può esaminare e decidere le schede"))]
        indexes = [
            models.Index(fields=["status", "waiting_since"], name="practices_submission_queue"),
            models.Index(
                fields=["-published_at", "-id"], condition=Q(status="published"), name="practices_submission_newest"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["practice"], condition=Q(status__in=[str(s) for s in OPEN]), name="practices_one_open_submission"
            ),
            models.UniqueConstraint(
                fields=["practice"], condition=Q(status="published"), name="practices_one_published_submission"
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="practices_submission_known_status"),
            models.CheckConstraint(
                condition=Q(decision="", decided_at__isnull=True, decided_by__isnull=True)
                | ~Q(decision="") & Q(decided_at__isnull=False, decided_by__isnull=False),
                name="practices_submission_decision_whole",
            ),
            models.CheckConstraint(
                condition=Q(asked_at__isnull=True, asked_by__isnull=True)
                | Q(asked_at__isnull=False, asked_by__isnull=False, status__in=["draft", "changes_requested"]),
                name="practices_submission_asked_before_sending",
            ),
            models.CheckConstraint(
                condition=Q(handed_over_at__isnull=True) | Q(on_behalf=True),
                name="practices_submission_handed_over_by_an_editor",
            ),
            models.CheckConstraint(
                condition=~Q(decided_by=F("submitted_by")), name="practices_submission_decider_is_not_submitter"
            ),
            models.CheckConstraint(
                condition=~Q(decided_by=F("proposed_by")), name="practices_submission_decider_is_not_proposer"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["published", "superseded"])
                | Q(
                    origin="form",
                    decision="publish",
                    decided_by__isnull=False,
                    submitted_by__isnull=False,
                    published_at__isnull=False,
                )
                | Q(
                    origin="imported",
                    decision="",
                    decided_by__isnull=True,
                    submitted_by__isnull=True,
                    published_at__isnull=False,
                )
                & ~Q(source_url="")
                & ~Q(source_licence=""),
                name="practices_submission_published_by_two_or_sourced",
            ),
            models.CheckConstraint(
                condition=Q(origin="form") | Q(status__in=["published", "superseded"]),
                name="practices_submission_imported_is_not_moderated",
            ),
            models.CheckConstraint(
                condition=~Q(status="rejected") | Q(decision="reject"), name="practices_submission_rejected_by_someone"
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(started_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="practices_submission_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(_("Scheda senza titolo"))

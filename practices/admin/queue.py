"""The queue: every submission that was ever sent, the open ones first to see, oldest first."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from networks.models import Region, User
from practices.admin import case, decisions
from practices.models import Submission, Theme
from practices.models.choices import OPEN, Status


class QueueFilter(admin.SimpleListFilter):
    """Whose turn it is."""

    title = _("coda")
    parameter_name = "coda"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("mie", _("In carico a me")),
            ("libere", _("Da prendere in carico")),
            ("comune", _("In attesa del Comune")),
            ("chiuse", _("Chiuse")),
            ("tutte", _("Tutte")),
        ]

    def choices(self, changelist: Any) -> Any:
        for choice in super().choices(changelist):
            if choice["display"] == "All" or choice["query_string"] == changelist.get_query_string(
                remove=[self.parameter_name]
            ):
                choice["display"] = _("Aperte")
            yield choice

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Submission]") -> "QuerySet[Submission]":
        match self.value():
            case "mie":
                return queryset.filter(status__in=OPEN, assignee__pk=request.user.pk or 0)
            case "libere":
                return queryset.filter(status=Status.SUBMITTED)
            case "comune":
                return queryset.filter(status__in=(Status.CHANGES_REQUESTED, Status.TO_CONFIRM, Status.DRAFT))
            case "chiuse":
                return queryset.exclude(status__in=OPEN)
            case "tutte":
                return queryset
        return queryset.filter(status__in=OPEN)


class TerritoryFilter(admin.SimpleListFilter):
    """The organisation's territory."""

    title = _("territorio")
    parameter_name = "territorio"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(region.slug, region.name) for region in Region.objects.all()]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Submission]") -> "QuerySet[Submission]":
        return queryset.filter(organisation__region__slug=self.value()) if self.value() else queryset


class ThemeFilter(admin.SimpleListFilter):
    """The main theme."""

    title = _("ambito")
    parameter_name = "ambito"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(theme.slug, theme.name) for theme in Theme.objects.all()]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Submission]") -> "QuerySet[Submission]":
        return queryset.filter(main_theme__slug=self.value()) if self.value() else queryset


@admin.register(Submission)
class SubmissionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Cases. Nothing is typed over here: what is decided goes through `practices.moderation`."""

    list_display = ("case_title", "organisation", "state", "waiting_days", "round", "assignee")
    list_filter = (QueueFilter, TerritoryFilter, ThemeFilter)
    list_select_related = ("organisation", "assignee")
    list_per_page = 50
    search_fields = ("title", "organisation__name")
    actions = None
    show_facets = admin.ShowFacets.NEVER

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Submission]":
        return super().get_queryset(request).filter(first_sent_at__isnull=False)

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("waiting_since", "pk")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Submission | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Submission | None = None) -> bool:
        return False

    @admin.display(description=_("scheda"), ordering="title")
    def case_title(self, submission: Submission) -> str:
        return str(submission)

    @admin.display(description=_("stato"), ordering="status")
    def state(self, submission: Submission) -> SafeString:
        return SafeString(render_to_string("_components/status.html", {"submission": submission}))

    @admin.display(description=_("giorni di attesa"), ordering="waiting_since")
    def waiting_days(self, submission: Submission) -> str:
        if submission.status not in OPEN or submission.waiting_since is None:
            return "–"
        return str((timezone.now() - submission.waiting_since).days)

    def get_urls(self) -> list[URLPattern]:
        return [
            path("<int:pk>/osservazione/", self._guarded(case.remark), name="practices_submission_remark"),
            path("<int:pk>/nota/", self._guarded(case.note), name="practices_submission_note"),
            path("<int:pk>/azioni/<slug:slug>/", self._guarded(decisions.decide), name="practices_submission_decide"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Coda delle schede"), **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.method not in {"GET", "HEAD"} or not object_id.isdecimal() or len(object_id) > 18:
            raise Http404
        return self._guarded(case.case)(request, pk=int(object_id))

    def _guarded(self, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        """For moderators only (`admin_view` alone lets in every member of staff), with the case or 404."""

        def guarded(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
            user = request.user
            if not isinstance(user, User) or not user.has_perm("practices.moderate_submission"):
                raise Http404
            submission = (
                self.get_queryset(request)
                .select_related("practice", "organisation", "assignee", "submitted_by")
                .filter(pk=pk)
            ).first()
            if submission is None:
                raise Http404
            context = {**self.admin_site.each_context(request), "opts": self.opts}
            return view(request, submission, user, context, **kwargs)

        return self.admin_site.admin_view(guarded)


def counts(user: User) -> dict[str, int]:
    """How many open cases wait for whom, in one query; for the first page of the admin."""
    return Submission.objects.sent().aggregate(
        free=Count("pk", filter=Q(status=Status.SUBMITTED)),
        mine=Count("pk", filter=Q(status=Status.UNDER_REVIEW, assignee=user)),
        towns=Count("pk", filter=Q(status__in=(Status.CHANGES_REQUESTED, Status.TO_CONFIRM))),
    )

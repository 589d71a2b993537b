"""The practices that were ever public: the list, and the page of each with what can be done to it."""

import re
from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from networks.models import Affiliation, User
from practices import content
from practices.admin import editing, practice_verbs
from practices.admin.decisions import known_events
from practices.admin.queues import RowFilter, TerritoryFilter
from practices.labels import Labels
from practices.models import Practice, Submission, Theme
from practices.models.choices import Origin, RemovalReason, Status
from practices.moderation import Verb
from practices.moderation import practice as verbs
from practices.moderation.table import PRACTICE_ROLES
from practices.presentation import sections

STATES = {
    "pubblicate": (
        gettext_lazy("Pubblicate"),
        Q(archived_at__isnull=True, removed_at__isnull=True, merged_into__isnull=True),
    ),
    "archiviate": (
        gettext_lazy("Archiviate"),
        Q(archived_at__isnull=False, removed_at__isnull=True, merged_into__isnull=True),
    ),
    "unite": (gettext_lazy("Unite a un'altra"), Q(merged_into__isnull=False, removed_at__isnull=True)),
    "rimosse": (gettext_lazy("Rimosse"), Q(removed_at__isnull=False)),
}


# What is done elsewhere, as a table of rights calls it.
NAMES = {
    Verb.REVISE: gettext_lazy("Prepara una nuova versione"),
    Verb.CONFIRM_VALID: gettext_lazy("Conferma che vale ancora"),
    Verb.CORRECT: practice_verbs.CORRECTION,
}


class StateFilter(admin.SimpleListFilter):
    """How a practice stands."""

    title, parameter_name = gettext_lazy("stato"), "stato"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(name, title) for name, (title, _condition) in STATES.items()]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Practice]") -> "QuerySet[Practice]":
        return queryset.filter(STATES[self.value() or ""][1]) if self.value() in STATES else queryset


class LiveThemeFilter(RowFilter):
    """The main theme of what is live."""

    title, parameter_name = gettext_lazy("ambito"), "ambito"
    model = Theme

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        live = Submission.objects.filter(practice=OuterRef("pk"), status=Status.PUBLISHED, main_theme__slug=self.value())
        return queryset.filter(Exists(live)) if self.value() else queryset


@admin.register(Practice)
class PracticeAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Nothing is typed over here: what is done goes through `practices.moderation`."""

    list_display = ("practice_code", "live_title", "organisation", "state", "confirmed_on", "origin")
    list_filter = (StateFilter, TerritoryFilter, LiveThemeFilter)
    list_select_related = ("organisation", "merged_into")
    list_per_page = 50
    # What they search stands in `get_search_results`.
    search_fields = ("pk",)
    actions = None
    show_facets = admin.ShowFacets.NEVER

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Practice]":
        """With title and origin of what is live; the title of what was removed to protect personal data is not shown."""
        live = Submission.objects.filter(practice=OuterRef("pk"), status=Status.PUBLISHED)
        hidden = Q(removed_reason=RemovalReason.PRIVACY) if not request.user.is_superuser else Q(pk__in=[])
        title = Case(When(hidden, then=Value("")), default=Subquery(live.values("title")[:1]), output_field=CharField())
        found: QuerySet[Practice] = super().get_queryset(request).filter(Exists(live))
        return found.annotate(title=title, came=Subquery(live.values("origin")[:1]))

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("-pk",)

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Any]", search_term: str
    ) -> tuple["QuerySet[Any]", bool]:
        if code := re.fullmatch(r"(?:BP-)?(\d{1,12})", search_term.strip(), re.ASCII | re.IGNORECASE):
            return queryset.filter(Q(pk=int(code[1])) | Q(title__contains=code[1])), False
        for word in search_term.split():
            queryset = queryset.filter(title__icontains=word)
        return queryset, False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Practice | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Practice | None = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("codice"), ordering="pk")
    def practice_code(self, practice: Practice) -> str:
        return practice.code

    @admin.display(description=gettext_lazy("titolo"), ordering="title")
    def live_title(self, practice: Any) -> str:
        return practice.title or "–"

    @admin.display(description=gettext_lazy("stato"))
    def state(self, practice: Practice) -> str:
        return state_of(practice)

    @admin.display(description=gettext_lazy("provenienza"), ordering="came")
    def origin(self, practice: Any) -> str:
        return str(Origin(practice.came).label)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Pratiche"), **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        return [
            path("<int:pk>/correzione/", self._guarded(editing.correct), name="practices_practice_correct"),
            path("<int:pk>/azioni/<slug:slug>/", self._guarded(practice_verbs.decide), name="practices_practice_decide"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.method not in {"GET", "HEAD"} or not object_id.isdecimal() or len(object_id) > 18:
            raise Http404
        return self._guarded(page)(request, pk=int(object_id))

    def _guarded(self, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        """For moderators only (`admin_view` alone lets in every member of staff), with the practice or 404."""

        def guarded(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
            user = request.user
            if not isinstance(user, User) or not user.has_perms(
                ("practices.view_practice", "practices.moderate_submission")
            ):
                raise Http404
            practice = self.get_queryset(request).select_related("organisation", "merged_into").filter(pk=pk).first()
            if practice is None:
                raise Http404
            context = {**self.admin_site.each_context(request), "opts": self.opts}
            return view(request, practice, user, context, **kwargs)

        return self.admin_site.admin_view(guarded)


def state_of(practice: Practice) -> str:
    """In a word; of a duplicate, with the one that stands for it."""
    if practice.removed_at:
        return _("rimossa")
    if practice.merged_into:
        return _("unita a %s") % practice.merged_into
    return _("archiviata") if practice.archived_at else _("pubblicata")


def page(request: HttpRequest, practice: Practice, user: User, context: dict[str, Any]) -> HttpResponse:
    """What is live, its versions, what happened, who may do what, and what this person may do."""
    published = practice.published
    is_masked = practice.is_masked_for(user)
    values = content.read(published) if published and not is_masked else None
    own = verbs.possible(practice, by=user)
    names = {one.verb: one.button for one in practice_verbs.VERBS.values()} | NAMES
    versions = practice.submissions.sent() | practice.submissions.filter(origin=Origin.IMPORTED)
    shown = {
        **context,
        "title": practice.code if is_masked else f"{practice.code} – {published}",
        "practice": practice,
        "published": published,
        "state": state_of(practice),
        "is_masked": is_masked,
        "buttons": practice_verbs.buttons(practice, user),
        "sections": sections(values, Labels(), public=False) if values else [],
        "versions": versions.select_related("organisation", "submitted_by", "decided_by").order_by("-pk"),
        "events": [
            (event, Verb(event.verb).label) for event in known_events(practice).select_related("by", "reason", "submission")
        ],
        "rights": [
            (names.get(verb, verb.label), [role.label for role in roles], verb in own)
            for verb, roles in PRACTICE_ROLES.items()
        ],
        "merged_from": practice.merged_from.order_by("pk"),
        "people": Affiliation.objects.active().filter(organisation=practice.organisation).select_related("user"),
    }
    return render(request, "admin/practices/practice/practice.html", shown)

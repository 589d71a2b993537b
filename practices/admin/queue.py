"""The list of cases: every submission that was ever sent, the open ones first to see, oldest first."""

from collections.abc import Callable
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from networks.models import User
from practices.admin import case, decisions, dossier, editing, leave, on_behalf
from practices.admin.queues import NetworkFilter, QueueFilter, TerritoryFilter, ThemeFilter, readable
from practices.forms.practice import is_number
from practices.models import Submission
from practices.models.choices import OPEN
from practices.moderation import Refusal, editor


@admin.register(Submission)
class SubmissionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Cases. Nothing is typed over here: what is decided goes through `practices.moderation`."""

    list_display = ("case_title", "organisation", "state", "waiting_days", "round", "assignee")
    list_filter = (QueueFilter, TerritoryFilter, ThemeFilter, NetworkFilter)
    list_select_related = ("organisation", "assignee")
    list_per_page = 50
    search_fields = ("title", "organisation__name")
    actions = ("take", "release")
    show_facets = admin.ShowFacets.NEVER

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Submission]":
        user = request.user
        everything = super().get_queryset(request)
        return everything.filter(readable(user)) if isinstance(user, User) else everything.none()

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
        return render_to_string("_components/status.html", {"submission": submission})

    @admin.display(description=_("giorni di attesa"), ordering="waiting_since")
    def waiting_days(self, submission: Submission) -> str:
        if submission.status not in OPEN or submission.waiting_since is None:
            return "–"
        return str((timezone.now() - submission.waiting_since).days)

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        """Who may decide; asked for by the actions of the list."""
        return request.user.has_perm("practices.moderate_submission")

    def response_action(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | None:
        if not all(is_number(key) for key in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            raise Http404
        answer: HttpResponse | None = super().response_action(request, *args, **kwargs)
        return answer

    @admin.action(description=_("Prendi in esame le schede scelte"), permissions=["moderate"])
    def take(self, request: HttpRequest, queryset: "QuerySet[Submission]") -> None:
        self._each(request, queryset, editor.take)

    @admin.action(description=_("Lascia le schede scelte"), permissions=["moderate"])
    def release(self, request: HttpRequest, queryset: "QuerySet[Submission]") -> None:
        self._each(request, queryset, editor.release)

    def _each(self, request: HttpRequest, chosen: "QuerySet[Submission]", verb: Callable[..., Submission]) -> None:
        """The verb on each; what is refused is told with its reason, and the others go on."""
        done = 0
        for submission in chosen:
            try:
                verb(submission, by=request.user, at=timezone.now())
            except Refusal as refusal:
                self.message_user(request, f"«{submission}»: {refusal}", messages.ERROR)
            else:
                done += 1
        if done:
            text = ngettext("Fatto per %(n)d scheda.", "Fatto per %(n)d schede.", done)
            self.message_user(request, text % {"n": done}, messages.SUCCESS)

    def get_urls(self) -> list[URLPattern]:
        return [
            path("<int:pk>/osservazione/", self._guarded(case.remark), name="practices_submission_remark"),
            path("<int:pk>/nota/", self._guarded(case.note), name="practices_submission_note"),
            path("<int:pk>/azioni/<slug:slug>/", self._guarded(decisions.decide), name="practices_submission_decide"),
            path("<int:pk>/fascicolo/", self._guarded(dossier.dossier), name="practices_submission_dossier"),
            path("assenza/", self._for_moderators(leave.leave), name="practices_submission_leave"),
            path("per-conto/", self._for_moderators(on_behalf.begin), name="practices_submission_on_behalf"),
            path(
                "per-conto/<int:pk>/consegna/",
                self._for_moderators(on_behalf.deliver),
                name="practices_submission_deliver",
            ),
            path("<int:pk>/proposta/", self._guarded(editing.propose), name="practices_submission_propose"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Coda delle schede"), **(extra_context or {})})

    @method_decorator(csp_replace({"frame-src": [SELF]}))
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.method not in {"GET", "HEAD"} or not object_id.isdecimal() or len(object_id) > 18:
            raise Http404
        return self._guarded(case.case)(request, pk=int(object_id))

    def _guarded(self, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        """For moderators, with the case or 404."""

        def guarded(request: HttpRequest, user: User, context: dict[str, Any], pk: int, **kwargs: Any) -> HttpResponse:
            submission = (
                self.get_queryset(request)
                .select_related("practice", "organisation", "assignee", "submitted_by")
                .filter(pk=pk)
            ).first()
            if submission is None:
                raise Http404
            return view(request, submission, user, context, **kwargs)

        return self._for_moderators(guarded)

    def _for_moderators(self, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        """For moderators only: `admin_view` alone lets in every member of staff."""

        def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            user = request.user
            if not isinstance(user, User) or not user.has_perm("practices.moderate_submission"):
                raise Http404
            return view(request, user, {**self.admin_site.each_context(request), "opts": self.opts}, **kwargs)

        return self.admin_site.admin_view(guarded)

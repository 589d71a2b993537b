"""The values that organisations declared: the list, and the page of each, where an editor verifies or contests it."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from networks.models import User
from practices import monitoring
from practices.admin.decisions import no_longer
from practices.forms.moderation import typed
from practices.forms.readings import ContestForm, VerifyForm
from practices.measured import in_words, measure, with_readings
from practices.models import Event, Indicator, Reading
from practices.moderation import Refusal, Verb
from practices.moderation.table import PRACTICE_ROLES, roles_for

STATES = {
    "dichiarate": (gettext_lazy("Dichiarate"), {"verified_at__isnull": True, "contested_at__isnull": True}),
    "verificate": (gettext_lazy("Verificate"), {"verified_at__isnull": False}),
    "contestate": (gettext_lazy("Contestate"), {"contested_at__isnull": False}),
}
# By the name in the address: the verb, its button, what it does, what it asks for.
ACTIONS: dict[str, tuple[Verb, Promise, Promise, Any]] = {
    "verifica": (
        Verb.VERIFY_READING,
        gettext_lazy("Segna come verificata"),
        gettext_lazy("La pagina pubblica dirà che il valore è verificato dalla redazione. Se era contestato, non lo è più."),
        VerifyForm,
    ),
    "contesta": (
        Verb.CONTEST_READING,
        gettext_lazy("Contesta"),
        gettext_lazy(
            "La pagina pubblica dirà che la redazione contesta il valore. L'ente riceve un'e-mail con ciò che scrivi qui e lo legge nella Scrivania; chi legge la pagina non lo vede."
        ),
        ContestForm,
    ),
}


class KnownFilter(admin.SimpleListFilter):
    """How a value is known."""

    title, parameter_name = gettext_lazy("come si sa"), "stato"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(name, title) for name, (title, _columns) in STATES.items()]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Reading]") -> "QuerySet[Reading]":
        return queryset.filter(**STATES[self.value() or ""][1]) if self.value() in STATES else queryset


@admin.register(Reading)
class ReadingAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Nothing is typed over here: what is done goes through `practices.monitoring`."""

    list_display = ("practice", "indicator", "period", "words", "known", "declared_at")
    list_display_links = ("period",)
    list_filter = (KnownFilter,)
    list_select_related = ("indicator__practice__organisation",)
    list_per_page = 50
    search_fields = ("indicator__name", "period")
    ordering = ("-declared_at", "-pk")
    actions = None
    show_facets = admin.ShowFacets.NEVER

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Reading]":
        """Of what has a page; what was corrected stands with what corrected it."""
        found: QuerySet[Reading] = super().get_queryset(request)
        return found.filter(indicator__in=Indicator.objects.public(), superseded_by__isnull=True)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Reading | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Reading | None = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("pratica"), ordering="indicator__practice")
    def practice(self, reading: Reading) -> str:
        return f"{reading.indicator.practice.code}, {reading.indicator.practice.organisation}"

    @admin.display(description=gettext_lazy("valore"), ordering="value")
    def words(self, reading: Reading) -> str:
        return f"{in_words(reading)} {reading.indicator.unit}"

    @admin.display(description=gettext_lazy("come si sa"))
    def known(self, reading: Reading) -> str:
        return {"contested": _("contestato"), "verified": _("verificato"), "declared": _("dichiarato")}[reading.state]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Rilevazioni"), **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        decide = self.admin_site.admin_view(self.decide)
        return [path("<int:pk>/azioni/<slug:slug>/", decide, name="practices_reading_decide"), *super().get_urls()]

    def _moderator(self, request: HttpRequest) -> User:
        """Who may moderate (`admin_view` alone lets in every member of staff), or 404."""
        user = request.user
        if not isinstance(user, User) or not user.has_perms(("practices.view_reading", "practices.moderate_submission")):
            raise Http404
        return user

    def _reading(self, request: HttpRequest, pk: int) -> Reading:
        found = self.get_queryset(request).select_related(
            "indicator__practice__organisation", "declared_by", "verified_by", "contested_by"
        )
        reading = found.filter(pk=pk).first()
        if reading is None:
            raise Http404
        return reading

    def _shown(self, request: HttpRequest, reading: Reading, user: User) -> dict[str, Any]:
        practice = reading.indicator.practice
        roles = roles_for(user, practice.organisation)
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{reading.indicator}, {reading.period}",
            "reading": reading,
            "practice": practice,
            "buttons": [
                (name, button)
                for name, (verb, button, _told, _form) in ACTIONS.items()
                if roles & set(PRACTICE_ROLES[verb])
                and not (reading.verified_at if verb is Verb.VERIFY_READING else reading.contested_at)
            ],
        }

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.method not in {"GET", "HEAD"} or not object_id.isdecimal() or len(object_id) > 18:
            raise Http404
        user = self._moderator(request)
        reading = self._reading(request, int(object_id))
        (one,) = measure(with_readings(Indicator.objects.filter(pk=reading.indicator_id)))
        verbs = (Verb.DECLARE_READING, Verb.CORRECT_READING, Verb.VERIFY_READING, Verb.CONTEST_READING, Verb.CLOSE_INDICATOR)
        events = Event.objects.filter(practice=reading.indicator.practice_id, verb__in=verbs).select_related("by", "reason")
        context = {
            **self._shown(request, reading, user),
            "one": one,
            "published": reading.indicator.practice.published,
            "events": [(event, Verb(event.verb).label) for event in events.order_by("-pk")],
        }
        return render(request, "admin/practices/reading/reading.html", context)

    def decide(self, request: HttpRequest, pk: int, slug: str) -> HttpResponse:
        """What will happen, then the deed."""
        user = self._moderator(request)
        reading = self._reading(request, pk)
        context = self._shown(request, reading, user)
        if slug not in ACTIONS:
            raise Http404
        verb, button, consequences, form_class = ACTIONS[slug]
        form = form_class(request.POST if request.method == "POST" else None)
        told = ""
        if slug not in dict(context["buttons"]):
            told = _("Su questa rilevazione ora non si può: guarda com'è adesso.")
        elif request.method == "POST" and form.is_valid():
            run = monitoring.verify if verb is Verb.VERIFY_READING else monitoring.contest
            try:
                run(reading, by=user, at=timezone.now(), note=form.cleaned_data["note"])
            except Refusal as refusal:
                told = str(refusal)
            else:
                messages.success(request, _("Fatto: %s.") % button)
                return redirect("admin:practices_reading_change", pk)
        if told:
            changelist, here = (
                reverse("admin:practices_reading_changelist"),
                reverse("admin:practices_reading_change", args=[pk]),
            )
            trail = [(changelist, _("Rilevazioni")), (here, str(reading))]
            return no_longer(request, context, title=button, told=told, kept=typed(form), trail=trail)
        shown = {**context, "title": button, "consequences": consequences, "form": form, "value": in_words(reading)}
        status = 422 if form.errors else 200
        return render(request, "admin/practices/reading/decide.html", shown, status=status)

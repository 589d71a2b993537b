"""Who acts for whom, as editors decide it. Here and not in `networks`, because ending somebody touches her cases."""

from functools import partial
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from networks import affiliations, domains
from networks.affiliations import Refused, may_decide, people_of
from networks.models import Affiliation, User
from practices.forms.practice import is_number
from practices.moderation import Refusal
from practices.moderation.colleagues import end_affiliation

CONTRIBUTOR, MANAGER = Affiliation.Role.CONTRIBUTOR, Affiliation.Role.MANAGER
REQUESTED, ACTIVE = Affiliation.Status.REQUESTED, Affiliation.Status.ACTIVE
ON_REQUESTED = [
    ("approve_contributor", _("Approva: collabora")),
    ("approve_manager", _("Approva: responsabile")),
    ("decline", _("Rifiuta, con una spiegazione")),
]
ON_ACTIVE = [("change_role", _("Cambia il ruolo")), ("end", _("Concludi l'incarico"))]


class DecisionForm(forms.ModelForm):  # type: ignore[type-arg]
    """One decision, with what goes with it."""

    decision = forms.ChoiceField(label=_("decisione"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("spiegazione"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("La riceve la persona per e-mail; serve per rifiutare, e si può scrivere per concludere."),
    )
    to = forms.ModelChoiceField(
        label=_("passa le schede aperte a"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("nessuno in particolare"),
        help_text=_("Solo per concludere: chi segue d'ora in poi le schede che seguiva questa persona."),
    )

    class Meta:
        model = Affiliation
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        decision: Any = self.fields["decision"]
        decision.choices = ON_REQUESTED if self.instance.status == REQUESTED else ON_ACTIVE
        if "to" in self.fields:
            choice: Any = self.fields["to"]
            choice.queryset = people_of(self.instance.organisation, but=self.instance.user)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("decision") == "decline" and not data.get("text", "").strip():
            self.add_error("text", _("Scrivi perché."))
        return data


def _decide(affiliation: Affiliation, *, by: User, decision: str, text: str = "", to: User | None = None) -> None:
    given: dict[str, Any] = {"by": by, "at": timezone.now()}
    match decision:
        case "approve_contributor":
            affiliations.approve(affiliation, **given, role=CONTRIBUTOR)
        case "approve_manager":
            affiliations.approve(affiliation, **given, role=MANAGER)
        case "decline":
            affiliations.decline(affiliation, **given, text=text)
        case "change_role":
            affiliations.change_role(affiliation, **given, role=CONTRIBUTOR if affiliation.role == MANAGER else MANAGER)
        case "end":
            end_affiliation(affiliation, **given, text=text, to=to)


@admin.register(Affiliation)
class AffiliationAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Requests to answer, people to change or end. Mails and times are those of `networks.affiliations`."""

    list_display = ("person", "organisation", "role", "status", "domain", "requested_at", "ended_at")
    list_filter = ("status", "role")
    list_select_related = ("user", "organisation")
    search_fields = ("user__email", "user__full_name", "organisation__name")
    autocomplete_fields = ("user", "organisation")
    view_on_site = False
    actions = ("approve_as_contributors", "approve_as_managers")
    known = ("person", "organisation", "role", "status", "requested_at", "message", "domain")
    history = ("approved_by", "active_from", "ended_by", "ended_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Affiliation]:
        return super().get_queryset(request).prefetch_related("user__emailaddress_set")

    @admin.display(description=_("persona"), ordering="user__email")
    def person(self, affiliation: Affiliation) -> str:
        """With the address, which is what an editor knows people by."""
        user = affiliation.user
        return f"{user.full_name} <{user.email}>" if user.full_name else user.email

    @admin.display(description=_("dominio di posta"))
    def domain(self, affiliation: Affiliation) -> str:
        """Whether the person's address is of the organisation's domain."""
        return domains.match(affiliation).text

    # Who may do what -----------------------------------------------------------------------------------------------
    def has_approve_permission(self, request: HttpRequest) -> bool:
        """Editors, chief editors."""
        return request.user.has_perm("networks.approve_affiliation")

    def has_change_permission(self, request: HttpRequest, obj: Affiliation | None = None) -> bool:
        """Not of oneself, not of an organisation that one acts for unless as its manager, not of what has ended."""
        if obj is None or not self.has_approve_permission(request):
            return self.has_approve_permission(request)
        user = cast(User, request.user)
        return obj.status in (REQUESTED, ACTIVE) and obj.user_id != user.pk and may_decide(user, obj.organisation)

    def has_delete_permission(self, request: HttpRequest, obj: Affiliation | None = None) -> bool:
        return False

    # The pages -----------------------------------------------------------------------------------------------------
    def get_fieldsets(self, request: HttpRequest, obj: Affiliation | None = None) -> Any:
        if obj is None:
            return ((None, {"fields": ("user", "organisation", "role")}),)
        shown: list[Any] = [(None, {"fields": (*self.known, *self.history)})]
        if self.has_change_permission(request, obj):
            decision = ("decision", "text") if obj.status == REQUESTED else ("decision", "text", "to")
            shown.append((_("Decisione"), {"fields": decision}))
        return shown

    def get_readonly_fields(self, request: HttpRequest, obj: Affiliation | None = None) -> tuple[str, ...]:
        return (*self.known, *self.history) if obj else ()

    def get_form(self, request: HttpRequest, obj: Affiliation | None = None, change: bool = False, **kwargs: Any) -> Any:
        if obj and self.has_change_permission(request, obj):
            kwargs["form"] = DecisionForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Nothing from the address: what is no number there would be an error here."""
        return {}

    def save_model(self, request: HttpRequest, obj: Affiliation, form: Any, change: bool) -> None:
        by = cast(User, request.user)
        if change:
            _decide(obj, by=by, **form.cleaned_data)
        else:
            made = affiliations.appoint(obj.organisation, user=obj.user, role=obj.role, by=by, at=timezone.now())
            obj.pk = made.pk

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What is refused on the way leaves nothing behind and is said on the same page."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except (Refused, Refusal) as refused:
            messages.error(request, str(refused))
            return redirect(request.get_full_path())

    # Many at once --------------------------------------------------------------------------------------------------
    def response_action(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | None:
        if not all(is_number(key) for key in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            raise Http404
        answer: HttpResponse | None = super().response_action(request, *args, **kwargs)
        return answer

    @admin.action(description=_("Approva: collaborano"), permissions=["approve"])
    def approve_as_contributors(self, request: HttpRequest, chosen: QuerySet[Affiliation]) -> None:
        self._approve(request, chosen, "approve_contributor")

    @admin.action(description=_("Approva: responsabili"), permissions=["approve"])
    def approve_as_managers(self, request: HttpRequest, chosen: QuerySet[Affiliation]) -> None:
        self._approve(request, chosen, "approve_manager")

    def _approve(self, request: HttpRequest, chosen: QuerySet[Affiliation], decision: str) -> None:
        """Each for itself: one that is refused does not hold the others up."""
        decide = partial(_decide, by=cast(User, request.user), decision=decision)
        for affiliation in chosen:
            try:
                decide(affiliation)
            except Refused as refused:
                messages.error(request, f"{affiliation}: {refused}")
            else:
                messages.success(request, _("%s: incarico approvato") % affiliation)

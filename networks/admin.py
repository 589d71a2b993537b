"""Places, organisations, networks and people, as chief editors keep them. Affiliations are in `practices.admin`."""

from typing import Any, ClassVar, cast

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from networks import proposals, slugs
from networks.affiliations import Refused
from networks.models import (
    Affiliation,
    Invitation,
    Membership,
    Municipality,
    Network,
    NetworkEvent,
    OldSlug,
    Organisation,
    OrganisationProposal,
    Province,
    Region,
    User,
)


@admin.register(Region)
class RegionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The 21 territories; they come from the official list."""

    list_display = ("name", "nuts_code", "kind")
    search_fields = ("name",)


@admin.register(Province)
class ProvinceAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Provinces and metropolitan cities."""

    list_display = ("name", "abbreviation", "region")
    list_filter = ("region",)
    search_fields = ("name", "abbreviation")


@admin.register(Municipality)
class MunicipalityAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Municipalities, by Belfiore code."""

    list_display = ("__str__", "belfiore_code", "istat_code", "is_provincial_capital", "ceased_on")
    list_filter = ("province__region", "is_provincial_capital")
    list_select_related = ("province",)
    search_fields = ("name", "other_name", "common_name", "belfiore_code", "istat_code")
    autocomplete_fields = ("province",)

    def get_readonly_fields(self, request: HttpRequest, obj: Municipality | None = None) -> tuple[str, ...]:
        # The key: changing it would make a second town. A merger moves much, and has a page of its own.
        key = ("belfiore_code",) if obj else ()
        return key if obj and obj.merged_into_id else (*key, "merged_into")

    def get_form(self, request: HttpRequest, obj: Municipality | None = None, change: bool = False, **kwargs: Any) -> Any:
        """A merger can be taken back here and not become another one: a chain, a circle."""
        form: Any = super().get_form(request, obj, change, **kwargs)
        if obj and "merged_into" in form.base_fields:
            form.base_fields["merged_into"].queryset = Municipality.objects.filter(pk=obj.merged_into_id)
        return form

    def save_model(self, request: HttpRequest, obj: Municipality, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and "slug" in form.changed_data:
            slugs.keep([OldSlug(slug=form.initial["slug"], municipality=obj)])


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Organisations of every kind."""

    list_display = ("name", "kind", "region", "only_managers_submit")
    list_filter = ("kind", "region")
    list_select_related = ("region",)
    search_fields = ("name", "acronym", "ipa_code")
    autocomplete_fields = ("municipality", "municipalities", "region")
    prepopulated_fields = {"slug": ("name",)}


class MembershipFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """What no membership can tell by itself: that another says the same."""

    def clean(self) -> None:
        super().clean()
        kept: list[Membership] = []
        for form in self.forms:
            if not hasattr(form, "cleaned_data") or form.errors or form.cleaned_data.get("DELETE") or not form.cleaned_data:
                continue
            row = form.instance
            if any(row.overlaps(other) for other in kept):
                text = _("%(body)s è già nella rete con lo stesso ruolo in parte di questo periodo.")
                form.add_error("organisation", forms.ValidationError(text, params={"body": row.organisation}))
            kept.append(row)


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg]
    """Members of a network, thirty of them in a table that stays readable."""

    model = Membership
    formset = MembershipFormSet
    extra = 0
    # Narrow: Django's own widgets repeat each address as a link and each date's time zone.
    formfield_overrides: ClassVar[dict[Any, Any]] = {
        models.DateField: {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")},
        models.URLField: {"widget": forms.URLInput(attrs={"size": 12})},
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 2, "cols": 14})},
    }
    autocomplete_fields = ("organisation",)
    fields = ("organisation", "role", "joined_after", "joined_by", "left_after", "left_by", "source_url", "note")


class NetworkEventInline(admin.TabularInline):  # type: ignore[type-arg]
    """The network's dated facts."""

    model = NetworkEvent
    extra = 0


@admin.register(Network)
class NetworkAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Networks with their members and facts."""

    list_display = ("name", "programme", "founded_on")
    list_select_related = ("programme",)
    search_fields = ("name",)
    autocomplete_fields = ("programme",)
    prepopulated_fields = {"slug": ("name",)}
    inlines = (NetworkEventInline, MembershipInline)


@admin.register(Invitation)
class InvitationAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Invitations, to be seen only: managers send and revoke them at the Scrivania."""

    list_display = ("email", "organisation", "role", "invited_by", "expires_at", "accepted_at", "revoked_at")
    list_select_related = ("organisation", "invited_by")
    search_fields = ("email", "organisation__name")
    view_on_site = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        return False


class ProposalForm(forms.ModelForm):  # type: ignore[type-arg]
    """An organisation, found or made with the button beside it, or why not."""

    role = forms.ChoiceField(label=_("ruolo di chi lo ha proposto"), choices=Affiliation.Role.choices)

    class Meta:
        model = OrganisationProposal
        fields = ("organisation", "answer")

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        organisation, answer = data.get("organisation"), data.get("answer", "").strip()
        if bool(organisation) == bool(answer):
            raise forms.ValidationError(_("Scegli o crea l'ente, oppure scrivi perché no: una sola delle due cose."))
        if organisation and not organisation.is_local_authority:
            self.add_error("organisation", _("Le persone lavorano per Comuni e Unioni di Comuni."))
        return data


@admin.register(OrganisationProposal)
class OrganisationProposalAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """What officers did not find. The organisation is made with its own page; here it is given to who asked for it."""

    form = ProposalForm
    list_display = ("name", "kind", "province", "proposed_by", "proposed_at", "organisation", "decided_at")
    list_filter = (("decided_at", admin.EmptyFieldListFilter), "kind")
    list_select_related = ("province", "proposed_by", "organisation")
    search_fields = ("name", "proposed_by__email")
    autocomplete_fields = ("organisation",)
    view_on_site = False
    proposed = ("name", "kind", "province", "website", "text", "proposed_by", "proposed_at")
    readonly_fields = (*proposed, "decided_by", "decided_at")

    def get_fieldsets(self, request: HttpRequest, obj: OrganisationProposal | None = None) -> Any:
        decided = ("organisation", "answer", "decided_by", "decided_at")
        decision = ("organisation", "role", "answer") if self.has_change_permission(request, obj) else decided
        return ((None, {"fields": self.proposed}), (_("Decisione"), {"fields": decision}))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: OrganisationProposal | None = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and obj.decided_at)

    def has_delete_permission(self, request: HttpRequest, obj: OrganisationProposal | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: OrganisationProposal, form: Any, change: bool) -> None:
        data, by, now = form.cleaned_data, cast(User, request.user), timezone.now()
        if organisation := data["organisation"]:
            proposals.accept(obj, organisation=organisation, role=data["role"], by=by, at=now)
        else:
            proposals.decline(obj, by=by, at=now, text=data["answer"])

    def change_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What is refused on the way leaves nothing behind and is said on the same page."""
        try:
            return super().change_view(request, *args, **kwargs)
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect(request.get_full_path())


@admin.register(User)
class UserAdmin(DjangoUserAdmin):  # type: ignore[type-arg]
    """People. Only superusers see this: nobody else touches passwords or permissions."""

    list_display = ("email", "full_name", "is_staff", "is_active", "last_login")
    list_filter = ("is_staff", "is_active", "groups")
    search_fields = ("email", "full_name")
    ordering = ("email",)
    fieldsets = (
        (
            None,
            {
                "fields": ("email", "full_name", "password"),
                "description": _(
                    "Se cambi l'indirizzo e-mail, con quello di prima non si entra più: la persona esce da tutti i dispositivi e conferma il nuovo al prossimo accesso."
                ),
            },
        ),
        (_("Accesso"), {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
    )

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Superusers; and, for choosing whom to give an affiliation, who may give one."""
        choosing = request.resolver_match is not None and request.resolver_match.url_name == "autocomplete"
        return super().has_view_permission(request, obj) or (choosing and request.user.has_perm("networks.add_affiliation"))

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Other rights begin with another login; who is let in again later does not go on in a browser of before.

        Of an address that was changed nothing stays: whoever reads its mailbox would get in. The new one is confirmed by a mail, at
        the next login.
        """
        super().save_model(request, obj, form, change)
        changed = set(form.changed_data)
        if "email" in changed:
            EmailAddress.objects.filter(user=obj).delete()
        if {"email", "is_active", "is_staff", "is_superuser"} & changed:
            obj.end_sessions()

    add_fieldsets = (
        (None, {"classes": ("wide",), "fields": ("email", "full_name", "usable_password", "password1", "password2")}),
    )

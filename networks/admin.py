"""Places, organisations, networks and people, as chief editors keep them."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from networks.models import (
    Affiliation,
    Membership,
    Municipality,
    Network,
    NetworkEvent,
    Organisation,
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
    autocomplete_fields = ("province", "merged_into")

    def get_readonly_fields(self, request: HttpRequest, obj: Municipality | None = None) -> tuple[str, ...]:
        # The key: changing it would make a second town.
        return ("belfiore_code",) if obj else ()


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Organisations of every kind."""

    list_display = ("name", "kind", "region", "only_managers_submit")
    list_filter = ("kind", "region")
    list_select_related = ("region",)
    search_fields = ("name", "acronym", "ipa_code")
    autocomplete_fields = ("municipality", "municipalities", "region")
    prepopulated_fields = {"slug": ("name",)}


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg]
    """Members of a network, thirty of them in a table that stays readable."""

    model = Membership
    extra = 0
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
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}
    inlines = (NetworkEventInline, MembershipInline)


@admin.register(Affiliation)
class AffiliationAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Who acts for whom. Approving and ending set the times by themselves."""

    list_display = ("user", "organisation", "role", "status", "active_from", "ended_at")
    list_filter = ("status", "role")
    list_select_related = ("user", "organisation")
    search_fields = ("user__email", "user__full_name", "organisation__name")
    autocomplete_fields = ("user", "organisation")
    fields = ("user", "organisation", "role", "status")

    def has_delete_permission(self, request: HttpRequest, obj: Affiliation | None = None) -> bool:
        return False

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Nothing from the address: what is no number there would be an error here."""
        return {}

    def save_model(self, request: HttpRequest, obj: Affiliation, form: Any, change: bool) -> None:
        now = timezone.now()
        if obj.status == Affiliation.Status.ACTIVE and obj.active_from is None:
            obj.active_from = now
            obj.approved_by = request.user if isinstance(request.user, User) else None
        obj.ended_at = (obj.ended_at or now) if obj.status == Affiliation.Status.ENDED else None
        super().save_model(request, obj, form, change)


@admin.register(User)
class UserAdmin(DjangoUserAdmin):  # type: ignore[type-arg]
    """People. Only superusers see this: nobody else touches passwords or permissions."""

    list_display = ("email", "full_name", "is_staff", "is_active", "last_login")
    list_filter = ("is_staff", "is_active", "groups")
    search_fields = ("email", "full_name")
    ordering = ("email",)
    fieldsets = (
        (None, {"fields": ("email", "full_name", "password")}),
        (_("Accesso"), {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
    )

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Superusers; and, for choosing whom to give an affiliation, who may give one."""
        choosing = request.resolver_match is not None and request.resolver_match.url_name == "autocomplete"
        return super().has_view_permission(request, obj) or (choosing and request.user.has_perm("networks.add_affiliation"))

    add_fieldsets = (
        (None, {"classes": ("wide",), "fields": ("email", "full_name", "usable_password", "password1", "password2")}),
    )

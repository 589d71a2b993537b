"""The lists that chief editors keep: themes, target groups, funds, common indicators, reasons."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from practices.models import CommonIndicator, Fund, Reason, TargetGroup, Theme


class KeptAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows are never deleted, since practices use them: they are retired."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Theme, TargetGroup, Fund)
class TaxonomyAdmin(KeptAdmin):
    """A list in its order."""

    list_display = ("name", "position", "is_active")
    list_editable = ("position", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "description")
    prepopulated_fields = {"slug": ("name",)}


@admin.register(CommonIndicator)
class CommonIndicatorAdmin(KeptAdmin):
    """What practices can share. Once a practice has chosen one, its unit and its direction stay: another takes its place."""

    list_display = ("name", "unit", "theme", "position", "is_active")
    list_editable = ("position", "is_active")
    list_filter = ("is_active", "theme")
    list_select_related = ("theme",)
    search_fields = ("name", "definition")
    autocomplete_fields = ("theme",)
    prepopulated_fields = {"slug": ("name",)}

    def get_readonly_fields(self, request: HttpRequest, obj: CommonIndicator | None = None) -> tuple[str, ...]:
        return ("unit", "direction") if obj and obj.indicators.exists() else ()


@admin.register(Reason)
class ReasonAdmin(KeptAdmin):
    """The reasons with the beginning of their mail."""

    list_display = ("title", "verb", "is_active")
    list_filter = ("verb", "is_active")
    search_fields = ("title", "mail_text")
    prepopulated_fields = {"code": ("title",)}

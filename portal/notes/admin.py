"""The notes in the administration's own words."""

from django.contrib import admin
from django.http import HttpRequest

from portal.notes.models import Note


@admin.register(Note)
class NoteAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """One a page; emptied, the portal's own text is back."""

    list_display = ("page", "updated_at")
    readonly_fields = ("updated_at",)

    def has_delete_permission(self, request: HttpRequest, obj: Note | None = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Note | None = None) -> tuple[str, ...]:
        return ("page", "updated_at") if obj else ("updated_at",)

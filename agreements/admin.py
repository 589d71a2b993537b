"""Agreements with their parties, signatures, commitments and documents, as chief editors keep them."""

from django.contrib import admin

from agreements.models import Agreement, Commitment, Document, Party, Signature


class PartyInline(admin.TabularInline):  # type: ignore[type-arg]
    """Who undertakes."""

    model = Party
    extra = 0
    autocomplete_fields = ("organisation",)


class SignatureInline(admin.TabularInline):  # type: ignore[type-arg]
    """Who signed, and in whose presence."""

    model = Signature
    extra = 0
    autocomplete_fields = ("organisation",)


class CommitmentInline(admin.StackedInline):  # type: ignore[type-arg]
    """What was undertaken."""

    model = Commitment
    extra = 0
    autocomplete_fields = ("owner",)


class DocumentInline(admin.TabularInline):  # type: ignore[type-arg]
    """Related documents."""

    model = Document
    extra = 0


@admin.register(Agreement)
class AgreementAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """An agreement on one page."""

    list_display = ("title", "kind", "signed_on", "place")
    list_filter = ("kind",)
    search_fields = ("title", "summary")
    autocomplete_fields = ("transposes", "follows", "networks")
    prepopulated_fields = {"slug": ("title",)}
    inlines = (PartyInline, SignatureInline, CommitmentInline, DocumentInline)

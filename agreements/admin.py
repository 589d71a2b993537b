"""Agreements with their parties, signatures, commitments and documents, as chief editors keep them."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models

from agreements.forms import DocumentForm
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
    # Twenty of them are twenty short blocks.
    fields = (("position", "code"), "title", "text", ("owner", "due_on"))
    formfield_overrides: ClassVar[dict[Any, Any]] = {
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 3, "cols": 80})}
    }


class DocumentInline(admin.TabularInline):  # type: ignore[type-arg]
    """Related documents."""

    model = Document
    form = DocumentForm
    extra = 0


@admin.register(Agreement)
class AgreementAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """An agreement on one page."""

    list_display = ("title", "kind", "signed_on", "place")
    list_filter = ("kind", ("networks", admin.RelatedOnlyFieldListFilter))
    date_hierarchy = "signed_on"
    search_fields = ("title", "summary", "parties__organisation__name", "commitments__title")
    autocomplete_fields = ("transposes", "follows", "networks")
    prepopulated_fields = {"slug": ("title",)}
    inlines = (PartyInline, SignatureInline, CommitmentInline, DocumentInline)

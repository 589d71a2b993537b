"""News as editors write them: a draft, scheduled, published, withdrawn; each step a button of the same page."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from portal.lib.content_version import raise_version
from portal.news import publishing
from portal.news.forms import PUBLISH, SCHEDULE, WITHDRAW, DocumentForm, NewsForm
from portal.news.models import Document, News
from portal.news.views import page_context


class Chooser(AutocompleteSelectMultiple):
    """Several rows, each taken away by itself: the button that takes all away is no item of the list that it stands in."""

    class Media:
        js = ("admin/js/autocomplete.js", "js/search_labels.js")

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        return {**super().build_attrs(base_attrs, extra_attrs), "data-allow-clear": "false"}


class DocumentInline(admin.StackedInline):  # type: ignore[type-arg]
    """Related documents."""

    model = Document
    form = DocumentForm
    extra = 0
    readonly_fields = ("kept",)
    fields = ("title", ("kind", "language"), ("upload", "kept"), "url")
    # Django's own repeats the address as a link.
    formfield_overrides: ClassVar[dict[Any, Any]] = {models.URLField: {"widget": forms.URLInput(attrs={"size": 80})}}

    @admin.display(description=gettext_lazy("file attuale"))
    def kept(self, document: Document) -> str:
        return document.name or "–"


@admin.register(News)
class NewsAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """One page for the text, what it concerns and when it is read."""

    form = NewsForm
    inlines = (DocumentInline,)
    list_display = ("title", "kind", "state", "published_on", "publish_at", "starts_on")
    list_filter = ("status", "kind", ("territories", admin.RelatedOnlyFieldListFilter), "networks")
    date_hierarchy = "published_on"
    search_fields = ("title", "summary", "text", "title_en", "place")
    list_per_page = 50
    actions = None
    show_facets = admin.ShowFacets.NEVER
    autocomplete_fields = ("territories", "cities", "networks", "agreements", "practices", "related")
    readonly_fields = ("state", "published_at", "shown_picture")
    fieldsets = (
        (None, {"fields": ("state", "kind", "title", "slug", "summary", "text", "source_url")}),
        (
            gettext_lazy("Solo per gli eventi"),
            {"fields": (("starts_on", "start_time"), ("ends_on", "end_time"), "place")},
        ),
        (gettext_lazy("Immagine"), {"fields": ("shown_picture", "upload", "picture_text", "remove_picture")}),
        (
            gettext_lazy("Che cosa riguarda"),
            {
                "fields": ("territories", "for_every_town", "cities", "networks", "agreements", "practices", "related"),
                "description": gettext_lazy("La notizia compare anche sulle pagine di ciò che scegli qui."),
            },
        ),
        (
            gettext_lazy("In inglese (facoltativo)"),
            {
                "fields": ("title_en", "summary_en", "text_en"),
                "description": gettext_lazy("Dove manca, le pagine inglesi mostrano l'italiano."),
            },
        ),
        (gettext_lazy("Quando"), {"fields": ("published_on", "publish_at", "published_at")}),
    )

    # What editors read -----------------------------------------------------------------------------------------------
    @admin.display(description=gettext_lazy("stato"), ordering="status")
    def state(self, news: News) -> str:
        return str(news.get_status_display())

    @admin.display(description=gettext_lazy("immagine attuale"))
    def shown_picture(self, news: News) -> str:
        shown = news.on_card
        return format_html('<img src="{}" alt="{}" width="240">', shown.src, news.picture_text) if shown else "–"

    def get_readonly_fields(self, request: HttpRequest, obj: News | None = None) -> tuple[str, ...]:
        # Others know a published page by its address.
        is_public = obj is not None and obj.status == News.Status.PUBLISHED
        return (*self.readonly_fields, "slug") if is_public else self.readonly_fields

    def get_prepopulated_fields(self, request: HttpRequest, obj: News | None = None) -> dict[str, Any]:
        return {} if obj else {"slug": ("title",)}

    def view_on_site(self, news: News) -> str | None:
        return news.get_absolute_url() if news.status == News.Status.PUBLISHED else None

    # What they do ----------------------------------------------------------------------------------------------------
    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The text and all it concerns first; then what the button says, in the same transaction."""
        super().save_related(request, form, formsets, change)
        news = form.instance
        if said := self._done(request, news):
            messages.success(request, said)
        publishing.changed(news)

    def _done(self, request: HttpRequest, news: News) -> str:
        if PUBLISH in request.POST and news.status != News.Status.PUBLISHED:
            publishing.publish(news, at=timezone.now())
            return _("Pubblicata: la leggono tutti.")
        if SCHEDULE in request.POST and news.status != News.Status.PUBLISHED:
            publishing.schedule(news)
            return _("Programmata: nessuno la legge fino al momento scelto.")
        if WITHDRAW in request.POST and news.status != News.Status.DRAFT:
            publishing.withdraw(news)
            return _("Ritirata: è di nuovo una bozza, e la sua pagina non c'è più.")
        return ""

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """The history tells the step too."""
        steps = {PUBLISH: _("pubblicata"), SCHEDULE: _("programmata"), WITHDRAW: _("ritirata")}
        said: list[Any] = super().construct_change_message(request, form, formsets, add)
        done = [_("stato: %s") % words for button, words in steps.items() if button in request.POST]
        return [*said, *({"changed": {"fields": [words]}} for words in done)]

    def delete_model(self, request: HttpRequest, obj: News) -> None:
        super().delete_model(request, obj)
        raise_version()

    def delete_queryset(self, request: HttpRequest, queryset: "QuerySet[News]") -> None:
        super().delete_queryset(request, queryset)
        raise_version()

    # The preview -----------------------------------------------------------------------------------------------------
    def get_urls(self) -> list[URLPattern]:
        preview = self.admin_site.admin_view(require_safe(self.preview))
        return [path("<int:pk>/anteprima/", preview, name="news_news_preview"), *super().get_urls()]

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The page as everybody will read it, for who may read drafts."""
        if not self.has_view_permission(request):
            raise Http404
        news = get_object_or_404(News, pk=pk)
        return render(request, "news/preview.html", page_context(news))

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["widget"] = Chooser(db_field, self.admin_site)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in {"summary", "summary_en"}:
            kwargs["widget"] = forms.Textarea(attrs={"rows": 3, "cols": 80})
        elif db_field.name in {"text", "text_en"}:
            kwargs["widget"] = forms.Textarea(attrs={"rows": 16, "cols": 80})
        elif db_field.name == "publish_at":
            # One field with a label, and the browser's own calendar.
            kwargs["form_class"] = forms.DateTimeField
            kwargs["widget"] = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        elif isinstance(db_field, models.CharField) and db_field.max_length and db_field.max_length >= 200:
            kwargs["widget"] = forms.TextInput(attrs={"class": "vLargeTextField"})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

"""The newsletters in the admin: composed by a button, edited, looked at as they will arrive, tried, sent."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from networks.models import User
from portal.newsletter import issues, mails
from portal.newsletter.forms import IssueForm
from portal.newsletter.models import Issue, Item
from practices.models import Submission


class ItemInline(admin.TabularInline):  # type: ignore[type-arg]
    """What it may tell: ticked or not, in order."""

    model = Item
    extra = 0
    fields = ("is_included", "position", "kind", "what")
    readonly_fields = ("kind", "what")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return (obj is None or not obj.number) and super().has_change_permission(request, obj)

    def get_queryset(self, request: HttpRequest) -> Any:
        live = Submission.objects.listed().filter(practice=OuterRef("practice"))
        rows = super().get_queryset(request).select_related("practice", "news")
        return rows.annotate(live_title=Subquery(live.values("title")[:1]))

    @admin.display(description=gettext_lazy("tipo"))
    def kind(self, item: Item) -> str:
        return str(item.news.get_kind_display()) if item.news else _("Pratica")

    @admin.display(description=gettext_lazy("voce"))
    def what(self, item: Item) -> str:
        """Its title, as it stands today; a link to its page where there is one."""
        if item.news:
            return format_html('<a href="{}">{}</a>', item.news.get_absolute_url(), item.news.title)
        title = getattr(item, "live_title", None)
        if not title or item.practice is None:
            return _("Non più pubblicata: non sarà nella newsletter.")
        return format_html('<a href="{}">{}</a>', item.practice.get_absolute_url(), title)  # type: ignore[attr-defined]


@admin.register(Issue)
class IssueAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """One draft at most; what was sent is read and not changed."""

    form = IssueForm
    change_list_template = "admin/newsletter/issue/change_list.html"
    change_form_template = "admin/newsletter/issue/change_form.html"
    list_display = ("title", "number", "sent_at", "progress")
    fields = ("title", "title_en", "introduction", "introduction_en", "progress")
    readonly_fields = ("progress",)
    inlines = (ItemInline,)
    actions = None

    @admin.display(description=gettext_lazy("invio"))
    def progress(self, issue: Issue) -> str:
        if not issue.number:
            return _("bozza")
        if issue.finished_at:
            return ngettext("finito: %(n)d e-mail", "finito: %(n)d e-mail", issue.queued) % {"n": issue.queued}
        left = issues.recipients(issue).filter(pk__gt=issue.queued_until).count()
        return _("in corso: %(done)d e-mail accodate, %(left)d da accodare") % {"done": issue.queued, "left": left}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return (obj is None or not obj.number) and super().has_change_permission(request, obj)

    def view_on_site(self, issue: Issue) -> str | None:
        return issue.get_absolute_url() or None

    def save_model(self, request: HttpRequest, obj: Issue, form: Any, change: bool) -> None:
        """What the page shows alone, and only while nobody has sent it: the page may be older than the sending."""
        if not Issue.objects.select_for_update().filter(pk=obj.pk, number__isnull=True).exists():
            raise PermissionDenied
        obj.save(update_fields=["title", "title_en", "introduction", "introduction_en"])

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("componi/", wrap(require_POST(self.compose)), name="newsletter_issue_compose"),
            path("<int:pk>/anteprima/", wrap(require_safe(self.preview)), name="newsletter_issue_preview"),
            path("<int:pk>/anteprima/<str:language>/", wrap(require_safe(self.page)), name="newsletter_issue_page"),
            path("<int:pk>/prova/", wrap(require_POST(self.try_out)), name="newsletter_issue_try"),
            path(
                "<int:pk>/invia/",
                wrap(require_http_methods(["GET", "HEAD", "POST"])(self.send)),
                name="newsletter_issue_send",
            ),
            *super().get_urls(),
        ]

    def _issue(self, request: HttpRequest, pk: int) -> Issue:
        if not self.has_change_permission(request):
            raise Http404
        return get_object_or_404(Issue, pk=pk)

    def compose(self, request: HttpRequest) -> HttpResponse:
        """The draft with what is new; pressed again, what came meanwhile is added."""
        if not self.has_change_permission(request):
            raise Http404
        issue = issues.compose(at=timezone.now())
        return redirect("admin:newsletter_issue_change", issue.pk)

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Subject and text in both languages, and a link to each as a page."""
        issue = self._issue(request, pk)
        told = issues.contents(issue)
        texts = [(code, name, *mails.as_it_arrives(issue, told, code)[:2]) for code, name in settings.LANGUAGES]
        return self._render(request, "preview", issue, _("Anteprima"), texts=texts)

    def page(self, request: HttpRequest, pk: int, language: str) -> HttpResponse:
        """The HTML of the mail, as a mail program shows it."""
        issue = self._issue(request, pk)
        if language not in dict(settings.LANGUAGES):
            raise Http404
        return HttpResponse(mails.as_it_arrives(issue, issues.contents(issue), language)[2])

    def try_out(self, request: HttpRequest, pk: int) -> HttpResponse:
        """To the editor's own address."""
        issue = self._issue(request, pk)
        assert isinstance(request.user, User)
        mails.try_out(issue, issues.contents(issue), request.user.email)
        messages.success(request, _("La prova è in coda per %s, in italiano e in inglese.") % request.user.email)
        return redirect("admin:newsletter_issue_preview", issue.pk)

    def send(self, request: HttpRequest, pk: int) -> HttpResponse:
        """After a page that says to how many."""
        issue = self._issue(request, pk)
        assert isinstance(request.user, User)
        if request.method == "POST":
            try:
                issue = issues.send(issue, by=request.user, at=timezone.now())
            except issues.NotSendable as reason:
                messages.error(request, str(reason))
            else:
                self.log_change(request, issue, _("Inviata."))
                messages.success(request, _("Inviata: è nell'archivio, e le e-mail partono nei prossimi minuti."))
            return redirect("admin:newsletter_issue_change", issue.pk)
        told = issues.contents(issue)
        number = issues.recipients(issue).count()
        return self._render(request, "send", issue, _("Invia la newsletter"), told=told, number=number)

    def _render(self, request: HttpRequest, name: str, issue: Issue, title: str, **context: Any) -> HttpResponse:
        page = {**self.admin_site.each_context(request), "opts": self.opts, "title": title, "issue": issue, **context}
        return render(request, f"admin/newsletter/issue/{name}.html", page)

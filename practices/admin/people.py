"""The editors, as chief editors see and choose them. Passwords and permissions are not here; what is done is in the history."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from networks.models import Editor, User
from networks.models.person import CHIEF_EDITORS, EDITORS
from practices.forms.people import AppointForm, DismissForm, with_open_cases
from practices.moderation import Refusal, people


@admin.register(Editor)
class EditorAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A list, and two things to do."""

    list_display = ("full_name_or_email", "email", "group", "last_login", "cases", "second_factor", "actions_of")
    list_display_links = None
    fields = ("email", "full_name", "last_login")
    search_fields = ("email", "full_name")
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Editor]:
        codes = Authenticator.objects.filter(user=OuterRef("pk")).exclude(type=Authenticator.Type.RECOVERY_CODES)
        found = with_open_cases(super().get_queryset(request)).annotate(has_second_factor=Exists(codes))
        prepared: QuerySet[Editor] = found.prefetch_related("groups")
        return prepared

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Nothing from the address: by `password__startswith` one could guess a hash letter by letter."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Editor | None = None) -> bool:
        return request.user.has_perm("networks.view_editor")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Editor | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Editor | None = None) -> bool:
        return False

    @admin.display(description=_("nome"), ordering="full_name")
    def full_name_or_email(self, editor: Editor) -> str:
        return str(editor)

    @admin.display(description=_("ruolo"))
    def group(self, editor: Editor) -> str:
        return CHIEF_EDITORS if any(group.name == CHIEF_EDITORS for group in editor.groups.all()) else EDITORS

    @admin.display(description=_("casi aperti"))
    def cases(self, editor: Any) -> int:
        return int(editor.open_cases)

    @admin.display(description=_("secondo fattore"), boolean=True)
    def second_factor(self, editor: Any) -> bool:
        return bool(editor.has_second_factor)

    @admin.display(description=_("che cosa si può fare"))
    def actions_of(self, editor: Editor) -> SafeString:
        dismissal = reverse("admin:networks_editor_dismiss", args=[editor.pk])
        history = reverse("admin:networks_editor_history", args=[editor.pk])
        link = '<a href="{}" aria-label="{}: {}">{}</a>'
        return format_html(
            f"{link} · {link}", dismissal, _("Congeda"), editor, _("Congeda"), history, _("Storia"), editor, _("Storia")
        )

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Redazione"), **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        return [
            path("nomina/", self._for_chiefs(appoint), name="networks_editor_appoint"),
            path("<int:pk>/congeda/", self._for_chiefs(dismiss), name="networks_editor_dismiss"),
            *super().get_urls(),
        ]

    def _for_chiefs(self, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        """`admin_view` alone lets in every member of staff."""

        def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            user = request.user
            if not isinstance(user, User) or not (user.is_chief_editor or user.is_superuser):
                raise Http404
            return view(request, user, {**self.admin_site.each_context(request), "opts": self.opts}, **kwargs)

        return self.admin_site.admin_view(guarded)


def appoint(request: HttpRequest, user: User, context: dict[str, Any]) -> HttpResponse:
    """Make an editor or a chief editor of somebody who has an account."""
    form = AppointForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and form.person:
        try:
            people.appoint(form.person, by=user, group=form.cleaned_data["group"])
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%s fa parte della redazione.") % form.person)
            return redirect("admin:networks_editor_changelist")
    page = {
        **context,
        "title": _("Nomina nella redazione"),
        "intro": _("La persona riceve un'e-mail. Al primo accesso alla redazione attiva il secondo fattore."),
        "button": _("Nomina"),
        "form": form,
    }
    return render(request, "admin/networks/editor/form.html", page, status=422 if form.errors else 200)


def dismiss(request: HttpRequest, user: User, context: dict[str, Any], pk: int) -> HttpResponse:
    """End somebody's work as an editor, and give the open cases to another."""
    person = get_object_or_404(Editor, pk=pk)
    has_cases = people.open_cases(person).exists()
    form = DismissForm(request.POST if request.method == "POST" else None, person=person, has_cases=has_cases)
    if request.method == "POST" and form.is_valid():
        try:
            people.dismiss(person, by=user, at=timezone.now(), cases_to=form.cleaned_data.get("cases_to"))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%s non fa più parte della redazione.") % person)
            return redirect("admin:networks_editor_changelist")
    page = {
        **context,
        "title": _("Congeda %s") % person,
        "intro": _("Da subito non vede più la redazione. Il suo accesso al portale resta. Riceve un'e-mail."),
        "button": _("Congeda"),
        "form": form,
    }
    return render(request, "admin/networks/editor/form.html", page, status=422 if form.errors else 200)

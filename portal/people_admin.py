"""In the admin's page of a person: the deletion of her account at her request, after a page that says what will happen."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _

from networks.admin import UserAdmin
from networks.affiliations import Refused
from networks.models import User
from portal.personal.erasure import erase, obstacles
from practices.moderation import Refusal

# `networks` may not know what is forgotten elsewhere: the page is added to its admin from here.
admin.site.unregister(User)


@admin.register(User)
class ErasingUserAdmin(UserAdmin):
    """People, and a button on each. Who is no longer registered is seen, and neither changed nor chosen for anything."""

    change_form_template = "admin/networks/user/change_form.html"

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and obj.erased_at)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[User], search_term: str
    ) -> tuple[QuerySet[User], bool]:
        found, may_have_duplicates = super().get_search_results(request, queryset, search_term)
        if request.resolver_match and request.resolver_match.url_name == "autocomplete":
            found = found.filter(erased_at__isnull=True)
        return found, may_have_duplicates

    def get_urls(self) -> list[URLPattern]:
        erasure = path("<int:pk>/cancella-account/", self.admin_site.admin_view(self.erase), name="networks_user_erase")
        return [erasure, *super().get_urls()]

    def erase(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asked once more, and done. Superusers only; recorded in the admin's log."""
        by = request.user
        if not isinstance(by, User) or not by.is_superuser:
            raise Http404
        person = get_object_or_404(User, pk=pk, erased_at__isnull=True)
        standing = obstacles(person, own=False)
        if request.method == "POST" and not standing:
            try:
                erase(person, by=by, at=timezone.now())
            except (Refused, Refusal) as refused:
                messages.error(request, str(refused))
            else:
                messages.success(request, _("L'account è cancellato."))
                return redirect("admin:networks_user_changelist")
        page = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Cancella l'account di %s") % person,
            "person": person,
            "obstacles": standing,
        }
        return render(request, "admin/networks/user/erase.html", page)

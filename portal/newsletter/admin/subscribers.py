"""Subscribers in the admin are numbers: no list, no page of one. A chief editor erases an address that she is written about."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from networks.models import User
from portal.newsletter.counts import numbers
from portal.newsletter.leaving import erase_on_request
from portal.newsletter.models import Subscriber


class EraseForm(forms.Form):
    """The whole address: parts of one would be a way to look around."""

    email = forms.EmailField(
        label=gettext_lazy("Indirizzo e-mail, intero"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


@admin.register(Subscriber)
class SubscriberAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Numbers by kind, and the erasing of one address."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        erase = path("cancella/", self.admin_site.admin_view(self.erase), name="newsletter_subscriber_erase")
        return [erase, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Numbers instead of a list."""
        if not self.has_view_permission(request):
            return super().changelist_view(request, extra_context)
        user = request.user
        page = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Iscrizioni"),
            "numbers": numbers(),
            "may_erase": _may_erase(user),
        }
        return render(request, "admin/newsletter/subscriber/numbers.html", page)

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        """Nobody's page is shown to anybody."""
        if not self.has_view_permission(request):
            return super().change_view(request, object_id, form_url, extra_context)
        raise Http404

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """As the page itself."""
        if not self.has_view_permission(request):
            return super().history_view(request, object_id, extra_context)
        raise Http404

    def erase(self, request: HttpRequest) -> HttpResponse:
        """Chief editors, for somebody who wrote to them. The log keeps who did it and when, not whose address it was."""
        user = request.user
        if not isinstance(user, User) or not _may_erase(user):
            raise Http404
        form = EraseForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            number = erase_on_request(form.cleaned_data["email"], at=timezone.now())
            said = ngettext("Cancellata %(n)d iscrizione.", "Cancellate %(n)d iscrizioni.", number) % {"n": number}
            LogEntry.objects.create(
                user=user,
                content_type=ContentType.objects.get_for_model(Subscriber),
                object_repr=_("Su richiesta dell'interessato"),
                action_flag=CHANGE,
                change_message=said,
            )
            messages.success(request, _("%s Di quell'indirizzo qui non resta nulla.") % said)
            return redirect("admin:newsletter_subscriber_changelist")
        page = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Cancella un indirizzo"),
            "intro": _(
                "Finiscono tutte le sue iscrizioni, e si cancella ogni e-mail che le riguarda. Non si può annullare."
            ),
            "button": _("Cancella"),
            "form": form,
        }
        return render(request, "admin/newsletter/subscriber/erase.html", page, status=422 if form.errors else 200)


def _may_erase(user: Any) -> bool:
    return isinstance(user, User) and (user.is_chief_editor or user.is_superuser)

"""In the admin's page of a municipality: its merger into another one, after a page that says what will happen."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from networks.admin import MunicipalityAdmin
from networks.affiliations import Refused
from networks.mergers import check_mergeable
from networks.models import Municipality, User
from portal.merging import consequences, merge_municipalities
from practices.moderation import Refusal


class MergeForm(forms.Form):
    """Into which other, and since when."""

    into = forms.CharField(
        label=gettext_lazy("Comune di cui ora fa parte"),
        max_length=100,
        help_text=gettext_lazy(
            "Il nome, con la sigla della provincia se ce ne sono due: Castro (BG). O il codice catastale."
        ),
    )
    on = forms.DateField(
        label=gettext_lazy("Dal giorno"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Il giorno in cui il vecchio comune è cessato."),
    )

    def __init__(self, *args: Any, old: Municipality, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.old = old

    def clean_into(self) -> Municipality:
        text = self.cleaned_data["into"]
        found = list(Municipality.objects.filter(pk=text.strip().upper()).select_related("province"))
        found = found or Municipality.objects.named(text)
        if not found:
            raise ValidationError(_("Nessun comune si chiama così."))
        if len(found) > 1:
            raise ValidationError(_("Ce n'è più di uno: %s.") % ", ".join(map(str, found)))
        return found[0]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if {"into", "on"} <= data.keys():
            try:
                check_mergeable(self.old, data["into"], on=data["on"], today=timezone.localdate())
            except Refused as refused:
                raise ValidationError(str(refused)) from refused
        return data


# `networks` may not know what moves practices: the page is added to its admin from here.
admin.site.unregister(Municipality)


@admin.register(Municipality)
class MergingMunicipalityAdmin(MunicipalityAdmin):
    """Municipalities, and a button on each."""

    change_form_template = "admin/networks/municipality/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        merger = path("<str:pk>/unisci/", self.admin_site.admin_view(self.merge), name="networks_municipality_merge")
        return [merger, *super().get_urls()]

    def merge(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Asked twice: into which, then what will happen. Chief editors only; recorded in the admin's log."""
        user = request.user
        if not isinstance(user, User) or not (user.is_chief_editor or user.is_superuser):
            raise Http404
        town = get_object_or_404(Municipality.objects.select_related("province", "merged_into__province"), pk=pk)
        back = redirect("admin:networks_municipality_change", town.pk)
        if town.merged_into:
            messages.error(request, _("%s è già unito a un altro comune.") % town)
            return back
        data = request.POST if request.method == "POST" and "back" not in request.POST else None
        initial = {"on": town.ceased_on, **{name: request.POST[name] for name in ("into", "on") if name in request.POST}}
        form = MergeForm(data, old=town, initial=initial)
        is_valid = form.is_valid()
        if is_valid and "confirm" in request.POST:
            self._do(request, town, user, form.cleaned_data)
            return back
        if is_valid:
            for field in form.fields.values():
                field.widget = field.hidden_widget()
        page = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Unisci a un altro comune"),
            "town": town,
            "form": form,
            "into": form.cleaned_data["into"] if is_valid else None,
            "on": form.cleaned_data["on"] if is_valid else None,
            "will": consequences(town) if is_valid else None,
        }
        return render(request, "admin/networks/municipality/merge.html", page, status=422 if form.errors else 200)

    def _do(self, request: HttpRequest, town: Municipality, user: User, found: dict[str, Any]) -> None:
        try:
            merge_municipalities(town, found["into"], by=user, at=timezone.now(), on=found["on"])
        except (Refused, Refusal) as refusal:
            messages.error(request, str(refusal))
            return
        said = _("%(old)s ora fa parte di %(new)s.") % {"old": town, "new": found["into"]}
        for row in (town, found["into"]):
            self.log_change(request, row, said)
        messages.success(request, said)

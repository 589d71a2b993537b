"""Forms about practices that are done again elsewhere."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from networks.models import Affiliation, Organisation
from practices.forms.desk import AdaptedForm, StartForm
from practices.forms.fields import ParagraphsField, RowField, TextField, YearField
from practices.forms.rows import published_by_number
from practices.models import AdaptationProposal, Practice, Submission


class ReplicateForm(StartForm):
    """What is needed to begin from another practice: what it is was said there already."""

    year = YearField(label=gettext_lazy("In che anno partite o siete partiti"))
    field_order = ("organisation", "title", "year")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["kind"]


class ProposeAdaptationForm(forms.Form):
    """Who adapted our practice: one of its practices, or the organisation alone."""

    code = TextField(
        label=gettext_lazy("La sua pratica, se è sul portale"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("Il codice (BP-000123); scrivendo il titolo compaiono le pratiche pubblicate."),
    )
    organisation = RowField(
        label=gettext_lazy("Oppure l'ente"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=gettext_lazy("Scegli"),
        help_text=gettext_lazy("Gli enti per cui qualcuno lavora su questo portale."),
    )
    text = ParagraphsField(
        label=gettext_lazy("Che cosa ne sapete (facoltativo)"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Lo leggono l'ente a cui scrivete e la redazione."),
    )

    def __init__(self, *args: Any, origin: Practice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.origin = origin
        self.fields["code"].widget.attrs |= {"data-chooser": "origins", "data-source": reverse("desk:origins")}
        choice: Any = self.fields["organisation"]
        acting = Affiliation.objects.active().values("organisation")
        others = Organisation.objects.local_authorities().filter(pk__in=acting).exclude(pk=origin.organisation_id)
        choice.queryset = others.order_by("sort_name")

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        code, organisation = data.get("code"), data.get("organisation")
        if self.errors:
            return data
        if bool(code) == bool(organisation):
            self.add_error("code", _("Indica il codice della pratica, oppure l'ente."))
        elif code:
            data["practice"] = found = published_by_number(str(code).upper().removeprefix("BP-"))
            if found is None:
                self.add_error("code", _("Non c'è una pratica pubblicata con questo codice."))
            elif found == self.origin:
                self.add_error("code", _("È il codice di questa stessa pratica."))
            else:
                data["organisation"] = found.organisation
        return data


class AcceptProposalForm(AdaptedForm):
    """Which of our practices it is, or the title of a new one, and how it was adapted."""

    practice = RowField(
        label=gettext_lazy("Quale delle vostre pratiche"),
        queryset=Submission.objects.none(),
        required=False,
        empty_label=gettext_lazy("Una che non è ancora sul portale"),
    )
    title = TextField(label=gettext_lazy("Il titolo della pratica nuova"), max_length=100, required=False)
    field_order = ("practice", "title", "year", "changes", "outcome")

    def __init__(self, *args: Any, proposal: AdaptationProposal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ours: QuerySet[Submission] = Submission.objects.live().filter(practice__organisation=proposal.organisation)
        choice: Any = self.fields["practice"]
        choice.queryset = ours.select_related("practice").order_by("title", "pk")
        if proposal.practice:
            del self.fields["practice"], self.fields["title"]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if "title" in self.fields and not data.get("practice") and not data.get("title") and not self.errors:
            self.add_error("title", _("Scrivi un titolo, o scegli una pratica."))
        return data

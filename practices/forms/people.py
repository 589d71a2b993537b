"""The forms about people: who moderates, who has which cases, to whom a draft is handed over."""

from typing import Any

from django import forms
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from networks.models import Editor, User
from networks.models.person import CHIEF_EDITORS, EDITORS
from practices.forms.fields import ParagraphsField
from practices.moderation import Verb
from practices.moderation.table import TRANSITIONS


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A person, with the number of cases in her hands."""

    def label_from_instance(self, obj: Any) -> str:
        return _("%(person)s – casi in carico: %(n)d") % {"person": f"{obj} ({obj.email})", "n": obj.open_cases}


def with_open_cases(people: Any) -> Any:
    """A QuerySet of people, with the number of their open cases."""
    return people.annotate(open_cases=Count("cases", filter=Q(cases__status__in=TRANSITIONS[Verb.REASSIGN].sources)))


class LeaveForm(forms.Form):
    """From whom to whom."""

    person = PersonField(
        label=gettext_lazy("Casi in carico a"), queryset=User.objects.none(), empty_label=gettext_lazy("Scegli")
    )
    to = PersonField(label=gettext_lazy("Passano a"), queryset=Editor.objects.none(), empty_label=gettext_lazy("Scegli"))
    text = ParagraphsField(
        label=gettext_lazy("Perché"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Facoltativo; resta nella storia di ogni caso."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Whoever has cases, even who is no editor any more.
        choices: dict[str, Any] = self.fields
        choices["person"].queryset = with_open_cases(User.objects.all()).filter(open_cases__gt=0)
        choices["to"].queryset = with_open_cases(Editor.objects.all())

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if "person" in data and "to" in data and data["person"].pk == data["to"].pk:
            self.add_error("to", _("Scegli un'altra persona."))
        return data


class AppointForm(forms.Form):
    """Somebody who has an account, and as what."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail"), help_text=gettext_lazy("L'indirizzo con cui la persona accede al portale.")
    )
    group = forms.ChoiceField(
        label=gettext_lazy("Dove"),
        choices=[(name, name) for name in (EDITORS, CHIEF_EDITORS)],
        initial=EDITORS,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "La caporedazione riapre i casi, li riassegna, tiene enti, reti ed elenchi, e nomina la redazione."
        ),
    )

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].lower()
        self.person = User.objects.filter(email=email).first()
        if self.person is None:
            raise forms.ValidationError(_("Nessuno ha un account con questo indirizzo: prima la persona si registra."))
        return str(email)


class DismissForm(forms.Form):
    """To whom the open cases go, if there are any."""

    cases_to = PersonField(
        label=gettext_lazy("I suoi casi passano a"), queryset=Editor.objects.none(), empty_label=gettext_lazy("Scegli")
    )

    def __init__(self, *args: Any, person: User, has_cases: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_cases:
            choice: Any = self.fields["cases_to"]
            choice.queryset = with_open_cases(Editor.objects.exclude(pk=person.pk))
        else:
            del self.fields["cases_to"]


class DeliverForm(forms.Form):
    """Where the invitation to the organisation goes."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail dell'ufficio"),
        help_text=gettext_lazy("Chi lavora per l'ente riceve qui l'invito ad accedere e a completare la scheda."),
    )

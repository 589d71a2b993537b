"""What somebody cannot use, told to the office: the feedback mechanism of art. 3-quater of L. 4/2004."""

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from networks.models import Editor
from portal.lib import mail
from portal.lib.limits import is_within
from portal.lib.public_page import public_page
from practices.forms.fields import ParagraphsField, TextField
from practices.forms.report import ReportForm

# From one network address, and in all.
LIMITS = "10/h/ip,50/d/key"


class FeedbackForm(ReportForm):
    """Where, what, and whom to answer; with the field that only programs fill."""

    page = TextField(
        label=gettext_lazy("In quale pagina (facoltativo)"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Il titolo o l'indirizzo."),
    )
    text = ParagraphsField(
        label=gettext_lazy("Che cosa non riesci a fare"),
        max_length=2000,
        help_text=gettext_lazy(
            "Anche con quale programma o ausilio, se vuoi dirlo. Non serve parlare della tua salute. Fino a 2000 caratteri."
        ),
    )
    email = forms.EmailField(
        label=gettext_lazy("La tua e-mail (facoltativa)"),
        max_length=254,
        required=False,
        help_text=gettext_lazy("Senza, non possiamo risponderti."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    field_order = ["page", "text", "email", "trap"]


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: HttpRequest) -> HttpResponse:
    """It becomes a mail to the office and nothing else. What cannot be sent is shown again, with its words."""
    form = FeedbackForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _send(request, form):
        return redirect("notes:feedback_sent")
    context = {"form": form, "trail": [(reverse("notes:accessibility"), _("Accessibilità"))]}
    return render(request, "notes/feedback.html", context, status=422 if form.errors else 200)


@public_page
def feedback_sent(request: HttpRequest) -> HttpResponse:
    """What happens next. The same for everybody: it knows nothing of what was sent."""
    return render(request, "notes/feedback_sent.html", {"trail": [(reverse("notes:accessibility"), _("Accessibilità"))]})


def _send(request: HttpRequest, form: FeedbackForm) -> bool:
    """Queue the mail. What keeps it from being sent is said in the form."""
    if not is_within(request, "feedback", LIMITS, key="feedback"):
        form.add_error(None, _("Sono arrivate molte segnalazioni in poco tempo. La tua non è partita: riprova fra un'ora."))
        return False
    to = [settings.BODY.email] if settings.BODY.email else list(Editor.objects.chiefs().values_list("email", flat=True))
    if not to:
        form.add_error(
            None, _("In questo momento nessuno può riceverla. La tua segnalazione non è partita: riprova domani.")
        )
        return False
    said = form.cleaned_data
    with transaction.atomic():
        mail.queue(to, *mail.compose("notes/feedback", {**said, "lines": said["text"].splitlines()}))
    return True

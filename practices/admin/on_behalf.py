"""Practices that an editor enters for an organisation that has nobody here yet, and then hands over to it."""

import uuid
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from networks import invitations
from networks.affiliations import Refused
from networks.models import Affiliation, Organisation, User
from practices.context import territory_of
from practices.forms.desk import StartForm
from practices.forms.people import DeliverForm
from practices.models import Submission
from practices.moderation import Refusal, officer
from practices.moderation.on_behalf import hand_to_organisation


def begin(request: HttpRequest, user: User, context: dict[str, Any]) -> HttpResponse:
    """For whom, what, and a title; then the sections, at the Scrivania. Below, the drafts that are not handed over yet."""
    organisations = Organisation.objects.local_authorities().exclude(pk__in=Organisation.objects.acted_for_by(user))
    data = request.POST if request.method == "POST" else None
    form = StartForm(data, organisations=organisations, initial={"token": uuid.uuid4()})
    choice: Any = form.fields["organisation"]
    choice.empty_label = _("Scegli l'ente")
    form.fields["kind"].label = _("Che cosa inserisci")
    if data is not None and form.is_valid():
        found = form.cleaned_data
        values = {"kind": found["kind"], "title": found["title"], **territory_of(found["organisation"])}
        try:
            started = officer.start(found["organisation"], by=user, at=timezone.now(), values=values, token=found["token"])
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("desk:section", started.pk, "identity")
    page = {
        **context,
        "title": _("Inserisci per conto di un ente"),
        "intro": _(
            "Per un ente che non ha ancora nessuno sul portale. Scrivi la scheda nella Scrivania, poi gliela consegni: fino ad allora la vedete soltanto tu e chi lavora per l'ente, e solo l'ente può inviarla."
        ),
        "button": _("Comincia"),
        "form": form,
        "drafts": Submission.objects.written_on_behalf_by(user).select_related("organisation").order_by("-saved_at"),
    }
    return render(request, "admin/practices/submission/on_behalf.html", page, status=422 if form.errors else 200)


def deliver(request: HttpRequest, user: User, context: dict[str, Any], pk: int) -> HttpResponse:
    """Hand a draft over to its organisation, and invite its office."""
    mine = Submission.objects.written_on_behalf_by(user).select_related("organisation", "practice")
    submission = get_object_or_404(mine, pk=pk)
    initial = {"email": submission.office_email or submission.organisation.office_email}
    form = DeliverForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                hand_to_organisation(submission, by=user, at=timezone.now())
                _invite(submission.organisation, form.cleaned_data["email"], user)
        except (Refusal, Refused) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("«%s» è ora dell'ente.") % submission)
        return redirect("admin:practices_submission_on_behalf")
    page = {
        **context,
        "title": _("Consegna all'ente: %s") % submission,
        "intro": _(
            "Da questo momento la scheda è dell'ente (%(organisation)s): tu non la modifichi più, e la rileggi soltanto se l'ente la invia alla redazione. La decisione spetterà a un'altra persona della redazione."
        )
        % {"organisation": submission.organisation},
        "button": _("Consegna"),
        "form": form,
    }
    return render(request, "admin/practices/submission/form.html", page, status=422 if form.errors else 200)


def _invite(organisation: Organisation, email: str, by: User) -> None:
    """As a manager, who can invite the others; who works for the organisation already has been told."""
    if not organisation.affiliations.active().filter(user__email__iexact=email).exists():
        invitations.invite(organisation, email=email, role=Affiliation.Role.MANAGER, by=by, at=timezone.now())

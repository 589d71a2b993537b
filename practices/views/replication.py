"""Practices done again elsewhere: begin from one, say of ours who adapted it, answer what others say."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from networks.models import Organisation
from practices import replication as reads
from practices.forms.desk import TextForm
from practices.forms.replication import AcceptProposalForm, ProposeAdaptationForm, ReplicateForm
from practices.models import Adaptation, AdaptationProposal, Practice
from practices.moderation import Forbidden, Refusal, replication
from practices.views.acting import acting_for
from practices.views.desk import current_user


@require_http_methods(["GET", "HEAD", "POST"])
def replicate(request: HttpRequest, pk: int) -> HttpResponse:
    """*Vogliamo farla anche noi*: what a draft would take over, then the draft."""
    user = current_user(request)
    origin = get_object_or_404(Practice.objects.listed(), pk=pk)
    chosen = acting_for(request, user).chosen
    if chosen is None or not chosen.is_local_authority:
        return render(request, "desk/no_organisation.html", status=403)
    organisations = Organisation.objects.acted_for_by(user).local_authorities()
    initial = {"token": uuid.uuid4(), "organisation": chosen, "year": timezone.localdate().year}
    form = ReplicateForm(request.POST if request.method == "POST" else None, initial=initial, organisations=organisations)
    if form.is_valid():
        data = form.cleaned_data
        row = {"year": data["year"], "changes": "", "outcome": Adaptation.Outcome.UNDER_WAY}
        values = {"title": data["title"]}
        now = timezone.now()
        try:
            started = replication.begin_from(
                origin, organisation=data["organisation"], by=user, at=now, values=values, row=row, token=data["token"]
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("La bozza è pronta: il testo è tutto da scrivere, con parole vostre."))
            return redirect("desk:case", started.pk)
    page = {"form": form, "origin": origin, "published": origin.published}
    return render(request, "desk/replicate.html", page, status=422 if form.errors else 200)


@require_safe
def adaptations(request: HttpRequest) -> HttpResponse:
    """What others say of our practices, and what is said of us."""
    chosen = acting_for(request, current_user(request)).chosen
    if chosen is None:
        raise Http404
    proposed = AdaptationProposal.objects.filter(origin__organisation=chosen)
    context = {
        "organisation": chosen,
        "adaptations": reads.of_organisation(chosen),
        "received": reads.proposed_to(chosen),
        "proposed": proposed.select_related("origin", "organisation").order_by("-proposed_at", "-pk")[:50],
    }
    return render(request, "desk/adaptations.html", context)


def _of_ours(request: HttpRequest, pk: int) -> Adaptation:
    """A published adaptation of a practice whose organisation this person acts for."""
    user = current_user(request)
    for organisation in Organisation.objects.acted_for_by(user):
        if found := reads.of_organisation(organisation).filter(pk=pk).first():
            return found
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """It is so: what confirming means, then the deed."""
    adaptation = _of_ours(request, pk)
    if request.method == "POST":
        try:
            replication.confirm_adaptation(adaptation, by=current_user(request), at=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("L'adattamento è confermato: si legge sulle due pagine."))
        return redirect("desk:adaptations")
    return render(request, "desk/answer_adaptation.html", _page(adaptation))


@require_http_methods(["GET", "HEAD", "POST"])
def dispute(request: HttpRequest, pk: int) -> HttpResponse:
    """It is not so, and why."""
    adaptation = _of_ours(request, pk)
    form = TextForm(request.POST if request.method == "POST" else None, label=_("Perché"))
    if form.is_valid():
        now, text = timezone.now(), form.cleaned_data["text"]
        try:
            replication.dispute_adaptation(adaptation, by=current_user(request), at=now, text=text)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("L'adattamento risulta contestato: si legge sulle due pagine."))
            return redirect("desk:adaptations")
    context = {**_page(adaptation), "form": form}
    return render(request, "desk/answer_adaptation.html", context, status=422 if form.errors else 200)


def _page(adaptation: Adaptation) -> dict[str, object]:
    origin = replication.origin_of(adaptation)
    return {"adaptation": adaptation, "origin": origin, "published": origin and origin.published}


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """*Un altro ente l'ha rifatta*: who, then a mail to them."""
    user = current_user(request)
    ours = Practice.objects.visible().filter(organisation__in=Organisation.objects.acted_for_by(user))
    origin = get_object_or_404(ours.select_related("organisation"), pk=pk)
    form = ProposeAdaptationForm(request.POST if request.method == "POST" else None, origin=origin)
    if form.is_valid():
        data = form.cleaned_data
        to, practice, text = data["organisation"], data.get("practice"), data["text"]
        try:
            replication.propose_adaptation(origin, by=user, at=timezone.now(), to=to, practice=practice, text=text)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("La segnalazione è partita: chi lavora per l'ente (%s) la trova qui.") % to)
            return redirect("desk:adaptations")
    page = {"form": form, "origin": origin, "published": origin.published}
    return render(request, "desk/propose_adaptation.html", page, status=422 if form.errors else 200)


def _to_us(request: HttpRequest, pk: int) -> AdaptationProposal:
    """A proposal that the Scrivania lists; its origin may have been merged into another since."""
    ours = Organisation.objects.acted_for_by(current_user(request))
    asked = AdaptationProposal.objects.filter(organisation__in=ours, origin__removed_at__isnull=True)
    return get_object_or_404(asked.select_related("origin__organisation", "organisation", "practice"), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """It is so: which practice of ours, when, what we changed; it goes into its next version."""
    proposal = _to_us(request, pk)
    form = AcceptProposalForm(request.POST if request.method == "POST" else None, proposal=proposal)
    if form.is_valid():
        data = form.cleaned_data
        practice = proposal.practice or (data["practice"].practice if data["practice"] else None)
        row = {name: data[name] for name in ("year", "changes", "outcome")}
        title, now = data.get("title", ""), timezone.now()
        try:
            draft = replication.accept_proposal(
                proposal, by=current_user(request), at=now, row=row, practice=practice, title=title
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("L'origine è scritta nella bozza: si leggerà quando la bozza sarà pubblicata."))
            return redirect("desk:case", draft.pk)
    page = {"proposal": proposal, "published": proposal.origin.published, "form": form}
    return render(request, "desk/accept_adaptation.html", page, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """It is not so."""
    proposal = _to_us(request, pk)
    form = TextForm(
        request.POST if request.method == "POST" else None, label=_("Che cosa rispondete (facoltativo)"), required=False
    )
    if form.is_valid():
        text = form.cleaned_data["text"]
        try:
            replication.decline_proposal(proposal, by=current_user(request), at=timezone.now(), text=text)
        except Forbidden as forbidden:
            raise Http404 from forbidden
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("La segnalazione è rifiutata; chi l'ha mandata riceve un'e-mail."))
            return redirect("desk:adaptations")
    page = {"proposal": proposal, "published": proposal.origin.published, "form": form, "declines": True}
    return render(request, "desk/accept_adaptation.html", page, status=422 if form.errors else 200)

"""My affiliations: those that I have, those that I wait for, and asking for another."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from networks import affiliations, directory, proposals
from networks.affiliations import Refused
from networks.models import Affiliation, Municipality, Organisation
from practices.forms.affiliations import FindForm, ProposalForm, RequestForm
from practices.views.desk import current_user

NAMES = {"nome": "name", "provincia": "province", "territorio": "region"}


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What I have and what I wait for; the search for an organisation and what it finds."""
    user = current_user(request)
    form = FindForm(request.GET if NAMES.keys() & request.GET.keys() else None)
    entries: list[directory.Entry] = []
    more = False
    if form.is_valid():
        entries, more = directory.search(**{NAMES[name]: value for name, value in form.cleaned_data.items()})
    own = user.affiliations.exclude(status=Affiliation.Status.ENDED).select_related("organisation")
    context = {
        "affiliations": own,
        "proposals": user.organisation_proposals.filter(decided_at__isnull=True).select_related("province"),
        "form": form,
        "entries": [(entry, entry.organisation in [affiliation.organisation for affiliation in own]) for entry in entries],
        "more": more,
        "asked": urlencode({"nome": form.cleaned_data["nome"]}) if form.is_valid() else "",
    }
    return render(request, "desk/affiliations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask to act for an organisation."""
    organisation = get_object_or_404(Organisation.objects.local_authorities(), slug=slug)
    return _ask(request, organisation.name, partial(affiliations.request, organisation))


@require_http_methods(["GET", "HEAD", "POST"])
def ask_for_town(request: HttpRequest, slug: str) -> HttpResponse:
    """The same for a Comune that is no organisation yet: asking makes it one."""
    town = get_object_or_404(Municipality, slug=slug, ceased_on__isnull=True)
    if existing := Organisation.objects.filter(municipality=town).first():
        return redirect("desk:ask", existing.slug)
    return _ask(request, directory.name_of(town), partial(directory.request_for_town, town))


def _ask(request: HttpRequest, name: str, write: Callable[..., Affiliation]) -> HttpResponse:
    form = RequestForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            asked = write(by=current_user(request), at=timezone.now(), message=form.cleaned_data["message"])
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            active = asked.status == Affiliation.Status.ACTIVE
            done = _("La richiesta è registrata: riceverai la risposta per e-mail.")
            messages.success(request, _("Hai già un incarico attivo per questo ente.") if active else done)
        return redirect("desk:affiliations")
    return render(request, "desk/ask.html", {"form": form, "name": name})


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """An organisation that the search does not find."""
    form = ProposalForm(request.POST or None, initial={"name": request.GET.get("nome", "")[:200]})
    if request.method == "POST" and form.is_valid():
        try:
            proposals.propose(**form.cleaned_data, by=current_user(request), at=timezone.now())
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("La proposta è arrivata alla redazione: riceverai la risposta per e-mail."))
        return redirect("desk:affiliations")
    return render(request, "desk/propose.html", {"form": form})

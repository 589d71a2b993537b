"""Who acts for an organisation: its people see each other, its managers invite, answer, change and end."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from networks import affiliations, domains, invitations
from networks.affiliations import Refused
from networks.models import Affiliation, Invitation, Organisation, User
from practices.forms.affiliations import EndForm, InviteForm, RoleForm
from practices.forms.desk import TextForm
from practices.models import Submission
from practices.moderation import Refusal
from practices.moderation import colleagues as among_colleagues
from practices.views.desk import current_user


@require_http_methods(["GET", "HEAD", "POST"])
def colleagues(request: HttpRequest, slug: str) -> HttpResponse:
    """The people, the requests, the invitations; a manager invites from here."""
    user, now = current_user(request), timezone.now()
    organisation = get_object_or_404(Organisation.objects.acted_for_by(user), slug=slug)
    may_decide = affiliations.may_decide(user, organisation)
    form = InviteForm(request.POST or None)
    if request.method == "POST" and may_decide and form.is_valid():
        try:
            sent = invitations.invite(organisation, **form.cleaned_data, by=user, at=now)
        except Refused as refused:
            form.add_error("email", str(refused))
        else:
            messages.success(request, _("L'invito è partito per %s. Vale sette giorni.") % sent.email)
            return redirect("desk:colleagues", slug)
    own = Affiliation.objects.filter(organisation=organisation).select_related("user", "organisation")
    requests = own.requested().prefetch_related("user__emailaddress_set")
    open_ones = organisation.invitations.open().select_related("invited_by").order_by("expires_at")
    context = {
        "organisation": organisation,
        "may_decide": may_decide,
        "people": own.active().order_by("user__full_name", "user__email"),
        "requests": [(affiliation, domains.match(affiliation)) for affiliation in requests.order_by("requested_at")],
        "invitations": [(invitation, invitation.is_good(now)) for invitation in open_ones],
        "roles": Affiliation.Role.choices,
        "form": form,
    }
    return render(request, "desk/colleagues.html", context)


def _decided_by(user: User, pk: int) -> Affiliation:
    """The affiliation, or 404 for who does not decide for its organisation at the Scrivania."""
    managed = Affiliation.objects.managers().filter(user=user)
    rows = Affiliation.objects.select_related("user", "organisation")
    return get_object_or_404(rows, pk=pk, organisation__in=managed.values("organisation"))


def _carry_out(request: HttpRequest, deed: Callable[..., object], done: str) -> None:
    try:
        deed(by=current_user(request), at=timezone.now())
    except (Refused, Refusal) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)


@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Say yes to a request, in the role that the manager chose."""
    return _with_role(request, pk, affiliations.approve, _("L'incarico è attivo: %s riceve un'e-mail."))


@require_POST
def change_role(request: HttpRequest, pk: int) -> HttpResponse:
    """A manager, or no longer one."""
    return _with_role(request, pk, affiliations.change_role, _("Il ruolo di %s è cambiato."))


def _with_role(request: HttpRequest, pk: int, deed: Callable[..., object], done: str) -> HttpResponse:
    affiliation = _decided_by(current_user(request), pk)
    form = RoleForm(request.POST)
    if form.is_valid():
        _carry_out(request, partial(deed, affiliation, **form.cleaned_data), done % affiliation.user)
    else:
        messages.error(request, _("Scegli un ruolo."))
    return redirect("desk:colleagues", affiliation.organisation.slug)


@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Say no, with a word."""
    affiliation = _decided_by(current_user(request), pk)
    form = TextForm(request.POST if request.method == "POST" else None, label=_("Perché"))
    if form.is_valid():
        deed = partial(affiliations.decline, affiliation, **form.cleaned_data)
        _carry_out(request, deed, _("La richiesta è rifiutata: %s riceve un'e-mail.") % affiliation.user)
        return redirect("desk:colleagues", affiliation.organisation.slug)
    return render(request, "desk/decline.html", {"affiliation": affiliation, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a colleague's affiliation or one's own, and pass the open cases on."""
    user = current_user(request)
    current = user.affiliations.exclude(status=Affiliation.Status.ENDED)
    own = current.select_related("user", "organisation").filter(pk=pk).first()
    affiliation = own or _decided_by(user, pk)
    organisation = affiliation.organisation
    # Of a removed practice not even the title is read.
    kept = Submission.objects.open().filter(practice__removed_at__isnull=True)
    cases = kept.filter(organisation=organisation, followed_by=affiliation.user)
    form = EndForm(
        request.POST if request.method == "POST" else None,
        colleagues=affiliations.people_of(organisation, but=affiliation.user),
        cases=cases.count(),
        is_own=own is not None,
    )
    if form.is_valid():
        deed = partial(among_colleagues.end_affiliation, affiliation, **form.cleaned_data)
        _carry_out(request, deed, _("L'incarico è concluso."))
        return redirect("desk:affiliations") if own else redirect("desk:colleagues", organisation.slug)
    return render(request, "desk/end.html", {"affiliation": affiliation, "form": form, "cases": cases, "is_own": bool(own)})


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an invitation back."""
    managed = Affiliation.objects.managers().filter(user=current_user(request))
    rows = Invitation.objects.select_related("organisation").filter(organisation__in=managed.values("organisation"))
    invitation = get_object_or_404(rows, pk=pk)
    _carry_out(request, partial(invitations.revoke, invitation), _("L'invito a %s è revocato.") % invitation.email)
    return redirect("desk:colleagues", invitation.organisation.slug)

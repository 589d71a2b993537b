"""The page that the link of an invitation leads to. It never tells whether the invited address has an account."""

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from networks import invitations
from networks.affiliations import Refused
from networks.models import Invitation, User
from practices.views.acting import KEY


def _found(token: str) -> Invitation:
    invitation = invitations.by_token(token)
    if invitation is None:
        raise Http404
    return invitation


def masked(email: str) -> str:
    """a•••@comune.example: enough for who knows the address, nothing for who does not."""
    name, _at, domain = email.rpartition("@")
    return f"{name[:1]}•••@{domain}"


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Who invites to what; for whom it is meant, the button. One that is used, revoked or expired is 410."""
    found, user = _found(token), request.user
    invited = user if isinstance(user, User) and invitations.is_for(found, user) else None
    if request.method == "POST" and invited:
        try:
            invitations.accept(found, by=invited, at=timezone.now())
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            request.session[KEY] = found.organisation_id
            messages.success(request, _("Ora lavori per %s.") % found.organisation)
            return redirect("desk:dashboard")
    if invited and found.accepted_by == invited:
        return redirect("desk:dashboard")
    is_good = found.is_good(timezone.now())
    context = {"invitation": found, "token": token, "is_good": is_good, "invited": invited, "masked": masked(found.email)}
    return render(request, "desk/invitation.html", context, status=200 if is_good else 410)


@login_not_required
@require_POST
def sign_up(request: HttpRequest, token: str) -> HttpResponse:
    """To the page that makes an account: who followed the link has shown that the address is hers."""
    found, back = _found(token), reverse("desk:invitation", args=[token])
    if not found.is_good(timezone.now()) or request.user.is_authenticated:
        return redirect(back)
    get_adapter().stash_verified_email(request, found.email)
    return redirect(reverse("account_signup", query={"next": back}))

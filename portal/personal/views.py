"""What the portal knows of me: to read, to take away, to delete."""

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from networks.affiliations import Refused
from portal.lib.public_page import public_page
from portal.personal import held
from portal.personal.erasure import erase, obstacles
from practices.moderation import Refusal
from practices.views.desk import current_user


class ConfirmForm(forms.Form):
    """Deleting is done on purpose."""

    understood = forms.BooleanField(label=_("Ho letto che cosa succede, e so che non si può annullare"))


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """In words: the account, and how much there is of what."""
    user = current_user(request)
    context = {"person": held.account(user), "counted": held.counted(user)}
    return render(request, "account/data.html", context)


@require_safe
@reauthentication_required  # type: ignore[untyped-decorator]  # allauth has no types
def download(request: HttpRequest) -> HttpResponse:
    """Everything, as a file that programs read."""
    found = held.everything(current_user(request), timezone.now())
    response = JsonResponse(found, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response.headers["Content-Disposition"] = 'attachment; filename="i-miei-dati.json"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required  # type: ignore[untyped-decorator]  # allauth has no types
def delete(request: HttpRequest) -> HttpResponse:
    """What will happen, what has to be done first, and the deed."""
    user = current_user(request)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    standing = obstacles(user)
    if form.is_valid() and not standing:
        try:
            erase(user, by=user, at=timezone.now())
        except (Refused, Refusal) as refused:
            form.add_error(None, str(refused))
        else:
            logout(request)
            return redirect("account_deleted")
    context = {"form": form, "obstacles": standing}
    return render(request, "account/delete.html", context, status=422 if form.errors else 200)


@public_page
def deleted(request: HttpRequest) -> HttpResponse:
    """Where one arrives afterwards."""
    return render(request, "account/deleted.html")

"""Which mails a person wants."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from practices.forms.desk import MailsForm
from practices.notifications import FOR_EDITORS, Optional
from practices.views.desk import current_user


@require_http_methods(["GET", "HEAD", "POST"])
def mails(request: HttpRequest) -> HttpResponse:
    """The mails that can be done without, each with its box; for editors, of which territories the digest tells."""
    user = current_user(request)
    kinds = [kind for kind in Optional if user.is_editor or kind not in FOR_EDITORS]
    wanted = [kind.value for kind in kinds if kind not in user.unwanted_mails]
    initial = {
        "wanted": wanted,
        "only_followed": user.only_followed_mails,
        "regions": user.digest_regions.all(),
    }
    form = MailsForm(request.POST if request.method == "POST" else None, kinds=kinds, initial=initial)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["wanted"]
        user.unwanted_mails = [kind.value for kind in kinds if kind not in chosen]
        user.only_followed_mails = form.cleaned_data["only_followed"]
        with transaction.atomic():
            user.save(update_fields=["unwanted_mails", "only_followed_mails"])
            if user.is_editor:
                user.digest_regions.set(form.cleaned_data["regions"])
        messages.success(request, _("Le tue scelte sono salvate."))
        return redirect("desk:mails")
    return render(request, "desk/mails.html", {"form": form}, status=422 if form.errors else 200)

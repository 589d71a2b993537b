"""For which organisation a person works at the Scrivania now, when she acts for more than one."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from networks.models import Organisation, User

KEY = "acting_for"


@dataclass(frozen=True)
class Acting:
    """The organisation that the pages concern, and all those that she acts for, that one first."""

    chosen: Organisation | None
    organisations: list[Organisation]

    @property
    def has_choice(self) -> bool:
        """Whether there is anything to choose."""
        return len(self.organisations) > 1


def acting_for(request: HttpRequest, user: User) -> Acting:
    """The choice that the session keeps, as long as the affiliation lasts; else her first organisation."""
    organisations = list(Organisation.objects.acted_for_by(user))
    kept = request.session.get(KEY)
    organisations.sort(key=lambda organisation: organisation.pk != kept)
    if kept is not None and (not organisations or organisations[0].pk != kept):
        del request.session[KEY]
    return Acting(organisations[0] if organisations else None, organisations)


@require_POST
def act_for(request: HttpRequest) -> HttpResponse:
    """Choose another one."""
    slug = request.POST.get("organisation", "")
    chosen = next((one for one in Organisation.objects.acted_for_by(request.user) if one.slug == slug), None)  # type: ignore[arg-type]
    if chosen is None:
        raise Http404
    request.session[KEY] = chosen.pk
    return redirect("desk:dashboard")

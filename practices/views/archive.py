"""Every version that our organisations ever wrote, whatever became of it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from networks.models import Organisation
from practices.models import Submission
from practices.views.desk import current_user
from practices.views.listing import page_of

VERSIONS = 50


@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    """The newest practice first, its versions together; of a removed practice nothing."""
    own = Organisation.objects.acted_for_by(current_user(request))
    versions = (
        Submission.objects.filter(organisation__in=own, practice__removed_at__isnull=True)
        .select_related("practice", "organisation")
        .order_by("-practice", "-pk")
    )
    page = page_of(versions, request.GET.get("pagina") or "1", VERSIONS)
    return render(request, "desk/archive.html", {"page": page})

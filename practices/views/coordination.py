"""A network's page for the people of its lead or coordinator."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.lib import sheets
from practices.coordination import COLUMNS, commitments_of, members_of
from practices.views.desk import current_user


@require_safe
def network(request: HttpRequest, slug: str) -> HttpResponse:
    """Her members' practices, what is in the works, who is silent, and the commitments of the network's agreements."""
    user = current_user(request)
    shown = get_object_or_404(user.coordinated_networks(), slug=slug)
    members = members_of(shown, read_by=user, today=timezone.localdate())
    context = {
        "network": shown,
        "members": members,
        "in_works": [(submission, member) for member in members for submission in member.in_works],
        "silent": [member for member in members if member.is_silent],
        "published": sum(len(member.published) for member in members),
        "commitments": commitments_of(shown, members),
    }
    return render(request, "desk/network.html", context)


@require_safe
def network_csv(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """The members, for a spreadsheet."""
    user = current_user(request)
    shown = get_object_or_404(user.coordinated_networks(), slug=slug)
    members = members_of(shown, read_by=user, today=timezone.localdate())
    response = StreamingHttpResponse(sheets.as_csv(COLUMNS, members), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="rete-{shown.slug}.csv"'
    return response

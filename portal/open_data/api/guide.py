"""The page that tells people how to ask the API."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.lib.open_data import LICENCE
from portal.lib.public_page import public_page
from portal.open_data.api import parameters
from portal.open_data.api.resources import RESOURCES
from portal.open_data.pages import trail
from practices.filters.fields import MAX_TEXT, MAX_VALUES
from practices.filters.practice import PracticeFilter
from practices.models import Submission


@public_page
def api_guide(request: HttpRequest) -> HttpResponse:
    """What can be asked for and how, with examples that work, the limits and the licence."""
    filters = PracticeFilter({}, queryset=Submission.objects.none()).filters
    newest = Submission.objects.listed().select_related("practice").order_by("-published_at").first()
    context = {
        "trail": trail(),
        "collections": [
            (name, one.dataset, [(field, one.filter_field(field).label) for field in one.filters])
            for name, one in RESOURCES.items()
        ],
        "filters": [(name, one.label) for name, one in filters.items()],
        "example": newest.practice.code if newest else "BP-000001",
        "default_size": parameters.DEFAULT_SIZE,
        "most": parameters.MOST,
        "most_values": MAX_VALUES,
        "most_text": MAX_TEXT,
        "licence": LICENCE,
    }
    return render(request, "open_data/api.html", context)

"""The catalogue as files: Turtle, JSON-LD and RDF/XML, by ending; its address leads to what a program says that it accepts."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from portal.lib.content_version import latest_version
from portal.lib.cross_origin import readable_from_anywhere
from portal.open_data.files import open_file

# By ending: what rdflib calls it, and what a browser is told. The first is for who accepts anything.
SERIALISATIONS = {
    "ttl": ("turtle", "text/turtle"),
    "jsonld": ("json-ld", "application/ld+json"),
    "rdf": ("xml", "application/rdf+xml"),
}


@open_file
def catalogue_file(request: HttpRequest, ending: str) -> HttpResponse:
    """In one of the three ways."""
    if ending not in SERIALISATIONS:
        raise Http404
    # A library that only this page needs: every process would carry it.
    from portal.open_data.graph import graph

    name, media_type = SERIALISATIONS[ending]
    text = graph(latest_version().changed_at).serialize(format=name)
    return HttpResponse(text, content_type=f"{media_type}; charset=utf-8")


@readable_from_anywhere
@login_not_required
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """To the way that the program prefers. Each has an address of its own, since `open_file` gives them one ETag."""
    kinds = {media_type: ending for ending, (_name, media_type) in SERIALISATIONS.items()}
    preferred = request.get_preferred_type(list(kinds))
    answer = redirect("open_data_catalogue_file", kinds[preferred] if preferred else "ttl")
    patch_vary_headers(answer, ["Accept"])
    return answer


catalogue.is_public = True  # type: ignore[attr-defined]  # read by the test of what every address declares

"""The catalogue as files: Turtle, JSON-LD and RDF/XML, by ending or by what a program says that it accepts."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from portal.lib.content_version import latest_version
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
    return _serialised(ending)


@open_file
def catalogue(request: HttpRequest) -> HttpResponse:
    """In the way that the program prefers."""
    kinds = {media_type: ending for ending, (_name, media_type) in SERIALISATIONS.items()}
    preferred = request.get_preferred_type(list(kinds))
    response = _serialised(kinds[preferred] if preferred else "ttl")
    patch_vary_headers(response, ["Accept"])
    return response


def _serialised(ending: str) -> HttpResponse:
    # A library that only this page needs: every process would carry it.
    from portal.open_data.graph import graph

    name, media_type = SERIALISATIONS[ending]
    text = graph(latest_version().changed_at).serialize(format=name)
    return HttpResponse(text, content_type=f"{media_type}; charset=utf-8")

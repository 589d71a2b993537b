"""The answers of the API."""

from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.lib.open_data import LICENCE
from portal.open_data.api import description
from portal.open_data.api.answers import answer, api, problem
from portal.open_data.api.parameters import PAGE, Refused, page_of
from portal.open_data.api.resources import RESOURCES, Resource
from practices.models import Practice
from practices.open_data.practice import bare


@api
def index(request: HttpRequest) -> HttpResponse:
    """What there is."""
    found = [
        {
            "nome": name,
            "titolo": str(one.dataset.title),
            "indirizzo": f"{settings.SITE_URL}{reverse('api:list', args=[name])}",
        }
        for name, one in RESOURCES.items()
    ]
    told = {"descrizione": f"{settings.SITE_URL}{reverse('api:description')}", "licenza": LICENCE}
    return answer({"raccolte": found, **told})


@api
def describe(request: HttpRequest) -> HttpResponse:
    """The API in the words of OpenAPI."""
    return answer(description.openapi())


@api
def listing(request: HttpRequest, name: str) -> HttpResponse:
    """A page of records, by the parameters of the address; one that is not understood is refused."""
    resource = _resource(name)
    try:
        number, size = page_of(request.GET)
        rows = resource.select(request.GET)
    except Refused as refusal:
        faults = [one.as_record() for one in refusal.faults]
        return problem(400, _("Parametri non validi"), "; ".join(one.reason for one in refusal.faults), parametri=faults)
    paginator = Paginator(rows.values_list("pk", flat=True), size)
    if number > paginator.num_pages:
        raise Http404
    page = paginator.page(number)
    links = _neighbours(request.path, request.GET, page)
    content = {
        "totale": paginator.count,
        "pagina": number,
        "pagine": paginator.num_pages,
        "per_pagina": size,
        "successiva": links.get("next"),
        "precedente": links.get("prev"),
        "record": resource.records(list(page.object_list)),
    }
    return answer(content, links=tuple(f'<{url}>; rel="{rel}"' for rel, url in links.items()))


@api
def one(request: HttpRequest, name: str, key: str) -> HttpResponseBase:
    """A record by its key. Of a practice that was removed, that it was; a duplicate leads to the other one."""
    resource = _resource(name)
    keys = list(resource.find(key).values_list("pk", flat=True))
    if records := resource.records(keys):
        return answer(*records)
    gone = Practice.objects.ever_public().coded(key).select_related("merged_into").first() if name == "pratiche" else None
    if gone is None or not (gone.removed_at or gone.merged_into):
        raise Http404
    if gone.merged_into and not gone.removed_at:
        return redirect("api:one", name, gone.merged_into.code)
    return problem(410, _("Pratica rimossa"), _("Questa pratica è stata rimossa."), record=bare(gone))


@api
def nothing(request: HttpRequest) -> HttpResponse:
    """Every other address."""
    raise Http404


def _resource(name: str) -> Resource:
    if name not in RESOURCES:
        raise Http404
    return RESOURCES[name]


def _neighbours(path: str, query: QueryDict, page: Page[Any]) -> dict[str, str]:
    """Addresses of other pages of the same selection, by their relation to this one."""
    numbers = {"first": 1, "last": page.paginator.num_pages}
    numbers |= {"prev": page.number - 1} if page.has_previous() else {}
    numbers |= {"next": page.number + 1} if page.has_next() else {}
    found = {}
    for relation, number in numbers.items():
        changed = query.copy()
        changed[PAGE] = str(number)
        found[relation] = f"{settings.SITE_URL}{path}?{changed.urlencode()}"
    return found

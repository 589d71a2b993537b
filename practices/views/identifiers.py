"""The permanent identifier: it leads to the page for people, and to what programs read for those who ask for that."""

import json
from collections.abc import Callable

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils.cache import patch_vary_headers

from portal.lib.cross_origin import readable_from_anywhere
from portal.lib.public_page import public_page
from practices.labels import address
from practices.linked_data import as_json_ld, as_turtle
from practices.models import Practice, Submission
from practices.models.choices import Status
from practices.open_data.practice import bare, one
from practices.whole import records


def _record(found: QuerySet[Submission]) -> Submission:
    [record] = records(Q(pk__in=found.values("pk")))
    return record


# By the media type that is asked for, the ending of the address that has it.
KINDS = {"text/html": "", "application/json": "json", "application/ld+json": "jsonld", "text/turtle": "ttl"}
WRITTEN: dict[str, Callable[[QuerySet[Submission]], str]] = {
    "json": lambda found: json.dumps(one(found.get()), ensure_ascii=False),
    "jsonld": lambda found: as_json_ld(_record(found)),
    "ttl": lambda found: as_turtle(_record(found)),
}


@readable_from_anywhere
@public_page
def identified(request: HttpRequest, code: str) -> HttpResponse:
    """To the page of today or to the record, as the request asks; what was never published is not found.

    Each has an address of its own, so that no two texts share an ETag.
    """
    known = _known(code)
    kind = KINDS[request.get_preferred_type(list(KINDS)) or "text/html"]
    leads_to = known if known.removed_at else known.merged_into or known
    answer = redirect("identifiers:record", leads_to.code, kind) if kind else redirect(address(leads_to))
    patch_vary_headers(answer, ["Accept"])
    return answer


@readable_from_anywhere
@public_page
def record(request: HttpRequest, code: str, kind: str) -> HttpResponseBase:
    """What the practice's page says, for programs; of a removed one all that is left, of a duplicate the other."""
    if kind not in WRITTEN:
        raise Http404
    known = _known(code)
    if known.removed_at:
        return JsonResponse(bare(known), status=410, json_dumps_params={"ensure_ascii": False})
    if known.merged_into:
        return redirect("identifiers:record", known.merged_into.code, kind)
    found = Submission.objects.filter(practice=known, status=Status.PUBLISHED)
    media_type = next(name for name, ending in KINDS.items() if ending == kind)
    charset = "; charset=utf-8" if kind == "ttl" else ""
    return HttpResponse(WRITTEN[kind](found), content_type=f"{media_type}{charset}")


def _known(code: str) -> Practice:
    known = Practice.objects.ever_public().coded(code).select_related("merged_into").first()
    if known is None:
        raise Http404
    return known

"""What the combo boxes of the form ask for while somebody types: municipalities, authorities, published practices."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from networks import directory
from networks.models import Municipality
from portal.lib.text import fold
from practices.models import Submission
from practices.search.matching import matching, rank
from practices.search.query import Query

SHOWN = 12
LONGEST = 80
MOST_CODES = 60


def _answer(found: list[tuple[str, str]]) -> HttpResponse:
    return JsonResponse({"results": [{"value": value, "label": label} for value, label in found]})


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """Municipalities whose name begins so (`q`), or those of these codes (`codice`)."""
    text, codes = request.GET.get("q", "")[:LONGEST].strip(), request.GET.getlist("codice")[:MOST_CODES]
    towns = Municipality.objects.filter(belfiore_code__in=codes).select_related("province")
    if text:
        towns = Municipality.objects.all().matching(text)[:SHOWN]
    return _answer([(town.belfiore_code, str(town)) for town in towns])


@require_safe
def authorities(request: HttpRequest) -> HttpResponse:
    """Local authorities by their name, each with the page where one asks to act for it."""
    text = request.GET.get("q", "")[:LONGEST].strip()
    entries, _more = directory.search(name=text) if len(fold(text)) > 1 else ([], False)
    return _answer([(_page(entry), f"{entry.name}, {entry.place}") for entry in entries[:SHOWN]])


def _page(entry: directory.Entry) -> str:
    if entry.organisation:
        return reverse("desk:ask", args=[entry.organisation.slug])
    return reverse("desk:ask_for_town", args=[entry.municipality.slug if entry.municipality else ""])


@require_safe
def origins(request: HttpRequest) -> HttpResponse:
    """Published practices by their words, or by their code."""
    text = request.GET.get("q", "")[:LONGEST].strip()
    number = text.upper().removeprefix("BP-")
    live: QuerySet[Submission] = Submission.objects.live().select_related("practice", "organisation")
    if number.isdecimal() and len(number) < 10:
        found = live.filter(practice=int(number))
    else:
        query = Query.parse(text)
        best = [rank(query)] if query.terms else []
        found = live.filter(matching(query)).order_by(*best, "-published_at", "-pk")
    return _answer([(s.practice.code, f"{s.practice.code} – {s.title}, {s.organisation}") for s in found[:SHOWN]])

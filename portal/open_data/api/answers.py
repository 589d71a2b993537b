"""What every answer of the API has in common: JSON, readable from anywhere, and errors in the form of RFC 9457."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from portal.lib.cross_origin import METHODS, readable_from_anywhere
from portal.lib.public_page import public_page
from portal.oversize import too_large

PROBLEM = "application/problem+json"
View = Callable[..., HttpResponseBase]


def answer(content: Any, *, links: tuple[str, ...] = ()) -> JsonResponse:
    """What was asked for; `links` to other pages of it stand in the header beside the one to the description."""
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False})
    description = f'<{settings.SITE_URL}{reverse("api:description")}>; rel="service-desc"'
    response.headers["Link"] = ", ".join([*links, description])
    return response


def problem(status: int, title: str, detail: str, **more: Any) -> JsonResponse:
    """What is wrong, for people and for programs."""
    content = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return JsonResponse(content, status=status, content_type=PROBLEM, json_dumps_params={"ensure_ascii": False})


def api(view: View) -> View:
    """A public page that answers programs: also that there is nothing, or that they may only read.

    Nobody's session counts here, so that there is nothing to forge.
    """
    page = public_page(view)

    @csrf_exempt  # nosemgrep: csrf-exempt  # it only reads, and answers 405 to a POST
    @readable_from_anywhere
    @wraps(page)
    def answering(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in METHODS.split(", "):
            refused = problem(405, _("Solo lettura"), _("Qui si può solo leggere, con GET."))
            refused.headers["Allow"] = METHODS
            return refused
        try:
            return page(request, *args, **kwargs)
        except Http404:
            return problem(404, _("Non c'è"), _("A questo indirizzo non c'è nulla."))

    return answering


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """For what no view has seen yet, such as a NUL character in the address; nothing has chosen a language by then either."""
    if isinstance(exception, RequestDataTooBig):
        # Of the fields of a form, which Django reads into the memory; files have the limit of the whole request.
        return too_large(request, settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0, is_text=True)
    if not request.path_info.startswith(reverse("api:index")):
        with translation.override(translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE):
            return render(request, "400.html", status=400)
    refused = problem(400, _("Richiesta non valida"), _("L'indirizzo contiene caratteri non ammessi."))
    refused.headers["Access-Control-Allow-Origin"] = "*"
    return refused

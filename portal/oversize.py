"""Requests that are larger than anything our pages send: refused before their body is read."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


class RequestSizeMiddleware:
    """413 as a page or, for our scripts, as JSON. A server in front may have a lower limit of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or ""
        if not length.isdecimal() or int(length) <= settings.REQUEST_MAX_BYTES:
            return self.get_response(request)
        if request.headers.get("Accept") == "application/json":
            return JsonResponse({"message": _("È troppo grande per essere inviato.")}, status=413)
        context = {"megabytes": settings.REQUEST_MAX_BYTES // 1024**2}
        return render(request, "413.html", context, status=413)

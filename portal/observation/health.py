"""`/healthz`: the process answers. `/readyz`: it can work. For machines, before anything looks at hosts, sessions or languages."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseNotFound, JsonResponse

from portal.observation.checks import NEEDED, look


class HealthMiddleware:
    """The first of all: a balancer asks by HTTP, by the number of the machine, and every few seconds."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        view = {"/healthz": alive, "/readyz": ready}.get(request.path_info)
        if view is None:
            return self.get_response(request)
        response = view(request) if request.method in {"GET", "HEAD"} else HttpResponseNotAllowed(["GET", "HEAD"])
        response.headers["Cache-Control"] = "no-store"
        return response


def alive(request: HttpRequest) -> HttpResponse:
    """Asks nobody."""
    return JsonResponse({"alive": True})


def ready(request: HttpRequest) -> HttpResponse:
    """503 where something is missing without which nobody is served well. Not for who comes through the proxy: it costs."""
    if "X-Forwarded-For" in request.headers:
        return HttpResponseNotFound()
    found = look()
    is_ready = all(found[name].ok for name in NEEDED)
    checks = {name: {"ok": check.ok, **check.figures} for name, check in found.items()}
    return JsonResponse({"ready": is_ready, "checks": checks}, status=200 if is_ready else 503)

"""Requests counted and timed for Prometheus, in files that the processes of a machine share. Only with METRICS_PORT.

No address and no parameter becomes a label: kinds of pages, as the resolver calls them.
"""

import os
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# The library looks for it while it is imported.
settings.METRICS_DIR.mkdir(parents=True, exist_ok=True)
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(settings.METRICS_DIR)

from prometheus_client import Counter, Histogram  # noqa: E402

REQUESTS = Counter("portal_requests", "Requests answered, by kind of page and class of status", ["page", "status"])
SECONDS = Histogram(
    "portal_request_seconds",
    "Seconds until an answer was ready, by kind of page",
    ["page"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


class MetricsMiddleware:
    """Health is not counted: it is asked before this."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = time.monotonic()
        response = self.get_response(request)
        page = _page(request)
        REQUESTS.labels(page, f"{response.status_code // 100}xx").inc()
        SECONDS.labels(page).observe(time.monotonic() - begun)
        return response


def _page(request: HttpRequest) -> str:
    if request.resolver_match:
        return request.resolver_match.view_name
    return "static" if request.path_info.startswith(settings.STATIC_URL) else "none"

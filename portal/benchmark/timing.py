"""What a page costs inside the server, told in a header of the answer. Only with BENCHMARK=1."""

import time
from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse

CONSTANT_PATH = "/misura/costante/"
_BYTES = b"x" * 20_000


class TimingMiddleware:
    """`Server-Timing`: the thread's CPU in milliseconds, and the number of queries."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        queries = 0

        def counted(execute: Callable[..., Any], *args: Any) -> Any:
            nonlocal queries
            queries += 1
            return execute(*args)

        start = time.thread_time()
        with connection.execute_wrapper(counted):
            response = self.get_response(request)
        spent = (time.thread_time() - start) * 1000
        response.headers["Server-Timing"] = f"cpu;dur={spent:.3f}, queries;dur={queries}"
        return response


@login_not_required
def constant(request: HttpRequest) -> HttpResponse:
    """What a view costs that does nothing: 20 KB that are always the same."""
    return HttpResponse(_BYTES)

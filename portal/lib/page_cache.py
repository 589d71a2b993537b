"""Whole public pages, kept from the first reader on until anything public changes.

A page is a function of its address and of `page_version`, which are its key: nothing kept is ever wrong, and what is old is not
asked for again. A page that was being rendered while something was published is kept under the version from before.
"""

from contextlib import suppress
from functools import partial
from hashlib import sha256

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import SimpleTemplateResponse
from redis.exceptions import RedisError

# Larger ones are rare, and would push many others out.
LARGEST = 256 * 1024  # bytes


def kept(request: HttpRequest, version: str) -> HttpResponse | None:
    """The page as it was made for somebody before."""
    try:
        found = caches["pages"].get(_key(request, version))
    except RedisError:
        # Without Redis pages are made anew: slower, and nobody is turned away.
        found = None
    if found is None:
        return None
    headers, body = found
    return HttpResponse(body, headers=headers)


def keep(request: HttpRequest, version: str, response: HttpResponseBase) -> None:
    """Keep it for the next reader, if it is the same for all of them and of a bounded size."""
    if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
        response.add_post_render_callback(partial(keep, request, version))
    elif isinstance(response, HttpResponse) and _is_for_all(response) and len(response.content) <= LARGEST:
        with suppress(RedisError):
            caches["pages"].set(_key(request, version), (dict(response.headers), response.content))


def _is_for_all(response: HttpResponse) -> bool:
    return response.status_code == 200 and not response.cookies and not response.has_header("Vary")


def _key(request: HttpRequest, version: str) -> str:
    """Of a fixed length, whatever somebody writes into an address."""
    return sha256(f"{version} {request.get_full_path()}".encode(errors="surrogatepass")).hexdigest()

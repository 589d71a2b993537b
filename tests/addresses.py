"""The names of the portal's public pages, as its addresses declare them, for the lists that have to hold each of them."""

from urllib.parse import urlsplit

from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.utils import translation

from portal.usage.counting import NOT_PAGES


def public_pages() -> set[str]:
    """Of every view with `@public_page`, but for what only machines ask for."""
    with translation.override("it"):
        return _public(get_resolver()) - NOT_PAGES


def _public(resolver: URLResolver, namespace: str = "") -> set[str]:
    found = set()
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            if getattr(entry.callback, "is_public", False):
                found.add(f"{namespace}{entry.name}")
        else:
            found |= _public(entry, f"{entry.namespace}:" if entry.namespace else namespace)
    return found


def name_of(address: str) -> str:
    """Of an address in Italian or English, with or without a query."""
    with translation.override("en" if address.startswith("/en/") else "it"):
        return resolve(urlsplit(address).path).view_name

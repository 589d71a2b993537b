"""What stands on a page: its tree, and what a reader reads in places of it."""

from collections import Counter
from typing import Any

from django.test import Client
from lxml import html


def page(client: Client, address: str, status: int = 200) -> Any:
    """The page's tree; no public page sets a cookie or varies by one."""
    response = client.get(address)
    assert response.status_code == status
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    return html.fromstring(response.content.decode())


def ids_twice(response: Any) -> list[str]:
    """What more than one element of the page is called; of what is no page nothing."""
    if response.streaming or not response.content or "html" not in response.get("Content-Type", ""):
        return []
    ids = Counter(html.fromstring(response.content.decode()).xpath("//@id"))
    return [name for name, times in ids.items() if times > 1]


def texts(tree: Any, path: str) -> list[str]:
    """What a reader reads at these places."""
    return [" ".join(node.text_content().split()) for node in tree.xpath(path)]


def facts(tree: Any, path: str = "//main") -> dict[str, str]:
    """The lists of facts, by their label."""
    return {
        " ".join(term.text_content().split()): " ".join(term.getnext().text_content().split())
        for term in tree.xpath(f"{path}//dl[contains(@class, 'facts')]/dt")
    }


def section(tree: Any, title: str) -> Any:
    """The section that this heading names."""
    [found] = tree.xpath(f"//section[@aria-labelledby=//h2[normalize-space()='{title}']/@id]")
    return found

"""What a first visit to a page weighs, compressed as the server sends it."""

import gzip
import re
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from portal.benchmark.load import fetch
from portal.benchmark.server import Site

PAGE = "/pratiche/"
ACCEPT = "Accept-Encoding: br, gzip\r\n"
_IMPORT = re.compile(r"""(?:\bfrom|\bimport)\s*\(?["']([^"']+)["']|@import\s+(?:url\()?["']?([^"')]+)""")
_FONT = re.compile(r"""@font-face\s*{[^}]*?url\(["']?([^"')]+\.woff2)""")


@dataclass(frozen=True)
class Weight:
    """Bytes of a page's HTML, of everything with it, file by file; scripts that hold up its drawing."""

    engine: str
    page: str
    html: int
    # The server leaves pages to the proxy before it, or to nobody: then they are counted as gzip makes them.
    is_compressed: bool
    files: dict[str, int]
    blocking_scripts: int

    @property
    def everything(self) -> int:
        """Bytes in all."""
        return self.html + sum(self.files.values())


def measure_weight(site: Site, *, tell: Callable[[str], object]) -> Weight:
    """The list of practices with its style sheets, scripts, pictures, and the fonts that our own style sheets declare."""
    tell(f"{site}: peso della prima visita")
    with site.serving() as server:
        html, is_compressed, text = _got(server.port, PAGE)
        named = _Named()
        named.feed(text)
        files: dict[str, int] = {}
        wanted = [urljoin(PAGE, address) for address in named.files]
        while wanted:
            path = urlsplit(wanted.pop()).path
            if path in files:
                continue
            files[path], _compressed, inside = _got(server.port, path)
            if path.endswith((".css", ".js")):
                wanted += [urljoin(path, one or other) for one, other in _IMPORT.findall(inside)]
            # Bootstrap Italia's sheets declare fonts of their own, which no page of ours uses.
            if path.endswith(".css") and "/bi/" not in path:
                wanted += [urljoin(path, font) for font in _FONT.findall(inside)]
    return Weight(site.engine, PAGE, html, is_compressed, files, named.blocking)


class _Named(HTMLParser):
    """The files that a page names and a browser fetches at once, and scripts that it waits for."""

    def __init__(self) -> None:
        super().__init__()
        self.files: list[str] = []
        self.blocking = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "link" and {"stylesheet", "icon", "preload", "modulepreload"} & set(found.get("rel", "").split()):
            self.files.append(found["href"])
        if tag == "script" and found.get("type", "") in ("", "module", "text/javascript"):
            self.files += [found["src"]] if found.get("src") else []
            self.blocking += not (found.get("type") == "module" or {"defer", "async"} & found.keys())
        if tag == "img" and found.get("loading") != "lazy":
            self.files.append(found["src"])

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)


def _got(port: int, path: str) -> tuple[int, bool, str]:
    """The bytes that go over the wire, whether the server compressed them, and the text."""
    _head, plain = fetch(port, path)
    head, body = fetch(port, path, ACCEPT)
    is_text = path.endswith((".css", ".js", ".svg", "/"))
    text = plain.decode() if is_text else ""
    if b"\r\ncontent-encoding:" in head.lower() or not is_text:
        return len(body), True, text
    return len(gzip.compress(plain)), False, text

"""The page types that are measured, found as a reader finds them: by following links."""

import re
from dataclasses import dataclass

from portal.benchmark.load import fetch

# About as common in generated texts (half have the one, a third the other, a fifth both) as «famiglie» and «scuola» in the
# fifty real practices of the demo (half, a quarter, a sixth).
COMMON = "genitori+studenti"
# Those that goals name.
HOME, LIST, LAST, PRACTICE, TERRITORY, TOWN = "home", "lista", "ultima pagina", "pratica", "territorio", "città"
WORDS, TAGGED, FEED = "due parole e un filtro", "parola chiave e ambito", "Atom"


@dataclass(frozen=True)
class Page:
    """A type of page with addresses of it."""

    name: str
    paths: tuple[str, ...]


def found(port: int) -> list[Page]:
    """Of each type some addresses; more than one where pages differ."""
    # The last that is full: the very last one has fewer rows, and would be no measure.
    last = max(1, _last_page(port) - 1)
    lists = [f"/pratiche/?pagina={number}" for number in range(1, min(last, 10) + 1)]
    practices = _links(port, lists, r"/pratiche/[\w-]+/")
    territories = _links(port, ["/regioni/"], r"/regioni/[\w-]+/")
    towns = _links(port, territories[:5], r"/comuni/[\w-]+/")
    return [
        Page(HOME, ("/",)),
        Page(LIST, tuple(lists)),
        Page(LAST, (f"/pratiche/?pagina={last}",)),
        Page(PRACTICE, tuple(practices[:20])),
        Page(TERRITORY, tuple(territories)),
        Page(TOWN, tuple(towns[:20])),
        Page("ambito", tuple(_links(port, ["/ambiti/"], r"/ambiti/[\w-]+/"))),
        Page(WORDS, (f"/pratiche/?q={COMMON}&ambito=casa", f"/pratiche/?q={COMMON}&ambito=lavoro")),
        Page(TAGGED, ("/pratiche/?parola=scuola&ambito=casa", "/pratiche/?parola=casa&ambito=lavoro")),
        Page(FEED, ("/pratiche/atom.xml",)),
        Page("statistiche", ("/statistiche/",)),
    ]


def static_file(port: int) -> str:
    """Our own style sheet, by its hashed name."""
    return _links(port, ["/"], r"/static/css/site\.[\w.]+css")[0]


def _links(port: int, pages: list[str], pattern: str) -> list[str]:
    wanted = re.compile(rf'href="({pattern})"')
    found: dict[str, None] = {}
    for page in pages:
        _head, body = fetch(port, page)
        found |= dict.fromkeys(link for link in wanted.findall(body.decode()) if link not in pages)
    return list(found)


def _last_page(port: int) -> int:
    _head, body = fetch(port, "/pratiche/")
    return max((int(number) for number in re.findall(r"pagina=(\d+)", body.decode())), default=1)

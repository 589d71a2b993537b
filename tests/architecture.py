"""Writes into docs/architecture.md what the code itself says: `python -m tests.architecture`.

    python -m tests.architecture --check         # says whether it would write something else

The page is written by hand but for what stands between `<!-- name -->` and `<!-- /name -->`: the rooms and their directions come
from import-linter's contracts in pyproject.toml and from the first paragraph of each room's docstring, the states from the table
of moderation. `tests/test_architecture.py` fails when the page says something else.
"""

import ast
import os
import re
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.utils import translation  # noqa: E402

from practices.moderation.diagram import states  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "architecture.md"
# Modules on one line of a box.
ON_A_LINE = 4


def contracts() -> list[dict[str, Any]]:
    """import-linter's, as they stand: who knows whom from the top to the bottom."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        found: list[dict[str, Any]] = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    return found


def modules(layer: str) -> list[str]:
    """Those that stand beside each other on a layer."""
    return re.split(r" [|:] ", layer)


def purpose(module: str) -> str:
    """What a room or module says of itself, in its first paragraph. One that says nothing is a mistake."""
    path = ROOT / module.replace(".", "/")
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    if not said:
        raise ValueError(
            f"{path.relative_to(ROOT)} needs a docstring: docs/architecture.md tells from it what the room is for."
        )
    return " ".join(said.split("\n\n")[0].split())


def directions(contract: dict[str, Any]) -> Iterator[str]:
    """One box a layer, the upper ones first; an arrow is who may know whom."""
    yield from ("```mermaid", "flowchart TB")
    for number, layer in enumerate(contract["layers"]):
        beside = modules(layer)
        sign = " | " if " | " in layer else " : "
        short = [re.sub(r"^practices\.", "", module) for module in beside]
        lines = [sign.join(short[start : start + ON_A_LINE]) for start in range(0, len(short), ON_A_LINE)]
        label = f"{sign.rstrip()}<br>".join(lines)
        yield f'    L{number}["{label}"]'
    yield "    " + " --> ".join(f"L{number}" for number in range(len(contract["layers"])))
    yield "```"


def rooms() -> Iterator[str]:
    """What each room of the first contract is for."""
    yield from ("| room | what it is for |", "|---|---|")
    for layer in contracts()[0]["layers"]:
        for module in modules(layer):
            yield f"| `{module.replace('.', '/')}` | {purpose(module)} |"


def moderation() -> Iterator[str]:
    with translation.override("it"):
        yield from list(states())


BLOCKS: dict[str, Callable[[], Iterator[str]]] = {
    "directions": lambda: directions(contracts()[0]),
    "rooms": rooms,
    "practices": lambda: directions(contracts()[1]),
    "states": moderation,
}


def written(page: str) -> str:
    """The page with its blocks as the code has them now."""
    for name, lines in BLOCKS.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->\n"
        before, found, rest = page.partition(begin)
        _old, closed, after = rest.partition(end)
        if not (found and closed):
            raise ValueError(f"docs/architecture.md has no place for {name}.")
        page = f"{before}{begin}" + "".join(f"{line}\n" for line in lines()) + f"{end}{after}"
    return page


def main(arguments: list[str]) -> None:
    """Write the page, or with `--check` only say that it is not what would be written."""
    page = PAGE.read_text(encoding="utf-8")
    if "--check" not in arguments:
        PAGE.write_text(written(page), encoding="utf-8")
    elif page != written(page):
        sys.exit("docs/architecture.md is old: python -m tests.architecture")


if __name__ == "__main__":
    main(sys.argv[1:])

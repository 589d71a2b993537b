"""`/componenti/`: every template of `templates/_components/` with its parameters and its examples."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from portal.gallery.examples import SEEN_IN, examples

FOLDER = Path(settings.BASE_DIR) / "templates" / "_components"


@dataclass(frozen=True)
class Component:
    """A template: what its first comments say, and what it looks like by the name of each example."""

    name: str
    parameters: list[str]
    seen_in: str
    examples: dict[str, SafeString]


@login_not_required
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """In the order of their names. One without examples is an error."""
    shown = examples(request)
    return render(request, "pages/components.html", {"components": [_component(path, shown, request) for path in files()]})


def files() -> list[Path]:
    """The templates of the folder."""
    return sorted(FOLDER.glob("*.html"))


def _component(path: Path, shown: dict[str, dict[str, dict[str, object]]], request: HttpRequest) -> Component:
    name = path.stem
    seen_in = SEEN_IN.get(name, "")
    contexts = {} if seen_in else shown[name]
    made = {title: render_to_string(f"_components/{path.name}", context, request) for title, context in contexts.items()}
    return Component(name, _comments(path), seen_in, made)


def _comments(path: Path) -> list[str]:
    """The comments with which it begins: they name its parameters."""
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()[:6]]
    return [line.removeprefix("{#").removesuffix("#}").strip() for line in lines if line.startswith("{#")]

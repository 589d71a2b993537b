"""Bootstrap Italia's files, taken from the package `design-django-theme`, which is not an installed app.

Its templates are broken under hashed static files, and most of its files are not used: only what the pages ask for is
let through. The style sheet names its `.map` file, which the hashed storage therefore wants to find.
"""

from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashed and compressed names, inside our JavaScript modules' imports too."""

    support_js_module_import_aggregation = True


PREFIX = "bi"
FONTS = [
    f"fonts/Titillium_Web/titillium-web-v10-latin-ext_latin-{weight}.woff2" for weight in ("300", "regular", "600", "700")
]
# The combo box of the forms, with the helper that it imports; each names its map.
COMBO_BOX = [
    f"{file}{ending}"
    for file in ("plugins/vendor/accessible-autocomplete.js", "_virtual/_commonjsHelpers.js")
    for ending in ("", ".map")
]
USED = {"css/bootstrap-italia.min.css", "css/bootstrap-italia.min.css.map", "svg/sprites.svg", *COMBO_BOX, *FONTS}


def assets_folder() -> Path:
    """Where the package keeps its files; found without importing it."""
    spec = find_spec("bootstrap_italia_template")
    if spec is None or spec.origin is None:
        raise RuntimeError("design-django-theme is not installed: see requirements.txt")
    return Path(spec.origin).parent / "static"


class BootstrapItaliaFinder(BaseFinder):
    """Finds `bi/…`, and only the files in USED."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        self.storage = FileSystemStorage(location=assets_folder())
        self.storage.prefix = PREFIX  # type: ignore[attr-defined]
        super().__init__(*args, **kwargs)

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        name = path.removeprefix(f"{PREFIX}/")
        found = self.storage.path(name) if path.startswith(f"{PREFIX}/") and name in USED else None
        if find_all:
            return [found] if found else []
        return found or []

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        for name in sorted(USED):
            yield name, self.storage

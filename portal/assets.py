"""Bootstrap Italia's files, taken from the package `design-django-theme`, which is not an installed app.

Its templates are broken under hashed static files, and most of its files are not used: only what the pages ask for is
let through. Of the style sheet's rules less than a tenth is used: `collectstatic` leaves out the others, while development
and tests have them all.
"""

import re
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from posixpath import dirname, normpath
from typing import Any

import lightningcss
from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

PREFIX = "bi"
STYLE_SHEET = f"{PREFIX}/css/bootstrap-italia.min.css"
# What every page has, in one file; as it is written it imports the others.
SITE = "css/site.css"
# Where a class can be named: templates, forms, scripts.
NAMING = ("templates/**/*.html", *(f"{room}/**/*.py" for room in ("portal", "practices", "agreements", "networks")))


class HashedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashed and compressed names, inside our JavaScript modules' imports too; one style sheet, of what is used."""

    support_js_module_import_aggregation = True

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """The style sheet that imports the others holds them; Bootstrap Italia's is in no file but this."""
        if SITE in paths and not dry_run:
            bundle = ContentFile(_bundled(paths))
            self.delete(SITE)
            self.save(SITE, bundle)
            paths = {name: found for name, found in paths.items() if name != STYLE_SHEET} | {SITE: (self, SITE)}
        yield from super().post_process(paths, dry_run, **options)


def _bundled(paths: dict[str, Any]) -> str:
    """Of Bootstrap Italia's classes those that a template, form, script or style sheet of ours has as a word, even by chance."""

    def text(name: str) -> str:
        storage, path = paths[name]
        with storage.open(path) as file:
            return str(file.read().decode())

    naming = [file.read_text(encoding="utf-8") for pattern in NAMING for file in settings.BASE_DIR.glob(pattern)]
    naming += [
        text(name)
        for name in paths
        if name.endswith((".js", ".css")) and name != STYLE_SHEET and not name.startswith("admin/")
    ]
    words = {word for each in naming for word in re.findall(r"[\w-]+", each)}
    defined = set(re.findall(r"\.(-?[A-Za-z_][\w-]*)", text(STYLE_SHEET)))
    # The combo box puts the names of its parts together: `autocomplete` and `__menu`.
    unused = {name for name in defined - words if name.partition("__")[0] not in words or "__" not in name}
    sheet = re.sub(r'@import url\("(.+)"\);', lambda named: text(normpath(f"{dirname(SITE)}/{named[1]}")), text(SITE))
    return str(lightningcss.process_stylesheet(sheet, unused_symbols=unused))


FONTS = [
    f"fonts/Titillium_Web/titillium-web-v10-latin-ext_latin-{weight}.woff2" for weight in ("300", "regular", "600", "700")
]
# The combo box of the forms, with the helper that it imports; each names its map.
COMBO_BOX = [
    f"{file}{ending}"
    for file in ("plugins/vendor/accessible-autocomplete.js", "_virtual/_commonjsHelpers.js")
    for ending in ("", ".map")
]
USED = {STYLE_SHEET.removeprefix(f"{PREFIX}/"), *COMBO_BOX, *FONTS}


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

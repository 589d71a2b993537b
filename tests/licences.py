"""The licence of every package that is installed: `python -m tests.licences`. Ends with 1 where one does not fit ours.

    python -m tests.licences --quiet             # says only what does not fit

What runs with the portal (requirements.txt) becomes one work with it, and has to be compatible with AGPL-3.0-or-later. What only
develops it (requirements-dev.txt) is run beside it and given to nobody: there any free licence will do. Licences are what each
package says of itself in its metadata. Packages that this machine does not need are named and not judged.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from importlib import metadata
from pathlib import Path
from typing import cast

ROOT = Path(__file__).resolve().parent.parent

# May be part of a work under the AGPL, version 3 or later: https://www.gnu.org/licenses/license-list.html
COMPATIBLE = {
    *("0BSD", "AGPL-3.0-only", "AGPL-3.0-or-later", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "CC-BY-4.0"),
    *("GPL-2.0-or-later", "GPL-3.0-only", "GPL-3.0-or-later", "ISC", "LGPL-2.1-or-later", "LGPL-3.0-only"),
    *("LGPL-3.0-or-later", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0", "PSF-2.0", "Unlicense", "Zlib"),
}
# Free, and not compatible with the GPL.
FREE = {"CNRI-Python"}
# What packages that have no SPDX expression write in its place. Which of the BSD licences is meant some do not say: all of them fit.
WORDS = {
    "3-clause BSD": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD 2-Clause License": "BSD-2-Clause",
    "BSD License": "BSD-3-Clause",
    "GNU General Public License v3 or later (GPLv3+)": "GPL-3.0-or-later",
    "GPLv3+": "GPL-3.0-or-later",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
# Read in the package's own licence file, because its metadata do not say it.
READ = {
    "axe-playwright-python": "MIT AND MPL-2.0",  # with axe-core inside
}


@dataclass(frozen=True)
class Package:
    """A pinned package, and its licence as an SPDX expression; None where it is not installed."""

    name: str
    version: str
    licence: str | None
    is_of_the_portal: bool

    @property
    def fits(self) -> bool:
        allowed = COMPATIBLE if self.is_of_the_portal else COMPATIBLE | FREE
        return self.licence is None or is_allowed(self.licence, allowed)


def is_allowed(expression: str, allowed: set[str]) -> bool:
    """Whether one of the licences to choose from is allowed in all its parts. Brackets are for a person to judge."""
    return any(all(part in allowed for part in choice.split(" AND ")) for choice in expression.split(" OR "))


def licence_of(name: str) -> str | None:
    """The expression of the standard, else the old field, else the classifiers; what is not understood stays as it is."""
    try:
        said = cast(Message, metadata.metadata(name))
    except metadata.PackageNotFoundError:
        return None
    if expression := READ.get(name) or said.get("License-Expression"):
        return str(expression)
    field = said.get("License") or ""
    if is_allowed(WORDS.get(field, field), COMPATIBLE | FREE):
        return WORDS.get(field, field)
    classifiers = [one.rpartition(" :: ")[2] for one in said.get_all("Classifier", []) if one.startswith("License :: ")]
    return " AND ".join(WORDS.get(one, one) for one in classifiers) or field.partition("\n")[0] or "unknown"


def packages() -> Iterator[Package]:
    """Every pinned package once: those of the portal, then those of its development."""
    seen: set[str] = set()
    for file in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / file).read_text(encoding="utf-8")
        for name, version in re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==([^\s;\\]+)", text, re.MULTILINE):
            if name not in seen:
                seen.add(name)
                yield Package(name, version, licence_of(name), file == "requirements.txt")


def main(arguments: list[str]) -> None:
    found = list(packages())
    for one in found:
        if one.fits and "--quiet" in arguments:
            continue
        use = "portal" if one.is_of_the_portal else "development"
        fault = "" if one.fits else "  <-- does not fit AGPL-3.0-or-later"
        print(f"{one.name:28}{one.version:20}{use:13}{one.licence or 'not installed here'}{fault}")
    if unfit := [one.name for one in found if not one.fits]:
        sys.exit(f"To be replaced, or to be read and named in tests/licences.py: {', '.join(unfit)}")


if __name__ == "__main__":
    main(sys.argv[1:])

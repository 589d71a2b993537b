"""What is installed: each package of one version and by its hash, and none for which an advisory is known."""

import re
import tomllib
from pathlib import Path

import pytest
from django.conf import settings
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(settings.BASE_DIR)
FILES = sorted(path.name for path in ROOT.glob("requirements*.txt"))
FLOORS = tomllib.loads((ROOT / ".ci" / "floors.toml").read_text(encoding="utf-8"))


def pinned(file: str) -> list[tuple[str, Version, int]]:
    """Each package of a file: its name, version, and how many hashes it may have."""
    text = (ROOT / file).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    found = []
    for line in lines:
        requirement = Requirement(re.split(r"\s+--hash=", line)[0])
        [specifier] = requirement.specifier
        assert specifier.operator == "=="
        found.append((requirement.name.lower(), Version(specifier.version), line.count("--hash=sha256:")))
    return found


@pytest.mark.parametrize("file", FILES)
def test_each_package_is_of_one_version_and_known_by_its_hash(file: str) -> None:
    found = pinned(file)
    assert len(found) > 20
    assert [name for name, _version, hashes in found if not hashes] == []


@pytest.mark.parametrize("file", FILES)
def test_no_file_names_where_packages_come_from(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    assert re.findall(r"https?://|--(?:extra-)?index-url|--find-links", text) == []


@pytest.mark.parametrize("file", FILES)
def test_none_is_older_than_an_advisory_allows(file: str) -> None:
    old = [
        f"{name} {version} < {FLOORS[name]['least']}: {FLOORS[name]['advisory']}"
        for name, version, _hashes in pinned(file)
        if name in FLOORS and version < Version(FLOORS[name]["least"])
    ]
    assert old == []


def test_every_floor_is_of_a_package_that_is_used() -> None:
    used = {name for file in FILES for name, _version, _hashes in pinned(file)}
    assert set(FLOORS) - used == set()

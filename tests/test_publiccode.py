"""publiccode.yml has what version 0.7 of the standard wants, and says what is so.

The keys, their types and their limits are written here after the standard's own text (docs/standard/schema.core.rst in its
repository); 0.7 lets the section of a country go, in favour of `supports` and `organisation`.
"""

import re
import tomllib
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from django.conf import settings
from PIL import Image

from tests.screenshots import CATALOGUE, WINDOW, path_of

# As names, not as dates: that is for YAML to tell, and everything here is text.
PLATFORMS = {"web", "windows", "mac", "linux", "ios", "android"}
STATUSES = {"concept", "development", "beta", "stable", "obsolete"}
TYPES = {
    *(f"standalone/{kind}" for kind in ("mobile", "iot", "desktop", "web", "backend", "other")),
    *("addon", "library", "configurationFiles"),
}
MAINTENANCE = {"internal", "contract", "community", "none"}
# Of the vocabularies of the standard, those that this file uses.
CATEGORIES = {"content-management", "data-collection", "knowledge-management", "workflow-management"}
SCOPES = {"local-authorities", "society", "welfare"}
KNOWN = {
    *(
        "publiccodeYmlVersion",
        "name",
        "applicationSuite",
        "url",
        "landingURL",
        "isBasedOn",
        "softwareVersion",
        "releaseDate",
    ),
    *("logo", "platforms", "categories", "usedBy", "fundedBy", "roadmap", "developmentStatus", "softwareType"),
    *("organisation", "intendedAudience", "description", "legal", "maintenance", "localisation", "dependsOn", "supports"),
}


def texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, str) and one.strip() for one in value)


def text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def languages(value: Any) -> bool:
    return texts(value) and all(re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", one) for one in value)


MANDATORY: dict[str, Callable[[Any], bool]] = {
    "publiccodeYmlVersion": lambda value: value == "0.7",
    "name": text,
    "url": lambda value: text(value) and value.startswith("https://"),
    "platforms": lambda value: texts(value) and set(value) <= PLATFORMS,
    "developmentStatus": lambda value: value in STATUSES,
    "softwareType": lambda value: value in TYPES,
    "description": lambda value: isinstance(value, dict) and bool(value),
    "legal.license": lambda value: value == "AGPL-3.0-or-later",
    "maintenance.type": lambda value: value in MAINTENANCE,
    "localisation.localisationReady": lambda value: isinstance(value, bool),
    "localisation.availableLanguages": languages,
}
OPTIONAL: dict[str, Callable[[Any], bool]] = {
    "categories": lambda value: texts(value) and set(value) <= CATEGORIES,
    "intendedAudience.scope": lambda value: texts(value) and set(value) <= SCOPES,
    "intendedAudience.countries": lambda value: value == ["IT"],
    "supports": lambda value: all(list(one) == ["id"] and re.match(r"alias:\w+$|https://", one["id"]) for one in value),
    "dependsOn.open": lambda value: all(text(one["name"]) for one in value),
}


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((settings.BASE_DIR / "publiccode.yml").read_text(encoding="utf-8"))
    return read


def at(found: dict[str, Any], path: str) -> Any:
    value: Any = found
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def test_every_mandatory_key_is_there_and_of_its_type(found: dict[str, Any]) -> None:
    assert {path for path, right in MANDATORY.items() if not right(at(found, path))} == set()
    assert {path for path, right in OPTIONAL.items() if at(found, path) is not None and not right(at(found, path))} == set()
    assert set(found) <= KNOWN


def test_each_language_is_described_within_the_limits(found: dict[str, Any]) -> None:
    assert set(found["description"]) == {"it", "en"}
    for said in found["description"].values():
        assert 0 < len(said["shortDescription"]) <= 150
        assert "\n" not in said["shortDescription"]
        assert 150 <= len(said["longDescription"]) <= 10_000
        assert texts(said["features"])
        assert 5 <= len(said["features"]) <= 20


def test_the_screenshots_are_whole_windows_and_all_that_are_taken(found: dict[str, Any]) -> None:
    shown = {name for said in found["description"].values() for name in said["screenshots"]}
    assert shown == {path_of(shot).relative_to(settings.BASE_DIR).as_posix() for shot in CATALOGUE}
    for name in shown:
        with Image.open(settings.BASE_DIR / name) as picture:
            assert (picture.format, picture.size) == ("PNG", WINDOW)


def test_the_version_is_the_one_that_was_released(found: dict[str, Any]) -> None:
    """As in pyproject.toml and in the newest heading of CHANGELOG.md that has a date; until there is one, nothing is said."""
    released = re.search(
        r"^## \[?([\d.]+)\]? - (\d{4}-\d\d-\d\d)$",
        (settings.BASE_DIR / "CHANGELOG.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    said = found.get("softwareVersion"), str(found.get("releaseDate")) if "releaseDate" in found else None
    assert said == (released.groups() if released else (None, None))
    if released:
        project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        assert project["version"] == released[1]


def test_what_stands_in_for_an_address_is_said_to(found: dict[str, Any]) -> None:
    """Of a domain for examples: then the README says so. The true one comes with the administration that publishes it."""
    readme = (settings.BASE_DIR / "README.md").read_text(encoding="utf-8")
    is_placeholder = found["url"].startswith("https://example.org/")
    assert is_placeholder == ("segnaposto" in readme)
    assert is_placeholder == ("organisation" not in found)


def test_the_languages_are_those_of_the_portal(found: dict[str, Any]) -> None:
    assert found["localisation"]["availableLanguages"] == [code for code, _name in settings.LANGUAGES]


def test_who_maintains_it_is_said_in_full_or_not_at_all(found: dict[str, Any]) -> None:
    """`contract` wants contractors, `internal` and `community` want people; nobody is made up."""
    maintenance = found["maintenance"]
    wanted = {"contract": {"contractors"}, "internal": {"contacts"}, "community": {"contacts"}, "none": set()}
    assert set(maintenance) - {"type"} == wanted[maintenance["type"]]
    for contact in maintenance.get("contacts", []):
        assert text(contact["name"])
    for contractor in maintenance.get("contractors", []):
        assert text(contractor["name"])
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", str(contractor["until"]))


def test_who_publishes_it_is_an_address_of_its_own_where_it_is_said(found: dict[str, Any]) -> None:
    organisation = found.get("organisation")
    assert organisation is None or re.match(r"urn:x-italian-pa:\w+$|https://", organisation["uri"])

"""Under which licences this is, and what it is made with."""

import tomllib

import pytest
from django.conf import settings

from tests import licences

ROOT = settings.BASE_DIR


def test_every_package_may_be_used() -> None:
    """When this fails: read the package's licence; then replace it, or name it in tests/licences.py."""
    found = list(licences.packages())
    assert len(found) > 100
    assert [f"{one.name}: {one.licence}" for one in found if not one.fits] == []


@pytest.mark.parametrize(
    ("expression", "is_allowed"),
    [
        ("MIT", True),
        ("BSD-2-Clause AND MIT", True),
        ("SSPL-1.0 OR MIT", True),
        ("MIT OR SSPL-1.0 AND BSD-3-Clause", True),
        ("MIT AND SSPL-1.0", False),
        ("GPL-2.0-only", False),
        ("(MIT OR SSPL-1.0) AND MIT", False),  # for a person to judge
        ("Other/Proprietary License", False),
        ("unknown", False),
    ],
)
def test_what_is_allowed(expression: str, is_allowed: bool) -> None:
    assert licences.is_allowed(expression, licences.COMPATIBLE) == is_allowed


def test_the_portal_itself_takes_no_licence_that_development_alone_may_have() -> None:
    regex = {"name": "regex", "version": "1", "licence": "Apache-2.0 AND CNRI-Python"}
    assert not licences.Package(**regex, is_of_the_portal=True).fits
    assert licences.Package(**regex, is_of_the_portal=False).fits


def test_every_file_is_under_a_licence_whose_text_is_here() -> None:
    with (ROOT / "REUSE.toml").open("rb") as file:
        annotations = tomllib.load(file)["annotations"]
    assert annotations[0]["path"] == "**"
    assert {one["SPDX-License-Identifier"] for one in annotations} == {path.stem for path in (ROOT / "LICENSES").iterdir()}
    assert (ROOT / "LICENSE").read_bytes() == (ROOT / "LICENSES" / "AGPL-3.0-or-later.txt").read_bytes()

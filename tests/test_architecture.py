"""The page about the architecture says what the code says."""

from tests import architecture


def test_the_page_is_what_its_command_writes() -> None:
    """When this fails: `python -m tests.architecture`, or `.ci/check --mend`, which does that too."""
    page = architecture.PAGE.read_text(encoding="utf-8")
    assert page == architecture.written(page)

"""That the tests which docs/security.md names exist: a promise whose test has gone is none."""

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")


def test_each_promise_names_tests_that_exist() -> None:
    rows = [
        line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith(("| | promise", "| promise"))
    ]
    assert len(rows) > 20
    assert [row for row in rows if not re.search(r"`(test_\w+\.py|\.ci/\w+)`", row)] == []
    named = set(re.findall(r"`(test_\w+\.py)`", PAGE))
    assert sorted(name for name in named if not (ROOT / "tests" / name).is_file()) == []


def test_every_class_of_failure_has_its_line() -> None:
    assert re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE) == [str(number) for number in range(1, 15)]

"""That the guards which `python -m tests.mutations` takes away are still where it looks for them, and its tests too."""

from pathlib import Path

import pytest
from django.conf import settings

from tests.mutated import MUTATIONS, Mutation
from tests.mutations import copied

ROOT = Path(settings.BASE_DIR)


def test_there_are_enough_of_them_each_once() -> None:
    assert len(MUTATIONS) >= 25
    assert len({one.guard for one in MUTATIONS}) == len(MUTATIONS)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda one: one.guard)
def test_each_stands_once_where_it_is_looked_for_and_its_tests_exist(mutation: Mutation, tmp_path: Path) -> None:
    text = (ROOT / mutation.file).read_text(encoding="utf-8")
    (tmp_path / mutation.file).parent.mkdir(parents=True)
    (tmp_path / mutation.file).write_text(text, encoding="utf-8")
    mutation.apply(tmp_path)
    changed = (tmp_path / mutation.file).read_text(encoding="utf-8")
    assert changed != text
    compile(changed, mutation.file, "exec")
    assert [name for name in mutation.tests if not (ROOT / name).is_file()] == []


def test_a_guard_that_has_moved_is_told(tmp_path: Path) -> None:
    (tmp_path / "file.py").write_text("twice twice")
    with pytest.raises(ValueError, match=r"a guard: stands 2 times in file\.py"):
        Mutation("a guard", "file.py", "twice", "", ()).apply(tmp_path)


def test_it_tries_a_copy_of_what_is_there(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    assert (copy / "manage.py").read_bytes() == (ROOT / "manage.py").read_bytes()
    assert not (copy / ".venv").exists()

"""What all tests share: the browser, and why it is missing where it is."""

import fcntl
import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction

from tests.demo import Demo

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def pytest_sessionstart() -> None:
    """Looking for garbage again and again among all that Django has loaded takes a fifth of the tests' time."""
    gc.set_threshold(200_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    on_sqlite = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    for item in items:
        if item.get_closest_marker("browser"):
            # What they run is measured by quicker tests.
            item.add_marker(pytest.mark.no_cover)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="Chromium is not installed (apt-get install chromium)"))
        if item.get_closest_marker("postgresql") and on_sqlite:
            item.add_marker(pytest.mark.skip(reason="needs PostgreSQL: set DATABASE_URL=postgres://…"))


@pytest.fixture(scope="module")
def rows_of_module(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """What is written after this one, by a fixture of the whole module, is made once and undone at the module's end.

    Each test's own changes are undone at its own end, as always. For rows that are costly to make and that every test of the
    module finds: a test without them belongs into another module.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def queue(db: None, settings: Any) -> None:
    """Mails are put into the queue, as outside the tests, and nobody has used up any limit."""
    settings.EMAIL_BACKEND = "portal.lib.mail.QueueBackend"
    cache.clear()


@pytest.fixture(scope="session")
def made_demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """A demo on SQLite as its first start leaves it, made once for all the processes of the tests: to be copied, not changed."""
    together = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        together = together.parent
    demo = Demo(together / "demo")
    with (together / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Printed last.
        if not demo.said.exists():
            demo.prepare()
    return demo


@pytest.fixture
def own_demo(made_demo: Demo, tmp_path: Path) -> Demo:
    """Such a demo for one test."""
    return made_demo.copied(tmp_path / "demo")


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """Debian's Chromium, started once."""
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread; the tests themselves are synchronous.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()

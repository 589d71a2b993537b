"""What all tests share: the browser, and why it is missing where it is."""

import fcntl
import gc
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.cache import cache
from django.db import transaction

from networks.models import User
from practices.models import Submission
from practices.moderation import officer
from tests import make
from tests.demo import Demo

MadeOnce: TypeAlias = Callable[[str, Callable[[Path], object]], Path]
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


def is_of_both_engines(item: pytest.Item) -> bool:
    """Whether it asks the tests' database, or says that it looks at the engine without it."""
    asks = item.get_closest_marker("django_db") or {"db", "transactional_db", "django_db_setup"} & set(item.fixturenames)  # type: ignore[attr-defined]
    return bool(asks) or item.get_closest_marker("engine") is not None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    on_sqlite = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    for item in items:
        if item.get_closest_marker("browser"):
            # What they run is measured by quicker tests.
            item.add_marker(pytest.mark.no_cover)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="Chromium is not installed (apt-get install chromium)"))
        if not on_sqlite and not is_of_both_engines(item):
            item.add_marker(pytest.mark.skip(reason="asks no database, or one of its own: runs with SQLite's tests"))
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
def made_once(tmp_path_factory: pytest.TempPathFactory) -> MadeOnce:
    """Makes a folder once for all the processes of the tests: to be read or copied, not changed."""
    together = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        together = together.parent

    def make(name: str, fill: Callable[[Path], object]) -> Path:
        folder, made = together / name, together / f"{name}.made"
        with (together / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not made.exists():
                folder.mkdir()
                fill(folder)
                made.touch()
        return folder

    return make


@pytest.fixture(scope="session")
def made_demo(made_once: MadeOnce) -> Demo:
    """A demo on SQLite as its first start leaves it: to be copied, not changed."""
    return Demo(made_once("demo", lambda folder: Demo(folder).prepare()))


@pytest.fixture
def own_demo(made_demo: Demo, tmp_path: Path, request: pytest.FixtureRequest) -> Demo:
    """Such a demo for one test."""
    return made_demo.copied(tmp_path / "demo", is_measured=request.node.get_closest_marker("browser") is None)


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


@pytest.fixture
def by(transactional_db: None) -> User:
    """An officer who can sign in, for a browser's test."""
    person = make.officer_of(make.organisation())
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


@pytest.fixture
def draft(by: User) -> Submission:
    """What she is writing."""
    return officer.start(make.organisation(), by=by, at=make.NOW, values=make.values())

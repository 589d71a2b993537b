"""Two nodes on one PostgreSQL, Redis and storage: what one publishes the other shows, and one that dies is not missed."""

import secrets
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings as ours
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection
from django.urls import reverse
from environs import Env

from networks.models import User
from portal import environment
from practices.models import Submission
from practices.moderation import editor, officer
from tests import make, s3
from tests.accounts import confirmed
from tests.nodes import Browser, Node, ask, redis
from tests.samples import full_draft

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.no_cover,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not shutil.which("redis-server"), reason="redis-server is not installed (apt-get install redis-server)"
    ),
]
TITLE = "Portierato di due macchine"


@pytest.fixture
def shared(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """What the nodes have in common: the variables of deploy/env.sample, and the process of Redis."""
    found = connection.settings_dict
    with s3.serving() as storage, redis(tmp_path) as (cache, process):
        for name, value in storage.environment.items():
            monkeypatch.setenv(name, value)
        settings.STORAGES = {**settings.STORAGES, **environment.storages(Env(), tmp_path)}
        variables = {
            "SECRET_KEY": secrets.token_urlsafe(50),
            "ALLOWED_HOSTS": "localhost",
            "DATABASE_URL": "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**found),
            "CACHE_URL": cache,
            "BEHIND_PROXY": "1",
            "TRUSTED_PROXIES": "1",
            "RELEASE": "prova",
            **storage.environment,
        }
        yield {"variables": variables, "redis": process}


@pytest.fixture
def nodes(shared: dict[str, Any], tmp_path: Path) -> Iterator[list[Node]]:
    made = [Node(shared["variables"], tmp_path / name) for name in ("a", "b")]
    collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
    subprocess.run(collect, cwd=ours.BASE_DIR, env={**shared["variables"], "DATA_DIR": str(made[0].folder)}, check=True)
    made[1].folder.mkdir()
    (made[1].folder / "static").symlink_to(made[0].folder / "static")
    try:
        for node in made:
            node.begin()
        for node in made:
            node.wait()
        yield made
    finally:
        for node in made:
            node.stop()


def waiting() -> tuple[Submission, User]:
    """A case that an editor is about to publish."""
    of = make.organisation()
    by = make.officer_of(of)
    someone = confirmed(make.editor_user("redazione@example.org"))
    # The tests' quick hash is none that production knows.
    User.objects.filter(pk=someone.pk).update(password=PBKDF2PasswordHasher().encode(make.PASSWORD, "sale", 1000))
    sent = officer.submit(full_draft(of, by, title=TITLE), by=by, at=make.later(1), similar_seen=True)
    return editor.take(sent, by=someone, at=make.later(2)), someone


def log_in(browser: Browser, node: Node, other: Node, person: User) -> None:
    """Address and password on one node, the code on the other: the session is shared."""
    page = browser.send(node, reverse("account_login"), "desk-form", login=person.email, password=make.PASSWORD)
    counter = next(iter(yield_hotp_counters_from_time()))
    code = str(format_hotp_value(hotp_value("PROVAPROVAPROVA2", counter + 1)))
    assert page["Location"] == reverse("mfa_authenticate")
    assert browser.send(other, page["Location"], "desk-form", code=code)["Location"] == "/admin/"


def test_what_one_publishes_the_other_shows_and_one_that_dies_is_not_missed(
    nodes: list[Node], shared: dict[str, Any]
) -> None:
    case, person = waiting()
    one, other = nodes
    listing = reverse("practices:list")
    before = [ask(node, listing) for node in nodes]
    assert [TITLE in page.content.decode() for page in before] == [False, False]
    assert before[0]["ETag"] == before[1]["ETag"]

    browser = Browser()
    log_in(browser, one, other, person)
    decision = reverse("admin:practices_submission_decide", args=[case.pk, "pubblica"])
    assert browser.send(one, decision, "case-form", confirm="1").status_code == 302
    # The other one first, which has not heard of it.
    after = [ask(node, listing) for node in (other, one)]
    assert [TITLE in page.content.decode() for page in after] == [True, True]
    assert (after[0]["ETag"], after[0]["ETag"] != before[0]["ETag"]) == (after[1]["ETag"], True)
    live = Submission.objects.select_related("practice").get(pk=case.pk)
    public = [listing, reverse("practices:practice", args=[live.practice.slug]), reverse("home")]
    public += [file.address() for file in live.attachments.all()]
    for path in public:
        pages = [ask(node, path) for node in nodes]
        assert [page.status_code for page in pages] == [200, 200], path
        assert (pages[0].content, pages[0]["ETag"]) == (pages[1].content, pages[1]["ETag"]), path
        assert ask(other, path, **{"If-None-Match": pages[0]["ETag"]}).status_code == 304, path

    answered = under_load(nodes, public)
    assert answered["failed"] == []
    # It died while it was answering, and reading went on without it.
    assert answered["asked again"] > 0
    assert answered["after"] > 20

    # Without Redis pages are made anew, and are the same.
    shared["redis"].kill()
    shared["redis"].wait()
    page = ask(other, listing)
    assert (page.status_code, page["ETag"], page.content) == (200, after[0]["ETag"], after[0].content)


def under_load(nodes: list[Node], paths: list[str]) -> dict[str, Any]:
    """Six readers, whose proxy asks the other node when one does not answer; the first node is killed among them."""
    killed, done = threading.Event(), threading.Event()
    failed: list[str] = []
    counts = {"asked again": 0, "after": 0}
    lock = threading.Lock()

    def read(first: int) -> None:
        number = first
        while not done.is_set():
            number += 1
            path, order = paths[number % len(paths)], nodes if number % 2 else nodes[::-1]
            was_killed = killed.is_set()
            try:
                status = ask(order[0], path).status_code
            except OSError as error:
                if not was_killed and not killed.wait(5):
                    failed.append(f"{path}: {error}")
                with lock:
                    counts["asked again"] += 1
                status = ask(order[1], path).status_code
            if status != 200:
                failed.append(f"{path}: {status}")
            elif was_killed:
                with lock:
                    counts["after"] += 1

    readers = [threading.Thread(target=read, args=(n,)) for n in range(6)]
    for reader in readers:
        reader.start()
    time.sleep(1)
    nodes[0].kill()
    killed.set()
    ends = time.monotonic() + 20
    while counts["after"] <= 20 and time.monotonic() < ends:
        time.sleep(0.05)
    done.set()
    for reader in readers:
        reader.join()
    return {**counts, "failed": failed}

"""Limits hold for all processes together, on one machine and on several, and whatever a header pretends."""

import secrets
import shutil
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from django.urls import reverse

from tests.demo import Demo
from tests.nodes import Browser, Node, redis

pytestmark = pytest.mark.no_cover
RESET = reverse("account_reset_password")
WITH_REDIS = pytest.param(
    "redis",
    marks=pytest.mark.skipif(
        not shutil.which("redis-server"), reason="redis-server is not installed (apt-get install redis-server)"
    ),
)


@pytest.fixture(params=["folder", WITH_REDIS], scope="module")
def nodes(request: pytest.FixtureRequest, made_demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Node]]:
    """Two servers in front of one SQLite database, with the settings of production, behind one proxy."""
    tmp_path = tmp_path_factory.mktemp("nodes")
    own_demo = made_demo.copied(tmp_path / "demo")
    with ExitStack() as stack:
        shared = f"file://{tmp_path / 'cache'}"
        if request.param == "redis":
            shared = stack.enter_context(redis(tmp_path))[0]
        variables = {
            "SECRET_KEY": secrets.token_urlsafe(50),
            "ALLOWED_HOSTS": "localhost",
            "DATABASE_URL": f"sqlite:///{own_demo.folder / 'portale.sqlite3'}",
            "CACHE_URL": shared,
            "BEHIND_PROXY": "1",
            "TRUSTED_PROXIES": "1",
        }
        made = []
        for name in ("a", "b"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "static").symlink_to(own_demo.folder / "static")
            made.append(Node(variables, tmp_path / name))
            made[-1].begin()
            stack.callback(made[-1].stop)
        for node in made:
            node.wait()
        yield made


class Somebody(Browser):
    """Behind the proxy: it tells the address that it sees, after what the request says of itself."""

    def __init__(self, at: str) -> None:
        super().__init__()
        self.at = at
        self.asked = 0

    def _asked(self, node: Node, path: str, **options: str):  # type: ignore[no-untyped-def]
        self.asked += 1
        forged = f"203.0.113.{self.asked}, 198.51.100.{self.asked}"
        return super()._asked(node, path, **options, **{"X-Forwarded-For": f"{forged}, {self.at}"})


def test_twenty_links_for_new_passwords_a_minute_whichever_process_is_asked(nodes: list[Node]) -> None:
    somebody, another = Somebody("192.0.2.1"), Somebody("192.0.2.2")
    found = [somebody.send(nodes[n % 2], RESET, "desk-form", email=f"persona{n}@example.org").status_code for n in range(22)]
    assert found == [302] * 20 + [429] * 2
    assert another.send(nodes[0], RESET, "desk-form", email="altra@example.org").status_code == 302


def test_asking_for_all_of_them_at_once_gives_no_more(nodes: list[Node]) -> None:
    def ask(n: int) -> int:
        return Somebody("192.0.2.3").send(nodes[n % 2], RESET, "desk-form", email=f"persona{n}@example.org").status_code

    with ThreadPoolExecutor(8) as crowd:
        found = Counter(crowd.map(ask, range(48)))
    assert set(found) == {302, 429}
    # Who does not get hold of the counter in time is refused too.
    assert 0 < found[302] <= 20


def test_five_wrong_passwords_close_a_door_in_every_process(nodes: list[Node]) -> None:
    """Each from somewhere else."""
    login = reverse("account_login")
    said = [
        Somebody(f"192.0.2.{n + 10}").send(
            nodes[n % 2], login, "desk-form", login="redazione1@demo.example", password="sbagliata"
        )
        for n in range(6)
    ]
    assert ["Troppi tentativi non riusciti" in one.content.decode() for one in said] == [False] * 5 + [True]

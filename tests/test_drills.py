"""The short form of every fault drill, on the engine of these tests where the engine matters. The long one, on both: `python -m tests.drills`."""

from collections.abc import Iterator

import pytest
from django.db import connection

from tests.drills import clock, disk_full, killed, mail, postgresql_restarted, races, sqlite_writers
from tests.drills.disks import may_mount
from tests.drills.outcome import Outcome
from tests.drills.site import Engine, Postgresql, Sqlite, engines

# They are processes of their own, and what they run is measured by quicker tests.
pytestmark = [pytest.mark.no_cover, pytest.mark.engine]
on_sqlite = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="of SQLite, or the same on both engines: runs with SQLite's tests"
)


@pytest.fixture(scope="module")
def made() -> Iterator[list[Engine]]:
    with engines(Sqlite.name if connection.vendor == "sqlite" else Postgresql.name) as found:
        yield found


def whole(outcomes: list[Outcome], number: int) -> None:
    """So many drills, each with something acknowledged and its goal reached."""
    assert [str(one) for one in outcomes if not one.is_reached or not one.acknowledged] == []
    assert [(one.lost, one.doubled if "sender" not in one.drill else 0, one.in_part) for one in outcomes] == [
        (0, 0, 0)
    ] * number


def test_workers_and_masters_are_killed(made: list[Engine]) -> None:
    whole(killed.run(True, made), 1)


@pytest.mark.postgresql
def test_postgresql_is_restarted(made: list[Engine]) -> None:
    whole(postgresql_restarted.run(True, made), 1)


@on_sqlite
def test_many_write_into_one_file(made: list[Engine]) -> None:
    whole(sqlite_writers.run(True, made), 2)


@pytest.mark.skipif(not may_mount(), reason="only root may mount a small disk")
def test_a_disk_is_full(made: list[Engine]) -> None:
    whole(disk_full.run(True, made), 3)


def test_editors_and_officers_race(made: list[Engine]) -> None:
    whole(races.run(True, made), 2)


@on_sqlite
def test_the_mail_server_is_away_and_the_sender_is_killed(made: list[Engine]) -> None:
    whole(mail.run(True, made), 4)


@on_sqlite
def test_the_clock_is_set_back(made: list[Engine]) -> None:
    whole(clock.run(True, made), 1)

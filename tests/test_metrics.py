"""Figures for Prometheus: requests of every process by kind of page, what waits, whether all is well; to this machine alone."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from socket import create_connection
from urllib.request import urlopen

import pytest
from django.conf import settings as ours
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from environs import Env
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from portal.observation import variables
from portal.observation.figures import PortalCollector, forget
from practices.models.choices import Status
from tests import make
from tests.demo import free_port, listens
from tests.nodes import Node, ask
from tests.test_health import queued

SECRET = "canarinosegreto"


def figures(text: str) -> dict[tuple[str, ...], float]:
    """By name and the values of the labels."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


# What waits --------------------------------------------------------------------------------------------------------
def asked() -> dict[tuple[str, ...], float]:
    registry = CollectorRegistry()
    registry.register(PortalCollector())
    return figures(generate_latest(registry).decode())


@pytest.mark.django_db
def test_what_waits_is_told_as_the_database_has_it() -> None:
    make.submission(Status.DRAFT, title="Una bozza")
    make.submission(Status.UNDER_REVIEW, title="In esame")
    queued(3)
    found = asked()
    cases = {labels[0]: number for (name, *labels), number in found.items() if name == "portal_cases"}
    assert cases == {**dict.fromkeys(Status.values, 0), "draft": 1, "under_review": 1}
    # Mails to the editors, which the case has caused, are of now.
    assert found["portal_mails_waiting",] >= 1
    assert found["portal_oldest_mail_seconds",] == pytest.approx(3 * 3600, abs=300)
    assert found["portal_oldest_case_seconds",] > 0
    assert found["portal_free_bytes",] > 0
    ok = {labels[0]: number for (name, *labels), number in found.items() if name == "portal_ok"}
    assert ok == {"database": 1, "migrations": 1, "storage": 1, "space": 1, "mails": 0}


@pytest.mark.django_db
def test_where_nothing_waits_the_ages_are_nothing() -> None:
    found = asked()
    assert (found["portal_oldest_case_seconds",], found["portal_oldest_mail_seconds",]) == (0, 0)


def test_without_the_database_it_tells_that_it_is_gone() -> None:
    """Without the mark pytest-django refuses every connection."""
    found = asked()
    assert (found["portal_ok", "database"], found["portal_ok", "storage"]) == (0, 1)
    assert [name for name, *_labels in found if name.startswith(("portal_cases", "portal_mails"))] == []


# Real processes ----------------------------------------------------------------------------------------------------
@contextmanager
def serving(variables: dict[str, str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, str(Path(ours.BASE_DIR) / "manage.py"), "metrics"]
    process = subprocess.Popen(command, env=variables, stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while not listens(port):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def read(port: int) -> dict[tuple[str, ...], float]:
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as answer:
        text = answer.read().decode()
    assert SECRET not in text
    return figures(text)


def test_the_requests_of_all_processes_are_counted_by_kind_of_page(tmp_path: Path) -> None:
    port = free_port()
    variables = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATA_DIR": str(tmp_path),
        "METRICS_PORT": str(port),
        **{name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")},
    }
    nodes = [Node(variables, tmp_path), Node(variables, tmp_path)]
    try:
        for node in nodes:
            node.begin()
        for node in nodes:
            node.wait()
        for node in nodes:
            for path in (f"/{SECRET}/", f"/en/{SECRET}/?q={SECRET}", f"/static/{SECRET}", "/csp/", "/healthz", "/readyz"):
                ask(node, path)
        with serving(variables, port):
            found = read(port)
            requests = {
                tuple(labels): number for (name, *labels), number in found.items() if name == "portal_requests_total"
            }
            # Two processes; nobody counts who asks for their health.
            assert requests == {("none", "4xx"): 4, ("static", "4xx"): 2, ("csp_report", "4xx"): 2}
            assert found["portal_request_seconds_count", "none"] == 4
            # Of this machine alone: another of its own addresses finds nobody.
            with pytest.raises(ConnectionRefusedError), closing(create_connection(("127.0.0.2", port), timeout=5)):
                pass
            # A worker that ends takes no count with it, and the next start of the command forgets it.
            nodes[0].stop()
            assert read(port)["portal_request_seconds_count", "none"] == 4
        with serving(variables, port):
            assert read(port)["portal_request_seconds_count", "none"] == 2
    finally:
        for node in nodes:
            node.stop()


def test_counts_of_processes_that_run_are_kept(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    names = [f"counter_{os.getpid()}.db", "histogram_1.db", f"counter_{ended.pid}.db", "altro.db"]
    for name in names:
        (tmp_path / name).touch()
    forget(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(set(names) - {f"counter_{ended.pid}.db"})


# The option --------------------------------------------------------------------------------------------------------
def test_without_the_option_nothing_is_counted_and_the_command_says_what_to_set() -> None:
    assert [name for name in ours.MIDDLEWARE if "metrics" in name] == []
    with pytest.raises(CommandError, match="METRICS_PORT"):
        call_command("metrics")


@pytest.mark.parametrize(("said", "found"), [("", 0), ("0", 0), ("9464", 9464)])
def test_the_port_is_what_the_environment_says(monkeypatch: pytest.MonkeyPatch, said: str, found: int) -> None:
    monkeypatch.setenv("METRICS_PORT", said)
    assert variables.metrics_port(Env()) == found


@pytest.mark.parametrize("said", ["80", "70000", "-1", "nove", "127.0.0.1:9464"])
def test_a_port_that_is_none_stops_the_start(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv("METRICS_PORT", said)
    with pytest.raises(ImproperlyConfigured, match="METRICS_PORT must be a free port"):
        variables.metrics_port(Env())

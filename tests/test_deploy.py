"""What is in deploy/: that it names what there is, since no test can start containers, and how the variables are read."""

import re
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from django.conf import settings
from django.test import Client

from portal.observation.request_id import HEADER

DEPLOY = Path(settings.BASE_DIR) / "deploy"
NODES = {"node1", "node2"}


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    return found


def test_every_variable_of_a_node_is_explained(services: dict[str, Any]) -> None:
    explained = re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=", (DEPLOY / "env.sample").read_text(), re.MULTILINE)
    for name in (*NODES, "prepare"):
        assert set(services[name]["environment"]) - set(explained) == set(), name


def test_the_nodes_differ_in_their_names_and_counts_alone(services: dict[str, Any]) -> None:
    assert [services[name].pop("hostname") for name in sorted(NODES)] == sorted(NODES)
    assert [services[name].pop("volumes") for name in sorted(NODES)] == [
        [f"usage{n}:/srv/data/usage", f"runs{n}:/srv/data/runs", "backups:/srv/backups"] for n in (1, 2)
    ]
    assert services["node1"] == services["node2"]


def test_they_find_each_other_by_name(services: dict[str, Any]) -> None:
    said = services["node1"]["environment"]
    # A variable's name in the address is no address.
    hosts = {
        urlsplit(re.sub(r"\$\{[^}]+\}", "x", said[name])).hostname
        for name in ("DATABASE_URL", "CACHE_URL", "S3_ENDPOINT_URL")
    }
    assert set(services) == {*hosts, *NODES, "nginx", "prepare"}
    proxy = (DEPLOY / "nginx.conf").read_text()
    assert set(re.findall(r"server (\w+):8000", proxy)) == NODES
    assert services["storage"]["volumes"] == [f"files:/data/{said['S3_BUCKET']}"]
    assert services["storage"]["environment"]["VGW_REGION"] == said["S3_REGION"]


def test_the_probes_ask_for_what_there_is_and_readiness_is_not_told_outside(services: dict[str, Any]) -> None:
    asked = re.findall(
        r"http://127\.0\.0\.1:8000(/\w+)", (DEPLOY / "Containerfile").read_text() + str(services["node1"]["healthcheck"])
    )
    assert asked == ["/healthz", "/readyz"]
    assert Client().get("/healthz").status_code == 200
    proxy = (DEPLOY / "nginx.conf").read_text()
    assert re.search(r"location = /readyz \{\s+return 404;", proxy)
    # What readers' addresses are in is not written, and the code of a request is the proxy's.
    assert "access_log off;" in proxy
    assert f"proxy_set_header {HEADER} $request_id;" in proxy
    assert services["nginx"]["depends_on"] == {name: {"condition": "service_healthy"} for name in sorted(NODES)}


def test_images_are_named_with_their_version(services: dict[str, Any]) -> None:
    for name, service in services.items():
        image, _colon, version = service["image"].partition(":")
        assert re.fullmatch(r"(\w+/)?[a-z-]+", image), name
        assert re.match(r"v?\d|\$\{RELEASE:\?\}", version), name


def test_the_image_has_all_of_the_portal_and_no_root() -> None:
    lines = (DEPLOY / "Containerfile").read_text().splitlines()
    copied = {line.split()[1] for line in lines if line.startswith("COPY")} - {"manage.py", "requirements.txt"}
    assert copied == {"portal", "networks", "agreements", "practices", "templates", "static", "locale", "fixtures"}
    assert [line for line in lines if line.startswith("USER")] == ["USER portal"]


# The variables ---------------------------------------------------------------------------------------------------
def read(tmp_path: Path, said: str) -> subprocess.CompletedProcess[str]:
    """What a program gets of this file, not started by root; the script is as it is, but for the place of the file."""
    script, file = tmp_path / "deploy" / "esegui", tmp_path / "env"
    (tmp_path / "bin").mkdir(exist_ok=True)
    (tmp_path / "bin" / "id").write_text("#!/bin/sh\necho 1000\n")
    (tmp_path / "bin" / "id").chmod(0o755)
    script.parent.mkdir(exist_ok=True)
    script.write_text((DEPLOY / "esegui").read_text().replace("</etc/buone-pratiche/env", f"<{file}"))
    file.write_text(said)
    return subprocess.run(
        ["sh", script, "env", "--null"],
        env={"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


def variables(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    """Those of the portal."""
    assert (done.returncode, done.stderr) == (0, "")
    found = dict(each.split("=", 1) for each in done.stdout.split("\0") if each)
    return {name: value for name, value in found.items() if name not in {"PATH", "PWD", "OLDPWD", "_"}}


def test_every_line_of_the_sample_is_read_as_it_stands(tmp_path: Path) -> None:
    sample = re.sub(r"^# ([A-Z][A-Z0-9_]+=)", r"\1", (DEPLOY / "env.sample").read_text(), flags=re.MULTILINE)
    lines = [line for line in sample.splitlines() if line and not line.startswith("#")]
    assert len(lines) > 40
    assert variables(read(tmp_path, sample)) == dict(line.split("=", 1) for line in lines)


def test_no_sign_of_a_value_means_anything(tmp_path: Path) -> None:
    values = {
        "DOLLAR": "a$b&c;d|e`f`(g)<h>$(i)${j}",
        "QUOTES": 'Nome dell\'amministrazione «detta "X"»',
        "SLASHES": r"a\b\\c\n",
        "HASH": "a #b",
        "STARS": "* ? [a] ~ !",
        "EQUALS": "a=b=c",
        "EMPTY": "",
        "QUOTE": '"',
    }
    said = "".join(f"{name}={value}\n" for name, value in values.items())
    quoted = 'DOUBLE="Via, numero"\nSINGLE=\'$a "b"\'\n\n  # comment\nLAST=without an end'
    assert variables(read(tmp_path, said + quoted)) == {
        **values,
        "DOUBLE": "Via, numero",
        "SINGLE": '$a "b"',
        "LAST": "without an end",
    }


def test_a_line_that_is_no_variable_stops_it(tmp_path: Path) -> None:
    for line in ("BODY_NAME Comune", "rm -r /=x", "-n=x"):
        done = read(tmp_path, f"{line}\n")
        assert done.returncode != 0, line
        assert (line.partition("=")[0] in done.stderr, done.stdout) == (True, ""), line


def test_nothing_else_reads_the_file_of_the_variables() -> None:
    """Two readers have two rules."""
    found = {
        path.name
        for path in DEPLOY.rglob("*")
        if path.is_file()
        and re.search(r"^[^#]*(EnvironmentFile=|<\s*\S*/env\b|\. \S*/env\b)", path.read_text(), re.MULTILINE)
    }
    assert found == {"esegui"}


def test_every_unit_runs_a_script_that_is_here_and_may_be_run() -> None:
    lines = [line for path in (DEPLOY / "systemd").glob("*.service") for line in path.read_text().splitlines()]
    run = [line.partition("=")[2].split()[0] for line in lines if line.startswith("ExecStart=")]
    assert {path.rpartition("/")[0] for path in run} == {"/srv/buone-pratiche/portale/deploy"}
    scripts = {DEPLOY / path.rpartition("/")[2] for path in run} | {DEPLOY / "prepara", DEPLOY / "accendi"}
    assert [path.name for path in sorted(scripts) if not path.stat().st_mode & 0o111] == []

"""What is in deploy/: that it names what there is, since no test can start containers."""

import re
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
    assert [services[name].pop("volumes") for name in sorted(NODES)] == [[f"usage{n}:/srv/data/usage"] for n in (1, 2)]
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

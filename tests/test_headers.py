"""What browsers are told where no address of the table answers: errors, production, and the proxy in front."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from portal.features import NOBODYS, OURS, POLICY
from tests.headers import missing
from tests.test_settings import start

ROOT = Path(settings.BASE_DIR)


def asked(what: str) -> Any:
    client = Client(enforce_csrf_checks=what == "forged form", raise_request_exception=False)
    match what:
        case "NUL in the address":
            return client.get("/pratiche/?q=%00")
        case "nothing there":
            return client.get("/non-esiste/")
        case "refused method":
            return client.delete("/pratiche/")
        case "forged form":
            return client.post("/accesso/login/", {"login": "x", "password": "x"})
        case "too large":
            return client.post("/accesso/login/", CONTENT_LENGTH=str(settings.REQUEST_MAX_BYTES + 1))
        case "unknown host":
            return client.get("/", headers={"Host": "altrove.example"})
    return client.get("/pratiche")  # led to the address with the slash


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("what", "status"),
    [
        ("NUL in the address", 400),
        ("nothing there", 404),
        ("refused method", 405),
        ("forged form", 403),
        ("too large", 413),
        ("unknown host", 400),
        ("without the slash", 301),
    ],
)
def test_what_goes_wrong_is_as_closed_as_the_rest(what: str, status: int) -> None:
    response = asked(what)
    assert (response.status_code, missing("", response)) == (status, [])


def test_the_features_that_are_used_are_allowed_and_no_others() -> None:
    scripts = "".join(path.read_text() for path in (ROOT / "static" / "js").glob("*.js"))
    used = {
        "clipboard-write": "navigator.clipboard" in scripts,
        "web-share": "navigator.share" in scripts,
        "publickey-credentials-create": True,  # allauth's own script
        "publickey-credentials-get": True,
    }
    assert {name for name, is_used in used.items() if is_used} == set(OURS)
    assert len(NOBODYS) == len(set(NOBODYS)) > 20
    assert set(re.findall(r"([\w-]+)=\(\)", POLICY)) == set(NOBODYS)


def test_production_is_reached_by_https_alone(tmp_path: Path) -> None:
    code = (
        "from django.test import Client; client = Client(headers={'Host': 'example.org'}); "
        "secure = client.get('/api/v1/x?y=%00', secure=True); plain = client.get('/accesso/login/'); "
        "print([secure.status_code, dict(secure.headers), plain.status_code, plain['Location'], "
        "settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY, "
        "settings.SESSION_COOKIE_SAMESITE, settings.CSRF_COOKIE_SAMESITE])"
    )
    done = start(tmp_path, code)
    status, headers, *rest = ast.literal_eval(done.stdout)
    assert (status, headers["Strict-Transport-Security"]) == (400, "max-age=31536000; includeSubDomains; preload")
    assert rest == [301, "https://example.org/accesso/login/", True, True, True, "Lax", "Lax"]


def test_the_proxy_in_front_says_nothing_else() -> None:
    """A header that nginx adds would stand beside ours or take its place."""
    proxy = (ROOT / "deploy" / "nginx.conf").read_text()
    assert re.findall(r"add_header|proxy_hide_header|more_set_headers|proxy_ignore_headers", proxy) == []
    assert "return 301 https://$host$request_uri;" in proxy

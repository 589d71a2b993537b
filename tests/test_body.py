"""The public body that runs the portal, from the environment; and the check that tells what the law wants."""

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from environs import Env

from portal import body
from portal.body import MANDATORY, Body, check_body, read
from tests.test_settings import start

GOOD = {
    "BODY_NAME": " Direzione di prova ",
    "BODY_ADDRESS": "Via di prova 1",
    "BODY_TELEPHONE": "+39 06-123 456",
    "BODY_EMAIL": "ufficio@example.org",
    "BODY_PEC": "pec@example.org",
    "BODY_IPA_CODE": "prova",
    "BODY_DPO_EMAIL": "rpd@example.org",
    "BODY_ACCESSIBILITY_URL": "https://form.agid.gov.it/view/prova",
    "BODY_TRANSPARENCY_URL": "https://example.org/trasparente",
}


def from_environment(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Body:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return read(Env())


def test_without_a_variable_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert from_environment(monkeypatch) == Body()


def test_what_the_environment_says_with_the_office_for_data_and_security(monkeypatch: pytest.MonkeyPatch) -> None:
    found = from_environment(monkeypatch, **GOOD)
    assert found == Body(
        name="Direzione di prova",
        address="Via di prova 1",
        telephone="+39 06-123 456",
        email="ufficio@example.org",
        pec="pec@example.org",
        ipa_code="prova",
        dpo_email="rpd@example.org",
        privacy_email="ufficio@example.org",
        accessibility_url="https://form.agid.gov.it/view/prova",
        transparency_url="https://example.org/trasparente",
        security_contact="mailto:ufficio@example.org",
    )
    assert found.telephone_link == "+3906123456"


@pytest.mark.parametrize(
    ("said", "contact"),
    [
        ("sicurezza@example.org", "mailto:sicurezza@example.org"),
        ("mailto:sicurezza@example.org", "mailto:sicurezza@example.org"),
        ("https://example.org/sicurezza", "https://example.org/sicurezza"),
    ],
)
def test_the_contact_for_security_is_an_address_or_a_page(monkeypatch: pytest.MonkeyPatch, said: str, contact: str) -> None:
    assert from_environment(monkeypatch, BODY_SECURITY_CONTACT=said).security_contact == contact


@pytest.mark.parametrize(
    ("variable", "value", "hint"),
    [
        ("BODY_EMAIL", "ufficio", "BODY_EMAIL is not an e-mail address: ufficio"),
        ("BODY_PEC", "pec@", "BODY_PEC is not an e-mail address"),
        ("BODY_DPO_EMAIL", "a b@example.org", "BODY_DPO_EMAIL is not an e-mail address"),
        ("BODY_SECURITY_CONTACT", "http://example.org", "BODY_SECURITY_CONTACT is not an e-mail address"),
        (
            "BODY_ACCESSIBILITY_URL",
            "https://example.org/x",
            "BODY_ACCESSIBILITY_URL must begin with https://form.agid.gov.it/",
        ),
        ("BODY_TRANSPARENCY_URL", "javascript:alert(1)", "BODY_TRANSPARENCY_URL must begin with https://"),
    ],
)
def test_what_is_wrong_stops_the_start(monkeypatch: pytest.MonkeyPatch, variable: str, value: str, hint: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=hint):
        from_environment(monkeypatch, **{variable: value})


def test_the_check_tells_each_that_the_law_wants(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.BODY = Body()
    assert [warning.msg.partition(" ")[0] for warning in check_body(None)] == [name for name, _norm in MANDATORY.values()]
    assert {warning.id for warning in check_body(None)} == {"portal.W001"}
    settings.BODY = from_environment(monkeypatch, **GOOD)
    assert check_body(None) == []


def test_in_production_the_deployment_check_says_what_is_missing(tmp_path: Path) -> None:
    asked = "from django.core.management import call_command; call_command('check', deploy=True, fail_level='WARNING')"
    done = start(tmp_path, asked, MAIL_FROM="x@example.org", **{**GOOD, "BODY_PEC": None})
    assert done.returncode != 0
    assert "(portal.W001) BODY_PEC is not set: art. 13" in done.stderr
    done = start(tmp_path, asked, MAIL_FROM="x@example.org", **GOOD)
    assert done.returncode == 0, done.stderr


def test_every_mandatory_field_is_one(tmp_path: Path) -> None:
    assert {name for name in MANDATORY if not hasattr(Body(), name)} == set()
    sample = (Path(body.__file__).parent.parent / "deploy" / "env.sample").read_text(encoding="utf-8")
    for variable, _norm in MANDATORY.values():
        explained = sample[: sample.index(f"# {variable}=")].rpartition("\n\n")[2]
        assert explained.startswith("# * "), variable

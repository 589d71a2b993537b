"""The public body that runs the portal: what its footer and its notes have to say by law, read from the environment.

Nothing of it is needed to start: what is missing is not shown, and `check --deploy` tells what the law wants. What is there
and wrong stops the start.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email
from environs import Env

ACCESSIBILITY_FORM = "https://form.agid.gov.it/"
# The check that tells what of it is missing.
MISSING = "portal.W001"
# What the law wants on the page, by field, with the variable and the norm.
MANDATORY = {
    "name": ("BODY_NAME", "art. 53, D.Lgs. 82/2005"),
    "address": ("BODY_ADDRESS", "art. 53, D.Lgs. 82/2005"),
    "email": ("BODY_EMAIL", "art. 13, c. 1, lett. d, D.Lgs. 33/2013"),
    "pec": ("BODY_PEC", "art. 13, c. 1, lett. d, D.Lgs. 33/2013"),
    "dpo_email": ("BODY_DPO_EMAIL", "art. 13, par. 1, lett. b, GDPR"),
    "accessibility_url": ("BODY_ACCESSIBILITY_URL", "art. 3-quater, L. 4/2004"),
    "transparency_url": ("BODY_TRANSPARENCY_URL", "art. 9, D.Lgs. 33/2013"),
}


@dataclass(frozen=True)
class Body:
    """Empty strings for what is not said."""

    name: str = ""
    address: str = ""
    telephone: str = ""
    email: str = ""
    pec: str = ""
    ipa_code: str = ""
    dpo_email: str = ""
    privacy_email: str = ""
    accessibility_url: str = ""
    transparency_url: str = ""
    security_contact: str = ""

    @property
    def telephone_link(self) -> str:
        """The number as a `tel:` link wants it, from one that people read."""
        return "".join(sign for sign in self.telephone if sign.isdigit() or sign == "+")


def read(env: Env) -> Body:
    """What the environment says; whom to write to about one's data and about holes in the portal is else the office."""
    email: str = env.str("BODY_EMAIL", "").strip()
    body = Body(
        name=env.str("BODY_NAME", "").strip(),
        address=env.str("BODY_ADDRESS", "").strip(),
        telephone=env.str("BODY_TELEPHONE", "").strip(),
        email=email,
        pec=env.str("BODY_PEC", "").strip(),
        ipa_code=env.str("BODY_IPA_CODE", "").strip(),
        dpo_email=env.str("BODY_DPO_EMAIL", "").strip(),
        privacy_email=env.str("BODY_PRIVACY_EMAIL", "").strip() or email,
        accessibility_url=env.str("BODY_ACCESSIBILITY_URL", "").strip(),
        transparency_url=env.str("BODY_TRANSPARENCY_URL", "").strip(),
        security_contact=_security(env.str("BODY_SECURITY_CONTACT", "").strip() or email),
    )
    for variable, address in (
        ("BODY_EMAIL", body.email),
        ("BODY_PEC", body.pec),
        ("BODY_DPO_EMAIL", body.dpo_email),
        ("BODY_PRIVACY_EMAIL", body.privacy_email),
        ("BODY_SECURITY_CONTACT", body.security_contact.removeprefix("mailto:")),
    ):
        if address and not address.startswith("https://"):
            _check_email(variable, address)
    _check_start("BODY_ACCESSIBILITY_URL", body.accessibility_url, ACCESSIBILITY_FORM)
    _check_start("BODY_TRANSPARENCY_URL", body.transparency_url, "https://")
    return body


def _security(contact: str) -> str:
    """As RFC 9116 wants it: an address is a `mailto:`."""
    return contact if not contact or contact.startswith(("https://", "mailto:")) else f"mailto:{contact}"


def _check_email(variable: str, address: str) -> None:
    try:
        validate_email(address)
    except ValidationError as error:
        raise ImproperlyConfigured(f"{variable} is not an e-mail address: {address}") from error


def _check_start(variable: str, url: str, start: str) -> None:
    if url and not url.startswith(start):
        raise ImproperlyConfigured(f"{variable} must begin with {start}: {url}")


@register(Tags.security, deploy=True)
def check_body(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """What the law wants and the environment does not say."""
    return [
        Warning(f"{variable} is not set: {norm}.", hint="See deploy/env.sample.", id=MISSING)
        for name, (variable, norm) in MANDATORY.items()
        if not getattr(settings.BODY, name)
    ]

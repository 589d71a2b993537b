"""The demo's accounts: roles, not people."""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group

from networks import affiliations
from networks.models import Affiliation, Organisation, User
from networks.models.person import CHIEF_EDITORS, EDITORS

WORDS = [
    "acero",
    "airone",
    "alloro",
    "arancio",
    "betulla",
    "cedro",
    "ciliegio",
    "conchiglia",
    "corallo",
    "edera",
    "faggio",
    "felce",
    "fiume",
    "gelso",
    "ginepro",
    "girasole",
    "lago",
    "lanterna",
    "larice",
    "limone",
    "mandorlo",
    "melograno",
    "mirto",
    "monte",
    "nocciolo",
    "olivo",
    "onda",
    "ortica",
    "pesco",
    "pino",
    "pioppo",
    "primula",
    "quercia",
    "rovere",
    "salice",
    "sambuco",
    "sentiero",
    "tiglio",
    "timo",
    "vela",
    "vento",
    "viola",
]


@dataclass(frozen=True)
class Account:
    """An account of the demo: what it is for, and for whom it acts."""

    email: str
    name: str
    organisation: str = ""
    role: str = ""
    group: str = ""
    is_waiting: bool = False


ACCOUNTS = (
    Account(
        "collabora.reggio@demo.example", "Ufficio intercultura, Reggio Emilia", "comune-di-reggio-emilia", "contributor"
    ),
    Account("responsabile.reggio@demo.example", "Responsabile, Reggio Emilia", "comune-di-reggio-emilia", "manager"),
    Account(
        "attesa.reggio@demo.example",
        "Ufficio scuola, Reggio Emilia",
        "comune-di-reggio-emilia",
        "contributor",
        is_waiting=True,
    ),
    Account("torino@demo.example", "Ufficio integrazione, Torino", "comune-di-torino", "contributor"),
    Account(
        "rubicone@demo.example", "Servizi sociali, Unione del Rubicone", "unione-dei-comuni-del-rubicone", "contributor"
    ),
    Account("rete@demo.example", "Coordinamento della rete", "icei", "contributor"),
    Account("redazione1@demo.example", "Redazione (prima persona)", group=EDITORS),
    Account("redazione2@demo.example", "Redazione (seconda persona)", group=EDITORS),
    Account("caporedazione@demo.example", "Caporedazione", group=CHIEF_EDITORS),
)


def create(at: datetime) -> dict[str, str]:
    """Make the accounts; the passwords by e-mail address, made at this moment."""
    passwords = {}
    for account in ACCOUNTS:
        password = "-".join(secrets.choice(WORDS) for _n in range(4))
        user = User.objects.create_user(account.email, password, full_name=account.name, is_staff=bool(account.group))
        EmailAddress.objects.create(user=user, email=account.email, verified=True, primary=True)
        if account.group:
            user.groups.add(Group.objects.get(name=account.group))
        if account.is_waiting:
            organisation = Organisation.objects.get(slug=account.organisation)
            affiliations.request(organisation, by=user, at=at, message="Testo dimostrativo. Ufficio scuola del Comune.")
        elif account.organisation:
            Affiliation.objects.create(
                user=user,
                organisation=Organisation.objects.get(slug=account.organisation),
                role=account.role,
                status=Affiliation.Status.ACTIVE,
                active_from=at,
            )
        passwords[account.email] = password
    return passwords


def keep(passwords: dict[str, str], folder: Path) -> None:
    """Write the passwords where only the owner of the folder reads them, so that the next start can print them again."""
    path = folder / "accounts.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(passwords, indent=1), encoding="utf-8")


def kept(folder: Path) -> dict[str, str]:
    """The passwords of an earlier start, if they are still there."""
    path = folder / "accounts.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}

"""Code, site and mail of the organisations, from the *enti* of the public index IPA (https://www.indicepa.gov.it)."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db import transaction

from networks.models import Organisation
from networks.tables import Column, Row, read_table
from portal.lib.content_version import raise_version
from portal.lib.text import fold

MUNICIPALITIES, UNIONS = "L6", "L18"
MAILS = range(1, 6)
COLUMNS = {
    "ipa": Column("Codice_IPA", ("codice ipa",)),
    "name": Column("Denominazione_ente", ("denominazione ente",)),
    "category": Column("Codice_Categoria", ("codice categoria",)),
    "belfiore": Column("Codice_catastale_comune", ("codice catastale",)),
    "website": Column("Sito_istituzionale", ("sito istituzionale",)),
    **{f"mail{n}": Column(f"Mail{n}", (f"mail{n}",), n == 1) for n in MAILS},
    **{f"kind{n}": Column(f"Tipo_Mail{n}", (f"tipo mail{n}",), False) for n in MAILS},
}
FILLED = ["ipa_code", "website", "office_email"]


@dataclass
class Report:
    """What is filled in, by organisation; what could not be, with its line."""

    filled: list[str] = field(default_factory=list)
    complete: int = 0
    absent: list[str] = field(default_factory=list)
    unplaced: list[str] = field(default_factory=list)


@transaction.atomic
def import_bodies(data: bytes, *, apply: bool) -> Report:
    """Fill what is empty, never what somebody wrote. Comuni are found by their town's Belfiore code, unions by their name.

    Raises `WrongFile`. Certified mailboxes (PEC) are passed over: they are for deeds, and often at a provider's domain, from
    which anybody's address would seem the organisation's own.
    """
    report = Report()
    bodies = Organisation.objects.local_authorities().exclude(municipality__ceased_on__isnull=False)
    by_town = {body.municipality_id: body for body in bodies if body.municipality_id}
    unions = {body.sort_name: body for body in bodies if not body.municipality_id}
    codes = set(Organisation.objects.exclude(ipa_code="").values_list("ipa_code", flat=True))
    seen: dict[int, int] = {}
    changed = []
    for row in read_table(data, COLUMNS):
        cells = row.cells
        if cells["category"].upper() == MUNICIPALITIES:
            body = by_town.get(cells["belfiore"].upper())
        elif cells["category"].upper() == UNIONS:
            body = unions.get(fold(cells["name"]))
        else:
            continue
        if body is None:
            continue
        if body.pk in seen:
            report.unplaced.append(f"riga {row.line}: {body} è già alla riga {seen[body.pk]}.")
            continue
        seen[body.pk] = row.line
        if filled := _fill(body, row, codes, report):
            changed.append(body)
            report.filled.append(f"{body}: {', '.join(filled)}")
        else:
            report.complete += 1
    report.absent = sorted(body.name for body in bodies if body.pk not in seen)
    if apply and changed:
        Organisation.objects.bulk_update(changed, FILLED, batch_size=300)
        raise_version()
    return report


def _fill(body: Organisation, row: Row, codes: set[str], report: Report) -> list[str]:
    """Write onto the object what it lacks and the row has; what that was."""
    filled = []
    code = row.cells["ipa"].lower()
    if code and not body.ipa_code:
        if code in codes or len(code) > 20:
            report.unplaced.append(f"riga {row.line}: il codice IPA «{code}» è di un altro ente, o non è un codice.")
        else:
            codes.add(code)
            body.ipa_code = code
            filled.append(code)
    for column, value in (("website", _site(row)), ("office_email", _mail(row))):
        if value and not getattr(body, column):
            setattr(body, column, value)
            filled.append(value)
    return filled


def _site(row: Row) -> str:
    """The index often leaves the scheme out."""
    site = row.cells["website"]
    site = site if not site or "://" in site else f"https://{site}"
    try:
        URLValidator(schemes=["http", "https"])(site)
    except ValidationError:
        return ""
    return site if len(site) <= 200 else ""


def _mail(row: Row) -> str:
    """The first ordinary mailbox."""
    for n in MAILS:
        mail, kind = row.cells.get(f"mail{n}", "").lower(), row.cells.get(f"kind{n}", "").lower()
        if kind == "pec":
            continue
        try:
            validate_email(mail)
        except ValidationError:
            continue
        return mail
    return ""

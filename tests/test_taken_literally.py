"""What people write is text: no spreadsheet computes it, no template is made of it."""

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from post_office.models import Email

from agreements.models import Agreement
from networks.models import Network, Organisation
from practices import monitoring
from practices.models import Submission
from practices.models.choices import Status
from practices.monitoring import Said
from tests import make
from tests.news import news
from tests.samples import client_of

pytestmark = pytest.mark.django_db
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "'")
FORMULA = '=HYPERLINK("https://evil.example";"ok")'
TEMPLATE = "{{ 6|add:36 }}{% now 'Y' %}{# via #}%(title)s%s{0.__class__}$title"


def world(text: str) -> Submission:
    """Whatever can be written, written so; published, measured, agreed."""
    of = make.organisation()
    Organisation.objects.filter(pk=of.pk).update(name=text)
    of.refresh_from_db()
    coordinator = make.coordinator_of(of)
    Network.objects.update(name=text, description=text)
    pact = Agreement.objects.create(kind="pact", title=text, slug="patto", summary=text)
    pact.commitments.create(code="patto-1", title=text, text=text, owner=of)
    words = dict.fromkeys(
        ("title", "summary", "context", "problem", "activities", "results", "staff", "context_source"), text
    )
    indicator = {
        "name": text,
        "unit": text[:40],
        "baseline": None,
        "target": None,
        "direction": "up",
        "source": text,
        "common": "",
    }
    live = make.submission(
        Status.PUBLISHED,
        of=of,
        **words,
        tags=[text[:60]],
        neighbourhood=text,
        commitments=["patto-1"],
        partners=[{"name": text, "nature": "cooperativa", "contribution": text}],
        indicators=[indicator],
    )
    assert live.submitted_by is not None
    said = Said(period=text[:60], on=make.NOW.date().replace(year=2024), value=-3, source=text)  # type: ignore[arg-type]
    monitoring.declare(live.practice, by=live.submitted_by, at=make.later(9), said=[(live.practice.indicators.get(), said)])
    live.coordinator = coordinator  # type: ignore[attr-defined]
    return live


def addresses(live: Submission) -> list[tuple[Client, str]]:
    """Every table that is handed out."""
    anybody = Client()
    datasets = ("pratiche", "indicatori", "rilevazioni", "adattamenti", "enti", "reti", "adesioni", "accordi", "impegni")
    public = [reverse("open_data_file", args=[name, "csv"]) for name in datasets]
    public += [reverse("practices:csv"), reverse("usage_csv"), reverse("report_csv", args=["patto"])]
    public += [reverse("statistics_csv", args=["fondo"])]
    coordinator, by = client_of(live.coordinator), client_of(live.submitted_by)  # type: ignore[attr-defined]
    return [
        *((anybody, address) for address in public),
        (coordinator, reverse("desk:network_csv", args=["rete-di-prova"])),
        (by, reverse("desk:readings_template", args=[live.practice_id])),
    ]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t="])
def test_no_cell_of_any_table_is_a_formula(sign: str) -> None:
    text = f"{sign}{FORMULA[1:]}"
    live = world(text)
    found = {}
    for client, address in addresses(live):
        response = client.get(address)
        assert response.status_code == 200, address
        rows = list(csv.reader(io.StringIO(b"".join(response).decode("utf-8-sig"), newline="")))
        cells = [cell for row in rows[1:] for cell in row]
        wrong = [
            cell for cell in cells if cell.startswith(FORMULAS[:-1]) and not cell.lstrip("-").replace(".", "").isdigit()
        ]
        assert wrong == [], address
        found[address] = sum(text.strip() in cell for cell in cells)
    # They were there, and not left out.
    assert [address for address, times in found.items() if not times and "statistiche" not in address] == [
        address for address in found if "letture" in address or "utilizzo" in address or "adattamenti" in address
    ]


def test_no_text_is_ever_a_template(queue: None) -> None:
    live = world(TEMPLATE)
    practice = live.practice
    news("published", title=TEMPLATE, summary=TEMPLATE, text=TEMPLATE)
    client = Client()
    pages = [
        "/",
        "/pratiche/",
        "/notizie/",
        practice.get_absolute_url(),
        reverse("practices:reuse", args=[practice.slug]),
        reverse("practices:history", args=[practice.slug]),
        reverse("embed:practice", args=[practice.slug]),
        reverse("practices:atom"),
        reverse("organisation", args=[live.organisation.slug]),
        reverse("network", args=["rete-di-prova"]),
        reverse("agreement", args=["patto"]),
        reverse("commitment", args=["patto", "patto-1"]),
        f"/en{practice.get_absolute_url().replace('pratiche', 'practices')}",
    ]
    for page in pages:
        text = client.get(page).content.decode()
        # Atom needs no quotes escaped.
        assert escape(TEMPLATE) in text or (page.endswith(".xml") and TEMPLATE in text), page
    mails = [(mail.subject, mail.message) for mail in Email.objects.order_by("pk")]
    assert [TEMPLATE in subject and TEMPLATE in body for subject, body in mails] == [True] * len(mails)
    assert len(mails) >= 2

"""`manage.py generate`: a country of made-up practices, the same for the same seed, in step with itself."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count
from django.test import Client

from networks.models import Municipality
from portal.lib.content_version import current_version
from practices.models import Adaptation, Practice, Reading, Submission
from practices.models.choices import EvidenceLevel, Status

pytestmark = pytest.mark.django_db
MADE = 1_050


def generated(**options: Any) -> str:
    told = StringIO()
    call_command("generate", stdout=told, **{"practices": MADE, "towns": 300, **options})
    return told.getvalue()


@pytest.fixture
def country(rows_of_country: str) -> str:
    return rows_of_country


@pytest.fixture(scope="module")
def rows_of_country(rows_of_module: None) -> str:
    return generated()


def test_it_makes_what_it_was_asked_for_skewed_as_real_data_is(country: str) -> None:
    assert Practice.objects.visible().count() == MADE
    assert Municipality.objects.count() == 300
    assert current_version() > 0
    statuses = dict(Submission.objects.values_list("status").annotate(Count("pk")).order_by())
    assert statuses[Status.PUBLISHED] == MADE
    assert {Status.SUPERSEDED, Status.DRAFT, Status.REJECTED} <= set(statuses)
    assert 2 * MADE < sum(statuses.values()) < 4 * MADE
    # Few have many, most have none.
    towns = list(Municipality.objects.annotate(n=Count("submissions")).values_list("n", flat=True))
    assert (max(towns) > 50, towns.count(0) > 150) == (True, True)
    assert set(Practice.objects.values_list("evidence_level", flat=True)) == set(EvidenceLevel)
    assert (Reading.objects.exists(), Adaptation.objects.exists()) == (True, True)
    assert not Submission.objects.filter(is_demo=False).exists()
    assert country == f"Pratiche: {MADE}, di 105 enti, in 300 comuni.\n"


def test_what_is_derived_is_in_step(country: str) -> None:
    call_command("rebuild_search", verify=True, stdout=StringIO())
    call_command("rebuild_evidence", verify=True, stdout=StringIO())


def test_every_page_type_shows_it(country: str) -> None:
    live = Submission.objects.listed().select_related("practice").order_by("pk").first()
    assert live is not None
    town = live.municipalities.all()[0]
    paths = ["/", "/pratiche/", f"/pratiche/{live.practice.slug}/", f"/comuni/{town.slug}/", "/regioni/", "/statistiche/"]
    client = Client()
    assert {path: client.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)


def test_it_touches_no_portal_that_has_practices(country: str) -> None:
    with pytest.raises(CommandError, match="Qui ci sono già delle pratiche"):
        generated()

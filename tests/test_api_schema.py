"""The API is what its own description says: schemathesis asks it for whatever the description allows, and for more."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from agreements.models import Agreement
from networks.models import Membership, Network
from portal.open_data.api.description import openapi
from portal.open_data.api.resources import RESOURCES
from portal.wsgi import application
from practices import monitoring
from practices.models import CommonIndicator, Practice
from practices.models.choices import RemovalReason, Status
from practices.moderation import practice as whole
from tests import make

# What schemathesis walks over is measured by quicker tests.
pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]
OPERATIONS = [*(f"/{name}" for name in RESOURCES), *(f"/{name}/{{chiave}}" for name in RESOURCES)]


@pytest.fixture(scope="module", autouse=True)
def _world(rows_of_module: None) -> None:
    """Something in every dataset."""
    ours = make.organisation()
    by = make.officer_of(ours)
    pact = Agreement.objects.create(kind="pact", title="Patto", slug="patto", signed_on=date(2013, 9, 1))
    pact.commitments.create(code="patto-1", title="Fare rete", owner=ours)
    network = Network.objects.create(name="Rete", slug="rete", website="https://www.example.org/")
    Membership.objects.create(network=network, organisation=ours)
    pact.networks.add(network)
    CommonIndicator.objects.create(name="Utenti", slug="utenti", unit="persone", definition="Chi viene.")
    measured = {"common": "utenti", "name": "", "unit": "", "baseline": None, "target": None, "direction": "", "source": ""}
    live = make.submission(Status.PUBLISHED, of=ours, by=by, indicators=[measured], commitments=["patto-1"])
    said = monitoring.Said("2025", date(2025, 12, 31), Decimal("10.50"))
    monitoring.declare(live.practice, by=by, at=make.later(), said=[(live.practice.indicators.get(), said)])
    row = {"origin": live.practice.code, "origin_name": "", "origin_url": "", "year": 2020, "changes": "Orari."}
    make.submission(Status.PUBLISHED, of=ours, by=by, title="Altra", adaptations=[{**row, "outcome": "under_way"}])
    removed = make.published(title="Tolta").practice
    chief = make.editor_user(chief=True)
    whole.remove(removed, by=chief, at=make.later(60), reason=RemovalReason.PRIVACY, text="Dati personali.")


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """A whole application closes its connection after each request, and the rows of the test with it."""
    both = (request_started, request_finished)
    for signal in both:
        signal.disconnect(close_old_connections)
    yield
    for signal in both:
        signal.connect(close_old_connections)


def config() -> SchemathesisConfig:
    # Towns, organisations and words are too many to be named: those that nobody knows are refused too.
    expected = ["2xx", "400", "404"]
    checks = {
        "positive_data_acceptance": {"expected-statuses": expected},
        # What is wrong may also be too long to be read.
        "negative_data_rejection": {"expected-statuses": ["400", "404", "405", "414"]},
    }
    return SchemathesisConfig.from_dict({"checks": checks})


def test_every_operation_is_tried() -> None:
    assert sorted(openapi()["paths"]) == sorted(["/", *OPERATIONS])


def described() -> Any:
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application, config=config())


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("path", OPERATIONS)
def test_the_api_is_what_it_says(path: str, mode: GenerationMode) -> None:
    """With what the description allows, and with what it does not: that is refused."""

    @given(case=described()[path]["GET"].as_strategy(generation_mode=mode))
    @settings(
        max_examples=15,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def holds(case: Any) -> None:
        case.call_and_validate()

    holds()


@pytest.mark.parametrize("name", RESOURCES)
def test_every_record_is_what_the_description_says(name: str) -> None:
    """Each by its key too, and the same in both places."""
    schema = described()
    listed = schema[f"/{name}"]["GET"].Case(query={"per_pagina": 100}).call_and_validate().json()["record"]
    assert listed
    key = RESOURCES[name].dataset.key
    for record in listed:
        case = schema[f"/{name}/{{chiave}}"]["GET"].Case(path_parameters={"chiave": str(record[key])})
        assert case.call_and_validate().json() == record
    assert schema["/"]["GET"].Case().call_and_validate().status_code == 200


def test_a_removed_practice_is_what_the_description_says() -> None:
    removed = Practice.objects.get(removed_at__isnull=False)
    case = described()["/pratiche/{chiave}"]["GET"].Case(path_parameters={"chiave": removed.code})
    assert case.call_and_validate().status_code == 410

"""The readings in the admin, where editors verify or contest them, and the catalogue of common indicators."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import html
from post_office.models import Email

from practices import monitoring
from practices.models import CommonIndicator, Reading
from practices.models.choices import RemovalReason
from practices.moderation import practice as whole
from practices.monitoring import Said
from tests import make
from tests.html_forms import send
from tests.samples import client_of

pytestmark = pytest.mark.django_db
AT = make.later(60)
LIST = reverse("admin:practices_reading_changelist")
ROW = {"common": "utenti", "name": "", "unit": "", "baseline": None, "target": None, "direction": "", "source": ""}


class World:
    """Three readings of a practice, and an editor."""

    def __init__(self) -> None:
        self.common = CommonIndicator.objects.create(name="Utenti", slug="utenti", unit="persone", definition="Chi viene.")
        self.of = make.organisation()
        self.by = make.officer_of(self.of, email="anna@comune.example")
        self.live = make.published(of=self.of, by=self.by, indicators=[ROW])
        self.indicator = self.live.indicators.get()
        said = [
            Said(str(year), date(year, 12, 31), Decimal(year), "over" if year == 2025 else "") for year in (2023, 2024, 2025)
        ]
        self.readings = [
            monitoring.declare(self.live.practice, by=self.by, at=make.later(n), said=[(self.indicator, one)])[0]
            for n, one in enumerate(said, start=10)
        ]
        self.editor = make.editor_user()
        self.client = client_of(self.editor)

    def rows(self, query: str = "") -> list[tuple[str, str]]:
        changelist = self.client.get(f"{LIST}{query}").context["cl"]
        admin = changelist.model_admin
        return [(admin.words(reading), admin.known(reading)) for reading in changelist.result_list]

    def page(self, reading: Reading, slug: str = "") -> str:
        if slug:
            return reverse("admin:practices_reading_decide", args=[reading.pk, slug])
        return reverse("admin:practices_reading_change", args=[reading.pk])


@pytest.fixture
def world(queue: None) -> World:
    return World()


def test_the_list_has_the_newest_first_and_tells_how_each_is_known(world: World) -> None:
    first, second, third = world.readings
    monitoring.verify(second, by=world.editor, at=AT)
    monitoring.contest(first, by=world.editor, at=AT, note="No.")
    declared, verified, contested = (
        ("oltre 2.025 persone", "dichiarato"),
        ("2.024 persone", "verificato"),
        ("2.023 persone", "contestato"),
    )
    assert world.rows() == [declared, verified, contested]
    assert world.rows("?stato=dichiarate") == [declared]
    assert world.rows("?stato=verificate") == [verified]
    assert world.rows("?stato=contestate") == [contested]
    assert world.rows("?q=2024") == [verified]
    assert world.rows("?q=utenti") == [declared, verified, contested]
    # What was corrected stands with what corrected it; what has no page is not there.
    monitoring.correct(third, by=world.by, at=AT, said=Said("2025", date(2025, 12, 31), Decimal(7)))
    assert world.rows()[0] == ("7 persone", "dichiarato")
    chief = make.editor_user(chief=True)
    whole.remove(world.live.practice, by=chief, at=AT, reason=RemovalReason.PRIVACY, text="Nomi.")
    assert (world.rows(), world.client.get(world.page(first)).status_code) == ([], 404)


def test_the_list_costs_the_same_queries_at_three_rows_and_at_thirty(world: World) -> None:
    counts = []
    for more in (0, 27):
        for n in range(more):
            Reading.objects.create(indicator=world.indicator, period=f"{n}", on=date(2020, 1, 1), value=n, declared_at=AT)
        world.client.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            assert len(world.rows()) == 3 + more
        counts.append(len(queries))
    assert counts == [counts[0]] * 2


def test_an_editor_verifies_after_a_page_and_contests_with_a_note(world: World) -> None:
    reading = world.readings[0]
    assert world.client.get(world.page(reading, "verifica")).status_code == 200
    reading.refresh_from_db()
    assert reading.state == "declared"
    assert send(world.client, world.page(reading, "verifica"), "case-form", note="Visto.").status_code == 302
    reading.refresh_from_db()
    assert (reading.state, reading.verified_by) == ("verified", world.editor)
    tree = html.fromstring(world.client.get(world.page(reading)).content.decode())
    assert [link.text_content() for link in tree.xpath("//div[@class='case-buttons']/a")] == ["Contesta"]
    empty = send(world.client, world.page(reading, "contesta"), "case-form")
    assert (empty.status_code, "Che cosa non torna" in empty.content.decode()) == (422, True)
    assert send(world.client, world.page(reading, "contesta"), "case-form", note="Il registro dice 12.").status_code == 302
    reading.refresh_from_db()
    assert (reading.state, reading.contested_note) == ("contested", "Il registro dice 12.")
    assert Email.objects.latest("pk").to == ["anna@comune.example"]
    page = world.client.get(world.page(reading)).content.decode()
    assert "Il registro dice 12." in page
    # An old page, whose deed was done meanwhile, gives back what was typed in it, or leads back.
    old = world.client.post(world.page(reading, "contesta"), {"note": "Ancora."})
    assert (old.status_code, old.context["kept"]) == (409, [("Che cosa non torna", "Ancora.")])
    assert world.client.get(world.page(reading, "contesta"))["Location"] == world.page(reading)
    assert world.client.get(world.page(reading, "approva")).status_code == 404
    reading.refresh_from_db()
    assert reading.contested_note == "Il registro dice 12."


def test_nobody_judges_the_figures_of_an_organisation_that_they_act_for(world: World) -> None:
    reading = world.readings[0]
    world.editor.affiliations.create(organisation=world.of, role="contributor", status="active", active_from=make.NOW)
    page = world.client.get(world.page(reading)).content.decode()
    assert "decide un'altra persona della redazione" in page
    for slug in ("verifica", "contesta"):
        assert world.client.post(world.page(reading, slug), {"note": "No."}).status_code == 409
    reading.refresh_from_db()
    assert reading.state == "declared"


def test_nothing_is_typed_over_in_the_admin(world: World) -> None:
    reading = world.readings[0]
    assert world.client.post(world.page(reading), {"value": "1", "verified_by": world.editor.pk}).status_code == 404
    assert world.client.get(reverse("admin:practices_reading_change", args=["9" * 30])).status_code == 404
    reading.refresh_from_db()
    assert (reading.value, reading.state) == (2023, "declared")
    staff = make.user(is_staff=True)
    make.add_second_factor(staff)
    assert client_of(staff).get(world.page(reading)).status_code == 404


def test_the_unit_of_a_common_indicator_stays_once_it_is_used_and_its_words_may_be_mended(world: World) -> None:
    client = client_of(make.editor_user(chief=True))
    url = reverse("admin:practices_commonindicator_change", args=[world.common.pk])
    data = {"name": "Utenti", "slug": "utenti", "definition": "Chi viene almeno una volta.", "unit": "ore", "position": 5}
    assert client.post(url, {**data, "direction": "up", "is_active": "on"}).status_code == 302
    world.common.refresh_from_db()
    found = (world.common.definition, world.common.unit, world.common.direction)
    assert found == ("Chi viene almeno una volta.", "persone", "neutral")
    other = CommonIndicator.objects.create(name="Ore", slug="ore", unit="ore", definition="Quante.")
    free = reverse("admin:practices_commonindicator_change", args=[other.pk])
    changed = {**data, "name": "Ore", "slug": "ore", "unit": "ore all'anno", "direction": "up"}
    assert client.post(free, changed).status_code == 302
    other.refresh_from_db()
    assert (other.unit, other.direction, other.is_active) == ("ore all'anno", "up", False)

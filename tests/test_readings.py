"""Readings: declared and corrected at the Scrivania, shown at once, verified or contested by an editor, asked for every year."""

from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from lxml import html
from post_office.models import Email

from networks.models import User
from portal.lib.content_version import current_version
from practices import monitoring
from practices.models import CommonIndicator, Event, Indicator, Practice, Reading, Submission
from practices.models.choices import RemovalReason, Status
from practices.moderation import Forbidden, Refusal
from practices.moderation import practice as verbs
from practices.monitoring import Said
from tests import make
from tests.html_forms import data_of, send
from tests.samples import client_of

pytestmark = pytest.mark.django_db
AT = make.later(60)
FREE = {
    "common": None,
    "name": "Iscritti",
    "unit": "persone",
    "baseline": "10",
    "target": "50",
    "direction": "up",
    "source": "",
}
Cells = list[list[str]]


def said(value: str = "12", period: str = "2020", on: date = date(2020, 12, 31), **more: str) -> Said:
    return Said(period, on, Decimal(value), **more)


class World:
    """A published practice with an indicator, its officer, and an editor."""

    def __init__(self, *indicators: dict[str, Any], **changes: Any) -> None:
        self.of = make.organisation()
        self.by = make.officer_of(self.of, email="anna@example.org")
        self.live = make.submission(
            Status.PUBLISHED, of=self.of, by=self.by, indicators=list(indicators or [FREE]), **changes
        )
        self.practice: Practice = self.live.practice
        self.indicator = self.practice.indicators.order_by("pk")[0]
        self.editor = make.editor_user()
        self.client = client_of(self.by)

    @property
    def url(self) -> str:
        return reverse("desk:readings", args=[self.practice.pk])

    def declare(self, *values: Said) -> list[Reading]:
        rows = [(self.indicator, one) for one in values or (said(),)]
        return monitoring.declare(self.practice, by=self.by, at=AT, said=rows)

    def write(self, **fields: str) -> HttpResponse:
        """Fill in the first indicator's line."""
        typed = {"period": "2020", "on": "2020-12-31", "value": "12", **fields}
        return send(self.client, self.url, **{f"i{self.indicator.pk}-{name}": value for name, value in typed.items()})

    def level(self) -> int:
        return Practice.objects.get(pk=self.practice.pk).evidence_level


def stored() -> list[tuple[str, str, str, str, str]]:
    rows = Reading.objects.current().order_by("pk")
    return [(r.period, f"{r.on}", f"{r.value.normalize():f}", r.approximation, r.source) for r in rows]


def cells(response: HttpResponse, within: str = "//section[@id='indicatori']") -> Cells:
    tree = html.fromstring(response.content.decode())
    return [[" ".join(c.text_content().split()) for c in row] for row in tree.xpath(f"{within}//tbody/tr")]


def errors(response: HttpResponse) -> list[str]:
    tree = html.fromstring(response.content.decode())
    return [" ".join(li.text_content().split()) for li in tree.xpath("//*[@id='errors']//li")]


def told(verb: str) -> list[str]:
    return list(Event.objects.filter(verb=verb).order_by("pk").values_list("text", flat=True))


# Declaring ---------------------------------------------------------------------------------------------------------


def test_a_value_is_declared_in_one_line_and_stands_on_the_page_at_once() -> None:
    world = World()
    before = current_version()
    answer = world.write(value="1.250,5", on="31/12/2020", approximation="over", source=" Registro ")
    assert (answer.status_code, answer["Location"]) == (302, world.url)
    assert stored() == [("2020", "2020-12-31", "1250.5", "over", "Registro")]
    reading = Reading.objects.get()
    assert (reading.declared_by, reading.is_approximate, reading.state) == (world.by, True, "declared")
    assert current_version() == before + 1
    assert told("declare_reading") == ["Iscritti, 2020: oltre 1.250,5 persone"]
    assert cells(Client().get(world.practice.get_absolute_url())) == [["2020", "oltre 1.250,5", "dichiarato", "Registro"]]


def test_two_readings_make_the_practice_monitored_and_draw_a_chart() -> None:
    world = World()
    world.declare()
    assert world.level() == 1
    page = html.fromstring(Client().get(world.practice.get_absolute_url()).content.decode())
    assert page.xpath("count(//section[@id='indicatori']//svg)") == 0
    world.declare(said("30", "2021", date(2021, 12, 31)))
    assert world.level() == 2
    page = html.fromstring(Client().get(world.practice.get_absolute_url()).content.decode())
    assert page.xpath("//section[@id='indicatori']//svg/title/text()")[:1] == ["Iscritti (persone)"]


def test_several_lines_are_declared_together_and_a_blank_one_is_passed_over() -> None:
    world = World(FREE, {**FREE, "name": "Ore", "unit": "ore"})
    first, second = world.practice.indicators.order_by("pk")
    blank = world.write(period="", on="", value="")
    assert (blank.status_code, errors(blank)) == (422, ["Non hai scritto nessun valore."])
    answer = world.write()
    assert answer.status_code == 302
    both = {
        f"i{row.pk}-{name}": value for row in (first, second) for name, value in (("period", "2021"), ("on", "2021-12-31"))
    }
    send(world.client, world.url, **both, **{f"i{first.pk}-value": "20", f"i{second.pk}-value": "0,5"})
    assert [(r.indicator.name, r.period, r.value) for r in Reading.objects.order_by("pk")] == [
        ("Iscritti", "2020", Decimal(12)),
        ("Iscritti", "2021", Decimal(20)),
        ("Ore", "2021", Decimal("0.5")),
    ]
    assert told("declare_reading")[1:] == ["Iscritti, 2021: 20 persone\nOre, 2021: 0,5 ore"]


def test_a_double_click_declares_once_and_another_value_of_the_same_period_is_a_correction() -> None:
    world = World()
    world.write()
    events = Event.objects.count()
    assert world.write().status_code == 302
    assert (len(stored()), Event.objects.count()) == (1, events)
    refused = world.write(value="13")
    assert refused.status_code == 422
    assert errors(refused) == ["Di «Iscritti» c'è già un valore per «2020»: correggi quello."]
    # What was typed is still there.
    assert data_of(refused, "readings-form")[f"i{world.indicator.pk}-value"] == ["13"]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("value", "molti", "Valore: Scrivi solo la cifra, per esempio 1.250,5."),
        ("value", "1,23456", "Valore: Assicurati che non vi siano più di 4 cifre decimali."),
        ("value", "1e3", "Valore: Scrivi solo la cifra, per esempio 1.250,5."),
        ("on", "2020", "Data di riferimento: Scrivi il giorno per intero, per esempio 31/12/2024."),
        ("on", "1949-12-31", "Data di riferimento: La data di riferimento va dal 1950 a oggi."),
        ("on", "2999-01-01", "Data di riferimento: La data di riferimento va dal 1950 a oggi."),
        ("period", "", "Periodo: Questo campo è obbligatorio."),
    ],
)
def test_what_is_no_value_or_no_day_is_told_at_its_field(field: str, value: str, message: str) -> None:
    world = World()
    answer = world.write(**{field: value})
    assert (answer.status_code, errors(answer)) == (422, [message])
    assert stored() == []


def test_only_who_acts_for_the_organisation_declares_corrects_and_closes() -> None:
    world = World()
    (reading,) = world.declare()
    ended = make.officer_of(world.of)
    ended.affiliations.update(status="ended", ended_at=timezone.now())
    other = make.officer_of(make.organisation("Comune di Torino", make.municipality("Torino", "L219", sign="TO")))
    coordinator, chief = make.coordinator_of(world.of), make.editor_user(chief=True)
    for someone in (ended, other, coordinator, world.editor, chief, make.user()):
        for deed in (
            lambda by: monitoring.declare(world.practice, by=by, at=AT, said=[(world.indicator, said("1", "2022"))]),
            lambda by: monitoring.correct(reading, by=by, at=AT, said=said("9")),
            lambda by: monitoring.close(world.indicator, by=by, at=AT),
        ):
            with pytest.raises(Forbidden):
                deed(someone)
    manager = make.officer_of(world.of, "manager")
    monitoring.declare(world.practice, by=manager, at=AT, said=[(world.indicator, said("1", "2022"))])
    assert [row[0] for row in stored()] == ["2020", "2022"]


def test_nothing_is_declared_of_what_has_no_page_or_belongs_to_another_practice() -> None:
    world = World()
    other = make.published(title="Altra", indicators=[FREE]).practice
    with pytest.raises(Refusal, match="L'indicatore non è pubblicato"):
        monitoring.declare(world.practice, by=world.by, at=AT, said=[(other.indicators.get(), said())])
    draft = make.submission(of=world.of, by=world.by, title="Bozza", indicators=[FREE])
    assert client_of(world.by).get(reverse("desk:readings", args=[draft.practice.pk])).status_code == 404
    with pytest.raises(Refusal, match="non è pubblicata"):
        monitoring.declare(draft.practice, by=world.by, at=AT, said=[(draft.indicators.get(), said())])
    (reading,) = world.declare()
    chief = make.editor_user(chief=True)
    verbs.remove(world.practice, by=chief, at=AT, reason=RemovalReason.MISTAKE, text="Errore.")
    assert world.client.get(world.url).status_code == 404
    for deed in (monitoring.verify, monitoring.contest):
        with pytest.raises(Refusal):
            deed(reading, by=world.editor, at=AT, note="No.")


# Correcting and closing --------------------------------------------------------------------------------------------


def test_a_correction_supersedes_and_both_stay_readable() -> None:
    world = World()
    (old,) = world.declare()
    url = reverse("desk:correct_reading", args=[old.pk])
    same = send(world.client, url)
    assert (same.status_code, "La correzione non cambia nulla." in same.content.decode()) == (422, True)
    assert send(world.client, url, value="15", approximation="about").status_code == 302
    old.refresh_from_db()
    new = Reading.objects.current().get()
    assert (old.superseded_by, new.value, new.declared_by) == (new, Decimal(15), world.by)
    assert told("correct_reading") == ["Iscritti, 2020: 12 persone → Iscritti, 2020: circa 15 persone"]
    day = date_words(new)
    assert cells(Client().get(world.practice.get_absolute_url())) == [
        ["2020", "circa 15", f"dichiarato; corretto il {day}, prima: 12", "non indicata"]
    ]
    # The old one is history: nobody corrects, verifies or contests it.
    again = send(world.client, url, value="16")
    assert "è già stata corretta" in again.content.decode()
    for deed in (monitoring.verify, monitoring.contest):
        with pytest.raises(Refusal, match="già stata corretta"):
            deed(old, by=world.editor, at=AT, note="No.")
    # Nor onto a period that has a value.
    (other,) = world.declare(said("3", "2021", date(2021, 12, 31)))
    with pytest.raises(Refusal, match="altro valore per «2020»"):
        monitoring.correct(other, by=world.by, at=AT, said=said("3"))


def date_words(reading: Reading) -> str:
    from django.utils.formats import date_format

    return date_format(timezone.localdate(reading.declared_at), "j F Y")


def test_a_corrected_reading_counts_once_for_the_evidence() -> None:
    world = World()
    (old,) = world.declare()
    monitoring.correct(old, by=world.by, at=AT, said=said("13"))
    assert (Reading.objects.count(), world.level()) == (2, 1)


def test_a_closed_indicator_takes_no_more_values_and_says_since_when() -> None:
    world = World()
    (reading,) = world.declare()
    url = reverse("desk:close_indicator", args=[world.indicator.pk])
    # A page that somebody opened before.
    opened = data_of(world.client.get(world.url), "readings-form")
    assert send(world.client, url).status_code == 302
    world.indicator.refresh_from_db()
    assert (world.indicator.closed_on, told("close_indicator")) == (timezone.localdate(), ["Iscritti"])
    filled = {**opened, f"i{world.indicator.pk}-period": "2021", f"i{world.indicator.pk}-on": "2021-12-31"}
    late = world.client.post(world.url, {**filled, f"i{world.indicator.pk}-value": "20"})
    assert (late.status_code, errors(late)) == (422, ["L'indicatore «Iscritti» è chiuso."])
    assert "Chiuso il" in Client().get(world.practice.get_absolute_url()).content.decode()
    assert f"i{world.indicator.pk}-value" not in data_of(world.client.get(world.url), "readings-form")
    # A mistake in what was declared can still be mended.
    monitoring.correct(reading, by=world.by, at=AT, said=said("13"))
    again = world.client.post(url)
    assert again.status_code == 302
    assert told("close_indicator") == ["Iscritti"]


# Verifying and contesting ------------------------------------------------------------------------------------------


def test_an_editor_verifies_contests_and_the_organisation_reads_why() -> None:
    world = World()
    (reading,) = world.declare()
    client = client_of(world.editor)
    change = reverse("admin:practices_reading_change", args=[reading.pk])
    contest = reverse("admin:practices_reading_decide", args=[reading.pk, "contesta"])
    verify = reverse("admin:practices_reading_decide", args=[reading.pk, "verifica"])
    assert client.get(change).status_code == 200
    blank = send(client, contest, "case-form", note="")
    assert blank.status_code == 422
    Email.objects.all().delete()
    assert send(client, contest, "case-form", note="Il registro dice 11.")["Location"] == change
    reading.refresh_from_db()
    assert (reading.state, reading.contested_by, reading.contested_note) == (
        "contested",
        world.editor,
        "Il registro dice 11.",
    )
    mail = Email.objects.get()
    assert (mail.to, "Il registro dice 11." in mail.message) == (["anna@example.org"], True)
    public = Client().get(world.practice.get_absolute_url())
    assert cells(public) == [["2020", "12", "contestato dalla redazione", "non indicata"]]
    # Why is for the organisation.
    assert "Il registro dice 11." not in public.content.decode()
    assert "Il registro dice 11." in world.client.get(world.url).content.decode()
    assert send(client, verify, "case-form")["Location"] == change
    reading.refresh_from_db()
    assert (reading.state, reading.verified_by, reading.contested_note) == ("verified", world.editor, "")
    # Twice is once.
    twice = client.post(verify, {})
    assert (twice.status_code, told("verify_reading")) == (302, ["Iscritti, 2020: 12 persone"])
    # Doubts may come later.
    send(client, contest, "case-form", note="Invece no.")
    reading.refresh_from_db()
    assert (reading.state, reading.verified_at) == ("contested", None)


def test_an_editor_who_acts_for_the_organisation_and_an_officer_do_not_judge() -> None:
    world = World()
    (reading,) = world.declare()
    both = make.officer_of(world.of)
    both.is_staff = True
    both.save()
    both.groups.set(world.editor.groups.all())
    both = User.objects.get(pk=both.pk)
    for someone in (both, world.by, make.coordinator_of(world.of), make.user()):
        for deed in (monitoring.verify, monitoring.contest):
            with pytest.raises(Forbidden):
                deed(reading, by=someone, at=AT, note="Mah.")
    assert Reading.objects.get().state == "declared"


def test_the_list_of_the_editors_is_newest_first_and_filtered_by_state() -> None:
    world = World()
    first, second, third = world.declare(
        said(), said("13", "2021", date(2021, 12, 31)), said("14", "2022", date(2022, 12, 31))
    )
    monitoring.verify(second, by=world.editor, at=AT)
    monitoring.contest(third, by=world.editor, at=AT, note="No.")
    client, url = client_of(world.editor), reverse("admin:practices_reading_changelist")
    shown = {
        query: [row.period for row in client.get(url, {"stato": query} if query else {}).context["cl"].result_list]
        for query in ("", "dichiarate", "verificate", "contestate")
    }
    assert shown == {"": ["2022", "2021", "2020"], "dichiarate": ["2020"], "verificate": ["2021"], "contestate": ["2022"]}
    counts = []
    for _more in range(2):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(url)
        counts.append(len(queries))
        world.declare(*(said("1", f"{n}", date(1990 + n, 1, 1)) for n in range(20)))
    assert counts[0] == counts[1]
    assert first.indicator_id == third.indicator_id


# Reminders ---------------------------------------------------------------------------------------------------------


def test_who_has_declared_nothing_for_a_year_is_asked_once_and_again_a_year_later() -> None:
    world = World()
    world.declare()
    Practice.objects.update(confirmed_on=date(2999, 1, 1))
    Email.objects.all().delete()
    mails = []
    for days in (300, 364, 367, 368, 700):
        call_command("send_reminders", at=AT + timedelta(days=days), stdout=StringIO())
        mails.append(Email.objects.filter(message__contains="nuove rilevazioni").count())
    assert mails == [0, 0, 1, 1, 1]
    mail = Email.objects.get(message__contains="nuove rilevazioni")
    assert (mail.to, "- Iscritti" in mail.message) == (["anna@example.org"], True)
    later = AT + timedelta(days=800)
    monitoring.declare(world.practice, by=world.by, at=later, said=[(world.indicator, said("9", "2028", date(2020, 1, 1)))])
    call_command("send_reminders", at=later + timedelta(days=300), stdout=StringIO())
    assert Email.objects.filter(message__contains="nuove rilevazioni").count() == 1
    call_command("send_reminders", at=later + timedelta(days=370), stdout=StringIO())
    assert Email.objects.filter(message__contains="nuove rilevazioni").count() == 2
    monitoring.close(world.indicator, by=world.by, at=later)
    call_command("send_reminders", at=later + timedelta(days=900), stdout=StringIO())
    assert Email.objects.filter(message__contains="nuove rilevazioni").count() == 2


def test_the_scrivania_says_that_readings_are_due() -> None:
    world = World()
    Indicator.objects.update(published_at=timezone.now())
    notice = "Da più di un anno non ci sono nuove rilevazioni"
    assert notice not in world.client.get(reverse("desk:dashboard")).content.decode()
    Indicator.objects.update(published_at=timezone.now() - timedelta(days=400))
    assert notice in world.client.get(reverse("desk:dashboard")).content.decode()


# Common indicators -------------------------------------------------------------------------------------------------


def common(**fields: Any) -> CommonIndicator:
    given = {"name": "Utenti nell'anno", "slug": "utenti", "unit": "persone", "definition": "Chi viene.", "direction": "up"}
    return CommonIndicator.objects.create(**{**given, **fields})


def test_a_common_indicator_gives_its_words_which_then_never_change() -> None:
    shared = common()
    world = World({**FREE, "common": "utenti", "name": "Altro", "unit": "teste", "direction": "down"})
    assert (world.indicator.common, world.indicator.name) == (shared, "Utenti nell'anno")
    assert (world.indicator.unit, world.indicator.direction) == ("persone", "up")
    CommonIndicator.objects.update(name="Utenti")
    world.indicator.refresh_from_db()
    assert world.indicator.name == "Utenti nell'anno"


def test_a_free_indicator_needs_a_name_and_a_unit_and_a_common_one_needs_none() -> None:
    common()
    by = make.officer_of(make.organisation())
    draft = make.submission(by=by)
    url, client = reverse("desk:section", args=[draft.pk, "results"]), client_of(by)
    unnamed = send(client, url, **{"indicators-0-baseline": "1"})
    assert (unnamed.status_code, Indicator.objects.count()) == (422, 0)
    assert send(client, url, **{"indicators-0-common": "utenti"}).status_code == 302
    assert [(row.name, row.unit) for row in Submission.objects.get().indicators.all()] == [("Utenti nell'anno", "persone")]


def test_the_page_of_a_common_indicator_compares_and_asks_no_more_at_twenty(django_assert_num_queries: Any) -> None:
    common()
    asked = {**FREE, "common": "utenti"}
    address = reverse("indicator", args=["utenti"])
    empty = Client().get(address)
    assert (empty.status_code, cells(empty, "//main")) == (200, [])
    world = World(asked)
    world.declare(said(), said("30", "2021", date(2021, 12, 31)))
    # Neither what is not listed nor what is not published yet.
    make.submission(Status.SUBMITTED, title="In coda", indicators=[asked])
    archived = make.published(title="Chiusa", indicators=[asked]).practice
    verbs.archive(archived, by=make.editor_user(chief=True), at=AT, notice="Chiusa.")
    Client().get(address)
    with django_assert_num_queries(7):
        page = Client().get(address)
    shown = html.fromstring(page.content.decode())
    assert shown.xpath("//main//svg/title[1]/text()")[:1] == ["Utenti nell'anno (persone)"]
    assert [row[-4:-1] for row in cells(page, "//main")] == [["2020", "12", "dichiarato"], ["2021", "30", "dichiarato"]]
    listed = Client().get(reverse("indicators")).content.decode()
    assert "1 pratica lo misura" in " ".join(html.fromstring(listed).text_content().split())
    for n in range(19):
        one = make.published(title=f"Pratica {n}", indicators=[asked]).practice.indicators.get()
        Reading.objects.create(indicator=one, period="2020", on=date(2020, 12, 31), value=n, declared_at=AT)
    with django_assert_num_queries(7):
        Client().get(address)
    with django_assert_num_queries(2):
        Client().get(reverse("indicators"))

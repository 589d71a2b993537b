"""What a newer list changes, and the command that takes it in."""

from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from networks import directory, slugs
from networks.models import Municipality, OldSlug, Organisation, OrganisationProposal, Province
from networks.tables import WrongFile
from portal.lib.text import fold
from practices.models import SearchEntry
from practices.models.choices import Status
from practices.search.upkeep import faults
from tests import make
from tests.municipal_lists import ALL, CASTRO_BG, CASTRO_LE, NAPLES, REGGIO, file, load, rows, state
from tests.news import news

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _regions() -> None:
    call_command("loaddata", "regions", verbosity=0)


def test_a_recoding_keeps_everything_that_is_linked() -> None:
    load(REGGIO)
    town = Municipality.objects.get()
    submission = make.submission(Status.PUBLISHED, of=make.organisation(town=town), municipalities=["H223"])
    union = Organisation.objects.create(kind="union", name="Unione", slug="unione")
    union.municipalities.add(town)
    person = make.user()
    OrganisationProposal.objects.create(
        proposed_by=person, proposed_at=make.NOW, kind="union", name="Altra", province=town.province
    )
    report = load({**REGGIO, "unit": "235", "istat": "235033", "province": "Reggio"})
    assert report.provinces == [
        "Reggio nell'Emilia (RE): codice 035 → 235",
        "Reggio nell'Emilia (RE) → Reggio (RE), Emilia-Romagna",
    ]
    assert report.recoded == ["Reggio nell'Emilia (RE): 035033 → 235033"]
    town.refresh_from_db()
    assert (town.istat_code, town.province_id, town.slug) == ("235033", "235", "reggio-nell-emilia")
    assert list(submission.municipalities.all()) == list(union.municipalities.all()) == [town]
    assert list(Province.objects.values_list("pk", "name")) == [("235", "Reggio")]
    assert OrganisationProposal.objects.get().province_id == "235"


def test_a_town_that_passes_to_another_region_takes_its_organisation_along() -> None:
    load(REGGIO, CASTRO_BG)
    body = make.organisation("Comune di Castro", Municipality.objects.get(pk="C337"))
    report = load(REGGIO, {**CASTRO_BG, "region": "08", "unit": "035", "province": "Reggio nell'Emilia", "sign": "RE"})
    assert report.recoded == ["Castro (RE): 016065 → 016065, 016 → 035"]
    assert report.organisations == ["Comune di Castro → Comune di Castro, Emilia-Romagna"]
    body.refresh_from_db()
    assert body.region_id == "ITH5"
    assert report.touched == {"C337"}


def test_the_organisation_of_a_homonym_has_the_sign_of_its_new_province() -> None:
    load(REGGIO, CASTRO_BG, CASTRO_LE)
    body = directory.organisation_of(Municipality.objects.get(pk="C337"))
    assert body.name == "Comune di Castro (BG)"
    moved = {**CASTRO_BG, "region": "08", "unit": "035", "province": "Reggio nell'Emilia", "sign": "RE"}
    report = load(REGGIO, moved, CASTRO_LE)
    assert report.organisations == ["Comune di Castro (BG) → Comune di Castro (RE), Emilia-Romagna"]
    report = load(REGGIO, {**moved, "name": "Castro Alto"}, CASTRO_LE)
    assert report.organisations == ["Comune di Castro (RE) → Comune di Castro Alto (RE), Emilia-Romagna"]
    body.refresh_from_db()
    assert (body.name, body.sort_name, body.slug) == (
        "Comune di Castro Alto (RE)",
        "comune di castro alto re",
        "comune-di-castro-bg",
    )


def test_a_sign_that_another_province_has_stops_the_list() -> None:
    load(REGGIO, CASTRO_BG)
    before = state()
    with pytest.raises(WrongFile, match=r"^la sigla RE della provincia 016 è già di 035\.$"):
        load({**REGGIO, "sign": "RX"}, {**CASTRO_BG, "sign": "RE"})
    assert state() == before


def test_a_renamed_town_has_a_new_address_and_the_old_one_leads_there(client: Client) -> None:
    load(CASTRO_LE, REGGIO)
    body = make.organisation("Comune di Castro", Municipality.objects.get(pk="M261"))
    report = load({**CASTRO_LE, "name": "Castro Marina"}, REGGIO)
    assert (report.renamed, report.unchanged) == (["Castro (LE) → Castro Marina (LE)"], 1)
    body.refresh_from_db()
    assert (body.name, body.sort_name, body.slug) == (
        "Comune di Castro Marina",
        "comune di castro marina",
        "comune-di-castro",
    )
    for path in ("/comuni/castro/", "/en/municipalities/castro/"):
        response = client.get(path)
        assert (response.status_code, response["Location"]) == (301, path.replace("castro", "castro-marina"))
    assert client.get("/comuni/castro-marina/").status_code == 200
    # The address that leads to one town is not given to another; going back, the town has it again.
    load({**CASTRO_LE, "name": "Castro Marina"}, REGGIO, CASTRO_BG)
    assert Municipality.objects.get(pk="C337").slug == "castro-bg"
    load({**CASTRO_LE, "name": "Castro"}, REGGIO, CASTRO_BG)
    assert Municipality.objects.get(pk="M261").slug == "castro-le"
    assert set(OldSlug.objects.values_list("slug", "municipality")) == {("castro", "M261"), ("castro-marina", "M261")}
    assert client.get("/comuni/castro/")["Location"] == "/comuni/castro-le/"


def test_going_back_to_a_name_gives_the_old_address_back() -> None:
    load(CASTRO_LE)
    load({**CASTRO_LE, "name": "Castro Marina"})
    load(CASTRO_LE)
    assert Municipality.objects.get().slug == "castro"
    assert list(OldSlug.objects.values_list("slug", flat=True)) == ["castro-marina"]


def test_the_name_in_use_stays() -> None:
    load(REGGIO)
    Municipality.objects.update(common_name="Reggio Emilia", slug="reggio-emilia", sort_name="reggio emilia")
    report = load({**REGGIO, "name": "Reggio di Emilia", "other": "Rèz", "capital": "0"})
    assert report.renamed == ["Reggio Emilia (RE) → Reggio Emilia/Rèz (RE)"]
    assert report.capitals == ["Reggio Emilia/Rèz (RE): non più capoluogo"]
    town = Municipality.objects.get()
    assert (town.name, town.common_name, town.slug, town.sort_name) == (
        "Reggio di Emilia", "Reggio Emilia", "reggio-emilia", "reggio emilia rez"
    )  # fmt: skip
    assert not OldSlug.objects.exists()


def test_a_homonym_gets_the_sign_and_who_was_here_keeps_the_address() -> None:
    load(CASTRO_BG)
    assert Municipality.objects.get().slug == "castro"
    load(CASTRO_BG, CASTRO_LE)
    assert dict(Municipality.objects.values_list("pk", "slug")) == {"C337": "castro", "M261": "castro-le"}
    third = {**CASTRO_LE, "belfiore": "Z001", "istat": "075999"}
    load(CASTRO_BG, CASTRO_LE, third)
    assert Municipality.objects.get(pk="Z001").slug == "castro-le-z001"


def test_absence_changes_nothing_unless_it_is_asked_for() -> None:
    load(REGGIO, CASTRO_BG, as_of=date(2023, 6, 30))
    before = state()
    report = load(REGGIO, as_of=date(2023, 6, 30))
    assert (report.absent, report.ceased, state()) == (["Castro (BG)"], [], before)
    report = load(REGGIO, as_of=date(2024, 1, 1), cease_missing=True)
    assert (report.absent, report.ceased) == ([], ["Castro (BG)"])
    assert dict(Municipality.objects.values_list("pk", "ceased_on")) == {"H223": None, "C337": date(2024, 1, 1)}
    # One that has ceased does not come back by itself.
    report = load(REGGIO, CASTRO_BG, as_of=date(2024, 2, 1))
    assert report.doubts == ["riga 5: Castro (BG) qui è soppresso dal 2024-01-01; lasciato com'è."]
    assert Municipality.objects.get(pk="C337").ceased_on == date(2024, 1, 1)


def test_an_older_list_changes_nothing_after_a_newer_one() -> None:
    load(REGGIO, CASTRO_BG, as_of=date(2024, 1, 1))
    before = state()
    with pytest.raises(
        WrongFile, match=r"^il portale ha già l'elenco del 2024-01-01: quello del 2023-06-30 è più vecchio\.$"
    ):
        load({**REGGIO, "name": "Reggio"}, as_of=date(2023, 6, 30), cease_missing=True)
    with pytest.raises(WrongFile, match="serve la data"):
        load(REGGIO, cease_missing=True)
    assert state() == before


def test_an_address_changed_by_hand_leads_on_too(client: Client) -> None:
    load(CASTRO_BG)
    town = Municipality.objects.get()
    chief = make.editor_user(chief=True)
    client.force_login(chief, backend="allauth.account.auth_backends.AuthenticationBackend")
    fields = ("belfiore_code", "istat_code", "name", "is_provincial_capital")
    data = {name: getattr(town, name) for name in fields} | {"province": "016", "slug": "castro-sul-lago"}
    data.pop("is_provincial_capital")
    assert client.post(f"/admin/networks/municipality/{town.pk}/change/", data).status_code == 302
    assert client.get("/comuni/castro/")["Location"] == "/comuni/castro-sul-lago/"


def test_slugs_are_those_of_the_fixtures() -> None:
    call_command("loaddata", "provinces", "municipalities", verbosity=0)
    towns = list(Municipality.objects.select_related("province"))
    assert {town.slug for town in towns} == {slugs.base_of(town) for town in towns}
    assert all(town.sort_name == fold(town.display_name) for town in towns)


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., str]:
    def command(data: bytes, *options: str) -> str:
        path = tmp_path / "comuni.csv"
        path.write_bytes(data)
        out = StringIO()
        call_command("import_municipalities", str(path), "--partial", *options, stdout=out)
        return out.getvalue()

    return command


def test_the_command_tries_first(run: Callable[..., str]) -> None:
    before = state()
    told = run(file(*ALL), "--as-of", "2023-06-30").splitlines()
    assert told[0] == "Comuni letti: 6, in 6 province."
    assert told[-2:] == ["Invariati: 0.", "Era una prova: nulla è stato scritto. Per scrivere, aggiungere --apply."]
    assert state() == before


def test_the_command_applies_and_the_search_follows(run: Callable[..., str]) -> None:
    run(file(REGGIO, CASTRO_BG), "--apply")
    town = Municipality.objects.get(pk="H223")
    make.submission(Status.PUBLISHED, of=make.organisation("Comune di Reggio nell'Emilia", town), municipalities=["H223"])
    item = news(cities=[town])
    told = run(file({**REGGIO, "name": "Reggio Lepida"}, CASTRO_BG), "--apply")
    assert "Pratiche da trovare con i nuovi nomi: 1.\n" in told
    assert " lepida " in SearchEntry.objects.get().place
    assert list(faults()) == []
    item.refresh_from_db()
    assert " reggio lepida re " in item.words
    # What news are searched by has the sign of the province too.
    run(file({**REGGIO, "name": "Reggio Lepida", "sign": "RL"}, CASTRO_BG), "--apply")
    item.refresh_from_db()
    assert " reggio lepida rl " in item.words


def test_a_trial_leaves_the_search_as_it_was(run: Callable[..., str]) -> None:
    run(file(REGGIO), "--apply")
    make.submission(Status.PUBLISHED, of=make.organisation(town=Municipality.objects.get()), municipalities=["H223"])
    run(file({**REGGIO, "name": "Reggio Lepida"}))
    assert " lepida " not in SearchEntry.objects.get().place


def test_long_lists_are_cut_unless_asked_for(run: Callable[..., str]) -> None:
    many = [
        {**CASTRO_BG, "name": f"Paese {number}", "istat": f"{16100 + number:06d}", "belfiore": f"Z{number:03d}"}
        for number in range(22)
    ]
    assert "  … e altri 2 (--verbosity 2 li dice tutti)\n" in run(file(*many))
    assert "  Paese 21 (BG)\n" in run(file(*many), "--verbosity", "2")


def test_the_command_says_what_is_wrong(run: Callable[..., str], tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"^riga 4: «F8» non è un codice catastale\.\nNulla è stato scritto\.$"):
        run(file({**NAPLES, "belfiore": "F8"}), "--apply")
    with pytest.raises(CommandError, match="--cease-missing non va con --partial"):
        run(file(NAPLES), "--cease-missing", "--as-of", "2024-01-01")
    with pytest.raises(CommandError, match=r"^Non si riesce a leggere manca\.csv: .+\.$"):
        call_command("import_municipalities", "manca.csv")
    path = tmp_path / "intero.csv"
    path.write_bytes(file(*ALL))
    with pytest.raises(CommandError, match="è troncato"):
        call_command("import_municipalities", str(path), "--apply")
    assert rows() == []

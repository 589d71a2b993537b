"""ISTAT's list of municipalities, in the shapes in which it is published, brought into the portal."""

import csv
import io
from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from networks import slugs
from networks.models import Municipality, OldSlug, Organisation, OrganisationProposal, Province, Region
from networks.municipal_list import read_list
from networks.tables import WrongFile
from networks.territory import import_list
from portal.lib.content_version import current_version
from portal.lib.text import fold
from practices.models import SearchEntry
from practices.models.choices import Status
from practices.search.upkeep import faults
from tests import make

pytestmark = pytest.mark.django_db

# As in the files of 2019 and later: (header, value of the row).
HEADERS = (
    "Codice Regione",
    "Codice dell'Unità territoriale sovracomunale \n(valida a fini statistici)",
    "Codice Provincia (Storico)(1)",
    "Progressivo del Comune (2)",
    "Codice Comune formato alfanumerico",
    "Denominazione (Italiana e straniera)",
    "Denominazione in italiano",
    "Denominazione altra lingua",
    "Codice Ripartizione Geografica",
    "Ripartizione geografica",
    "Denominazione Regione",
    "Denominazione dell'Unità territoriale sovracomunale \n(valida a fini statistici)",
    "Tipologia di Unità territoriale sovracomunale ",
    "Flag Comune capoluogo di provincia/città metropolitana/libero consorzio",
    "Sigla automobilistica",
    "Codice Comune formato numerico",
    "Codice Comune numerico con 110 province (dal 2010 al 2016)",
    "Codice Comune numerico con 107 province (dal 2006 al 2009)",
    "Codice Comune numerico con 103 province (dal 1995 al 2005)",
    "Codice Catastale del comune",
    "Codice NUTS1 2010",
    "Codice NUTS2 2010 (3) ",
    "Codice NUTS3 2010",
    "Codice NUTS1 2021",
    "Codice NUTS2 2021 (3) ",
    "Codice NUTS3 2021",
)
NAPLES = {"region": "15", "unit": "263", "province": "Napoli", "sign": "NA", "istat": "063049", "name": "Napoli",
          "capital": "1", "belfiore": "F839"}  # fmt: skip
BOLZANO = {"region": "04", "unit": "021", "province": "Bolzano/Bozen", "sign": "BZ", "istat": "021008", "name": "Bolzano",
           "other": "Bozen", "capital": "1", "belfiore": "A952"}  # fmt: skip
TRENTO = {"region": "04", "unit": "022", "province": "Trento", "sign": "TN", "istat": "022205", "name": "Trento",
          "capital": "1", "belfiore": "L378"}  # fmt: skip
CASTRO_BG = {"region": "03", "unit": "016", "province": "Bergamo", "sign": "BG", "istat": "016065", "name": "Castro",
             "belfiore": "C337"}  # fmt: skip
CASTRO_LE = {"region": "16", "unit": "075", "province": "Lecce", "sign": "LE", "istat": "075096", "name": "Castro",
             "belfiore": "M261"}  # fmt: skip
REGGIO = {"region": "08", "unit": "035", "province": "Reggio nell'Emilia", "sign": "RE", "istat": "035033",
          "name": "Reggio nell'Emilia", "capital": "1", "belfiore": "H223"}  # fmt: skip
ALL = (NAPLES, BOLZANO, TRENTO, CASTRO_BG, CASTRO_LE, REGGIO)


def cells(town: dict[str, str]) -> dict[str, str]:
    other = town.get("other", "")
    return {
        **dict.fromkeys(HEADERS, "x"),
        HEADERS[0]: town["region"],
        HEADERS[1]: town["unit"],
        HEADERS[2]: f"0{town['unit'][1:]}",
        HEADERS[4]: town["istat"],
        HEADERS[5]: f"{town['name']}/{other}" if other else town["name"],
        HEADERS[6]: town["name"],
        HEADERS[7]: other,
        HEADERS[11]: town["province"],
        HEADERS[13]: town.get("capital", "0"),
        HEADERS[14]: town["sign"],
        HEADERS[19]: town["belfiore"],
    }


def file(
    *towns: dict[str, str],
    headers: tuple[str, ...] = HEADERS,
    renamed: Callable[[str], str] = str,
    separator: str = ";",
    encoding: str = "utf-8",
    end: str = "\r\n",
) -> bytes:
    """The list of these towns, in a shape."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator=end)
    writer.writerow([renamed(header) for header in headers])
    for town in towns:
        row = cells(town)
        writer.writerow([row.get(header, "x") for header in headers])
    return out.getvalue().encode(encoding)


def load(*towns: dict[str, str], **options: Any) -> Any:
    return import_list(read_list(file(*towns), partial=True), **options)


def rows() -> list[dict[str, Any]]:
    return [*Municipality.objects.order_by("pk").values(), *Province.objects.order_by("pk").values()]


def state() -> Any:
    return rows(), list(OldSlug.objects.order_by("slug").values_list("slug", "municipality")), current_version()


@pytest.fixture(autouse=True)
def _regions() -> None:
    call_command("loaddata", "regions", verbosity=0)


def test_a_list_fills_an_empty_portal() -> None:
    report = load(*ALL)
    assert report.added == [
        "Napoli (NA)", "Bolzano/Bozen (BZ)", "Trento (TN)", "Castro (BG)", "Castro (LE)", "Reggio nell'Emilia (RE)"
    ]  # fmt: skip
    found = Municipality.objects.order_by("slug").values_list(
        "slug", "name", "other_name", "istat_code", "province", "province__region", "is_provincial_capital", "sort_name"
    )
    assert list(found) == [
        ("bolzano", "Bolzano", "Bozen", "021008", "021", "ITH1", True, "bolzano bozen"),
        ("castro-bg", "Castro", "", "016065", "016", "ITC4", False, "castro"),
        ("castro-le", "Castro", "", "075096", "075", "ITF4", False, "castro"),
        ("napoli", "Napoli", "", "063049", "263", "ITF3", True, "napoli"),
        ("reggio-nell-emilia", "Reggio nell'Emilia", "", "035033", "035", "ITH5", True, "reggio nell emilia"),
        ("trento", "Trento", "", "022205", "022", "ITH2", True, "trento"),
    ]
    assert dict(Province.objects.values_list("abbreviation", "name"))["NA"] == "Napoli"
    for row in (*Municipality.objects.all(), *Province.objects.all()):
        row.full_clean()


@pytest.mark.parametrize(
    "shape",
    [
        {"encoding": "utf-8-sig"},
        {"encoding": "cp1252"},
        {"separator": ","},
        {"separator": "\t", "end": "\n"},
        {"renamed": str.upper},
        {"renamed": lambda header: header.replace("\n", " ").replace(" in italiano", "  in\nItaliano ")},
        {"renamed": lambda header: header.replace("'", "’").replace("(2)", "(4)")},
        {"headers": HEADERS[:20] + HEADERS[23:]},
        {"headers": (*HEADERS, "Codice NUTS3 2024")},
        {"headers": tuple(reversed(HEADERS))},
    ],
)
def test_every_shape_of_the_file_says_the_same(shape: dict[str, Any]) -> None:
    expected = read_list(file(*ALL), partial=True)
    found = read_list(file(*ALL, **shape), partial=True)
    assert [(t.belfiore, t.istat, t.name, t.other_name, t.unit, t.is_capital) for t in found.towns] == [
        (t.belfiore, t.istat, t.name, t.other_name, t.unit, t.is_capital) for t in expected.towns
    ]


def test_before_2019_metropolitan_cities_had_a_column_of_their_own() -> None:
    # Made of the columns of the later files, under the names of then.
    then = {
        HEADERS[1]: "Codice Città Metropolitana",
        HEADERS[2]: "Codice Provincia (1)",
        HEADERS[8]: "Denominazione Città metropolitana",
        HEADERS[11]: "Denominazione provincia",
    }
    headers = tuple(header for header in HEADERS if header != HEADERS[7])
    lines = list(csv.reader(io.StringIO(file(NAPLES, REGGIO, BOLZANO, headers=headers).decode()), delimiter=";"))
    lines[0] = [then.get(header, header) for header in lines[0]]
    for line in lines[1:]:
        is_metropolitan = line[1].startswith("2")
        line[7], line[10] = (line[10], "-") if is_metropolitan else ("-", line[10])
        line[1] = line[1] if is_metropolitan else "-"
    text = "\r\n".join(";".join(f'"{cell}"' for cell in line) for line in lines)
    towns = read_list(text.encode(), partial=True).towns
    assert [(t.name, t.other_name, t.unit.code, t.unit.name) for t in towns] == [
        ("Napoli", None, "263", "Napoli"),
        ("Reggio nell'Emilia", None, "035", "Reggio nell'Emilia"),
        ("Bolzano", None, "021", "Bolzano/Bozen"),
    ]


def test_codes_without_their_first_zeros_get_them_back() -> None:
    robbed = {**CASTRO_BG, "region": "3", "unit": "16", "istat": "16065"}
    (town,) = read_list(file(robbed), partial=True).towns
    assert (town.istat, town.unit.code, town.unit.region) == ("016065", "016", "ITC4")


def test_the_same_list_twice_changes_nothing() -> None:
    load(*ALL, as_of=date(2023, 6, 30))
    before = state()
    report = load(*ALL, as_of=date(2023, 6, 30))
    assert (report.is_empty, report.unchanged, report.touched, state()) == (True, 6, set(), before)


def test_how_many_queries_a_list_takes(django_assert_num_queries: Any, django_assert_max_num_queries: Any) -> None:
    load(*ALL)
    found = read_list(file(*ALL), partial=True)
    with django_assert_num_queries(8):
        import_list(found)
    many = [
        {**CASTRO_BG, "name": f"Paese {number}", "istat": f"{16100 + number:06d}", "belfiore": f"Z{number:03d}"}
        for number in range(300)
    ]
    found = read_list(file(*ALL, *many), partial=True)
    # SQLite takes fewer values at a time than PostgreSQL.
    with django_assert_max_num_queries(15):
        assert len(import_list(found).added) == 300


# What is wrong with a file


def wrong(data: bytes, **options: Any) -> tuple[str, ...]:
    with pytest.raises(WrongFile) as caught:
        read_list(data, **{"partial": True, **options})
    return caught.value.args


def test_missing_columns_are_named() -> None:
    headers = tuple(header for header in HEADERS if header not in {HEADERS[14], HEADERS[19]})
    assert wrong(file(*ALL, headers=headers)) == ("mancano le colonne: Sigla automobilistica, Codice Catastale del comune.",)
    assert wrong(b"")[0].startswith("mancano le colonne: Codice Regione, ")
    assert wrong(b"\x00\x81\x00") == ("il file non è un testo UTF-8 o Windows-1252.",)


def test_a_truncated_file() -> None:
    assert wrong(file(*ALL)[:-40]) == ("riga 9: ha 12 celle e l'intestazione 26.",)
    assert wrong(file(*ALL), partial=False) == (
        "il file ha 6 comuni, un elenco intero più di 7000: è troncato? (altrimenti --partial)",
    )
    (said,) = wrong(file(NAPLES) + b'"15;')
    assert said.startswith("riga 5: le virgolette non tornano, il file è forse troncato")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"belfiore": "F83"}, "«F83» non è un codice catastale"),
        ({"istat": "63-049"}, "«63-049» non è un codice ISTAT"),
        ({"sign": ""}, "«» non è una sigla della provincia"),
        ({"region": "21"}, "il codice della regione non è tra quelli noti"),
        ({"name": ""}, "«Napoli»: il nome manca o non è intero"),
        ({"name": "Sovodnje ob So?i"}, "«Sovodnje ob So?i»: il nome manca o non è intero"),
        ({"name": "x" * 81}, f"«{'x' * 40}…» non è un nome"),
    ],
)
def test_a_wrong_row_is_told_with_its_line(changes: dict[str, str], said: str) -> None:
    # The header takes three lines.
    assert wrong(file(TRENTO, {**NAPLES, **changes})) == (f"riga 5: {said}.",)


def test_rows_that_contradict_each_other() -> None:
    twice = {**CASTRO_LE, "belfiore": "C337"}
    other = {**CASTRO_BG, "belfiore": "Z001", "istat": "016999", "province": "Bergamo bassa"}
    sign = {**CASTRO_LE, "belfiore": "Z002", "istat": "075999", "unit": "076"}
    assert wrong(file(CASTRO_BG, twice, other, sign)) == (
        "riga 5: il codice «C337» è già alla riga 4.",
        "riga 6: la provincia «016» ha altro nome, sigla o regione in una riga precedente.",
        "riga 7: la sigla «LE» è anche della provincia 075.",
    )


def test_a_lost_letter_keeps_the_name_that_is_here() -> None:
    load({**CASTRO_BG, "other": "Soči"})
    report = load({**CASTRO_BG, "other": "So?i"})
    assert report.doubts == ["riga 4: in «So?i» il file ha perso una lettera; nome non ripreso."]
    assert (report.unchanged, Municipality.objects.get().other_name) == (1, "Soči")


def test_a_territory_that_is_missing_is_told() -> None:
    Region.objects.filter(pk="ITF3").delete()
    with pytest.raises(WrongFile, match="mancano i territori ITF3"):
        load(NAPLES)
    assert rows() == []


# What changes


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


# The command


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
    told = run(file({**REGGIO, "name": "Reggio Lepida"}, CASTRO_BG), "--apply")
    assert "Pratiche da trovare con i nuovi nomi: 1.\n" in told
    assert " lepida " in SearchEntry.objects.get().place
    assert list(faults()) == []


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

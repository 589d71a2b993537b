"""Residents from ISTAT's files, and code, site and mail from the index of public bodies."""

from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from networks.bodies import import_bodies
from networks.models import Municipality, Organisation
from networks.population import import_population
from networks.tables import WrongFile
from portal.lib.content_version import current_version
from practices.context import snapshot
from tests import make

pytestmark = pytest.mark.django_db
DAY = date(2025, 1, 1)
RESIDENTS = b'"Popolazione residente"\r\n"Codice comune";"Comune";"Totale"\r\n"000001";"Reggio";"171.000"\r\n"000002";"Torino";"850000"\r\n'
FOREIGN = (
    b"Codice comune,Comune,Eta,Totale maschi,Totale femmine\n1,Reggio,0,10,20\n1,Reggio,1,5,5\n2,Torino,0,7,7\n2,Torino,999,60000,60000\n"
    b"Fonte: Istat,,,,\n"
)


@pytest.fixture(autouse=True)
def towns() -> list[Municipality]:
    return [make.municipality(), make.municipality("Torino", "L219", sign="TO")]


def figures() -> list[tuple[Any, ...]]:
    found = Municipality.objects.order_by("istat_code")
    return list(found.values_list("population", "foreign_residents", "population_on"))


def test_two_files_fill_the_towns() -> None:
    before = current_version()
    report = import_population(RESIDENTS, FOREIGN, on=DAY, apply=True)
    assert (report.updated, report.unchanged, report.newer, report.unplaced, report.without) == (2, 0, [], [], 0)
    assert figures() == [(171_000, 40, DAY), (850_000, 120_000, DAY)]
    assert current_version() == before + 1
    assert snapshot(Municipality.objects.all())["context_foreign_residents"] == 120_040
    report = import_population(RESIDENTS, FOREIGN, on=DAY, apply=True)
    assert (report.updated, report.unchanged, current_version()) == (0, 2, before + 1)


def test_one_file_with_both_columns() -> None:
    data = "Codice comune;Popolazione residente;Stranieri residenti\n000001;100;9\n".encode("cp1252")
    report = import_population(data, None, on=DAY, apply=True)
    assert (report.updated, report.without, figures()) == (1, 1, [(100, 9, DAY), (None, None, None)])


def test_a_trial_writes_nothing() -> None:
    assert import_population(RESIDENTS, FOREIGN, on=DAY, apply=False).updated == 2
    assert figures() == [(None, None, None)] * 2


def test_older_figures_change_nothing_and_say_so() -> None:
    import_population(RESIDENTS, FOREIGN, on=DAY, apply=True)
    before = figures()
    report = import_population(RESIDENTS, FOREIGN, on=date(2024, 1, 1), apply=True)
    assert (report.updated, figures()) == (0, before)
    assert report.newer == [
        "Reggio Emilia (RE): ha già i dati del 2025-01-01.",
        "Torino (TO): ha già i dati del 2025-01-01.",
    ]


def test_what_has_no_place_is_told() -> None:
    data = b"Codice comune;Residenti;Stranieri\n000001;100;9\n999999;10;1\n"
    report = import_population(data, None, on=DAY, apply=True)
    assert report.unplaced == ["riga 3: nessun comune ha il codice ISTAT 999999."]
    alone = b"Codice comune;Totale\n000002;5\n"
    report = import_population(RESIDENTS, alone, on=DAY, apply=True)
    assert report.unplaced == ["Reggio Emilia (RE): uno dei due dati manca."]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"Comune;Totale\nx;1\n", "mancano le colonne: Codice comune."),
        (b"Codice comune;Totale\n000001;1\n", "servono anche gli stranieri residenti"),
        (b"Codice comune;Comune;Stranieri\n000001;x;1\n", "manca la colonna Totale, o Maschi e Femmine."),
        (b"Codice comune;Totale;Stranieri\n000001;1;2\n", "riga 2: 000001 ha più stranieri che residenti."),
        (b"Codice comune;Totale;Stranieri\n000001;uno;0\n", "riga 2: «000001», «uno»: non sono"),
        (b"Codice comune;Totale;Stranieri\n000001;1;0\n000001;1;0\n", "riga 3: 000001 è già alla riga 2."),
    ],
)
def test_a_wrong_file_changes_nothing(data: bytes, said: str) -> None:
    with pytest.raises(WrongFile) as caught:
        import_population(data, None, on=DAY, apply=True)
    assert caught.value.args[0].startswith(said)
    assert figures() == [(None, None, None)] * 2


def test_figures_take_few_queries(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(5):
        import_population(RESIDENTS, FOREIGN, on=DAY, apply=True)


def run(tmp_path: Path, command: str, *files: bytes, **options: Any) -> str:
    paths = []
    for number, data in enumerate(files):
        (path := tmp_path / f"{number}.csv").write_bytes(data)
        paths.append(path)
    if len(paths) > 1:
        options["foreign"] = paths[1]
    out = StringIO()
    call_command(command, str(paths[0]), stdout=out, **options)
    return out.getvalue()


def test_the_command_of_the_residents(tmp_path: Path) -> None:
    told = run(tmp_path, "import_population", RESIDENTS, FOREIGN, on=DAY)
    assert told.splitlines() == [
        "Comuni con dati nuovi: 2. Invariati: 0.",
        "Comuni che nel file non ci sono, o solo a metà: 0.",
        "Hanno già dati più recenti: 0.",
        "Non collocati: 0.",
        "Era una prova: nulla è stato scritto. Per scrivere, aggiungere --apply.",
    ]
    assert run(tmp_path, "import_population", RESIDENTS, FOREIGN, on=DAY, apply=True).startswith("Comuni con dati nuovi: 2.")
    told = run(tmp_path, "import_population", RESIDENTS, FOREIGN, on=date(2020, 1, 1), apply=True)
    assert "  Torino (TO): ha già i dati del 2025-01-01.\n" in told
    with pytest.raises(CommandError, match=r"^servono anche .+\nNulla è stato scritto\.$"):
        run(tmp_path, "import_population", RESIDENTS, on=DAY)
    with pytest.raises(CommandError, match=r"^Non si riesce a leggere manca\.csv: .+\.$"):
        call_command("import_population", "manca.csv", on=DAY)


# The index of public bodies

HEADER = "Codice_IPA\tDenominazione_ente\tCodice_Categoria\tCodice_catastale_comune\tMail1\tTipo_Mail1\tMail2\tTipo_Mail2\tSito_istituzionale\n"


def index(*rows: str) -> bytes:
    return (HEADER + "".join(f"{row}\n".replace(";", "\t") for row in rows)).encode("utf-8-sig")


REGGIO = "C_H223;Comune di Reggio nell'Emilia;L6;H223;comune@pec.example.it;Pec;Info@comune.example.it;Altro;www.comune.example.it"
UNION = "UC_X;UNIONE DEI COMUNI DI PROVA;L18;H223;unione@example.it;Altro;;;https://unione.example.it"
SCHOOL = "istsc;Liceo;L33;H223;liceo@example.it;Altro;;;liceo.example.it"


@pytest.fixture
def bodies() -> tuple[Organisation, Organisation]:
    union = Organisation.objects.create(kind="union", name="Unione dei Comuni di Prova", slug="unione-di-prova")
    return make.organisation(), union


def columns(body: Organisation) -> tuple[str, str, str]:
    body.refresh_from_db()
    return body.ipa_code, body.website, body.office_email


def test_what_is_empty_is_filled(bodies: tuple[Organisation, Organisation]) -> None:
    report = import_bodies(index(REGGIO, UNION, SCHOOL), apply=True)
    assert columns(bodies[0]) == ("c_h223", "https://www.comune.example.it", "info@comune.example.it")
    assert columns(bodies[1]) == ("uc_x", "https://unione.example.it", "unione@example.it")
    assert (len(report.filled), report.complete, report.absent, report.unplaced) == (2, 0, [], [])
    before = current_version()
    report = import_bodies(index(REGGIO, UNION, SCHOOL), apply=True)
    assert (report.filled, report.complete, current_version()) == ([], 2, before)


def test_what_somebody_wrote_stays(bodies: tuple[Organisation, Organisation]) -> None:
    Organisation.objects.filter(pk=bodies[0].pk).update(website="https://altro.example.it", office_email="a@example.it")
    report = import_bodies(index(REGGIO), apply=True)
    assert report.filled == ["Comune di Reggio Emilia: c_h223"]
    assert report.absent == ["Unione dei Comuni di Prova"]
    assert columns(bodies[0]) == ("c_h223", "https://altro.example.it", "a@example.it")


def test_a_trial_of_the_index_writes_nothing(bodies: tuple[Organisation, Organisation]) -> None:
    assert len(import_bodies(index(REGGIO), apply=False).filled) == 1
    assert columns(bodies[0]) == ("", "", "")


def test_what_cannot_be_taken_is_told(bodies: tuple[Organisation, Organisation]) -> None:
    Organisation.objects.filter(pk=bodies[1].pk).update(ipa_code="c_h223")
    bad = "c_h223;Comune;L6;H223;niente;Altro;x@pec.it;Pec;due parole"
    report = import_bodies(index(bad, REGGIO), apply=True)
    assert report.unplaced == [
        "riga 2: il codice IPA «c_h223» è di un altro ente, o non è un codice.",
        "riga 3: Comune di Reggio Emilia è già alla riga 2.",
    ]
    assert columns(bodies[0]) == ("", "", "")


def test_the_command_of_the_index(bodies: tuple[Organisation, Organisation], tmp_path: Path) -> None:
    told = run(tmp_path, "import_bodies", index(REGGIO, UNION))
    assert told.splitlines() == [
        "Enti completati: 2.",
        "  Comune di Reggio Emilia: c_h223, https://www.comune.example.it, info@comune.example.it",
        "  Unione dei Comuni di Prova: uc_x, https://unione.example.it, unione@example.it",
        "Enti che nel file non ci sono: 0.",
        "Non collocati: 0.",
        "Enti che avevano già tutto: 0.",
        "Era una prova: nulla è stato scritto. Per scrivere, aggiungere --apply.",
    ]
    assert "Era una prova" not in run(tmp_path, "import_bodies", index(REGGIO, UNION), apply=True)
    with pytest.raises(CommandError, match="mancano le colonne: Codice_IPA"):
        run(tmp_path, "import_bodies", b"a;b\n")
    with pytest.raises(CommandError, match=r"^Non si riesce a leggere manca\.csv: .+\.$"):
        call_command("import_bodies", "manca.csv")

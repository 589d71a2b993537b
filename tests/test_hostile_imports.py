"""Any file that is given to an importer: read, or refused with the line that is wrong; never half of it, never an error of ours."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.db import models, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from networks.bodies import COLUMNS, import_bodies
from networks.models import Municipality, Organisation, Province
from networks.municipal_list import read_list
from networks.population import import_population
from networks.tables import WrongFile
from networks.territory import import_list
from portal.lib.content_version import current_version
from practices.import_format import NOT_IMPORTED
from practices.importing import import_practices
from practices.models import CommonIndicator, Event, Indicator, Practice, Reading, SearchEntry, Submission
from practices.record import FIELDS
from tests import make
from tests.municipal_lists import ALL, file
from tests.samples import full_values
from tests.test_importing import line
from tests.test_population import FOREIGN, RESIDENTS

# What these walk over is measured by quicker tests.
pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]
few = settings(
    max_examples=80,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
INDEX = (
    ";".join(column.label for column in COLUMNS.values()).encode()
    + b"\nc_h223;Comune di Reggio Emilia;L6;H223;www.comune.re.it;urp@comune.re.it;;;;;altro;;;;\n"
)
ODD = [
    b"\x00",
    b"\xff\xfe",
    b'"',
    b'""',
    b"\n",
    b"\r",
    b";",
    b",",
    b"\xc3",
    b"\xef\xbb\xbf",
    b"9" * 30,
    b"-1",
    b"\xed\xa0\x80",
]
ODD += ["٣".encode(), "²".encode(), b"=1+1", b"x" * 5_000, b"1e9", b"NaN", b"\x1a", b"\x85", "\u2028".encode()]

# With its line; or what is wrong with the whole.
SAID = re.compile(r"riga \d+: |mancano |manca la |il file |servono |la sigla ")


@st.composite
def mutilated(draw: st.DrawFn, sound: bytes) -> bytes:
    """A file that was sound, with some places of it cut away, doubled or replaced."""
    data = sound
    for _n in range(draw(st.integers(1, 4))):
        begin = draw(st.integers(0, len(data)))
        end = min(len(data), begin + draw(st.sampled_from([0, 0, 1, 2, 8, 40])))
        piece = draw(st.sampled_from(ODD) | st.binary(max_size=6) | st.just(b"") | st.just(data[begin:end] * 2))
        data = data[:begin] + piece + data[end:]
    return data


@contextmanager
def all_or_nothing(*of: type[models.Model]) -> Iterator[None]:
    """What the database holds afterwards is what it held before, when the file was refused; and then, again, at the end."""

    def state() -> Any:
        return [list(model._default_manager.order_by("pk").values()) for model in of], current_version()

    before, said = state(), ()
    with transaction.atomic():
        try:
            yield
        except WrongFile as wrong:
            said = wrong.args
        assert not said or (state() == before and all(SAID.match(one) for one in said)), said
        transaction.set_rollback(True)
    assert state() == before


@pytest.fixture
def _towns() -> None:
    make.organisation()
    make.municipality("Torino", "L219", sign="TO")


@pytest.mark.usefixtures("_towns")
@few
@given(data=mutilated(RESIDENTS) | st.binary(max_size=200), foreign=mutilated(FOREIGN) | st.none() | st.just(FOREIGN))
def test_residents(data: bytes, foreign: bytes | None) -> None:
    with all_or_nothing(Municipality):
        import_population(data, foreign, on=date(2025, 1, 1), apply=True)


@pytest.mark.usefixtures("_towns")
@few
@given(data=mutilated(INDEX) | st.binary(max_size=200))
def test_the_index_of_public_bodies(data: bytes) -> None:
    with all_or_nothing(Organisation):
        import_bodies(data, apply=True)


@few
@given(data=mutilated(file(*ALL)) | st.binary(max_size=200))
def test_the_list_of_towns(data: bytes) -> None:
    if not Province.objects.exists():
        call_command("loaddata", "regions", verbosity=0)
    with all_or_nothing(Municipality, Province):
        import_list(read_list(data, partial=True), as_of=date(2025, 1, 1), cease_missing=True)


WRITTEN = (Practice, Submission, Indicator, Reading, Event, SearchEntry)
TEXTS = st.text(max_size=20) | st.sampled_from(
    ["\ud800", "\x00", "x" * 30_000, "javascript:x", "2024-02-30", "BP-1", "NaN", "1e400"]
)
NUMBERS = st.sampled_from([0, -1, 2**31, 2**63, 10**400, 1.5, float("nan"), float("inf")])
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
SOUND: dict[str, Any] = {
    **json.loads(line()),
    "other_source_urls": ["https://example.org/altra"],
    "source_note": "Una nota.",
}
# Fields of every type, beside those of the small one.
SOUND["content"] |= {
    "tags": ["quartiere"],
    "started_on": "2019-05",
    "context_population": 171_000,
    "total_cost": "2000000",
    "funding_lines": [{"fund": "fami", "amount": "12.50", "from_year": 2019, "to_year": 2021}],
    "milestones": [{"when": "2020", "what": "Raddoppio"}],
    "act_url": "https://example.org/atto",
    "office_email": "ufficio@example.org",
}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Of everything that stands in it."""
    yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inside:
        yield from places(one, (*path, key))


@st.composite
def changed(draw: st.DrawFn) -> dict[str, Any]:
    """The sound line with something else at a place of it, or something more."""
    found: dict[str, Any] = json.loads(json.dumps(SOUND))
    for _n in range(draw(st.integers(1, 2))):
        *way, last = draw(st.sampled_from([path for path in places(found) if path]))
        inside: Any = found
        for step in way:
            inside = inside[step]
        inside[last] = draw(JSON)
    return found


def imported(lines: list[str]) -> set[int]:
    """Written as a whole, or each mistake with its line and nothing written. Which lines were refused."""

    def state() -> Any:
        return {model.__name__: model._default_manager.count() for model in WRITTEN}, current_version()

    before = state()
    with transaction.atomic():
        report = import_practices(lines, at=make.NOW, apply=True)
        if report.errors:
            assert (report.added, state()) == (0, before)
        told = [re.match(r"riga (\d+): ", error) for error in report.errors]
        assert all(told)
        transaction.set_rollback(True)
    return {int(match[1]) for match in told if match}


INDICATOR = {"name": "Utenti", "unit": "persone", "direction": "up", "baseline": "1", "target": "2.5", "source": "registro"}
READING = {"indicator": "Utenti", "period": "2024", "on": "2024-12-31", "value": "12.5"}


@pytest.fixture
def _reference_data() -> None:
    make.organisation()
    make.taxonomy()
    CommonIndicator.objects.create(name="Utenti", slug="utenti", unit="persone", definition="Chi viene.")


@pytest.mark.usefixtures("_reference_data")
def test_the_sound_line_is_sound() -> None:
    assert import_practices([json.dumps(SOUND)], at=make.NOW, apply=False).errors == ()


# One of every kind of thing that JSON can say.
OF_EVERY_TYPE = [None, True, False, 0, 2024, 1.5, "", "x", [], ["x"], [["x"]], {}, {"x": {}}]


@pytest.mark.usefixtures("_reference_data")
def test_practices_with_every_type_in_every_place() -> None:
    """All that a line may say, and at each place of it what no text of the format has there."""
    everything = json.loads(json.dumps(SOUND))
    told = full_values(municipalities=["H223"], started_on="2019-05", indicators=[{**INDICATOR, "common": "utenti"}])
    left_out = {name for name, field in FIELDS.items() if not field.public or name in NOT_IMPORTED}
    everything["content"] = {name: value for name, value in told.items() if name not in left_out}
    everything["readings"] = [{**READING, "is_approximate": True, "approximation": "over", "source": "registro"}]
    assert import_practices([json.dumps(everything)], at=make.NOW, apply=False).errors == ()
    for *way, last in [path for path in places(everything) if path]:
        changed = json.loads(json.dumps(everything))
        inside: Any = changed
        for step in way:
            inside = inside[step]
        lines = []
        for number, value in enumerate(OF_EVERY_TYPE):
            changed["slug"] = f"sportello-{number}"
            inside[last] = value
            lines.append(json.dumps(changed))
        refused = imported(lines)
        # Whatever it does not object to, it can write.
        assert imported([line for number, line in enumerate(lines, start=1) if number not in refused]) == set()


@pytest.mark.usefixtures("_reference_data")
@few
@given(row=changed())
def test_practices(row: dict[str, Any]) -> None:
    imported([json.dumps(row)])


@pytest.mark.usefixtures("_reference_data")
@few
@given(text=st.text(max_size=100) | mutilated(json.dumps(SOUND).encode()).map(lambda data: data.decode(errors="replace")))
def test_practices_that_are_no_json(text: str) -> None:
    imported(text.split("\n"))


@pytest.mark.usefixtures("_reference_data")
@pytest.mark.parametrize(
    "make_it",
    [
        lambda: "[" * 100_000,
        lambda: json.dumps(SOUND)[:-1] + ',"source_note":' + "[" * 100_000 + "]" * 100_000 + "}",
        lambda: json.dumps({**SOUND, "source_note": "\ud800"}),
        lambda: json.dumps(SOUND).replace('"2000000"', "9" * 5_000),
    ],
    ids=["unclosed", "nested", "surrogate", "digits"],
)
def test_practices_that_are_too_much(make_it: Callable[[], str]) -> None:
    imported([make_it()])

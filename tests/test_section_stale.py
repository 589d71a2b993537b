"""Two people, two tabs or two clicks on the same section: nothing is overwritten unseen, nothing is lost."""

import pytest

from practices.moderation import officer
from tests import make
from tests.desk import Desk
from tests.html_forms import data_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_stale_section_is_shown_with_both_texts_and_saved_on_the_second_try(desk: Desk) -> None:
    mine = data_of(desk.client.get(desk.url("why")))
    officer.save(desk.draft, by=desk.by, at=make.later(), section="why", values={"problem": "Il testo loro."}, seen=0)
    response = desk.client.post(desk.url("why"), {**mine, "problem": "Il testo mio."})
    page = response.content.decode()
    assert (response.status_code, desk.value("problem")) == (409, "Il testo loro.")
    assert "Nel frattempo qualcun altro ha salvato questa sezione." in page
    assert [(c.name, [(s.change.value, s.text) for s in c.segments]) for c in response.context["theirs"]] == [
        ("problem", [("equal", "Il testo "), ("delete", "loro."), ("insert", "mio.")])
    ]
    again = data_of(response)
    assert (again["problem"], again["seen"]) == (["Il testo mio."], ["1"])
    assert desk.client.post(desk.url("why"), again).status_code == 302
    assert (desk.value("problem"), desk.everything()[1]) == ("Il testo mio.", {"why": 2})


def test_an_older_page_stays_old_when_it_had_a_mistake_too(desk: Desk) -> None:
    mine = data_of(desk.client.get(desk.url("identity")))
    officer.save(desk.draft, by=desk.by, at=make.later(), section="identity", values={"title": "Il titolo loro"}, seen=0)
    refused = desk.client.post(desk.url("identity"), {**mine, "title": "x" * 101})
    assert refused.status_code == 422
    response = desk.client.post(desk.url("identity"), {**data_of(refused), "title": "Il titolo mio"})
    assert (response.status_code, desk.value("title")) == (409, "Il titolo loro")


@pytest.mark.parametrize("seen", ["", "-1", "x", "1.0", "99999999999999999999", "\x00", "٠"])
def test_a_forged_number_of_the_section_is_stale(desk: Desk, seen: str) -> None:
    expected = 302 if seen == "٠" else 409
    assert desk.send("why", problem="Altro.", seen=seen).status_code == expected


def rows_of(desk: Desk, section: str, **changes: str) -> dict[str, list[str]]:
    return {**data_of(desk.client.get(desk.url(section))), **{name: [value] for name, value in changes.items()}}


def test_a_double_click_on_new_rows_keeps_them() -> None:
    desk = Desk(funding_lines=[])
    typed = rows_of(desk, "means", **{"funding_lines-0-fund": "fami", "funding_lines-0-from_year": "2019"})
    first, second = (desk.client.post(desk.url("means"), typed) for _ in range(2))
    line = {"fund": "fami", "amount": None, "from_year": 2019, "to_year": None}
    assert (first.status_code, desk.value("funding_lines")) == (302, [line])
    if second.status_code == 409:
        # Whoever insists after such a warning saves what is on the page.
        assert second.context["theirs"] == []
        assert desk.client.post(desk.url("means"), data_of(second)).status_code == 302
    assert desk.value("funding_lines") == [line]


def test_two_people_who_add_the_same_row_keep_it() -> None:
    desk = Desk(partners=[])
    added = {"partners-0-name": "Coop Prova"}
    mine, theirs = rows_of(desk, "how", **added), rows_of(desk, "how", **added, activities="Le loro.")
    desk.client.post(desk.url("how"), theirs)
    response = desk.client.post(desk.url("how"), mine)
    assert (response.status_code, [change.name for change in response.context["theirs"]]) == (409, ["activities"])
    assert desk.client.post(desk.url("how"), data_of(response)).status_code == 302
    assert desk.value("activities", "partners") == (
        "Un punto di ascolto.",
        [{"name": "Coop Prova", "nature": "", "contribution": ""}],
    )


def test_a_row_that_somebody_took_away_meanwhile_is_shown_as_such_and_not_lost() -> None:
    row = {"when": "2019", "what": "Apertura"}
    desk = Desk(milestones=[row])
    mine = rows_of(desk, "how", activities="Le mie.")
    officer.save(desk.draft, by=desk.by, at=make.later(), section="how", values={"milestones": []}, seen=0)
    response = desk.client.post(desk.url("how"), mine)
    assert (response.status_code, [change.name for change in response.context["theirs"]]) == (
        409,
        ["activities", "milestones"],
    )
    assert desk.client.post(desk.url("how"), data_of(response)).status_code == 302
    assert desk.value("milestones") == [row]

"""A section through its page: what is saved as it was typed, what is refused beside its field."""

from typing import Any

import pytest
from django.urls import reverse
from lxml import html

from practices import content
from practices.models import Submission, Theme
from practices.record import SECTIONS
from tests import make
from tests.desk import SECTION_NAMES, Desk, messages
from tests.html_forms import data_of, send
from tests.samples import client_of, full_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


# As it was typed ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("section", SECTION_NAMES)
def test_a_page_sent_back_untouched_changes_nothing(section: str) -> None:
    of = make.organisation()
    by = make.officer_of(of)
    draft = full_draft(of, by)
    before = content.read(draft)
    url = reverse("desk:section", args=[draft.pk, section])
    response = send(client_of(by), url)
    now = Submission.objects.get(pk=draft.pk)
    assert (response.status_code, response["Location"]) == (302, url)
    assert content.read(now) == before
    assert now.section_versions == {section: 1}


def test_saving_and_going_on_leads_through_every_section_to_the_case(desk: Desk) -> None:
    case = reverse("desk:case", args=[desk.draft.pk])
    addresses = [desk.url(section.name) for section in SECTIONS]
    following = dict(zip(addresses, [*addresses[1:], case], strict=True))
    for name in SECTION_NAMES:
        assert desk.send(name, **{"continue": "1"})["Location"] == following[desk.url(name)]


def test_text_is_trimmed_and_brought_to_nfc_with_plain_newlines_and_nothing_else(desk: Desk) -> None:
    response = desk.send(
        "identity",
        title="  Caffe\u0300  e\tte\u0300 \n",
        summary="\r\n  Uno  due\r\n\r\n\r\ntre\rquattro \u00a0–\u2003fine\n",
    )
    assert response.status_code == 302
    assert desk.value("title", "summary") == ("Caff\u00e8  e\tt\u00e8", "Uno  due\n\n\ntre\nquattro \u00a0–\u2003fine")


@pytest.mark.parametrize(
    "text",
    ["👩🏽‍🌾🏳️‍🌈", "مرحبا بكم في المدينة", "שלום \u200fabc", "𝒳 и 汉字", "<b>&amp;</b> {{ x }} {% y %}", "'; DROP TABLE--"],
)
def test_what_people_write_is_kept_and_shown_again(desk: Desk, text: str) -> None:
    assert desk.send("identity", title=text, summary=text).status_code == 302
    assert desk.value("title", "summary") == (text, text)
    page = desk.client.get(desk.url("identity"))
    assert (data_of(page)["title"], data_of(page)["summary"]) == ([text], [text])


def test_too_many_words_are_kept_and_said(desk: Desk) -> None:
    text = "parola " * 100 + "ultima"
    assert desk.send("identity", summary=text).status_code == 302
    assert desk.value("summary") == text
    said = "È troppo lungo: 101 parole, il limite è 100."
    page = desk.client.get(desk.url("identity"))
    assert "<span data-words>101</span> parole su 100" in page.content.decode()
    case = desk.client.get(reverse("desk:case", args=[desk.draft.pk]))
    for shown in (page, case):
        assert [(p.field.name, p.message) for p in shown.context["problems"]] == [("summary", said)]


def test_key_words_are_cut_at_commas_once_each(desk: Desk) -> None:
    assert desk.send("identity", tags=" Scuola,  casa  e lavoro ,scuola,, ").status_code == 302
    assert desk.value("tags") == ["casa e lavoro", "scuola"]
    assert data_of(desk.client.get(desk.url("identity")))["tags"] == ["casa e lavoro, scuola"]
    response = desk.send("identity", tags="x" * 51)
    assert (response.status_code, messages(response)) == (
        422,
        [("Parole chiave", "Ogni parola chiave ha al massimo 50 caratteri.")],
    )


# Refused, and nothing lost -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "label"),
    [("title", "x" * 101, "Titolo"), ("summary", "x " * 10_001, "In sintesi"), ("title", "", "Titolo")],
)
def test_what_cannot_be_saved_is_refused_beside_its_field_and_everything_stays_in_the_page(
    desk: Desk, name: str, text: str, label: str
) -> None:
    before = desk.everything()
    typed = {
        "title_en": "In English",
        "tags": "altro",
        "action_type": "work",
        "kind": "intervention",
        "other_themes": ["lavoro"],
    }
    response = desk.send("identity", **{**typed, name: text})
    assert (response.status_code, [label for label, _message in messages(response)], desk.everything()) == (
        422,
        [label],
        before,
    )
    shown = data_of(response)
    assert {key: shown[key] for key in (*typed, name)} == {
        **{key: value if isinstance(value, list) else [value] for key, value in typed.items()},
        name: [text],
    }
    assert f'id="id_{name}_error"' in response.content.decode()


@pytest.mark.parametrize("section", SECTION_NAMES)
def test_every_id_is_there_once_and_every_description_is_on_the_page(section: str) -> None:
    of = make.organisation()
    by = make.officer_of(of)
    draft, client = full_draft(of, by), client_of(by)
    url = reverse("desk:section", args=[draft.pk, section])
    data = data_of(client.get(url))
    broken = {name: "x" * 1000 for name in data if not name.endswith(("csrfmiddlewaretoken", "_FORMS", "seen"))}
    refused = client.post(url, {**data, **broken})
    for response in [client.get(url), *([refused] if refused.status_code == 422 else [])]:
        tree = html.fromstring(response.content.decode())
        ids = tree.xpath("//@id")
        assert sorted(ids) == sorted(set(ids))
        described = {name for value in tree.xpath("//@aria-describedby") for name in value.split()}
        assert described - set(ids) == set()
        # What helps with a group and what is wrong with it is said of the group.
        for group in tree.xpath("//main//fieldset[legend/@id]"):
            said = group.xpath("*[@class='help' or @class='error']/@id")
            assert (group.get("aria-describedby") or "").split() == said
        links = tree.xpath("//*[@id='errors']//a/@href")
        assert {link.lstrip("#") for link in links} - set(ids) == set()


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x0b", "\x1b", "\x7f"])
def test_control_characters_are_refused_beside_their_field(desk: Desk, character: str) -> None:
    before = desk.everything()
    response = desk.send("identity", title=f"Ti{character}tolo", summary=f"Te{character}sto", tags=f"a{character}b")
    message = f"Contiene caratteri che non si possono salvare: U+{ord(character):04X}."
    assert response.status_code == 422
    assert messages(response) == [(label, message) for label in ("Titolo", "In sintesi", "Parole chiave")]
    assert (response.content.decode().count('class="error"'), desk.everything()) == (3, before)


HOSTILE = ["a\x00b", "\ufffd", "9" * 400, "-1", "1e400", "NaN", "x" * 50_000, "²"]


@pytest.mark.parametrize("section", SECTION_NAMES)
def test_hostile_values_are_refused_or_kept_but_never_break_the_page(section: str) -> None:
    of = make.organisation()
    by = make.officer_of(of)
    draft, client = full_draft(of, by), client_of(by)
    url = reverse("desk:section", args=[draft.pk, section])
    data = data_of(client.get(url))
    fields = [name for name in data if not name.endswith(("csrfmiddlewaretoken", "_FORMS"))]
    for value in HOSTILE:
        assert client.post(url, {**data, **dict.fromkeys(fields, value)}).status_code in {302, 409, 422}
    for counter in [name for name in data if name.endswith(("TOTAL_FORMS", "INITIAL_FORMS"))]:
        for value in ("", "-1", "x"):
            assert client.post(url, {**data, counter: value}).status_code in {302, 409, 422}


@pytest.mark.parametrize(
    ("section", "name", "values"),
    [
        ("identity", "kind", "boh"),
        ("identity", "main_theme", "boh"),
        ("identity", "other_themes", ["casa", "boh"]),
        ("territory", "municipalities", ["Z999"]),
        ("people", "target_groups", ["boh"]),
        ("time", "stage", "boh"),
        ("means", "act_kind", "boh"),
        ("means", "commitments", ["boh"]),
        ("results", "evaluation", "boh"),
        ("means", "funding_lines-0-fund", "boh"),
    ],
)
def test_choices_that_are_not_offered_are_refused(desk: Desk, section: str, name: str, values: Any) -> None:
    make.municipality("Torino", "L219", sign="TO")
    before = desk.everything()
    response = desk.send(section, **{name: values})
    assert (response.status_code, len(messages(response)), desk.everything()) == (422, 1, before)


def test_a_retired_theme_stays_where_it_was_chosen_and_is_offered_nowhere_else(desk: Desk) -> None:
    Theme.objects.update(is_active=False)
    assert desk.send("identity", title="Altro titolo").status_code == 302
    assert desk.value("main_theme") == "casa"
    assert desk.send("identity", main_theme="lavoro").status_code == 422


def test_themes_are_two_at_most_and_none_twice(desk: Desk) -> None:
    for slug in ("scuola", "salute"):
        Theme.objects.create(slug=slug, name=slug)
    assert messages(desk.send("identity", other_themes=["lavoro", "scuola", "salute"])) == [
        ("Altri ambiti", "Scegline al massimo 2.")
    ]
    assert messages(desk.send("identity", other_themes=["casa"])) == [
        ("Altri ambiti", "L'ambito principale non va ripetuto.")
    ]
    assert desk.send("identity", other_themes=["lavoro", "scuola"]).status_code == 302
    assert desk.value("other_themes") == ["lavoro", "scuola"]


def autosaved(desk: Desk, section: str, **changes: Any) -> list[str]:
    """Which controls the page is told of, when it saves itself with these changes."""
    typed = {**data_of(desk.client.get(desk.url(section))), **changes}
    answer = desk.client.post(reverse("desk:autosave", args=[desk.draft.pk, section]), typed)
    assert answer.status_code == 200
    return sorted(answer.json()["errors"])


def test_what_fields_say_together_is_checked_when_another_is_wrong_too(desk: Desk) -> None:
    for slug in ("scuola", "salute"):
        Theme.objects.create(slug=slug, name=slug)
    themes = {"other_themes": ["lavoro", "scuola", "salute"]}
    assert autosaved(desk, "identity", title="", summary="Nuova.", **themes) == ["id_other_themes_legend", "id_title"]
    assert autosaved(desk, "identity", title="", main_theme="lavoro", other_themes=["lavoro"]) == [
        "id_other_themes_legend",
        "id_title",
    ]
    dates = {"started_on_year": "2024", "ended_on_year": "2020"}
    assert autosaved(desk, "time", stage="forged", **dates) == ["id_ended_on_legend", "id_stage"]
    said = [("Titolo", "Questo campo è obbligatorio."), ("Altri ambiti", "Scegline al massimo 2.")]
    assert messages(desk.send("identity", title="", **themes)) == said
    kept = desk.value("title", "summary", "main_theme", "other_themes", "started_on", "ended_on")
    assert kept == ("Portierato sociale di via Turri", "Nuova.", "casa", [], "2019", None)


def test_the_main_theme_waits_for_the_others_so_that_none_is_stored_twice(desk: Desk) -> None:
    assert desk.send("identity", other_themes=["lavoro"]).status_code == 302
    assert autosaved(desk, "identity", main_theme="lavoro", other_themes=["lavoro"]) == ["id_other_themes_legend"]
    assert autosaved(desk, "identity", main_theme="lavoro", other_themes=["forged"]) == ["id_other_themes_legend"]
    assert desk.value("main_theme", "other_themes") == ("casa", ["lavoro"])


def test_nothing_but_the_section_s_fields_is_written(desk: Desk) -> None:
    other = make.organisation("Comune di Torino", make.municipality("Torino", "L219", sign="TO"))
    before = Submission.objects.filter(pk=desk.draft.pk).values().get()
    forged = {
        "status": "published",
        "organisation": other.pk,
        "organisation_id": other.pk,
        "practice": 0,
        "submitted_by": make.editor_user().pk,
        "decided_by": 1,
        "published_at": "2020-01-01",
        "origin": "imported",
        "is_demo": "on",
        "round": 9,
        "token": "00000000-0000-0000-0000-000000000000",
        "section_versions": '{"why": 9}',
        "title": "Di un'altra sezione",
        "licence_accepted": "on",
    }
    assert desk.send("why", problem="Il solo cambiamento.", **forged).status_code == 302
    after = Submission.objects.filter(pk=desk.draft.pk).values().get()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"problem", "section_versions", "saved_at"}
    assert after["section_versions"] == {"why": 1}

"""A municipality that becomes part of another: what moves, what stays, where addresses lead."""

from datetime import date
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils.html import strip_tags

from networks.affiliations import Refused
from networks.models import Affiliation, Municipality, OldSlug, Organisation, User
from portal.merging import merge_municipalities
from practices.models import Event, Practice, Remark, SearchEntry, Submission
from practices.models.choices import Status
from practices.moderation import Refusal, officer
from practices.search.upkeep import faults
from tests import make

pytestmark = pytest.mark.django_db
DAY = date(2026, 1, 1)
AT = make.later(60)
URL = "/admin/networks/municipality/D935/unisci/"


@pytest.fixture
def towns() -> tuple[Municipality, Municipality]:
    """Gatteo, which becomes part of Savignano."""
    return make.municipality("Gatteo", "D935", sign="FC"), make.municipality("Savignano", "I472", sign="FC")


@pytest.fixture
def chief() -> User:
    return make.editor_user(chief=True)


def merge(towns: tuple[Municipality, Municipality], by: User) -> Municipality:
    return merge_municipalities(*towns, by=by, at=AT, on=DAY)


def names(submission: Submission) -> list[str]:
    return sorted(submission.municipalities.values_list("name", flat=True))


def of_gatteo(towns: tuple[Municipality, Municipality]) -> Organisation:
    return make.organisation("Comune di Gatteo", towns[0])


def test_what_is_current_stands_on_the_other_page_and_what_was_stays(
    towns: tuple[Municipality, Municipality], chief: User, client: Client
) -> None:
    other = make.organisation()
    new = make.submission(Status.SUPERSEDED, of=other, municipalities=["D935", "H223"])
    live = new.practice.published
    assert live
    both = make.submission(Status.SUBMITTED, of=other, municipalities=["D935", "I472"], title="In coda")
    rejected = make.submission(Status.REJECTED, of=other, municipalities=["D935"], title="No")
    seen = both.section_versions.get("territory", 0)
    merge(towns, chief)
    assert names(live) == ["Reggio Emilia", "Savignano"]
    assert names(new) == ["Gatteo", "Reggio Emilia"]
    assert names(both) == ["Savignano"]
    assert names(rejected) == ["Gatteo"]
    both.refresh_from_db()
    assert both.section_versions["territory"] == seen + 1
    found = Event.objects.filter(verb="correct").order_by("submission")
    assert [(e.submission_id, e.by, e.text, e.before is None) for e in found] == [
        (live.pk, chief, "Gatteo (FC) ora fa parte di Savignano (FC).", False),
        (both.pk, chief, "Gatteo (FC) ora fa parte di Savignano (FC).", True),
    ]
    assert (found[0].before["municipalities"], found[0].after["municipalities"]) == (["D935", "H223"], ["H223", "I472"])
    assert " savignano " in SearchEntry.objects.get().place
    assert list(faults()) == []
    assert client.get("/comuni/savignano/").context["count"] == 1


def test_who_waits_for_an_answer_to_a_proposal_gets_a_remark(towns: tuple[Municipality, Municipality], chief: User) -> None:
    waiting = make.submission(Status.TO_CONFIRM, municipalities=["D935"])
    merge(towns, chief)
    assert names(waiting) == ["Gatteo"]
    remark = Remark.objects.get()
    assert (remark.submission, remark.field, remark.by) == (waiting, "municipalities", chief)


def test_the_practices_of_its_organisation_pass_to_the_other(
    towns: tuple[Municipality, Municipality], chief: User, queue: None
) -> None:
    body = of_gatteo(towns)
    live = make.submission(Status.PUBLISHED, of=body, municipalities=["D935"])
    revised = officer.revise(live.practice, by=live.submitted_by, at=make.later(10))
    never = make.submission(Status.DRAFT, of=body, municipalities=["D935"], title="Mai inviata")
    merge(towns, chief)
    into = Organisation.objects.get(municipality="I472")
    assert into.name == "Comune di Savignano"
    assert dict(Practice.objects.values_list("pk", "organisation")) == {
        live.practice_id: into.pk,
        never.practice_id: body.pk,
    }
    revised.refresh_from_db()
    assert (revised.organisation, names(revised), names(never)) == (into, ["Savignano"], ["Savignano"])
    assert list(Event.objects.filter(verb="transfer").values_list("practice", flat=True)) == [live.practice_id]
    # People are not given rights over another organisation by it.
    assert set(Affiliation.objects.values_list("organisation", "status")) == {(body.pk, "active")}


def test_unions_have_the_other_and_the_old_address_leads_there(
    towns: tuple[Municipality, Municipality], chief: User, client: Client
) -> None:
    body = of_gatteo(towns)
    union = Organisation.objects.create(kind="union", name="Unione", slug="unione")
    union.municipalities.add(*towns)
    alone = Organisation.objects.create(kind="union", name="Altra unione", slug="altra-unione")
    alone.municipalities.add(towns[0])
    OldSlug.objects.create(slug="gatteo-vecchio", municipality=towns[0])
    merge(towns, chief)
    assert [list(row.municipalities.all()) for row in (union, alone)] == [[towns[1]]] * 2
    old = Municipality.objects.get(pk="D935")
    assert (old.ceased_on, old.merged_into_id) == (DAY, "I472")
    for slug in ("gatteo", "gatteo-vecchio"):
        response = client.get(f"/comuni/{slug}/")
        assert (response.status_code, response["Location"]) == (301, "/comuni/savignano/")
    page = strip_tags(client.get("/comuni/savignano/").content.decode())
    assert " ".join(page[page.index("Vi sono confluiti") :].split()[:5]) == "Vi sono confluiti Gatteo (FC)"
    page = " ".join(strip_tags(client.get(f"/enti/{body.slug}/").content.decode()).split())
    assert "Questo Comune non esiste più dal 1 gennaio 2026. Ora fa parte di Savignano (FC)." in page
    assert client.get("/en/municipalities/gatteo/")["Location"] == "/en/municipalities/savignano/"


def test_one_after_the_other_leads_to_the_last(
    towns: tuple[Municipality, Municipality], chief: User, client: Client
) -> None:
    merge(towns, chief)
    assert "Vi sono confluiti Gatteo (FC)" in text(client.get("/comuni/savignano/"))
    third = make.municipality("Rubicone", "Z999", sign="FC")
    merge((towns[1], third), chief)
    assert client.get("/comuni/gatteo/")["Location"] == "/comuni/rubicone/"
    assert "Vi sono confluiti Gatteo (FC), Savignano (FC)" in text(client.get("/comuni/rubicone/"))
    # Made by hand, a circle must not hang the page.
    Municipality.objects.filter(pk="Z999").update(ceased_on=DAY, merged_into="D935")
    assert client.get("/comuni/gatteo/").status_code in {200, 301}


def test_chains_of_before_are_made_short() -> None:
    for pk, into in (("A", None), ("B", "A"), ("C", "B"), ("D", "C"), ("E", None), ("F", "E"), ("G", "F")):
        make.municipality(pk, pk)
        Municipality.objects.filter(pk=pk).update(ceased_on=into and DAY, merged_into=into)
    # By hand, somebody had made a circle: it stays one, for people to mend.
    Municipality.objects.filter(pk="E").update(ceased_on=DAY, merged_into="F")
    import_module("networks.migrations.0009_no_chains_of_mergers").shorten(apps, None)
    found = dict(Municipality.objects.order_by("pk").values_list("pk", "merged_into"))
    assert found == {"A": None, "B": "A", "C": "A", "D": "A", "E": "F", "F": "E", "G": "F"}


@pytest.mark.parametrize("case", ["itself", "again", "ceased", "future"])
def test_what_is_refused_changes_nothing(case: str, towns: tuple[Municipality, Municipality], chief: User) -> None:
    old, into = towns
    on = DAY
    match case:
        case "itself":
            into = old
        case "again":
            Municipality.objects.filter(pk=old.pk).update(ceased_on=DAY, merged_into=into)
        case "ceased":
            Municipality.objects.filter(pk=into.pk).update(ceased_on=DAY)
        case "future":
            on = date(2026, 3, 3)
    before = list(Municipality.objects.order_by("pk").values())
    with pytest.raises(Refused):
        merge_municipalities(old, into, by=chief, at=AT, on=on)
    assert list(Municipality.objects.order_by("pk").values()) == before


def test_chief_editors_alone_and_not_of_their_own_organisation(
    towns: tuple[Municipality, Municipality], chief: User
) -> None:
    body = of_gatteo(towns)
    make.submission(Status.PUBLISHED, of=body, municipalities=["D935"])
    with pytest.raises(Refusal, match="caporedazione"):
        merge(towns, make.editor_user())
    Affiliation.objects.create(user=chief, organisation=body, status="active", active_from=make.NOW)
    with pytest.raises(Refusal):
        merge(towns, chief)
    assert not Municipality.objects.exclude(ceased_on=None).exists()
    assert not Organisation.objects.filter(municipality="I472").exists()


def test_how_many_queries_a_merger_takes(
    towns: tuple[Municipality, Municipality], chief: User, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(25):
        merge(towns, chief)


# The page


@pytest.fixture
def admin(chief: User, client: Client) -> Client:
    client.force_login(chief, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def text(response: Any) -> str:
    return " ".join(strip_tags(response.content.decode()).split())


def test_the_page_says_what_will_happen_and_then_does_it(
    towns: tuple[Municipality, Municipality], admin: Client, chief: User
) -> None:
    body = of_gatteo(towns)
    body.memberships.create(network=make.coordinator_of(body).affiliations.get().organisation.memberships.get().network)
    live = make.submission(Status.PUBLISHED, of=body, municipalities=["D935"])
    make.submission(Status.TO_CONFIRM, municipalities=["D935"], title="Da confermare")
    never = make.submission(Status.DRAFT, of=body, municipalities=["D935"])
    Organisation.objects.create(kind="union", name="Unione di prova", slug="unione").municipalities.add(towns[0])
    assert "Unisci a un altro comune" in text(admin.get("/admin/networks/municipality/D935/change/"))
    assert admin.get(URL).status_code == 200
    data = {"into": "Savignano (FC)", "on": "2026-01-01"}
    shown = admin.post(URL, data)
    said = text(shown)
    assert shown.status_code == 200
    for part in (
        "Gatteo (FC) fa parte di Savignano (FC) dal 1 gennaio 2026: che cosa succede",
        "2 schede pubblicate o in lavorazione indicano il nuovo comune",
        "aspetta una conferma dell'ente: non cambia, riceve un'osservazione.",
        f"{live.practice} di Comune di Gatteo passa all'ente del nuovo comune",
        "In Unione di prova il nuovo comune prende il posto del vecchio.",
        f"{never.practice} resta di Comune di Gatteo",
        "Comune di Gatteo è ancora nella rete Rete di prova",
        "2 persone hanno un incarico per il vecchio ente",
    ):
        assert part in said.replace("&#x27;", "'"), part
    assert Municipality.objects.get(pk="D935").merged_into is None
    assert admin.post(URL, {**data, "back": "1"}).status_code == 200
    done = admin.post(URL, {**data, "confirm": "1"}, follow=True)
    assert "Gatteo (FC) ora fa parte di Savignano (FC)." in text(done)
    assert Municipality.objects.get(pk="D935").merged_into_id == "I472"
    logged = LogEntry.objects.order_by("object_id").values_list("object_id", "user", "change_message")
    assert list(logged) == [(pk, chief.pk, "Gatteo (FC) ora fa parte di Savignano (FC).") for pk in ("D935", "I472")]
    again = admin.get(URL, follow=True)
    assert "Gatteo (FC) è già unito a un altro comune." in text(again)
    assert "Unisci a un altro comune" not in text(admin.get("/admin/networks/municipality/D935/change/"))


def test_the_day_is_the_one_that_was_confirmed(towns: tuple[Municipality, Municipality], admin: Client) -> None:
    """Whoever took in a list without it knew the day of the list, and no more."""
    Municipality.objects.filter(pk="D935").update(ceased_on=date(2026, 6, 30))
    shown = admin.post(URL, {"into": "I472", "on": "2026-01-01"})
    assert "Gatteo (FC) fa parte di Savignano (FC) dal 1 gennaio 2026: che cosa succede" in text(shown)
    admin.post(URL, {"into": "I472", "on": "2026-01-01", "confirm": "1"})
    assert list(Municipality.objects.filter(pk="D935").values_list("ceased_on", "merged_into")) == [(DAY, "I472")]


def test_the_field_takes_a_merger_back_and_makes_none(towns: tuple[Municipality, Municipality], admin: Client) -> None:
    """Made by the field alone, nothing would have moved, and the button that moves it would be gone."""
    url = "/admin/networks/municipality/D935/change/"
    data = {"name": "Gatteo", "istat_code": "000001", "slug": "gatteo", "province": towns[0].province_id}
    merged = {"ceased_on": "2026-01-01", "merged_into": "I472"}
    for pk in ("add", "D935/change"):
        assert "merged_into" not in admin.get(f"/admin/networks/municipality/{pk}/").context["adminform"].form.fields
    assert admin.post(url, {**data, **merged}).status_code == 302
    assert list(Municipality.objects.filter(pk="D935").values_list("ceased_on", "merged_into")) == [(DAY, None)]
    admin.post(URL, {"into": "I472", "on": "2026-01-01", "confirm": "1"})
    assert admin.post(url, {**data, **merged}).status_code == 302
    assert Municipality.objects.get(pk="D935").merged_into_id == "I472"
    make.municipality("Rubicone", "Z999", sign="FC")
    other = admin.post(url, {**data, **merged, "merged_into": "Z999"})
    assert list(other.context["adminform"].form.errors) == ["merged_into"]
    assert admin.post(url, {**data, "ceased_on": "", "merged_into": ""}).status_code == 302
    assert list(Municipality.objects.filter(pk="D935").values_list("ceased_on", "merged_into")) == [(None, None)]


@pytest.mark.parametrize(
    ("into", "on", "said"),
    [
        ("Atlantide", "2026-01-01", "Nessun comune si chiama così."),
        ("Castro", "2026-01-01", "Ce n'è più di uno: Castro (BG), Castro (LE)."),
        ("d935", "2026-01-01", "Un comune non si unisce a sé stesso."),
        ("I472", "2999-01-01", "Il giorno non può essere nel futuro."),
        ("I472", "", "Dal giorno"),
    ],
)
def test_what_the_page_refuses(
    into: str, on: str, said: str, towns: tuple[Municipality, Municipality], admin: Client
) -> None:
    make.municipality("Castro", "C337", sign="BG")
    Municipality.objects.filter(pk="C337").update(slug="castro-bg")
    make.municipality("Castro", "M261", sign="LE")
    response = admin.post(URL, {"into": into, "on": on, "confirm": "1"})
    assert response.status_code == 422
    assert said in text(response).replace("&#x27;", "'")
    assert Municipality.objects.get(pk="D935").merged_into is None


def test_a_refusal_on_the_way_is_said(towns: tuple[Municipality, Municipality], admin: Client, chief: User) -> None:
    body = of_gatteo(towns)
    make.submission(Status.PUBLISHED, of=body, municipalities=["D935"])
    Affiliation.objects.create(user=chief, organisation=body, status="active", active_from=make.NOW)
    response = admin.post(URL, {"into": "I472", "on": "2026-01-01", "confirm": "1"}, follow=True)
    assert "Non è un'azione che spetta a te su questa pratica." in text(response).replace("&#x27;", "'")
    assert Municipality.objects.get(pk="D935").merged_into is None

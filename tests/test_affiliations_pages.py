"""The Scrivania's pages about who acts for whom: finding an organisation, colleagues, choosing, and the end of it all."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from networks import affiliations, invitations
from networks.models import Affiliation, Municipality, Organisation, OrganisationProposal, User
from portal.lib.content_version import current_version
from practices.models import Attachment, Submission
from practices.models.choices import Status
from practices.moderation import editor
from tests import make
from tests.desk import Desk
from tests.html_forms import forms_of, send
from tests.samples import client_of, imported, pdf

pytestmark = pytest.mark.django_db
AT = make.later()
MINE = "/scrivania/incarichi/"


def torino() -> Organisation:
    return make.organisation("Comune di Torino", make.municipality("Torino", "L219", sign="TO", of=piedmont()))


def piedmont() -> Any:
    return make.region("Piemonte", "ITC1")


def union(*towns: Municipality) -> Organisation:
    made = Organisation.objects.create(
        kind="union", name="Unione dei Comuni del Rubicone", slug="unione-del-rubicone", region=make.region()
    )
    made.municipalities.set(towns)
    return made


def association() -> Organisation:
    return Organisation.objects.create(kind="association", name="Associazione di Comuni", slug="associazione-di-comuni")


def said(response: HttpResponse) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


# Finding and asking ------------------------------------------------------------------------------------------------


def found(client: Client, **query: str) -> list[tuple[str, str]]:
    page = client.get(MINE, query)
    return [(entry.name, entry.place) for entry, _is_mine in page.context["entries"]]


def test_an_organisation_is_found_by_name_province_and_territory_whether_it_is_one_yet_or_not() -> None:
    make.organisation()
    gatteo = make.municipality("Gatteo", "D935", sign="FC")
    rubicone, turin = union(gatteo), torino()
    gone = make.municipality("Castelvecchio", "X001", sign="RE")
    Municipality.objects.filter(pk=gone.pk).update(ceased_on=make.NOW.date())
    bolzano = make.municipality("Bolzano", "A952", sign="BZ", of=make.region("Provincia autonoma di Bolzano", "ITH1"))
    bolzano.other_name = "Bozen"
    bolzano.save()
    association()
    client = client_of(make.user())
    town = ("Comune di Gatteo", "Gatteo (FC), Emilia-Romagna")
    of_towns = (str(rubicone), "Gatteo (FC), Emilia-Romagna")
    reggio = ("Comune di Reggio Emilia", "Reggio Emilia (RE), Emilia-Romagna")
    provincial = ("Comune di Bolzano", "Bolzano (BZ), Provincia autonoma di Bolzano")
    assert found(client, nome="comune di gattèo") == [town, of_towns]
    assert found(client, nome="rubicone") == [of_towns]
    assert found(client, nome="BOZEN") == [provincial]
    assert found(client, nome="castel") == found(client, nome="associazione") == []
    assert found(client, provincia=gatteo.province.pk) == [town, of_towns]
    assert found(client, territorio="emilia-romagna") == [town, reggio, of_towns]
    assert found(client, territorio="piemonte", nome="tor") == [(str(turin), "Torino (TO), Piemonte")]
    assert found(client) == []
    for wrong in ({"nome": "x"}, {"nome": "", "provincia": ""}, {"territorio": "atlantide"}, {"provincia": "x" * 99}):
        page = client.get(MINE, wrong)
        assert (page.status_code, page.context["entries"], "<title>Errore: " in page.content.decode()) == (200, [], True)


def test_the_search_asks_the_same_number_of_queries_whatever_it_finds() -> None:
    client = client_of(make.user())
    counts = []
    for first, last in ((0, 1), (1, 60)):
        for n in range(first, last):
            town = make.municipality(f"Paese {n:02}", f"X{n:03}", sign="RE")
            if n % 2:
                make.organisation(f"Comune di Paese {n:02}", town)
        rows = union(*Municipality.objects.all()) if first == 0 else None
        del rows
        with CaptureQueriesContext(connection) as queries:
            page = client.get(MINE, {"nome": "paese"})
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert (len(page.context["entries"]), page.context["more"]) == (50, True)


def test_asking_makes_an_organisation_of_the_comune_from_the_official_list() -> None:
    make.municipality("Castro", "C337", sign="BG", of=make.region("Lombardia", "ITC4"))
    castro = make.municipality("Castro ", "M261", sign="LE", of=make.region("Puglia", "ITF4"))
    Municipality.objects.filter(pk="M261").update(name="Castro", slug="castro-le", sort_name="castro")
    by = make.user()
    client = client_of(by)
    url = reverse("desk:ask_for_town", args=["castro-le"])
    assert client.get(url).status_code == 200
    assert not Organisation.objects.exists()
    before = current_version()
    done = send(client, url, message="Ufficio scuola.")
    assert (done["Location"], current_version() > before) == (MINE, True)
    of = Organisation.objects.get()
    made = (of.name, of.slug, of.kind, of.municipality_id, of.region_id)
    assert made == ("Comune di Castro (LE)", "comune-di-castro-le", "municipality", castro.pk, "ITF4")
    asked = Affiliation.objects.get()
    assert (asked.user, asked.organisation, asked.status, asked.message) == (by, of, "requested", "Ufficio scuola.")
    # The second tab finds the organisation that the first one made.
    assert client.post(url)["Location"] == reverse("desk:ask", args=[of.slug])
    client.post(reverse("desk:ask", args=[of.slug]))
    assert Affiliation.objects.count() == 1
    page = client.get(MINE, {"nome": "castro"})
    assert [is_mine for _entry, is_mine in page.context["entries"]] == [True, False]
    assert "Comune di Castro (LE)" in client.get("/scrivania/").content.decode()
    send(client, reverse("desk:end", args=[asked.pk]))
    asked.refresh_from_db()
    assert asked.status == "ended"


def test_what_is_refused_makes_no_organisation_and_a_name_that_is_taken_gets_the_province() -> None:
    town = make.municipality()
    Organisation.objects.create(kind="other", name="Comune di Reggio Emilia", slug="comune-di-reggio-emilia")
    by = make.user()
    for n in range(5):
        other = make.municipality(f"Paese {n}", f"X00{n}", sign="MO")
        affiliations.request(make.organisation(f"Comune {n}", other), by=by, at=AT)
    count = Organisation.objects.count()
    url = reverse("desk:ask_for_town", args=[town.slug])
    assert said(client_of(by).post(url)) == ["Hai già 5 richieste in attesa: aspetta una risposta, o ritirane una."]
    assert Organisation.objects.count() == count
    client_of(make.user()).post(url)
    made = Organisation.objects.get(municipality=town)
    assert (made.name, made.slug) == ("Comune di Reggio Emilia (RE)", "comune-di-reggio-emilia-h223")
    Municipality.objects.filter(pk=town.pk).update(ceased_on=make.NOW.date())
    assert client_of(by).get(url).status_code == 404


def test_what_is_not_found_is_proposed() -> None:
    province = make.municipality().province
    by = make.user()
    client = client_of(by)
    link = reverse("desk:propose")
    page = client.get(MINE, {"nome": "Unione & co"})
    assert f'href="{link}?nome=Unione+%26+co"' in page.content.decode()
    assert client.get(link, {"nome": "Unione & co"}).context["form"]["name"].value() == "Unione & co"
    wrong = send(client, link, name="", website="javascript:x()", province=province.pk, text="Tre Comuni.")
    assert ("<title>Errore: " in wrong.content.decode(), sorted(wrong.context["form"].errors)) == (True, ["name", "website"])
    assert "Tre Comuni." in wrong.content.decode()
    for _click in range(2):
        send(client, link, kind="union", name="Unione della Valle", province=province.pk, website="valle.example.org")
    one = OrganisationProposal.objects.get()
    assert (one.proposed_by, one.name, one.website) == (by, "Unione della Valle", "https://valle.example.org")
    assert "Proposta in attesa" in client.get(MINE).content.decode()


# Colleagues --------------------------------------------------------------------------------------------------------


class People:
    """An organisation with a manager, a contributor and somebody who waits."""

    def __init__(self) -> None:
        self.of = make.organisation(email_domains=["comune.example"])
        self.manager = make.officer_of(self.of, "manager", "capo@comune.example")
        self.colleague = make.officer_of(self.of, email="collega@comune.example")
        self.waiting = affiliations.request(self.of, by=make.verified_user("anna@altrove.example"), at=make.NOW)
        self.url = reverse("desk:colleagues", args=[self.of.slug])


def actions(page: HttpResponse) -> set[str]:
    """Where the page's forms go, and its links to pages that change somebody."""
    return {attributes.get("action", "") for attributes, _data in forms_of(page)} - {reverse("account_logout")}


def test_a_manager_answers_changes_and_ends_from_the_page_and_a_contributor_reads_it() -> None:
    people = People()
    manager = client_of(people.manager)
    active, own = people.colleague.affiliations.get(), people.manager.affiliations.get()
    urls = {verb: reverse(f"desk:{verb}", args=[people.waiting.pk]) for verb in ("approve", "decline")}
    changes = {reverse("desk:change_role", args=[row.pk]) for row in (active, own)}
    page = manager.get(people.url)
    assert actions(page) == {urls["approve"], *changes, ""}
    assert "dominio diverso: altrove.example" in page.content.decode()
    hers = client_of(people.colleague).get(people.url)
    assert (actions(hers), urls["decline"] in hers.content.decode()) == (set(), False)
    assert client_of(people.colleague).post(people.url, {"email": "x@y.example", "role": "manager"}).status_code == 200
    assert not people.of.invitations.exists()

    assert said(manager.post(urls["approve"], {"role": "boss"})) == ["Scegli un ruolo."]
    manager.post(urls["approve"], {"role": "manager"})
    people.waiting.refresh_from_db()
    assert (people.waiting.status, people.waiting.role) == ("active", "manager")
    assert said(manager.post(urls["approve"], {"role": "manager"}))[-1] == "Qualcuno ha già risposto a questa richiesta."
    manager.post(reverse("desk:change_role", args=[active.pk]), {"role": "manager"})
    active.refresh_from_db()
    assert active.role == "manager"
    draft = make.submission(of=people.of, by=people.colleague)
    end = reverse("desk:end", args=[active.pk])
    assert str(draft) in manager.get(end).content.decode()
    send(manager, end, to=people.manager.pk, text="Grazie.")
    active.refresh_from_db()
    draft.refresh_from_db()
    assert (active.status, draft.followed_by) == ("ended", people.manager)


def test_inviting_keeps_what_was_typed_and_a_page_of_twenty_costs_what_one_costs() -> None:
    people = People()
    manager = client_of(people.manager)
    wrong = send(manager, people.url, email="collega@", role="manager")
    assert (wrong.context["form"]["email"].value(), "<title>Errore: " in wrong.content.decode()) == ("collega@", True)
    wrong = send(manager, people.url, email="Collega@comune.example", role="manager")
    assert wrong.context["form"].errors == {"email": ["collega@comune.example lavora già per l'ente."]}
    assert send(manager, people.url, email="bruna@comune.example", role="manager")["Location"] == people.url
    counts = []
    for n in range(20):
        if n in (0, 19):
            with CaptureQueriesContext(connection) as queries:
                page = manager.get(people.url)
            counts.append(len(queries))
        make.officer_of(people.of)
        affiliations.request(people.of, by=make.verified_user(), at=make.NOW)
        if n < 18:
            invitations.invite(people.of, email=f"x{n}@comune.example", role="contributor", by=people.manager, at=AT)
    assert counts[0] == counts[1]
    assert (len(page.context["people"]), len(page.context["requests"]), len(page.context["invitations"])) == (21, 20, 19)
    row = people.of.invitations.get(email="bruna@comune.example")
    manager.post(reverse("desk:revoke", args=[row.pk]))
    row.refresh_from_db()
    assert row.revoked_at


def test_the_people_of_another_organisation_are_nobody_s_to_touch() -> None:
    people = People()
    row = invitations.invite(people.of, email="bruna@comune.example", role="manager", by=people.manager, at=AT)
    active = people.colleague.affiliations.get()
    before = list(Affiliation.objects.order_by("pk").values())
    for person in (make.officer_of(torino(), "manager"), people.colleague, make.editor_user(), make.user()):
        client = client_of(person)
        if person != people.colleague:
            assert client.get(people.url).status_code == client.post(people.url).status_code == 404
        for verb, pk in (
            ("approve", people.waiting.pk),
            ("decline", people.waiting.pk),
            ("change_role", people.manager.affiliations.get().pk),
            ("end", people.manager.affiliations.get().pk),
            ("revoke", row.pk),
        ):
            url = reverse(f"desk:{verb}", args=[pk])
            assert client.post(url, {"role": "manager", "text": "x"}).status_code == 404
    row.refresh_from_db()
    people.of.invitations.get()
    assert (list(Affiliation.objects.filter(organisation=people.of).order_by("pk").values()), row.revoked_at) == (
        before,
        None,
    )
    assert active.status == "active"


# For whom one acts --------------------------------------------------------------------------------------------------


class Both:
    """Somebody who acts for two organisations, each with a draft."""

    def __init__(self) -> None:
        self.first, self.second = make.organisation(), torino()
        self.by = make.officer_of(self.first)
        Affiliation.objects.create(user=self.by, organisation=self.second, status="active", active_from=make.NOW)
        self.drafts = [make.submission(of=of, by=self.by, title=of.name) for of in (self.first, self.second)]
        self.client = client_of(self.by)

    def choose(self, of: Organisation) -> HttpResponse:
        return self.client.post(reverse("desk:act_for"), {"organisation": of.slug})

    def board(self) -> list[Submission]:
        return list(self.client.get("/scrivania/").context["to_do"])


def test_who_acts_for_two_chooses_and_the_dashboard_and_a_new_practice_follow() -> None:
    both = Both()
    assert "act-for" not in client_of(make.officer_of(both.first)).get("/scrivania/").content.decode()
    assert both.board() == [both.drafts[0]]
    assert both.choose(both.second)["Location"] == "/scrivania/"
    assert both.board() == [both.drafts[1]]
    offered = both.client.get("/scrivania/nuova/").context["form"].fields["organisation"].queryset
    assert list(offered) == [both.second]
    # Opened before she chose, the other organisation's form stays good; cases open whichever is chosen.
    send(both.client, "/scrivania/nuova/", organisation=both.first.pk, title="Da un'altra scheda", kind="intervention")
    assert Submission.objects.latest("pk").organisation == both.first
    assert both.client.get(reverse("desk:case", args=[both.drafts[0].pk])).status_code == 200
    # What has ended is forgotten, and nobody chooses what is not hers.
    affiliations.end(both.by.affiliations.get(organisation=both.second), by=both.by, at=AT)
    assert both.board()[0] == both.drafts[0]
    assert "acting_for" not in both.client.session
    assert [both.choose(of).status_code for of in (both.second, association())] == [404, 404]
    assert both.client.post(reverse("desk:act_for")).status_code == 404


def test_a_practice_that_two_may_take_over_goes_to_the_one_that_she_acts_for() -> None:
    of = make.organisation()
    rubicone = union(of.municipality)
    by = make.officer_of(of)
    Affiliation.objects.create(user=by, organisation=rubicone, status="active", active_from=make.NOW)
    model = imported(association(), municipalities=[of.municipality.pk])
    client = client_of(by)
    for chosen in (rubicone, of):
        client.post(reverse("desk:act_for"), {"organisation": chosen.slug})
        assert [one.pk for one in client.get("/scrivania/").context["claimable"]] == [model.pk]
    client.post(reverse("desk:act_for"), {"organisation": rubicone.slug})
    client.post(reverse("desk:claim", args=[model.practice_id]))
    assert Submission.objects.latest("pk").organisation == rubicone


def test_only_the_cases_that_i_look_after_and_passing_one_on() -> None:
    people = People()
    hers = make.submission(of=people.of, by=people.colleague)
    sent = make.submission(Status.SUBMITTED, of=people.of, by=people.manager, title="Del responsabile")
    client = client_of(people.colleague)
    page = client.get("/scrivania/?mie=1")
    assert (list(page.context["to_do"]), list(page.context["waiting"])) == ([hers], [])
    page = client.get("/scrivania/")
    assert (list(page.context["to_do"]), list(page.context["waiting"])) == ([hers], [sent])
    url = reverse("desk:hand_over", args=[hers.pk])
    assert list(client.get(url).context["form"].fields["to"].queryset) == [people.manager]
    wrong = send(client, url, to=people.waiting.user.pk)
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (200, ["to"])
    send(client, url, to=people.manager.pk)
    hers.refresh_from_db()
    assert hers.followed_by == people.manager
    case = client.get(reverse("desk:case", args=[hers.pk])).content.decode()
    assert ("La segue capo@comune.example." in case, "Passata di mano" in case) == (True, True)
    # Editors and coordinators read the case and pass nothing on.
    for reader in (make.editor_user(), make.coordinator_of(people.of)):
        other = client_of(reader)
        assert other.get(reverse("desk:hand_over", args=[sent.pk])).status_code == 302
        assert "La segue" not in other.get(reverse("desk:case", args=[sent.pk])).content.decode()


# The end ------------------------------------------------------------------------------------------------------------


def test_everything_of_the_organisation_is_closed_at_once_to_who_has_left() -> None:
    desk = Desk()
    desk.upload(pdf())
    sent = make.submission(Status.UNDER_REVIEW, of=desk.of, by=desk.by, title="In esame")
    editor.remark(sent, by=sent.assignee, at=AT, field="results", text="Quanti?")
    live = make.published(of=desk.of, by=desk.by, title="Pubblicata")
    file = Attachment.objects.get()
    pk = desk.draft.pk
    reads = [
        reverse("desk:colleagues", args=[desk.of.slug]),
        *(reverse(f"desk:{name}", args=[pk]) for name in ("case", "preview", "send", "links", "hand_over")),
        reverse("desk:case", args=[sent.pk]),
        reverse("desk:section", args=[pk, "why"]),
        reverse("desk:verb", args=[pk, "elimina"]),
        reverse("practices:attachment", args=[file.pk, file.name]),
    ]
    # Two of the pages take no POST from anybody.
    writes = [
        *reads[:-1],
        reverse("desk:autosave", args=[pk, "why"]),
        reverse("desk:upload", args=[pk]),
        reverse("desk:answer", args=[sent.pk]),
        *(reverse(f"desk:{name}", args=[live.practice_id]) for name in ("revise", "claim", "confirm_valid")),
    ]

    def answers() -> tuple[set[int], set[int]]:
        got = [desk.client.get(url) for url in reads]
        for response in got:
            if getattr(response, "file_to_stream", None):
                response.file_to_stream.close()
        return {response.status_code for response in got}, {desk.client.post(url).status_code for url in writes}

    assert {desk.client.get(url).status_code for url in reads[:-1]} == {200}
    end = reverse("desk:end", args=[desk.by.affiliations.get().pk])
    assert send(desk.client, end, to=None)["Location"] == MINE
    before = list(Submission.objects.order_by("pk").values())
    assert answers() == ({404}, {404, 405})
    assert desk.client.get("/scrivania/nuova/").status_code == 403
    board = desk.client.get("/scrivania/")
    assert (board.status_code, str(desk.draft) in board.content.decode()) == (200, False)
    assert list(Submission.objects.order_by("pk").values()) == before
    assert User.objects.get(pk=desk.by.pk).is_active

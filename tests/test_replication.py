"""Replication: a chain reads right from every end; the origin's word; drafts that begin from another's practice."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html
from post_office.models import Email

from networks.models import Organisation, User
from portal.lib.chain import Link, connected
from portal.lib.content_version import current_version
from practices import content, replication
from practices.models import Adaptation, AdaptationProposal, Event, Practice, Submission
from practices.models.choices import Status
from practices.moderation import Forbidden, Incomplete, Refusal, WrongStatus, editor, officer
from practices.moderation import practice as practice_verbs
from practices.moderation import replication as verbs
from tests import make
from tests.html_forms import send
from tests.invariants import broken
from tests.samples import client_of, imported

pytestmark = pytest.mark.django_db
AT = make.later(60)
TOWNS = {"Parma": ("G337", "PR"), "Modena": ("F257", "MO"), "Rimini": ("H294", "RN"), "Cesena": ("C573", "FC")}


def town(name: str) -> Organisation:
    code, sign = TOWNS[name]
    return make.organisation(f"Comune di {name}", make.municipality(name, code, sign=sign))


def row(origin: Practice | None = None, **changes: Any) -> dict[str, Any]:
    code = origin.code if origin else ""
    told = {
        "origin": code,
        "origin_name": "",
        "origin_url": "",
        "year": 2021,
        "changes": "Gli orari.",
        "outcome": "succeeded",
    }
    return {**told, **changes}


class Chain:
    """Four municipalities, each of which started from the one before: confirmed, abandoned, disputed; one from Lyon."""

    def __init__(self) -> None:
        self.people: dict[str, User] = {
            name: make.officer_of(town(name), email=f"{name.lower()}@example.org") for name in TOWNS
        }
        self.editor = make.editor_user()
        outside = row(None, origin_name="Portierato di Lione", origin_url="https://example.org/lione", year=2018)
        self.first = self.published("Parma", row(**{k: v for k, v in outside.items() if k != "origin"}))
        self.second = self.published("Modena", row(self.first.practice))
        self.third = self.published("Rimini", row(self.second.practice, year=2022, outcome="abandoned"))
        self.last = self.published("Cesena", row(self.third.practice, year=2023, outcome="partly"))
        verbs.confirm_adaptation(self.second.adaptations.get(), by=self.people["Parma"], at=AT)
        verbs.dispute_adaptation(self.last.adaptations.get(), by=self.people["Rimini"], at=AT, text="Segreto: non è vero.")

    def published(self, name: str, *rows: dict[str, Any]) -> Submission:
        of, by = town(name), self.people[name]
        return make.submission(
            Status.PUBLISHED, of=of, by=by, assignee=self.editor, title=f"Portierato di {name}", adaptations=list(rows)
        )


@pytest.fixture(scope="module")
def chain(rows_of_module: None) -> Chain:
    return Chain()


def texts(tree: Any, path: str) -> list[str]:
    return [" ".join(node.text_content().split()) for node in tree.xpath(path)]


def tree_of(submission: Submission, client: Client | None = None) -> Any:
    practice = Practice.objects.get(pk=submission.practice_id)
    response = (client or Client()).get(reverse("practices:practice", args=[practice.slug]))
    assert (response.status_code, response.cookies) == (200, {})
    return html.fromstring(response.content.decode())


def level(submission: Submission) -> int:
    return Practice.objects.get(pk=submission.practice_id).evidence_level


# Pages ------------------------------------------------------------------------------------------------------------
def test_a_chain_of_three_reads_the_same_from_every_end(chain: Chain) -> None:
    said = [
        "Portierato di Lione (fuori dal portale)",
        "Portierato di Parma (Comune di Parma): adattata nel 2018 (riuscita) da «Portierato di Lione»",
        "Portierato di Modena (Comune di Modena): adattata nel 2021 (riuscita, confermata dall'ente di origine) da "
        "«Portierato di Parma»",
        "Portierato di Rimini (Comune di Rimini): adattata nel 2022 (abbandonata, non ancora confermata dall'ente di origine) "
        "da «Portierato di Modena»",
        "Portierato di Cesena (Comune di Cesena): adattata nel 2023 (riuscita in parte, contestata dall'ente di origine) da "
        "«Portierato di Rimini»",
    ]
    members = (chain.first, chain.second, chain.third, chain.last)
    for number, one in enumerate(members, start=2):
        tree = tree_of(one)
        assert texts(tree, "//*[@id='adattamenti']//ol/li") == said, one
        boxes = tree.xpath("//*[local-name()='svg'][contains(@class, 'chain')]/*[local-name()='a']")
        assert [box.get("aria-current") for box in boxes] == [None] * (number - 1) + ["page"] + [None] * (5 - number)
        # Lyon's is not confirmed by anybody, the abandoned and the disputed are not sure.
        lines = tree.xpath("//*[local-name()='svg'][contains(@class, 'chain')]/*[local-name()='line']/@class")
        assert lines == ["chain-dashed"] * 3
        assert "Segreto" not in tree.text_content()
    assert [level(one) for one in members] == [5, 1, 1, 1]


def test_each_page_tells_year_changes_outcome_and_the_word_of_the_origin(chain: Chain) -> None:
    found = {
        one: (texts(tree, "//*[@id='adattamenti']/h3"), texts(tree, "//*[@id='adattamenti']/ul/li"))
        for one, tree in ((one, tree_of(one)) for one in (chain.first, chain.third))
    }
    code = chain.second.practice.code
    assert found == {
        chain.first: (
            ["È partita da", "L'hanno adattata"],
            [
                "Portierato di Lione, 2018: riuscita. Gli orari.",
                "Portierato di Modena – Comune di Modena, 2021: riuscita, confermata dall'ente di origine. Gli orari.",
            ],
        ),
        chain.third: (
            ["È partita da", "L'hanno adattata"],
            [
                f"Portierato di Modena ({code}), 2022: abbandonata, non ancora confermata dall'ente di origine. Gli orari.",
                "Portierato di Cesena – Comune di Cesena, 2023: riuscita in parte, contestata dall'ente di origine. Gli orari.",
            ],
        ),
    }
    tree = tree_of(chain.first)
    assert texts(tree, "//section[@aria-labelledby='contatto']") == [
        "Parlane con chi la fa Ufficio intercultura Comune di Parma intercultura@example.org"
    ]
    link = reverse("desk:replicate", args=[chain.first.practice_id])
    assert texts(tree, f"//a[@href='{link}']") == ["Vogliamo farla anche noi"]


def test_a_page_that_is_gone_stays_in_the_graph_as_a_code(chain: Chain) -> None:
    chief = make.editor_user(chief=True)
    practice_verbs.remove(chain.second.practice, by=chief, at=AT, reason="mistake", text="Errore.")
    code = chain.second.practice.code
    assert texts(tree_of(chain.third), "//*[@id='adattamenti']//ol/li")[0] == f"{code} (non ha più una sua pagina)"
    assert texts(tree_of(chain.first), "//*[@id='adattamenti']//ol/li") == [
        "Portierato di Lione (fuori dal portale)",
        "Portierato di Parma (Comune di Parma): adattata nel 2018 (riuscita) da «Portierato di Lione»",
    ]
    assert level(chain.first) == 1


def test_a_practice_that_stands_alone_has_no_graph() -> None:
    one = make.published()
    assert (replication.graph_of(one.practice), tree_of(one).xpath("//*[@id='adattamenti']")) == (None, [])


def test_the_graph_shows_the_nearest_and_says_that_there_are_more(django_assert_num_queries: Any) -> None:
    links = [Link(n, n + 1, "") for n in range(100)]
    assert (connected(50, links, most=5), connected(0, links, most=3)) == ({48, 49, 50, 51, 52}, {0, 1, 2})
    assert len(connected(50, links)) == 101
    origin = make.published(title="Origine")
    of, by, at = origin.organisation, origin.created_by, make.NOW
    assert by is not None
    make.published(title="Prima", of=of, by=by, adaptations=[row(origin.practice)])
    for many in (0, 19):
        for n in range(many):
            make.published(title=f"Figlia {n}", of=of, by=by, adaptations=[row(origin.practice)])
        with django_assert_num_queries(7):
            tree = tree_of(origin)
    # More than are drawn, without publishing each.
    model = Submission.objects.get(title="Figlia 0")
    for _n in range(25):
        practice = Practice.objects.create(organisation=of, slug=f"altra-{_n}", confirmed_on=at.date())
        model.pk, model.practice, model._state.adding = None, practice, True
        model.save()
        Adaptation.objects.create(submission=model, origin=origin.practice, year=2021, changes="x", outcome="partly")
    tree = tree_of(origin)
    assert len(texts(tree, "//*[@id='adattamenti']//ol/li")) == replication.MOST
    assert "Ce ne sono altri: qui si vedono i più vicini." in texts(tree, "//*[@id='adattamenti']//p")


# The origin's word ------------------------------------------------------------------------------------------------
def test_the_origins_people_confirm_and_dispute_from_the_scrivania(chain: Chain) -> None:
    parma, modena = client_of(chain.people["Modena"]), client_of(chain.people["Rimini"])
    adaptation = chain.third.adaptations.get()
    [waiting] = parma.get(reverse("desk:dashboard")).context["adaptations"]
    assert waiting == adaptation
    assert modena.get(reverse("desk:dashboard")).context["adaptations"] == []
    confirm, dispute = (reverse(f"desk:{verb}_adaptation", args=[adaptation.pk]) for verb in ("confirm", "dispute"))
    before = current_version()
    Email.objects.all().delete()
    assert send(parma, dispute, text="").status_code == 422
    assert current_version() == before
    assert send(parma, dispute, text="È un'altra cosa.").status_code == 302
    adaptation.refresh_from_db()
    assert (adaptation.state, adaptation.disputed_text, current_version()) == ("disputed", "È un'altra cosa.", before + 1)
    [mail] = Email.objects.all()
    assert (mail.to, "È un'altra cosa." in mail.message) == (["rimini@example.org"], True)
    assert send(parma, confirm).status_code == 302
    adaptation.refresh_from_db()
    assert (adaptation.state, adaptation.disputed_text, adaptation.disputed_by) == ("confirmed", "", None)
    assert parma.get(reverse("desk:dashboard")).context["adaptations"] == []
    assert texts(
        html.fromstring(parma.get(reverse("desk:adaptations")).content.decode()), "//main//*[@class='case-title']"
    ) == ["Portierato di Rimini"]
    # Abandoned: confirmed or not, it is no replication.
    assert level(chain.second) == 1
    for practice in (chain.second.practice, chain.third.practice):
        verbs_said = Event.objects.filter(practice=practice, verb__endswith="_adaptation").values_list("verb", flat=True)
        assert list(verbs_said)[-2:] == ["dispute_adaptation", "confirm_adaptation"]
    assert broken() == []


def test_nobody_else_says_it(chain: Chain) -> None:
    adaptation = chain.third.adaptations.get()
    someone = {
        "adapter": chain.people["Rimini"],
        "third": chain.people["Cesena"],
        "editor": chain.editor,
        "chief": make.editor_user(chief=True),
        "superuser": User.objects.create_superuser("root@example.org"),
    }
    both = chain.people["Modena"]
    both.affiliations.create(organisation=town("Rimini"), role="contributor", status="active", active_from=make.NOW)
    someone["both"] = both
    for person in someone.values():
        with pytest.raises(Forbidden):
            verbs.confirm_adaptation(adaptation, by=person, at=AT)
        with pytest.raises(Forbidden):
            verbs.dispute_adaptation(adaptation, by=person, at=AT, text="No.")
    both.affiliations.filter(organisation=town("Rimini")).update(status="ended", ended_at=make.NOW)
    both.affiliations.filter(organisation=town("Modena")).update(status="ended", ended_at=make.NOW)
    with pytest.raises(Forbidden):
        verbs.confirm_adaptation(adaptation, by=both, at=AT)
    with pytest.raises(Refusal):
        verbs.dispute_adaptation(adaptation, by=both, at=AT, text="  ")
    adaptation.refresh_from_db()
    assert adaptation.state == "unconfirmed"
    with pytest.raises(WrongStatus):
        verbs.confirm_adaptation(chain.first.adaptations.get(), by=chain.people["Parma"], at=AT)


def next_version(chain: Chain, of: Submission, name: str, **changes: Any) -> Submission:
    by = chain.people[name]
    draft = officer.revise(of.practice, by=by, at=AT)
    rows = content.read(draft, ["adaptations"])["adaptations"]
    values = {"adaptations": [{**one, **changes} for one in rows]}
    draft = officer.save(
        draft, by=by, at=AT, section="lessons", values=values, seen=draft.section_versions.get("lessons", 0)
    )
    said = {"licence_accepted": True, "truth_declared": True}
    return officer.save(draft, by=by, at=AT, section="contacts", values=said, seen=0)


def publish(chain: Chain, draft: Submission, name: str) -> Submission:
    sent = officer.submit(draft, by=chain.people[name], at=AT, similar_seen=True)
    return editor.publish(editor.take(sent, by=chain.editor, at=AT), by=chain.editor, at=AT)


@pytest.mark.parametrize("verb", ["confirm", "dispute"])
def test_the_word_survives_versions_while_origin_year_and_outcome_stay(chain: Chain, verb: str) -> None:
    # Said while the next version is in the works: it holds there too.
    draft = next_version(chain, chain.third, "Rimini", changes="Anche il posto.")
    live = chain.third.adaptations.get()
    if verb == "confirm":
        verbs.confirm_adaptation(live, by=chain.people["Modena"], at=AT)
    else:
        verbs.dispute_adaptation(live, by=chain.people["Modena"], at=AT, text="No.")
    state = {"confirm": "confirmed", "dispute": "disputed"}[verb]
    Email.objects.all().delete()
    second = publish(chain, draft, "Rimini")
    assert second.adaptations.get().state == state
    # The old row is nobody's any more; the origin was told of the adaptation once.
    with pytest.raises(WrongStatus):
        verbs.confirm_adaptation(live, by=chain.people["Modena"], at=AT)
    assert [mail.to for mail in Email.objects.filter(to__contains="modena")] == []
    third = publish(chain, next_version(chain, second, "Rimini", outcome="succeeded"), "Rimini")
    assert third.adaptations.get().state == "unconfirmed"
    back = practice_verbs.roll_back(third.practice, by=make.editor_user(chief=True), at=AT, text="Sbagliata.")
    assert back.adaptations.get().state == state


def test_the_origin_is_told_when_an_adaptation_is_published(chain: Chain) -> None:
    Email.objects.all().delete()
    draft = make.submission(
        of=town("Cesena"), by=chain.people["Cesena"], title="Altra", adaptations=[row(chain.first.practice)]
    )
    assert Email.objects.count() == 0
    publish(chain, draft, "Cesena")
    told = [mail.subject for mail in Email.objects.all() if mail.to == ["parma@example.org"]]
    assert told == ["Un adattamento della vostra pratica: «Altra»"]
    assert Event.objects.filter(practice=chain.first.practice, verb="adapted").count() == 2
    # Of one's own practice there is nothing to tell, and nothing to confirm.
    own = make.submission(
        of=town("Parma"), by=chain.people["Parma"], title="Nostra", adaptations=[row(chain.first.practice)]
    )
    publish(chain, own, "Parma")
    assert Event.objects.filter(practice=chain.first.practice, verb="adapted").count() == 2
    assert [one.submission.title for one in replication.waiting_for(town("Parma"))] == ["Altra"]
    with pytest.raises(Forbidden):
        verbs.confirm_adaptation(own.adaptations.get(), by=chain.people["Parma"], at=AT)


# Vogliamo farla anche noi -----------------------------------------------------------------------------------------
def test_a_draft_begins_from_another_practice_with_its_structure_and_none_of_its_text(chain: Chain) -> None:
    client = client_of(chain.people["Cesena"])
    url = reverse("desk:replicate", args=[chain.first.practice_id])
    page = client.get(url)
    assert (page.status_code, Submission.objects.count()) == (200, 4)
    assert send(client, url, title="").status_code == 422
    response = send(client, url, title="Il nostro portierato", year="2025")
    draft = Submission.objects.latest("pk")
    assert response["Location"] == reverse("desk:case", args=[draft.pk])
    values, origin = content.read(draft), content.read(chain.first)
    carried = {"kind", "main_theme", "other_themes", "target_groups", "action_type"}
    own = {"title": "Il nostro portierato", "municipalities": ["C573"]}
    own["adaptations"] = [row(chain.first.practice, year=2025, changes="", outcome="under_way")]
    said = {name: value for name, value in values.items() if value not in (None, "", [], False)}
    assert said == {name: origin[name] for name in carried if origin[name]} | own
    # The draft may wait for what was changed; the editors may not get it without.
    problems = client.get(reverse("desk:case", args=[draft.pk])).context["problems"]
    assert "Scrivi che cosa avete cambiato rispetto alla pratica di origine." in [problem.message for problem in problems]
    assert send(client, reverse("desk:section", args=[draft.pk, "lessons"]), lessons="Poche.").status_code == 302
    with pytest.raises(Incomplete):
        officer.submit(draft, by=chain.people["Cesena"], at=AT, similar_seen=True)
    # A double click begins one.
    data = {name: value[0] for name, value in _token(page).items()}
    for _n in range(2):
        client.post(url, {**data, "title": "Una", "year": "2025"})
    assert Submission.objects.filter(title="Una").count() == 1


def _token(page: Any) -> dict[str, list[str]]:
    from tests.html_forms import data_of

    return data_of(page)


def test_only_what_is_listed_is_replicated_and_only_by_local_authorities(chain: Chain) -> None:
    client = client_of(chain.people["Cesena"])
    draft = make.submission(of=town("Parma"), by=chain.people["Parma"])
    assert client.get(reverse("desk:replicate", args=[draft.practice_id])).status_code == 404
    lead = make.coordinator_of(town("Parma"))
    assert client_of(lead).get(reverse("desk:replicate", args=[chain.first.practice_id])).status_code == 403
    # For an organisation that is not hers.
    url = reverse("desk:replicate", args=[chain.first.practice_id])
    assert send(client, url, title="Loro", organisation=str(town("Parma").pk)).status_code == 422
    assert not Submission.objects.filter(title="Loro").exists()


# The origin says that somebody did it again -----------------------------------------------------------------------
def test_what_the_origin_reports_is_accepted_into_a_new_version(chain: Chain) -> None:
    other = chain.published("Cesena")
    parma, theirs = client_of(chain.people["Parma"]), client_of(chain.people["Cesena"])
    url = reverse("desk:propose_adaptation", args=[chain.first.practice_id])
    Email.objects.all().delete()
    for wrong in (
        {},
        {"code": "BP-999999"},
        {"code": chain.first.practice.code},
        {"code": "x", "organisation": town("Modena").pk},
    ):
        assert send(parma, url, **wrong).status_code == 422, wrong
    # Modena's page says it already.
    assert send(parma, url, code=chain.second.practice.code).status_code == 422
    assert AdaptationProposal.objects.count() == Email.objects.count() == 0
    assert send(parma, url, code=other.practice.code.lower(), text="Ci avete chiamati.").status_code == 302
    assert send(parma, url, code=other.practice.code).status_code == 422
    [mail] = Email.objects.all()
    assert (mail.to, "Ci avete chiamati." in mail.message) == (["cesena@example.org"], True)
    # Who coordinates a network of the origin reads that they said it, not what.
    page = client_of(make.coordinator_of(town("Parma"))).get(reverse("desk:case", args=[chain.first.pk])).content.decode()
    assert ("Comune di Cesena" in page, "Ci avete chiamati." in page) == (True, False)
    [proposal] = theirs.get(reverse("desk:dashboard")).context["proposals"]
    accept = reverse("desk:accept_adaptation", args=[proposal.pk])
    assert send(theirs, accept, year="", changes="", outcome="").status_code == 422
    response = send(theirs, accept, year="2022", changes="Il quartiere.", outcome="succeeded")
    draft = other.practice.open
    assert draft is not None
    assert response["Location"] == reverse("desk:case", args=[draft.pk])
    assert content.read(draft, ["adaptations"])["adaptations"] == [
        row(chain.first.practice, year=2022, changes="Il quartiere.")
    ]
    # Nothing is public by it; the origin is told.
    assert not Adaptation.objects.live().filter(submission__practice=other.practice).exists()
    assert [mail.subject for mail in Email.objects.order_by("-pk")[:1]] == [
        "Confermano: «Portierato di Parma» rifatta da Comune di Cesena"
    ]
    assert send(theirs, accept, year="2022", changes="Di nuovo.", outcome="succeeded").status_code == 422
    assert theirs.get(reverse("desk:dashboard")).context["proposals"] == []


def test_accepted_for_a_new_practice_an_imported_one_or_declined(chain: Chain) -> None:
    cesena, parma = chain.people["Cesena"], chain.people["Parma"]
    theirs = client_of(cesena)
    taken = imported(town("Cesena"))

    def proposed() -> AdaptationProposal:
        return verbs.propose_adaptation(chain.first.practice, by=parma, at=AT, to=town("Cesena"))

    first = proposed()
    url = reverse("desk:accept_adaptation", args=[first.pk])
    told = {"year": "2022", "changes": "Tutto.", "outcome": "partly"}
    assert send(theirs, url, **told).status_code == 422
    assert send(theirs, url, title="Nuova di Cesena", **told).status_code == 302
    draft = Submission.objects.get(title="Nuova di Cesena")
    assert (draft.status, draft.main_theme, draft.activities) == ("draft", chain.first.main_theme, "")
    # One that was taken from another source is claimed by it.
    url = reverse("desk:accept_adaptation", args=[proposed().pk])
    assert send(theirs, url, practice=str(taken.pk), **told).status_code == 302
    claimed = taken.practice.open
    assert claimed is not None
    assert [one["outcome"] for one in content.read(claimed, ["adaptations"])["adaptations"]] == ["partly"]
    last = proposed()
    with pytest.raises(Forbidden):
        verbs.decline_proposal(last, by=parma, at=AT)
    Email.objects.all().delete()
    url = reverse("desk:decline_adaptation", args=[last.pk])
    assert send(theirs, url, text="Mai sentita.").status_code == 302
    [mail] = Email.objects.all()
    assert (mail.to, "Mai sentita." in mail.message) == (["parma@example.org"], True)
    assert send(theirs, url, text="").status_code == 422
    answers = AdaptationProposal.objects.order_by("pk").values_list("answer", flat=True)
    assert list(answers) == ["accepted", "accepted", "declined"]
    assert broken() == []
    page = client_of(parma).get(reverse("desk:adaptations")).content.decode()
    assert len(re.findall(r"\((?:accettata|rifiutata)\)", page)) == 3


def test_who_may_report_and_of_what(chain: Chain) -> None:
    parma = chain.people["Parma"]
    for person, to in ((chain.people["Modena"], town("Cesena")), (chain.editor, town("Cesena"))):
        with pytest.raises(Forbidden):
            verbs.propose_adaptation(chain.first.practice, by=person, at=AT, to=to)
    with pytest.raises(Refusal):
        verbs.propose_adaptation(chain.first.practice, by=parma, at=AT, to=town("Parma"))
    chief = make.editor_user(chief=True)
    practice_verbs.remove(chain.first.practice, by=chief, at=AT, reason="mistake", text="Errore.")
    with pytest.raises(WrongStatus):
        verbs.propose_adaptation(chain.first.practice, by=parma, at=AT, to=town("Cesena"))

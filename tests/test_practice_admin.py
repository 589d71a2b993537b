"""The practices in the admin: the list, the page of each, and every verb through the page that says its consequences."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from post_office.models import Email

from networks.models import Organisation, User
from practices.models import Practice, Submission
from practices.models.choices import RemovalReason, Status
from practices.moderation import merging, officer
from practices.moderation import practice as verbs
from tests import make
from tests.html_forms import data_of, send
from tests.samples import client_of, imported
from tests.test_moderation_practice import next_version

pytestmark = pytest.mark.django_db
AT = make.later(60)
LIST = "admin:practices_practice_changelist"
FORM = "case-form"


def url(practice: Practice) -> str:
    return reverse("admin:practices_practice_change", args=[practice.pk])


def page(practice: Practice, slug: str) -> str:
    return reverse("admin:practices_practice_decide", args=[practice.pk, slug])


def again(practice: Practice) -> Practice:
    return Practice.objects.get(pk=practice.pk)


def with_factor(**fields: Any) -> User:
    someone = make.user(is_staff=True, **fields)
    Authenticator.objects.create(user=someone, type=Authenticator.Type.TOTP, data={"secret": "prova"})
    return someone


# The list ----------------------------------------------------------------------------------------------------------


def rows_of(response: HttpResponse) -> list[list[str]]:
    changelist = response.context["cl"]
    admin = changelist.model_admin
    return [[p.code, admin.live_title(p), p.organisation.name, admin.state(p)] for p in changelist.result_list]


def test_the_list_shows_how_each_stands_and_finds_it() -> None:
    chief, of = make.editor_user(chief=True), make.organisation()
    live = make.published(title="Portierato sociale").practice
    archived = make.published(title="Scuola aperta", main_theme="lavoro").practice
    removed = make.published(title="Con un nome").practice
    duplicate = make.published(title="Portierato").practice
    taken = imported(of).practice
    make.submission(title="Bozza mai inviata")
    make.submission(Status.REJECTED, title="Respinta")
    verbs.archive(archived, by=chief, at=AT, notice="Conclusa.")
    verbs.remove(removed, by=chief, at=AT, reason=RemovalReason.PRIVACY, text="Un nome.")
    merging.merge(duplicate, into=live, by=chief, at=AT, text="Uguali.")
    client = client_of(make.editor_user())
    assert rows_of(client.get(reverse(LIST))) == [
        [taken.code, "Sportello ripreso", of.name, "pubblicata"],
        [duplicate.code, "Portierato", of.name, f"unita a {live.code}"],
        [removed.code, "–", of.name, "rimossa"],
        [archived.code, "Scuola aperta", of.name, "archiviata"],
        [live.code, "Portierato sociale", of.name, "pubblicata"],
    ]

    def found(query: str, person: User | None = None) -> list[Practice]:
        asked = (client_of(person) if person else client).get(f"{reverse(LIST)}?{query}")
        return list(asked.context["cl"].result_list)

    assert found("q=portierato sociale") == [live]
    assert found(f"q={archived.code}") == found(f"q={archived.pk}") == [archived]
    assert (found("q=con un nome"), found("q=con un nome", with_factor(is_superuser=True))) == ([], [removed])
    assert found("q=bozza") == found("q=respinta") == []
    assert found("stato=pubblicate") == [taken, live]
    assert [found(f"stato={name}") for name in ("archiviate", "rimosse", "unite")] == [[archived], [removed], [duplicate]]
    assert (found("ambito=lavoro"), found("territorio=emilia-romagna&stato=archiviate")) == ([archived], [archived])
    assert client.get(reverse(LIST), {"q": "9" * 12}).status_code == 200


def test_the_list_asks_as_much_for_twenty_as_for_one() -> None:
    client, chief = client_of(make.editor_user()), make.editor_user(chief=True)
    first = make.published()

    def queries() -> int:
        with CaptureQueriesContext(connection) as made:
            assert client.get(reverse(LIST)).status_code == 200
        return len(made)

    # The first page writes when the session ends.
    queries()
    one = queries()
    for n in range(19):
        other = make.submission(Status.PUBLISHED, by=first.submitted_by, assignee=first.assignee, title=f"Pratica {n}")
        if n % 2:
            merging.merge(other.practice, into=first.practice, by=chief, at=AT, text="Uguali.")
    assert (Practice.objects.count(), queries()) == (20, one)


# Each verb, through its page ---------------------------------------------------------------------------------------


def prepared(slug: str) -> tuple[Practice, dict[str, str], dict[str, Any]]:
    """A practice to which the verb can be done, what is typed, and what it is afterwards."""
    chief, live = make.editor_user(chief=True), make.published()
    one, other = live.practice, make.published(title="Un'altra").practice
    match slug:
        case "archivia":
            return one, {"text": "Conclusa nel 2024."}, {"archived_notice": "Conclusa nel 2024."}
        case "rimuovi":
            return one, {"reason": "mistake", "text": "Doppia."}, {"removed_reason": "mistake"}
        case "ripristina":
            verbs.archive(one, by=chief, at=AT, notice="Conclusa.")
            return one, {"text": ""}, {"archived_at": None}
        case "torna-indietro":
            next_version(live, title="Uno sbaglio")
            return one, {"text": "Sbagliata."}, {"removed_at": None}
        case "oscura":
            next_version(live, title="Senza il nome")
            return one, {"field": "title", "text": "C'era un nome."}, {"removed_at": None}
        case "unisci":
            return one, {"into": other.code.lower(), "text": "La stessa."}, {"merged_into": other.pk}
        case "separa":
            merging.merge(one, into=other, by=chief, at=AT, text="La stessa.")
            return one, {"text": ""}, {"merged_into": None}
    torino = make.organisation("Comune di Torino", make.municipality("Torino", "L219", sign="TO"))
    return one, {"to": "comune di TORINO", "text": "Fusione."}, {"organisation": torino.pk}


VERBS = {
    "archivia": ("archive", False),
    "rimuovi": ("remove", True),
    "ripristina": ("restore", False),
    "torna-indietro": ("roll_back", True),
    "oscura": ("mask", True),
    "unisci": ("merge", True),
    "separa": ("unmerge", True),
    "cambia-ente": ("transfer", True),
}


@pytest.mark.parametrize("slug", VERBS)
def test_a_verb_goes_through_its_page_for_whom_it_belongs_to(slug: str) -> None:
    verb, for_chiefs = VERBS[slug]
    one, typed, expected = prepared(slug)
    of, someone, acting = one.organisation, make.editor_user(chief=for_chiefs), make.editor_user(chief=True)
    acting.affiliations.create(organisation=of, status="active", active_from=make.NOW)
    client = client_of(someone)
    assert f'href="{page(one, slug)}"' in client.get(url(one)).content.decode()
    shown = client.get(page(one, slug))
    assert str(shown.context["one"].consequences) in shown.content.decode().replace("&#x27;", "'")
    assert [change.name for change in shown.context["changes"] or []] == (["title"] if slug == "torna-indietro" else [])
    before, told, last = Practice.objects.filter(pk=one.pk).values().get(), Email.objects.count(), one.events.last()
    # Who may not is led away, has what was typed given back, or finds nothing, whatever is posted.
    forged = {**data_of(shown, FORM), **typed, "mail_subject": "O", "mail_body": "T", "confirm": "1"}
    forgers = {
        make.officer_of(of, "manager"): 302,
        make.coordinator_of(of): 302,
        make.user(): 302,
        with_factor(): 404,
        acting: 409,
        **({make.editor_user(): 409} if for_chiefs else {}),
    }
    assert {who: client_of(who).post(page(one, slug), forged).status_code for who in forgers} == forgers
    assert client_of(acting).get(url(one)).context["buttons"] == []
    # First the mail, then the deed; where something is missing it goes no further.
    if any(typed.values()):
        missing = send(client, page(one, slug), FORM, **dict.fromkeys(typed, ""))
        assert (missing.status_code, "<title>Errore: " in missing.content.decode()) == (422, True)
    second = data_of(send(client, page(one, slug), FORM, **typed), FORM)
    assert second["mail_body"][0].startswith("Buongiorno,")
    back = data_of(client.post(page(one, slug), {**second, "back": "1"}), FORM)
    assert ({name: back[name][0] for name in typed}, "mail_body" in back) == (typed, False)
    assert client.post(page(one, slug), {**second, "mail_body": " ", "confirm": "1"}).status_code == 422
    assert Practice.objects.filter(pk=one.pk).values().get() == before
    assert (one.events.last(), Email.objects.count()) == (last, told)
    done = client.post(page(one, slug), {**second, "mail_body": "Parole mie.", "confirm": "1"})
    event = one.events.last()
    assert (done.status_code, done["Location"], event.verb, event.by) == (302, url(one), verb, someone)
    assert event.mail.endswith("\n\nParole mie.")
    assert Practice.objects.filter(pk=one.pk).values(*expected).get() == expected
    # The same page once more is an old one.
    late = client.post(page(one, slug), {**second, "confirm": "1"})
    assert (late.status_code, second["mail_body"][0][:11] in late.content.decode(), one.events.last()) == (409, True, event)


def test_an_old_page_does_nothing_and_says_what_happened_but_not_of_drafts() -> None:
    live, chief = make.published(), make.editor_user(chief=True)
    client = client_of(chief)
    second = data_of(send(client, page(live.practice, "archivia"), FORM, text="Conclusa."), FORM)
    officer.revise(live.practice, by=live.submitted_by, at=AT)
    assert "Nuova versione iniziata" not in client.get(url(live.practice)).content.decode()
    someone = make.editor_user()
    verbs.correct(live.practice, by=someone, at=AT, values={"title": "Corretta"})
    response = client.post(page(live.practice, "archivia"), {**second, "mail_body": "Parole mie.", "confirm": "1"})
    assert (response.status_code, response.context["told"]) == (
        409,
        f"Nel frattempo la pratica è cambiata: guarda che cosa è successo e decidi di nuovo. Corretta dalla redazione ({someone}).",
    )
    # What was typed is there, to be confirmed by who has read it.
    shown = data_of(response, FORM)
    assert (shown["text"], shown["mail_body"]) == (["Conclusa."], ["Parole mie."])
    for seen in ("", "x", "-1", "9" * 30):
        client.post(page(live.practice, "archivia"), {**second, "seen": seen, "confirm": "1"})
    assert again(live.practice).archived_at is None
    answers = [client.get(page(live.practice, slug)).status_code for slug in ("separa", "ripristina", "altro")]
    assert answers == [302, 302, 404]


@pytest.mark.parametrize(
    ("slug", "typed", "message"),
    [
        ("unisci", {"into": "BP-999999"}, "Non c'è una pratica pubblicata con questo codice."),
        ("unisci", {"into": "stessa"}, "Non c'è una pratica pubblicata con questo codice."),
        ("unisci", {"into": "{own}"}, "Una pratica non si unisce a sé stessa."),
        ("cambia-ente", {"to": "Reggio"}, "Scrivi il nome per intero: Comune di Reggio Emilia?"),
        ("cambia-ente", {"to": "Comune di Reggio Emilia"}, "La pratica è già di questo ente."),
        ("cambia-ente", {"to": "Atlantide"}, "Non conosciamo un ente di questo nome"),
        ("rimuovi", {"reason": "noia"}, "noia"),
    ],
)
def test_what_cannot_be_done_is_said_at_once(slug: str, typed: dict[str, str], message: str) -> None:
    one = make.published().practice
    typed = {name: value.format(own=one.code) for name, value in typed.items()}
    response = send(client_of(make.editor_user(chief=True)), page(one, slug), FORM, text="Sì.", **typed)
    assert (response.status_code, message in response.content.decode().replace("&#x27;", "'")) == (422, True)


def test_what_another_organisation_is_taking_over_does_not_pass_to_a_third() -> None:
    torino = make.municipality("Torino", "L219", sign="TO")
    third = make.organisation("Comune di Torino", torino)
    body = Organisation.objects.create(kind="third_sector", name="Ponte", slug="ponte")
    practice, chief = imported(body, municipalities=[make.municipality().pk]).practice, make.editor_user(chief=True)
    claims, elsewhere = make.organisation(), make.officer_of(third)
    by = make.officer_of(claims)
    draft = officer.claim(practice, organisation=claims, by=by, at=AT)
    refused = send(client_of(chief), page(practice, "cambia-ente"), FORM, to=third.name, text="È loro.")
    assert refused.context["form"].errors == {
        "to": ["Comune di Reggio Emilia la sta prendendo in carico: prima si decide la sua scheda."]
    }
    # A draft that somebody else has is nobody's to go on with.
    Practice.objects.filter(pk=practice.pk).update(organisation=third)
    answer = client_of(elsewhere).post(reverse("desk:revise", args=[practice.pk]), follow=True)
    assert [str(message) for message in answer.context["messages"]] == ["Un altro ente la sta già prendendo in carico."]
    Practice.objects.filter(pk=practice.pk).update(organisation=body)
    # To who takes it over it may pass, and then it is an ordinary draft of theirs.
    verbs.transfer(practice, to=claims, by=chief, at=AT, text="È loro.")
    assert officer.revise(practice, by=by, at=AT) == draft


# What is left to read ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("reason", "masked"), [(RemovalReason.PRIVACY, True), (RemovalReason.MISTAKE, False)])
def test_what_was_removed_for_privacy_is_read_by_superusers_alone(reason: RemovalReason, masked: bool) -> None:
    word = "Canarino"
    live = make.published(title=f"{word} nel titolo", problem=f"{word} nel testo")
    second = next_version(live, title=f"{word} di nuovo", results=f"{word} nei risultati")
    chief = make.editor_user(chief=True)
    cases = [reverse("admin:practices_submission_change", args=[one.pk]) for one in (live, second)]
    queue = f"{reverse('admin:practices_submission_changelist')}?coda=tutte"
    # Seen before: what an editor's visit remembers is not shown either.
    seen_before = client_of(make.editor_user())
    assert [seen_before.get(case).status_code for case in cases] == [200, 200]
    verbs.remove(live.practice, by=chief, at=AT, reason=reason, text="Un nome.")
    readers = [(seen_before, not masked), (client_of(chief), not masked), (client_of(with_factor(is_superuser=True)), True)]
    for client, reads in readers:
        answers = [client.get(address) for address in (url(live.practice), *cases, reverse(LIST), queue)]
        # Its cases are not there any more; the practice's page is, with who did what and when.
        assert [answer.status_code for answer in answers] == [200, *[200 if reads else 404] * 2, 200, 200]
        assert [word in answer.content.decode() for answer in answers] == [reads] * 5
    assert live.events.filter(after__isnull=False).exists()


def test_a_new_version_of_an_archived_practice_says_that_it_is_in_the_lists_again() -> None:
    live = make.published()
    verbs.archive(live.practice, by=make.editor_user(), at=AT, notice="Conclusa.")
    second = next_version(Submission.objects.get(pk=live.pk), title="Riparte")
    texts = list(second.events.filter(verb="publish").values_list("text", flat=True))
    assert texts == ["La pratica era archiviata: torna negli elenchi."]
    assert list(Practice.objects.listed()) == [live.practice]

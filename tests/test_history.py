"""The public history: every text that was published, in every state of the practice, and nothing that was not."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from practices.models import Practice, Submission
from practices.models.choices import RemovalReason, Status
from practices.moderation import editor, merging, officer
from practices.moderation import practice as whole
from tests import make
from tests.pages import facts, page, section, texts
from tests.samples import imported

pytestmark = pytest.mark.django_db
URL = "/pratiche/portierato-sociale-di-via-turri/versioni/"


@pytest.fixture
def chief() -> Any:
    return make.editor_user(chief=True)


def again(practice: Practice, minutes: int, **values: Any) -> Submission:
    """A new version, with these values of the section «why»."""
    live = practice.published
    assert live is not None
    by, someone = make.officer_of(live.organisation), make.editor_user()
    new = officer.revise(practice, by=by, at=make.later(minutes))
    declared = {"licence_accepted": True, "truth_declared": True}
    officer.save(new, by=by, at=make.later(minutes), section="contacts", values=declared, seen=0)
    officer.save(new, by=by, at=make.later(minutes), section="why", values=values, seen=0)
    new = officer.submit(new, by=by, at=make.later(minutes + 1), similar_seen=True)
    return editor.publish(editor.take(new, by=someone, at=make.later(minutes)), by=someone, at=make.later(minutes + 2))


def listed(client: Client) -> list[list[str]]:
    """Each version as the list tells it."""
    return [texts(item, "./*") for item in page(client, URL).xpath("//ol[@class='version-list']/li")]


def links(client: Client) -> list[str]:
    return [link.get("href") for link in page(client, URL).xpath("//ol[@class='version-list']//a")]


def changes(tree: Any) -> dict[str, list[str]]:
    """What the comparison tells of each field; the words for who does not see what is struck out are left out."""
    for hidden in tree.xpath("//div[@class='compare']//*[@class='visually-hidden']"):
        hidden.drop_tree()
    return {
        " ".join(one.xpath("string(./h3)").split()): texts(one, ".//del | .//ins")
        for one in tree.xpath("//section[@class='compare-field']")
    }


def test_one_version_is_the_first_and_is_in_force(client: Client) -> None:
    make.published()
    assert listed(client) == [["Versione 1 in vigore", "Prima pubblicazione, 2 marzo 2026"]]
    tree = page(client, f"{URL}1/")
    assert texts(tree, "//h1") == ["Versione 1 di 1"]
    assert texts(section(tree, "Che cosa è cambiato"), "./p") == [
        "È la prima versione che si può leggere: non c'è un testo con cui confrontarla."
    ]
    assert tree.xpath("//p[contains(@class, 'notice')]") == []


def test_the_practice_s_page_leads_to_its_history(client: Client) -> None:
    make.published()
    tree = page(client, "/pratiche/portierato-sociale-di-via-turri/")
    assert [(a.text, a.get("href")) for a in tree.xpath("//ul[contains(@class, 'practice-tools')]//a")] == [
        ("Scheda di riuso", "/pratiche/portierato-sociale-di-via-turri/riuso/"),
        ("Vogliamo farla anche noi", f"/scrivania/pratiche/{Practice.objects.get().pk}/anche-noi/"),
        ("Cronologia", URL),
        ("Segnala un errore", "/pratiche/portierato-sociale-di-via-turri/segnala/"),
    ]


def test_an_imported_practice_says_where_its_history_begins(client: Client, chief: Any) -> None:
    imported(make.organisation(), slug="portierato-sociale-di-via-turri")
    assert listed(client) == [["Versione 1 in vigore", "Ripresa da una fonte pubblica, 2 marzo 2026"]]
    practice = Practice.objects.get()
    whole.correct(practice, by=chief, at=make.later(5), values={"title": "Sportello"})
    assert changes(page(client, f"{URL}2/")) == {"Titolo": ["ripreso"]}


def test_a_new_version_and_a_correction_tell_what_they_change(client: Client, chief: Any) -> None:
    practice = make.published(contact_person="Canarina").practice
    again(practice, 10, problem="Conflitti tra vicini e con i negozi.")
    whole.correct(practice, by=chief, at=make.later(30), values={"title": "Portierato di via Turri", "stage": "regular"})
    assert listed(client) == [
        ["Versione 3 in vigore", "Correzione formale della redazione, 2 marzo 2026", "Cambia: Titolo, A che punto è."],
        ["Versione 2", "Nuova versione dell'ente, 2 marzo 2026", "Cambia: Problema affrontato."],
        ["Versione 1", "Prima pubblicazione, 2 marzo 2026"],
    ]
    assert links(client) == [f"{URL}{n}/" for n in (3, 2, 1)]
    second = page(client, f"{URL}2/")
    assert texts(second, "//h2")[0] == "Che cosa è cambiato dalla versione 1"
    assert changes(second) == {"Problema affrontato": ["vicini.", "vicini e con i negozi."]}
    assert texts(second, "//p[contains(@class, 'notice')]") == ["Non è il testo in vigore. Leggi quello di oggi"]
    assert facts(second)["Pratica"] == f"Portierato di via Turri ({practice.code})"
    third = page(client, f"{URL}3/")
    assert changes(third) == {"Titolo": ["sociale"], "A che punto è": ["In corso", "Servizio ordinario"]}
    assert third.xpath("//p[contains(@class, 'notice')]") == []


def test_the_text_of_an_old_version_is_whole_and_without_what_only_staff_reads(client: Client) -> None:
    practice = make.published(contact_person="Canarina Rossi", notes_to_editors="Canarino riservato").practice
    again(practice, 10, problem="Altro.")
    assert "anarin" not in client.get(f"{URL}1/").content.decode()
    assert "anarin" not in client.get(f"{URL}2/").content.decode()
    tree = page(client, f"{URL}1/")
    [record] = tree.xpath("//div[@class='record']")
    assert texts(record, ".//h2") == [
        "In breve",
        "Dove",
        "Per chi",
        "Quando",
        "Perché",
        "Come",
        "Con quali mezzi",
        "Che cosa ne è venuto",
        "Che cosa abbiamo imparato",
        "Contatti e dichiarazioni",
    ]
    told = facts(record, ".")
    assert (told["Titolo"], told["A che punto è"]) == ("Portierato sociale di via Turri", "In corso")
    assert not {"Persona di riferimento", "Note per la redazione", "Quanto scritto è veritiero"} & set(told)
    assert tree.xpath("//meta[@name='robots']/@content") == ["noindex, follow"]


def test_what_only_staff_reads_is_no_change(client: Client) -> None:
    practice = make.published(notes_to_editors="Prima").practice
    live = practice.published
    assert live is not None
    again(practice, 10, problem="Conflitti tra vicini.")
    assert listed(client)[0][-1] == "Nessuna differenza dalla versione 1."
    assert texts(section(page(client, f"{URL}2/"), "Che cosa è cambiato dalla versione 1"), ".//p") == [
        "Non c'è nessuna differenza."
    ]


def test_a_mistaken_version_is_told_of_and_never_shown(client: Client, chief: Any) -> None:
    practice = make.published().practice
    again(practice, 10, problem="Canarino sbagliato.")
    whole.correct(practice, by=chief, at=make.later(20), values={"objectives": "Canarino corretto."})
    whole.roll_back(practice, by=chief, at=make.later(30), text="Canarina: pubblicata per errore.")
    again(practice, 40, problem="Quello giusto.")
    withdrawn = "Ritirata: era stata pubblicata per errore."
    assert listed(client) == [
        ["Versione 5 in vigore", "Nuova versione dell'ente, 2 marzo 2026", "Cambia: Problema affrontato."],
        ["Versione 4", "Ritorno alla versione 1, 2 marzo 2026", "Nessuna differenza dalla versione 1."],
        ["Versione 3", "Correzione formale della redazione, 2 marzo 2026", withdrawn],
        ["Versione 2", "Nuova versione dell'ente, 2 marzo 2026", withdrawn],
        ["Versione 1", "Prima pubblicazione, 2 marzo 2026"],
    ]
    assert links(client) == [f"{URL}{n}/" for n in (5, 4, 1)]
    for number in (2, 3):
        assert texts(page(client, f"{URL}{number}/", 410), "//main//p[@class='lead']") == [withdrawn]
    assert changes(page(client, f"{URL}5/")) == {"Problema affrontato": ["Conflitti tra vicini.", "Quello giusto."]}
    assert texts(page(client, f"{URL}5/"), "//h2")[0] == "Che cosa è cambiato dalla versione 4"
    for address in (URL, *(f"{URL}{n}/" for n in range(1, 6))):
        assert "anarin" not in client.get(address).content.decode(), address


def test_what_was_gone_back_to_and_rolled_back_in_its_turn(client: Client, chief: Any) -> None:
    practice = make.published().practice
    again(practice, 10, problem="Canarino uno.")
    again(practice, 20, problem="Canarino due.")
    whole.roll_back(practice, by=chief, at=make.later(30), text="Sbagliata.")
    whole.roll_back(practice, by=chief, at=make.later(40), text="Sbagliata anche questa.")
    assert [row[:2] for row in listed(client)][:2] == [
        ["Versione 5 in vigore", "Ritorno alla versione 1, 2 marzo 2026"],
        ["Versione 4", "Ritorno alla versione 2, 2 marzo 2026"],
    ]
    assert links(client) == [f"{URL}5/", f"{URL}1/"]
    for address in (URL, *(f"{URL}{n}/" for n in range(1, 6))):
        assert "anarin" not in client.get(address).content.decode(), address


def test_drafts_and_unknown_ones_have_no_history(client: Client) -> None:
    make.submission(title="Bozza")
    make.submission(Status.REJECTED, title="Respinta")
    for slug in ("bozza", "respinta", "non-esiste"):
        for rest in ("", "1/"):
            assert client.get(f"/pratiche/{slug}/versioni/{rest}").status_code == 404


def test_what_is_in_the_works_is_not_in_the_history(client: Client) -> None:
    practice = make.published().practice
    live = practice.published
    assert live is not None
    by = make.officer_of(live.organisation)
    new = officer.revise(practice, by=by, at=make.later(10))
    officer.save(new, by=by, at=make.later(10), section="why", values={"problem": "Canarino in bozza."}, seen=0)
    assert links(client) == [f"{URL}1/"]
    assert client.get(f"{URL}2/").status_code == 404
    assert "anarin" not in client.get(f"{URL}1/").content.decode()


def test_an_archived_practice_keeps_its_history(client: Client, chief: Any) -> None:
    practice = make.published().practice
    whole.archive(practice, by=chief, at=make.later(9), notice="Chiusa.")
    assert links(client) == [f"{URL}1/"]
    assert client.get(f"{URL}1/").status_code == 200


@pytest.mark.parametrize("reason", list(RemovalReason))
def test_of_a_removed_practice_the_history_is_gone_too(client: Client, chief: Any, reason: RemovalReason) -> None:
    practice = make.published().practice
    again(practice, 10, problem="Canarino.")
    whole.remove(practice, by=chief, at=make.later(20), reason=reason, text="Canarina: perché.")
    for address in (URL, f"{URL}1/", f"{URL}2/", f"{URL}9/"):
        tree = page(client, address, 410)
        assert texts(tree, "//main//p[@class='lead']") == [f"Motivo: {reason.label}."]
        text = client.get(address).content.decode()
        assert "anarin" not in text
        assert "Portierato" not in text


def test_what_had_to_leave_the_page_does_not_come_back_through_the_history(client: Client, chief: Any) -> None:
    practice = make.published(problem="Il canarino di Rossi.").practice
    whole.remove(practice, by=chief, at=make.later(20), reason=RemovalReason.PRIVACY, text="Un nome.")
    whole.restore(practice, by=chief, at=make.later(21))
    whole.correct(practice, by=chief, at=make.later(22), values={"problem": "Conflitti."})
    shut = "Non si può più leggere: in seguito la pratica è stata rimossa, e poi ripristinata."
    assert listed(client) == [
        ["Versione 2 in vigore", "Correzione formale della redazione, 2 marzo 2026"],
        ["Versione 1", "Prima pubblicazione, 2 marzo 2026", shut],
    ]
    assert texts(page(client, f"{URL}1/", 410), "//main//p[@class='lead']") == [shut]
    for address in (URL, f"{URL}1/", f"{URL}2/"):
        assert "canarino" not in client.get(address).content.decode(), address


def test_a_duplicate_leads_to_the_other_practice(client: Client, chief: Any) -> None:
    duplicate, other = make.published().practice, make.published(title="L'altra").practice
    merging.merge(duplicate, into=other, by=chief, at=make.later(20), text="La stessa.")
    for address in (URL, f"{URL}1/"):
        response = client.get(address)
        assert (response.status_code, response["Location"]) == (302, "/pratiche/l-altra/")


@pytest.mark.parametrize("number", ["0", "2", "99999999999999999999999999", "-1", "1.0", "uno", "%00"])
def test_numbers_that_no_version_has(client: Client, number: str) -> None:
    make.published()
    assert client.get(f"{URL}{number}/").status_code == (400 if number == "%00" else 404)


def test_the_history_costs_the_same_queries_with_one_version_and_with_many(client: Client, chief: Any) -> None:
    practice = make.published().practice
    found = []
    for more in (0, 20):
        for n in range(more):
            whole.correct(practice, by=chief, at=make.later(10 + n), values={"problem": f"Correzione {n}."})
        counts = []
        for address in (URL, f"{URL}{more + 1}/"):
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            counts.append(len(queries))
        found.append(counts)
    # The content version, the practice and its events; of a text, the names that it mentions too.
    assert found == [[3, 7], [3, 7]]

"""Search: how a query is read, what it finds and in which order, what the page shows, and that the index follows publication."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html

from portal.lib.italian import stem, tokens
from practices.models import Practice, SearchEntry, SearchWord, Submission
from practices.moderation import practice as verbs
from practices.search import upkeep
from practices.search.highlight import excerpt, found_in, marked
from practices.search.matching import having_some, hits
from practices.search.query import Query, Term
from practices.search.spelling import suggestion
from tests import make
from tests.listing import best
from tests.samples import titles_in_index

pytestmark = pytest.mark.django_db


def found(text: str) -> list[str]:
    return list(best(text).values_list("title", flat=True))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Città", ["citta"]),
        ("dell'integrazione", ["dell", "integrazione"]),
        ("dell’integrazione", ["dell", "integrazione"]),
        ("PERCHÉ non_così", ["perche", "non", "cosi"]),
        ("socio-sanitario 2019/20", ["socio", "sanitario", "2019", "20"]),
        ("مرحبا", ["u645u631u62du628u627"]),
        ("x" * 50, ["x" * 40]),
        ("!? …", []),
    ],
)
def test_words_are_folded_to_letters_and_digits(text: str, words: list[str]) -> None:
    assert tokens(text) == words


@pytest.mark.parametrize(
    "pair",
    [
        ("scuola", "scuole"),
        ("quartiere", "quartieri"),
        ("straniera", "straniere"),
        ("lavori", "lavoro"),
        ("attivita", "attivita"),
    ],
)
def test_forms_of_a_word_have_one_stem(pair: tuple[str, str]) -> None:
    assert stem(pair[0]) == stem(pair[1])


def word(text: str, *, typed: bool = False) -> Term:
    return Term((text,), is_beginning=typed)


def phrase(*words: str) -> Term:
    return Term(words, is_phrase=True)


@pytest.mark.parametrize(
    ("text", "terms", "excluded"),
    [
        ("", [], []),
        ("scuola", [word("scuola", typed=True)], []),
        ("la scuola di italiano", [word("scuola"), word("italiano", typed=True)], []),
        ("la", [word("la")], []),
        ("scuola e", [word("scuola")], []),
        ("casa casa", [word("casa", typed=True)], []),
        ("re", [word("re")], []),
        ('"case del quartiere"', [phrase("case", "del", "quartiere")], []),
        ("«case del quartiere» torino", [phrase("case", "del", "quartiere"), word("torino", typed=True)], []),
        ('"case del', [phrase("case", "del")], []),
        ('""', [], []),
        ("casa -torino", [word("casa")], [phrase("torino")]),
        ('casa -"centro storico"', [word("casa")], [phrase("centro", "storico")]),
        ("-torino", [], [phrase("torino")]),
        ("casa - torino", [word("casa"), word("torino", typed=True)], []),
        ("socio-sanitario", [word("socio"), word("sanitario", typed=True)], []),
        ("--torino", [word("torino", typed=True)], []),
        ("casa AND NOT lavoro", [word("casa"), word("and"), word("not"), word("lavoro", typed=True)], []),
    ],
)
def test_a_query_is_read(text: str, terms: list[Term], excluded: list[Term]) -> None:
    query = Query.parse(text)
    assert (list(query.terms), list(query.excluded)) == (terms, excluded)
    assert bool(query) == bool(terms or excluded)


def test_twelve_words_are_enough() -> None:
    assert [term.words[0] for term in Query.parse(" ".join(f"parola{n}" for n in range(30))).terms] == [
        f"parola{n}" for n in range(12)
    ]


def test_where_a_word_stands_tells_the_order() -> None:
    """The same word from the body to the title, each published later than the next better one."""
    place = make.organisation("Comune di Ginestra", make.municipality("Ginestra", "E033", sign="PZ"))
    make.published(title="Ginestra")
    make.published(title="La ginestra e altro")
    make.published(title="Ginestre e altro")
    make.published(title="Nella sintesi", summary="Un orto di ginestra.")
    make.published(title="Nelle parole", tags=["ginestra"])
    make.published(title="Nel luogo", of=place, municipalities=["E033"])
    make.published(title="Nel testo", context="Cresce la ginestra.")
    make.published(title="Nel testo, al plurale", context="Crescono le ginestre.")
    make.published(title="Solo l'inizio: ginestraio")
    make.published(title="Altro")
    assert found("ginestra") == [
        "Ginestra",
        "La ginestra e altro",
        "Ginestre e altro",
        "Nella sintesi",
        "Nelle parole",
        "Nel luogo",
        "Nel testo",
        "Nel testo, al plurale",
        "Solo l'inizio: ginestraio",
    ]


def test_of_equal_ones_the_newest_comes_first() -> None:
    older, newer = make.published(title="Orto uno"), make.published(title="Orto due")
    Submission.objects.filter(pk=newer.pk).update(published_at=make.NOW + timedelta(days=1))
    assert found("orto") == [newer.title, older.title]


def test_words_may_stand_in_different_places_and_phrases_may_not() -> None:
    make.published(title="Orti sociali", summary="Nel quartiere della stazione.", context="Un vecchio deposito.")
    make.published(title="Quartiere nuovo", summary="Orti ovunque.")
    assert found("orti stazione deposito") == ["Orti sociali"]
    assert found('"orti sociali"') == ["Orti sociali"]
    assert found('"sociali orti"') == []
    # The end of a title and the beginning of the summary are not one after the other.
    assert found('"nuovo orti"') == []
    assert found('orti -"orti sociali"') == ["Quartiere nuovo"]
    assert found("-stazione") == ["Quartiere nuovo"]
    assert found("orti -orti") == []


def test_what_people_call_a_town_is_found() -> None:
    town = make.municipality("Bolzano", "A952", sign="BZ")
    town.other_name = "Bozen"
    town.save()
    make.published(title="A Bolzano", of=make.organisation("Comune di Bolzano", town), municipalities=["A952"])
    assert (found("bozen"), found("bolzano"), found("comune bolzano")) == (["A Bolzano"],) * 3


def test_the_index_follows_what_is_published() -> None:
    live = make.published(title="Il vecchio nome")
    chief = make.editor_user(chief=True)
    make.submission(title="Soltanto una bozza")
    assert titles_in_index() == ["il vecchio nome"]
    verbs.correct(live.practice, by=chief, at=make.later(9), values={"title": "Il nuovo nome"})
    assert (found("vecchio"), found("nuovo")) == ([], ["Il nuovo nome"])
    for out in (
        lambda: verbs.archive(live.practice, by=chief, at=make.later(10), notice="Conclusa."),
        lambda: verbs.remove(live.practice, by=chief, at=make.later(12), reason="mistake", text="Errore."),  # type: ignore[arg-type]
    ):
        out()
        assert found("nuovo") == []
        verbs.restore(live.practice, by=chief, at=make.later(11))
        assert found("nuovo") == ["Il nuovo nome"]


def test_a_misspelt_word_leads_to_the_nearest_one() -> None:
    live = make.published(title="Mediazione nelle moschee", context="Tra la comunità e i vicini.")
    for text, better in [
        ("moshee", "moschee"),
        ("Moscheee", "moschee"),
        ("mediazione moshee", "mediazione moschee"),
        ("comunitta", "comunità"),
        ("zzzzzz", ""),
        ("moschee", ""),
        ("mo", ""),
        ('"moshee"', ""),
    ]:
        assert suggestion(text, Query.parse(text)) == better, text
    # A word that stood only in what was removed is never told.
    chief = make.editor_user(chief=True)
    verbs.remove(live.practice, by=chief, at=make.later(9), reason="privacy", text="Nomi.")  # type: ignore[arg-type]
    assert SearchWord.objects.filter(pk="moschee").exists()
    assert suggestion("moshee", Query.parse("moshee")) == ""


def test_when_not_all_words_match_those_with_most_of_them_are_offered(client: Client) -> None:
    make.published(title="Orto e cucina", kind="intervention")
    make.published(title="Orto e cucina e teatro")
    make.published(title="Soltanto teatro")
    make.published(title="Nulla")
    query = Query.parse("orto teatro cucina mongolfiera")
    rows = Submission.objects.listed().filter(having_some(query)).annotate(hits=hits(query)).order_by("hits", "-pk")
    assert list(rows.values_list("title", "hits")) == [
        ("Orto e cucina e teatro", -3),
        ("Orto e cucina", -2),
        ("Soltanto teatro", -1),
    ]
    tree = html.fromstring(client.get("/pratiche/?q=orto+teatro+cucina+mongolfiera&tipo=good_practice").content.decode())
    assert tree.xpath("string(//main//h2)").strip() == "0 pratiche"
    assert tree.xpath("string(//main//h3[1])").strip() == "Queste hanno alcune delle parole cercate"
    assert ["".join(h.itertext()) for h in tree.xpath("//article//h3")] == ["Orto e cucina e teatro", "Soltanto teatro"]


def test_matches_are_marked_and_nothing_else_is_markup(client: Client) -> None:
    assert marked("Le <b>scuole</b> & la scuola", Query.parse("scuola")) == (
        "Le &lt;b&gt;<mark>scuole</mark>&lt;/b&gt; &amp; la <mark>scuola</mark>"
    )
    assert marked("L'orto della scuola", Query.parse('"orto della"')) == "L&#x27;<mark>orto</mark> <mark>della</mark> scuola"
    long = " ".join(f"parola{n}" for n in range(40))
    live = make.published(title="Un titolo", activities=f"{long} mongolfiera <i>{long}", context="Nulla.")
    assert excerpt(live, Query.parse("mongolfiere")) == (
        f"… {' '.join(f'parola{n}' for n in range(30, 40))} <mark>mongolfiera</mark> &lt;i&gt;parola0 "
        f"{' '.join(f'parola{n}' for n in range(1, 19))} …"
    )
    assert excerpt(live, Query.parse("titolo")) == excerpt(live, Query.parse("assente")) == ""
    tree = html.fromstring(client.get("/pratiche/?q=mongolfiera").content.decode())
    assert [mark.text for mark in tree.xpath("//article//mark")] == ["mongolfiera"]


@pytest.mark.parametrize(
    ("text", "query", "is_found"),
    [("Accordo quadro", "accordi", True), ("Accordo quadro", "accordo -quadro", False), ("Accordo", "accordo rete", False)],
)
def test_texts_that_are_in_no_index_are_read_the_same_way(text: str, query: str, is_found: bool) -> None:
    assert found_in(text, Query.parse(query)) is is_found


@settings(
    max_examples=80,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    text=st.text(max_size=200).filter(lambda t: "\x00" not in t)
    | st.sampled_from(["'", '"', '"*"', "a:b", "(casa", "NEAR(a b)", "a & !b", "casa:*", "\\'", "%s", '-"', "qjqj", "^casa"])
)
def test_nothing_that_can_be_typed_is_an_error(text: str) -> None:
    query = Query.parse(text)
    assert list(best(text)) == []
    assert list(Submission.objects.filter(having_some(query)).order_by(hits(query))) == [] if len(query.terms) > 1 else True
    assert suggestion(text, query) == ""


def command(*arguments: str) -> str:
    out = StringIO()
    call_command("rebuild_search", *arguments, stdout=out)
    return out.getvalue()


def test_the_index_is_verified_and_rebuilt() -> None:
    first, second = make.published(title="Prima"), make.published(title="Seconda")
    assert command("--verify") == "L'indice della ricerca è in ordine.\n"
    SearchEntry.objects.filter(practice=first.practice).delete()
    SearchEntry.objects.filter(practice=second.practice).update(title=" altro ")
    draft = make.submission(title="Bozza").practice
    SearchEntry.objects.create(practice=draft, title="", summary="", tags="", place="", body="")
    codes = {name: Practice.objects.get(pk=pk) for name, pk in (("a", first.practice_id), ("b", second.practice_id))}
    assert list(upkeep.faults()) == [
        f"{codes['a']} non è nell'indice.",
        f"{codes['b']}: l'indice ha parole non aggiornate.",
        f"{draft} è nell'indice e non negli elenchi.",
    ]
    with pytest.raises(CommandError, match="va ricostruito"):
        command("--verify")
    assert command() == "Pratiche nell'indice: 2\n"
    assert command("--verify") == "L'indice della ricerca è in ordine.\n"
    assert (found("prima"), found("seconda")) == (["Prima"], ["Seconda"])


def test_an_index_that_lost_its_triggers_is_noticed(monkeypatch: Any) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL's index is a column that it generates itself")
    make.published(title="Prima")
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER practices_search_update")
    live = Submission.objects.get()
    verbs.correct(live.practice, by=make.editor_user(chief=True), at=make.later(9), values={"title": "Cambiata"})
    assert list(upkeep.faults()) == ["L'indice di SQLite non corrisponde alle parole: va ricostruito."]

"""What other sites show of ours: in frames without script, allowed nowhere else; and what readers hand on."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from lxml import html

from practices.models import Practice, Submission
from practices.models.choices import RemovalReason
from practices.moderation import merging
from practices.moderation import practice as whole
from tests import make
from tests.pages import page, texts

pytestmark = pytest.mark.django_db
SITE = "http://localhost:8000"
CARD = "/incorpora/pratiche/portierato-sociale-di-via-turri/"


def framing(response: Any) -> tuple[str | None, list[str]]:
    """What an answer says of frames: the old header, and the directives that concern them and scripts."""
    directives = response.headers.get("Content-Security-Policy", "").split("; ")
    return response.headers.get("X-Frame-Options"), sorted(
        one for one in directives if one.startswith(("frame-ancestors", "script-src"))
    )


ANYWHERE = (None, ["frame-ancestors *", "script-src 'none'"])
NOWHERE = ("DENY", ["frame-ancestors 'none'", "script-src 'self'"])


def test_a_card_says_what_a_list_says_and_where_the_rest_is(client: Client) -> None:
    live = make.published(title_en="Social concierge")
    tree = page(client, CARD)
    assert texts(tree, "//h1") == ["Portierato sociale di via Turri (si apre in un'altra finestra)"]
    assert texts(tree, "//p[@class='place']") == ["Comune di Reggio Emilia · Reggio Emilia (RE)"]
    assert texts(tree, "//p[@class='foot']/span") == ["Casa", "Evidenza: descritta"]
    assert texts(tree, "//footer") == [
        f"{live.practice.code} · CC BY 4.0 · Buone pratiche di integrazione (si apre in un'altra finestra)"
    ]
    assert tree.xpath("//link[@rel='canonical']/@href") == [f"{SITE}/pratiche/portierato-sociale-di-via-turri/"]
    assert tree.xpath("//meta[@name='robots']/@content") == ["noindex"]
    english = page(client, "/en/embed/practices/portierato-sociale-di-via-turri/")
    assert texts(english, "//h1") == ["Social concierge (opens in another window)"]
    assert english.xpath("//h1/a/@href") == ["/en/practices/portierato-sociale-di-via-turri/"]


def test_a_card_of_what_is_imported_names_its_licence(client: Client) -> None:
    submission = make.imported(title="Sportello", kind="intervention", municipalities=[make.municipality().pk])
    tree = page(client, "/incorpora/pratiche/sportello/")
    [foot] = texts(tree, "//footer")
    assert foot.startswith(f"{submission.practice.code} · Fatti da fonte pubblica · ")
    assert texts(tree, "//p[@class='kind']") == ["Intervento da fonte pubblica"]


def test_a_list_takes_the_filters_of_the_list(client: Client) -> None:
    make.published(title="Una", main_theme="lavoro")
    for n in range(11):
        make.published(title=f"Pratica {n}")
    tree = page(client, "/incorpora/elenco/?ambito=casa&ambito=boh")
    assert texts(tree, "//h2") == [f"Pratica {n} (si apre in un'altra finestra)" for n in range(10, 0, -1)]
    assert texts(tree, "//h1") == ["Pratiche Ambito: Casa"]
    assert texts(tree, "//main/p") == [
        "Ambito: non conosciamo «boh», e ne abbiamo fatto a meno.",
        "Vedile tutte (11) (si apre in un'altra finestra)",
    ]
    assert tree.xpath("//main/p/a/@href") == ["/pratiche/?ambito=casa"]
    assert tree.xpath("//link[@rel='canonical']/@href") == [f"{SITE}/pratiche/?ambito=casa"]
    assert texts(page(client, "/incorpora/elenco/?q=nonesiste"), "//main/p") == ["Nessuna pratica, per ora."]


def test_what_is_not_there_any_more_is_said_in_the_frame(client: Client) -> None:
    chief = make.editor_user(chief=True)
    live, archived, removed, merged = (
        make.published(title=title).practice for title in ("Viva", "Vecchia", "Tolta", "Doppia")
    )
    make.submission(title="Bozza")
    whole.archive(archived, by=chief, at=make.later(60), notice="Chiusa.")
    whole.remove(removed, by=chief, at=make.later(60), reason=RemovalReason.PRIVACY, text="Dati personali.")
    merging.merge(merged, into=live, by=chief, at=make.later(60), text="È la stessa.")
    found = {slug: client.get(f"/incorpora/pratiche/{slug}/") for slug in ("viva", "vecchia", "tolta", "doppia", "bozza")}
    assert {slug: one.status_code for slug, one in found.items()} == {
        "viva": 200,
        "vecchia": 200,
        "tolta": 410,
        "doppia": 302,
        "bozza": 404,
    }
    assert found["doppia"]["Location"] == "/incorpora/pratiche/viva/"
    assert {slug: framing(one) for slug, one in found.items()} == dict.fromkeys(found, ANYWHERE)
    trees = {slug: html.fromstring(one.content.decode()) for slug, one in found.items() if one.status_code != 302}
    assert texts(trees["vecchia"], "//p[@class='archived']") == ["Archiviata il 2 marzo 2026. Chiusa."]
    assert texts(trees["tolta"], "//main") == ["Questa pratica è stata rimossa Motivo: tutela di dati personali."]
    assert texts(trees["bozza"], "//h1") == ["Questa pratica non c'è"]
    assert texts(page(client, "/incorpora/elenco/"), "//h2") == ["Viva (si apre in un'altra finestra)"]


def test_a_frame_has_no_script_and_every_link_opens_a_window_of_its_own(client: Client) -> None:
    make.published()
    for address in (CARD, "/incorpora/elenco/"):
        tree = page(client, address)
        assert tree.xpath("//script | //form | //iframe | //@style") == []
        links = tree.xpath("//body//a")
        assert {(link.get("target"), link.get("rel")) for link in links} == {("_blank", "noopener")}


def routes(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from routes(entry, namespace + (f"{entry.namespace}:" if entry.namespace else ""))
        else:
            yield f"{namespace}{entry.name}", entry


FRAMED = {"embed:practice", "embed:list"}
# The editors' case page shows the preview in a frame.
BY_OURSELVES = {"desk:preview"}


def test_nothing_else_may_be_framed(client: Client) -> None:
    """Of every address what it answers to somebody who is not logged in, with invented arguments if need be."""
    live = make.published()
    live.practice.refresh_from_db()
    given: dict[str, Any] = {"slug": live.practice.slug, "code": live.practice.code, "uuid": "0" * 32}
    found = {}
    for name, entry in routes(get_resolver()):
        kinds = entry.pattern.converters
        arguments = {key: given.get(key, 1 if "Int" in type(kind).__name__ else "x") for key, kind in kinds.items()}
        # The rest are regular expressions with arguments: the admin's page of what is not there, and one of accounts.
        with suppress(NoReverseMatch):
            found[name] = framing(client.get(reverse(name, kwargs=arguments)))
    assert len(found) > 100
    assert found.keys() >= FRAMED | BY_OURSELVES
    assert {name: said for name, said in found.items() if said != NOWHERE} == dict.fromkeys(FRAMED, ANYWHERE)


def test_an_answer_that_nothing_changed_allows_the_frame_again(client: Client) -> None:
    make.published()
    for address in (CARD, "/incorpora/elenco/"):
        etag = client.get(address)["ETag"]
        again = client.get(address, headers={"If-None-Match": etag})
        assert (again.status_code, framing(again)) == (304, ANYWHERE)


# Handing on ------------------------------------------------------------------------------------------------------
def test_the_code_for_other_sites_is_ready_to_copy(client: Client) -> None:
    make.published(title='Sportello "Più" & <altro>')
    slug = Practice.objects.get().slug
    tree = page(client, f"/pratiche/{slug}/")
    [code] = tree.xpath("//textarea[@id='share-frame']/text()")
    frame = html.fromstring(code)
    assert dict(frame.attrib) == {
        "src": f"{SITE}/incorpora/pratiche/{slug}/",
        "title": 'Sportello "Più" & <altro>',
        "width": "100%",
        "height": "380",
        "style": "border: 0",
        "loading": "lazy",
        "sandbox": "allow-popups allow-popups-to-escape-sandbox",
    }
    assert page(client, frame.get("src").removeprefix(SITE)) is not None
    [mail] = tree.xpath("//a[starts-with(@href, 'mailto:?')]/@href")
    assert mail == (
        "mailto:?subject=Sportello%20%22Pi%C3%B9%22%20%26%20%3Caltro%3E"
        f"&body=Sportello%20%22Pi%C3%B9%22%20%26%20%3Caltro%3E%0Ahttp%3A%2F%2Flocalhost%3A8000%2Fpratiche%2F{slug}%2F"
    )
    [button] = tree.xpath("//button[@data-share]")
    assert (button.get("data-share"), button.get("hidden")) == (f"{SITE}/pratiche/{slug}/", "")


def test_a_selection_is_handed_on_as_the_address_says_it(client: Client) -> None:
    make.published()
    tree = page(client, "/pratiche/?tipo=good_practice&ambito=casa&ambito=boh&pagina=1&utm=x")
    assert tree.xpath("//input[@id='share-address']/@value") == [f"{SITE}/pratiche/?ambito=casa&tipo=good_practice"]
    frame = html.fromstring(tree.xpath("//textarea[@id='share-frame']/text()")[0])
    assert frame.get("src") == f"{SITE}/incorpora/elenco/?ambito=casa&tipo=good_practice"
    assert frame.get("title") == "Pratiche – Casa – Buona pratica"


def test_paper_leads_back_by_the_permanent_identifier(client: Client) -> None:
    live: Submission = make.published()
    address = f"{SITE}/id/{live.practice.code}"
    for path in ("", "riuso/"):
        tree = page(client, f"/pratiche/portierato-sociale-di-via-turri/{path}")
        assert texts(tree, "//div[@class='qr-box']") == [f"{live.practice.code}{address}"]
        [drawing] = tree.xpath("//div[@class='qr-box']/svg")
        assert (drawing.get("aria-hidden"), drawing.get("viewbox")) == ("true", "0 0 37 37")
    draft = make.submission(title="Bozza")
    client.force_login(draft.created_by, backend="allauth.account.auth_backends.AuthenticationBackend")  # type: ignore[arg-type]
    preview = html.fromstring(client.get(reverse("desk:preview", args=[draft.pk])).content.decode())
    assert preview.xpath("//div[@class='qr-box'] | //details[contains(@class, 'share')]") == []

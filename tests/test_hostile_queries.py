"""Any selection of any list: a page, or that there is none; and the same text searched on both engines is never an error."""

from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from agreements.models import Agreement
from portal.news.filters import NewsFilter
from portal.pages.agreement_filters import AgreementFilter
from practices.filters.practice import PracticeFilter
from tests import make
from tests.desk import SECTION_NAMES, Desk
from tests.hostile import VALUES, status
from tests.html_forms import data_of
from tests.news import event, news

# What these walk over is measured by quicker tests.
pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]
few = settings(
    max_examples=60,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module", autouse=True)
def _something(rows_of_module: None) -> None:
    make.published()
    make.published(title="Altra", kind="intervention", main_theme="lavoro")
    Agreement.objects.create(kind="pact", title="Patto", slug="patto")
    news(), event()


SOUND = ["casa", "lavoro", "emilia-romagna", "intervention", "pact", "2019", "1", "2", "fami", "patto", "recenti", "event"]
TEXTS = (
    st.text(max_size=40).map(lambda text: quote(text.encode(errors="surrogatepass")))
    | st.sampled_from(SOUND)
    | st.sampled_from([value for value in VALUES.values() if len(value) < 500])
)
SYNTAX = st.lists(
    st.sampled_from(
        ['"', "-", "«", "»", "*", ":", "(", ")", "'", "\\", "|", "&", "!", "<->", "%", "_", "casa", "e", "NEAR", " "]
    )
    | st.text(max_size=5),
    max_size=12,
).map("".join)


def queries(names: Any) -> st.SearchStrategy[list[tuple[str, str]]]:
    pairs = st.tuples(st.sampled_from(sorted({*names, "pagina", "q"})), TEXTS)
    return st.lists(pairs, min_size=1, max_size=8)


def answered(path: str, asked: list[tuple[str, str]]) -> None:
    response = Client().get(path + "?" + "&".join(f"{name}={value}" for name, value in asked))
    assert status(response) in {200, 400, 404}
    if response.status_code == 400:
        assert any("%00" in value for _name, value in asked)


@few
@given(asked=queries(PracticeFilter.base_filters), path=st.sampled_from(["", "atom.xml", "pratiche.csv", "pratiche.json"]))
def test_the_practices(asked: list[tuple[str, str]], path: str) -> None:
    answered(f"/pratiche/{path}", asked)


@few
@given(asked=queries(NewsFilter.base_filters), path=st.sampled_from(["", "atom.xml"]))
def test_the_news(asked: list[tuple[str, str]], path: str) -> None:
    answered(f"/notizie/{path}", asked)


@few
@given(asked=queries(AgreementFilter.base_filters))
def test_the_agreements(asked: list[tuple[str, str]]) -> None:
    answered("/accordi/", asked)


@few
@given(text=SYNTAX, path=st.sampled_from(["/cerca/", "/pratiche/", "/notizie/", "/accordi/", "/incorpora/elenco/"]))
def test_whatever_is_searched_for(text: str, path: str) -> None:
    answered(path, [("q", quote(text.encode(errors="surrogatepass")))])


@pytest.mark.parametrize("section", SECTION_NAMES)
def test_whatever_is_written_into_a_section(section: str) -> None:
    """Some of it wrong: it comes back as it was typed, or it is saved; nothing else happens."""
    desk = Desk()
    url = desk.url(section)
    page = desk.client.get(url)
    sound = {name: values for name, values in data_of(page).items() if name != "csrfmiddlewaretoken"}
    names = sorted(name for name in sound if not name.endswith("_FORMS"))

    # Each of eleven sections; tests/test_hostile_values.py and tests/test_section_form.py send others of this kind.
    @settings(few, max_examples=20)
    @given(typed=st.dictionaries(st.sampled_from(names), TEXTS, max_size=4))
    def check(typed: dict[str, str]) -> None:
        whole = {name: [quote(value) for value in values] for name, values in sound.items()}
        sent = [
            (name, value) for name, values in {**whole, **{n: [v] for n, v in typed.items()}}.items() for value in values
        ]
        body = "&".join(f"{urlencode({name: ''})[:-1]}={value}" for name, value in sent)
        response = desk.client.post(url, body, content_type="application/x-www-form-urlencoded")
        assert response.status_code in {302, 409, 422}

    check()

"""What is searched by the name of something else follows when that is renamed in the admin: practices and news."""

from typing import Any

import pytest
from django.test import Client
from lxml import html

from agreements.models import Agreement
from networks.models import Network
from portal.news.models import News
from portal.news.publishing import words_of
from practices.models import Fund, TargetGroup, Theme
from practices.search.upkeep import faults
from tests import make
from tests.news import news
from tests.samples import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def named() -> dict[str, Any]:
    """A practice and a news item, and what they name, by its page in the admin."""
    practice, town = make.published(title="La pratica"), make.municipality()
    network = Network.objects.create(name="Rete", slug="rete")
    agreement = Agreement.objects.create(kind="pact", title="Patto", slug="patto")
    news(title="La notizia", cities=[town], territories=[town.province.region], networks=[network], agreements=[agreement])
    # Nothing of these is renamed.
    make.published(
        title="Altra",
        of=make.organisation("Comune di Ala", make.municipality("Ala", "A116", sign="TN")),
        municipalities=["A116"],
        main_theme="lavoro",
    )
    return {
        "practices/theme": Theme.objects.get(slug="casa"),
        "practices/targetgroup": TargetGroup.objects.get(),
        "practices/fund": Fund.objects.get(),
        "networks/organisation": practice.organisation,
        "networks/municipality": town,
        "networks/province": town.province,
        "networks/region": town.province.region,
        "networks/network": network,
        "agreements/agreement": agreement,
    }


def save(page: str, row: Any, **changes: str) -> None:
    """What the form has, with these changes. The official lists of territories and provinces are a superuser's."""
    person = make.editor_user(chief=True)
    person.is_superuser = page in {"networks/region", "networks/province"}
    person.save()
    client, address = client_of(person), f"/admin/{page}/{row.pk}/change/"
    [form] = html.fromstring(client.get(address).content.decode()).xpath("//form[@method='post'][.//*[@name='_save']]")
    found: dict[str, Any] = {}
    for name, value in form.form_values():
        if "__prefix__" not in name:
            found.setdefault(name, []).append(value)
    response = client.post(address, {**found, **changes})
    assert response.status_code == 302, response.context["errors"]


def found(address: str) -> list[str]:
    titles = html.fromstring(Client().get(address).content.decode()).xpath("//main//article//h3")
    return [" ".join(title.text_content().split()) for title in titles]


@pytest.mark.parametrize(
    ("page", "field", "practices", "items"),
    [
        ("practices/theme", "name", ["La pratica"], []),
        ("practices/targetgroup", "name", ["Altra", "La pratica"], []),
        ("practices/fund", "name", ["Altra", "La pratica"], []),
        ("networks/organisation", "name", ["La pratica"], []),
        ("networks/organisation", "acronym", ["La pratica"], []),
        ("networks/municipality", "name", ["La pratica"], ["La notizia"]),
        ("networks/municipality", "common_name", ["La pratica"], ["La notizia"]),
        ("networks/province", "name", ["La pratica"], []),
        ("networks/region", "name", ["Altra", "La pratica"], ["La notizia"]),
        ("networks/network", "name", [], ["La notizia"]),
        ("agreements/agreement", "title", [], ["La notizia"]),
    ],
)
def test_the_search_finds_the_new_name(
    page: str, field: str, practices: list[str], items: list[str], named: dict[str, Any]
) -> None:
    assert (found("/pratiche/?q=lepida"), found("/notizie/?q=lepida")) == ([], [])
    save(page, named[page], **{field: "Lepida"})
    assert (sorted(found("/pratiche/?q=lepida")), found("/notizie/?q=lepida")) == (practices, items)
    assert list(faults()) == []
    assert [one.words == words_of(one) for one in News.objects.all()] == [True]


def test_the_news_have_the_new_sign_of_a_province(named: dict[str, Any]) -> None:
    save("networks/province", named["networks/province"], abbreviation="XQ")
    assert (found("/notizie/?q=xq"), found("/notizie/?q=re")) == (["La notizia"], [])
    assert list(faults()) == []

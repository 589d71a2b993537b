"""The gallery of the components: none is without an example, and production has no gallery."""

import importlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import clear_url_caches

from portal import urls
from portal.gallery.examples import SEEN_IN, examples
from portal.gallery.view import files
from practices.models.choices import Status
from tests import make

pytestmark = pytest.mark.django_db


def test_every_component_has_an_example(rf: Any) -> None:
    make.submission(Status.PUBLISHED)
    shown = examples(rf.get("/"))
    assert {*shown, *SEEN_IN} == {path.stem for path in files()}
    assert set(shown) & set(SEEN_IN) == set()
    assert [name for name, found in shown.items() if not found] == []


def test_each_is_shown_with_its_file_and_its_parameters(client: Client) -> None:
    make.submission(Status.PUBLISHED)
    page = client.get("/componenti/")
    assert page.status_code == 200
    components = page.context["components"]
    assert [component.name for component in components] == [path.stem for path in files()]
    assert [component.name for component in components if not component.parameters] == []


def test_an_empty_database_has_a_gallery_too(client: Client) -> None:
    assert client.get("/componenti/").status_code == 200


@pytest.fixture
def in_production(settings: Any) -> Iterator[None]:
    """The addresses of a portal that nobody develops on."""
    settings.DEVELOPMENT = False
    importlib.reload(urls)
    clear_url_caches()
    yield
    settings.DEVELOPMENT = True
    importlib.reload(urls)
    clear_url_caches()


def test_production_has_no_gallery(client: Client, in_production: None) -> None:
    assert client.get("/componenti/").status_code == 404
    assert client.get("/contatti/").status_code == 200

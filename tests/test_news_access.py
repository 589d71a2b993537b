"""Who reads what of a news item, in each of its states."""

from datetime import date, time
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from networks.models import User
from portal.news.models import News
from tests import make
from tests.news import event
from tests.samples import client_of, status_of

pytestmark = pytest.mark.django_db
STATES = ("draft", "scheduled", "published")
ROLES = ("anonymous", "outsider", "officer", "staff", "editor", "chief")
READS_DRAFTS = {"editor", "chief"}
PICTURE = "notizie/cd/cde.jpg"


@pytest.fixture(scope="module")
def people(rows_of_module: None) -> dict[str, User | None]:
    staff = make.user(is_staff=True)
    make.add_second_factor(staff)
    return {
        "anonymous": None,
        "outsider": make.user(),
        "officer": make.officer_of(make.organisation()),
        "staff": staff,
        "editor": make.editor_user(),
        "chief": make.editor_user(chief=True),
    }


def made(status: str) -> News:
    """An event with a picture and a document of its own."""
    for name in (PICTURE, "notizie/cd/cde-480.jpg"):
        if not default_storage.exists(name):
            default_storage.save(name, ContentFile(b"jpg"))
    found = event(
        status,
        title="Assemblea",
        starts_on=date(2026, 3, 20),
        start_time=time(9),
        picture=PICTURE,
        picture_text="Una piazza",
        picture_type="image/jpeg",
        picture_width=1600,
        picture_height=900,
    )
    found.documents.create(title="Bando", file=PICTURE, name="bando.jpg", content_type="image/jpeg", size=3)
    return found


def seen(client: Client, news: News) -> dict[str, Any]:
    """The status of each of its addresses, and whether the lists have it."""
    document = news.documents.get()
    return {
        "list": news.title in client.get("/notizie/").content.decode(),
        "english list": news.title in client.get("/en/news/").content.decode(),
        "feed": news.title in client.get("/notizie/atom.xml").content.decode(),
        "home": news.title in client.get("/").content.decode(),
        "search": news.title in client.get("/cerca/?q=tricolore").content.decode(),
        "page": status_of(client, news.get_absolute_url()),
        "calendar": status_of(client, reverse("news:calendar", args=[news.slug])),
        "picture": status_of(client, news.picture_address()),
        "copy": status_of(client, news.picture_address(480)),
        "document": status_of(client, reverse("news:document", args=[document.pk, document.name])),
    }


@pytest.mark.parametrize("status", STATES)
@pytest.mark.parametrize("role", ROLES)
def test_public_addresses(status: str, role: str, people: dict[str, User | None]) -> None:
    is_public = status == "published"
    file = 200 if is_public or role in READS_DRAFTS else 404
    lists = dict.fromkeys(("list", "english list", "feed", "home", "search"), is_public)
    # The page itself is the same for everybody: editors read a draft in the admin.
    pages = dict.fromkeys(("page", "calendar"), 200 if is_public else 404)
    files = dict.fromkeys(("picture", "copy", "document"), file)
    assert seen(client_of(people[role]), made(status)) == {**lists, **pages, **files}


@pytest.mark.parametrize("status", STATES)
@pytest.mark.parametrize("role", ROLES)
def test_the_editors_pages(status: str, role: str, people: dict[str, User | None]) -> None:
    client, news = client_of(people[role]), made(status)
    change = reverse("admin:news_news_change", args=[news.pk])
    found = {
        "list": status_of(client, reverse("admin:news_news_changelist")),
        "change": status_of(client, change),
        "preview": status_of(client, reverse("admin:news_news_preview", args=[news.pk])),
        "delete": status_of(client, reverse("admin:news_news_delete", args=[news.pk])),
        # Without its data nothing can be saved, whatever the button.
        "publish": client.post(change, {"_publish": "1"}).status_code,
        "withdraw": client.post(change, {"_withdraw": "1"}).status_code,
    }
    expected = {
        "editor": {"list": 200, "change": 200, "preview": 200, "delete": 403, "publish": 200, "withdraw": 200},
        "chief": dict.fromkeys(found, 200),
        # On the staff, and no editor: the admin lets in, its pages do not.
        "staff": {**dict.fromkeys(found, 403), "preview": 404},
    }.get(role, dict.fromkeys(found, 302))
    assert found == expected
    assert News.objects.get(pk=news.pk).status == status

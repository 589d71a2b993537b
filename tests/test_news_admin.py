"""What editors do with the news: write, publish, schedule, withdraw, delete; and what is refused."""

import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from lxml import html
from PIL import Image

from networks.models import User
from portal.lib.content_version import current_version
from portal.news.models import News
from tests import make
from tests.news import news
from tests.samples import client_of, pdf

pytestmark = pytest.mark.django_db
STEPS = {"_save", "_addanother", "_continue", "_saveasnew"}


@pytest.fixture
def editor() -> Client:
    return client_of(make.editor_user())


def address(of: News | None = None) -> str:
    return reverse("admin:news_news_change", args=[of.pk]) if of else reverse("admin:news_news_add")


def fields(client: Client, of: News | None = None) -> dict[str, Any]:
    """What the form would send, without its buttons and its empty row."""
    [form] = html.fromstring(client.get(address(of)).content.decode()).xpath("//form[@id='news_form']")
    found: dict[str, Any] = {}
    for name, value in form.form_values():
        if name not in STEPS and "__prefix__" not in name:
            found.setdefault(name, []).append(value)
    return found


def save(client: Client, of: News | None = None, *, step: str = "_save", **changes: Any) -> Any:
    """Change these fields of the form and press a button."""
    return client.post(address(of), {**fields(client, of), step: "1", **changes})


def errors(response: Any) -> dict[str, list[str]]:
    assert response.status_code == 200
    return dict(response.context["adminform"].form.errors.items())


WRITTEN = {"title": "Nuova", "slug": "nuova", "summary": "In breve.", "text": "Il testo."}


def status_of(made: News) -> str:
    made.refresh_from_db()
    return made.status


def public(made: News) -> int:
    return Client().get(made.get_absolute_url()).status_code


def test_a_draft_is_written_and_nobody_else_reads_it(editor: Client) -> None:
    version = current_version()
    assert save(editor, **WRITTEN).status_code == 302
    made = News.objects.get()
    assert (made.status, made.title, public(made), current_version()) == ("draft", "Nuova", 404, version)
    preview = editor.get(reverse("admin:news_news_preview", args=[made.pk]))
    assert "Questa è un'anteprima" in html.fromstring(preview.content.decode()).text_content()
    assert "no-store" in preview["Cache-Control"]


def test_what_was_done_is_said_whatever_the_gender_of_its_name(editor: Client) -> None:
    said = []
    for of, step in ((None, "_save"), (News.objects.first, "_continue")):
        made = of() if of else None
        page = editor.post(address(made), {**fields(editor, made), **WRITTEN, step: "1"}, follow=True)
        said += [strip_tags(str(message)) for message in page.context["messages"]]
    assert said == [
        "Aggiunta salvata: notizia «Nuova».",
        "Modifica salvata: notizia «Nuova». Qui sotto ne puoi fare un'altra.",
    ]


def test_published_withdrawn_and_published_again(editor: Client) -> None:
    save(editor, step="_publish", **WRITTEN)
    made = News.objects.get()
    version = current_version()
    assert (made.status, made.published_on, public(made)) == ("published", timezone.localdate(), 200)
    # The address of what is public stays.
    save(editor, made, title="Corretta", slug="altra")
    made.refresh_from_db()
    assert (made.title, made.slug, current_version()) == ("Corretta", "nuova", version + 1)
    save(editor, made, step="_withdraw", title="Ritirata")
    assert (status_of(made), made.title, public(made), current_version()) == ("draft", "Ritirata", 404, version + 2)
    save(editor, made, step="_publish")
    assert (status_of(made), public(made)) == ("published", 200)
    said = [entry.get_change_message() for entry in LogEntry.objects.order_by("pk")]
    assert [message.rpartition("stato: ")[2] for message in said] == [
        "pubblicata.",
        said[1],
        "ritirata.",
        "pubblicata.",
    ]


def test_scheduled_until_its_time_and_not_a_moment_less(editor: Client) -> None:
    news(title="Un'altra")
    at = timezone.localtime() + timedelta(days=1)
    save(editor, step="_schedule", publish_at=f"{at:%Y-%m-%dT%H:%M}", **WRITTEN)
    made = News.objects.get(slug="nuova")
    version = current_version()
    assert made.publish_at == at.replace(second=0, microsecond=0)
    assert (made.status, public(made)) == ("scheduled", 404)
    # Its words may still be mended: it stays scheduled.
    save(editor, made, title="Mendata")
    assert (status_of(made), made.title) == ("scheduled", "Mendata")
    call_command("publish_scheduled", at=made.publish_at - timedelta(seconds=1))
    assert (status_of(made), public(made), current_version()) == ("scheduled", 404, version)
    call_command("publish_scheduled", at=made.publish_at)
    assert (status_of(made), public(made), current_version()) == ("published", 200, version + 1)
    assert made.published_on == at.date()
    call_command("publish_scheduled", at=made.published_at + timedelta(hours=1))
    assert current_version() == version + 1


def test_scheduled_and_taken_back_or_published_at_once(editor: Client) -> None:
    for step, status in (("_withdraw", "draft"), ("_publish", "published")):
        made = news("scheduled", publish_at=timezone.now() + timedelta(days=1))
        # Whatever is left of the time.
        save(editor, made, step=step, publish_at="")
        assert status_of(made) == status


@pytest.mark.parametrize(
    ("step", "changes", "wrong"),
    [
        ("_save", {"title": ""}, {"title"}),
        ("_schedule", {}, {"publish_at"}),
        ("_schedule", {"publish_at": "2020-01-01T09:00"}, {"publish_at"}),
        ("_publish", {"kind": "event"}, {"starts_on"}),
        ("_publish", {"place": "Sala"}, {"place"}),
        ("_save", {"kind": "event", "starts_on": "02/01/2026", "ends_on": "01/01/2026"}, {"ends_on"}),
        ("_save", {"kind": "event", "starts_on": "02/01/2026", "end_time": "10:00"}, {"start_time"}),
        (
            "_save",
            {"kind": "event", "starts_on": "02/01/2026", "start_time": "11:00", "end_time": "10:00"},
            {"end_time"},
        ),
        ("_save", {"text": "con \x07 campana"}, {"text"}),
        # No feed could say it.
        ("_save", {"title": "con \x07 campana"}, {"title"}),
        ("_save", {"source_url": "javascript:alert(1)"}, {"source_url"}),
    ],
)
def test_what_is_refused_keeps_every_word(editor: Client, step: str, changes: dict[str, str], wrong: set[str]) -> None:
    long = "Parola per parola.\n\n- una\n- due"
    response = save(editor, step=step, **{**WRITTEN, "text": long, **changes})
    assert set(errors(response)) == wrong
    assert News.objects.count() == 0
    tree = html.fromstring(response.content.decode())
    [kept] = tree.xpath("//textarea[@name='text']")
    assert kept.text_content().strip() == changes.get("text", long)
    assert tree.findtext(".//title").startswith("Errore: ")


def test_a_published_one_keeps_its_date(editor: Client) -> None:
    assert set(errors(save(editor, news(), published_on=""))) == {"published_on"}


def test_a_picture_needs_its_words_and_loses_its_metadata(editor: Client) -> None:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "posizione segreta"
    Image.new("RGB", (1300, 700), "navy").save(out, "JPEG", exif=exif)
    upload = {"upload": SimpleUploadedFile("piazza.jpg", out.getvalue())}
    assert set(errors(save(editor, **WRITTEN, **upload))) == {"picture_text"}
    upload["upload"].seek(0)
    save(editor, step="_publish", **WRITTEN, **upload, picture_text="Una piazza")
    made = News.objects.get()
    assert (made.picture_width, made.picture_height, made.picture_type) == (1300, 700, "image/jpeg")
    for width, wide in ((None, 1300), (480, 480), (1200, 1200)):
        served = b"".join(Client().get(made.picture_address(width)))
        with Image.open(io.BytesIO(served)) as shown:
            assert (shown.width, dict(shown.getexif())) == (wide, {})
        assert b"segreta" not in served
    save(editor, made, remove_picture="on")
    made.refresh_from_db()
    assert (made.picture.name, made.picture_text, made.picture_width) == ("", "", None)


def test_what_is_no_picture_is_refused(editor: Client) -> None:
    for data in (pdf(), b"<script>"):
        response = save(editor, **WRITTEN, upload=SimpleUploadedFile("x.jpg", data), picture_text="Una piazza")
        assert set(errors(response)) == {"upload"}


def rows(**changes: Any) -> dict[str, Any]:
    """One document in the form's first row."""
    return {
        "documents-TOTAL_FORMS": "1",
        **{f"documents-0-{name}": value for name, value in {"title": "Bando", "language": "it", **changes}.items()},
    }


def test_documents_are_files_or_links(editor: Client) -> None:
    both = rows(upload=SimpleUploadedFile("bando.pdf", pdf()), url="https://example.org/bando")
    assert save(editor, **WRITTEN, **both).status_code == 200
    save(editor, **WRITTEN, **rows(upload=SimpleUploadedFile("il bando.pdf", pdf())))
    made = News.objects.get()
    [document] = made.documents.all()
    assert (document.name, document.content_type) == ("il-bando.pdf", "application/pdf")
    where = reverse("news:document", args=[document.pk, document.name])
    assert Client().get(where).status_code == 404
    response = editor.get(where)
    assert b"".join(response).startswith(b"%PDF-")
    save(editor, made, step="_publish")
    response = Client().get(where)
    assert (b"".join(response)[:5], response["Cache-Control"]) == (b"%PDF-", "public, no-cache")
    save(editor, made, **{"documents-0-DELETE": "on"})
    assert Client().get(where).status_code == 404


def test_chief_editors_delete_and_others_do_not(editor: Client) -> None:
    made = news()
    where = reverse("admin:news_news_delete", args=[made.pk])
    assert editor.post(where, {"post": "yes"}).status_code == 403
    version = current_version()
    assert client_of(make.editor_user(chief=True)).post(where, {"post": "yes"}).status_code == 302
    assert (public(made), News.objects.count()) == (404, 0)
    assert current_version() > version


def test_practices_are_chosen_by_their_title(editor: Client) -> None:
    live, draft = make.published(title="Portierato").practice, make.submission(title="Portierato segreto")
    query = {"app_label": "news", "model_name": "news", "field_name": "practices", "term": "portierato"}
    found = editor.get(reverse("admin:autocomplete"), query).json()["results"]
    assert found == [{"id": str(live.pk), "text": f"{live.code} – Portierato"}]
    made = news("draft", practices=[live, draft.practice])
    [form] = html.fromstring(editor.get(address(made)).content.decode()).xpath("//form[@id='news_form']")
    chosen = form.xpath(".//select[@name='practices']/option/text()")
    assert sorted(chosen) == sorted([f"{live.code} – Portierato", draft.practice.code])


def outsider() -> User:
    return make.officer_of(make.organisation())


def test_nobody_else_writes_or_looks(editor: Client) -> None:
    made = news("draft")
    for person in (None, outsider(), make.user(is_staff=True)):
        client = client_of(person)
        for where in (address(), address(made), reverse("admin:news_news_preview", args=[made.pk])):
            assert client.get(where).status_code in {302, 403, 404}
            assert client.post(where, {**WRITTEN, "_publish": "1"}).status_code in {302, 403, 404}
    assert list(News.objects.values_list("status", flat=True)) == ["draft"]


def test_the_list_is_filtered_and_searched(editor: Client) -> None:
    news("draft", title="Bozza uno")
    news("scheduled", title="Programmata due", publish_at=datetime(2030, 1, 1, tzinfo=timezone.get_default_timezone()))
    news(title="Pubblicata tre")
    where = reverse("admin:news_news_changelist")

    def found(**query: str) -> list[str]:
        tree = html.fromstring(editor.get(where, query).content.decode())
        return [node.text_content() for node in tree.xpath("//th[contains(@class, 'field-title')]")]

    assert found(status__exact="draft") == ["Bozza uno"]
    assert found(q="due") == ["Programmata due"]
    assert sorted(found()) == ["Bozza uno", "Programmata due", "Pubblicata tre"]

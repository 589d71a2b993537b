"""Looks for words in every text of every table, in every file that the portal keeps, and on every page that links lead to."""

import json
import re
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import models

from networks.models import User
from tests.samples import client_of

# Texts, and what is kept as one.
TEXTS = (models.CharField, models.TextField, models.JSONField, models.FileField, models.UUIDField, models.BinaryField)


def where_it_stands(*words: str) -> set[str]:
    """The labels of the models in which one of the words stands, in any case; files by their path in the media folder."""
    wanted = [word.lower() for word in words]
    found = set()
    for model in apps.get_models(include_auto_created=True):
        columns = [field.attname for field in model._meta.local_fields if isinstance(field, TEXTS)]
        if not columns or model._meta.proxy:
            continue
        for row in model._default_manager.order_by().values_list(*columns):
            text = json.dumps(row, default=str, ensure_ascii=False).lower()
            if any(word in text for word in wanted):
                found.add(model._meta.label)
    return found | _files(wanted)


def _files(wanted: list[str]) -> set[str]:
    folder = Path(settings.MEDIA_ROOT)
    paths = [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []
    inside = [path for path in paths if any(word.encode() in path.read_bytes().lower() for word in wanted)]
    named = [path for path in paths if any(word in path.as_posix().lower() for word in wanted)]
    return {path.relative_to(folder).as_posix() for path in {*inside, *named}}


def crawl(person: User | None, *begin: str) -> dict[str, str]:
    """Every page that this person reaches by links from these, without what is typed into addresses.

    Public pages are the same for everybody: who is logged in follows the links to the others alone.
    """
    client, waiting, seen = client_of(person), list(begin), {}
    links = re.compile(rf'(?:href|src)="({"/(?:scrivania|admin|accesso)/" if person else "/"}[^"#?]*)')
    while waiting:
        url = waiting.pop()
        if url in seen or "logout" in url:
            continue
        # A page that names ever new ones would never end.
        assert len(seen) < 1000, url
        answer = client.get(url)
        seen[url] = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode(errors="replace")
        if answer.status_code == 302:
            waiting.append(answer["Location"].partition("?")[0])
        if answer.status_code == 200 and "html" in answer.headers.get("Content-Type", ""):
            waiting += [found for found in links.findall(seen[url]) if "/static/" not in found]
    return seen

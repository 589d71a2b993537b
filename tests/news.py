"""Builders of news, through the functions that publish them."""

from datetime import date, timedelta
from itertools import count
from typing import Any

from portal.news import publishing
from portal.news.models import News
from tests import make

_number = count(1)


def news(status: str = "published", **fields: Any) -> News:
    """A news item in this status; relations are given as lists."""
    number = next(_number)
    title = fields.pop("title", f"Notizia di prova {number}")
    many = {name: fields.pop(name) for name in list(fields) if News._meta.get_field(name).many_to_many}
    made = News.objects.create(
        **{"title": title, "slug": f"notizia-{number}", "summary": "Che cosa succede.", "text": "Il testo.", **fields}
    )
    for name, rows in many.items():
        getattr(made, name).set(rows)
    if status == "published":
        publishing.publish(made, at=make.NOW)
    elif status == "scheduled":
        made.publish_at = made.publish_at or make.NOW + timedelta(days=1)
        made.save()
        publishing.schedule(made)
    publishing.changed(made)
    made.refresh_from_db()
    return made


def event(status: str = "published", **fields: Any) -> News:
    """An event, on a day that is over."""
    return news(status, **{"kind": "event", "starts_on": date(2026, 3, 20), "place": "Sala del Tricolore", **fields})

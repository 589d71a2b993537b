"""A portal in which every text that anybody may write is a script."""

from typing import Any

from django.apps import apps
from django.db import models

OURS = ("networks", "agreements", "practices", "news", "newsletter", "notes", "taggit", "mfa")
# Every element that one of these makes has this attribute.
MARK = "data-hostile"
LONG = (
    f"<script {MARK}>alert(1)</script>"
    f"\"'><img {MARK} src=x onerror=alert(2)>"
    f"</textarea></title></script><svg {MARK} onload=alert(3)>"
    "{{7*7}}{% now 'Y' %}${alert(4)}`${7*7}` javascript:alert(5) "
    f"--><a {MARK} href='javascript:alert(6)'>x</a>"
)
SHORT = f"'\"><b {MARK}>{{{{7*7}}}}"
# What is no text but a name for machines, or cannot be typed.
NOT_TEXTS = (
    models.SlugField,
    models.EmailField,
    models.URLField,
    models.FileField,
    models.UUIDField,
    models.GenericIPAddressField,
)
NAMES_FOR_MACHINES = {
    "email",
    "code", "token", "key", "sha256", "content_type", "password", "slug", "app_label", "model", "codename", "domain", "language",
    "belfiore_code", "istat_code", "nuts_code", "abbreviation", "cup", "ipa_code", "official_code", "period_code", "verb", "frequency",
    "query", "field", "message_id", "sign", "unwanted_mails", "file", "picture_type", "sort_name",
}  # fmt: skip


def poison() -> dict[str, set[str]]:
    """Puts a script before every text of every row; the columns of which that was done, by model."""
    done: dict[str, set[str]] = {}
    for app in OURS:
        for model in apps.get_app_config(app).get_models():
            if model._meta.proxy or not model._meta.managed:
                continue
            columns = [field for field in model._meta.local_concrete_fields if _is_text(field)]
            if columns and (rows := list(model._base_manager.all())):
                for row in rows:
                    new = {field.attname: _hostile(field, getattr(row, field.attname)) for field in columns}
                    model._base_manager.filter(pk=row.pk).update(**new)
                done[model._meta.label] = {field.name for field in columns}
    return done


def _is_text(field: Any) -> bool:
    if field.primary_key or field.choices or isinstance(field, NOT_TEXTS) or field.name in NAMES_FOR_MACHINES:
        return False
    return isinstance(field, models.CharField | models.TextField | models.JSONField)


def _hostile(field: Any, value: Any) -> Any:
    if isinstance(field, models.JSONField):
        return _inside(value)
    if not value:
        return value
    most = field.max_length or 10_000
    if most < len(SHORT):
        return value
    # Its own end stays, so that what must differ does.
    script = LONG if most >= len(LONG) + 12 else SHORT
    return (script + value[-(most - len(script)) :] if most > len(script) else script)[:most]


def _inside(value: Any) -> Any:
    """Of what is kept as JSON the sentences: what has no space may be a code."""
    match value:
        case str() if " " in value:
            return LONG + value
        case list():
            return [_inside(one) for one in value]
        case dict():
            return {name: _inside(one) for name, one in value.items()}
    return value

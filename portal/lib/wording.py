"""Words that leave the texts in which they stand: the name and the addresses of who is no longer registered."""

import re
from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.html import escape

BATCH = 500


def replace_words(rows: QuerySet[Any], fields: Iterable[str], words: Iterable[str], by: str) -> int:
    """Put `by` in the place of the words, wherever these columns have them as whole words; how many rows it concerned.

    Written past `save()`: some of these rows are written once. The caller's transaction holds it together.
    """
    fields, words = list(fields), sorted(filter(None, words), key=len, reverse=True)
    if not words:
        return 0
    # As a page escapes them too: mails are kept as HTML.
    forms = list(dict.fromkeys(form for word in words for form in (word, escape(word))))
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, forms))})(?!\w)", re.IGNORECASE)
    having = Q()
    for field in fields:
        for form in forms:
            having |= Q(**{f"{field}__icontains": form})
    changed = 0
    for row in rows.filter(having).order_by("pk").values("pk", *fields).iterator(chunk_size=BATCH):
        values = {field: pattern.sub(by, row[field]) for field in fields if row[field]}
        values = {field: text for field, text in values.items() if text != row[field]}
        changed += rows.model._default_manager.filter(pk=row["pk"]).update(**values) if values else 0
    return changed

"""`manage.py generate` makes the same of the same seed. Apart from its other tests, which share one country."""

from typing import Any

import pytest
from django.db import transaction

from practices.models import Practice, SearchEntry, Submission
from tests.test_generate import generated

pytestmark = pytest.mark.django_db


def everything() -> list[Any]:
    texts = Submission.objects.order_by("practice__slug", "status", "published_at", "title").values_list(
        "practice__slug", "status", "organisation__name", "title", "activities", "published_at", "main_theme__slug"
    )
    entries = SearchEntry.objects.order_by("practice__slug").values_list("practice__slug", "title", "tags", "place", "body")
    return [*texts, *entries, *Practice.objects.order_by("slug").values_list("slug", "evidence_level")]


@pytest.mark.parametrize(("seed", "is_same"), [(1, True), (2, False)])
def test_the_same_seed_gives_the_same_and_another_something_else(seed: int, is_same: bool) -> None:
    made = []
    for number in (1, seed):
        with transaction.atomic():
            generated(practices=60, towns=120, seed=number)
            made.append(everything())
            transaction.set_rollback(True)
    assert (made[0] == made[1], len(made[0]) > 200) == (is_same, True)

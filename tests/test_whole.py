"""A record read in one query: the same rows in the same order as the tables hold, and as many queries for twenty of each as for one."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Model, Q
from django.test import Client

from agreements.models import Agreement, Commitment
from practices.models import Adaptation, Attachment, Fund, Indicator, Reading, Submission, TargetGroup, Theme
from practices.moderation import merging
from practices.whole import RECORD, records, wholes
from tests import make
from tests.news import news
from tests.samples import full_values

pytestmark = pytest.mark.django_db
# In Rome it is the next day.
LATE = datetime(2026, 1, 5, 23, 30, 15, 250_000, tzinfo=UTC)


def everything(rows: int) -> Submission:
    """A published practice with so many rows of everything that it can have, adapted by as many as it was adapted from."""
    agreement = Agreement.objects.get_or_create(kind="pact", title="Patto", slug="patto")[0]
    many: dict[str, list[Any]] = {"other_themes": [], "target_groups": [], "commitments": [], "funding_lines": []}
    for n in range(rows):
        for model, name in ((Theme, "other_themes"), (TargetGroup, "target_groups"), (Fund, "")):
            # The last ones first: their order is not that of their numbers.
            model.objects.get_or_create(slug=f"voce-{n}", defaults={"name": f"Voce {n:02}", "position": 90 - n})
            many.get(name, []).append(f"voce-{n}")
        code, _new = Commitment.objects.get_or_create(
            agreement=agreement, code=f"p-{n}", position=90 - n, title=f"Punto {n}"
        )
        many["commitments"].append(code.code)
        many["funding_lines"].append({"fund": f"voce-{n}", "amount": f"{n}.1", "from_year": 2019, "to_year": None})
    many["municipalities"] = [make.municipality(f"Paese {90 - n}", f"Z{n:03}").pk for n in range(rows)]
    many["tags"] = [f"parola {n}" for n in range(rows)]
    measured = {"name": "Iscritti", "unit": "persone", "baseline": "0.1", "target": None, "direction": "up", "source": ""}
    many["indicators"] = [measured | {"name": f"Iscritti {n}"} for n in range(rows)]
    started = [make.published(title=f"Origine {n}").practice for n in range(rows)]
    story = {"origin_name": "", "origin_url": "", "changes": "Gli orari.", "outcome": "succeeded"}
    many["adaptations"] = [story | {"origin": one.code, "year": 2040 - n} for n, one in enumerate(started)]
    live = make.published(**full_values(title=f"Con {rows} righe di tutto", **many))
    for n in range(rows):
        make.published(title=f"Figlia {n}", adaptations=[story | {"origin": live.practice.code, "year": 2040 - n}])
        Attachment.objects.create(
            submission=live,
            kind="report",
            title=f"Relazione {n}",
            name=f"{n}.pdf",
            sha256=f"{n:064}",
            size=n,
            content_type="a/b",
        )
        news(title=f"Notizia {rows} {n}", practices=[live.practice])
    for indicator in Indicator.objects.filter(practice=live.practice):
        for n in range(rows):
            on = date(2020 - n, 1, 1)
            Reading.objects.create(indicator=indicator, period=f"{on.year}", on=on, value=f"{n}.3", declared_at=LATE)
    return live


def told(row: Model) -> dict[str, Any]:
    """What it knows without asking the database."""
    return {
        name: getattr(row, name) for name in (field.attname for field in row._meta.concrete_fields) if name in row.__dict__
    }


def compared(read: list[Any], rows: Any) -> None:
    """Each knows of its columns what the table's row does, and at least one of them differs from row to row."""
    known = [told(row) for row in read]
    whole = {row.pk: told(row) for row in rows}
    assert known == [{name: whole[pk][name] for name in one} for pk, one in zip(whole, known, strict=True)]
    assert [len(one) > 2 for one in known] == [True] * 3


def test_what_is_read_is_what_the_tables_hold_in_their_order() -> None:
    live = everything(3)
    [found] = wholes(Q(pk=live.pk))
    [record] = records(Q(pk=live.pk))
    plain = Submission.objects.get(pk=live.pk)
    for name in RECORD:
        for one in (found.submission, record):
            if name == "tags":
                assert sorted(tag.name for tag in one.tags.all()) == sorted(tag.name for tag in plain.tags.all())
            else:
                compared(list(getattr(one, name).all()), getattr(plain, name).all())
    compared(found.indicators, Indicator.objects.filter(practice=live.practice))
    for indicator in found.indicators:
        compared(list(indicator.readings.all()), Reading.objects.filter(indicator=indicator.pk).order_by("on", "pk"))
        assert [(one.value, one.declared_at) for one in indicator.readings.all()] == [
            (Decimal(f"{n}.3"), LATE) for n in (2, 1, 0)
        ]
    compared(found.adapted_in, Adaptation.objects.filter(origin=live.practice))
    assert [row.submission.organisation.name for row in found.adapted_in] == ["Comune di Reggio Emilia"] * 3
    compared(found.origins, Submission.objects.filter(title__startswith="Origine").order_by("pk"))
    towns = [(town.province.abbreviation, town.province.region.name) for town in found.submission.municipalities.all()]
    assert towns == [("RE", "Emilia-Romagna")] * 3


def test_other_columns_are_asked_for() -> None:
    live = everything(1)
    [found] = records(Q(pk=live.pk))
    [town] = found.municipalities.all()
    assert (town.get_deferred_fields() & {"sort_name", "name"}, town.sort_name) == ({"sort_name"}, "paese 90")


def test_of_a_duplicate_those_who_adapted_it_are_the_others() -> None:
    kept, duplicate = make.published(title="Tenuta"), make.published(title="Doppia")
    row = {
        "origin": duplicate.practice.code,
        "origin_name": "",
        "origin_url": "",
        "year": 2021,
        "changes": "x",
        "outcome": "partly",
    }
    child = make.published(title="Figlia", adaptations=[row])
    chief = make.editor_user(chief=True)
    merging.merge(duplicate.practice, into=kept.practice, by=chief, at=make.later(60), text="La stessa.")
    [found] = wholes(Q(pk=kept.pk))
    assert [row.submission for row in found.adapted_in] == [child]
    [found] = wholes(Q(pk=child.pk))
    assert [text.title for text in found.origins] == ["Tenuta"]


def test_a_practice_costs_the_same_queries_with_one_row_of_everything_and_with_twenty(
    django_assert_num_queries: Any,
) -> None:
    for rows in (1, 20):
        address = everything(rows).practice.get_absolute_url()
        Client().get(address)
        with django_assert_num_queries(6):
            page = Client().get(address).content.decode()
        said = ("Voce 00", "Iscritti 0", "Figlia 0", "Origine 0", f"Notizia {rows} {rows - 1}", "Relazione 0")
        assert [words for words in said if words not in page] == []

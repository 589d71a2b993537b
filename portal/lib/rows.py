"""Rows with the rows beside them, read in one query: each relation is a column of JSON, where prefetching asks once for each."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, cast

from django.db.models import JSONField, Model, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils.timezone import is_naive


class Rows(Subquery):
    """A queryset that names the outer row by `OuterRef`, in its own order.

    Its rows know these columns alone, which may lead to other rows (`fund__id`, always their primary key too, `fund__name`),
    and the rows `beside` them; for any other column they ask the database, as after `only`.
    """

    def __init__(self, rows: QuerySet[Any], *columns: str, **beside: "Rows") -> None:
        self.shape = _Shape(rows.model, columns, beside)
        one = JSONObject(**{column: column for column in columns}, **beside)
        super().__init__(rows.values(one=one), output_field=_RowsField(self.shape))
        self.made: dict[str, Any] = {}

    def copy(self) -> "Rows":
        """Django copies what it is about to change."""
        copied: Rows = super().copy()
        copied.made = {}
        return copied

    def as_sqlite(self, compiler: Any, connection: Any) -> Any:
        """For SQLite a text is JSON only where it is told so."""
        return self._made(
            compiler, connection, 'JSON((SELECT JSON_GROUP_ARRAY(JSON("found"."one")) FROM (%(subquery)s) "found"))'
        )

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        """PostgreSQL makes NULL of no rows."""
        return self._made(
            compiler, connection, """(SELECT COALESCE(JSONB_AGG("found"."one"), '[]') FROM (%(subquery)s) "found")"""
        )

    def _made(self, compiler: Any, connection: Any, template: str) -> Any:
        """Once: in a query that is kept it is the same each time, and to make it is half of what such a query costs."""
        if connection.alias not in self.made:
            self.made[connection.alias] = self.as_sql(compiler, connection, template=template)
        return self.made[connection.alias]


def annotated(outer: QuerySet[Any], beside: Mapping[str, Rows]) -> QuerySet[Any]:
    """What `with_rows` reads, a selection of it. To be kept where it is asked for often: making it costs as much as reading."""
    found: QuerySet[Any] = outer.annotate(**{f"read_{name}": rows for name, rows in beside.items()})
    return found


def with_rows(outer: QuerySet[Any], beside: Iterable[str]) -> list[Any]:
    """The rows of an `annotated` query, with those beside them as prefetching leaves them: by the names of the relations."""
    found = list(outer)
    for one in found:
        _keep(one, {name: one.__dict__.pop(f"read_{name}") for name in beside})
    return found


def _keep(row: Model, beside: dict[str, list[Any]]) -> None:
    row._prefetched_objects_cache = beside  # type: ignore[attr-defined]  # Django's own, as prefetching fills it


class _Shape:
    """A model, which of its columns, and what it leads to."""

    def __init__(self, model: type[Model], columns: Iterable[str], beside: Mapping[str, Rows]) -> None:
        own, parts = set(), dict[str, list[str]]()
        for column in columns:
            name, _parted, further = column.partition("__")
            if further:
                parts.setdefault(name, []).append(further)
            else:
                own.add(name)
        self.model = model
        # In the order of the model, which is how `from_db` wants them.
        self.fields = [field for field in model._meta.concrete_fields if field.name in own]
        self.attributes = [field.attname for field in self.fields]
        self.parts = {name: _Shape(_led_to(model, name), further, {}) for name, further in parts.items()}
        self.beside = {name: rows.shape for name, rows in beside.items()}

    def row(self, said: Mapping[str, Any], database: str, before: str = "") -> Any:
        """The instance, or None where a reference is empty."""
        found = self.model.from_db(
            database, self.attributes, [_value(field, said[before + field.name]) for field in self.fields]
        )
        if found.pk is None:
            return None
        for name, shape in self.parts.items():
            setattr(found, name, shape.row(said, database, f"{before}{name}__"))
        if self.beside:
            _keep(found, {name: [shape.row(one, database) for one in said[name]] for name, shape in self.beside.items()})
        return found


def _led_to(model: type[Model], name: str) -> type[Model]:
    return cast(type[Model], model._meta.get_field(name).related_model)


def _value(field: Any, said: Any) -> Any:
    """As the field's own column would give it; SQLite has moments in UTC, and does not say so."""
    value = field.to_python(said)
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and is_naive(value) else value


class _RowsField(JSONField):
    """Reads what `Rows` makes; amounts stay exact."""

    def __init__(self, shape: _Shape) -> None:
        super().__init__()
        self.shape = shape

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> list[Any]:
        """Instances."""
        return [self.shape.row(one, connection.alias) for one in json.loads(value, parse_float=Decimal)]

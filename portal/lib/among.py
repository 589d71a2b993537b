"""Rows by many primary keys that were read before: `pk__among=[…]`.

As `pk__in`, but one parameter however many they are; a parameter for each passes the limits of both engines.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.db.models import BigAutoField, ForeignKey, Lookup


class Among(Lookup):
    """Whether a number is one of these."""

    lookup_name = "among"
    prepare_rhs = False
    rhs: Iterable[int]

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        sql, params = self.process_lhs(compiler, connection)
        return f"{sql} = ANY(%s::bigint[])", [*params, list(self.rhs)]

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        sql, params = self.process_lhs(compiler, connection)
        # `sql` is the name of a column, written by Django.
        return f"{sql} IN (SELECT value FROM json_each(%s))", [*params, json.dumps(list(self.rhs))]  # noqa: S608  # nosec B608


BigAutoField.register_lookup(Among)
ForeignKey.register_lookup(Among)

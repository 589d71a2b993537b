"""The tables of a database as its migrations say, whichever code is installed now."""

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

# App and name.
Migration = tuple[str, str]


def applied() -> set[Migration]:
    """The migrations of the database, of those that the code knows."""
    loader = MigrationLoader(connection)
    return set(loader.applied_migrations) & set(loader.graph.nodes)


def foreign() -> set[Migration]:
    """Migrations of the database that the code does not know: a newer version made them."""
    loader = MigrationLoader(connection)
    return set(loader.applied_migrations) - set(loader.disk_migrations)


def unknown(migrations: Iterable[Migration]) -> set[Migration]:
    """Those that the code does not know."""
    return set(migrations) - set(MigrationLoader(None).disk_migrations)


def models_of(migrations: Iterable[Migration]) -> Any:
    """The registry of the models as they were after these migrations."""
    return MigrationLoader(None).project_state(sorted(migrations)).apps


def migrate_to(migrations: Iterable[Migration]) -> None:
    """Bring a database that has none but these to all of them. Nothing is told to the apps: permissions come with the rows."""
    executor = MigrationExecutor(connection)
    nodes, wanted = executor.loader.graph.node_map, set(migrations)
    last = [
        key for key in wanted if not any(child.key in wanted and child.key[0] == key[0] for child in nodes[key].children)
    ]
    executor.migrate(sorted(last))

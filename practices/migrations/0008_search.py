"""The search index: columns for what weighs differently, the words for *forse cercavi*, and each engine's own index.

The rows are derived: after this migration `manage.py rebuild_search` writes them.
"""

from django.db import migrations, models
from django.db.models import CASCADE

COLUMNS = ("title", "summary", "tags", "place", "body")
_ALL = ", ".join(COLUMNS)
_NEW, _OLD = (", ".join(f"{row}.{column}" for column in ("practice_id", *COLUMNS)) for row in ("new", "old"))
_REMOVE = f"INSERT INTO practices_search(practices_search, rowid, {_ALL}) VALUES ('delete', {_OLD});"
_ADD = f"INSERT INTO practices_search(rowid, {_ALL}) VALUES ({_NEW});"
SQLITE = [
    # The words are ours, already folded: FTS5 only parts them at spaces.
    f"CREATE VIRTUAL TABLE practices_search USING fts5({_ALL}, content='practices_searchentry',"
    " content_rowid='practice_id', tokenize='ascii')",
    f"CREATE TRIGGER practices_search_insert AFTER INSERT ON practices_searchentry BEGIN {_ADD} END",
    f"CREATE TRIGGER practices_search_delete AFTER DELETE ON practices_searchentry BEGIN {_REMOVE} END",
    f"CREATE TRIGGER practices_search_update AFTER UPDATE ON practices_searchentry BEGIN {_REMOVE} {_ADD} END",
]
POSTGRESQL = [
    # `simple`: no dictionary of the database's touches the words. Each column ends in stems, so that no phrase crosses two.
    "ALTER TABLE practices_searchentry ADD COLUMN words tsvector GENERATED ALWAYS AS"
    f" (to_tsvector('simple'::regconfig, {' || '.join(COLUMNS)})) STORED",
    "CREATE INDEX practices_searchentry_words ON practices_searchentry USING gin (words)",
]


def make_index(apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def drop_index(apps, schema_editor):
    # The triggers and PostgreSQL's column and index go with the table.
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TABLE practices_search")


class Migration(migrations.Migration):
    dependencies = [("practices", "0007_practice_merged")]

    operations = [
        migrations.DeleteModel("SearchEntry"),
        migrations.CreateModel(
            "SearchEntry",
            fields=[
                (
                    "practice",
                    models.OneToOneField(
                        on_delete=CASCADE,
                        primary_key=True,
                        related_name="search_entry",
                        serialize=False,
                        to="practices.practice",
                    ),
                ),
                *((column, models.TextField()) for column in COLUMNS),
            ],
        ),
        migrations.CreateModel(
            "SearchWord",
            fields=[
                ("word", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("written", models.CharField(max_length=40)),
            ],
        ),
        migrations.RunPython(make_index, drop_index),
    ]

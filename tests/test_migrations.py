"""Migrations that the version before survives: while they are applied it still serves, and goes on writing until it is reloaded."""

from collections.abc import Iterator

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.migrations import operations as kinds
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ModelState, ProjectState
from django.db.models import NOT_PROVIDED, Field, ManyToManyField

# Those of the first version, which no other was there before: tests/upgrade.py.
FIRST = {
    ("lib", "0001_initial"),
    ("networks", "0001_initial"),
    ("agreements", "0001_initial"),
    ("agreements", "0002_initial"),
    ("practices", "0001_initial"),
}
EARLY = (
    "from before any version was published: nobody runs the one before it. deploy/README.md says what it means for who does"
)
# The only place where such an operation is let through, with its reason. deploy/README.md, "Aggiornare", says what it means for
# people: who saves meanwhile may have to repeat it.
LET_THROUGH = {
    "networks.0002_mail_choices: AddField user.unwanted_mails": EARLY,
    "networks.0003_invitations_and_proposals: AddField affiliation.message": EARLY,
    "networks.0005_only_followed_mails: AddField user.only_followed_mails": EARLY,
    "networks.0008_sessions_ended: AddField user.sessions_ended": EARLY,
    "practices.0006_submission_on_behalf: AddField submission.on_behalf": EARLY,
    "practices.0008_search: DeleteModel SearchEntry": EARLY,
    "practices.0009_common_indicators: AddField reading.approximation": EARLY,
    "practices.0010_replication: AddField adaptation.disputed_text": EARLY,
    "practices.0011_reuse: AddField submission.minimum_conditions": EARLY,
}


def is_left_out_by_others(field: Field) -> bool:
    """Whether who does not know the column can write a row without it."""
    return isinstance(field, ManyToManyField) or field.null or field.db_default is not NOT_PROVIDED


def breaks(operation: Operation, app: str, before: ProjectState, made: set[tuple[str, str]]) -> str:
    """What of it the code from before does not survive; empty where it does. What this migration made it does not know."""
    kind = type(operation).__name__
    match operation:
        case kinds.DeleteModel(name=model) | kinds.RenameModel(old_name=model):
            return f"{kind} {model}"
        case kinds.RemoveField(model_name=model, name=name) | kinds.RenameField(model_name=model, old_name=name):
            return f"{kind} {model}.{name}"
        case kinds.AlterModelTable(name=model):
            return f"{kind} {model}"
        case kinds.AddField(model_name=model, name=name, field=field):
            is_known = (app, model.lower()) not in made
            return f"{kind} {model}.{name}" if is_known and not is_left_out_by_others(field) else ""
        case kinds.AlterField(model_name=model, name=name, field=field):
            was = before.models[app, model.lower()].fields[name]
            return f"{kind} {model}.{name}" if was.null and not field.null else ""
    return ""


def found() -> Iterator[str]:
    """In every migration of ours after the first version, in their order."""
    loader = MigrationLoader(None)
    ours = {
        config.label for config in apps.get_app_configs() if (settings.BASE_DIR / config.name.partition(".")[0]).is_dir()
    }
    state = ProjectState()
    for key in loader.graph._generate_plan(loader.graph.leaf_nodes(), at_end=True):
        migration, made = loader.graph.nodes[key], set()
        for operation in migration.operations:
            if isinstance(operation, kinds.CreateModel):
                made.add((key[0], operation.name_lower))
            if key[0] in ours and key not in FIRST and (said := breaks(operation, key[0], state, made)):
                yield f"{'.'.join(key)}: {said}"
            operation.state_forwards(key[0], state)


def test_what_the_version_before_does_not_survive() -> None:
    """Each kind, and what is like it and does no harm."""
    before = ProjectState()
    before.add_model(
        ModelState("a", "Thing", [("id", models.AutoField(primary_key=True)), ("name", models.TextField(null=True))])
    )
    harm = [
        kinds.DeleteModel("Thing"),
        kinds.RenameModel("Thing", "Other"),
        kinds.RemoveField("thing", "name"),
        kinds.RenameField("thing", "name", "title"),
        kinds.AlterModelTable("thing", "others"),
        kinds.AddField("thing", "size", models.IntegerField(default=0)),
        kinds.AlterField("thing", "name", models.TextField(default="")),
    ]
    none = [
        kinds.AddField("thing", "size", models.IntegerField(null=True)),
        kinds.AddField("thing", "size", models.IntegerField(db_default=0)),
        kinds.AddField("thing", "others", models.ManyToManyField("a.Thing")),
        kinds.AddField("new", "size", models.IntegerField(default=0)),
        kinds.AlterField("thing", "name", models.TextField(null=True, blank=True)),
        kinds.CreateModel("New", []),
    ]
    said = [breaks(operation, "a", before, {("a", "new")}) for operation in [*harm, *none]]
    assert said == [
        "DeleteModel Thing",
        "RenameModel Thing",
        "RemoveField thing.name",
        "RenameField thing.name",
        "AlterModelTable thing",
        "AddField thing.size",
        "AlterField thing.name",
        *[""] * len(none),
    ]


def test_the_version_before_survives_every_migration() -> None:
    """A new column is null or has `db_default`; what is no longer used goes one version later than the code that used it."""
    assert sorted(found()) == sorted(LET_THROUGH)

"""Backups as a technician takes, checks and brings them back, on the database of the tests."""

import errno
import gzip
import io
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.core.management import CommandError, call_command
from django.core.management.color import no_style
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from environs import Env
from post_office.models import STATUS, Email, Log

from networks.models import Organisation, User
from portal import environment
from portal.backup import schema
from portal.lib import mail
from portal.lib.content_version import current_version
from practices.models import Attachment, PreviewLink, Submission
from tests import make, s3
from tests.backups import Portal, hashes, own_database_url
from tests.samples import full_draft, pdf, picture, stored

pytestmark = pytest.mark.django_db(transaction=True)
NIGHT = make.NOW
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def places(settings: Any, tmp_path: Path) -> None:
    """Empty storages."""
    settings.MEDIA_ROOT = tmp_path / "data" / "media"
    open_data = settings.STORAGES["open_data"] | {"OPTIONS": {"location": tmp_path / "data" / "open-data"}}
    settings.STORAGES = {**settings.STORAGES, "open_data": open_data}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


@pytest.fixture
def draft(queue: None) -> Submission:
    """Something in every field, a document, a picture with its copies, a snapshot of the open data, and a mail that waits."""
    of = make.organisation()
    made = full_draft(of, make.officer_of(of, email="anna@example.org"))
    file = stored(picture("PNG", (500, 300)), "via-turri.png")
    Attachment.objects.filter(submission=made, kind="picture").update(file=file.path, sha256=file.sha256)
    storages["open_data"].save("2026-02/manifesto.json", ContentFile(b"{}"))
    mail.queue(["anna@example.org"], "È in coda", "Il testo.")
    return made


def run(command: str, *arguments: object, **options: Any) -> str:
    """What a command prints."""
    out = io.StringIO()
    call_command(command, *map(str, arguments), stdout=out, stderr=options.pop("stderr", io.StringIO()), **options)
    return out.getvalue()


def refused(command: str, *arguments: object, **options: Any) -> str:
    """Why a command ends with 1."""
    with pytest.raises(CommandError) as error:
        run(command, *arguments, **options)
    assert error.value.returncode == 1
    return str(error.value)


def dumps(folder: Path) -> list[str]:
    """The names of the backups in it."""
    return sorted(path.name for path in folder.iterdir() if path.name != "files")


def rows() -> dict[str, list[dict[str, Any]]]:
    """Of every table, the packages' and those that only join two included."""
    models = [model for model in apps.get_models(include_auto_created=True) if not model._meta.proxy]
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in models}


def test_what_is_restored_is_what_there_was(draft: Submission, folder: Path, tmp_path: Path) -> None:
    before, files, version = rows(), hashes(tmp_path / "data"), current_version()
    assert len(files) == 1 + 1 + 3 + 1
    run("backup", folder)
    Submission.objects.filter(pk=draft.pk).update(title="Un altro titolo")
    make.submission()
    Client().force_login(User.objects.get(email="anna@example.org"))
    Attachment.objects.filter(submission=draft).delete()
    shutil.rmtree(tmp_path / "data" / "media")

    said = run("restore", folder, replace=True, no_input=True)

    assert f"Ripristinate e confrontate una per una: {sum(len(found) for found in before.values())} righe." in said
    assert "E-mail che erano in coda: 1." in said
    after = rows()
    (held,) = after.pop("post_office.Email")
    (waited,) = before.pop("post_office.Email")
    assert (waited["status"], held["status"]) == (STATUS.queued, STATUS.failed)
    assert {name for name in held if held[name] != waited[name]} == {"status", "last_updated"}
    assert [(log["email_id"], log["status"]) for log in after.pop("post_office.Log")] == [(held["id"], STATUS.failed)]
    assert (before.pop("post_office.Log"), before.pop("lib.ContentVersion")[0]["number"]) == ([], version)
    assert after.pop("lib.ContentVersion")[0]["number"] > version + 1_000_000
    assert after == before
    assert hashes(tmp_path / "data") == files
    assert "sono come nella copia" in run("verify", folder, against_database=True)


def test_nothing_of_the_lost_hours_gets_a_second_life(draft: Submission, folder: Path) -> None:
    """A link that was sent after the backup leads to nothing, and not to the next draft that somebody shares."""
    run("backup", folder)
    person = User.objects.get(email="anna@example.org")
    shared = {"created_by": person, "created_at": make.NOW, "expires_at": make.NOW + DAY}
    lost = PreviewLink.objects.create(submission=draft, **shared)
    lost_draft = make.submission()
    # As in a new database, where nobody knows which numbers were given.
    PreviewLink.objects.all().delete()
    lost_draft.events.all().delete()
    Submission.objects.filter(pk=lost_draft.pk).delete()
    tables = [{"table": model._meta.db_table, "column": "id"} for model in (PreviewLink, Submission)]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_by_name_sql(no_style(), tables):
            cursor.execute(statement)
    run("restore", folder, replace=True, no_input=True)
    assert not PreviewLink.objects.with_token(lost.token).exists()
    assert PreviewLink.objects.create(submission=draft, **shared).pk > lost.pk
    assert make.submission().pk > lost_draft.pk


def test_a_number_that_a_deleted_row_had_is_not_given_again(draft: Submission, folder: Path) -> None:
    gone = Organisation.objects.create(kind="third_sector", name="Di passaggio", slug="di-passaggio")
    number = gone.pk
    gone.delete()
    run("backup", folder)
    run("restore", folder, replace=True, no_input=True, moving=True)
    assert Organisation.objects.create(kind="third_sector", name="Altra", slug="altra").pk == number + 1


def test_when_the_portal_moves_the_mails_go_on_waiting(draft: Submission, folder: Path) -> None:
    run("backup", folder)
    assert "coda" not in run("restore", folder, replace=True, no_input=True, moving=True)
    assert (list(Email.objects.values_list("status", flat=True)), Log.objects.count()) == ([STATUS.queued], 0)


def test_what_is_copied_is_not_copied_again_and_nobody_else_can_read_it(draft: Submission, folder: Path) -> None:
    first = run("backup", folder, at=NIGHT)
    assert "file: 6, di cui nuovi 6 (" in first
    contents = {path: path.stat() for path in (folder / "files").rglob("*")}
    assert "file: 6, di cui nuovi 0 (" in run("backup", folder, at=NIGHT + DAY)
    assert {path: path.stat() for path in (folder / "files").rglob("*")} == contents
    storages["open_data"].save("2026-02/manifesto.json", ContentFile(b"[]"))
    stored(pdf("Un altro"), "altro.pdf")
    assert "file: 7, di cui nuovi 2 (" in run("backup", folder, at=NIGHT + 2 * DAY)
    assert dumps(folder) == ["2026-03-02T090000Z", "2026-03-03T090000Z", "2026-03-04T090000Z"]
    modes = {(path.is_dir(), path.stat().st_mode & 0o777) for path in [folder, *folder.rglob("*")]}
    assert modes == {(True, 0o700), (False, 0o600)}


def test_what_is_deleted_goes_with_the_last_backup_that_has_it(draft: Submission, folder: Path, tmp_path: Path) -> None:
    kept = hashes(tmp_path / "data")
    run("backup", folder, at=NIGHT)
    gone = Attachment.objects.get(submission=draft, kind="report")
    gone.delete()
    default_storage.delete(gone.file.name)
    sha256 = kept[f"data/media/{gone.file.name}"]
    copy = folder / "files" / sha256[:2] / sha256
    assert "copie 0, file 0" in run("backup", folder, at=NIGHT + 29 * DAY, keep_days=30)
    assert copy.exists()
    run("verify", folder / "2026-03-02T090000Z")
    # The first one is too old now, and the second has not the file.
    assert "copie 1, file 1" in run("backup", folder, at=NIGHT + 31 * DAY, keep_days=30)
    assert not copy.exists()
    assert dumps(folder) == ["2026-03-31T090000Z", "2026-04-02T090000Z"]
    for name in dumps(folder):
        run("verify", folder / name)
    # However old they are, one stays.
    assert "copie 2, file 0" in run("backup", folder, at=NIGHT + 500 * DAY, keep_days=1)
    assert "copie 0, file 0" in run("backup", folder, at=NIGHT - 500 * DAY, keep_days=1)


def test_each_byte_that_changes_is_found(draft: Submission, folder: Path) -> None:
    run("backup", folder)
    assert "è in ordine" in run("verify", folder)
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) > 50
    for path in files:
        data = path.read_bytes()
        middle = len(data) // 2
        for damaged in (data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :], data[:-1]):
            path.write_bytes(damaged)
            refused("verify", folder)
            assert (
                "nulla è stato cambiato" in refused("restore", folder, replace=True, no_input=True)
                or path.name == "SHA256SUMS"
            )
        path.unlink()
        refused("verify", folder)
        path.write_bytes(data)
    run("verify", folder)
    (folder / dumps(folder)[0] / "altro").touch()
    refused("verify", folder)


def test_the_comparison_says_which_row_and_which_file(draft: Submission, folder: Path) -> None:
    run("backup", folder)
    Submission.objects.filter(pk=draft.pk).update(title="Un altro titolo", summary="Altro")
    new = make.organisation("Comune di Torino", make.municipality("Torino", "L219", sign="TO"))
    Email.objects.all().delete()
    file = Attachment.objects.get(submission=draft, kind="report").file
    path = Path(file.path)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    out = io.StringIO()
    with pytest.raises(CommandError, match="diversi"):
        call_command("verify", str(folder), against_database=True, stdout=out)
    said = out.getvalue().splitlines()
    assert f"networks.Organisation: la riga {new.pk} non è nella copia." in said
    assert f"practices.Submission: la riga {draft.pk} è diversa: summary, title." in said
    assert [line.split(":")[0] for line in said if "manca nella banca dati" in line] == ["post_office.Email"]
    assert f"{file.name} ha un altro contenuto." in said


# What is there is not overwritten -----------------------------------------------------------------------------------
def test_what_is_there_is_not_replaced_without_somebody_s_word(
    draft: Submission, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("backup", folder)
    Submission.objects.filter(pk=draft.pk).update(title="Un altro titolo")
    before = rows()
    assert "La banca dati non è vuota" in refused("restore", folder)
    for answer in ("", "no", "sì"):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{answer}\n"))
        assert refused("restore", folder, replace=True) == "Nulla è stato cambiato."
    assert rows() == before
    monkeypatch.setattr("sys.stdin", io.StringIO("sostituisci\n"))
    run("restore", folder, replace=True)
    assert Submission.objects.get(pk=draft.pk).title == draft.title


def rewritten(dump: Path, name: str, change: Callable[[str], str]) -> None:
    """Change a file of a backup and its checksum, as only a defect of the portal's would."""
    path = dump / name
    is_packed = path.suffix == ".gz"
    data = gzip.decompress(path.read_bytes()) if is_packed else path.read_bytes()
    changed = change(data.decode()).encode()
    path.write_bytes(gzip.compress(changed) if is_packed else changed)
    sums = subprocess.run(
        ["sha256sum", *sorted(set(os.listdir(dump)) - {"SHA256SUMS"})], cwd=dump, capture_output=True, check=True
    )
    (dump / "SHA256SUMS").write_bytes(sums.stdout)


def test_a_row_that_the_engine_refuses_is_told_and_nothing_is_changed(draft: Submission, folder: Path) -> None:
    run("backup", folder)
    dump = folder / dumps(folder)[0]
    rewritten(dump, "practices.Submission.jsonl.gz", lambda text: text.replace('"status":"draft"', '"status":"altro"'))
    Submission.objects.filter(pk=draft.pk).update(title="Un altro titolo")
    before = rows()
    said = refused("restore", folder, replace=True, no_input=True)
    assert f"La banca dati rifiuta la riga {draft.pk} di practices.Submission (" in said
    assert rows() == before


def test_a_backup_of_a_newer_portal_is_refused(draft: Submission, folder: Path) -> None:
    run("backup", folder)
    dump = folder / dumps(folder)[0]
    manifest = json.loads((dump / "manifest.json").read_text())
    manifest["migrations"].append(["practices", "9999_domani"])
    rewritten(dump, "manifest.json", lambda _text: json.dumps(manifest | {"release": "2.0"}))
    assert "di una versione più nuova del portale (release 2.0, migrazione practices 9999_domani)" in refused(
        "restore", folder
    )
    manifest["migrations"] = [one for one in manifest["migrations"] if one[0] != "newsletter"][:-1]
    rewritten(dump, "manifest.json", lambda _text: json.dumps(manifest))
    assert "La banca dati e la copia sono di versioni diverse del portale." in refused("restore", folder)


def test_tables_of_an_older_portal_are_not_changed(draft: Submission, folder: Path) -> None:
    """Where the rows did not come in they would stay changed: a new database is the place."""
    run("backup", folder)
    recorder = MigrationRecorder(connection)
    last = recorder.migration_qs.filter(app="newsletter").latest("pk")
    recorder.record_unapplied(last.app, last.name)
    try:
        before = rows()
        said = refused("restore", folder, replace=True, no_input=True)
        assert "La banca dati e la copia sono di versioni diverse del portale." in said
        assert (rows(), schema.applied() & {(last.app, last.name)}) == (before, set())
    finally:
        recorder.record_applied(last.app, last.name)


def test_what_is_no_backup_is_told(folder: Path) -> None:
    assert refused("verify", folder) == f"{folder} non c'è."
    folder.mkdir()
    assert refused("restore", folder) == f"In {folder} non c'è nessuna copia intera."
    unfinished = folder / ".unfinished-abc"
    unfinished.mkdir()
    assert refused("verify", unfinished) == f"{unfinished} è una copia interrotta: usane una intera."
    assert refused("backup", folder, keep_days=0) == "--keep-days è almeno 1."


# While it is taken --------------------------------------------------------------------------------------------------
@dataclass
class HeldUp:
    """A backup that has read the database and waits among the files: the first of them is a pipe into which nobody writes."""

    portal: Portal
    folder: Path
    end: int = 0

    def __enter__(self) -> "HeldUp":
        self.pipe = self.portal.folder / "media" / "0-attesa"
        os.mkfifo(self.pipe)
        self.process = self.portal.begin("backup", str(self.folder))
        deadline = time.monotonic() + 60
        while True:
            try:
                # Somebody has opened it for reading, and waits now as long as this end is open.
                self.end = os.open(self.pipe, os.O_WRONLY | os.O_NONBLOCK)
                return self
            except OSError:
                assert self.process.poll() is None, self.process.communicate()
                assert time.monotonic() < deadline
                time.sleep(0.01)

    def go_on(self) -> str:
        """To its end; what it complained of."""
        self._let_go()
        _said, complained = self.process.communicate(timeout=60)
        assert self.process.returncode == 0, complained
        self.pipe.unlink()
        return complained

    def _let_go(self) -> None:
        if self.end:
            os.close(self.end)
            self.end = 0

    def __exit__(self, *args: object) -> None:
        self._let_go()
        self.process.kill()
        self.process.communicate()
        self.pipe.unlink(missing_ok=True)


@pytest.fixture
def held_up(tmp_path: Path, folder: Path) -> HeldUp:
    return HeldUp(Portal(tmp_path / "data", own_database_url()), folder)


def test_one_that_is_killed_is_never_taken_for_a_backup(draft: Submission, folder: Path, held_up: HeldUp) -> None:
    run("backup", folder, at=NIGHT)
    with held_up:
        assert "Un altro comando sta usando" in refused("backup", folder)
        assert "Un altro comando sta usando" in refused("verify", folder)
        held_up.process.send_signal(signal.SIGKILL)
        held_up.process.wait()
    (unfinished,) = folder.glob(".unfinished-*")
    assert len(list(unfinished.glob("*.jsonl.gz"))) > 40
    assert f"La copia {folder / '2026-03-02T090000Z'} è in ordine" in run("verify", folder)
    run("backup", folder, at=NIGHT + DAY)
    assert dumps(folder) == ["2026-03-02T090000Z", "2026-03-03T090000Z"]
    run("verify", folder)


def test_what_happens_between_the_database_and_the_files(draft: Submission, folder: Path, held_up: HeldUp) -> None:
    """A file comes in, one that an earlier backup has goes, one goes that no backup has."""
    earlier = Attachment.objects.get(submission=draft, kind="report")
    run("backup", folder)
    new = full_draft(draft.organisation, draft.created_by, title="Un'altra")
    file = stored(pdf("Mai copiato"), "mai.pdf")
    Attachment.objects.filter(submission=new, kind="report").update(file=file.path, sha256=file.sha256)
    before = rows()
    with held_up:
        late = stored(pdf("Arrivato dopo"), "dopo.pdf")
        Attachment.objects.filter(submission=new, kind="report").update(file=late.path, sha256=late.sha256)
        for path in (earlier.file.name, file.path):
            default_storage.delete(path)
        complained = held_up.go_on()
    assert complained == f"Manca nell'archivio dei file, e nella copia: {file.path}\n"
    run("restore", folder, replace=True, no_input=True, moving=True)
    after = rows()
    assert after.pop("lib.ContentVersion") != before.pop("lib.ContentVersion")
    assert after == before
    assert [default_storage.exists(path) for path in (earlier.file.name, file.path, late.path)] == [True, False, True]


def test_a_file_that_is_damaged_in_the_portal_is_told(draft: Submission, folder: Path) -> None:
    file = Attachment.objects.get(submission=draft, kind="report").file
    Path(file.path).write_bytes(b"cut")
    complaints = io.StringIO()
    run("backup", folder, stderr=complaints)
    assert complaints.getvalue() == f"Danneggiato nell'archivio dei file, e nella copia: {file.name}\n"


def test_a_full_disk_is_told_and_earlier_backups_stay(draft: Submission, folder: Path) -> None:
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "none", folder], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("a small disk cannot be mounted here")
    try:
        run("backup", folder, at=NIGHT)
        default_storage.save("accordi/grande.bin", ContentFile(os.urandom(16_000_000)))
        assert refused("backup", folder).startswith("Il disco è pieno.")
        assert dumps(folder) == ["2026-03-02T090000Z"]
        run("verify", folder)
        default_storage.delete("accordi/grande.bin")
        run("backup", folder, at=NIGHT + DAY)
        assert dumps(folder) == ["2026-03-02T090000Z", "2026-03-03T090000Z"]
    finally:
        subprocess.run(["umount", folder], check=True)


def test_one_whose_name_is_not_on_the_disk_is_no_backup(
    draft: Submission, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last thing that can fail, after it has its name."""
    sync = os.fsync

    def failing(descriptor: int) -> None:
        if Path(os.readlink(f"/proc/self/fd/{descriptor}")) == folder:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", failing)
    assert "Input/output error" in refused("backup", folder)
    assert dumps(folder) == []


def test_files_come_from_a_bucket_and_go_back_to_it(
    folder: Path, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with s3.serving() as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        folders = settings.STORAGES
        settings.STORAGES = {**folders, **environment.storages(Env(), tmp_path)}
        made = full_draft(make.organisation(), make.officer_of(make.organisation()))
        storages["open_data"].save("2026-02/manifesto.json", ContentFile(b"{}"))
        names = server.names()
        assert len(names) == 3
        assert "file: 3, di cui nuovi 3 (" in run("backup", folder, at=NIGHT)
        assert "file: 3, di cui nuovi 0 (" in run("backup", folder, at=NIGHT + DAY)
        server.empty()
        assert "File rimessi: 3." in run("restore", folder, replace=True, no_input=True)
        assert server.names() == names
        run("verify", folder, against_database=True)
        # And into folders, as who leaves the bucket does.
        settings.STORAGES = folders
        assert "File rimessi: 3." in run("restore", folder, replace=True, no_input=True)
        assert len(hashes(tmp_path / "data")) == 3
        assert made.attachments.count() == 2

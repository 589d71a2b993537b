"""Files in an S3-compatible storage: the tests of those in folders once more, and what is different there."""

import gzip
import io
from collections.abc import Iterator
from typing import Any

import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from environs import Env

from portal import environment
from portal.management.commands import sweep_files
from portal.open_data import snapshots
from practices import pictures
from practices.attachments import store
from practices.models import Attachment
from tests import s3
from tests.samples import pdf
from tests.test_attachment_files import (  # noqa: F401
    published,
    test_a_file_is_served_as_what_it_is_and_can_do_nothing,
    test_a_file_that_is_missing_from_the_storage_is_not_found,
    test_a_picture_is_served_in_our_widths_and_in_no_other,
    test_a_public_file_is_asked_for_again_each_time_and_sent_once,
    test_a_revision_shares_the_stored_files_and_loses_them_alone,
    test_who_may_read_a_file_before_and_after_publication,
)
from tests.test_attachments import (  # noqa: F401
    desk,
    test_a_document_is_kept_as_it_is,
    test_a_picture_has_narrower_copies_and_never_wider_ones,
    test_a_picture_loses_whatever_is_hidden_in_it,
    test_the_same_file_twice_is_one_row_and_one_stored_file,
)
from tests.test_open_data_snapshots import OCTOBER, SECRET, remove, secretive
from tests.test_second_look import test_a_file_cut_short_by_a_crash_is_written_again  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def server() -> Iterator[s3.Storage]:
    with s3.serving() as storage:
        yield storage


@pytest.fixture(autouse=True)
def bucket(server: s3.Storage, settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> s3.Storage:
    """The settings that the environment gives, and an empty bucket."""
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    settings.STORAGES = {**settings.STORAGES, **environment.storages(Env(), tmp_path)}
    server.empty()
    return server


def test_what_is_uploaded_is_in_the_bucket_and_nobody_reads_it_there(bucket: s3.Storage) -> None:
    kept = published().attachments.get(kind="report")
    assert bucket.names() == {f"media/{name}" for name in Attachment.objects.values_list("file", flat=True)} | {
        f"media/{name}" for name in copies_of_pictures()
    }
    stranger = bucket.client(Config(signature_version=UNSIGNED))
    grants = bucket.client().get_object_acl(Bucket=s3.BUCKET, Key=f"media/{kept.file.name}")["Grants"]
    assert [grant["Grantee"].get("URI") for grant in grants] == [None]
    with pytest.raises(ClientError, match=r"Forbidden|AccessDenied|403"):
        stranger.get_object(Bucket=s3.BUCKET, Key=f"media/{kept.file.name}")


def copies_of_pictures() -> set[str]:
    found = Attachment.objects.filter(kind="picture")
    return {pictures.path_of_copy(one.file.name, width) for one in found for width in pictures.narrower_than(one.width)}


def test_a_file_is_sent_whole_with_its_length() -> None:
    """One that is read in memory, and one that goes through the temporary folder."""
    for data in (b"x" * 1000, b"y" * 3 * 1024 * 1024):
        kept = published().attachments.get(kind="report")
        kept.file.storage.delete(kept.file.name)
        kept.file.storage.save(kept.file.name, ContentFile(data))
        response: Any = Client().get(kept.address())
        assert (response["Content-Length"], b"".join(response.streaming_content) == data) == (str(len(data)), True)


def test_no_page_names_the_bucket() -> None:
    live = published()
    live.practice.refresh_from_db()
    page = Client().get(f"/pratiche/{live.practice.slug}/").content.decode()
    address = live.attachments.get(kind="report").address()
    assert (address in page, s3.BUCKET + "/" in page, "X-Amz" in page) == (True, False, False)


def test_only_files_without_a_row_are_swept(
    bucket: s3.Storage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    published()
    named = bucket.names()
    store(SimpleUploadedFile("a.pdf", pdf("di nessuno")))
    call_command("sweep_files")
    assert len(bucket.names()) == len(named) + 1
    # A bucket's files cannot be made to look older.
    monkeypatch.setattr(sweep_files, "AGE", -sweep_files.AGE)
    call_command("sweep_files")
    assert (bucket.names(), capsys.readouterr().out) == (named, "File eliminati: 0\nFile eliminati: 1\n")


def test_a_snapshot_is_kept_downloaded_and_masked(bucket: s3.Storage) -> None:
    secret = secretive()
    made = snapshots.take(OCTOBER)
    assert made is not None
    names = {f"open-data/2026-10/{name}" for name in (snapshots.MANIFEST, snapshots.SUMS, *(f["nome"] for f in made.files))}
    assert bucket.names() == names
    address = "/open-data/archivio/2026-10/pratiche.csv.gz"
    response: Any = Client().get(address)
    with storages["open_data"].open("2026-10/pratiche.csv.gz") as file:
        assert b"".join(response.streaming_content) == file.read()
    remove(secret)
    assert Client().get(address).status_code == 503
    out = io.StringIO()
    call_command("snapshot", stdout=out)
    assert out.getvalue().startswith(f"2026-10: mascherate {secret.practice.code}")
    response = Client().get(address)
    kept = gzip.decompress(b"".join(response.streaming_content))
    assert (response.status_code, secret.practice.code.encode() in kept, SECRET.encode() in kept) == (200, True, False)
    with storages["open_data"].open("2026-10/pratiche.jsonl.gz") as file:
        assert SECRET.encode() not in gzip.decompress(file.read())


def test_a_storage_that_is_away_is_no_missing_file(settings: Any) -> None:
    """404 would say that the file is gone for good."""
    default = settings.STORAGES["default"]
    away = {**default, "OPTIONS": {**default["OPTIONS"], "endpoint_url": "http://127.0.0.1:1"}}
    kept = published().attachments.get(kind="report")
    settings.STORAGES = {**settings.STORAGES, "default": away}
    assert default_storage.exists.__self__.endpoint_url == "http://127.0.0.1:1"  # type: ignore[attr-defined]
    assert Client(raise_request_exception=False).get(kept.address()).status_code == 500

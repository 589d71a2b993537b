"""An S3-compatible storage for a test: moto's server, as a process of its own, with one private bucket."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import boto3
from botocore.config import Config

from tests.demo import free_port

BUCKET = "prove"


@dataclass(frozen=True)
class Storage:
    """What the environment of a portal says of it."""

    endpoint: str

    @property
    def environment(self) -> dict[str, str]:
        """The variables of `deploy/env.sample`."""
        return {
            "S3_BUCKET": BUCKET,
            "S3_ACCESS_KEY": "chiave",
            "S3_SECRET_KEY": "segreto",
            "S3_ENDPOINT_URL": self.endpoint,
            "S3_REGION": "eu-south-1",
        }

    def client(self, config: Config | None = None) -> Any:
        """To look at it from outside the portal."""
        key, secret = self.environment["S3_ACCESS_KEY"], self.environment["S3_SECRET_KEY"]
        names = {"endpoint_url": self.endpoint, "region_name": "eu-south-1", "config": config}
        return boto3.client("s3", aws_access_key_id=key, aws_secret_access_key=secret, **names)

    def empty(self) -> None:
        """Every file of it goes."""
        for name in self.names():
            self.client().delete_object(Bucket=BUCKET, Key=name)

    def names(self) -> set[str]:
        """Of every file in it."""
        return {found["Key"] for found in self.client().list_objects_v2(Bucket=BUCKET).get("Contents", [])}


@contextmanager
def serving() -> Iterator[Storage]:
    """Started, with an empty bucket, and stopped."""
    port = free_port()
    storage = Storage(f"http://127.0.0.1:{port}")
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(storage.endpoint, server)
        place = {"LocationConstraint": "eu-south-1"}
        storage.client().create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place)
        yield storage
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            with urlopen(f"{address}/moto-api/", timeout=5):  # noqa: S310  # our own address
                return
        except URLError:
            assert server.poll() is None, "moto's server ended"
            assert time.monotonic() < deadline, "moto's server does not answer"
            time.sleep(0.1)

"""An S3-compatible store on loopback for the tests: moto, an emulator, and not S3; and nginx before it.

What is really there is asked with boto3, which knows nothing of our connector.
"""

import contextlib
import dataclasses
import json
import pathlib
import sys
from collections.abc import Iterator
from typing import Any

import boto3
import botocore.config

from fahndung import channels
from fahndung.channels.s3 import S3

from . import build, killing, motoserver, servers

CREDENTIAL, VARIABLE = "s3-secret", "FAHNDUNG_S3_SECRET"
KEY_ID, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
_LISTS = ("index.html", "feed.atom", "feed.json", "ninjs.json")
PUBLIC = (
    "fahndung/*",
    "bilder/*",
    "api/*",
    "cap/*",
    "pfif/*",
    *_LISTS,
    "robots.txt",
    "sitemap.xml",
    "fahndung-indexnow.txt",
    "fahndung-canary.txt",
)
PRIVATE = (".fahndung/gone/*",)
FRONT = pathlib.Path(__file__).resolve().parents[2] / "contrib/nginx/object-store.conf"
_HOSTING = """
server {{
  listen {listen};
  location / {{
    rewrite ^(.*)/$ $1/index.html break;
    proxy_pass http://{store}/{bucket}$uri;
  }}
}}
"""
"""As a store's own hosting of websites shows a bucket: the index of a folder, and 404 or 403 for the rest."""


@dataclasses.dataclass(frozen=True, slots=True)
class Store:
    """A running store."""

    port: int

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}/"

    def client(self) -> Any:
        """Another program's way to it."""
        return boto3.client(
            "s3",
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id=KEY_ID,
            aws_secret_access_key=SECRET,
            config=botocore.config.Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
        )

    def create(self, bucket: str, *, versioned: bool, prefix: str = "", shows: tuple[str, ...] = PUBLIC) -> None:
        """A bucket of which strangers may read these keys below a prefix."""
        client = self.client()
        client.create_bucket(Bucket=bucket)
        if versioned:
            client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        names = [f"arn:aws:s3:::{bucket}/{prefix}{key}" for key in shows]
        allowed = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": names}
        client.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [allowed]}))

    def versions(self, bucket: str) -> list[tuple[str, str, bool]]:
        """Key, version and whether it is the latest, of all that the bucket holds, markers of deletions included."""
        told = self.client().list_object_versions(Bucket=bucket)
        assert not told["IsTruncated"]
        every = [*told.get("Versions", []), *told.get("DeleteMarkers", [])]
        return [(one["Key"], one["VersionId"], one["IsLatest"]) for one in every]

    def shown(self, bucket: str) -> set[str]:
        """Keys of pages and pictures of which the bucket holds any version."""
        return {key for key, _, _ in self.versions(bucket) if key.startswith(("fahndung/", "bilder/"))}

    def table(self, bucket: str, base_url: str = "https://f.example/", **values: Any) -> dict[str, Any]:
        """The configuration of a website in a bucket; a value of None leaves the key out."""
        table = {
            "name": "website",
            "kind": "s3",
            "base_url": base_url,
            "endpoint": self.url,
            "bucket": bucket,
            "access_key_id": KEY_ID,
            "credential": CREDENTIAL,
        } | values
        return {key: value for key, value in table.items() if value is not None}

    def website(self, bucket: str, base_url: str = "https://f.example/", **values: Any) -> S3:
        """That website; the secret has to be in the environment."""
        table = self.table(bucket, base_url, **values)
        opened = channels.from_config(table, home_id="home-1", nonce=build.NONCE, home=pathlib.Path("/"))
        assert isinstance(opened, S3)
        return opened


@contextlib.contextmanager
def moto(folder: pathlib.Path, *, port: int = 0) -> Iterator[Store]:
    """The store in a process of its own, empty, until the block ends."""
    store = Store(port=port or servers.free_port())
    folder.mkdir(exist_ok=True)
    command = [sys.executable, motoserver.__file__, "-H", "127.0.0.1", "-p", str(store.port)]
    with servers.running(command, store.port, folder):
        yield store


@contextlib.contextmanager
def hosting(store: Store, bucket: str, folder: pathlib.Path) -> Iterator[str]:
    """The bucket as a store's own hosting would show it; its address."""
    with servers.nginx_with(_HOSTING, folder, store=f"127.0.0.1:{store.port}", bucket=bucket) as url:
        yield url


def victim(store: Store, bucket: str, url: str) -> killing.Victim:
    """A website there for children that are killed; each opens its own connection: it has no threads of its parent."""
    channel = store.website(bucket, url)
    draft = channel.prepare(build.release(url))

    def refuse_left() -> None:
        assert store.shown(bucket) == set()
        assert [key for key, _, latest in store.versions(bucket) if not latest or ".tmp-" in key] == []

    return killing.Victim(
        channel=channel,
        draft=draft,
        publish=lambda: store.website(bucket, url).publish(draft, lambda _: None),
        withdraw=lambda: store.website(bucket, url).withdraw(build.posting(draft)),
        span=(0.1, 1),
        refuse_left=refuse_left,
    )


@contextlib.contextmanager
def front(store: Store, bucket: str, folder: pathlib.Path) -> Iterator[str]:
    """The bucket behind nginx with the configuration of contrib; its address."""
    text = FRONT.read_text("utf-8").replace("{", "{{").replace("}", "}}")
    text = text.replace("@LISTEN@", "{listen}").replace("@NAME@", "localhost")
    text = text.replace("@STORE@", "{store}").replace("@BUCKET@", "{bucket}")
    with servers.nginx_with(text, folder, store=f"127.0.0.1:{store.port}", bucket=bucket) as url:
        yield url

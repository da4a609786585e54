"""What a rehearsal home hands to nobody outside: pages, posts, events and mails stay on this machine."""

import dataclasses
import pathlib
from collections.abc import Callable, Mapping

import pytest

from fahndung import channels
from fahndung.channels.base import Channel
from fahndung.channels.capabilities import Capabilities
from fahndung.channels.kinds import ADDRESSED
from fahndung.errors import NotPublishable
from fahndung.lifecycle import confined, drafting
from fahndung.testing.memory import MemoryChannel, MemoryPlatform
from tests.channels import build, test_s3place, test_sftpplace
from tests.lifecycle.test_publishing import rows
from tests.world import PUBLISHED, TRAM, World

NOT_HERE = "a rehearsal home publishes on this machine only, not on "
_ACCOUNTS: Mapping[str, Mapping[str, object]] = {
    "bluesky": {"account": f"did:plc:{'a' * 24}", "url": "https://pds.polizei.example/"},
    "facebook": {"page": "1", "app_secret": "s"},
    "mastodon": {"account": "presse", "url": "https://social.polizei.example/"},
    "telegram": {"chat": -1001000000001, "account": "presse"},
    "threads": {"user": "1"},
    "x": {"account": "presse"},
    "wordpress": {"user": "presse", "base_url": "https://blog.polizei.example/"},
    "webhook": {"key_id": "k", "medium": "online-press", "url": "https://stadt.example/events"},
}
_PATHS = {"facebook": "v26.0/", "threads": "v1.0/"}
ELSEWHERE = {"name": "mastodon", "credential": "c", **_ACCOUNTS["mastodon"]}


def test_every_kind_is_tried() -> None:
    assert set(_ACCOUNTS) == set(channels.KINDS) - ADDRESSED - {"website", "sftp", "s3"}


@pytest.mark.parametrize("kind", sorted(_ACCOUNTS))
def test_a_rehearsal_publishes_on_this_machine_only(empty: World, kind: str) -> None:
    values = {"name": kind, "credential": "c", **_ACCOUNTS[kind]}
    with pytest.raises(NotPublishable, match=NOT_HERE):
        confined.refuse_elsewhere(empty.ledger, channels.from_ledger(kind, values))
    key = "base_url" if kind == "wordpress" else "url"
    here = {**values, key: f"http://127.0.0.1:9/{_PATHS.get(kind, '')}"}
    confined.refuse_elsewhere(empty.ledger, channels.from_ledger(kind, here))


class _Own(MemoryChannel):
    """A kind of somebody's own, which says where it writes as it likes."""

    def __init__(self, **access: object) -> None:
        super().__init__(MemoryPlatform())
        self._access = access

    def access(self) -> Mapping[str, object]:
        return self._access

    def capabilities(self) -> Capabilities:
        return dataclasses.replace(super().capabilities(), rehearsal_only=False)


@pytest.mark.parametrize(
    "access", [{}, {"url": None}, {"url": "http://[/"}, {"url": "http://127.0.0.1/", "host": "a.example"}]
)
def test_of_a_kind_of_ones_own_every_address_counts_and_none_is_too_few(
    empty: World, access: dict[str, object]
) -> None:
    with pytest.raises(NotPublishable, match="on this machine only"):
        confined.refuse_elsewhere(empty.ledger, _Own(**access))
    confined.refuse_elsewhere(empty.ledger, _Own(url="http://localhost:9/", host="::1"))
    confined.refuse_elsewhere(empty.ledger, MemoryChannel(MemoryPlatform()))


@pytest.mark.parametrize(
    ("made", "here"),
    [
        (test_sftpplace.configured, {"host": "127.0.0.1"}),
        (test_s3place.configured, {"endpoint": "http://127.0.0.1:9/"}),
    ],
)
def test_of_a_store_its_server_counts_and_not_the_address_of_its_pages(
    empty: World, made: Callable[..., Channel], here: dict[str, object]
) -> None:
    with pytest.raises(NotPublishable, match=NOT_HERE):
        confined.refuse_elsewhere(empty.ledger, made())
    assert made(**here).access()["base_url"] == made().access()["base_url"]
    confined.refuse_elsewhere(empty.ledger, made(**here))


def test_of_a_website_its_folder_counts_and_not_the_address_of_its_pages(empty: World, tmp_path: pathlib.Path) -> None:
    confined.refuse_elsewhere(empty.ledger, build.website(tmp_path, "https://fahndung.polizei.example/"))


def test_what_was_planned_before_is_refused_when_it_is_sent(approved: World) -> None:
    approved.publish(TRAM)
    (row,) = rows(approved, TRAM)
    planned = dataclasses.replace(row, kind="mastodon", endpoint=ELSEWHERE)
    with pytest.raises(NotPublishable, match=NOT_HERE):
        drafting.draft_of(approved.home, approved.ledger, planned, now=PUBLISHED)

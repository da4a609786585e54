"""What a rehearsal home hands to nobody outside: posts and mails stay on this machine."""

from collections.abc import Mapping

import pytest

from fahndung import channels
from fahndung.errors import NotPublishable
from fahndung.lifecycle import comparing, readying
from tests.world import World

_ACCOUNTS: Mapping[str, Mapping[str, object]] = {
    "bluesky": {"account": f"did:plc:{'a' * 24}", "url": "https://pds.polizei.example/"},
    "facebook": {"page": "1", "app_secret": "s"},
    "mastodon": {"account": "presse", "url": "https://social.polizei.example/"},
    "telegram": {"chat": -1001000000001, "account": "presse"},
    "threads": {"user": "1"},
    "x": {"account": "presse"},
}
_VERSIONS = {"facebook": "v26.0/", "threads": "v1.0/"}


def test_every_network_is_tried() -> None:
    assert set(_ACCOUNTS) == comparing.NETWORKS


@pytest.mark.parametrize("kind", sorted(_ACCOUNTS))
def test_a_rehearsal_posts_on_this_machine_only(empty: World, kind: str) -> None:
    values = {"name": kind, "credential": "c", **_ACCOUNTS[kind]}
    with pytest.raises(NotPublishable, match="a rehearsal home posts on this machine only, not on "):
        readying._refuse_the_public(empty.ledger, channels.from_ledger(kind, values))
    here = {**values, "url": f"http://127.0.0.1:9/{_VERSIONS.get(kind, '')}"}
    readying._refuse_the_public(empty.ledger, channels.from_ledger(kind, here))

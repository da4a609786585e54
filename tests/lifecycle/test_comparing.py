"""What a look compared is said kind by kind: bytes only where bytes were compared."""

import pytest

from fahndung import channels
from fahndung.lifecycle import comparing
from fahndung.model.publication import Posting
from tests.channels import blueskys
from tests.channels.test_blueskyaccount import values


def told(kind: str, *, pictured: bool) -> str:
    withdrawal = {"media": [{"sha256": "0"}] if pictured else []}
    return comparing.told(kind, Posting(marker="m", withdrawal=withdrawal, references=())).en


@pytest.mark.parametrize("kind", ["mastodon", "x", "facebook"])
def test_of_a_network_that_makes_pictures_anew_no_byte_is_claimed(kind: str) -> None:
    assert "their bytes are not compared" in told(kind, pictured=True)
    assert "byte" not in told(kind, pictured=False)
    assert "text as approved" in told(kind, pictured=False)


def test_bytes_are_claimed_where_they_are_compared() -> None:
    assert "every byte" in told("website", pictured=False)
    for pictures, claimed in ((0, False), (1, True)):
        channel = channels.from_ledger("bluesky", values() | {"media": "objects"})
        draft = channel.prepare(blueskys.release(channel=values()["name"], pictures=pictures))
        looked_at = Posting(marker=draft.marker, withdrawal=draft.withdrawal, references=())
        assert ("each picture byte for byte" in comparing.told("bluesky", looked_at).en) is claimed


def test_every_kind_that_is_read_back_has_its_sentence_and_a_foreign_one_claims_least() -> None:
    kinds = set(channels.KINDS) - {"press-mail"}
    assert "online, as approved" not in {told(kind, pictured=False) for kind in kinds}
    assert told("somebody-elses", pictured=True) == "online, as approved"

"""hold: a person keeps a channel from publishing, and status and channels say so."""

import pytest

from tests.cli.driver import Terminal
from tests.lifecycle import staffed
from tests.world import GIRL, PUBLISHED, World


def test_a_held_channel_is_shown_until_it_is_released(desk: Terminal) -> None:
    held = desk.json("hold", "website", "--as", "k.muster")  # configured, and nothing was published there yet
    assert (held["channel"], held["held_by"]) == ("website", "k.muster")
    assert desk.json("status")["held"] == [held]
    assert "held since" in desk.run("status").stdout
    (row,) = desk.json("channels")["channels"]
    assert (row["held_at"], row["held_by"]) == (held["held_at"], "k.muster")
    assert "website publishes nothing" in desk.run("channels").stdout
    assert "held already, by k.muster" in desk.run("hold", "website", code=2).stderr
    released = desk.json("hold", "website", "--release", "--as", "k.muster")
    assert released == {"channel": "website", "held_at": None, "held_by": None}
    assert desk.json("status")["held"] == []
    assert "not held" in desk.run("hold", "website", "--release", code=2).stderr
    assert desk.json("channels")["channels"][0]["held_by"] is None


def test_a_channel_that_left_the_configuration_can_be_held(desk: Terminal) -> None:
    desk.run("publish", GIRL)
    config = desk.home / "fahndung.toml"
    config.write_text(config.read_text("utf-8").replace('name = "website"', 'name = "andere"'), "utf-8")
    assert "taking down goes on" in desk.run("hold", "website").stdout
    assert "publishes again" in desk.run("hold", "website", "--release").stdout


def test_a_channel_that_nobody_knows_cannot_be_held(desk: Terminal) -> None:
    assert "nobody, but: website" in desk.run("hold", "nobody", code=2).stderr
    assert "nobody, but: website" in desk.run("hold", "nobody", "--release", code=2).stderr


@pytest.mark.peers
def test_what_is_held_waits_and_is_no_failure_while_a_worker_sees_to_it(desk: Terminal, approved: World) -> None:
    desk.run("hold", "website", "--as", "k.muster")
    assert desk.json("channels", "for", GIRL)["held"][0]["channel"] == "website"
    assert "website publishes nothing" in desk.run("channels", "for", GIRL).stdout
    told = desk.run("publish", GIRL, code=6).stdout
    assert "website waits: k.muster holds website until it is released; no worker runs" in told
    with staffed.on_duty(approved, lambda: PUBLISHED) as shift:
        (waiting,) = desk.json("publish", GIRL)["waiting"]
        assert (waiting["channel"], waiting["until"], waiting["attended"]) == ("website", None, True)
        desk.run("hold", "website", "--release")
        assert staffed.work(approved, shift) == []
    assert desk.json("publish", GIRL)["published"][0]["state"] == "live"

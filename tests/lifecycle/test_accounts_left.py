"""An account that leaves the configuration, and a credential that is missing: publishing stops, taking down goes on."""

import contextlib
import pathlib

import pytest

from fahndung.errors import InvalidConfig
from fahndung.ledger import publications
from fahndung.ledger.store import Ledger
from fahndung.lifecycle import account, drafting, takedown, turns, vetting
from fahndung.model.publication import State
from fahndung.testing.running import RunningPlatform
from tests.ledger import world as small
from tests.lifecycle.shifts import shift_of
from tests.lifecycle.test_publishing import rows
from tests.testing.test_postbox import VARIABLE, in_a_thread, postbox
from tests.world import GIRL, GIRL_REVIEW, PUBLISHED, TRAM, World


def leave(world: World) -> None:
    """Removes the website's section."""
    path = world.home.path / "fahndung.toml"
    text = path.read_text("utf-8")
    path.write_text(text[: text.index("[[channels]]")], "utf-8")


def test_nothing_is_published_and_the_account_is_named(approved: World) -> None:
    approved.publish(GIRL)
    leave(approved)
    with pytest.raises(InvalidConfig, match="no channel website any more") as caught:
        approved.publish(TRAM)
    assert caught.value.exit_code == 3
    with pytest.raises(InvalidConfig, match="website"):
        drafting.draft_of(approved.home, approved.ledger, rows(approved)[0], now=PUBLISHED)
    assert rows(approved, TRAM) == ()


def test_taking_down_goes_on_from_the_ledger_and_then_it_may_go(approved: World) -> None:
    approved.publish(GIRL)
    leave(approved)
    done = takedown.takedown(approved.home, approved.ledger, now=GIRL_REVIEW, by="timer")
    assert (len(done.withdrawn), done.online_past_end) == (1, 0)
    assert not list(approved.site.glob("fahndung/*/index.html"))
    with approved.ledger.read() as tx:
        vetting.refuse_left_accounts(tx, approved.home.config())


def test_a_missing_credential_is_told_and_past_the_end_something_is_online(
    empty: World, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with in_a_thread(tmp_path) as platform, contextlib.closing(small.make(tmp_path / "small.db")) as ledger:
        monkeypatch.setenv(VARIABLE, platform.token)
        row = _published(platform, ledger)
        monkeypatch.delenv(VARIABLE)
        done = takedown.takedown(empty.home, ledger, now=small.DUE, by="timer")
        told_of = [one.why.en for one in done.pending if one.url is not None]
        assert len(told_of) == 1
        assert VARIABLE in told_of[0]
        with ledger.read() as tx:
            told = account.account(tx, now=small.DUE)
            problem = publications.get(tx, row).problem
        assert told.overdue == 1
        assert problem is not None
        assert VARIABLE in problem.en
        assert platform.online()
        monkeypatch.setenv(VARIABLE, platform.token)
        later = small.DUE + small.DAY
        assert [gone.id for gone in takedown.takedown(empty.home, ledger, now=later, by="timer").withdrawn] == [row]
        assert not platform.online()


def _published(platform: RunningPlatform, ledger: Ledger) -> int:
    channel = postbox(platform)
    draft = channel.draft("m-1", "text", b"picture")
    digest, _ = small.manifest()
    with ledger.write(small.NOW) as tx:
        row = publications.plan(
            tx,
            draft,
            digest=digest,
            appeal=small.APPEAL,
            revision=1,
            due_at=small.DUE,
            due_because=small.WHY,
            now=small.NOW,
            by=small.BY,
            norms="",
            rules="",
        )
    assert turns.turn(shift_of(ledger, small.NOW), row, draft_of=lambda _: draft).row.state is State.LIVE
    return row


def test_status_says_what_stands_in_the_way(empty: World, tmp_path: pathlib.Path) -> None:
    from fahndung.cli.outcome import publication_line

    with contextlib.closing(small.make(tmp_path / "small.db")) as ledger, ledger.write(small.NOW) as tx:
        row = small.bring(tx, "withdrawing")
        publications.withdraw_failed(tx, row, small.FAULT, next_at=small.NOW, now=small.NOW, by=small.BY)
        assert small.FAULT.en in publication_line(publications.get(tx, row))

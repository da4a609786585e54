"""How a copy stands, in one line: what a correction left behind is never mistaken for what replaced it."""

import dataclasses
import datetime as dt
import pathlib
from typing import Any

import pytest

from fahndung.channels.website import Website
from fahndung.cli import status
from fahndung.cli.outcome import publication_line
from fahndung.cli.parted import gone_line
from fahndung.ledger.publications import get
from fahndung.lifecycle.account import Standing
from fahndung.model.publication import State, Unknown
from tests.cli.driver import Terminal
from tests.ledger import world
from tests.ledger.world import APPEAL, NOW
from tests.world import GIRL


@pytest.fixture
def row(tmp_path: pathlib.Path) -> Any:
    with world.make(tmp_path / "ledger.db") as ledger, ledger.write(NOW) as tx:
        return get(tx, world.bring(tx, "live"))


def test_a_copy_that_a_correction_did_not_reach_says_that_it_shows_the_earlier_revision(row: Any) -> None:
    left = dataclasses.replace(row, id=row.id + 1, channel="facebook")
    waits = dataclasses.replace(row, id=row.id + 2, channel="facebook", revision=2, state=State.PLANNED)
    corrected = dataclasses.replace(row, id=row.id + 3, revision=2)
    known = {"appeal": APPEAL, "revision": 2, "category": "missing", "state": "live", "ends_at": NOW}
    known |= {"ends_because": None, "receivers": (), "restricted_at": None}
    lines = status._standing_lines(Standing(publications=(left, waits, corrected), **known), [])
    assert [("facebook" in line, "STILL THE EARLIER REVISION" in line) for line in lines[1:]] == [
        (True, True),
        (True, False),
        (False, False),
    ]
    lines = status._standing_lines(Standing(publications=(left, waits), **known), [])
    assert not any("EARLIER" in line for line in lines), "nothing of the correction is up yet"


def test_what_never_went_out_is_not_called_gone(row: Any) -> None:
    assert gone_line(row).startswith("gone: ")
    never = dataclasses.replace(row, state=State.CANCELLED, url=None)
    assert gone_line(never) == "never went out: website"


def test_what_a_cut_upload_left_is_gone_from_the_address_where_it_was_to_stand(row: Any) -> None:
    cut = dataclasses.replace(row, state=State.WITHDRAWN, url=None)
    assert gone_line(cut) == "gone: https://polizei.example/a.html"
    assert gone_line(dataclasses.replace(cut, references=())) == "gone: website"


def test_what_came_back_is_told_with_both_its_ends(row: Any) -> None:
    due = dt.datetime(2026, 12, 1, 7, tzinfo=dt.UTC)
    first, last = due + dt.timedelta(seconds=3), due + dt.timedelta(days=20)
    gone = dataclasses.replace(row, state=State.WITHDRAWN, due_at=due, first_gone_at=first, gone_at=first)
    assert gone_line(gone) == f"gone, 0:00:03 after its end: {row.url}"
    told = gone_line(dataclasses.replace(gone, gone_at=last))
    assert told.startswith("gone, 0:00:03 after its end; it came back and is gone again, ")
    assert "2026" in told


def test_what_was_replaced_at_its_address_is_not_simply_gone(row: Any) -> None:
    gone = dataclasses.replace(row, state=State.WITHDRAWN)
    assert "replaced it" not in publication_line(gone)
    assert "but for what replaced it" in publication_line(dataclasses.replace(gone, superseded=True))


def test_a_post_that_a_correction_replaced_is_gone_with_its_address(row: Any) -> None:
    gone = dataclasses.replace(row, state=State.WITHDRAWN, superseded=True)
    for kind, in_place in (("wordpress", True), ("webhook", True), ("bluesky", False), ("telegram", False)):
        one = dataclasses.replace(gone, kind=kind)
        assert ("replaced it" in publication_line(one)) is in_place
        assert ("replaced it" in gone_line(one)) is in_place


def test_an_appeal_of_which_nothing_is_up_yet_goes_out_and_is_not_called_online(
    row: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, waits = dataclasses.replace(row, state=State.PUBLISHING), dataclasses.replace(row, state=State.PLANNED)
    known = {"appeal": APPEAL, "revision": 1, "category": "missing", "state": "live", "ends_at": NOW}
    known |= {"ends_because": None, "receivers": (), "restricted_at": None}
    for copies, en, de in (((begun, waits), "publishing", "geht hinaus"), ((begun, row), "live", "online")):
        standing = Standing(publications=copies, **known)
        for language, word in (("en", en), ("de", de)):
            monkeypatch.setenv("LC_ALL", language)
            assert f"r1  {word}  " in status._standing_lines(standing, [])[0]
        assert standing.state == "live", "JSON tells the state that a takedown counts"


def test_nobody_is_asked_to_tell_what_a_takedown_that_goes_on_tells_by_itself(
    desk: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.run("publish", GIRL)
    with monkeypatch.context() as patch:
        patch.setattr(Website, "look", lambda *_: Unknown(why="no answer"))
        told = desk.run("end", GIRL, "--reason", "found", code=7).stdout
    assert ("NOT GONE: website" in told, "To tell" in told, desk.json("status", code=7)["by_hand"]) == (True, False, [])

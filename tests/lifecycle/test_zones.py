"""When local time is defined anew, the earlier end counts until a person has looked."""

import datetime as dt
import pathlib
import zoneinfo

import pytest
import tzdata

from fahndung.law import periods
from fahndung.ledger import about, publications
from fahndung.lifecycle import ends, takedown, zones
from fahndung.model.publication import State
from tests.ledger import world as small
from tests.lifecycle.test_publishing import rows
from tests.world import GIRL, GIRL_REVIEW, PUBLISHED, TRAM, TRAM_LAPSE, World

HOUR = dt.timedelta(hours=1)
SUMMER, LONDON = dt.timezone(2 * HOUR), zoneinfo.ZoneInfo("Europe/London")
"""East of Berlin in winter a local midnight comes earlier, west of it later."""


def refresh(world: World, now: dt.datetime = PUBLISHED, appeal: str | None = None) -> None:
    with world.ledger.write(now) as tx:
        assert ends.refresh(tx, now=now, by="test", appeal=appeal) == []


def changes(world: World) -> list[dict[str, object]]:
    from tests.lifecycle.test_sweep import events

    with world.ledger.read() as tx:
        return [event["data"] for event in events(tx, "zone.changed")]


@pytest.fixture
def tram(approved: World) -> World:
    """Its order lapses at a local midnight."""
    approved.publish(TRAM)
    refresh(approved)
    assert rows(approved, TRAM)[0].due_at == TRAM_LAPSE
    return approved


def test_the_same_rules_change_nothing(tram: World) -> None:
    refresh(tram)
    assert changes(tram) == []


def test_an_earlier_end_counts_at_once(tram: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(periods, "BERLIN", SUMMER)
    refresh(tram)
    (row,) = rows(tram, TRAM)
    assert row.due_at == TRAM_LAPSE - HOUR
    (told,) = changes(tram)
    assert told["held"] == []


def test_a_later_end_counts_only_when_somebody_has_looked(tram: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(periods, "BERLIN", LONDON)
    refresh(tram, appeal=GIRL)  # whatever the run was about
    refresh(tram)
    (row,) = rows(tram, TRAM)
    assert row.due_at == TRAM_LAPSE
    assert row.due_because is not None
    assert "accept-zone" in row.due_because.en
    (told,) = changes(tram)
    assert told["held"] == [row.id]
    with tram.ledger.write(PUBLISHED) as tx:
        assert zones.accept(tx, now=PUBLISHED, by="k.muster") == (row.id,)
        assert zones.accept(tx, now=PUBLISHED, by="k.muster") == ()
    refresh(tram)
    assert rows(tram, TRAM)[0].due_at == TRAM_LAPSE + HOUR


def test_it_is_taken_down_at_the_earlier_end(tram: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(periods, "BERLIN", LONDON)
    done = takedown.takedown(tram.home, tram.ledger, now=TRAM_LAPSE, by="timer")
    assert [row.state for row in done.withdrawn] == [State.WITHDRAWN]


def test_going_back_and_forth_never_gives_the_later_end(tram: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for zone in (LONDON, SUMMER, LONDON, SUMMER):
        monkeypatch.setattr(periods, "BERLIN", zone)
        refresh(tram)
        refresh(tram)
        due = rows(tram, TRAM)[0].due_at
        assert due is not None
        assert due <= TRAM_LAPSE
    assert len(changes(tram)) == 4


def test_another_clock_that_comes_first_is_not_held_back(tram: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(periods, "BERLIN", LONDON)
    refresh(tram)
    sooner = ends.Due(at=PUBLISHED + HOUR, because=small.WHY, reason=ends.EndReason.REVIEW)
    monkeypatch.setattr(ends, "known_due", lambda tx, row: sooner)
    refresh(tram)
    assert rows(tram, TRAM)[0].due_at == PUBLISHED + HOUR


def test_an_instant_is_not_local_time(approved: World, monkeypatch: pytest.MonkeyPatch) -> None:
    approved.publish(GIRL)
    refresh(approved)
    monkeypatch.setattr(periods, "BERLIN", LONDON)
    refresh(approved)
    assert rows(approved)[0].due_at == GIRL_REVIEW
    assert changes(approved)[0]["held"] == []


@pytest.mark.parametrize("text", ["", "{", "[]", '{"rules": "x", "version": "y", "held": {"a": [1, 2]}}'])
def test_rules_that_cannot_be_read_are_learnt_anew(tram: World, text: str) -> None:
    with tram.ledger.write(PUBLISHED) as tx:
        about.keep(tx, "zone", text)
        assert zones.known(tx) is None
    refresh(tram)
    with tram.ledger.read() as tx:
        assert zones.known(tx) == zones.in_use()
        assert publications.rows(tx, TRAM)[0].due_at == TRAM_LAPSE


def test_rules_differ_to_the_second_and_not_by_how_they_are_written() -> None:
    berlin = zones._rules(periods.BERLIN)
    assert berlin == zones._rules(zoneinfo.ZoneInfo("Europe/Paris")), "other files, the same rules since 2020"
    assert berlin != zones._rules(LONDON)
    assert berlin != zones._rules(dt.timezone(HOUR))
    at = dt.datetime(2026, 10, 25, tzinfo=dt.UTC)
    change = zones._change(periods.BERLIN, at, at + dt.timedelta(days=1))
    assert change == at + HOUR


def test_data_are_outdated_when_those_on_the_disk_have_other_rules(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not zones.outdated()
    source = pathlib.Path(tzdata.__file__).parent / "zoneinfo" / "Europe"
    (tmp_path / "Europe").mkdir()
    kept = zoneinfo.TZPATH
    try:
        zoneinfo.reset_tzpath([str(tmp_path)])
        for name, expected in (("Paris", False), ("London", True)):
            (tmp_path / "Europe" / "Berlin").write_bytes((source / name).read_bytes())
            assert zones.outdated() is expected, name
        (tmp_path / "Europe" / "Berlin").write_bytes(b"half of it")
        assert not zones.outdated()
    finally:
        zoneinfo.reset_tzpath(kept)


@pytest.mark.parametrize(
    ("name", "line", "expected"),
    [("tzdata.zi", "# version 2025b", "system 2025b"), ("+VERSION", "2024a", "system 2024a"), ("", "", "system")],
)
def test_the_version_is_the_systems_where_it_has_the_zone(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, name: str, line: str, expected: str
) -> None:
    (tmp_path / "Europe").mkdir()
    (tmp_path / "Europe" / "Berlin").touch()
    if name:
        (tmp_path / name).write_text(f"{line}\nmore\n")
    monkeypatch.setattr(zoneinfo, "TZPATH", (str(tmp_path / "none"), str(tmp_path)))
    assert zones._version.__wrapped__() == expected


def test_else_it_is_the_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zoneinfo, "TZPATH", ())
    assert zones._version.__wrapped__().startswith("tzdata 20")

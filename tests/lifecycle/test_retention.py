"""Retention: what is due is shown and done, not a microsecond early; killed halfway, the next run finishes."""

import datetime as dt
import pathlib
import shutil
import stat
from collections.abc import Callable
from typing import Any

import pytest

from fahndung.errors import Busy, Message, NotPublishable, UsageError
from fahndung.home import locks
from fahndung.ledger import actors, appeals, audit, byhand, erased, erasure, keeping, publications, queries
from fahndung.ledger.byhand import ByHand
from fahndung.ledger.endings import Ending
from fahndung.lifecycle import aftermath, folders, readying, retention, takedown
from fahndung.lifecycle.retention import Done, Kind
from fahndung.model.closing import EndReason
from fahndung.model.ids import AppealId, PersonId
from fahndung.model.mandate import Medium
from tests.world import BEFORE, GIRL, PAIR, PUBLISHED, TRAM, World

TICK = dt.timedelta(microseconds=1)
LATER = PUBLISHED + dt.timedelta(days=1)
NOTHING = Done(releases=0, answers=0, restricted=0, entries=0, failed=())
FILES = (Kind.DERIVATIVES, Kind.RESTRICT)


def end(world: World, reason: EndReason = EndReason.FOUND, appeal: str = GIRL, **more: Any) -> None:
    ending = Ending(appeal=AppealId(appeal), reason=reason, by="k.muster", at=PUBLISHED, **more)
    takedown.end(world.home, world.ledger, ending, now=PUBLISHED)


def do(world: World, now: dt.datetime = LATER, appeal: str | None = None) -> Done:
    return retention.do(world.home, world.ledger, now=now, by="d.schutz", appeal=appeal)


def due(world: World, now: dt.datetime = LATER, appeal: str = GIRL) -> dict[Kind, bool]:
    return {task.kind: task.due for task in retention.tasks(world.home, world.ledger, now=now, appeal=appeal)}


def digest(world: World, appeal: str = GIRL) -> str:
    with world.ledger.read() as tx:
        stored = appeals.latest_release(tx, appeal, 1)
    assert stored is not None
    return stored.digest


def built(world: World) -> list[str]:
    return sorted(path.name for path in (world.home.path / "releases").iterdir())


def snapshot(world: World) -> tuple[int, list[tuple[str, int]]]:
    """How many events there are, and every path of the home with its mode."""
    paths = [path for name in ("cases", "releases") for path in (world.home.path / name).rglob("*")]
    with world.ledger.read() as tx:
        return audit.head(tx).count, sorted((str(path), path.stat().st_mode) for path in paths)


def actions(world: World, appeal: str = GIRL) -> list[str]:
    with world.ledger.read() as tx:
        return [str(event["action"]) for event in audit.export(tx, appeal)]


def test_a_running_appeal_is_left_alone_and_the_list_says_what_it_waits_for(approved: World) -> None:
    approved.publish(GIRL)
    before = snapshot(approved)
    assert do(approved) == NOTHING
    assert snapshot(approved) == before
    found = {task.kind: task for task in retention.tasks(approved.home, approved.ledger, now=LATER, appeal=GIRL)}
    assert "has not ended" in found[Kind.DERIVATIVES].what.en
    assert {kind for kind, task in found.items() if task.due} == set()


def test_after_the_end_the_release_goes_the_hashes_stay_and_the_record_is_read_only(approved: World) -> None:
    approved.publish(GIRL)
    end(approved)
    gone, other = digest(approved), digest(approved, TRAM)
    assert due(approved)[Kind.DERIVATIVES]
    assert do(approved) == Done(releases=1, answers=0, restricted=1, entries=0, failed=())
    assert built(approved) == [other]
    with approved.ledger.read() as tx:
        stored = appeals.release(tx, gone)
        submission = appeals.get(tx, GIRL)
    assert stored.erased_at == LATER
    assert b'"sha256"' in stored.manifest
    assert submission.restricted_at == LATER
    folder = approved.home.case_folder(GIRL, 1)
    modes = {path.is_dir(): stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*"))}
    assert modes == {True: 0o500, False: 0o400}
    assert {"release.erase", "record.restrict"} <= set(actions(approved))
    assert audit.verify(approved.ledger) == ()


def test_doing_it_again_changes_nothing(approved: World) -> None:
    approved.publish(GIRL)
    end(approved)
    do(approved)
    before = snapshot(approved)
    assert do(approved, LATER + TICK) == NOTHING
    assert snapshot(approved) == before
    assert not set(FILES) & set(due(approved))


def test_looking_changes_nothing(approved: World) -> None:
    approved.publish(GIRL)
    end(approved)
    before = snapshot(approved)
    assert retention.tasks(approved.home, approved.ledger, now=LATER)
    assert snapshot(approved) == before


def test_paper_that_hangs_keeps_the_poster_it_is_known_by(approved: World) -> None:
    approved.publish(GIRL)
    with approved.ledger.write(PUBLISHED) as tx:
        printed = ByHand(
            appeal=AppealId(GIRL), what=Message.same("Plakate A4"), why=Message.same("Papier"), kind=byhand.Kind.PAPER
        )
        item = byhand.add(tx, printed, at=PUBLISHED, by="x")
    end(approved)
    assert do(approved) == NOTHING
    assert digest(approved) in built(approved)
    with approved.ledger.write(LATER) as tx:
        byhand.close(tx, item, person="k.muster", note="abgehängt", at=LATER)
    assert do(approved).releases == 1


def test_what_is_not_read_back_as_gone_keeps_everything(approved: World) -> None:
    approved.publish(GIRL)
    with approved.ledger.write(PUBLISHED) as tx:
        from fahndung.ledger import endings

        endings.end(tx, Ending(appeal=AppealId(GIRL), reason=EndReason.FOUND, by="x", at=PUBLISHED))
    assert do(approved) == NOTHING
    assert digest(approved) in built(approved)


@pytest.mark.peers
def test_the_end_of_one_of_two_persons_erases_nothing(pair: World) -> None:
    end(pair, appeal=PAIR, person=PersonId("p1"))
    assert do(pair) == NOTHING


@pytest.mark.parametrize("part", [{"medium": Medium.WEBSITE}, {"channel": "website"}])
def test_the_end_of_a_part_erases_nothing(approved: World, part: dict[str, Any]) -> None:
    approved.publish(GIRL)
    end(approved, **part)
    assert do(approved) == NOTHING


def test_a_row_that_cannot_be_read_keeps_everything(approved: World) -> None:
    approved.publish(GIRL)
    end(approved)
    with approved.ledger.write(LATER) as tx:
        tx.connection.exec_driver_sql("UPDATE publication SET endpoint = 'x'")
    assert do(approved) == NOTHING


def test_nothing_is_published_or_approved_from_what_was_erased(approved: World) -> None:
    approved.publish(GIRL)
    end(approved)
    do(approved)
    with pytest.raises(NotPublishable) as caught:
        approved.publish(GIRL, LATER)
    assert caught.value.exit_code == 4
    with pytest.raises(NotPublishable, match=r"were erased .* \(R40\)"):
        approved.approve(GIRL, person="z.zwei", key=approved.keys["z.zwei"], now=LATER)


def test_a_publish_that_overlooks_the_end_meets_the_erasure(approved: World, monkeypatch: pytest.MonkeyPatch) -> None:
    end(approved)
    do(approved)
    monkeypatch.setattr(readying, "is_closed", lambda *args, **more: False)
    with pytest.raises(NotPublishable, match="erased"):
        approved.publish(GIRL, LATER)


def test_after_the_end_nothing_is_built_again(approved: World) -> None:
    end(approved)
    do(approved)
    with pytest.raises(NotPublishable, match="nothing is built"):
        approved.build(GIRL)
    assert digest(approved) not in built(approved)


@pytest.mark.peers
def test_where_nothing_goes_on_without_a_person_the_release_is_erased(pair: World) -> None:
    end(pair, appeal=PAIR, person=PersonId("p1"))
    assert do(pair) == NOTHING  # the variant is online
    end(pair, appeal=PAIR, channel="website")
    assert do(pair).releases == 1


Killer = Callable[..., None]


class Killed(BaseException):
    """The process is gone: nothing catches this."""


def _after(original: Callable[..., Any]) -> Killer:
    def killed(*args: Any, **more: Any) -> None:
        original(*args, **more)
        raise Killed

    return killed


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (pathlib.Path, "rename"),
        (shutil, "rmtree"),
        (folders, "erase"),
        (keeping, "release_erased"),
        (pathlib.Path, "chmod"),
        (folders, "restrict"),
        (keeping, "restricted"),
    ],
)
def test_killed_anywhere_the_next_run_finishes(
    approved: World, monkeypatch: pytest.MonkeyPatch, module: Any, name: str
) -> None:
    end(approved)
    with monkeypatch.context() as killing:
        killing.setattr(module, name, _after(getattr(module, name)))
        with pytest.raises(Killed):
            do(approved)
    do(approved, LATER + TICK)
    assert built(approved) == [digest(approved, TRAM)]
    assert not set(FILES) & set(due(approved))
    assert folders.is_restricted(approved.home.case_folder(GIRL, 1))
    with approved.ledger.read() as tx:
        assert appeals.release(tx, digest(approved)).erased_at is not None
        assert appeals.get(tx, GIRL).restricted_at is not None
    assert audit.verify(approved.ledger) == ()


def test_half_a_release_is_never_met_under_its_name(approved: World, monkeypatch: pytest.MonkeyPatch) -> None:
    end(approved)

    def killed(path: pathlib.Path) -> None:
        next(path.rglob("*.jpg")).unlink()
        raise Killed

    with monkeypatch.context() as killing:
        killing.setattr(shutil, "rmtree", killed)
        with pytest.raises(Killed):
            do(approved)
    assert not approved.home.release_folder(digest(approved)).exists()
    with approved.ledger.read() as tx:
        assert aftermath.of_derivatives(approved.home, tx, GIRL) == (f"releases/.{digest(approved)}.erasing",)


def test_one_folder_that_cannot_be_erased_stops_no_other_appeal(
    approved: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    end(approved)
    end(approved, appeal=TRAM)
    original, stuck = folders.erase, approved.home.release_folder(digest(approved))

    def erase(folder: pathlib.Path) -> None:
        if folder == stuck:
            raise PermissionError("no")
        original(folder)

    monkeypatch.setattr(folders, "erase", erase)
    done = do(approved)
    assert [appeal for appeal, _ in done.failed] == [GIRL]
    assert done.releases == 1
    assert built(approved) == [stuck.name]


def test_a_build_that_was_killed_before_it_was_entered_is_erased_too(approved: World) -> None:
    stray = approved.home.path / "releases" / ("ab" * 32)
    shutil.copytree(approved.home.release_folder(digest(approved)), stray)
    (stray.parent / "cd").mkdir()
    scratch = stray.with_name(f".{digest(approved)}.1234")
    scratch.mkdir()
    end(approved)
    do(approved)
    assert built(approved) == sorted(["cd", digest(approved, TRAM)])


def test_a_record_that_became_writable_is_restricted_again(approved: World) -> None:
    end(approved)
    do(approved)
    (approved.home.case_folder(GIRL, 1) / "appeal.json").chmod(0o600)
    assert due(approved)[Kind.RESTRICT]
    assert do(approved, LATER + TICK).restricted == 1
    with approved.ledger.read() as tx:
        assert appeals.get(tx, GIRL).restricted_at == LATER


@pytest.mark.peers
def test_a_new_revision_of_a_restricted_appeal_can_still_be_handed_in(approved: World) -> None:
    end(approved, EndReason.ERROR)
    with approved.ledger.write(PUBLISHED) as tx:
        for item in byhand.open_items(tx, GIRL):
            byhand.close(tx, item.id, person="k.muster", note="getan", at=PUBLISHED)
    assert do(approved).restricted == 1
    answer = {"rule": "R36", "by": "k.muster", "at": BEFORE.isoformat(), "reason": "Das Bild stimmt"}
    corrected = approved.case("missing-girl", lambda record: record.update(revision=2, answers=[answer]))
    assert approved.submit(corrected) == GIRL
    approved.build(GIRL)
    assert do(approved, LATER + TICK) == NOTHING
    assert digest(approved, TRAM) in built(approved)
    assert len(built(approved)) == 2


def test_the_record_is_never_deleted_but_told_to_a_person(approved: World) -> None:
    end(approved)
    end(approved, appeal=TRAM)
    do(approved)
    assert (approved.home.case_folder(GIRL, 1) / "appeal.json").is_file()
    preventive, criminal = (
        {task.kind: task for task in retention.tasks(approved.home, approved.ledger, now=LATER, appeal=appeal)}
        for appeal in (GIRL, TRAM)
    )
    assert "§ 489" in criminal[Kind.RECORD].source
    assert "SächsDSUG" in preventive[Kind.RECORD].source
    assert not criminal[Kind.RECORD].by_program


@pytest.mark.peers
@pytest.mark.parametrize(("offer", "told"), [(True, "offer to the archive"), (None, "decide"), (False, None)])
def test_the_archive_is_told_to_a_person_in_preventive_appeals(
    empty: World, offer: bool | None, told: str | None
) -> None:
    def change(record: dict[str, Any]) -> None:
        record.pop("archive_offer", None)
        if offer is not None:
            record["archive_offer"] = offer

    empty.submit(empty.case("missing-girl", change))
    end(empty)
    found = [task for task in retention.tasks(empty.home, empty.ledger, now=LATER) if task.kind is Kind.ARCHIVE]
    assert [told in task.what.en for task in found if told] == ([True] if told else [])
    assert len(found) == (told is not None)


def test_an_unreadable_record_has_the_archive_asked(approved: World) -> None:
    end(approved)
    (approved.home.case_folder(GIRL, 1) / "appeal.json").write_text("{}")
    assert Kind.ARCHIVE in due(approved)


def test_a_deleted_record_leaves_nothing_to_do(approved: World) -> None:
    end(approved)
    do(approved)
    folder = approved.home.case_folder(GIRL, 1)
    folder.chmod(0o700)
    shutil.rmtree(folder)
    assert set(due(approved)) == {Kind.LOG}
    assert do(approved, LATER + TICK) == NOTHING


def _log_end(world: World, appeal: str) -> tuple[dt.datetime, int]:
    """When the first entries of a log are over, and how many are over then."""
    table = retention.norms.parse(retention.resources.norms_text())
    with world.ledger.read() as tx:
        log = aftermath.log_of(tx, appeal, norms=table, now=PUBLISHED)
        assert log.figure is not None
        over = [log.figure.after(at) for _, at in erasure.dated(tx, appeal)]
    assert log.next_at is not None
    return log.next_at, sum(at <= log.next_at for at in over)


@pytest.mark.parametrize(
    ("appeal", "over", "reason"),
    [(TRAM, "2027-12-31T23:00:00+00:00", "log-criminal"), (GIRL, "2027-11-21T23:00:00+00:00", "log-preventive")],
)
def test_a_log_is_erased_at_its_end_and_not_a_microsecond_before(
    approved: World, appeal: str, over: str, reason: str
) -> None:
    at, count = _log_end(approved, appeal)
    assert at.isoformat() == over
    before = snapshot(approved)
    assert do(approved, at - TICK, appeal) == NOTHING
    assert snapshot(approved) == before
    done = do(approved, at, appeal)
    assert done.entries == count > 0
    assert set(actions(approved, appeal)) == {"log.erased"}
    with approved.ledger.read() as tx:
        told = {(event["reason"], event["data"]["event"]) for event in audit.export(tx, appeal)}
        assert {name for name, _ in told} == {reason}
    assert audit.verify(approved.ledger) == ()
    assert do(approved, at + TICK, appeal) == NOTHING


def test_each_entry_counts_by_its_own_instant(approved: World) -> None:
    approved.publish(GIRL, dt.datetime(2026, 11, 22, 0, 0, tzinfo=BEFORE.tzinfo))
    at, _ = _log_end(approved, GIRL)
    do(approved, at)
    left = [name for name in actions(approved) if name != "log.erased"]
    assert "publication.plan" in left
    do(approved, at + dt.timedelta(days=1))
    assert "publication.plan" not in actions(approved)


def test_a_log_is_erased_even_while_the_appeal_runs_and_the_takedown_still_works(approved: World) -> None:
    approved.publish(TRAM)
    at, _ = _log_end(approved, TRAM)
    assert do(approved, at, TRAM).entries > 0
    end(approved, appeal=TRAM)
    with approved.ledger.read() as tx:
        assert [row.state for row in publications.rows(tx, TRAM)] == ["withdrawn"]


def test_one_erasure_for_each_kind_of_case(approved: World) -> None:
    do(approved, dt.datetime(2028, 6, 1, tzinfo=dt.UTC))
    with approved.ledger.read() as tx:
        told, known = erased.erasures(tx), actors.names(tx)
    assert [one.reason for one in told] == ["log-criminal", "log-preventive"]
    assert [{span.appeal for span in one.named} for one in told] == [{TRAM}, {GIRL}]
    assert {known[one.by] for one in told} == {"d.schutz"}


def test_an_unknown_appeal_is_a_usage_error(approved: World) -> None:
    with pytest.raises(UsageError):
        do(approved, appeal="nobody")


def test_two_runs_do_not_meet(approved: World, monkeypatch: pytest.MonkeyPatch) -> None:

    with approved.home.lock():
        monkeypatch.setattr(locks, "_wait_for", _busy)
        with pytest.raises(Busy):
            do(approved)


def _busy(*args: object) -> None:
    raise Busy("another run", "ein anderer Lauf")


def test_a_breach_is_told_from_half_time_on_and_as_overdue_from_its_instant(approved: World) -> None:
    end(approved, EndReason.ERROR)
    half, over = PUBLISHED + dt.timedelta(hours=36), PUBLISHED + dt.timedelta(hours=72)

    def told(now: dt.datetime) -> list[str]:
        with approved.ledger.read() as tx:
            return [message.en for message in retention.breach_warnings(tx, now)]

    assert told(half - TICK) == []
    assert "24.11.2026" not in told(half)[0]
    assert "OVERDUE" not in told(over - TICK)[0]
    assert "OVERDUE" in told(over)[0]
    task = next(
        task
        for task in retention.tasks(approved.home, approved.ledger, now=over, appeal=GIRL)
        if task.kind is Kind.BREACH
    )
    assert (task.at, task.by_program) == (over, False)
    with approved.ledger.write(over) as tx:
        byhand.close(tx, byhand.open_items(tx, GIRL)[0].id, person="k.muster", note="gemeldet", at=over)
    assert told(over) == []


def test_names_that_nothing_needs_go_with_the_last_entry_that_names_them(approved: World) -> None:
    with approved.ledger.write(BEFORE) as tx:
        queries.note(tx, TRAM, at=BEFORE, by="s.gast", reason="oversight")
        assert "s.gast" in actors.names(tx).values()
    do(approved, dt.datetime(2028, 6, 1, tzinfo=dt.UTC))
    with approved.ledger.read() as tx:
        left = set(actors.names(tx).values())
    assert "s.gast" not in left
    assert "k.muster" in left
    assert audit.verify(approved.ledger) == ()

"""Several accounts of one platform through the real lifecycle: routes, terms, promises. The journal is the judge."""

import datetime as dt
import pathlib
from collections.abc import Iterator
from typing import Any

import pytest

from fahndung.dossier.ended import is_closed
from fahndung.errors import AuthError, Busy, NotPublishable, UsageError
from fahndung.ledger import accounts as stored
from fahndung.ledger import people, publications
from fahndung.ledger.endings import Ending
from fahndung.ledger.publications import Publication
from fahndung.lifecycle import (
    account,
    adopting,
    attendance,
    causes,
    planning,
    previewing,
    publishing,
    readying,
    takedown,
    takendown,
    trying,
    waiting,
)
from fahndung.lifecycle.causes import Patience
from fahndung.model.closing import EndReason
from fahndung.model.ids import AppealId, ChannelName
from fahndung.model.mandate import Medium
from fahndung.model.publication import State
from fahndung.testing.faults import Call, Fault
from fahndung.testing.running import RunningMastodon
from tests.channels import mastodons
from tests.channels.simulated import OTHER, TOKEN
from tests.lifecycle import accounts, staffed
from tests.lifecycle.test_adopting import by_hand
from tests.press import PRESS
from tests.world import BEFORE, NOT_BEFORE, PUBLISHED, World

pytestmark = pytest.mark.peers
LAND, LEIPZIG = "land", "leipzig"
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
LATER = PUBLISHED + dt.timedelta(minutes=15)


def to(*channels: str, regions: tuple[str, ...] = (), **plan: object) -> Any:
    """Makes the call for witnesses go there."""

    def change(record: dict[str, Any]) -> None:
        record["publication"] |= {"channels": list(channels), **plan}
        if regions:
            record["legal"]["decision"]["scope"]["region_codes"] = list(regions)
        record["monitoring_24_7"] = {"roster": "Lagezentrum, rund um die Uhr"}

    return change


@pytest.fixture
def server(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningMastodon]:
    monkeypatch.setenv("FAHNDUNG_LAND_TOKEN", TOKEN)
    monkeypatch.setenv("FAHNDUNG_LEIPZIG_TOKEN", OTHER)
    with mastodons.in_a_thread(tmp_path) as started:
        yield started


@pytest.fixture
def force(empty: World, server: RunningMastodon) -> World:
    """A state force and a directorate, each with an account and a token of its own on one server."""
    return furnished(empty, server)


def furnished(made: World, server: RunningMastodon, land: Any = None, leipzig: Any = None) -> World:
    """The same with terms of the accounts."""
    first = server.config(credential="land-token", name=LAND, settle_s=0, **(land or {}))
    second = server.config(
        credential="leipzig-token", name=LEIPZIG, account="wache", settle_s=0, regions=["DED5"], **(leipzig or {})
    )
    return accounts.office(accounts.office(made, first), second)


def rows(made: World) -> dict[str, Publication]:
    with made.ledger.read() as tx:
        return {row.channel: row for row in publications.rows(tx, PRESS)}


def states(made: World) -> dict[str, State]:
    return {name: row.state for name, row in rows(made).items()}


def online(server: RunningMastodon) -> list[str]:
    return sorted(one["account"] for one in server.online())


def end(made: World, now: dt.datetime = PUBLISHED, **which: Any) -> takendown.Outcome:
    wish = Ending(appeal=AppealId(PRESS), reason=EndReason.FOUND, by="k.muster", at=now, **which)
    return takedown.end(made.home, made.ledger, wish, now=now)


def test_a_kind_leads_to_both_accounts_each_with_its_own_token_and_both_are_taken_down(
    force: World, server: RunningMastodon
) -> None:
    force.ready(force.case("witness-call", to("mastodon", "website", regions=("DED5",))))
    done = force.publish(PRESS)
    assert (done.failed, done.promised) == ((), ())
    assert [sent.publication.channel for sent in done.sent] == ["website", LAND, LEIPZIG]
    assert all(publishing.is_right(sent) for sent in done.sent)
    assert online(server) == ["presse", "wache"]
    assert len({one["marker"] for one in server.online()}) == 2
    assert end(force).online_past_end == 0
    assert online(server) == []
    assert set(states(force).values()) == {State.WITHDRAWN}


def test_of_two_accounts_a_refused_login_names_the_one_and_where_its_secret_came_from(
    force: World, server: RunningMastodon, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = readying.open_channel(force.home, force.ledger, force.home.config(), LEIPZIG)
    monkeypatch.setenv("FAHNDUNG_LEIPZIG_TOKEN", "nobodys-token")
    told = "Konto leipzig, Geheimnis aus der Variablen FAHNDUNG_LEIPZIG_TOKEN."
    with pytest.raises(AuthError) as caught:
        trying.attempt(opened, lambda: PUBLISHED)
    assert told in caught.value.message.de
    force.ready(force.case("witness-call", to("mastodon", "website", regions=("DED5",))))
    with pytest.raises(AuthError) as caught:
        force.publish(PRESS)
    assert told in caught.value.message.de
    monkeypatch.setenv("FAHNDUNG_LEIPZIG_TOKEN", OTHER)
    force.publish(PRESS)
    monkeypatch.setenv("FAHNDUNG_LEIPZIG_TOKEN", "nobodys-token")
    (left,) = end(force).pending
    assert told in left.why.de
    assert "nobodys-token" not in repr(left)


def test_an_appeal_goes_only_where_its_region_is_and_the_preview_says_why(
    force: World, server: RunningMastodon
) -> None:
    force.ready(force.case("witness-call", to("website", "mastodon", regions=("DED2",))))
    shown = previewing.preview(force.home, force.ledger, appeal_id=PRESS)
    assert [one.draft.channel for one in shown.channels] == ["website", LAND]
    told = {one["channel"]: one for one in shown.as_json("de")["accounts"]}
    assert told[LEIPZIG]["goes"] is False
    assert "DED5" in told[LEIPZIG]["why"]
    assert any(line.startswith("  ✗ leipzig") for line in shown.lines("de"))
    force.publish(PRESS)
    assert online(server) == ["presse"]
    with pytest.raises(UsageError, match="does not go to"):
        force.publish(PRESS, only=[LEIPZIG])


def test_a_named_account_that_does_not_fit_stops_check_and_submission(force: World) -> None:
    with pytest.raises(NotPublishable, match="names the account leipzig, but it takes the regions DED5"):
        force.submit(force.case("witness-call", to("website", LEIPZIG, regions=("DED2",))))


@pytest.mark.parametrize(
    ("changed", "why"),
    [('regions = ["DED2"]', "was approved for leipzig"), ('name = "sachsen"', "was approved for leipzig")],
)
def test_what_was_approved_for_an_account_that_fits_no_more_is_not_sent(
    force: World, server: RunningMastodon, changed: str, why: str
) -> None:
    force.ready(force.case("witness-call", to("website", "mastodon", regions=("DED5",))))
    config = force.home.path / "fahndung.toml"
    key = changed.partition(" ")[0]
    old = 'regions = ["DED5"]' if key == "regions" else f'name = "{LEIPZIG}"'
    config.write_text(config.read_text("utf-8").replace(old, changed), "utf-8")
    with pytest.raises(NotPublishable, match=why):
        force.publish(PRESS)
    assert online(server) == []


def test_hold_and_the_ends_of_one_account_and_of_one_medium_leave_the_others(
    force: World, server: RunningMastodon
) -> None:
    with force.ledger.write(PUBLISHED) as tx:
        stored.add(tx, LAND, "mastodon")
        stored.hold(tx, LAND, now=PUBLISHED, by="k.muster")
        stored.add(tx, "website", "website")
        stored.hold(tx, "website", now=PUBLISHED, by="k.muster")
    force.ready(force.case("witness-call", to("website", "mastodon")))
    done = force.publish(PRESS)  # what links to the page waits for what the page waits for
    assert (done.failed, [one.channel for one in done.waiting]) == ((), ["website", LAND, LEIPZIG])
    with force.ledger.write(PUBLISHED) as tx:
        stored.release(tx, "website", now=PUBLISHED, by="k.muster")
    done = force.publish(PRESS)
    assert (done.failed, [(one.channel, one.until, one.attended) for one in done.waiting]) == (
        (),
        [(LAND, None, False)],
    )
    assert online(server) == ["wache"]
    with force.ledger.write(PUBLISHED) as tx:
        stored.release(tx, LAND, now=PUBLISHED, by="k.muster")
    force.publish(PRESS)
    assert online(server) == ["presse", "wache"]
    with pytest.raises(UsageError, match="it has: land, leipzig, website"):
        end(force, channel=ChannelName("mastodon"))  # a kind is no account
    end(force, channel=ChannelName(LEIPZIG))
    assert online(server) == ["presse"]
    assert states(force) == {"website": State.LIVE, LAND: State.LIVE, LEIPZIG: State.WITHDRAWN}
    end(force, medium=Medium.SOCIAL)
    assert online(server) == []
    assert states(force) == {"website": State.LIVE, LAND: State.WITHDRAWN, LEIPZIG: State.WITHDRAWN}


def test_a_copy_goes_when_its_time_on_its_account_is_over_and_only_that_copy(
    empty: World, server: RunningMastodon
) -> None:
    made = furnished(empty, server, leipzig={"ttl": "48h"})
    made.ready(made.case("witness-call", to("website", "mastodon")))
    assert "höchstens 48 Stunden" in "".join(previewing.preview(made.home, made.ledger, appeal_id=PRESS).lines("de"))
    made.publish(PRESS)
    over = PUBLISHED + 48 * HOUR
    row = rows(made)[LEIPZIG]
    assert row.due_at == over
    assert row.due_because is not None
    assert "48 hours at most" in row.due_because.en
    end_of_all = rows(made)["website"].due_at
    takedown.takedown(made.home, made.ledger, now=over - MINUTE, by="timer")
    assert online(server) == ["presse", "wache"]
    with made.ledger.read() as tx:
        (standing,) = account.account(tx, now=over, appeal=PRESS).appeals
    assert (standing.state, standing.ends_at) == ("live", end_of_all)
    done = takedown.takedown(made.home, made.ledger, now=over, by="timer")
    assert (done.online_past_end, online(server)) == (0, ["presse"])
    assert states(made) == {"website": State.LIVE, LAND: State.LIVE, LEIPZIG: State.WITHDRAWN}
    assert rows(made)[LEIPZIG].due_because == row.due_because
    with pytest.raises(NotPublishable, match="ended on leipzig"):
        made.publish(PRESS, over + HOUR)


def test_a_computed_end_that_comes_first_counts_and_the_time_begins_with_the_first_call_that_may_have_posted(
    empty: World, server: RunningMastodon
) -> None:
    made = furnished(empty, server, land={"ttl": "2000h"}, leipzig={"ttl": "1h"})
    made.ready(made.case("witness-call", to("website", "mastodon")))
    server.add(Fault.CUT_AFTER, Call.CREATE, every=2)
    assert [name for name, _ in made.publish(PRESS).failed] == [LEIPZIG]
    server.clear()
    assert rows(made)[LAND].due_at == rows(made)["website"].due_at
    takedown.takedown(made.home, made.ledger, now=PUBLISHED + 50 * MINUTE, by="timer")
    row = rows(made)[LEIPZIG]
    assert (row.state, row.due_at) == (State.LIVE, PUBLISHED + HOUR)
    assert row.published_at == PUBLISHED + 50 * MINUTE


def test_an_appeal_of_which_only_the_time_on_the_accounts_is_over_has_not_ended(
    empty: World, server: RunningMastodon
) -> None:
    made = furnished(empty, server, land={"ttl": "1h"})
    made.ready(made.case("witness-call", to("website", LAND)))
    made.publish(PRESS)
    end(made, medium=Medium.WEBSITE)
    takedown.takedown(made.home, made.ledger, now=PUBLISHED + HOUR, by="timer")
    assert online(server) == []
    with made.ledger.read() as tx:
        assert not is_closed(tx, PRESS, 1)


def test_no_more_appeals_than_the_force_allows_go_out_in_a_day_but_every_correction(
    empty: World, server: RunningMastodon
) -> None:
    made = furnished(empty, server, land={"posts_per_day": 1})
    made.ready(made.case("witness-call", to("website", LAND)))
    made.publish(PRESS)
    other = made.ready(made.case("witness-call", again("pdl-2026-0999", to("website", LAND))))
    done = made.publish(other, PUBLISHED + HOUR)
    (wait,) = done.waiting
    assert (done.failed, wait.channel, wait.until) == ((), LAND, PUBLISHED + 24 * HOUR)
    assert ("posts_per_day" in wait.why.en, wait.attended) == (True, False)
    with staffed.on_duty(made, lambda: PUBLISHED + HOUR) as shift:
        assert [one.attended for one in made.publish(other, PUBLISHED + HOUR).waiting] == [True]
        assert staffed.work(made, shift) == []  # the page was looked at, which wakes what waits behind it
    assert len(server.online()) == 1
    revised = again(other, corrected(to("website", LAND)))
    assert made.publish(made.ready(made.case("witness-call", revised)), PUBLISHED + HOUR + MINUTE).waiting
    assert len(server.online()) == 1  # a correction of what never went out there has no place to take
    made.ready(made.case("witness-call", corrected(to("website", LAND))))
    done = made.publish(PRESS, PUBLISHED + 2 * HOUR)
    assert (done.failed, done.pending) == ((), ())
    assert len(server.online()) == 1
    with made.ledger.read() as tx:
        _, waiting = publications.rows(tx, other, channel=LAND)
    assert waiting.next_at == PUBLISHED + 24 * HOUR
    assert made.publish(other, PUBLISHED + 26 * HOUR).failed == ()
    assert len(server.online()) == 2


def again(own_id: str, change: Any) -> Any:
    """Another appeal of the same kind."""

    def changed(record: dict[str, Any]) -> None:
        change(record)
        record["id"] = own_id

    return changed


def corrected(change: Any) -> Any:
    """A second revision."""

    def changed(record: dict[str, Any]) -> None:
        change(record)
        record["revision"] = 2

    return changed


def test_what_links_to_a_page_waits_until_a_look_has_found_it(force: World, server: RunningMastodon) -> None:
    force.ready(force.case("witness-call", to("mastodon", "website")))
    with pytest.raises(NotPublishable, match="the page that the post links to is not online"):
        force.publish(PRESS, only=[LAND])
    config = force.home.path / "fahndung.toml"
    read = config.read_text("utf-8")
    config.write_text(read.replace('read_back = "files"', 'read_back = "http"'), "utf-8")
    done = force.publish(PRESS)  # nobody serves the folder: it cannot be read back
    assert (done.failed, {one.channel for one in done.waiting}) == ((), {LAND, LEIPZIG}), "only the page is at fault"
    assert all("read back as online" in one.why.en and one.until is None for one in done.waiting)
    assert states(force) == {"website": State.LIVE, LAND: State.PLANNED, LEIPZIG: State.PLANNED}
    assert online(server) == []


def test_a_worker_sends_what_waited_as_soon_as_the_page_is_read_back(force: World, server: RunningMastodon) -> None:
    force.ready(force.case("witness-call", to("mastodon", "website")))
    with staffed.on_duty(force, lambda: PUBLISHED) as shift:
        with pytest.raises(Busy):
            force.publish(PRESS, patience=0)
        assert set(states(force).values()) == {State.CANCELLED}
        assert staffed.work(force, shift) == []
        assert set(states(force).values()) == {State.CANCELLED}
        with force.ledger.write(PUBLISHED) as tx:
            ready = readying.prepare(force.home, force.ledger, appeal_id=PRESS, now=PUBLISHED, attended=True)
            for _, draft in reversed(ready.drafts):
                planning.plan(tx, ready, draft, now=PUBLISHED, by="k.muster")
        assert staffed.work(force, shift) == []
    assert set(states(force).values()) == {State.LIVE}
    assert online(server) == ["presse", "wache"]


@pytest.mark.parametrize("worker", [True, False])
def test_a_worker_finishes_what_it_has_begun_and_of_another_run_nobody_knows(
    force: World, server: RunningMastodon, monkeypatch: pytest.MonkeyPatch, worker: bool
) -> None:
    force.ready(force.case("witness-call", to("mastodon", "website")))
    real = waiting.give_up
    with staffed.on_duty(force, lambda: PUBLISHED) as shift:

        def begun(*args: Any, **how: Any) -> Any:
            with force.ledger.write(PUBLISHED) as tx:
                shift.take(tx, rows(force)["website"].id, now=PUBLISHED)
            monkeypatch.setattr(attendance, "is_attended", lambda *_: worker)
            return real(*args, **how)

        monkeypatch.setattr(publishing, "give_up", begun)
        done = force.publish(PRESS, patience=0)
    left = {name for name, _ in done.failed} | {one.channel for one in done.waiting}
    assert (done.refused, left) == ((), {"website", LAND, LEIPZIG})
    posts = State.PLANNED if worker else State.CANCELLED
    assert states(force) == {"website": State.PLANNED, LAND: posts, LEIPZIG: posts}


# Before its time


def embargoed(made: World, **plan: object) -> None:
    made.ready(made.case("witness-call", to("website", "mastodon", not_before=NOT_BEFORE.isoformat(), **plan)))


def test_without_a_worker_nothing_is_promised(force: World, server: RunningMastodon) -> None:
    embargoed(force)
    with pytest.raises(NotPublishable, match=r"08:00.*no worker runs.*or publish after that instant"):
        force.publish(PRESS, BEFORE)
    assert rows(force) == {}
    assert not attendance.is_attended(force.home, force.ledger)


def test_with_a_worker_all_accounts_are_served_at_the_instant_the_website_first(
    force: World, server: RunningMastodon
) -> None:
    embargoed(force)
    clock = [BEFORE]
    with staffed.on_duty(force, lambda: clock[0]) as shift:
        assert attendance.is_attended(force.home, force.ledger)
        done = force.publish(PRESS, BEFORE)
        assert (done.sent, done.failed) == ((), ())
        promised = {row.channel: row.opens_at for row in done.promised}
        assert promised == dict.fromkeys(("website", LAND, LEIPZIG), NOT_BEFORE)
        with force.ledger.read() as tx:
            assert account.account(tx, now=BEFORE, appeal=PRESS).appeals[0].state == "embargoed"
        clock[0] = NOT_BEFORE - dt.timedelta(seconds=1)
        staffed.work(force, shift)
        assert set(states(force).values()) == {State.PLANNED}
        clock[0] = NOT_BEFORE
        staffed.work(force, shift)
    assert set(states(force).values()) == {State.LIVE}
    assert online(server) == ["presse", "wache"]
    assert not attendance.is_attended(force.home, force.ledger)


@pytest.mark.parametrize("revoked", ["wish", "approver", "bytes"])
def test_what_was_revoked_in_between_does_not_go_out(force: World, server: RunningMastodon, revoked: str) -> None:
    embargoed(force)
    clock = [BEFORE]
    with staffed.on_duty(force, lambda: clock[0]) as shift:
        force.publish(PRESS, BEFORE)
        if revoked == "wish":
            wish = Ending(appeal=AppealId(PRESS), reason=EndReason.CONSENT, by="k.muster", at=BEFORE)
            with force.ledger.write(BEFORE) as tx:
                takedown.endings.end(tx, wish)
        elif revoked == "approver":
            with force.ledger.write(BEFORE) as tx:
                people.revoke(tx, "f.freigabe", at=BEFORE, by="test")
        else:
            (page,) = force.home.path.glob("releases/*/texts/teaser.txt")
            page.write_bytes(page.read_bytes() + b" ")
        clock[0] = NOT_BEFORE
        staffed.work(force, shift)
    assert set(states(force).values()) == {State.CANCELLED}
    assert online(server) == []
    assert list(force.site.glob("fahndung/*/index.html")) == []


def test_an_account_may_be_served_later_and_never_a_correction(empty: World, server: RunningMastodon) -> None:
    made = furnished(empty, server, leipzig={"embargo": "15min"})
    made.ready(made.case("witness-call", to("website", "mastodon")))
    with pytest.raises(NotPublishable, match=r"leipzig at .*08:45") as caught:
        made.publish(PRESS)
    assert "after that instant" not in caught.value.message.en, "it moves with each try"
    assert "(--channel)" in caught.value.message.en
    assert rows(made) == {}
    clock = [PUBLISHED]
    with staffed.on_duty(made, lambda: clock[0]) as shift:
        assert promised(made, PUBLISHED).opens == {LEIPZIG: LATER}
        staffed.work(made, shift)
        assert online(server) == ["presse"]
        assert "15 minutes later" in "".join(previewing.preview(made.home, made.ledger, appeal_id=PRESS).lines("en"))
        again = readying.prepare(made.home, made.ledger, appeal_id=PRESS, now=PUBLISHED + MINUTE, attended=True)
        assert again.opens == {LEIPZIG: LATER}  # asked again, it begins no second embargo
        clock[0] = LATER
        staffed.work(made, shift)
    assert online(server) == ["presse", "wache"]
    made.ready(made.case("witness-call", corrected(to("website", "mastodon"))))
    done = made.publish(PRESS, LATER + MINUTE)
    assert (done.failed, done.promised, done.pending) == ((), (), ())
    assert online(server) == ["presse", "wache"]


def test_a_correction_of_what_still_waits_waits_as_long(empty: World, server: RunningMastodon) -> None:
    made = furnished(empty, server, leipzig={"embargo": "15min"})
    made.ready(made.case("witness-call", to("website", "mastodon")))
    clock = [PUBLISHED]
    with staffed.on_duty(made, lambda: clock[0]) as shift:
        promised(made, PUBLISHED)
        staffed.work(made, shift)
        made.ready(made.case("witness-call", corrected(to("website", "mastodon"))))
        clock[0] += MINUTE
        assert promised(made, clock[0]).opens == {LEIPZIG: LATER}
        staffed.work(made, shift)
        assert online(server) == ["presse"]
        with made.ledger.read() as tx:
            assert [row.state for row in publications.rows(tx, PRESS, channel=LEIPZIG)] == [
                State.CANCELLED,
                State.PLANNED,
            ]
        clock[0] = LATER
        staffed.work(made, shift)
    assert online(server) == ["presse", "wache"]
    with made.ledger.read() as tx:
        assert publications.rows(tx, PRESS, channel=LEIPZIG)[-1].state is State.LIVE


def promised(made: World, now: dt.datetime) -> readying.Ready:
    """Plans all that a worker is to send."""
    ready = readying.prepare(made.home, made.ledger, appeal_id=PRESS, now=now, attended=True)
    with made.ledger.write(now) as tx:
        for _, draft in ready.drafts:
            planning.plan(tx, ready, draft, now=now, by="k.muster")
    return ready


def test_what_is_ready_at_once_is_sent_and_the_rest_is_promised(empty: World, server: RunningMastodon) -> None:
    """On a server any number of workers may call: what can be sent now is sent by whoever asks."""
    made = furnished(empty, server, leipzig={"embargo": "15min"})
    made.ready(made.case("witness-call", to("website", "mastodon")))
    ready = readying.prepare(made.home, made.ledger, appeal_id=PRESS, now=PUBLISHED, attended=True)
    with staffed.on_duty(made, lambda: PUBLISHED) as shift:
        done = publishing._publish(shift, ready, now=PUBLISHED, by="t", whole=True)
    assert [sent.publication.channel for sent in done.sent] == ["website", LAND]
    assert [row.channel for row in done.promised] == [LEIPZIG]
    assert online(server) == ["presse"]


def test_what_would_be_over_before_it_may_go_out_is_refused(empty: World, server: RunningMastodon) -> None:
    made = furnished(empty, server, leipzig={"embargo": "99d"})
    made.ready(made.case("witness-call", to("website", "mastodon")))
    with pytest.raises(NotPublishable, match="over on leipzig before"):
        readying.prepare(made.home, made.ledger, appeal_id=PRESS, now=PUBLISHED, attended=True)
    assert rows(made) == {}


# Half of a correction


def test_a_correction_that_does_not_go_up_leaves_the_old_post_and_says_so(
    force: World, server: RunningMastodon
) -> None:
    force.ready(force.case("witness-call", to("website", LAND)))
    force.publish(PRESS)
    (old,) = server.online()
    force.ready(force.case("witness-call", corrected(to("website", LAND))))
    server.add(Fault.UNAUTHORIZED, Call.CREATE)
    done = force.publish(PRESS, PUBLISHED + HOUR)
    assert [name for name, _ in done.failed] == [LAND]
    assert server.online() == (old,)
    with force.ledger.read() as tx:
        (before, after) = publications.rows(tx, PRESS, channel=LAND)
    assert (before.state, before.want, after.state) == (State.LIVE, publications.Want.UP, State.PUBLISHING)
    assert after.problem is not None
    server.clear()
    assert force.publish(PRESS, PUBLISHED + 2 * HOUR).failed == ()
    (new,) = server.online()
    assert new["id"] != old["id"]


def test_an_old_post_that_cannot_be_deleted_is_overdue_and_an_alarm(force: World, server: RunningMastodon) -> None:
    force.ready(force.case("witness-call", to("website", LAND)))
    force.publish(PRESS)
    force.ready(force.case("witness-call", corrected(to("website", LAND))))
    server.add(Fault.ERROR_BEFORE, Call.DELETE, times=None)
    later = PUBLISHED + HOUR
    done = force.publish(PRESS, later)
    assert (done.failed, [one.channel for one in done.pending]) == ((), [LAND])
    assert len(server.online()) == 2
    for _ in range(3):
        later += MINUTE
        takedown.takedown(force.home, force.ledger, now=later, by="timer")
    later += Patience().overdue
    with force.ledger.read() as tx:
        assert account.account(tx, now=later, appeal=PRESS).overdue == 1
        (cause,) = [one for one in causes.watched(tx, later, Patience(), lambda worker: True) if one.kind == "overdue"]
    assert LAND in cause.what.de
    server.clear()
    assert takedown.takedown(force.home, force.ledger, now=later + MINUTE, by="timer").online_past_end == 0
    assert len(server.online()) == 1


def test_a_handmade_post_goes_with_a_correction_that_a_worker_sends(force: World, server: RunningMastodon) -> None:
    force.ready(force.case("witness-call", to("website", LAND)))
    force.publish(PRESS)
    made = {"appeal": PRESS, "channel": LAND, "untrusted_url": by_hand(server), "now": PUBLISHED, "by": "k.muster"}
    assert isinstance(adopting.adopt(force.home, force.ledger, **made), adopting.Adopted)
    force.ready(force.case("witness-call", corrected(to("website", LAND, not_before=LATER.isoformat()))))
    clock = [PUBLISHED]
    with staffed.on_duty(force, lambda: clock[0]) as shift:
        assert len(force.publish(PRESS, PUBLISHED).promised) == 2
        assert len(server.online()) == 2
        clock[0] = LATER
        staffed.work(force, shift)
    assert len(server.online()) == 1


def test_an_account_that_does_not_answer_is_named_with_the_way_to_serve_the_others(
    force: World, server: RunningMastodon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAHNDUNG_LEIPZIG_TOKEN", "another account's")
    force.ready(force.case("witness-call", to("mastodon", "website", regions=("DED5",))))
    with pytest.raises(AuthError, match=f"^{LEIPZIG}: .* Nothing was sent") as caught:
        force.publish(PRESS)
    assert states(force) == {}
    assert f"'fahndung publish {PRESS} --channel website --channel {LAND}'" in caught.value.message.en
    assert force.publish(PRESS, only=["website", LAND]).failed == ()
    assert online(server) == ["presse"]
    monkeypatch.setenv("FAHNDUNG_LAND_TOKEN", "a lapsed one")
    with pytest.raises(AuthError, match=f"^{LAND}: .* {LEIPZIG}: .*'fahndung publish {PRESS} --channel website'"):
        force.publish(PRESS)

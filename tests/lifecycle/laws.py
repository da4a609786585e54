"""What must hold in every state of the stage, and what two states have in common that the code cannot tell apart."""

import datetime as dt
import hashlib
from typing import Any

from fahndung.ledger.publications import LEASE, Publication
from fahndung.lifecycle import outcomes
from fahndung.lifecycle.outcomes import Outcome
from fahndung.lifecycle.shift import CALL_SECONDS
from fahndung.model.publication import Draft, Gone, Posting, Reference, State
from fahndung.testing import memory
from fahndung.testing.faults import Call
from tests.lifecycle.stage import DAY, LIFETIME, Facts, Hand, Seat, Stage, View, items

FINISHED = {State.CLOSED, State.CANCELLED, State.REJECTED}
NOTICES = {hashlib.sha256(text.encode()).hexdigest(): kind for kind, text in memory.NOTICES.items()}
UNCLEAR = {None, "unknown", "interrupted"}
LONG = LIFETIME.total_seconds()


class Broken(AssertionError):
    """A law is broken; ``law`` is its name."""

    def __init__(self, law: str, told: str) -> None:
        super().__init__(f"{law}: {told}")
        self.law = law


def hold(stage: Stage) -> None:
    """The laws of a state.

    Raises:
        Broken: one of them is.
    """
    row = stage.view()
    online = items(stage.platform)
    posts = [item for item in online if item.reference.kind == "post"]
    keys = stage.platform.modes.key_lifetime is not None
    if len(posts) > 1 and not (stage.facts.beyond if keys else stage.facts.late):
        raise Broken("one copy", f"{len(posts)} copies are online")
    if online and row.state in FINISHED and not are_strays(stage):
        raise Broken("no orphan", f"it is {row.state.value}, and {len(online)} objects are online")
    unreached = [item for item in online if item.reference.id not in row.known and not stage.platform.modes.lookup]
    told = any(seat.hand is not None for seat in stage.facts.seats)
    if unreached and row.state is State.WITHDRAWN and not told and not are_strays(stage):
        raise Broken("no orphan", "it is withdrawn, and nobody can find what is online")
    for seat in stage.facts.seats:
        if seat.hand is not None and seat.cut_at is None and not stage.holds(seat):
            raise Broken("nothing is stolen", f"worker {seat.number} lives and has lost its claim")


def are_strays(stage: Stage) -> bool:
    """Whether all that is online may have come of a request that left long after its last check (``Facts.beyond``).

    No program can hold such a request back, and where the platform lists nothing, none can find what came of it.
    """
    unknown = all(item.reference.id not in stage.view().known for item in items(stage.platform))
    return stage.facts.beyond and not stage.platform.modes.lookup and unknown


def intended(stage: Stage, made: Draft | Outcome, *, over: bool) -> None:
    """No intent after the end.

    Raises:
        Broken: there is one.
    """
    if over and isinstance(made, Draft):
        raise Broken("nothing after the end", "an intent was committed after the end")


def called(stage: Stage, before: Hand, after: Hand, creating: int, *, over: bool, late: bool) -> None:
    """What an answer says is true, and what it told of is in the ledger.

    Args:
        before, after: what the worker held and holds. creating: how many calls it has made that create.
        late: its time or its proof of life was lost before it checked them.

    Raises:
        Broken: it is not.
    """
    if late and not isinstance(
        after.outcome, outcomes.Unsent | outcomes.Failed | outcomes.Looked | outcomes.Early | outcomes.Hands
    ):
        raise Broken("the late are silent", f"a worker that was too late says {type(after.outcome).__name__}")
    if late and creating:
        raise Broken("the late are silent", f"a worker that was too late has made {creating} calls that create")
    if over and creating > before.wished:
        raise Broken("nothing after the end", f"{creating} calls create after the end")
    online, outcome = items(stage.platform), after.outcome
    if isinstance(outcome, outcomes.Looked) and isinstance(outcome.look, Gone) and online and not are_strays(stage):
        raise Broken("gone is gone", f"it is called gone while {len(online)} objects are online")
    known_when = not (stage.facts.jumped or stage.facts.late)
    if known_when and outcome == outcomes.Found(references=()) and (online or stage.platform.flying):
        raise Broken("absent is absent", "it is called absent while it is online or in flight")
    if not stage.platform.answered <= stage.view().known:
        raise Broken("facts are kept", "what a worker was told of is not in the ledger")


def buried(stage: Stage) -> None:
    """What rests as a tombstone shows nothing but the notice of its end, and a person was told.

    Raises:
        Broken: it shows something else, or nobody was told.
    """
    shown = {(item.reference.kind, NOTICES.get(item.sha256)) for item in items(stage.platform)}
    due = {"reached", "ended-order", "ended-preventive", "replaced"}
    if len(shown) > 1 or any(kind != "post" or notice not in due for kind, notice in shown):
        raise Broken("a tombstone names nobody", f"{shown} is online")
    if not stage.view().hands:
        raise Broken("a tombstone is told of", "no person was asked to delete it")


def settled(stage: Stage, before: Hand, row: Publication) -> None:
    """Whoever reports a copy makes it an obligation.

    Raises:
        Broken: it is none.
    """
    there = before.made & stage.platform.online.keys()
    if isinstance(before.outcome, outcomes.Sent | outcomes.Unclear) and there and row.is_down:
        raise Broken("facts are kept", f"a worker has reported its copy, and the row is {row.state.value}")


def creating(stage: Stage) -> int:
    """How many calls have come in that create."""
    return stage.platform.calls[Call.CREATE] + stage.platform.calls[Call.UPLOAD]


def key(stage: Stage) -> bytes:
    """The same for states that the code cannot tell apart, now and after equal steps.

    Left out: attempts and ``next_at`` of what is not withdrawn, because a claim asks for neither (the search claims
    whatever they say); texts and evidence; instants, of which only their distance from now is kept, as far as a
    later comparison can see it; numbers of workers and objects; which worker sits where.
    """
    facts, platform, row = stage.facts, stage.platform, stage.view()
    things = items(platform)
    online = {item.reference.id: number for number, item in enumerate(things)}
    common = (
        _row(row, facts),
        _unclear(row, facts),
        [(item.reference.kind, item.reference.id in row.known, item.sha256 in NOTICES) for item in things],
        platform.late,
        any(id not in online for id in row.known),
        [_known_again(platform.key_of(kind), online, facts) for kind in ("media", "post")],
        sorted((one.kind, [online.get(media) for media in one.media]) for one in platform.flying),
        (facts.ended, facts.jumped, facts.doubt, facts.late, facts.beyond, facts.spent),
    )
    seats = sorted(repr(_seat(stage, seat, online)) for seat in facts.seats)
    held = row.lease[0] is not None and row.lease[0] not in {seat.number for seat in facts.seats}
    return hashlib.blake2b(repr((common, seats, held)).encode(), digest_size=12).digest()


def _row(row: View, facts: Facts) -> tuple[object, ...]:
    return (
        row.state.value,
        row.want,
        [now >= row.due_at for now in _clocks(facts)],
        row.flags,
        _left(row.next_at, facts) if row.state is State.WITHDRAWN else row.next_at is None,
        row.hands,
        _left(row.blocked_until, facts),
    )


def _unclear(row: View, facts: Facts) -> list[object]:
    """The sendings of which nobody knows, and whether all others surely had no effect."""
    unclear = [send for send in row.sends if send[0] in UNCLEAR]
    known = [(outcome is None, _age(start, facts), _age(end, facts)) for outcome, start, end in unclear]
    return [*dict.fromkeys(known), all(send[0] == "unsent" for send in row.sends if send[0] not in UNCLEAR)]


def _seat(stage: Stage, seat: Seat, online: dict[str, int]) -> tuple[object, ...]:
    """A worker; two places are alike, so nothing says which one it sits in."""
    facts = stage.facts
    leased = stage.view().lease[0] == seat.number
    cut = None if seat.cut_at is None else min(facts.ticks - seat.cut_at, CALL_SECONDS)
    hand = seat.hand
    if hand is None:
        return seat.fresh, leased, cut
    claimed = hand.claimed
    return (
        cut,
        leased,
        stage.holds(seat),
        claimed.task.value,
        hand.draft is None,
        hand.media and online.get(hand.media, "gone"),
        hand.passed,
        hand.wished,
        sorted(online[id] for id in hand.made if id in online),
        min(facts.ticks - claimed.since, LEASE.total_seconds()),
        _spans(claimed, facts),
        _posting(claimed.posting, online),
        _outcome(hand.outcome, online, facts),
    )


def _spans(claimed: outcomes.Claimed, facts: Facts) -> list[object]:
    """Every instant of a claim that its calls compare with."""
    return [_age(claimed.unclear_since, facts)]


def _posting(posting: Posting, online: dict[str, int]) -> tuple[object, ...]:
    ids = [reference.id for reference in posting.references]
    return sorted(online[id] for id in ids if id in online), any(id not in online for id in ids), posting.superseded


def _outcome(outcome: Outcome | None, online: dict[str, int], facts: Facts) -> tuple[object, ...]:
    told: dict[str, Any] = {
        name: getattr(outcome, name, None) for name in ("stopped", "effect", "auth", "until", "references", "look")
    }
    references: tuple[Reference, ...] = told.pop("references") or ()
    return (
        type(outcome).__name__,
        told["stopped"],
        told["effect"],
        told["auth"],
        _left(told["until"], facts),
        [online.get(reference.id, "gone") for reference in references],
        type(told["look"]).__name__,
    )


def _known_again(found: tuple[Reference, float] | None, online: dict[str, int], facts: Facts) -> tuple[object, ...]:
    return () if found is None else (online.get(found[0].id, "gone"), facts.ticks - found[1])


def _age(instant: dt.datetime | None, facts: Facts) -> object:
    """How long ago, as far as anything asks."""
    return instant and tuple(min((now - instant).total_seconds(), LONG) for now in _clocks(facts))


def _left(instant: dt.datetime | None, facts: Facts) -> object:
    """How long until then."""
    return instant and tuple(max((instant - now).total_seconds(), 0.0) for now in _clocks(facts))


def _clocks(facts: Facts) -> tuple[dt.datetime, ...]:
    """What the clock says, and what it will say if it is set back."""
    spent = dict(facts.spent)
    return (facts.now, facts.now - DAY) if "forward" in spent and "back" not in spent else (facts.now,)

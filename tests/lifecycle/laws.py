"""What must hold in every state of the stage, and what two states have in common that the code cannot tell apart."""

import datetime as dt
import hashlib
from typing import Any

from fahndung.ledger import accounts, claims
from fahndung.ledger.publications import Operation, Publication
from fahndung.lifecycle import calls
from fahndung.lifecycle.calls import Outcome
from fahndung.lifecycle.shift import CALL_SECONDS
from fahndung.model.publication import Draft, Gone, Posting, Reference, State
from fahndung.testing.faults import Call
from tests.lifecycle.stage import LIFETIME, Facts, Hand, Seat, Stage, items

FINISHED = {State.CLOSED, State.CANCELLED, State.REJECTED}
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
    row, _, known, _ = stage.view()
    online = items(stage.platform)
    posts = [item for item in online if item.reference.kind == "post"]
    keys = stage.platform.modes.key_lifetime is not None
    if len(posts) > 1 and (keys or not stage.facts.late):
        raise Broken("one copy", f"{len(posts)} copies are online")
    if online and row.state in FINISHED:
        raise Broken("no orphan", f"it is {row.state.value}, and {len(online)} objects are online")
    unreached = [item for item in online if item.reference.id not in known and not stage.platform.modes.lookup]
    told = any(seat.hand is not None for seat in stage.facts.seats)
    if unreached and row.state is State.WITHDRAWN and not told:
        raise Broken("no orphan", "it is withdrawn, and nobody can find what is online")
    with stage.ledger.read() as tx:
        for seat in stage.facts.seats:
            if seat.hand is not None and seat.cut_at is None and not claims.holds(tx, seat.hand.claimed.claim):
                raise Broken("nothing is stolen", f"worker {seat.number} lives and has lost its claim")


def intended(stage: Stage, made: Draft | Outcome, *, over: bool) -> None:
    """No intent after the end.

    Raises:
        Broken: there is one.
    """
    if over and isinstance(made, Draft):
        raise Broken("nothing after the end", "an intent was committed after the end")


def called(stage: Stage, before: Hand, outcome: Outcome | None, creating: int, *, over: bool, late: bool) -> None:
    """What an answer says is true, and what it told of is in the ledger.

    Args:
        before: what the worker held. creating: how many calls it has made that create.
        late: it made a request that others could not wait for.

    Raises:
        Broken: it is not.
    """
    if over and creating > before.wished:
        raise Broken("nothing after the end", f"{creating} calls create after the end")
    online = items(stage.platform)
    if isinstance(outcome, calls.Looked) and isinstance(outcome.look, Gone) and online:
        raise Broken("gone is gone", f"it is called gone while {len(online)} objects are online")
    if outcome == calls.Found(references=()) and not (stage.facts.jumped or stage.facts.late):
        if online or stage.platform.flying:
            raise Broken("absent is absent", "it is called absent while it is online or in flight")
    if outcome is None or isinstance(outcome, calls.Sent):
        _, _, known, _ = stage.view()
        if not {item.reference.id for item in online} <= known | _others(stage, before):
            raise Broken("facts are kept", "what a worker was told of is not in the ledger")


def settled(stage: Stage, before: Hand, row: Publication) -> None:
    """Whoever reports a copy makes it an obligation.

    Raises:
        Broken: it is none.
    """
    there = before.made & stage.platform.online.keys()
    if isinstance(before.outcome, calls.Sent | calls.Unclear) and there and row.is_down:
        raise Broken("facts are kept", f"a worker has reported its copy, and the row is {row.state.value}")


def creating(stage: Stage) -> int:
    """How many calls have come in that create."""
    return stage.platform.calls[Call.CREATE] + stage.platform.calls[Call.UPLOAD]


def _others(stage: Stage, mine: Hand) -> frozenset[str]:
    """What is online of calls that are not this worker's."""
    made = frozenset().union(*(seat.hand.made for seat in stage.facts.seats if seat.hand is not None))
    return frozenset(stage.platform.online) - made


def key(stage: Stage) -> bytes:
    """The same for states that the code cannot tell apart, now and after equal steps.

    Left out: attempts and ``next_at`` of what is not withdrawn, because a claim asks for neither (the search claims
    whatever they say); texts and evidence; instants, of which only their distance from now is kept, as far as a
    later comparison can see it; numbers of workers and objects; which worker sits where.
    """
    texts = (repr(_seen(stage, order)) for order in ((0, 1), (1, 0)))
    return hashlib.blake2b(min(texts).encode(), digest_size=12).digest()


def _seen(stage: Stage, order: tuple[int, ...]) -> tuple[object, ...]:
    facts, platform = stage.facts, stage.platform
    row, operations, known, hands = stage.view()
    with stage.ledger.read() as tx:
        blocked = accounts.get(tx, row.channel).blocked_until
        holding = [seat.hand is not None and claims.holds(tx, seat.hand.claimed.claim) for seat in facts.seats]
    online = {item.reference.id: number for number, item in enumerate(items(platform))}
    seats = [facts.seats[place] for place in order]
    numbers = {seat.number: place for place, seat in enumerate(seats)}
    return (
        _row(row, facts),
        None if row.lease_by is None else numbers.get(row.lease_by, "dead"),
        _unclear(operations, facts),
        _left(blocked, facts),
        hands,
        [(item.reference.kind, item.reference.id in known) for item in items(platform)],
        any(id not in online for id in known),
        [_known_again(platform.key_of(kind), online, facts) for kind in ("media", "post")],
        sorted((one.kind, [online.get(media) for media in one.media]) for one in platform.flying),
        [_seat(facts.seats[place], holding[place], online, facts) for place in order],
        (facts.ended, facts.jumped, facts.doubt, facts.late, sorted(facts.spent)),
    )


def _row(row: Publication, facts: Facts) -> tuple[object, ...]:
    return (
        row.state,
        row.want,
        row.due_at is not None and facts.now >= row.due_at,
        row.absent_at is None,
        row.published_at is None,
        row.gone_at is None,
        row.looks,
        _left(row.next_at, facts) if row.state is State.WITHDRAWN else row.next_at is None,
    )


def _unclear(operations: tuple[Operation, ...], facts: Facts) -> list[object]:
    """The sendings of which nobody knows, and whether all others surely had no effect."""
    sends = [operation for operation in operations if operation.kind == "publish"]
    unclear = [one for one in sends if one.outcome in UNCLEAR]
    known = [(one.outcome is None, _age(one.started_at, facts), _age(one.finished_at, facts)) for one in unclear]
    return [*dict.fromkeys(known), all(one.outcome == "unsent" for one in sends if one not in unclear)]


def _seat(seat: Seat, holds: bool, online: dict[str, int], facts: Facts) -> tuple[object, ...]:
    cut = None if seat.cut_at is None else min(facts.ticks - seat.cut_at, CALL_SECONDS)
    hand = seat.hand
    if hand is None:
        return seat.fresh, cut
    claimed = hand.claimed
    return (
        cut,
        claimed.task,
        holds,
        hand.draft is None,
        hand.media and online.get(hand.media, "gone"),
        hand.passed,
        hand.wished,
        sorted(online[id] for id in hand.made if id in online),
        min(facts.ticks - claimed.since, CALL_SECONDS),
        _spans(claimed, facts),
        _posting(claimed.posting, online),
        _outcome(hand.outcome, online, facts),
    )


def _spans(claimed: calls.Claimed, facts: Facts) -> list[object]:
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


def _age(instant: dt.datetime | None, facts: Facts) -> float | None:
    """How long ago, as far as anything asks; to the second while the clock may still be set back."""
    if instant is None:
        return None
    age = (facts.now - instant).total_seconds()
    spent = dict(facts.spent)
    return age if spent.get("forward") and not spent.get("back") else min(age, LONG)


def _left(instant: dt.datetime | None, facts: Facts) -> float | None:
    if instant is None:
        return None
    left = (instant - facts.now).total_seconds()
    spent = dict(facts.spent)
    return left if spent.get("forward") and not spent.get("back") else max(left, 0.0)

"""What can go wrong between a channel and its platform, on the calls that a test names. Breaks nothing real.

The same faults work in memory and in the platform that runs as a process of its own; equal seeds fail equally.
"""

import dataclasses
import enum
import random
from collections.abc import Mapping
from typing import Any


class Call(enum.StrEnum):
    """The kinds of calls that a platform of posts knows."""

    CREATE = "create"
    UPLOAD = "upload"
    SHOW = "show"
    """Shows everybody what was made before; where that takes a call of its own."""
    EDIT = "edit"
    """Puts another text in the place of one that is there."""
    DELETE = "delete"
    LIST = "list"
    READ = "read"
    WHOAMI = "whoami"
    LOGIN = "login"
    """Gives a login other tokens, and takes the old ones; where that is a call of its own."""
    REREAD = "reread"
    """Reads an address again that a post links to."""


WRITES = frozenset({Call.CREATE, Call.UPLOAD, Call.SHOW, Call.EDIT, Call.DELETE})


class Fault(enum.StrEnum):
    """``before`` and ``after``: whether the call has had its effect when it fails."""

    UNREACHABLE = "unreachable"
    """No connection stands; in memory only: the platform in a process of its own is stopped for that."""
    TIMEOUT_BEFORE = "timeout-before"
    TIMEOUT_AFTER = "timeout-after"
    LATE = "late"
    """No answer, and the effect comes when the caller has long given up."""
    CUT_BEFORE = "cut-before"
    CUT_AFTER = "cut-after"
    ERROR_BEFORE = "error-before"
    ERROR_AFTER = "error-after"
    GARBAGE = "garbage"
    """The effect, and an answer that nobody can read."""
    LIMITED = "limited"
    UNAUTHORIZED = "unauthorized"
    REFUSED = "refused"
    DUPLICATE = "duplicate"
    """The platform says that it has this already, and does nothing."""
    NOTHING = "nothing"
    """The answer of a success, and no effect."""
    CLOSED = "closed"
    """Too late to delete."""
    STALE = "stale"
    """A reader still sees what was deleted; a listing does not show the newest yet."""


ONLY_ON: Mapping[Fault, frozenset[Call]] = {
    Fault.LATE: WRITES,
    Fault.REFUSED: WRITES,
    Fault.DUPLICATE: frozenset({Call.CREATE, Call.UPLOAD}),
    Fault.NOTHING: WRITES,
    Fault.CLOSED: frozenset({Call.DELETE}),
    Fault.STALE: frozenset({Call.LIST, Call.READ}),
}
"""The calls on which a fault makes sense; one that is missing makes sense on all."""

UNKNOWN_AFTER = (Fault.TIMEOUT_AFTER, Fault.CUT_AFTER, Fault.ERROR_AFTER, Fault.GARBAGE)
"""The effect is there, and the caller cannot know."""

UNKNOWN_BEFORE = (Fault.TIMEOUT_BEFORE, Fault.CUT_BEFORE, Fault.ERROR_BEFORE)
"""No effect is there, and the caller cannot know that either."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One fault on some calls.

    Attributes:
        times: on how many calls it strikes; None: until it is cleared.
        every: it strikes on every such call of these, the first one after ``every - 1`` that pass.
        share: of the calls that ``every`` picks, how many are struck; drawn with the seed.
        seconds: how long a time-out takes, how late a late effect comes, and how long a limit asks to wait.
    """

    fault: Fault
    calls: frozenset[Call]
    times: int | None = 1
    every: int = 1
    share: float = 1.0
    seconds: float = 1.0

    def __post_init__(self) -> None:
        sensible = ONLY_ON.get(self.fault, frozenset(Call))
        if not self.calls or not self.calls <= sensible:
            raise ValueError(f"{self.fault} strikes on {', '.join(sorted(sensible))} only")
        if (self.times is not None and self.times < 1) or self.every < 1 or not 0 < self.share <= 1 or self.seconds < 0:
            raise ValueError("times and every are at least 1, share is above 0 and at most 1, seconds are not negative")

    def as_json(self) -> dict[str, object]:
        """JSON values, for the platform's control address."""
        return dataclasses.asdict(self) | {"calls": sorted(self.calls)}

    @classmethod
    def parse(cls, values: Mapping[str, Any]) -> "Rule":
        """The rule of those JSON values.

        Raises:
            ValueError, TypeError, KeyError: they are none.
        """
        calls = frozenset(Call(call) for call in values["calls"])
        return cls(**{**values, "fault": Fault(values["fault"]), "calls": calls})


class Faults:
    """The rules in force; the first one that strikes decides."""

    def __init__(self, *, seed: int = 0) -> None:
        self._seed, self._drawn = seed, 0
        self._rules: list[tuple[Rule, int, int]] = []  # with the calls that it has seen, and how often it struck

    def add(self, fault: Fault, *calls: Call, **how: Any) -> None:
        """Switches a fault on for these calls; ``how`` as in :class:`Rule`."""
        self.add_rule(Rule(fault=fault, calls=frozenset(calls), **how))

    def add_rule(self, rule: Rule) -> None:
        """Switches a rule on, after those that are on already."""
        self._rules.append((rule, 0, 0))

    def clear(self) -> None:
        """Switches everything off."""
        self._rules.clear()

    def strike(self, call: Call) -> Rule | None:
        """The rule that strikes this call, or None; every call is asked for once."""
        for index, (rule, seen, struck) in enumerate(self._rules):
            if call not in rule.calls or (rule.times is not None and struck >= rule.times):
                continue
            strikes = (seen + 1) % rule.every == 0 and (rule.share == 1 or self._draw() < rule.share)
            self._rules[index] = (rule, seen + 1, struck + strikes)
            if strikes:
                return rule
        return None

    def snapshot(self) -> tuple[object, ...]:
        """All of the state as a value."""
        return self._drawn, tuple(self._rules)

    def restore(self, snapshot: tuple[Any, ...]) -> None:
        """The state of a snapshot again."""
        self._drawn, rules = snapshot
        self._rules = list(rules)

    def _draw(self) -> float:
        """The next number of the seed; how many were drawn is all of its state, so that a snapshot stays small."""
        self._drawn += 1
        return random.Random(f"{self._seed}:{self._drawn}").random()  # noqa: S311 - repeatable on purpose

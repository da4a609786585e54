"""The state of a home in numbers, as OpenMetrics text: counts, ages, names of channels; no appeal, no person.

Reads the ledger and decides nothing. Source: OpenMetrics 1.0, read 2026-11-26.
"""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Iterator, Mapping

from fahndung.ledger import accounts, pulse, tally, watching
from fahndung.ledger.accounts import Account
from fahndung.ledger.tally import OnChannel
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle import causes

CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"
CALL = dt.timedelta(minutes=1)
"""How long a call may take until its outcome counts as unknown."""
NOTHING = OnChannel(due=0, live=0)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """One family: its name, what it is, and a value for each set of labels."""

    name: str
    help: str
    samples: tuple[tuple[Mapping[str, str], float], ...]

    @property
    def unit(self) -> str | None:
        """The unit, where the name ends in one."""
        return "seconds" if self.name.endswith("_seconds") else None


def gauges(tx: Tx, *, now: dt.datetime, skew: dt.timedelta) -> tuple[Gauge, ...]:
    """Every number.

    Args:
        skew: how far this machine's clock is ahead of the time that counts.
    """
    return (*_whole(tx, now, skew), *_channels(accounts.all(tx), tally.channels(tx, now)))


def text(families: Iterable[Gauge]) -> str:
    """The families as OpenMetrics text."""
    return "".join(line + "\n" for line in (*(line for one in families for line in _lines(one)), "# EOF"))


def _whole(tx: Tx, now: dt.datetime, skew: dt.timedelta) -> Iterator[Gauge]:
    found = watching.worrying(tx, now=now, unheard_since=now - CALL)
    wished = watching.wished_at(tx) if any(one.wanted_down for one in found) else {}
    over = [one for one in found if one.wanted_down or one.over_since is not None]
    since = [at for one in over if (at := causes.over_since(one, wished)) is not None and at <= now]
    oldest = (now - min(since)).total_seconds() if since else 0.0
    beat = pulse.read(tx)
    yield _one("overdue", "Publications past their end and not read back as gone.", len(over))
    yield _one("oldest_overdue_seconds", "For how long the oldest of them is past its end.", oldest)
    unknown = len(found) - len(over)
    yield _one("unknown_outcomes", "Calls of which nobody knows whether they had an effect.", unknown)
    yield _one("by_hand_open", "By-hand items that are open.", tally.items(tx))
    yield _one("alarms_open", "Alarms whose cause is not over.", tally.alarms(tx))
    yield _at("last_run_timestamp_seconds", "When a run last came to its end; 0: never.", beat.run)
    yield _at("last_success_timestamp_seconds", "When one last left nothing past its end; 0: never.", beat.success)
    yield _one("clock_skew_seconds", "How far the clock is ahead of the time that counts.", skew.total_seconds())


def _channels(known: Iterable[Account], counted: Mapping[str, OnChannel]) -> Iterator[Gauge]:
    known = tuple(known)
    due = [(one.name, float(counted.get(one.name, NOTHING).due)) for one in known]
    live = [(one.name, float(counted.get(one.name, NOTHING).live)) for one in known]
    held = [(one.name, float(one.held_at is not None)) for one in known]
    failing = [(one.name, one.failing_since.timestamp()) for one in known if one.failing_since is not None]
    blocked = [(one.name, one.blocked_until.timestamp()) for one in known if one.blocked_until is not None]
    yield _each("channel_due", "Publications that need a step now.", due)
    yield _each("channel_live", "Publications that are online and may be.", live)
    yield _each("channel_held", "1 where a person keeps the channel from publishing.", held)
    yield _each("channel_failing_since_timestamp_seconds", "Since when the channel fails.", failing)
    yield _each("channel_blocked_until_timestamp_seconds", "When the channel takes the next call.", blocked)


def _one(name: str, what: str, value: float) -> Gauge:
    return Gauge(name=f"fahndung_{name}", help=what, samples=(({}, float(value)),))


def _at(name: str, what: str, at: dt.datetime | None) -> Gauge:
    return _one(name, what, 0.0 if at is None else at.timestamp())


def _each(name: str, what: str, values: Iterable[tuple[str, float]]) -> Gauge:
    return Gauge(name=f"fahndung_{name}", help=what, samples=tuple(({"channel": key}, value) for key, value in values))


def _lines(family: Gauge) -> Iterator[str]:
    yield f"# TYPE {family.name} gauge"
    if family.unit is not None:
        yield f"# UNIT {family.name} {family.unit}"
    yield f"# HELP {family.name} {family.help}"
    for labels, value in family.samples:
        told = ",".join(f'{key}="{_escaped(label)}"' for key, label in labels.items())
        yield f"{family.name}{f'{{{told}}}' if told else ''} {value!r}"


def _escaped(label: str) -> str:
    return label.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")

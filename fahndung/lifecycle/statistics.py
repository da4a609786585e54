"""Counts of what was published and how it ended, without personal data: no name, no id, no text of a case.

What is counted:

- An **appeal** belongs to the period in which it was first published, with all that ever became of it. What was never
  confirmed to be online is not counted.
- **Time online** is elapsed time during which at least one publication of the appeal was online: the union of
  [published, read back as gone or closed by a person), up to now where it still is.
- It has **ended** once a wish for the end of the whole appeal covers its latest published revision. The first such wish
  names the reason; an error that came to light later takes its place.
- A **lapse** is a revision whose whole end was that its order lapsed; one appeal can have several.
- A **tip** counts once for an ended appeal: yes if any of its ends was led to by one, no if all that was said is no.

A category is that of the latest published revision. An appeal counts on every channel on which it stood, there with its
time on that channel alone, so channels do not add up to the total.

It reads the rows of publications, ends and revisions, never the log: so the counts stay what they are when the log of a
case is erased after the period of the law, or its release files and record are.
"""

import collections
import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from fahndung.ledger import appeals, endings
from fahndung.ledger import spans as ledger_spans
from fahndung.ledger.endings import Ending
from fahndung.ledger.spans import Span
from fahndung.ledger.transaction import Tx
from fahndung.model.closing import EndReason


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """The counts of some appeals.

    Attributes:
        appeals: how many. online: how many of them still are.
        publications: copies that were confirmed to be online.
        time_online: summed over the appeals.
        ends: the ended ones by reason. tips: the ended ones by whether a tip led to it; None: nobody said.
    """

    appeals: int = 0
    online: int = 0
    publications: int = 0
    time_online: dt.timedelta = dt.timedelta(0)
    ends: Mapping[EndReason, int] = dataclasses.field(default_factory=dict)
    lapses: int = 0
    tips: Mapping[bool | None, int] = dataclasses.field(default_factory=dict)

    @property
    def ended(self) -> int:
        """How many appeals have ended."""
        return sum(self.ends.values())


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """The counts of a period, in all, by category and by channel; ``unreadable`` rows are in none of them."""

    total: Counts
    categories: Mapping[str, Counts]
    channels: Mapping[str, Counts]
    unreadable: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Life:
    """What one appeal adds to the counts."""

    category: str
    spans: tuple[Span, ...]
    reason: EndReason | None
    lapses: int
    tip: bool | None

    @property
    def began(self) -> dt.datetime:
        return min(span.start for span in self.spans)


def statistics(
    tx: Tx, *, now: dt.datetime, since: dt.datetime | None = None, until: dt.datetime | None = None
) -> Statistics:
    """The counts of the appeals that were first published in [since, until); without bounds of all."""
    spans, unreadable = ledger_spans.spans(tx)
    lives = [
        life
        for life in _lives(tx, spans)
        if (since is None or since <= life.began) and (until is None or life.began < until)
    ]
    categories, channels = collections.defaultdict(list), collections.defaultdict(list)
    for life in lives:
        categories[life.category].append(life)
        for name in {span.channel for span in life.spans}:
            there = tuple(span for span in life.spans if span.channel == name)
            channels[name].append(dataclasses.replace(life, spans=there))
    return Statistics(
        total=_counts(lives, now),
        categories={name: _counts(found, now) for name, found in sorted(categories.items())},
        channels={name: _counts(found, now) for name, found in sorted(channels.items())},
        unreadable=unreadable,
    )


def time_online(spans: Iterable[tuple[dt.datetime, dt.datetime]]) -> dt.timedelta:
    """How long at least one of these half-open spans ran."""
    total = dt.timedelta(0)
    reached: dt.datetime | None = None
    for start, end in sorted(spans):
        begin = start if reached is None else max(start, reached)
        if end > begin:
            total += end - begin
            reached = end
    return total


def _lives(tx: Tx, spans: Sequence[Span]) -> list[_Life]:
    by_appeal, wishes = collections.defaultdict(list), collections.defaultdict(list)
    for span in spans:
        by_appeal[span.appeal].append(span)
    for wish in endings.endings(tx):
        wishes[str(wish.appeal)].append(wish)
    categories = {(str(one.appeal), one.revision): one.category.value for one in appeals.all(tx)}
    return [
        _life(categories[name, max(span.revision for span in found)], found, wishes[name])
        for name, found in by_appeal.items()
    ]


def _life(category: str, spans: Sequence[Span], wishes: Sequence[Ending]) -> _Life:
    latest = max(span.revision for span in spans)
    whole = [wish for wish in wishes if wish.person is None and wish.medium is None and wish.channel is None]
    final = [wish.reason for wish in whole if wish.revision >= latest]
    said = {wish.tip for wish in wishes} - {None}
    return _Life(
        category=category,
        spans=tuple(spans),
        reason=EndReason.ERROR if EndReason.ERROR in final else next(iter(final), None),
        lapses=len({wish.revision for wish in whole if wish.reason is EndReason.LAPSED}),
        tip=True if True in said else next(iter(said), None),
    )


def _counts(lives: Sequence[_Life], now: dt.datetime) -> Counts:
    ended = [life for life in lives if life.reason is not None]
    online = [life for life in lives if any(span.end is None for span in life.spans)]
    ran = [time_online((span.start, span.end or now) for span in life.spans) for life in lives]
    return Counts(
        appeals=len(lives),
        online=len(online),
        publications=sum(len(life.spans) for life in lives),
        time_online=sum(ran, dt.timedelta(0)),
        ends=collections.Counter(life.reason for life in ended if life.reason is not None),
        lapses=sum(life.lapses for life in lives),
        tips=collections.Counter(life.tip for life in ended),
    )

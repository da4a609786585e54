"""A shift for tests, and a small office around it: a ledger, a platform in memory, a clock that the test moves."""

import dataclasses
import datetime as dt
import functools
import pathlib
from typing import Any

from fahndung import channels
from fahndung.errors import NotPublishable
from fahndung.ledger import publications
from fahndung.ledger.endings import Ending, end
from fahndung.ledger.publications import Publication
from fahndung.ledger.store import Ledger
from fahndung.lifecycle import turns
from fahndung.lifecycle.claiming import Turned
from fahndung.lifecycle.shift import Shift
from fahndung.model.closing import EndReason
from fahndung.model.ids import AppealId
from fahndung.model.publication import Draft
from fahndung.testing.memory import MemoryPlatform
from fahndung.testing.posts import Modes
from tests.ledger import world

HOUR = dt.timedelta(hours=1)
MODES = {
    "key and lookup": Modes(key_lifetime=HOUR),
    "key": Modes(key_lifetime=HOUR, lookup=False),
    "lookup": Modes(),
    "none": Modes(lookup=False),
}


def shift_of(ledger: Ledger, now: dt.datetime, **changes: Any) -> Shift:
    """Nobody else lives, and the clock stands still unless ``clock`` is named."""
    values: dict[str, Any] = {
        "ledger": ledger,
        "worker": 7,
        "by": "test",
        "clock": lambda: now,
        "alive": lambda worker: worker == 7,
        "mine": lambda: True,
        "chance": lambda: 0.5,
    }
    return Shift(**{**values, **changes})


@dataclasses.dataclass
class Office:
    """A ledger and a platform; ``living`` are the workers that live."""

    ledger: Ledger
    platform: MemoryPlatform
    now: dt.datetime = world.NOW
    seconds: float = 0.0
    living: set[int] = dataclasses.field(default_factory=lambda: {1, 2})
    refused: bool = False

    def shift(self, worker: int = 1, **changes: Any) -> Shift:
        values: dict[str, Any] = {
            "worker": worker,
            "clock": lambda: self.now,
            "tick": lambda: self.seconds,
            "alive": lambda other: other in self.living,
            "mine": lambda: worker in self.living,
            "open": functools.partial(channels.from_ledger, kinds=self.platform.kinds()),
        }
        return shift_of(self.ledger, self.now, **{**values, **changes})

    def pass_time(self, span: dt.timedelta) -> None:
        self.now += span
        self.seconds += span.total_seconds()

    def draft(self, marker: str) -> Draft:
        return self.platform.channel().draft(marker, f"text of {marker}", b"picture")

    def draft_of(self, row: Publication) -> Draft:
        if self.refused:
            raise NotPublishable("not approved", "nicht freigegeben")
        return self.draft(row.marker)

    def plan(self, marker: str = "m-1", due_at: dt.datetime | None = world.DUE, **changes: Any) -> int:
        digest, _ = world.manifest()
        with self.ledger.write(self.now) as tx:
            return publications.plan(
                tx,
                self.draft(marker),
                digest=digest,
                appeal=world.APPEAL,
                revision=1,
                due_at=due_at,
                due_because=None if due_at is None else world.WHY,
                now=self.now,
                by=world.BY,
                **{"norms": "", "rules": "", **changes},
            )

    def turn(self, row: int, worker: int = 1, *, sends: bool = True, **changes: Any) -> Turned:
        draft_of = self.draft_of if sends else None
        return turns.turn(self.shift(worker), row, draft_of=draft_of, **changes)

    def row(self, row: int) -> Publication:
        with self.ledger.read() as tx:
            return publications.get(tx, row)

    def end(self) -> None:
        ending = Ending(appeal=AppealId(world.APPEAL), reason=EndReason.FOUND, by=world.BY, at=self.now)
        with self.ledger.write(self.now) as tx:
            end(tx, ending)

    def copies(self, marker: str = "m-1") -> int:
        return self.platform.copies(marker)


def office(path: pathlib.Path, modes: Modes) -> Office:
    """A new office whose ledger knows one appeal and its release."""
    return Office(ledger=world.make(path), platform=MemoryPlatform(modes))

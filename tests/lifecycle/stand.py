"""A test stand for crashes: a ledger on either engine, a platform in a process of its own, a clock that the test moves.

The platform's journal is the judge. Kills nobody; ``killing``, ``soak`` and ``test_diskfaults`` do.
"""

import collections
import contextlib
import dataclasses
import datetime as dt
import functools
import itertools
import os
import pathlib
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fahndung import channels
from fahndung.channels.base import Channel
from fahndung.home import Home
from fahndung.ledger import publications
from fahndung.ledger.store import Ledger
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle.shift import Clock, Shift, on_shift
from fahndung.model.publication import Draft
from fahndung.testing import postbox
from fahndung.testing.postbox import Endpoint, Postbox
from fahndung.testing.running import ACCOUNT, Effect, Running, running
from tests import postgres
from tests.ledger import world

TOKEN = "POSTBOX_TOKEN"
KEYS_S = 1e6
ENGINES = ("sqlite", "postgres")
_ROOM = 1 << 28


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """What the platform can."""

    keys: bool
    lookup: bool

    def platform(self) -> dict[str, Any]:
        """The platform's arguments."""
        return {"keys_s": KEYS_S if self.keys else 0, "lookup": self.lookup}


MODES: Mapping[str, Mode] = {
    "key and lookup": Mode(keys=True, lookup=True),
    "key": Mode(keys=True, lookup=False),
    "lookup": Mode(keys=False, lookup=True),
    "none": Mode(keys=False, lookup=False),
}


@dataclasses.dataclass
class Stand:
    """Ledgers, made as copies of one, and a platform.

    Attributes:
        mode: what the platform can. connector: the class of the channel on it, a mutant perhaps.
        folder: of the home; ledgers in files lie below it. server: where ledgers lie else.
    """

    mode: Mode
    platform: Running
    folder: pathlib.Path
    server: postgres.Server | None
    connector: type[Postbox] = Postbox
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    _count: Iterator[int] = dataclasses.field(default_factory=lambda: itertools.count(1))
    _template: bytes | str = ""

    def __post_init__(self) -> None:
        if self.server is None:
            path = self.folder / "template.db"
            world.make(path).close()
            self._template = path.read_bytes()
        else:
            self._template = self.server.database()
            world.make(self._template).close()

    @contextlib.contextmanager
    def place(self) -> Iterator[pathlib.Path | str]:
        """Where a new ledger lies with one appeal and its release, until the block ends."""
        if self.server is None:
            with tempfile.TemporaryDirectory(dir=self.folder) as folder:
                path = pathlib.Path(folder) / "ledger.db"
                path.write_bytes(self._template)  # type: ignore[arg-type]
                path.chmod(0o600)
                yield path
            return
        address = self.server.database(str(self._template))
        try:
            yield address
        finally:
            self.server.drop(address)

    @property
    def whole(self) -> list[str]:
        """The kinds of what is online of a publication that is up."""
        return ["media", "post"]

    @property
    def home(self) -> Home:
        return Home(path=self.folder, identity=world.HOME)

    def endpoint(self) -> Endpoint:
        return Endpoint(
            name="postbox",
            url=self.platform.url,
            account=ACCOUNT,
            credential=TOKEN,
            keys_s=KEYS_S if self.mode.keys else 0,
            lookup=self.mode.lookup,
            **self.values,
        )

    def draft(self, marker: str) -> Draft:
        """A post with one picture."""
        return self.connector(self.endpoint()).draft(marker, *text_and_picture())

    def marker(self) -> str:
        """One that nothing had before."""
        return f"m-{next(self._count)}"

    def open(self, kind: str, endpoint: Mapping[str, object]) -> Channel:
        """The channel of a ledger row."""
        return channels.from_ledger(kind, endpoint, kinds={postbox.KIND: lambda: _Connector(self.connector)})

    @contextlib.contextmanager
    def shift(self, ledger: Ledger, clock: Clock) -> Iterator[Shift]:
        """A shift with its real proof of life; it waits as short as it may."""
        with on_shift(self.home, ledger, what="test", by="test", clock=clock) as shift:
            yield dataclasses.replace(shift, open=self.open, chance=lambda: 0.0)

    def online(self, marker: str) -> list[str]:
        """The kinds of what is online now with a marker."""
        return sorted(item["kind"] for item in self.platform.online() if item["marker"] == marker)


@dataclasses.dataclass(frozen=True, slots=True)
class _Connector:
    """Opens the stand's own class of channels."""

    made: type[Postbox]

    @property
    def MEDIUM(self) -> Any:  # noqa: N802 - as the Protocol has it
        return postbox.MEDIUM

    def from_config(self, config: Mapping[str, object], **_: object) -> Channel:
        raise AssertionError("takedown and the stand open channels from the ledger")

    def from_ledger(self, endpoint: Mapping[str, object]) -> Channel:
        return self.made(Endpoint.parse(endpoint))


@contextlib.contextmanager
def standing(
    mode: Mode, *, server: postgres.Server | None = None, folder: pathlib.Path | None = None, **changes: Any
) -> Iterator[Stand]:
    """A stand, until the block ends; the token of its account is in the environment meanwhile."""
    with contextlib.ExitStack() as stack:
        where = folder or pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(dir=roomy())))
        platform = stack.enter_context(running(where, **mode.platform()))
        before = os.environ.get(TOKEN)
        os.environ[TOKEN] = platform.token
        stack.callback(functools.partial(_put_back, before))
        yield Stand(mode=mode, platform=platform, folder=where, server=server, **changes)


def _put_back(value: str | None) -> None:
    os.environ.pop(TOKEN)
    if value is not None:
        os.environ[TOKEN] = value


def text_and_picture() -> tuple[str, bytes]:
    """What every post of a stand says and shows."""
    return "Zeugen gesucht", b"picture"


def roomy() -> str | None:
    """A folder in memory, if there is room: a killed process loses nothing there that it would keep on a disk."""
    memory = pathlib.Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > _ROOM else None


def plan(
    tx: Tx, draft: Draft, *, now: dt.datetime, due_at: dt.datetime, appeal: str = world.APPEAL, **changes: Any
) -> int:
    """A row; its appeal must be known."""
    digest, _ = world.manifest(appeal)
    return publications.plan(
        tx,
        draft,
        digest=digest,
        appeal=appeal,
        revision=1,
        due_at=due_at,
        due_because=world.WHY,
        now=now,
        by=world.BY,
        **{"norms": "", "rules": "", **changes},
    )


def most_at_once(effects: Iterable[Effect]) -> dict[tuple[str, str], int]:
    """How many copies of each marker and kind were online at the same time at most."""
    there: collections.Counter[tuple[str, str]] = collections.Counter()
    most: dict[tuple[str, str], int] = {}
    for effect in effects:
        key = effect.marker, effect.kind
        there[key] += {"create": 1, "edit": 0}.get(effect.verb, -1)
        most[key] = max(most.get(key, 0), there[key])
    return most


def created(effects: Iterable[Effect]) -> collections.Counter[tuple[str, str]]:
    """How often something of each marker and kind was made."""
    return collections.Counter((effect.marker, effect.kind) for effect in effects if effect.verb == "create")

"""Starts a simulated platform as a process of its own and tells what its journal says. For tests only."""

import contextlib
import dataclasses
import datetime as dt
import json
import pathlib
import secrets
import subprocess
import sys
from collections.abc import Iterator
from typing import Any, TypeVar

from fahndung import http
from fahndung.errors import ChannelFailed
from fahndung.http import Client
from fahndung.testing.facebookstock import page_id
from fahndung.testing.faults import Call, Fault, Rule
from fahndung.testing.telegramstock import chat_id
from fahndung.testing.threadsstock import A_DAY, user_id

ACCOUNT = "presse"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One line of the journal: ``verb`` is ``create``, ``edit`` or ``delete``, ``kind`` is ``post`` or ``media``.

    Where a medium is shown only once a post shows it, ``verb`` is ``upload`` when it is made.

    Where a post is made for nobody to see, ``verb`` and ``kind`` are ``draft``; it is ``create`` once it is shown.
    """

    at: str
    verb: str
    kind: str
    id: str
    marker: str


class Running:
    """A platform that runs; made by :func:`running` and its like.

    Attributes:
        kind: that of the channels on it. has_accounts: whether anybody logs in there.
        url: its address, with a slash at the end.
        token: that of the account :data:`ACCOUNT`.
        pid: its process.
    """

    kind: str
    has_accounts = True

    @classmethod
    def new_token(cls) -> str:
        """A token of an account there."""
        return secrets.token_hex(16)

    def __init__(self, *, port: int, token: str, journal: pathlib.Path, pid: int) -> None:
        self.url, self.token, self.pid = f"http://127.0.0.1:{port}/", token, pid
        self._journal, self._client = journal, Client(timeout_s=10)

    def config(self, *, credential: str, **values: object) -> dict[str, object]:
        """The table of the configuration for an account here; ``values`` as in the ``Endpoint`` of its kind."""
        known = {"kind": self.kind, "name": self.kind, "url": self.url, "account": ACCOUNT, "credential": credential}
        return known | values

    def add(self, fault: Fault, *calls: Call, **how: Any) -> None:
        """Switches a fault on; ``how`` as in ``fahndung.testing.faults.Rule``."""
        self._control({"rules": [Rule(fault=fault, calls=frozenset(calls), **how).as_json()]})

    def forward(self, span: dt.timedelta) -> None:
        """Moves the platform's own clock on."""
        self._control({"forward": span.total_seconds()})

    def clear(self) -> None:
        """Switches all faults off."""
        self._control({"clear": True})

    def online(self) -> tuple[dict[str, str], ...]:
        """What is online now: id, kind, marker, account, sha256."""
        answer = self._client.get(f"{self.url}control")
        return tuple(json.loads(answer.body)["online"])

    def calls(self, *kinds: Call) -> int:
        """How many calls of these kinds, or of any, came in so far, effect or not."""
        counted = json.loads(self._client.get(f"{self.url}control").body)["calls"]
        return sum(counted.get(kind, 0) for kind in kinds or Call)

    def silences(self) -> int:
        """How many calls it has left without an answer so far; a child of this process may ask as well."""
        return int(json.loads(http.get(f"{self.url}control").body)["silences"])

    def journal(self) -> tuple[Effect, ...]:
        """Every effect so far, in order."""
        lines = self._journal.read_text("utf-8").splitlines()
        return tuple(
            Effect(at=at, verb=verb, kind=kind, id=id, marker=marker)
            for at, verb, kind, id, marker in (line.split(" ", 4) for line in lines)
        )

    def _control(self, values: dict[str, object]) -> None:
        answer = self._client.post(f"{self.url}control", body=json.dumps(values).encode())
        if answer.status != 200:
            raise ChannelFailed(f"control: {answer.status} {answer.body!r}", f"control: {answer.status}")


class RunningPlatform(Running):
    """The invented platform (``fahndung.testing.platform``)."""

    kind = "postbox"


class RunningMastodon(Running):
    """A simulated Mastodon server (``fahndung.testing.mastodon``)."""

    kind = "mastodon"


class RunningX(Running):
    """A simulated X (``fahndung.testing.x``)."""

    kind = "x"


class RunningFacebook(Running):
    """A simulated Graph API (``fahndung.testing.facebook``)."""

    kind = "facebook"

    def config(self, *, credential: str, **values: object) -> dict[str, object]:
        """The table of the configuration for the first Page here."""
        own = {"url": f"{self.url}v26.0/", "page": page_id(0), "app_secret": "facebook-app"}
        return {"kind": self.kind, "name": self.kind, "credential": credential} | own | values


class RunningTelegram(Running):
    """A simulated Telegram (``fahndung.testing.telegram``)."""

    kind = "telegram"

    @classmethod
    def new_token(cls) -> str:
        """A bot's token."""
        return f"7000000001:{secrets.token_hex(20)}"

    def config(self, *, credential: str, **values: object) -> dict[str, object]:
        """The table of the configuration for the first channel here; ``account`` None: it is private."""
        known = {"kind": self.kind, "name": self.kind, "credential": credential, "chat": chat_id(0), "account": ACCOUNT}
        told = known | {"url": self.url, "pages": self.url} | values
        return {key: value for key, value in told.items() if value is not None}

    def by_hand(self, **values: object) -> None:
        """What a person does in the app: ``post=text``, ``id=…`` to delete (with ``text``: change), ``account=…``."""
        body = json.dumps({"token": self.token} | values).encode()
        answer = self._client.post(f"{self.url}app", body=body)
        if answer.status != 200:
            raise ChannelFailed(f"app: {answer.status} {answer.body!r}", f"app: {answer.status}")


class RunningIndexNow(Running):
    """A simulated IndexNow service (``fahndung.testing.indexnow``)."""

    kind = "indexnow"
    has_accounts = False

    @property
    def service(self) -> str:
        """Where it is spoken."""
        return f"{self.url}indexnow"

    def told(self) -> list[str]:
        """Every address that it took, in order."""
        return [effect.id for effect in self.journal()]


class RunningThreads(Running):
    """A simulated Threads API (``fahndung.testing.threads``)."""

    kind = "threads"

    def config(self, *, credential: str, **values: object) -> dict[str, object]:
        """The table of the configuration for the first account here."""
        own = {"url": f"{self.url}v1.0/", "user": user_id(0)}
        return {"kind": self.kind, "name": self.kind, "credential": credential} | own | values


class RunningReceiver(Running):
    """A receiver of signed events (``fahndung.testing.receiver``); ``token``: the key, its id is :data:`ACCOUNT`."""

    kind = "webhook"

    def config(self, *, credential: str, **values: object) -> dict[str, object]:
        """The table of the configuration for an account here."""
        own = {"url": f"{self.url}events", "key_id": ACCOUNT, "medium": "social", "settle_s": 0}
        return {"kind": self.kind, "name": self.kind, "credential": credential} | own | values


@contextlib.contextmanager
def running(
    folder: pathlib.Path,
    *,
    keys_s: float = 0,
    lookup: bool = True,
    lag_s: float = 0,
    media_stay: bool = True,
    writes: int = 0,
    per_s: float = 60,
    seed: int = 0,
    port: int = 0,
) -> Iterator[RunningPlatform]:
    """The invented platform, until the block ends; its journal and its accounts lie in ``folder``."""
    options = ["--port", str(port), "--keys", str(keys_s), "--lag", str(lag_s), "--seed", str(seed)]
    options += ["--writes", str(writes), "--per", str(per_s)]
    options += [] if lookup else ["--no-lookup"]
    options += [] if media_stay else ["--media-go"]
    with _started(RunningPlatform, "fahndung.testing.platform", folder, options) as platform:
        yield platform


@contextlib.contextmanager
def running_mastodon(
    folder: pathlib.Path,
    profile: str,
    *,
    lag_s: float | None = None,
    keeps_s: float | None = None,
    seed: int = 0,
) -> Iterator[RunningMastodon]:
    """A simulated Mastodon server, until the block ends; its journal and its accounts lie in ``folder``.

    Args:
        profile: one of ``fahndung.testing.mastodonstock.PROFILES``.
        lag_s: how late its listing is; None: as the profile says.
        keeps_s: how long files are shown that are not removed at once; None: a day.
    """
    options = ["--profile", profile, "--seed", str(seed), *([] if lag_s is None else ["--lag", str(lag_s)])]
    options += [] if keeps_s is None else ["--keeps", str(keeps_s)]
    with _started(RunningMastodon, "fahndung.testing.mastodon", folder, options) as server:
        yield server


@contextlib.contextmanager
def running_x(folder: pathlib.Path, profile: str, *, lag_s: float | None = None, seed: int = 0) -> Iterator[RunningX]:
    """A simulated X, until the block ends; its journal and its accounts lie in ``folder``.

    Args:
        profile: one of ``fahndung.testing.xshapes.PROFILES``.
        lag_s: how late its listing is; None: as the profile says.
    """
    options = ["--profile", profile, "--seed", str(seed), *([] if lag_s is None else ["--lag", str(lag_s)])]
    with _started(RunningX, "fahndung.testing.x", folder, options) as platform:
        yield platform


@contextlib.contextmanager
def running_facebook(
    folder: pathlib.Path, profile: str, *, lag_s: float | None = None, seed: int = 0
) -> Iterator[RunningFacebook]:
    """A simulated Graph API, until the block ends; its journal and its Pages lie in ``folder``.

    Args:
        profile: one of ``fahndung.testing.facebookstock.PROFILES``.
        lag_s: how late its listing is; None: as the profile says.
    """
    options = ["--profile", profile, "--seed", str(seed), *([] if lag_s is None else ["--lag", str(lag_s)])]
    with _started(RunningFacebook, "fahndung.testing.facebook", folder, options) as platform:
        yield platform


@contextlib.contextmanager
def running_telegram(
    folder: pathlib.Path, profile: str, *, lag_s: float | None = None, seed: int = 0
) -> Iterator[RunningTelegram]:
    """A simulated Telegram, until the block ends; its journal and its accounts lie in ``folder``.

    Args:
        profile: one of ``fahndung.testing.telegramstock.PROFILES``.
        lag_s: how late its pages are; None: as the profile says.
    """
    options = ["--profile", profile, "--seed", str(seed), *([] if lag_s is None else ["--lag", str(lag_s)])]
    with _started(RunningTelegram, "fahndung.testing.telegram", folder, options) as platform:
        yield platform


@contextlib.contextmanager
def running_threads(
    folder: pathlib.Path, profile: str, *, lag_s: float | None = None, a_day: int = A_DAY, seed: int = 0
) -> Iterator[RunningThreads]:
    """A simulated Threads API, until the block ends; its journal and its accounts lie in ``folder``.

    Args:
        profile: one of ``fahndung.testing.threadsstock.PROFILES``.
        lag_s: how late its listing is; None: as the profile says.
        a_day: how many deletions a day has.
    """
    options = ["--profile", profile, "--seed", str(seed), *([] if lag_s is None else ["--lag", str(lag_s)])]
    options += ["--a-day", str(a_day)]
    with _started(RunningThreads, "fahndung.testing.threads", folder, options) as platform:
        yield platform


@contextlib.contextmanager
def running_receiver(folder: pathlib.Path, profile: str, *, seed: int = 0) -> Iterator[RunningReceiver]:
    """A receiver of signed events, until the block ends; its journal and its keys lie in ``folder``.

    Args:
        profile: one of ``fahndung.testing.receiverstock.PROFILES``.
    """
    options = ["--profile", profile, "--seed", str(seed)]
    with _started(RunningReceiver, "fahndung.testing.receiver", folder, options) as receiver:
        yield receiver


Kind = TypeVar("Kind", bound=Running)


@contextlib.contextmanager
def running_indexnow(folder: pathlib.Path) -> Iterator[RunningIndexNow]:
    """A simulated IndexNow service, until the block ends; its journal lies in ``folder``."""
    with _started(RunningIndexNow, "fahndung.testing.indexnow", folder, ["--port", "0"]) as service:
        yield service


@contextlib.contextmanager
def _started(kind: type[Kind], module: str, folder: pathlib.Path, options: list[str]) -> Iterator[Kind]:
    token, journal, accounts = kind.new_token(), folder / "journal.txt", folder / "accounts.json"
    journal.touch()
    accounts.touch(mode=0o600)
    accounts.write_text(json.dumps({token: ACCOUNT}), "utf-8")
    told = ["--journal", str(journal), *(["--accounts", str(accounts)] if kind.has_accounts else [])]
    command = [sys.executable, "-m", module, *told, *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            printed = int(process.stdout.readline())
            yield kind(port=printed, token=token, journal=journal, pid=process.pid)
        finally:
            process.kill()

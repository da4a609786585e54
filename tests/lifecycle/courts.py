"""What can be tried of each channel in a crash round, on a platform that runs, and what came of all that was.

Each court has rounds in which a fault strikes a kind of write while a child dies, and rounds without a fault. It judges
as the tests do, whose stands these are. It counts and prints nothing: ``crashsoak`` does.
"""

import contextlib
import functools
import itertools
import pathlib
import random
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

import pytest

from fahndung.channels import mastodonmedia, s3site, sftplease, xmedia
from fahndung.ledger import withdrawing
from fahndung.ledger.moves import LATER_LOOKS
from fahndung.testing.facebookstock import PROFILES as FACEBOOK
from fahndung.testing.facebookstock import Showing
from fahndung.testing.faults import ONLY_ON, Call, Fault
from fahndung.testing.mastodonstock import PROFILES as MASTODON
from fahndung.testing.xshapes import PROFILES as X
from tests.channels import build, pds, postmaster, servers, sshd, stores, wpsite
from tests.channels import killing as victims
from tests.lifecycle import (
    accounts,
    killing,
    test_bluesky,
    test_facebook,
    test_mastodon,
    test_telegram,
    test_threads,
    test_webhook,
    test_wordpress,
    test_x,
)
from tests.lifecycle import stand as stands
from tests.lifecycle import test_pressmail_kills as mails
from tests.lifecycle.accounts import AccountStand
from tests.lifecycle.killing import Trial
from tests.lifecycle.test_wordpress import WordPressStand

HANGING = (Fault.TIMEOUT_BEFORE, Fault.TIMEOUT_AFTER)
FAULTS = (
    *HANGING,
    *(Fault.LIMITED, Fault.ERROR_BEFORE, Fault.ERROR_AFTER, Fault.CUT_BEFORE, Fault.CUT_AFTER),
    *(Fault.GARBAGE, Fault.DUPLICATE),
)
Cell = tuple[str, str]
"""A fault, and the kind of write that it strikes."""


class Court(Protocol):
    """One kind of a platform, running, with what can be tried there and what came of all that was."""

    cells: Sequence[Cell]

    def struck(self, cell: Cell, chance: random.Random) -> Trial:
        """A round in which a fault strikes a write."""
        ...

    def plain(self, chance: random.Random) -> Trial:
        """A kill at a line by chance."""
        ...

    def online(self) -> int:
        """How much is online."""
        ...

    def duplicates(self) -> int:
        """How many posts were made more often than once."""
        ...


class Account(Court):
    """An account of the link method; ``writes``: the calls by which it makes and removes posts."""

    def __init__(self, stand: AccountStand, writes: Sequence[Call], never: Sequence[Fault] = ()) -> None:
        self._stand, self._unharmed = stand, dict[object, Trial]()
        every = itertools.product(FAULTS, writes)
        self.cells = [(one, call) for one, call in every if call in ONLY_ON.get(one, Call) and one not in never]

    def struck(self, cell: Cell, chance: random.Random) -> Trial:
        """A round in which a fault strikes a write."""
        fault, call, manner = Fault(cell[0]), Call(cell[1]), chance.randrange(3)
        step, line = "withdraw" if call is Call.DELETE else "publish", None
        if fault not in HANGING:
            whole = self._whole(cell, lambda: accounts.struck(self._stand, call, step, fault, line=0, manner=manner))
            if whole.violations:
                return whole
            line = 1 + chance.randrange(whole.lines or 0)
        return accounts.struck(self._stand, call, step, fault, line=line, manner=manner)

    def plain(self, chance: random.Random) -> Trial:
        """A kill at a line by chance."""
        name = chance.choice([*killing.STEPS])
        step = killing.STEPS[name]
        whole = self._whole(name, lambda: killing.trial(self._stand, step, 0))
        return whole if whole.violations else killing.trial(self._stand, step, 1 + chance.randrange(whole.lines or 0))

    def online(self) -> int:
        """How much is online."""
        return len(self._stand.platform.online())

    def duplicates(self) -> int:
        """How many posts were made more often than once."""
        made = stands.created(self._stand.platform.journal())
        return sum(count > 1 for (_, kind), count in made.items() if kind == "post")

    def _whole(self, what: object, trial: Callable[[], Trial]) -> Trial:
        """What comes of it if nobody is killed; tried once."""
        if what not in self._unharmed:
            self._unharmed[what] = trial()
        return self._unharmed[what]


class Site(Account):
    """A user of a WordPress; nobody is told that a page or a picture is there already, it makes another."""

    def __init__(self, stand: WordPressStand) -> None:
        super().__init__(stand, (*WRITES, Call.UPLOAD, Call.SHOW), never=(Fault.DUPLICATE,))
        self._disk = stand

    def online(self) -> int:
        """How much is in the database, or lies on the disk alone."""
        return super().online() + len(self._disk.strays)


class Mails(Court):
    """Three newsrooms of a mail server, anew for each round, under either policy; a fault strikes the second one's."""

    def __init__(self, server: postmaster.Running) -> None:
        self._server, self._numbers, self._lines = server, itertools.count(), dict[object, int]()
        self._once: list[str] = []
        every = itertools.product(MAIL_FAULTS, mails.STEPS)
        self.cells = [*every]

    def struck(self, cell: Cell, chance: random.Random) -> Trial:
        """A round in which a fault strikes a mail or a notice."""
        return self._round(*cell, chance)

    def plain(self, chance: random.Random) -> Trial:
        """A kill at a line by chance."""
        return self._round("", chance.choice([*mails.STEPS]), chance)

    def online(self) -> int:
        """Nothing ever is: a mail cannot be recalled."""
        return 0

    def duplicates(self) -> int:
        """How many messages were taken twice although nothing was to be sent again."""
        taken = [(one.to, one.id) for one in self._server.taken() if one.to in {*self._once}]
        return len(taken) - len({*taken})

    def _round(self, fault: str, write: str, chance: random.Random) -> Trial:
        if (fault, write) not in self._lines and fault not in MAIL_HANGING:
            self._lines[fault, write] = self._tried(fault, write, chance, 0).lines or 0
        line = None if fault in MAIL_HANGING else 1 + chance.randrange(self._lines[fault, write])
        return self._tried(fault, write, chance, line)

    def _tried(self, fault: str, write: str, chance: random.Random, line: int | None) -> Trial:
        repeats, lines = chance.random() < 0.5, None
        with mails.made(self._server, repeats=repeats, number=next(self._numbers)) as place:
            self._once += [] if repeats else place.names
            clock = mails.prepared(place, mails.STEPS[write])
            before = len(self._server.taken())
            if fault:
                self._server.rule(hang_s=mails.SECONDS)
                self._server.fail(fault, place.names[1])
            if line is None:
                child = functools.partial(mails.in_child, place, clock, 0)
                mails._killed_when(child, lambda: mails._hangs(self._server, before, fault))
            else:
                lines = killing._killed(functools.partial(mails.in_child, place, clock), line)
            self._server.clear()
            in_flight = (line != 0) + (fault in MAIL_CUTS and line is not None)
            return Trial(lines=lines, violations=tuple(mails.judged(place, clock, in_flight=in_flight)))


class Files(Court):
    """A website of files; its servers are real or an emulator, and no fault strikes but the kill."""

    cells: Sequence[Cell] = ()

    def __init__(self, victim: victims.Victim) -> None:
        self._victim, self._rounds = victim, itertools.count()

    def struck(self, cell: Cell, chance: random.Random) -> Trial:
        """There is none."""
        raise NotImplementedError

    def plain(self, chance: random.Random) -> Trial:
        """A kill in the middle of a publication or a withdrawal."""
        try:
            killed = self._victim.round(next(self._rounds), chance)
        except AssertionError as error:
            return Trial(lines=None, violations=(f"{error}",))
        return Trial(lines=None if killed else 0, violations=())

    def online(self) -> int:
        """Whether anything is, once all was withdrawn."""
        try:
            self._victim.refuse_left()
        except AssertionError:
            return 1
        return 0

    def duplicates(self) -> int:
        """None: the same place is written again."""
        return 0


Opened = Callable[[], contextlib.AbstractContextManager[Court]]
WRITES = (Call.CREATE, Call.DELETE)
MAIL_HANGING, MAIL_CUTS = (postmaster.HANG_BEFORE, postmaster.HANG_AFTER), (postmaster.CUT_BEFORE, postmaster.CUT_AFTER)
MAIL_FAULTS = (*MAIL_HANGING, *MAIL_CUTS)


@contextlib.contextmanager
def account(
    standing: Callable[[str], contextlib.AbstractContextManager[AccountStand]], kind: str, *more: Call
) -> Iterator[Court]:
    """An account on that kind of a platform; ``more``: its writes beside making and removing posts."""
    with standing(kind) as stand:
        yield Account(stand, (*WRITES, *more))


def page(kind: str) -> contextlib.AbstractContextManager[Court]:
    """A Page: with drafts, and without them where a draft cannot be shown."""
    return account(test_facebook.standing, kind, *[Call.SHOW] * (FACEBOOK[kind].showing is Showing.SHOWN))


@contextlib.contextmanager
def pictured(standing: Callable[[str], contextlib.AbstractContextManager[AccountStand]], kind: str) -> Iterator[Court]:
    """An account on that kind of a platform; a picture goes along with each post, and faults strike its making."""
    with standing(kind) as stand, pytest.MonkeyPatch.context() as patch:
        for waiting in (mastodonmedia, xmedia):
            patch.setattr(waiting, "READY_S", 0.01)
        stand.pictures = 1
        yield Account(stand, [Call.UPLOAD])


@contextlib.contextmanager
def bluesky() -> Iterator[Court]:
    """An account of a real server; a gate is an upload, and a place that is taken is no fault."""
    with (
        tempfile.TemporaryDirectory(dir=stands.roomy()) as folder,
        pds.serving(pathlib.Path(folder)) as server,
        test_bluesky.standing(server) as stand,
    ):
        yield Account(stand, (*WRITES, Call.UPLOAD), never=(Fault.DUPLICATE,))


@contextlib.contextmanager
def wordpress() -> Iterator[Court]:
    """A user of a real site. What is gone is looked at again twice, not four times: a look takes half a second."""
    with (
        pytest.MonkeyPatch.context() as patch,
        tempfile.TemporaryDirectory(dir=stands.roomy()) as folder,
        wpsite.serving(pathlib.Path(folder)) as site,
        test_wordpress.standing(site) as stand,
    ):
        patch.setattr(withdrawing, "LATER_LOOKS", (LATER_LOOKS[0], LATER_LOOKS[-1]))
        yield Site(stand)


@contextlib.contextmanager
def press_mail() -> Iterator[Court]:
    """A mail server that we did not write, in a process of its own."""
    with (
        pytest.MonkeyPatch.context() as patch,
        tempfile.TemporaryDirectory(dir=stands.roomy()) as folder,
        postmaster.running(pathlib.Path(folder) / "mail") as server,
    ):
        patch.setenv(postmaster.VARIABLE, postmaster.PASSWORD)
        yield Mails(server)


@contextlib.contextmanager
def website() -> Iterator[Court]:
    """A folder of this machine, and nginx on it."""
    with _open_folder() as folder, servers.nginx(folder / "site", folder / "nginx") as url:
        yield Files(victims.in_folder(build.website(folder, url, read_back="http"), folder / "site"))


@contextlib.contextmanager
def over_sftp() -> Iterator[Court]:
    """OpenSSH's server, and nginx on the same folder."""
    with _open_folder() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(sftplease, "LEASE_S", 0)  # nobody else writes there
        root = folder / "site"
        root.mkdir()
        with sshd.sshd(folder / "sshd") as server, servers.nginx(root, folder / "nginx") as url:
            yield Files(victims.in_folder(server.website(root, url), root))


@contextlib.contextmanager
def in_a_bucket(*, versioned: bool) -> Iterator[Court]:
    """An emulator of S3, with nginx before it."""
    with _open_folder() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(s3site, "LEASE_S", 0)
        patch.setenv(stores.VARIABLE, stores.SECRET)
        with stores.moto(folder / "moto") as store:
            store.create("website", versioned=versioned)
            with stores.hosting(store, "website", folder / "nginx") as url:
                yield Files(stores.victim(store, "website", url))


@contextlib.contextmanager
def _open_folder() -> Iterator[pathlib.Path]:
    """One that a web server's user may enter."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        yield folder


_ON_MASTODON = functools.partial(pictured, test_mastodon.standing, "4.4+")
_ON_X = functools.partial(pictured, test_x.standing, "strict")
_ON_A_PAGE = functools.partial(pictured, test_facebook.standing, "flip")
CHANNELS: Mapping[str, Sequence[Opened]] = {
    "website": [website],
    "mastodon": [*(functools.partial(account, test_mastodon.standing, kind) for kind in MASTODON), _ON_MASTODON],
    "x": [*(functools.partial(account, test_x.standing, kind) for kind in X), _ON_X],
    "facebook": [*(functools.partial(page, kind) for kind in ("no-flip", "deaf", "flip")), _ON_A_PAGE],
    "bluesky": [bluesky],
    "telegram": [functools.partial(account, test_telegram.standing, "public")],
    "threads": [functools.partial(account, test_threads.standing, "twice", Call.UPLOAD)],
    "wordpress": [wordpress],
    "webhook": [functools.partial(account, test_webhook.standing, "public")],
    "press-mail": [press_mail],
    "sftp": [over_sftp],
    "s3": [functools.partial(in_a_bucket, versioned=versioned) for versioned in (False, True)],
}
"""What is opened for each kind of a channel's platform, one after another: last what alone has some kind of write."""

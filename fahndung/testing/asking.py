"""What the tests of ``fahndung.testing.contract`` are given; how they publish, wait and look. Asks nothing itself."""

import json
import time
from collections.abc import Callable, Collection, Mapping
from typing import Any, Protocol

import pytest

from fahndung import channels
from fahndung.channels.base import CONTAINER, Channel
from fahndung.channels.capabilities import Capabilities
from fahndung.model.publication import Draft, Gone, Live, Look, Posting, Reference, Unknown
from fahndung.model.release import Release
from fahndung.testing.faults import Call, Fault

Online = Callable[[], Collection[str]]


class Switch(Protocol):
    """Makes the platform of a test fail."""

    def add(self, fault: Fault, *calls: Call, times: int | None = 1) -> None:
        """The next calls of these kinds fail so; ``times`` None: all of them until ``clear``.

        It skips the test where the channel makes no such call, or its platform cannot fail so.
        """
        ...

    def clear(self) -> None:
        """Nothing fails any more."""
        ...


class Stop(Exception):
    """What a checkpoint raises to stop a publication."""


class Witness:
    """A checkpoint that remembers, looks at what is online, and stops the publication after ``stop_after``."""

    def __init__(self, online: Online | None = None, stop_after: int | None = None) -> None:
        self.references: list[Reference] = []
        self.untold: list[set[str]] = []
        self._online, self._stop_after = online, stop_after

    def __call__(self, reference: Reference) -> None:
        self.references.append(reference)
        if self._online is not None:
            self.untold.append(set(self._online()) - {one.id for one in self.references})
        if len(self.references) == self._stop_after:
            raise Stop


class ContractFixtures:
    """What the tests of the contract are given; see ``fahndung.testing.contract``."""

    @pytest.fixture
    def channel(self) -> Channel:
        """The channel under test, on a platform on which nothing was published yet. To be replaced."""
        raise NotImplementedError

    @pytest.fixture
    def release(self) -> Release:
        """A release that fits the channel. To be replaced."""
        raise NotImplementedError

    @pytest.fixture
    def other_release(self) -> Release | None:
        """Another appeal's release; None: it is not tested that two appeals leave each other alone."""
        return None

    @pytest.fixture
    def faults(self) -> Switch | None:
        """What makes the platform fail; None: the faults are not tested."""
        return None

    @pytest.fixture
    def blind(self, faults: Switch | None) -> Callable[[], None] | None:
        """Takes away the positive control; where there are faults, the credential is not accepted any more."""
        if faults is None:
            return None
        return lambda: faults.add(Fault.UNAUTHORIZED, *Call, times=None)

    @pytest.fixture
    def online(self) -> Online | None:
        """Tells the ids of all objects of the account that are really online, past the channel; None: nobody can."""
        return None

    @pytest.fixture
    def unseen(self) -> Collection[str]:
        """Kinds of references that nobody is shown and no listing names before a post shows them, so that until then
        only the checkpoint knows; and the kinds of calls that make nothing else."""
        return ()

    @pytest.fixture
    def secrets(self) -> Collection[str]:
        """What must stand neither in a draft nor in an error: the tokens of the account."""
        return ()

    @pytest.fixture
    def reopen(self, channel: Channel) -> Callable[[Mapping[str, object]], Channel]:
        """Opens the channel from an endpoint as the ledger keeps it."""
        return lambda endpoint: channels.from_ledger(channel.kind, endpoint)

    @pytest.fixture
    def draft(self, channel: Channel, release: Release) -> Draft:
        """What the channel would send of the release."""
        return channel.prepare(release)


def posting(draft: Draft, *witnesses: Witness) -> Posting:
    """The draft as the ledger gives it back, with the references that the witnesses were told of."""
    references = dict.fromkeys(reference for witness in witnesses for reference in witness.references)
    withdrawal = json.loads(json.dumps(dict(draft.withdrawal)))
    return Posting(marker=draft.marker, withdrawal=withdrawal, references=tuple(references))


def published(channel: Channel, draft: Draft) -> Witness:
    """Publishes and waits until it shows; who was told of what."""
    witness = Witness()
    channel.publish(draft, witness)
    settle(channel)
    return witness


def settled_look(channel: Channel, whole: Posting) -> Look:
    """A look once the channel had the time to settle that its abilities ask for."""
    settle(channel)
    return channel.look(whole)


def is_gone(channel: Channel, whole: Posting) -> bool:
    """Whether a settled look proves that it is gone; a channel that nobody can read back has to know nothing."""
    seen = settled_look(channel, whole)
    return isinstance(seen, Unknown) if _is_closed(channel) else isinstance(seen, Gone) and bool(seen.evidence)


def is_live(channel: Channel, whole: Posting) -> bool:
    """Whether a look finds it as approved; a channel that nobody can read back has to know nothing."""
    return isinstance(channel.look(whole), Unknown if _is_closed(channel) else Live)


def _is_closed(channel: Channel) -> bool:
    return channel.capabilities().reads_back == "none"


def settle(channel: Channel) -> None:
    """Waits as long as the channel's abilities say that it may lag."""
    able: Capabilities = channel.capabilities()
    if able.settle:
        time.sleep(able.settle.total_seconds())


def ids(references: Collection[Reference]) -> set[str]:
    """The ids of the references, but of what nobody is shown and lapses by itself."""
    return {reference.id for reference in references if reference.kind != CONTAINER}


def offered(value: Any, name: str) -> Any:
    """The value of a fixture that not every channel's tests have; skips the test where it is None."""
    if value is None:
        pytest.skip(f"this channel's tests offer no {name}")
    return value


def needs_delete(channel: Channel) -> None:
    """Skips the test where nothing can be taken down."""
    if not channel.capabilities().can_delete:
        pytest.skip("the channel cannot delete")


def needs_look(channel: Channel) -> None:
    """Skips the test where nothing can be looked at."""
    if channel.capabilities().reads_back == "none":
        pytest.skip("the channel cannot be read back")


def needs_find(channel: Channel) -> None:
    """Skips the test where the channel cannot list."""
    if not channel.capabilities().can_find:
        pytest.skip("the channel cannot list")


def needs_named(channel: Channel) -> None:
    """Skips the test where a correction need not be told whose place it takes, or takes none."""
    if not channel.capabilities().edit.named:
        pytest.skip("the channel is told of no place")

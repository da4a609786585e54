"""A website as a channel, wherever its files lie: page, pictures, start page and feeds, put up, found and taken down.

A subclass names its kind and says what it can; how files are written is the business of its ``store.Store``.
"""

import abc
import pathlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from fahndung.channels import layout, leftovers, placing, preparing, readback, registers, serverproof, shelf
from fahndung.channels.abilities import Edit, Replies
from fahndung.channels.base import Checkpoint
from fahndung.channels.capabilities import Capabilities
from fahndung.channels.endpoint import Endpoint
from fahndung.channels.entry import Entry, Tombstone
from fahndung.channels.store import Store
from fahndung.channels.withdrawal import Withdrawal, own_paths
from fahndung.channels.witness import HttpWitness, Witness
from fahndung.errors import ChannelFailed, Message
from fahndung.model.ids import ChannelName
from fahndung.model.mandate import Medium
from fahndung.model.publication import Draft, Look, Marked, Posting, Reference, Unknown
from fahndung.model.release import Release

MEDIUM = Medium.WEBSITE
RESIDUAL = Message(
    "Copies that visitors, archives or search engines made while the page was online.",
    "Kopien, die Besucher, Archive oder Suchmaschinen angefertigt haben, solange die Seite online war.",
)
IN_REGISTERS = Message(
    "What registers of missing persons took over: nobody knows which did, and none can be asked; the placeholder in "
    "the record's place asks whoever reads it again to delete it.",
    "Was Vermisstenregister übernommen haben: Welche es sind, ist unbekannt, und keines lässt sich abfragen; der "
    "Platzhalter an der Stelle des Datensatzes bittet jedes, das ihn wieder liest, um Löschung.",
)
"""What remains besides where registers could take over who was sought (``base.REGISTERED``)."""
ANSWERS_410 = Message(
    "410 for page and pictures, lists without the entry, and the canary with this home's nonce in the same look.",
    "410 für Seite und Bilder, Listen ohne den Eintrag und in derselben Prüfung die Kontrolldatei dieses Systems.",
)

IN_PLACE = Edit(
    how="in-place",
    why=Message(
        "A later revision is written over this one at the same address; nobody can call up the earlier one.",
        "Eine spätere Revision wird an derselben Adresse darübergeschrieben; die frühere kann niemand mehr abrufen.",
    ),
)
NO_REPLIES = Replies(
    setting="", remains=Message("Nothing: there is no place for it.", "Nichts: Es gibt keinen Ort dafür.")
)


class Whole(NamedTuple):
    """What stands at the address of a posting: paths, entry, tombstone, and the files of whatever took its place.

    ``over``: the entry that is being put over that one.
    ``registered``: the site remembers that registers could take over who is, or was, sought there. Whether its own row
    says so counts for a whole appeal only: of a replaced revision it tells not whether its record ever came.
    """

    withdrawal: Withdrawal
    paths: tuple[str, ...]
    entry: Entry | None
    over: Entry | None
    tombstone: Tombstone | None
    registered: bool
    later: Mapping[str, str] | None


class Pages(abc.ABC):
    """One website as a channel (see ``fahndung.channels.base.Channel``)."""

    _bare = False
    """Whether nobody there can answer 410 (``readback.look``)."""

    medium = MEDIUM

    def __init__(self, endpoint: Endpoint, site: Store, home: pathlib.Path | None) -> None:
        self._endpoint, self._site, self._home = endpoint, site, home

    @property
    def name(self) -> ChannelName:
        """The account's name in the configuration."""
        return self._endpoint.name

    def access(self) -> Mapping[str, object]:
        """The endpoint as the ledger keeps it."""
        return self._endpoint.as_json()

    @property
    def kind(self) -> str:
        """The endpoint's kind."""
        return self._endpoint.kind

    @abc.abstractmethod
    def capabilities(self) -> Capabilities:
        """It can delete for ever, and publishing twice writes the same paths."""

    def check(self) -> None:
        """Whether the folder is there, this home's or nobody's, and writable; nothing stays written.

        Raises:
            ChannelFailed: it is missing or cannot be written.
            NotPublishable: another home publishes into it, or something else lives there.
        """
        with self._site.session():
            placing.is_ours(self._site, self._endpoint)
            self._site.check_writable()

    def prove(self) -> None:
        """Whether the web server shows an end as it has to; nothing stays written. Of files on a disk nobody is asked.

        Raises:
            ChannelFailed: it does not, or nobody answers.
        """
        if self.capabilities().reads_back != "files":
            with self._site.session():
                serverproof.prove(self._site, self._witness(), bare=self._bare)

    def claim(self) -> None:
        """Writes this home's canary into a folder that nobody has claimed; the first publication does it as well.

        Taking down never does: a folder without the canary may be the empty place where the real one is not mounted,
        and a canary there would prove a takedown that never reached the site.

        Raises:
            ChannelFailed: the folder is missing or cannot be written.
            NotPublishable: another home publishes into it, or something else lives there.
        """
        with self._site.session(), self._site.locked():
            placing.claim(self._site, self._endpoint)

    def prepare(self, release: Release) -> Draft:
        """Page, pictures and entry by path, and what taking them down will need.

        Raises:
            NotPublishable: the release does not fit this website.
        """
        return preparing.draft(release, self._endpoint)

    def publish(self, draft: Draft, checkpoint: Checkpoint) -> None:
        """Writes the files, pictures first; doing it again changes nothing.

        Raises:
            NotSent: the folder cannot be entered now; nothing was written.
            ChannelFailed: a file could not be written; calling ``withdraw`` removes what stands.
            Rejected: the draft contradicts itself, or the site is not ours; nothing was written.
            NotPublishable: a takedown came in between.
        """
        with self._site.session():
            placing.put_up(self._site, self._endpoint, draft, checkpoint)

    def find(self, marker: str) -> tuple[Reference, ...]:
        """Page and pictures of every entry with that marker, half-published ones included.

        Raises:
            ChannelFailed: the root is missing, another home publishes here, or an entry cannot be read: the listing
                would not be clean.
        """
        with self._site.session():
            entries = leftovers.entries_of(self._site, self._endpoint)
        paths = dict.fromkeys(path for entry in entries if entry.marker == marker for path in entry.files)
        return tuple(preparing.reference(path, self._endpoint) for path in paths)

    def listing(self) -> tuple[Marked, ...]:
        """Page and pictures of every entry by its marker; other files in their folders without one.

        Raises:
            ChannelFailed: as ``find``; or nobody has claimed the site, so that it may be the wrong one.
        """
        with self._site.session():
            return leftovers.listing(self._site, self._endpoint)

    def leftover(self, marker: str | None, references: Sequence[Reference]) -> Posting:
        """What taking down needs of something that no ledger knows.

        Raises:
            ChannelFailed: only a person can remove it without harm to something else.
        """
        with self._site.session():
            return leftovers.leftover(self._site, self._endpoint, marker, references, home=self._home)

    def look(self, posting: Posting) -> Look:
        """What a visitor finds of the posting now."""
        try:
            with self._site.session():
                whole = self._whole(posting)
        except ChannelFailed as error:
            return Unknown.because(error)
        return self._seen(posting, whole)

    def _whole(self, posting: Posting) -> "Whole":
        """What the site holds of a posting's address.

        Raises:
            ChannelFailed: that cannot be read.
        """
        withdrawal = Withdrawal.parse(posting.withdrawal)
        return Whole(
            withdrawal=withdrawal,
            paths=own_paths(withdrawal, (one.id for one in posting.references)),
            entry=shelf.read_entry(self._site, layout.ENTRIES, withdrawal.slug),
            over=shelf.over(self._site, withdrawal.slug),
            tombstone=shelf.read_tombstone(self._site, withdrawal.slug),
            registered=self._site.stamp(layout.registered(withdrawal.slug)) is not None,
            later=placing.later_files(self._site, withdrawal.slug, posting),
        )

    def _seen(self, posting: Posting, whole: "Whole") -> Look:
        witness, nonce, withdrawal, paths = self._witness(), self._endpoint.nonce, whole.withdrawal, whole.paths
        if whole.later is not None:
            record = registers.while_up(whole.entry, whole.over, known=True) if whole.registered else None
            return readback.look_at_rest(witness, nonce, withdrawal, paths, whole.later, record=record, bare=self._bare)
        own = whole.entry if whole.entry is not None and whole.entry.marker == posting.marker else None
        known, over, buried = whole.registered or withdrawal.registered, whole.over, whole.tombstone
        return readback.look(
            witness, nonce, withdrawal, paths, own, buried, registered=known, over=over, bare=self._bare
        )

    def withdraw(self, posting: Posting) -> None:
        """Takes the posting down; where another publication has taken its address, only what that one does not show.

        Where none has after all, a superseded posting is taken down whole: the address must not stay up because its
        successor never came.

        Raises:
            ChannelFailed: something could not be removed; the rest was. Or the ledger's row cannot be read.
        """
        with self._site.session():
            placing.take_down(self._site, self._endpoint, posting)

    def _witness(self) -> Witness:
        return HttpWitness(self._endpoint.base_url)

"""The force's own website: static files under a root folder that a real web server shows.

The server's configuration comes from ``fahndung.channels.webconfig``; this channel writes files and reads them back.
"""

import datetime as dt
import pathlib
from collections.abc import Mapping, Sequence

from fahndung.channels import endpoint as endpoints
from fahndung.channels import layout, leftovers, placing, preparing, readback, shelf
from fahndung.channels.base import Capabilities, Checked, Checkpoint
from fahndung.channels.endpoint import Endpoint
from fahndung.channels.layout import Withdrawal
from fahndung.channels.site import Site
from fahndung.channels.witness import FileWitness, HttpWitness, Witness
from fahndung.errors import ChannelFailed, Message
from fahndung.model.appeal import ChannelName, Medium
from fahndung.model.publication import Draft, Look, Marked, Posting, Reference, Unknown
from fahndung.model.release import Release

_RESIDUAL = Message(
    "Copies that visitors, archives or search engines made while the page was online.",
    "Kopien, die Besucher, Archive oder Suchmaschinen angefertigt haben, solange die Seite online war.",
)
_EVIDENCE = {
    "http": Message(
        "410 for page and pictures, lists without the entry, and the canary with this home's nonce in the same look.",
        "410 für Seite und Bilder, Listen ohne den Eintrag und in derselben Prüfung die Kontrolldatei dieses Systems.",
    ),
    "files": Message(
        "Files deleted and 410 marker present on the disk; no web server was asked (rehearsal).",
        "Dateien gelöscht und 410-Markierung auf der Platte; kein Webserver wurde gefragt (Übung).",
    ),
}
_CHECKED = {
    "http": Checked(by="real-server", version="nginx 1.22, Apache 2.4", on=dt.date(2026, 11, 26)),
    "files": None,
}
MEDIUM = Medium.WEBSITE


class Website:
    """One website as a channel (see ``fahndung.channels.base.Channel``)."""

    kind = preparing.KIND
    medium = MEDIUM

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self._site = Site(endpoint.root)

    @property
    def name(self) -> ChannelName:
        """The account's name in the configuration."""
        return self.endpoint.name

    def access(self) -> Mapping[str, object]:
        """The endpoint as the ledger keeps it."""
        return self.endpoint.as_json()

    def capabilities(self) -> Capabilities:
        """It can delete for ever, and publishing twice writes the same paths."""
        return Capabilities(
            kind=self.kind,
            can_delete=True,
            delete_window=None,
            can_find=True,
            idempotency="path",
            reads_back=self.endpoint.read_back,
            residual=_RESIDUAL,
            evidence=_EVIDENCE[self.endpoint.read_back],
            checked=_CHECKED[self.endpoint.read_back],
            rehearsal_only=self.endpoint.read_back == "files",
        )

    def check(self) -> None:
        """Whether the folder is there, writable, and this home's or nobody's; writes nothing.

        Raises:
            ChannelFailed: it is missing or cannot be written.
            NotPublishable: another home publishes into it, or something else lives there.
        """
        self._site.check_writable()
        placing.is_ours(self._site, self.endpoint)

    def claim(self) -> None:
        """Writes this home's canary into a folder that nobody has claimed; the first publication does it as well.

        Taking down never does: a folder without the canary may be the empty place where the real one is not mounted,
        and a canary there would prove a takedown that never reached the site.

        Raises:
            ChannelFailed: the folder is missing or cannot be written.
            NotPublishable: another home publishes into it, or something else lives there.
        """
        with self._site.locked():
            placing.claim(self._site, self.endpoint)

    def prepare(self, release: Release) -> Draft:
        """Page, pictures and entry by path, and what taking them down will need.

        Raises:
            NotPublishable: the release does not fit this website.
        """
        return preparing.draft(release, self.endpoint)

    def publish(self, draft: Draft, checkpoint: Checkpoint) -> None:
        """Writes the files, pictures first; doing it again changes nothing.

        Raises:
            NotSent: the folder cannot be entered now; nothing was written.
            ChannelFailed: a file could not be written; calling ``withdraw`` removes what stands.
            Rejected: the draft contradicts itself, or the site is not ours; nothing was written.
            NotPublishable: a takedown came in between.
        """
        placing.put_up(self._site, self.endpoint, draft, checkpoint)

    def find(self, marker: str) -> tuple[Reference, ...]:
        """Page and pictures of every entry with that marker, half-published ones included.

        Raises:
            ChannelFailed: the root is missing, another home publishes here, or an entry cannot be read: the listing
                would not be clean.
        """
        entries = leftovers.entries_of(self._site, self.endpoint)
        paths = dict.fromkeys(path for entry in entries if entry.marker == marker for path in entry.files)
        return tuple(preparing.reference(path, self.endpoint) for path in paths)

    def listing(self) -> tuple[Marked, ...]:
        """Page and pictures of every entry by its marker; other files in their folders without one.

        Raises:
            ChannelFailed: as ``find``; or nobody has claimed the site, so that it may be the wrong one.
        """
        return leftovers.listing(self._site, self.endpoint)

    def leftover(self, marker: str | None, references: Sequence[Reference]) -> Posting:
        """What taking down needs of something that no ledger knows.

        Raises:
            ChannelFailed: only a person can remove it without harm to something else.
        """
        return leftovers.leftover(self._site, self.endpoint, marker, references)

    def look(self, posting: Posting) -> Look:
        """What a visitor finds of the posting now."""
        try:
            withdrawal = Withdrawal.parse(posting.withdrawal)
            paths = layout.own_paths(withdrawal, (one.id for one in posting.references))
            entry = shelf.read_entry(self._site, layout.ENTRIES, withdrawal.slug)
            later = placing.later_files(self._site, withdrawal.slug, posting)
        except ChannelFailed as error:
            return Unknown(why=error.message.en)
        nonce = self.endpoint.nonce
        if later is not None:
            return readback.look_at_rest(self._witness(), nonce, withdrawal, paths, later)
        own = entry if entry is not None and entry.marker == posting.marker else None
        return readback.look(self._witness(), nonce, withdrawal, paths, own)

    def withdraw(self, posting: Posting) -> None:
        """Takes the posting down; where another publication has taken its address, only what that one does not show.

        Where none has after all, a superseded posting is taken down whole: the address must not stay up because its
        successor never came.

        Raises:
            ChannelFailed: something could not be removed; the rest was. Or the ledger's row cannot be read.
        """
        placing.take_down(self._site, self.endpoint, posting)

    def _witness(self) -> Witness:
        return HttpWitness(self.endpoint.base_url) if self.endpoint.read_back == "http" else FileWitness(self._site)


def from_config(config: Mapping[str, object], *, home_id: str, nonce: str, home: pathlib.Path) -> Website:
    """The website that one table of the configuration describes.

    Raises:
        InvalidConfig: a key is missing or wrong.
    """
    return Website(endpoints.from_config(config, home_id=home_id, nonce=nonce, home=home))


def from_ledger(endpoint: Mapping[str, object]) -> Website:
    """The website of a ledger row.

    Raises:
        ChannelFailed: the row does not say which website it was.
    """
    return Website(Endpoint.from_ledger(endpoint))

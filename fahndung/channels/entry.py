"""What start page and feeds say of an appeal: its approved entry while it stands, its tombstone afterwards."""

import dataclasses
import datetime as dt
from collections.abc import Mapping

from fahndung.channels import layout, written

_TEXTS = ("marker", "item", "id", "title", "summary", "url", "category")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One approved entry of start page and feeds, with the files that belong to its page.

    Attributes:
        files: path below the root to lower-case hex SHA-256.
        item: the ``<li>`` of the start page, as approved.
        id: the URI in the feeds. url: the page's address.
        category: what the start page says of it as well (``fahndung.model.appeal.Category``).
        expires: the end on the website as known when it was approved; None if none was.
        indexed: whether the approved page lets search engines list it.
        record: what registers of missing persons may take over (``fahndung.texts.pfif``); empty: nothing.
    """

    slug: str
    marker: str
    files: Mapping[str, str]
    item: str
    id: str
    title: str
    summary: str
    url: str
    category: str
    updated: dt.datetime
    expires: dt.datetime | None
    indexed: bool
    record: str = ""

    @property
    def base_url(self) -> str:
        """The website's address, with a slash at the end."""
        return self.url.removesuffix(layout.address(layout.page(self.slug)))

    def encode(self) -> bytes:
        """The same bytes for the same entry."""
        expires = self.expires.isoformat() if self.expires else None
        instants = {"updated": self.updated.isoformat(), "expires": expires}
        return written.encode(dataclasses.asdict(self) | {"files": dict(self.files)} | instants)

    @classmethod
    def decode(cls, untrusted: bytes, slug: str) -> "Entry":
        """The entry in a file.

        Raises:
            ValueError: the file does not hold the entry of that slug.
        """
        values = written.an_object(untrusted)
        texts = {name: written.text(values, name) for name in _TEXTS}
        if values.get("slug") != slug or not layout.is_slug(slug):
            raise ValueError("it is the entry of another page")
        return cls(
            slug=slug,
            files=layout.own_files(values, slug),
            updated=written.instant(values.get("updated")),
            expires=written.instant_or_none(values, "expires"),
            indexed=written.flag(values, "indexed"),
            record=written.text_or_empty(values, "record"),
            **texts,
        )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """What the feeds say about an appeal that has ended: its id, its address, when, and neutral words.

    Attributes:
        title, summary: as approved, the same for every appeal.
        alert: what an alert's cancellation refers to (``sender,identifier,sent``); empty: no alert is known.
    """

    slug: str
    id: str
    url: str
    title: str
    summary: str
    alert: str
    at: dt.datetime

    def encode(self) -> bytes:
        """The same bytes for the same tombstone."""
        return written.encode(dataclasses.asdict(self) | {"at": self.at.isoformat()})

    @classmethod
    def decode(cls, untrusted: bytes, slug: str) -> "Tombstone":
        """The tombstone in a file.

        Raises:
            ValueError: the file does not hold the tombstone of that slug.
        """
        values = written.an_object(untrusted)
        if values.get("slug") != slug or not layout.is_slug(slug):
            raise ValueError("it is the tombstone of another page")
        alert = written.text_or_empty(values, "alert")
        texts = {name: written.text(values, name) for name in ("id", "url", "title", "summary")}
        return cls(slug=slug, alert=alert, at=written.instant(values.get("at")), **texts)

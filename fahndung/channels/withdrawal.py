"""All that a website needs to take an appeal down and read it back as gone, as the ledger keeps it."""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping

from fahndung.channels import layout, written
from fahndung.channels.base import REGISTERED
from fahndung.channels.entry import Tombstone
from fahndung.errors import ChannelFailed


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """All that taking down and reading back need, as the ledger keeps it; holds no word about a person.

    Attributes:
        gone: the approved page behind the 410. frame: the start page without any entry.
        title_sha256: of the entry's title, to recognise it where it should have vanished.
        tombstone_title, tombstone_summary, alert: as in :class:`Tombstone`.
        registered: whether registers could take over who is sought: then a placeholder has to stand after the end.
        indexed: whether search engines could list the page (``base.INDEXED``).
        at: the instant of the end if the caller has put it there (key ``at``), else the entry's own.
    """

    slug: str
    files: Mapping[str, str]
    gone: str
    frame: str
    entry_id: str
    url: str
    title_sha256: str
    tombstone_title: str
    tombstone_summary: str
    alert: str
    indexed: bool
    registered: bool
    at: dt.datetime

    @property
    def tombstone(self) -> Tombstone:
        """What the feeds will say."""
        return Tombstone(
            slug=self.slug,
            id=self.entry_id,
            url=self.url,
            title=self.tombstone_title,
            summary=self.tombstone_summary,
            alert=self.alert,
            at=self.at,
        )

    def as_json(self) -> dict[str, object]:
        """The JSON values for the ledger; the caller adds ``at`` when the appeal ends."""
        return {
            "slug": self.slug,
            "files": dict(self.files),
            "gone": self.gone,
            "frame": self.frame,
            "entry_id": self.entry_id,
            "tombstone": {
                "id": self.entry_id,
                "url": self.url,
                "title": self.tombstone_title,
                "summary": self.tombstone_summary,
            },
            "alert": self.alert,
            "title_sha256": self.title_sha256,
            "indexed": self.indexed,
            REGISTERED: self.registered,
            "updated": self.at.isoformat(),
        }

    @classmethod
    def parse(cls, untrusted: object) -> "Withdrawal":
        """The value of a ledger row.

        Raises:
            ChannelFailed: the row does not say what is to be taken down.
        """
        try:
            if not isinstance(untrusted, Mapping):
                raise ValueError("it is not a JSON object")  # noqa: TRY004 - callers meet one kind of nonsense
            slug = written.text(untrusted, "slug")
            tombstone = untrusted.get("tombstone")
            if not layout.is_slug(slug) or not isinstance(tombstone, Mapping):
                raise ValueError("slug or tombstone")
            return cls(
                slug=slug,
                files=layout.own_files(untrusted, slug),
                gone=written.text(untrusted, "gone"),
                frame=written.text(untrusted, "frame"),
                entry_id=written.text(tombstone, "id"),
                url=written.text(tombstone, "url"),
                title_sha256=written.text(untrusted, "title_sha256"),
                tombstone_title=written.text(tombstone, "title"),
                tombstone_summary=written.text(tombstone, "summary"),
                alert=written.text_or_empty(untrusted, "alert"),
                indexed=written.flag(untrusted, "indexed"),
                registered=written.flag(untrusted, REGISTERED),
                at=written.instant(untrusted.get("at") or untrusted.get("updated")),
            )
        except ValueError as error:
            raise ChannelFailed(
                f"The ledger's row about a page cannot be read ({error}). Check the ledger; remove the page by hand.",
                f"Der Registereintrag zu einer Seite ist nicht lesbar ({error}). Bitte das Register prüfen und die "
                "Seite von Hand entfernen.",
            ) from error


def own_paths(withdrawal: Withdrawal, references: Iterable[object]) -> tuple[str, ...]:
    """Every path of a posting, page last: what was to be written and what was seen to exist.

    Raises:
        ChannelFailed: a reference leads out of the appeal's folders.
    """
    untrusted_paths = [*withdrawal.files, *references]
    foreign = [path for path in untrusted_paths if not layout.owns(withdrawal.slug, path)]
    if foreign:
        raise ChannelFailed(
            f"The ledger lists {foreign[0]!r} as a part of {withdrawal.url}, which it cannot be. Check the ledger.",
            f"Das Register führt {foreign[0]!r} als Teil von {withdrawal.url}; das kann nicht sein. Bitte das "
            "Register prüfen.",
        )
    paths = {str(path) for path in untrusted_paths}
    return tuple(sorted(paths, key=lambda path: (path == layout.page(withdrawal.slug), path)))

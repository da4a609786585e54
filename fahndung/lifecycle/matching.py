"""Whose the objects of a listed account are: a row's that is up, a row's that is down, or nobody's. Changes nothing."""

import contextlib
import dataclasses
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from fahndung.ledger import publications, sweeping
from fahndung.ledger.faults import Unreadable
from fahndung.ledger.publications import Publication
from fahndung.ledger.transaction import Tx
from fahndung.model.publication import Marked, Reference, main_reference


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Orphan:
    """Objects of an account that no row carries; another home may share the account.

    Attributes:
        appeal, revision: whose they are, if this home holds the release with that marker.
    """

    channel: str
    marker: str | None
    references: tuple[Reference, ...]
    appeal: str | None = None
    revision: int | None = None

    @property
    def where(self) -> str:
        """Account and address of its main object."""
        first = main_reference(self.references)
        return f"{self.channel}: {first.url or first.id}"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """A listing, sorted.

    Attributes:
        seen: the ids of all rows of which something is there. fresh: what a row that is up did not know of.
        returned: what stands of rows that are down.
    """

    seen: frozenset[int]
    fresh: tuple[tuple[Publication, tuple[Reference, ...]], ...]
    returned: tuple[tuple[Publication, tuple[Reference, ...]], ...]
    orphans: tuple[Orphan, ...]


def match(tx: Tx, channel: str, access: Mapping[str, object], listed: Iterable[Marked]) -> Matched:
    """Sorts what was listed on one account.

    A marker whose row names another account is nobody's here, unless that row is up: one place may have two names.
    """
    seen: set[int] = set()
    fresh, returned = [], []
    nobodys: dict[tuple[str | None, str], list[Reference]] = {}
    for marker, place, references in _together(listed):
        row = _row(tx, marker, references, access)
        if row is None:
            nobodys.setdefault((marker, place), []).extend(references)
        elif isinstance(row, Publication):
            seen.add(row.id)
            if row.is_down:
                returned.append((row, references))
            elif new := _unknown(tx, row, references):
                fresh.append((row, new))
    orphans = (Orphan(channel=channel, marker=key[0], references=tuple(found)) for key, found in nobodys.items())
    return Matched(seen=frozenset(seen), fresh=tuple(fresh), returned=tuple(returned), orphans=tuple(orphans))


def named(orphans: Iterable[Orphan], releases: Path) -> tuple[Orphan, ...]:
    """The orphans with the appeal that they are of, as far as a release in that folder holds their marker."""
    found = tuple(orphans)
    known = dict(_markers(releases)) if any(one.marker for one in found) else {}
    told = []
    for one in found:
        appeal, revision = known.get(one.marker or "", (None, None))
        told.append(dataclasses.replace(one, appeal=appeal, revision=revision))
    return tuple(told)


class _Elsewhere:
    """Somebody else's concern: a row that is up at another address, or one that nobody can read."""


_ELSEWHERE = _Elsewhere()


def _together(listed: Iterable[Marked]) -> Iterator[tuple[str | None, str, tuple[Reference, ...]]]:
    """Objects of one marker together; each one without a marker alone, because its neighbour may be another row's."""
    groups: dict[str, list[Reference]] = {}
    for one in listed:
        if one.marker is None:
            yield None, one.place or one.reference.id, (one.reference,)
        else:
            groups.setdefault(one.marker, []).append(one.reference)
    for marker, references in groups.items():
        yield marker, "", tuple(references)


def _row(
    tx: Tx, marker: str | None, references: tuple[Reference, ...], access: Mapping[str, object]
) -> Publication | _Elsewhere | None:
    if marker is None:
        return _row_of(tx, references[0], access)
    found = sweeping.by_marker(tx, marker)
    if found is None:
        return None
    try:
        row = publications.get(tx, found)
    except Unreadable:  # ``damaged`` tells of it
        return _ELSEWHERE
    if dict(row.endpoint) == dict(access):
        return row
    return None if row.is_down else _ELSEWHERE


def _row_of(tx: Tx, reference: Reference, access: Mapping[str, object]) -> Publication | None:
    """The row of which the object was once seen: one that is up before one that is down, then the newest."""
    found = sweeping.by_reference(tx, reference.kind, reference.id)
    rows = [row for row in found if dict(row.endpoint) == dict(access)]
    return min(rows, key=lambda row: (row.is_down, -row.id), default=None)


def _unknown(tx: Tx, row: Publication, references: tuple[Reference, ...]) -> tuple[Reference, ...]:
    known = {(one.kind, one.id) for one in publications.posting(tx, row.id).references}
    return tuple(one for one in references if (one.kind, one.id) not in known)


def _markers(releases: Path) -> Iterator[tuple[str, tuple[str, int]]]:
    for path in sorted(releases.glob("*/manifest.json")):
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
            manifest = json.loads(path.read_bytes())
            for marker in manifest["markers"].values():
                yield str(marker), (str(manifest["id"]), int(manifest["revision"]))

"""Every end that may come, as entries of a calendar: ids and reasons, never a person, a description or an offence.

Pure but for the ledger it reads: the same ledger and policy give the same entries. Knows no file format.
"""

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping

import rfc8785

from fahndung import __version__
from fahndung.law.clock import (
    CONSENT,
    MEDIA_UNTIL,
    NO_NORM,
    RECORD_UNTIL,
    REVIEW,
    SCOPE_MEDIA,
    SCOPE_UNTIL,
    WARRANT,
    Clock,
    ClockPolicy,
)
from fahndung.law.periods import stamp
from fahndung.law.reminding import Step, steps
from fahndung.law.words import list_media
from fahndung.ledger import appeals, breaches
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle.courses import APPROVAL, STORED, Course, courses
from fahndung.model.mandate import Medium
from fahndung.model.plain import to_plain

OPENING = "not-before"
LAPSE = "lapse-"
WHAT: Mapping[str, str] = {
    LAPSE: "Anordnung tritt außer Kraft",
    WARRANT: "Frist für den Haftbefehl endet",
    REVIEW: "Prüfung der Fortdauer fällig",
    CONSENT: "Einwilligung widerrufen",
    SCOPE_MEDIA: "von der Anordnung nicht umfasst",
    SCOPE_UNTIL: "Befristung der Anordnung endet",
    MEDIA_UNTIL: "Befristung für dieses Medium endet",
    RECORD_UNTIL: "geplantes Ende",
    NO_NORM: "Norm unbekannt",
    APPROVAL: "Freigabe endet",
    STORED: "Ende laut Register",
}
"""What ends, by kind of clock, as an office reads it in its calendar."""
_EXPIRES = "Datensatz für Vermisstenregister läuft ab"
"""The same of a review that would be due, were its end not fixed by what registers were told."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One end, or one start, at an instant.

    Attributes:
        uid: the same for as long as the appeal has this clock, so that an end that moves is one entry that moves.
        reminders: when to be reminded of it.
        touched: when somebody last signed something for the appeal. sequence: how many times that was.
    """

    uid: str
    at: dt.datetime
    summary: str
    description: str
    reminders: tuple[Step, ...]
    touched: dt.datetime
    sequence: int


def agenda(tx: Tx, *, now: dt.datetime, policy: ClockPolicy | None = None) -> tuple[Entry, ...]:
    """Every end that may come of every appeal that has not ended, by time; what has ended has none any more.

    Args:
        policy: when to remind, by today's configuration; None: as each appeal was handed in.
    """
    by_revision: dict[tuple[str, int], list[Course]] = {}
    running = [course for course in courses(tx) if not _is_over(course, now)]
    for course in sorted(running, key=lambda course: (course.appeal, course.revision)):
        by_revision.setdefault((course.appeal, course.revision), []).append(course)
    found: dict[str, Entry] = {}
    for (_, revision), own in by_revision.items():
        for entry in _entries(tx, own, policy):
            uid = f"{entry.uid}@{tx.home_id}"
            if uid in found:  # a later revision waits while this one is out: both ends are worth an entry
                uid = f"{entry.uid}.r{revision}@{tx.home_id}"
            found.setdefault(uid, dataclasses.replace(entry, uid=uid))
    notices = {entry.uid: entry for entry in _notices(tx)}
    return tuple(sorted((found | notices).values(), key=lambda entry: (entry.at, entry.uid)))


def _notices(tx: Tx) -> Iterator[Entry]:
    """By when the supervisor has to be told of a breach; a reported one has no entry any more (R41)."""
    for breach in breaches.breaches(tx):
        if breach.reported_at is None:
            yield Entry(
                uid=f"{breach.appeal}.breach-{breach.id}@{tx.home_id}",
                at=breach.due_at,
                summary=f"{breach.appeal}: Datenschutzverletzung melden (Posten {breach.item})",
                description=f"Vor dem {stamp(breach.due_at).de} der Aufsicht melden.\nRevision {breach.revision}",
                reminders=steps(breach.known_at, breach.due_at, ClockPolicy()),
                touched=breach.known_at,
                sequence=0,
            )


def fingerprint(tx: Tx, entries: Iterable[Entry]) -> str:
    """A hash of all that the file is made from: 48 hex digits, so that it stays on one line there."""
    made_from = {"home": tx.home_id, "version": __version__, "entries": to_plain(tuple(entries))}
    return hashlib.sha256(rfc8785.dumps(made_from)).hexdigest()[:48]


def _is_over(course: Course, at: dt.datetime) -> bool:
    return bool(course.clocks) and at >= course.clocks[0].at


def _entries(tx: Tx, own: list[Course], policy: ClockPolicy | None) -> Iterator[Entry]:
    appeal, revision = own[0].appeal, own[0].revision
    touched, sequence = _touched(tx, appeal)
    told: set[tuple[str, Medium]] = set()
    for clock in _joined(own):
        key = (clock.kind, clock.media[0])
        if key in told:  # a later one of the same kind ends nothing before it
            continue
        told.add(key)
        what = WHAT.get(LAPSE if clock.kind.startswith(LAPSE) else clock.kind, clock.kind)
        if clock.kind == REVIEW and clock.final and clock.rule == "R09":  # R36: a review ends it itself
            what = _EXPIRES
        source = f"\nGrundlage: {clock.source}" if clock.source and clock.kind != RECORD_UNTIL else ""
        yield Entry(
            uid=f"{appeal}.{clock.kind}.{clock.media[0].value}",
            at=clock.at,
            summary=f"{appeal}: {what} ({list_media(clock.media).de})",
            description=f"{clock.because.de}{source}\nRevision {revision}",
            reminders=steps(clock.since, clock.at, policy or own[0].policy),
            touched=touched,
            sequence=sequence,
        )
    opens = next((course.opens for course in own if course.opens is not None), None)
    if opens is not None:
        yield Entry(
            uid=f"{appeal}.{OPENING}",
            at=opens,
            summary=f"{appeal}: Sperrfrist endet",
            description=f"Vor dem {stamp(opens).de} darf nichts veröffentlicht werden.\nRevision {revision}",
            reminders=(),
            touched=touched,
            sequence=sequence,
        )


def _joined(own: Iterable[Course]) -> list[Clock]:
    """The clocks of a revision by time; one that binds several media is one clock again."""
    media: dict[Clock, set[Medium]] = {}
    for course in own:
        for clock in course.clocks:
            media.setdefault(dataclasses.replace(clock, media=()), set()).add(course.medium)
    joined = [
        dataclasses.replace(clock, media=tuple(medium for medium in Medium if medium in bound))
        for clock, bound in media.items()
    ]
    return sorted(joined, key=lambda clock: (clock.at, clock.kind, clock.media))


def _touched(tx: Tx, appeal: str) -> tuple[dt.datetime, int]:
    latest, signed = appeals.get(tx, appeal), appeals.acts(tx, appeal)
    return max([latest.at, *(act.at for act in signed)]), latest.revision + len(signed)

"""What is due after the end, and doing it: files, answers and log entries erased, records restricted (R40, R41, R43).

Deletes no record: that follows the proceedings (§ 489 StPO) and is told to a person, as are the archive and breaches.
Nothing is erased while anything of an appeal is open: not only a copy online, but also paper that still hangs or
somebody who is still to be told. Both need the release: the poster, to know it by; the closing text, to send it.

Source: § 75 Abs. 2, § 76 Abs. 4 BDSG with § 500 StPO; § 31 Abs. 2 and 5, § 32 Abs. 5 SächsDSUG, read 2026-11-26.
"""

import dataclasses
import datetime as dt
import enum

from fahndung import resources
from fahndung.dossier.ended import is_closed
from fahndung.dossier.stored import stored_case
from fahndung.errors import FahndungError, Message
from fahndung.home import Home
from fahndung.law import norms
from fahndung.law.aftermath import R40_ARCHIVE_SOURCE, R40_SOURCE, R41_SOURCE, R43_SOURCE
from fahndung.law.norms import NormTable
from fahndung.law.periods import stamp
from fahndung.ledger import answers, appeals, breaches, byhand, erasure, forgetting, keeping, publications
from fahndung.ledger.appeals import Submission
from fahndung.ledger.breaches import Breach
from fahndung.ledger.store import Ledger
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle import aftermath, folders


class Kind(enum.StrEnum):
    """What a task is about; the last three are for people."""

    DERIVATIVES = "derivatives"
    ANSWERS = "answers"
    RESTRICT = "restrict"
    LOG = "log"
    BREACH = "breach"
    ARCHIVE = "archive"
    RECORD = "record"


FOR_THE_PROGRAM = frozenset({Kind.DERIVATIVES, Kind.ANSWERS, Kind.RESTRICT, Kind.LOG})


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something that is due, or will be.

    Attributes:
        at: the first instant at which it is due; None where that depends on something else.
        count: how many things it is about.
    """

    appeal: str
    kind: Kind
    due: bool
    at: dt.datetime | None
    count: int
    what: Message
    source: str

    @property
    def by_program(self) -> bool:
        """Whether ``do`` does it; everything else is for a person."""
        return self.kind in FOR_THE_PROGRAM


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a run did. ``failed`` names appeals whose folders could not be erased or restricted; a retry can help."""

    releases: int
    answers: int
    restricted: int
    entries: int
    failed: tuple[tuple[str, Message], ...]


def tasks(home: Home, ledger: Ledger, *, now: dt.datetime, appeal: str | None = None) -> tuple[Task, ...]:
    """What is due or will be, of every appeal or of one. Changes nothing.

    Raises:
        UsageError: no such appeal. InvalidConfig: the home's table of norms.
    """
    table = norms.parse(resources.norms_text(home.path))
    with ledger.read() as tx:
        return tuple(task for name in _names(tx, appeal) for task in _tasks(home, tx, name, table, now))


def do(home: Home, ledger: Ledger, *, now: dt.datetime, by: str, appeal: str | None = None) -> Done:
    """Erases and restricts what is due. Killed halfway, the next run finishes; nothing left to do, it changes nothing.

    Raises:
        UsageError: no such appeal. Busy: another run works in this home. InvalidConfig: the home's table of norms.
    """
    table = norms.parse(resources.norms_text(home.path))
    failed: list[tuple[str, Message]] = []
    releases = raw = restricted = 0
    with home.lock(), home.desk():
        with ledger.read() as tx:
            names = _names(tx, appeal)
            settled = [one for name in names for one in aftermath.revisions(tx, name) if waits_for(tx, one) is None]
        for submission in settled:
            try:
                releases += _erase_releases(home, ledger, submission, now=now, by=by)
                raw += _erase_answers(ledger, submission, now=now, by=by)
                restricted += _restrict(home, ledger, submission, now=now, by=by)
            except OSError as error:
                what = f"{submission.appeal} r{submission.revision}: {error}"
                failed.append((submission.appeal, Message(what, what)))
        entries = _erase_logs(ledger, names, table, now=now, by=by)
    return Done(releases=releases, answers=raw, restricted=restricted, entries=entries, failed=tuple(failed))


def breach_warnings(tx: Tx, now: dt.datetime) -> list[Message]:
    """One message for each breach that is not reported and whose period is half over, or over."""
    half = [one for one in _unreported(tx) if now >= one.known_at + (one.due_at - one.known_at) / 2]
    return [
        Message(f"{one.appeal}: {told.en}", f"{one.appeal}: {told.de}") for one in half if (told := _told(one, now))
    ]


def waits_for(tx: Tx, submission: Submission) -> Message | None:
    """Why nothing of a revision may be erased or restricted yet; None if nothing stands against it."""
    appeal, revision = submission.appeal, submission.revision
    if not is_closed(tx, appeal, revision):  # a remainder that is online is told just below
        return Message("the appeal has not ended", "Der Aufruf ist nicht beendet")
    if publications.damaged(tx, appeal, finished=True):
        return Message("a row of the ledger cannot be read", "Eine Zeile des Registers ist unlesbar")
    if any(row.revision <= revision and not row.is_down for row in publications.rows(tx, appeal)):
        return Message("a copy is not yet read back as gone", "Eine Kopie ist noch nicht als weg zurückgelesen")
    if items := byhand.open_items(tx, appeal):
        listed = ", ".join(str(item.id) for item in items)
        return Message(f"by-hand items are open: {listed}", f"Handposten sind offen: {listed}")
    return None


def _names(tx: Tx, appeal: str | None) -> list[str]:
    if appeal is not None:
        return [appeals.get(tx, appeal).appeal]
    return list(dict.fromkeys(str(one.appeal) for one in appeals.all(tx)))


def _tasks(home: Home, tx: Tx, appeal: str, table: NormTable, now: dt.datetime) -> list[Task]:
    found = []
    for submission in aftermath.revisions(tx, appeal):
        found += _file_tasks(home, tx, submission)
    return [*found, *_log_tasks(tx, appeal, table, now), *_breach_tasks(tx, appeal, now)]


def _file_tasks(home: Home, tx: Tx, submission: Submission) -> list[Task]:
    """What is to be done with the files of one revision."""
    why = waits_for(tx, submission)
    left = aftermath.release_folders(home, tx, submission.appeal, submission.revision)
    unnoted = [stored for stored in _releases(tx, submission) if stored.erased_at is None]
    found = []
    if left or unnoted:
        count = max(len(left), len(unnoted))
        many = count != 1
        what = Message(
            f"pictures, texts and posters of {count} releases" if many else "pictures, texts and posters of a release",
            f"Bilder, Texte und Plakate {f'von {count} Veröffentlichungen' if many else 'einer Veröffentlichung'}",
        )
        found.append(_task(submission, Kind.DERIVATIVES, _waiting(what, why), R40_SOURCE, due=why is None, count=count))
    if count := answers.count(tx, submission.appeal, submission.revision):
        what = Message(f"answers of platforms: {count}", f"Antworten der Plattformen: {count}")
        found.append(_task(submission, Kind.ANSWERS, _waiting(what, why), R40_SOURCE, due=why is None, count=count))
    folder = home.case_folder(submission.appeal, submission.revision)
    if not folder.is_dir():
        return found
    if submission.restricted_at is None or not folders.is_restricted(folder):
        what = Message("make the record read-only", "Datensatz nur noch lesbar machen")
        found.append(_task(submission, Kind.RESTRICT, _waiting(what, why), R40_SOURCE, due=why is None))
    if why is None:
        found += _record_tasks(home, submission)
    return found


def _record_tasks(home: Home, submission: Submission) -> list[Task]:
    """What a person has to decide about the record of a revision that is over."""
    folder = home.case_folder(submission.appeal, submission.revision)
    found = []
    if not submission.criminal and (offer := _offer(home, submission)) is not None:
        found.append(_task(submission, Kind.ARCHIVE, offer, R40_ARCHIVE_SOURCE))
    when = (
        Message("when the proceedings are over", "mit der Erledigung des Verfahrens")
        if submission.criminal
        else Message("as soon as it is no longer needed", "sobald er nicht mehr erforderlich ist")
    )
    what = Message(f"delete {folder}, {when.en}", f"{folder} löschen, {when.de}")
    source = "§ 489 Abs. 1 und 2 StPO" if submission.criminal else "§ 31 Abs. 2 SächsDSUG; § 91 Abs. 2 SächsPVDG"
    return [*found, _task(submission, Kind.RECORD, what, source)]


def _offer(home: Home, submission: Submission) -> Message | None:
    """What the record says about the archive; None if it says that nothing is to be offered."""
    try:
        offer = stored_case(home, submission).appeal.archive_offer
    except FahndungError:
        return Message("ask the archive; the record is unreadable", "Archiv fragen; der Datensatz ist nicht lesbar")
    if offer is None:
        return Message("decide whether to ask the archive", "Entscheiden, ob dem Archiv anzubieten ist")
    return Message("offer to the archive before deletion", "Vor der Löschung dem Archiv anbieten") if offer else None


def _log_tasks(tx: Tx, appeal: str, table: NormTable, now: dt.datetime) -> list[Task]:
    log = aftermath.log_of(tx, appeal, norms=table, now=now)
    found = []
    source = R43_SOURCE if log.figure is None else log.figure.reference
    for count, due, at in ((len(log.due), True, None), (log.later, False, log.next_at)):
        if count:
            what = Message(f"{count} entries of the log", f"{count} Protokolleinträge")
            found.append(Task(appeal=appeal, kind=Kind.LOG, due=due, at=at, count=count, what=what, source=source))
    return found


def _breach_tasks(tx: Tx, appeal: str, now: dt.datetime) -> list[Task]:
    return [
        Task(
            appeal=appeal,
            kind=Kind.BREACH,
            due=True,
            at=breach.due_at,
            count=1,
            what=_told(breach, now),
            source=R41_SOURCE,
        )
        for breach in _unreported(tx)
        if breach.appeal == appeal
    ]


def _erase_releases(home: Home, ledger: Ledger, submission: Submission, *, now: dt.datetime, by: str) -> int:
    """Files first, the note when nothing is left: what was noted as erased is erased."""
    with ledger.read() as tx:
        left = aftermath.release_folders(home, tx, submission.appeal, submission.revision)
        unnoted = [stored for stored in _releases(tx, submission) if stored.erased_at is None]
    for folder in left:
        folders.erase(folder)
    if unnoted:
        with ledger.write(now) as tx:
            for stored in unnoted:
                keeping.release_erased(tx, stored.digest, at=now, by=by)
    return max(len(left), len(unnoted))


def _erase_answers(ledger: Ledger, submission: Submission, *, now: dt.datetime, by: str) -> int:
    with ledger.read() as tx:
        left = answers.count(tx, submission.appeal, submission.revision)
    if not left:
        return 0
    with ledger.write(now) as tx:
        return keeping.erase_answers(tx, submission.appeal, submission.revision, at=now, by=by)


def _restrict(home: Home, ledger: Ledger, submission: Submission, *, now: dt.datetime, by: str) -> int:
    folder = home.case_folder(submission.appeal, submission.revision)
    if not folder.is_dir() or (submission.restricted_at is not None and folders.is_restricted(folder)):
        return 0
    folders.restrict(folder)
    with ledger.write(now) as tx:
        keeping.restricted(tx, submission.appeal, submission.revision, at=now, by=by)
    return 1


def _erase_logs(ledger: Ledger, names: list[str], table: NormTable, *, now: dt.datetime, by: str) -> int:
    """One transaction, and one ``log.erase`` for each kind of case; then the names that nothing needs any more."""
    with ledger.write(now) as tx:
        due: dict[tuple[str, str], list[int]] = {}
        for name in names:
            log = aftermath.log_of(tx, name, norms=table, now=now)
            if log.figure is not None and log.due:
                due.setdefault((log.figure.id, log.figure.reference), []).extend(log.due)
        count = sum(
            erasure.erase(tx, numbers, at=now, by=by, reason=figure, under=reference)
            for (figure, reference), numbers in sorted(due.items())
        )
        for name in forgetting.unneeded(tx) if count else ():
            forgetting.name(tx, name, at=now, by=by, reason="unneeded")
        return count


def _releases(tx: Tx, submission: Submission) -> list[appeals.StoredRelease]:
    return [one for one in appeals.releases(tx, submission.appeal) if one.revision == submission.revision]


def _unreported(tx: Tx) -> list[Breach]:
    return [breach for breach in breaches.breaches(tx) if breach.reported_at is None]


def _told(breach: Breach, now: dt.datetime) -> Message:
    due = stamp(breach.due_at)
    if now >= breach.due_at:
        return Message(
            f"the breach had to be reported before {due.en}: OVERDUE (item {breach.item})",
            f"Die Datenschutzverletzung war vor dem {due.de} zu melden: ÜBERFÄLLIG (Posten {breach.item})",
        )
    return Message(
        f"report the breach before {due.en} (item {breach.item})",
        f"Die Datenschutzverletzung vor dem {due.de} melden (Posten {breach.item})",
    )


def _waiting(what: Message, why: Message | None) -> Message:
    return what if why is None else Message(f"{what.en}; waits: {why.en}", f"{what.de}; wartet: {why.de}")


def _task(submission: Submission, kind: Kind, what: Message, source: str, *, due: bool = True, count: int = 1) -> Task:
    revision = f"r{submission.revision}"
    told = Message(f"{revision}: {what.en}", f"{revision}: {what.de}")
    return Task(appeal=submission.appeal, kind=kind, due=due, at=None, count=count, what=told, source=source)

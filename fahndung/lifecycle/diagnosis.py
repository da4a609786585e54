"""What an examination finds: one verdict for each thing looked at, what to do about it, and the exit code of all.

Pure; ``checkup`` looks.
"""

import dataclasses
import datetime as dt
import enum
from collections.abc import Iterable

from fahndung.errors import Message

OK, TROUBLE, MAY_BE_ONLINE = 0, 6, 7
CLOCK_LIMIT = dt.timedelta(minutes=5)
CLOCK_NEAR = dt.timedelta(minutes=1)
BACKUP_LIMIT = dt.timedelta(hours=36)
RUN_LIMIT = dt.timedelta(hours=1)
DISK_BAD, DISK_LOW = 100 * 2**20, 2**30
INODES_BAD = 1000


class Verdict(enum.StrEnum):
    """How a thing stands; ``warn`` is told and needs nobody at once."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        check: its name, for programs.
        todo: what to do; None where nothing is.
        online: whether something may be online past its end because of it.
    """

    check: str
    verdict: Verdict
    what: Message
    todo: Message | None = None
    online: bool = False


def ok(check: str, en: str, de: str) -> Finding:
    """It is as it should be."""
    return Finding(check=check, verdict=Verdict.OK, what=Message(en, de))


def warn(check: str, what: Message, todo: Message) -> Finding:
    """It will be a trouble some day."""
    return Finding(check=check, verdict=Verdict.WARN, what=what, todo=todo)


def bad(check: str, what: Message, todo: Message, *, online: bool = False) -> Finding:
    """Somebody has to do something now."""
    return Finding(check=check, verdict=Verdict.BAD, what=what, todo=todo, online=online)


def exit_code(findings: Iterable[Finding]) -> int:
    """0, or 6 where something is bad, or 7 where something may therefore be online past its end."""
    found = [one for one in findings if one.verdict is Verdict.BAD]
    if any(one.online for one in found):
        return MAY_BE_ONLINE
    return TROUBLE if found else OK


def clock(check: str, apart: dt.timedelta, than: Message) -> Finding:
    """How a clock stands that is ``apart`` ahead of a witness."""
    seconds = f"{apart.total_seconds():+.0f} s"
    what = Message(f"the clock is {seconds} from {than.en}", f"Die Uhr weicht um {seconds} ab von: {than.de}")
    if abs(apart) <= CLOCK_NEAR:
        return Finding(check=check, verdict=Verdict.OK, what=what)
    if abs(apart) <= CLOCK_LIMIT:
        return warn(check, what, _SET_CLOCK)
    return bad(check, what, _SET_CLOCK, online=apart < dt.timedelta(0))


_SET_CLOCK = Message(
    "set the clock by NTP; until then nothing should be published",
    "Uhr per NTP stellen; bis dahin nichts veröffentlichen",
)


def disk(name: Message, free: int, inodes: int, *, readonly: bool) -> Finding:
    """How much room is left; bytes and files that may still be made."""
    what = Message(f"{name.en}: {free // 2**20} MiB free", f"{name.de}: {free // 2**20} MiB frei")
    if readonly:
        what = Message(f"{name.en} is read-only", f"{name.de} ist nur lesbar")
        return bad("disk", what, Message("mount it writable", "schreibbar einhängen"))
    todo = Message("make room", "Platz schaffen")
    if free < DISK_BAD or inodes < INODES_BAD:
        return bad("disk", what, todo)
    if free < DISK_LOW:
        return warn("disk", what, todo)
    return Finding(check="disk", verdict=Verdict.OK, what=what)


def last_success(at: dt.datetime | None, now: dt.datetime, max_age: dt.timedelta | None, *, online: bool) -> Finding:
    """Whether somebody takes down: the dead man's switch.

    Args:
        max_age: how old the last good run may be; None: an hour, and what is older is no more than a warning.
        online: something may be online, so that its end needs somebody.
    """
    since = None if at is None or at > now + CLOCK_LIMIT else max(now - at, dt.timedelta(0))
    if at is None:
        what = Message("no run has ever ended well", "Noch nie endete ein Lauf gut")
    elif since is None:
        what = Message(
            "the last run that went well is dated in the future: another clock wrote that",
            "Der letzte gute Lauf liegt in der Zukunft: Das schrieb eine andere Uhr",
        )
    else:
        what = Message(
            f"the last run that went well is {_age(since).en} ago", f"letzter guter Lauf vor {_age(since).de}"
        )
    if since is not None and since <= (RUN_LIMIT if max_age is None else max_age):
        return Finding(check="last-success", verdict=Verdict.OK, what=what)
    todo = Message(
        "look whether the worker or the timer runs; then run 'fahndung takedown'",
        "Prüfen, ob Dienst oder Zeitgeber läuft; dann „fahndung takedown“ ausführen",
    )
    if max_age is None and not online:
        return Finding(check="last-success", verdict=Verdict.OK, what=what)
    return warn("last-success", what, todo) if max_age is None else bad("last-success", what, todo, online=online)


def backup(at: dt.datetime | None, now: dt.datetime) -> Finding:
    """When the home was last backed up; None: nobody says."""
    if at is None:
        return warn(
            "backup",
            Message(
                "nobody knows when the home was last backed up", "unbekannt, wann das Heim zuletzt gesichert wurde"
            ),
            Message(
                "let the backup write the file of [backup] stamp", "Sicherung soll die Datei [backup] stamp schreiben"
            ),
        )
    what = Message(f"the last backup is {_age(now - at).en} old", f"letzte Sicherung vor {_age(now - at).de}")
    if now - at <= BACKUP_LIMIT:
        return Finding(check="backup", verdict=Verdict.OK, what=what)
    return bad("backup", what, Message("look why the backup does not run", "Prüfen, warum die Sicherung nicht läuft"))


def _age(span: dt.timedelta) -> Message:
    minutes = int(span.total_seconds()) // 60
    if minutes < 120:
        return Message(f"{minutes} min", f"{minutes} min")
    if minutes < 48 * 60:
        return Message(f"{minutes // 60} h", f"{minutes // 60} h")
    return Message(f"{minutes // 1440} days", f"{minutes // 1440} Tagen")

"""The words of an alarm: what is wrong, since when, where, what to do now, with which command. German goes out.

Ids, names of channels and instants only: a mail may be read on its way. Sends nothing.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from fahndung.alerting.notice import Notice
from fahndung.errors import Message
from fahndung.law.periods import stamp
from fahndung.ledger.alarms import Alarm
from fahndung.model.alarm import Kind, Level

MOST_ALONE = 5
"""Up to so many alarms at once go out one by one; more of them together, in one message."""
LEVELS: Mapping[Level, Message] = {
    Level.URGENT: Message("urgent", "DRINGEND"),
    Level.NOTICE: Message("notice", "Hinweis"),
}


class Words(NamedTuple):
    """What a kind is called, what to do now, and the command for it; ``{appeal}`` stands for the appeal's id."""

    title: Message
    advice: str
    command: str


WORDS: Mapping[Kind, Words] = {
    Kind.OVERDUE: Words(
        Message("online past its end", "über das Ende hinaus online"),
        "Löschung jetzt ausführen; gelingt sie nicht, auf dem Kanal von Hand löschen.",
        "fahndung takedown; danach fahndung status {appeal}",
    ),
    Kind.CAME_BACK: Words(
        Message("came back after its takedown", "nach der Löschung wieder aufgetaucht"),
        "Prüfen, ob die Kopie wieder weg ist und wer sie eingestellt hat.",
        "fahndung verify {appeal}; dann fahndung status {appeal}",
    ),
    Kind.ALTERED: Words(
        Message("online otherwise than approved", "anders online als freigegeben"),
        "Auf dem Kanal nachsehen, wer es geändert hat; wenn nötig dort beenden und neu veröffentlichen.",
        "fahndung verify {appeal}; fahndung end {appeal} --channel KANAL --reason error",
    ),
    Kind.OUTDATED: Words(
        Message("a correction has not reached every account", "Berichtigung nicht überall"),
        "Auch dort veröffentlichen, oder die Fahndung auf diesem Kanal beenden.",
        "fahndung publish {appeal}; oder fahndung end {appeal} --channel KANAL --reason GRUND",
    ),
    Kind.UNKNOWN_OUTCOME: Words(
        Message("unknown whether it is online", "unbekannt, ob online"),
        "Auf dem Kanal nachsehen; bis dahin zählt es als veröffentlicht.",
        "fahndung verify {appeal}",
    ),
    Kind.CHANNEL_FAILING: Words(
        Message("a channel fails", "Kanal gestört"),
        "Netz und Anbieter prüfen; was dort abläuft, notfalls von Hand löschen.",
        "fahndung channels test {subject}",
    ),
    Kind.TOKEN_EXPIRED: Words(
        Message("a channel refuses the credential", "Zugang abgelaufen oder abgelehnt"),
        "Zugang (Token) beim Anbieter erneuern und hinterlegen; vorher kann dort nichts gelöscht werden.",
        "fahndung channels test {subject}",
    ),
    Kind.TOKEN_EXPIRING: Words(
        Message("a credential expires soon", "Zugang läuft bald ab"),
        "Zugang (Token) beim Anbieter erneuern und hinterlegen.",
        "fahndung channels test {subject}",
    ),
    Kind.REMINDER: Words(
        Message("an end comes near", "Ende naht"),
        "Herbeiführen und eintragen, was nach dem Grund unter „Was“ das Ende noch verschiebt; sonst wird gelöscht.",
        "fahndung status {appeal}; dann je nach Grund fahndung confirm, review oder submit",
    ),
    Kind.BY_HAND_OVERDUE: Words(
        Message("a by-hand item is open", "Handposten offen"),
        "Erledigen und abschließen.",
        "fahndung status {appeal}; fahndung close POSTEN --as PERSON --note …",
    ),
    Kind.BREACH_DUE: Words(
        Message("a breach is to be reported", "Datenschutzverletzung melden"),
        "Der Aufsicht melden und den Posten abschließen.",
        "fahndung status {appeal}; fahndung close POSTEN --as PERSON --note …",
    ),
    Kind.WORKER_DEAD: Words(
        Message("a worker died", "Arbeitsprozess ausgefallen"),
        "Prüfen, ob der Dienst wieder läuft.",
        "systemctl status fahndung-worker; fahndung takedown",
    ),
    Kind.NOT_SENT: Words(
        Message("an appeal has not gone out at its time", "Fahndung ging nicht zur Zeit hinaus"),
        "Prüfen, ob der Dienst läuft und die Website erreichbar ist; dann erneut veröffentlichen.",
        "systemctl status fahndung-worker; fahndung status {appeal}; fahndung publish {appeal}",
    ),
    Kind.STUCK: Words(
        Message("a worker is stuck", "Arbeitsprozess hängt"),
        "Dienst neu starten; was er hielt, übernimmt der nächste Lauf.",
        "systemctl restart fahndung-worker; fahndung takedown",
    ),
    Kind.CLOCK: Words(
        Message("the clock is wrong", "Uhr geht falsch"),
        "Zeitabgleich (NTP) prüfen. Bis dahin wird nichts veröffentlicht, aber weiter gelöscht.",
        "fahndung doctor",
    ),
    Kind.LEDGER: Words(
        Message("the ledger cannot be used", "Register nicht benutzbar"),
        "Datenbank und Speicherplatz prüfen. Bis dahin ist ungewiss, was online ist.",
        "fahndung doctor; danach fahndung takedown",
    ),
    Kind.DAMAGED: Words(
        Message("an entry cannot be read", "Eintrag nicht lesbar"),
        "Auf dem Kanal nachsehen und von Hand löschen; das Register prüfen, notfalls die Sicherung einspielen.",
        "fahndung audit verify --full; fahndung status {appeal}",
    ),
    Kind.ORPHAN: Words(
        Message("an object that no entry knows", "Fundstück ohne Eintrag"),
        "Prüfen, wem es gehört. Ist es ein eigenes, löschen lassen.",
        "fahndung sweep; dann fahndung sweep --remove --as PERSON",
    ),
}


def notices(
    alarms: Sequence[Alarm], times: Mapping[int, int], *, home: str, authority: str, now: dt.datetime
) -> list[tuple[Notice, tuple[int, ...]]]:
    """Each notice with the numbers of the alarms that it tells: one for each, or one for many at once.

    Args:
        times: for each number the how-manieth message about it this is.
    """
    if len(alarms) > MOST_ALONE:
        return [(_together(alarms, times, home=home, authority=authority, now=now), tuple(one.id for one in alarms))]
    return [(_alone(one, times[one.id], home=home, authority=authority), (one.id,)) for one in alarms]


def test_notice(*, home: str, authority: str, now: dt.datetime) -> Notice:
    """What ``alarms test`` sends."""
    text = f"Probealarm von {authority} vom {stamp(now).de}. Es ist nichts zu tun.\n"
    key = f"test-{int(now.timestamp())}"
    document = {"schema": "fahndung/alarm/1", "home": home, "test": True, "alarms": []}
    return Notice(
        key=key,
        thread=key,
        home=home,
        level=Level.NOTICE,
        subject=f"[{authority}] Probealarm",
        text=text,
        document=document,
    )


def emergency_notice(kind: Kind, what: Message, *, home: str, authority: str, now: dt.datetime) -> Notice:
    """An alarm that is in no ledger, and so has no number."""
    key = f"emergency-{kind}-{int(now.timestamp())}"
    text = _lines(
        ("Was", what.de),
        ("Gemeldet", stamp(now).de),
        ("Wo", f"{authority}, Heim {home}"),
        ("Jetzt tun", WORDS[kind].advice),
        ("Befehl", WORDS[kind].command),
    )
    document = {
        "schema": "fahndung/alarm/1",
        "home": home,
        "test": False,
        "alarms": [{"id": None, "kind": kind.value, "level": kind.level.value, "what": what.de}],
    }
    return Notice(
        key=key,
        thread=key,
        home=home,
        level=kind.level,
        subject=_subject(authority, kind, None, None),
        text=text,
        document=document,
    )


def _alone(alarm: Alarm, time: int, *, home: str, authority: str) -> Notice:
    words = WORDS[alarm.kind]
    first, key = f"alarm-{alarm.id}-1", f"alarm-{alarm.id}-{time}"
    text = _lines(
        ("Was", alarm.what.de),
        ("Alarm", f"{alarm.id}, seit {stamp(alarm.raised_at).de}, {time}. Meldung"),
        ("Wo", f"{authority}, Heim {home}"),
        ("Jetzt tun", words.advice),
        ("Befehl", words.command.format(appeal=alarm.appeal or "", subject=alarm.subject)),
        ("Quittieren", f"fahndung alarms ack {alarm.id} --as PERSON"),
    )
    return Notice(
        key=key,
        thread=first,
        home=home,
        level=alarm.kind.level,
        subject=_subject(authority, alarm.kind, alarm.appeal, alarm.id),
        text=text,
        document=_document([alarm], {alarm.id: time}, home),
    )


def _together(
    alarms: Sequence[Alarm], times: Mapping[int, int], *, home: str, authority: str, now: dt.datetime
) -> Notice:
    level = Level.URGENT if any(one.kind.level is Level.URGENT for one in alarms) else Level.NOTICE
    lines = [f"{one.id}: {WORDS[one.kind].title.de}. {one.what.de}" for one in alarms]
    head = _lines(
        ("Was", f"{len(alarms)} Alarme zugleich"),
        ("Gemeldet", stamp(now).de),
        ("Wo", f"{authority}, Heim {home}"),
        ("Befehl", "fahndung alarms; fahndung takedown"),
        ("Quittieren", "fahndung alarms ack NUMMER --as PERSON, jeden einzeln"),
    )
    same = hashlib.sha256(repr([(one.id, times[one.id]) for one in alarms]).encode()).hexdigest()[:16]
    key = f"alarms-{same}"
    return Notice(
        key=key,
        thread=key,
        home=home,
        level=level,
        subject=f"[{authority}] {LEVELS[level].de}: {len(alarms)} Alarme",
        text="\n".join([head, *lines, ""]),
        document=_document(alarms, times, home),
    )


def _document(alarms: Sequence[Alarm], times: Mapping[int, int], home: str) -> dict[str, object]:
    told = [
        {
            "id": one.id,
            "kind": one.kind.value,
            "level": one.kind.level.value,
            "appeal": one.appeal,
            "what": one.what.de,
            "raised_at": one.raised_at.astimezone(dt.UTC).isoformat(),
            "times": times[one.id],
        }
        for one in alarms
    ]
    return {"schema": "fahndung/alarm/1", "home": home, "test": False, "alarms": told}


def _subject(authority: str, kind: Kind, appeal: str | None, number: int | None) -> str:
    about = f"{appeal} " if appeal else ""
    end = f" (Alarm {number})" if number else ""
    return f"[{authority}] {LEVELS[kind.level].de}: {about}{WORDS[kind].title.de}{end}"


def _lines(*pairs: tuple[str, str]) -> str:
    return "\n".join(f"{name + ':':<12}{value}" for name, value in pairs) + "\n"

"""How the state of single persons, and what goes on without one of them, is told on the terminal. Decides nothing."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from fahndung.cli.call import local
from fahndung.cli.language import language, say

if TYPE_CHECKING:
    from fahndung.ledger.publications import Publication
    from fahndung.lifecycle.parting import Remainder
    from fahndung.lifecycle.persons import PersonState


def gone_line(row: "Publication") -> str:
    """What was read back as gone, how late, or never went out; and that something else stands on its address."""
    from fahndung.lifecycle.withdrawal import meant_for

    where = row.url or row.channel
    if row.state.value == "cancelled":
        return say(f"never went out: {where}", f"ging nie hinaus: {where}")
    where = meant_for(row) or where
    if is_replaced_in_place(row):
        return say(f"gone, but for what replaced it: {where}", f"weg bis auf das, was es ersetzt: {where}")
    en, de = "gone", "weg"
    if row.late_s is not None:
        late = dt.timedelta(seconds=row.late_s)
        en, de = f"gone, {late} after its end", f"weg, {late} nach seinem Ende"
    if row.gone_again_at is not None:
        at = local(row.gone_again_at)
        en, de = f"{en}; it came back and is gone again, {at}", f"{de}; kam wieder und ist erneut weg, {at}"
    return say(f"{en}: {where}", f"{de}: {where}")


def is_replaced_in_place(row: "Publication") -> bool:
    """Whether a later one stands on its address; on a network that has an address of its own."""
    from fahndung.lifecycle.comparing import NETWORKS

    return row.superseded and row.kind not in NETWORKS


def remainder_json(remainder: "Remainder") -> dict[str, Any]:
    """What became of one channel when a person was left out."""
    row = remainder.publication
    return {
        "appeal": remainder.appeal,
        "channel": remainder.channel,
        "without": remainder.person,
        "up": row is not None,
        "url": row.url if row else None,
        "why": remainder.why.in_language(language()) if remainder.why else None,
    }


def remainder_line(row: dict[str, Any]) -> str:
    """The same for people."""
    name, person, url, why = row["channel"], row["without"], row["url"], row["why"]
    if not row["up"]:
        return say(
            f"{name}: the whole appeal goes down, nothing goes on without {person}: {why}. "
            "Whoever is still sought needs a new revision.",
            f"{name}: Die ganze Fahndung wird gelöscht, ohne {person} geht nichts weiter: {why}. "
            "Wer noch gesucht wird, braucht eine neue Revision.",
        )
    if why:
        return say(
            f"{name}: goes on without {person} at {url}, but {why}",
            f"{name}: geht ohne {person} weiter unter {url}, aber: {why}",
        )
    return say(
        f"{name}: goes on without {person} at {url} (read back, as approved)",
        f"{name}: geht ohne {person} weiter unter {url} (zurückgelesen, wie freigegeben)",
    )


def person_json(person: "PersonState") -> dict[str, Any]:
    """A person's state; the id and no name."""
    from fahndung.model.plain import to_plain

    return {
        "id": person.id,
        "state": person.state,
        "since": to_plain(person.since),
        "reason": person.reason.value if person.reason else None,
    }


def person_line(person: "PersonState") -> str:
    """The same for people."""
    from fahndung.lifecycle.account import WHY

    if person.since is None or person.reason is None:
        return say(f"    {person.id}: sought", f"    {person.id}: gesucht")
    en, de = WHY[person.reason]
    return say(
        f"    {person.id}: ended {local(person.since)} ({en})", f"    {person.id}: beendet {local(person.since)} ({de})"
    )

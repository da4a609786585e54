"""Messages to many recipients, counted channel by channel: on the terminal and as JSON. Names nobody."""

import collections
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from fahndung.cli.language import language, say

if TYPE_CHECKING:
    from fahndung.ledger.publications import Publication


def parted(rows: "Iterable[Publication]") -> "tuple[list[Publication], Mapping[str, list[Publication]]]":
    """Copies that stand for themselves, and the messages to recipients by channel."""
    from fahndung.lifecycle.mailing import is_addressed

    own: list[Publication] = []
    mailings: dict[str, list[Publication]] = {}
    for row in rows:
        if is_addressed(row):
            mailings.setdefault(row.channel, []).append(row)
        else:
            own.append(row)
    return own, mailings


def mailing_json(channel: str, rows: "Iterable[Publication]") -> dict[str, Any]:
    """How many recipients stand where, and why some were refused; whom that is ``receivers`` says."""
    counts, refused = _counted(rows)
    return {
        "channel": channel,
        "recipients": sum(counts.values()),
        "states": dict(sorted(counts.items())),
        "refused": [{"publication": row.id, "why": _why(row)} for row in refused],
    }


def mailing_line(channel: str, rows: "Iterable[Publication]") -> str:
    """The same for people."""
    counts, refused = _counted(rows)
    told = ", ".join(f"{state} {count}" for state, count in sorted(counts.items()))
    why = "".join(f"  [{reason}: {count}]" for reason, count in collections.Counter(map(_why, refused)).items())
    every = sum(counts.values())
    return say(f"{channel}: {every} recipients: {told}{why}", f"{channel}: {every} Empfänger: {told}{why}")


def _counted(rows: "Iterable[Publication]") -> "tuple[collections.Counter[str], list[Publication]]":
    from fahndung.lifecycle.mailing import is_told
    from fahndung.model.publication import State

    listed = [row for row in rows if not row.superseded]
    counts = collections.Counter("told" if is_told(row) else row.state.value for row in listed)
    return counts, [row for row in listed if row.state is State.REJECTED]


def _why(row: "Publication") -> str:
    return "" if row.problem is None else row.problem.in_language(language())

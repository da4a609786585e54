"""Messages to many recipients, counted by channel: on the terminal and as JSON. Lists whom they did not reach."""

import collections
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from fahndung.cli.language import language, say
from fahndung.cli.wording import mail_word

if TYPE_CHECKING:
    from fahndung.ledger.publications import Publication
    from fahndung.ledger.transaction import Tx

_MOST = 10
"""How many refused recipients are listed on the terminal; JSON lists them all."""


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


def mailings_json(tx: "Tx", mailings: "Mapping[Any, Iterable[Publication]]") -> list[dict[str, Any]]:
    """How many recipients stand where, by channel; who was refused and why, and what came back."""
    from fahndung.ledger import recipients

    return [
        {
            "channel": channel,
            "recipients": sum(counts.values()),
            "states": dict(sorted(counts.items())),
            "refused": [
                {
                    "to": recipients.told(tx, row.target).in_language(language()),
                    "why": None if row.problem is None else row.problem.in_language(language()),
                }
                for row in refused
            ],
            "bounced": _bounced_json(tx, rows),
        }
        for channel, rows in mailings.items()
        for counts, refused in [_counted(rows)]
    ]


def mailing_lines(documents: Iterable[Mapping[str, Any]]) -> list[str]:
    """The same for people."""
    lines = []
    for one in documents:
        told = ", ".join(f"{mail_word(state)} {count}" for state, count in one["states"].items())
        every = one["recipients"]
        lines.append(
            say(f"    {one['channel']}: {every} recipients: {told}", f"    {one['channel']}: {every} Empfänger: {told}")
        )
        for refused in one["refused"][:_MOST]:
            who = f"{refused['to']} ({refused['why']})"
            lines.append(say(f"      refused: {who}", f"      abgelehnt: {who}"))
        lines += _rest(len(one["refused"]))
        lines += [bounced_line(bounced) for bounced in one["bounced"][:_MOST]]
        lines += _rest(len(one["bounced"]))
    return lines


def _rest(count: int) -> list[str]:
    left = count - _MOST
    return [say(f"      … and {left} more (--json)", f"      … und {left} weitere (--json)")] if left > 0 else []


def bounced_line(one: Mapping[str, Any]) -> str:
    """What came back from whom; that it did is only what somebody says."""
    who = f"{one['to']} ({one['why']})"
    if one["notice"] is None:
        return say(f"      bounced: {who}", f"      kam zurück: {who}")
    return say(f"      the notice of the end bounced: {who}", f"      Nachricht über das Ende kam zurück: {who}")


def bounced_json(to: str, notice: int | None, status: str, reply: int | None) -> dict[str, Any]:
    """One message that came back."""
    from fahndung.channels import bounces

    why = bounces.meaning(status, reply).in_language(language())
    return {"to": to, "notice": notice, "status": status, "reply": reply, "why": why}


def _bounced_json(tx: "Tx", rows: "Iterable[Publication]") -> list[dict[str, Any]]:
    from fahndung.ledger import bounces, recipients

    targets = {row.id: row for row in rows}
    where = dict.fromkeys((row.appeal, row.channel) for row in targets.values())
    return [
        bounced_json(
            recipients.told(tx, targets[one.publication].target).in_language(language()),
            one.notice,
            one.status,
            one.reply,
        )
        for appeal, channel in where
        for one in bounces.of(tx, appeal, channel)
        if one.publication in targets
    ]


def told_json(rows: "Iterable[Publication]") -> list[dict[str, Any]]:
    """How many recipients were told of the end, by appeal and channel."""
    counts = collections.Counter((row.appeal, row.channel) for row in rows if not row.superseded)
    return [{"appeal": appeal, "channel": channel, "recipients": n} for (appeal, channel), n in sorted(counts.items())]


def told_line(one: Mapping[str, Any]) -> str:
    """The same for people; it must not sound as if anything were gone."""
    name, channel, count = one["appeal"], one["channel"], one["recipients"]
    return say(
        f"told: {count} recipients of {name} on {channel} were asked to delete their copies",
        f"mitgeteilt: {count} Empfänger von {name} ({channel}) sind um Löschung ihrer Kopien gebeten",
    )


def _counted(rows: "Iterable[Publication]") -> "tuple[collections.Counter[str], list[Publication]]":
    from fahndung.lifecycle.mailing import is_told
    from fahndung.model.publication import State

    listed = [row for row in rows if not row.superseded]
    counts = collections.Counter("told" if is_told(row) else row.state.value for row in listed)
    return counts, [row for row in listed if row.state is State.REJECTED]

"""What a run did and how each publication stands, on the terminal and as JSON. Decides nothing but the exit code."""

from typing import TYPE_CHECKING, Any

from fahndung.cli.call import Call, local
from fahndung.cli.items import item_json, item_lines
from fahndung.cli.language import language, say
from fahndung.cli.mailings import told_json, told_line
from fahndung.cli.parted import gone_line, is_replaced_in_place, remainder_json, remainder_line
from fahndung.cli.reminding import reminder_json
from fahndung.cli.told import latest, receiver_json, receiver_line
from fahndung.cli.wording import state_word

if TYPE_CHECKING:
    from fahndung.home import Home
    from fahndung.ledger.publications import Publication
    from fahndung.lifecycle.closingposts import Posted
    from fahndung.lifecycle.reminders import Reminder
    from fahndung.lifecycle.takendown import Outcome

REFUSED, CHANNEL_FAILED, STILL_ONLINE = 4, 6, 7


def print_outcome(
    call: Call,
    outcome: "Outcome",
    nothing: str,
    *,
    ended: "Home | None" = None,
    reminders: "tuple[Reminder, ...] | None" = None,
    more: dict[str, Any] | None = None,
) -> int:
    """Prints what a run did, with ``more`` in the document; 7 if something may be online past its end."""
    withdrawn = [publication_json(row) for row in outcome.withdrawn]
    pending = [pending_json(row) for row in outcome.pending]
    items = [item_json(item) for item in outcome.by_hand]
    remainders = [remainder_json(remainder) for remainder in outcome.remainders]
    lines = [remainder_line(row) for row in remainders]
    lines += [gone_line(row) for row in outcome.withdrawn]
    told = told_json(outcome.told)
    lines += [told_line(row) for row in told]
    lines += [
        say("NOT GONE: ", "NICHT WEG: ")
        + ": ".join(filter(None, (" ".join(filter(None, (row["channel"], row["url"]))), row["why"])))
        for row in pending
    ]
    lines += _next_lines(outcome)
    unrecorded = [publication_json(row) for row in outcome.unrecorded]
    lines += [
        say(
            f"gone, but not recorded yet: {row['channel']} {row['url']}; the next run records it",
            f"weg, aber noch nicht vermerkt: {row['channel']} {row['url']}; der nächste Lauf vermerkt es",
        )
        for row in unrecorded
    ]
    posts = [posted_json(one) for one in outcome.posts]
    lines += [posted_line(row) for row in posts]
    lines = lines or [nothing]
    lines += item_lines(outcome.by_hand)
    document: dict[str, Any] = {"withdrawn": withdrawn, "pending": pending, "by_hand": items}
    if unrecorded:  # only while the ledger cannot be written
        document["unrecorded"] = unrecorded
    if told:  # only where recipients were written to
        document["told"] = told
    if remainders:  # only where a person was left out
        document["remainders"] = remainders
    if posts:  # only where an account tells the end
        document["posts"] = posts
    if ended is not None:
        from fahndung.ledger.recipients import is_target

        document["receivers"] = [receiver_json(one, ended) for one in outcome.receivers]
        lines += [
            receiver_line(one, ended)
            for one in latest(outcome.receivers)
            if one.receiver.asked and not is_target(one.receiver.target)
        ]
    document["online_past_end"] = outcome.online_past_end
    if reminders is not None:
        document["reminders"] = [reminder_json(reminder) for reminder in reminders]
    call.print(document | (more or {}), lines)
    if outcome.online_past_end:
        return STILL_ONLINE
    return CHANNEL_FAILED if outcome.unrecorded else 0


def _next_lines(outcome: "Outcome") -> list[str]:
    """Who tries again what is not gone; none where all is."""
    if outcome.unwished:
        return [
            say(
                "The end itself is not recorded, so nothing is tried again by itself: run 'fahndung end' once more.",
                "Das Ende selbst ist nicht vermerkt, von selbst geschieht nichts: „fahndung end“ erneut ausführen.",
            )
        ]
    if outcome.pending:
        return [
            say(
                "What a program can remove is tried again by a running worker, and by every 'fahndung takedown'.",
                "Was ein Programm löschen kann, versucht ein laufender Dienst erneut, und jedes „fahndung takedown“.",
            )
        ]
    return []


def publication_json(row: "Publication") -> dict[str, Any]:
    """A publication as contract.md's ``publications`` entry; ``tells_end``: the kind of notice that it is, if one."""
    from fahndung.model.plain import to_plain
    from fahndung.model.publication import told_by

    return {
        "appeal": row.appeal,
        "revision": row.revision,
        "channel": row.channel,
        "tells_end": told_by(row.target),
        "medium": row.medium.value,
        "state": row.state.value,
        "opens_at": to_plain(row.opens_at),
        "ends_at": to_plain(row.due_at),
        "ends_because": row.due_because.in_language(language()) if row.due_because else None,
        "remote_id": row.remote_id,
        "url": row.url,
        "published_at": to_plain(row.published_at),
        "withdrawn_at": to_plain(row.withdrawn_at),
        "verified_at": to_plain(row.verified_at),
        "late_s": row.late_s,
        "gone_again_at": to_plain(row.gone_again_at),
        "problem": row.problem.in_language(language()) if row.problem else None,
        "judged_by": {"norms": row.norms, "rules": row.rules},
    }


def publication_line(row: "Publication", *, altered: bool = False, earlier: bool = False) -> str:
    """Where it stands, and what stands in its way.

    Args:
        altered: it is online otherwise than it was approved.
        earlier: it still shows what a later revision corrects, which is online elsewhere.
    """
    from fahndung.model.publication import told_by

    problem = f"  ({row.problem.in_language(language())})" if row.problem and not row.is_down else ""
    if row.state.value == "planned" and row.opens_at is not None:
        problem = say(f"  goes out {local(row.opens_at)}", f"  geht hinaus {local(row.opens_at)}") + problem
    kind = told_by(row.target)
    notice = "" if kind is None else say(f"  tells the end: {kind}", f"  teilt das Ende mit: {kind}")
    if altered:
        notice += say("  NOT AS APPROVED", "  NICHT WIE FREIGEGEBEN")
    if earlier:
        notice += say("  STILL THE EARLIER REVISION", "  NOCH DIE FRÜHERE REVISION")
    if is_replaced_in_place(row) and row.is_down:
        notice += say("  but for what replaced it", "  bis auf das, was es ersetzt")
    return f"    {row.channel:<16} r{row.revision} {state_word(row.state.value):<12} {row.url or ''}{notice}{problem}"


def posted_json(posted: "Posted") -> dict[str, Any]:
    """A post that tells an end, or why there is none."""
    row = posted.row
    return {
        "appeal": posted.appeal,
        "channel": posted.channel,
        "state": None if row is None else row.state.value,
        "url": None if row is None else row.url,
        "ends_at": None if row is None or row.due_at is None else row.due_at.isoformat(),
        "why": None if posted.why is None else posted.why.in_language(language()),
    }


def posted_line(row: dict[str, Any]) -> str:
    """The same for people."""
    if row["why"] is None:
        return say(
            f"end told: {row['channel']} {row['url']}, until {row['ends_at']}",
            f"Ende mitgeteilt: {row['channel']} {row['url']}, bis {row['ends_at']}",
        )
    return say(
        f"END NOT TOLD: {row['channel']}: {row['why']}", f"ENDE NICHT MITGETEILT: {row['channel']}: {row['why']}"
    )


def pending_json(pending: Any) -> dict[str, Any]:
    """A publication that may be online, as contract.md's ``pending`` entry."""
    return {
        "appeal": pending.appeal,
        "channel": pending.channel,
        "url": pending.url,
        "why": pending.why.in_language(language()),
    }

"""The command ``sweep``: what stands on the accounts without a row; has it removed; accepts a restored ledger."""

from typing import TYPE_CHECKING, Any

import click

from fahndung.cli import heading
from fahndung.cli.call import Call, command, note
from fahndung.cli.language import language, say
from fahndung.cli.outcome import print_outcome
from fahndung.cli.session import session
from fahndung.cli.wording import counted

if TYPE_CHECKING:
    from fahndung.cli.session import Session
    from fahndung.lifecycle.matching import Orphan
    from fahndung.lifecycle.sweep import Swept

CHANNEL_FAILED, STILL_ONLINE = 6, 7


@click.command(
    help=say(
        "Looks through every account: what came back is taken down, what nobody knows is told.",
        "Sucht alle Konten ab: Wiedergekehrtes wird gelöscht, Herrenloses gemeldet.",
    )
)
@click.option("--remove", is_flag=True, help=say("remove what nobody knows", "Herrenloses löschen"))
@click.option(
    "--looked-at",
    "looked_at",
    multiple=True,
    metavar="NAME",
    help=say("a person has looked through this account", "dieses Konto hat eine Person selbst abgesucht"),
)
@click.option(
    "--reconcile",
    is_flag=True,
    help=say("accept a restored ledger if nothing is left", "ein zurückgespieltes Register gelten lassen"),
)
@command
def sweep(call: Call, remove: bool, looked_at: tuple[str, ...], reconcile: bool) -> int:
    """Another home may share an account: nothing unknown is removed unless a person asks for it."""
    from fahndung.errors import UsageError
    from fahndung.lifecycle import sweep as lifecycle_sweep

    with session(call, takes_away=True, moves_ends=True) as run:
        if reconcile and run.alarm is None:
            raise UsageError(
                "the ledger was not set back, so there is nothing to reconcile",
                "Das Register wurde nicht zurückgesetzt; es gibt nichts abzugleichen",
            )
        wish = lifecycle_sweep.Wish(remove=remove, looked_at=looked_at, end_missing=reconcile)
        swept = lifecycle_sweep.sweep(run.home, run.ledger, now=run.now, by=run.by, wish=wish)
        _tell(swept)
        accepted = reconcile and _accept(run, swept)
    code = _print(call, swept, reconciled=accepted)
    return code if accepted else run.code(code)


def _accept(run: "Session", swept: "Swept") -> bool:
    """Whether the ledger counts again; what is left is told."""
    from fahndung.errors import StillOnline
    from fahndung.lifecycle import sweep as lifecycle_sweep

    kept = heading.keeping(run.home, run.config, rehearsal=run.ledger.kind == "rehearsal")
    try:
        lifecycle_sweep.reconcile(run.ledger, swept, heading.known(kept), now=run.now, by=run.by)
    except StillOnline as error:
        note(error.message.in_language(language()))
        return False
    heading.accept(kept, run.ledger, run.now)
    note(say("the ledger counts again; publishing works", "Das Register gilt wieder; Veröffentlichen ist möglich"))
    return True


def _tell(swept: "Swept") -> None:
    for one in swept.unlisted:
        why = one.why.in_language(language())
        note(say(f"NOT LOOKED THROUGH: {one.channel}: {why}", f"NICHT ABGESUCHT: {one.channel}: {why}"))
    for row in swept.missing:
        note(
            say(
                f"{row.appeal} r{row.revision} {row.channel}: it is not there; it counts as ended",
                f"{row.appeal} r{row.revision} {row.channel}: steht nicht dort; gilt als beendet",
            )
        )
    for removal in swept.removals:
        if removal.why is None:
            where = removal.orphan.where
            note(say(f"removed: {where}", f"gelöscht: {where}"))
        else:
            where, why = removal.orphan.where, removal.why.in_language(language())
            note(say(f"NOT GONE: {where}: {why}", f"NICHT WEG: {where}: {why}"))
    for orphan in swept.orphans:
        note(_orphan_line(orphan))


def _orphan_line(orphan: "Orphan") -> str:
    count = len(orphan.references)
    if orphan.appeal is None:
        whose = say("nobody here knows it", "hier kennt es niemand")
    else:
        whose = f"{orphan.appeal} r{orphan.revision}"
    return say(
        f"ORPHAN: {orphan.where} ({count} objects; {whose}). Look at it; --remove removes it.",
        f"HERRENLOS: {orphan.where} ({count} Objekte; {whose}). Bitte ansehen; --remove löscht es.",
    )


def _print(call: Call, swept: "Swept", *, reconciled: bool) -> int:
    nothing = say(
        f"{counted(len(swept.listed), 'account', 'accounts')} looked through, orphans: {len(swept.orphans)}.",
        f"{counted(len(swept.listed), 'Konto', 'Konten')} abgesucht, Herrenloses: {len(swept.orphans)}.",
    )
    code = print_outcome(call, swept.outcome, nothing, more=_json(swept) | {"reconciled": reconciled})
    if swept.orphans:
        return STILL_ONLINE
    return code or (0 if swept.complete else CHANNEL_FAILED)


def _json(swept: "Swept") -> dict[str, Any]:
    failed = {removal.orphan: removal.why for removal in swept.removals if removal.why is not None}
    return {
        "accounts": list(swept.listed),
        "noted": swept.noted,
        "complete": swept.complete,
        "orphans": [
            {
                "channel": one.channel,
                "marker": one.marker,
                "objects": [{"kind": it.kind, "id": it.id, "url": it.url} for it in one.references],
                "id": one.appeal,
                "revision": one.revision,
                "why": failed[one].in_language(language()) if one in failed else None,
            }
            for one in swept.orphans
        ],
        "removed": [removal.orphan.where for removal in swept.removals if removal.why is None],
        "unlisted": [{"channel": one.channel, "why": one.why.in_language(language())} for one in swept.unlisted],
        "missing": [{"id": row.appeal, "revision": row.revision, "channel": row.channel} for row in swept.missing],
    }

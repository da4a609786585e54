"""The command that hands a release to its channels, and what it says of each."""

from typing import TYPE_CHECKING, Any

import click

from fahndung.cli.call import Call, command, local, note
from fahndung.cli.language import language, say
from fahndung.cli.mailings import mailing_lines, mailings_json
from fahndung.cli.outcome import CHANNEL_FAILED, REFUSED, STILL_ONLINE, pending_json, publication_json
from fahndung.cli.session import session
from fahndung.cli.watching import tell_others
from fahndung.model.publication import Live

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fahndung.errors import Message
    from fahndung.ledger.publications import Publication
    from fahndung.ledger.transaction import Tx
    from fahndung.lifecycle.prepared import Published, Ready, Sent, Waiting


@click.command(
    help=say("Hands an approved release to its channels.", "Gibt eine freigegebene Veröffentlichung an ihre Kanäle.")
)
@click.argument("appeal_id", metavar="ID")
@click.option("--channel", "only", multiple=True, metavar="NAME", help=say("only this one", "nur diesen"))
@click.option("--dry-run", is_flag=True, help=say("everything up to the send", "alles bis zum Senden"))
@click.option(
    "--test-to",
    "tester",
    metavar="ADDRESS",
    help=say("only a press mail, marked as a test, to this address", "nur eine Pressemail, als Test, an diese Adresse"),
)
@command
def publish(call: Call, appeal_id: str, only: tuple[str, ...], dry_run: bool, tester: str | None) -> int:
    """Verifies signatures, bytes and law again; every draft fits before one is sent."""
    from fahndung.errors import UsageError
    from fahndung.lifecycle import publishing, readying, rehearsing
    from fahndung.lifecycle.attendance import is_attended

    if dry_run and tester is not None:
        raise UsageError("either --dry-run or --test-to", "entweder --dry-run oder --test-to")
    with session(call, moves_ends=tester is None) as run:
        run.refuse_to_publish()
        if tester is not None:
            names = rehearsing.try_out(run.home, run.ledger, appeal_id=appeal_id, to=tester, now=run.now, only=only)
            _print_tried(call, appeal_id, names)
            return 0
        if dry_run:
            attended = is_attended(run.home, run.ledger)
            ready = readying.prepare(
                run.home, run.ledger, appeal_id=appeal_id, now=run.now, only=only, attended=attended
            )
            _print_ready(call, ready)
            return 0
        done = publishing.publish(run.home, run.ledger, appeal_id=appeal_id, now=run.now, by=run.by, only=only)
        tell_others(run)
        with run.ledger.read() as tx:
            mailings = mailings_json(tx, done.mailings)
            seen = {entry.publication.id: _seen(tx, entry) for entry in done.sent}
        _print_published(call, done, mailings, seen)
        if done.pending:
            return STILL_ONLINE
        wrong = [entry for entry in done.sent if not publishing.is_right(entry)]
        left = [one for one in done.waiting if not one.attended]
        return CHANNEL_FAILED if done.failed or wrong or left else REFUSED if done.refused else 0


def _print_tried(call: Call, appeal_id: str, names: tuple[str, ...]) -> None:
    lines = [
        say(
            f"{name}: a test was sent; {appeal_id} is not published, and nothing of it stands in the ledger",
            f"{name}: Test gesendet; {appeal_id} ist nicht veröffentlicht, im Register steht davon nichts",
        )
        for name in names
    ]
    call.print({"id": appeal_id, "tested": list(names)}, lines)


def _print_ready(call: Call, ready: "Ready") -> None:
    from fahndung.model.plain import to_plain

    rows = [
        {
            "channel": draft.channel,
            "urls": [reference.url for reference in draft.references],
            "bytes": sum(map(len, draft.payload.values())),
            "recipients": len(ready.recipients[draft.channel]) if draft.channel in ready.recipients else None,
            "opens_at": to_plain(ready.opens.get(draft.channel)),
        }
        for _, draft in ready.drafts
    ]
    lines = [
        say(f"{row['channel']}: would send {row['bytes']} bytes", f"{row['channel']}: würde {row['bytes']} Byte senden")
        + _to(row["recipients"])
        for row in rows
    ]
    warnings = _warned(ready.warnings)
    call.print({"digest": ready.stored.digest, "dry_run": True, "drafts": rows, "warnings": warnings}, lines)


def _warned(warnings: "Sequence[Message]") -> list[str]:
    """Warnings in the language of whoever reads, told on the error output."""
    told = [warning.in_language(language()) for warning in warnings]
    for one in told:
        note(say(f"WARNING: {one}", f"WARNUNG: {one}"))
    return told


def _to(recipients: object) -> str:
    if recipients is None:
        return ""
    return say(f" to {recipients} recipients, each by itself", f", einzeln an {recipients} Empfänger")


def _print_published(call: Call, done: "Published", mailings: list[dict[str, Any]], seen: dict[int, str]) -> None:
    from fahndung.model.plain import to_plain

    sent = [
        {
            **publication_json(entry.publication),
            "seen": None if entry.look is None else type(entry.look).__name__.lower(),
            "why": seen[entry.publication.id],
        }
        for entry in done.sent
    ]
    failed, refused = _troubles(done.failed), _troubles(done.refused)
    lines = [f"{row['channel']}: {row['url']}  ({row['why']})" for row in sent]
    lines += mailing_lines(mailings)
    lines += [
        say(f"{row['channel']} FAILED: {row['why']}", f"{row['channel']} GESTÖRT: {row['why']}") for row in failed
    ]
    lines += [
        say(f"{row['channel']} REFUSED: {row['why']}", f"{row['channel']} ABGELEHNT: {row['why']}") for row in refused
    ]
    pending = [pending_json(one) for one in done.pending]
    lines += [
        say(
            f"STILL BEING TAKEN DOWN: {row['channel']} {row['url']}: {row['why']}",
            f"WIRD NOCH GELÖSCHT: {row['channel']} {row['url']}: {row['why']}",
        )
        for row in pending
    ]
    if failed:
        lines.append(
            say(
                "'fahndung publish' tries it again, as a running worker does with what it has begun; "
                "where a person has to look first, that is said above.",
                "„fahndung publish“ versucht es erneut, ein laufender Dienst ebenso bei dem, was er begonnen hat; "
                "wo zuerst jemand nachsehen muss, steht es oben.",
            )
        )
    promised = [{"channel": row.channel, "at": to_plain(row.opens_at)} for row in done.promised]
    lines += map(_promised_line, done.promised)
    lines += [_waiting_line(one) for one in done.waiting]
    document = {
        "published": sent,
        "failed": failed,
        "refused": refused,
        "pending": pending,
        "warnings": _warned(done.warnings),
        "promised": promised,
        "waiting": [
            {
                "channel": one.channel,
                "until": to_plain(one.until),
                "why": one.why.in_language(language()),
                "attended": one.attended,
            }
            for one in done.waiting
        ],
    }
    if mailings:
        document["mailings"] = mailings
    call.print(document, lines)


def _promised_line(row: "Publication") -> str:
    """What the worker sends when its time comes."""
    return say(
        f"{row.channel}: the worker sends it at {local(row.opens_at)}, if nothing stands against it then",
        f"{row.channel}: Der Dienst sendet es am {local(row.opens_at)}, wenn dann nichts dagegen spricht",
    )


def _waiting_line(one: "Waiting") -> str:
    """What waits, until when where that is known, and who sends it then."""
    until = "" if one.until is None else f" ({local(one.until)})"
    then = (
        say(
            "the worker sends it then, if nothing stands against it",
            "der Dienst sendet es dann, wenn nichts dagegen spricht",
        )
        if one.attended
        else say("no worker runs: publish it again then", "es läuft kein Dienst: bitte dann neu veröffentlichen")
    )
    why = one.why.in_language(language())
    return say(f"{one.channel} waits{until}: {why}; {then}", f"{one.channel} wartet{until}: {why}; {then}")


def _seen(tx: "Tx", entry: "Sent") -> str:
    from fahndung.ledger import publications
    from fahndung.lifecycle import comparing
    from fahndung.lifecycle.settling import told

    look, row = entry.look, entry.publication
    if look is None:
        return say("taken; nobody but its members can look", "angenommen; nachsehen können nur Mitglieder")
    if isinstance(look, Live):
        return comparing.told(row.kind, publications.posting(tx, row.id)).in_language(language())
    return told(look).in_language(language())


def _troubles(told: "Iterable[tuple[str, Message]]") -> list[dict[str, str]]:
    return [{"channel": name, "why": message.in_language(language())} for name, message in told]

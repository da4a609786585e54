"""The command that hands a release to its channels, and what it says of each."""

from typing import TYPE_CHECKING

import click

from fahndung.cli.call import Call, command
from fahndung.cli.language import language, say
from fahndung.cli.outcome import CHANNEL_FAILED, STILL_ONLINE, pending_json, publication_json
from fahndung.cli.session import session
from fahndung.model.publication import Live

if TYPE_CHECKING:
    from fahndung.lifecycle.publishing import Published, Ready


@click.command(
    help=say("Hands an approved release to its channels.", "Gibt eine freigegebene Veröffentlichung an ihre Kanäle.")
)
@click.argument("appeal_id", metavar="ID")
@click.option("--channel", "only", multiple=True, metavar="NAME", help=say("only this one", "nur diesen"))
@click.option("--dry-run", is_flag=True, help=say("everything up to the send", "alles bis zum Senden"))
@command
def publish(call: Call, appeal_id: str, only: tuple[str, ...], dry_run: bool) -> int:
    """Verifies signatures, bytes and law again; every draft fits before one is sent."""
    from fahndung.lifecycle import publishing

    with session(call, moves_ends=True) as run:
        run.refuse_to_publish()
        if dry_run:
            ready = publishing.prepare(run.home, run.ledger, appeal_id=appeal_id, now=run.now, only=only)
            _print_ready(call, ready)
            return 0
        done = publishing.publish(run.home, run.ledger, appeal_id=appeal_id, now=run.now, by=run.by, only=only)
        _print_published(call, done)
        if done.pending:
            return STILL_ONLINE
        wrong = [entry for entry in done.sent if not publishing.is_right(entry)]
        return CHANNEL_FAILED if done.failed or wrong else 0


def _print_ready(call: Call, ready: "Ready") -> None:
    rows = [
        {
            "channel": draft.channel,
            "urls": [reference.url for reference in draft.references],
            "bytes": sum(map(len, draft.payload.values())),
        }
        for _, draft in ready.drafts
    ]
    lines = [
        say(f"{row['channel']}: would send {row['bytes']} bytes", f"{row['channel']}: würde {row['bytes']} Byte senden")
        for row in rows
    ]
    call.print({"digest": ready.stored.digest, "dry_run": True, "drafts": rows}, lines)


def _print_published(call: Call, done: "Published") -> None:
    from fahndung.lifecycle.settling import told

    sent = [
        {
            **publication_json(entry.publication),
            "seen": type(entry.look).__name__.lower(),
            "why": say("online, every byte as approved", "online, jedes Byte wie freigegeben")
            if isinstance(entry.look, Live)
            else told(entry.look).in_language(language()),
        }
        for entry in done.sent
    ]
    failed = [{"channel": name, "why": message.in_language(language())} for name, message in done.failed]
    lines = [f"{row['channel']}: {row['url']}  ({row['why']})" for row in sent]
    lines += [
        say(f"{row['channel']} FAILED: {row['why']}", f"{row['channel']} GESTÖRT: {row['why']}") for row in failed
    ]
    call.print({"published": sent, "failed": failed, "pending": [pending_json(p) for p in done.pending]}, lines)

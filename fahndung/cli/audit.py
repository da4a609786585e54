"""Commands about the audit chain: audit verify, audit export."""

import datetime as dt
import pathlib
from typing import TYPE_CHECKING, Any

import click

from fahndung.cli import heading
from fahndung.cli.call import Call, command, local, note, problem_json, problem_line, shown
from fahndung.cli.language import language, say
from fahndung.cli.querying import queried, reason_option
from fahndung.cli.session import config_of_today, instant, open_ledger, session
from fahndung.errors import Message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fahndung.cli.session import Session
    from fahndung.errors import Problem
    from fahndung.home import Home
    from fahndung.ledger.answers import Kept
    from fahndung.ledger.audit import Head, Verdict
    from fahndung.ledger.store import Ledger

BROKEN = 4
FULL_UP_TO = 100_000
"""So many events are verified from the first one on; of longer logs only what came since, unless all is asked for."""
FILE = click.Path(path_type=pathlib.Path)
_NO_PROOF = Message(
    "the chain is BROKEN: this proves nothing; look with 'fahndung audit verify --full'",
    "die Kette ist VERLETZT: Das hier beweist nichts; nachsehen mit „fahndung audit verify --full“",
)
_NO_DOCUMENT = Message("no document was written", "ein Dokument wurde nicht geschrieben")


@click.group(help=say("Checks and exports the audit chain.", "Prüft die Protokollkette und gibt sie aus."))
def audit() -> None:
    """The group of ``audit verify`` and ``audit export``."""


@audit.command(
    help=say(
        "Finds any changed, removed or reordered row; with a signed head also a cut tail and a home that was set back.",
        "Findet jede veränderte, entfernte oder vertauschte Zeile; mit einem signierten Protokollende auch ein "
        "abgeschnittenes Ende und einen zurückgesetzten Datenbestand.",
    )
)
@click.option(
    "--head",
    "head_file",
    metavar="FILE",
    type=FILE,
    help=say("a head that was kept elsewhere [that of the last run]", "ein Protokollende [das des letzten Laufs]"),
)
@click.option(
    "--public-key",
    "key_file",
    metavar="FILE",
    type=FILE,
    help=say("the home's public key, kept elsewhere [the home's]", "öffentlicher Schlüssel, auswärts verwahrt"),
)
@click.option("--full", is_flag=True, help=say("also what was verified before", "auch schon früher Geprüftes"))
@command
def verify(call: Call, head_file: pathlib.Path | None, key_file: pathlib.Path | None, full: bool) -> int:
    """All of a small log, of a big one what came since the last time."""
    from fahndung.approval import key_id
    from fahndung.home import open_home

    home = open_home(call.home_path)
    with open_ledger(call, home) as ledger:
        now = instant(call, ledger)
        public = _public_key(home, key_file)
        known, unsigned = _known_head(home, ledger, head_file, public)
        verdict = _judged(ledger, known, full=full)
        problems = (*unsigned, *verdict.problems)
        if not problems:
            _remember(ledger, verdict, now)
    for problem in problems:
        note(problem_line(problem))
    told = say("the chain is whole", "die Kette ist unversehrt")
    if problems:
        told = say("the chain is BROKEN", "die Kette ist VERLETZT")
    count, since, fingerprint = verdict.head.count, verdict.since, key_id(public)
    lines = [
        say(f"{count} events: {told}", f"{count} Ereignisse: {told}"),
        say(f"key of the head: {fingerprint}", f"Schlüssel des Protokollendes: {fingerprint}"),
    ]
    if since:
        lines.append(say(f"compared from event {since + 1} on", f"verglichen ab Eintrag {since + 1}"))
    document = {"ok": not problems, "events": count, "since": since, "fingerprint": fingerprint}
    call.print({**document, "problems": [problem_json(problem) for problem in problems]}, lines)
    return BROKEN if problems else 0


def _public_key(home: "Home", named: pathlib.Path | None) -> bytes:
    from fahndung.approval import load_public
    from fahndung.ledger import heads

    return load_public(named) if named is not None else heads.public_key(home.path)


def _known_head(
    home: "Home", ledger: "Ledger", named: pathlib.Path | None, public: bytes
) -> "tuple[Head | None, tuple[Problem, ...]]":
    """The head to compare with, and what is wrong with its signature.

    Raises:
        UsageError: the file that was named, or that of the last run, cannot be read.
    """
    kept = heading.keeping(home, config_of_today(home), rehearsal=ledger.kind == "rehearsal")
    if named is None and not heading.is_there(kept):
        return None, ()
    return _kept_head(named or kept.path, public)


def _kept_head(path: pathlib.Path, public: bytes) -> "tuple[Head | None, tuple[Problem, ...]]":
    """As ``_known_head``."""
    from fahndung.errors import Problem, Severity
    from fahndung.ledger import heads

    try:
        return heads.read(path, public).head, ()
    except heads.NotSigned as error:
        return None, (Problem(rule="audit", severity=Severity.BLOCK, field="audit/head", message=error.message),)


def _judged(ledger: "Ledger", known: "Head | None", *, full: bool) -> "Verdict":
    from fahndung.ledger import about
    from fahndung.ledger import audit as chain

    with ledger.read() as tx:
        before = about.verified(tx)
        small = full or before is None or chain.head(tx).count <= FULL_UP_TO
        return chain.judge(tx, known, since=None if small else before)


def _remember(ledger: "Ledger", verdict: "Verdict", now: dt.datetime) -> None:
    """Where the next verification may start; a ledger that cannot be written is told."""
    from fahndung.errors import FahndungError
    from fahndung.ledger import about

    try:
        with ledger.write(now) as tx:
            about.set_verified(tx, verdict.head)
    except FahndungError as error:
        note(error.message.in_language(language()))


@audit.command(
    help=say(
        "Prints the deletion protocol of a case, or writes it as a table or a document.",
        "Gibt das Löschprotokoll eines Falls aus oder schreibt es als Tabelle oder Dokument.",
    )
)
@click.argument("appeal_id", metavar="ID")
@click.option("--csv", "csv_file", metavar="FILE", type=FILE, help=say("as a table", "als Tabelle"))
@click.option("--pdf", "pdf_file", metavar="FILE", type=FILE, help=say("as a document", "als Dokument"))
@click.option(
    "--answers",
    "with_answers",
    is_flag=True,
    help=say("also what servers answered to calls that failed", "auch, was Server auf misslungene Aufrufe antworteten"),
)
@reason_option("data-protection")
@command
def export(
    call: Call,
    appeal_id: str,
    csv_file: pathlib.Path | None,
    pdf_file: pathlib.Path | None,
    with_answers: bool,
    reason: str,
) -> int:
    """Every event of a case, oldest first; this query is the last one. No document is made of a broken chain."""
    from fahndung import protocol
    from fahndung.cli.sheets import write_new
    from fahndung.ledger import answers, heads

    with session(call, takes_away=True) as run:
        queried(run, appeal_id, reason)
        with run.ledger.read() as tx:
            told = protocol.of(tx, appeal_id, now=run.now, by=run.by, public_key=heads.public_key(run.home.path))
            kept = answers.of(tx, appeal_id) if with_answers else ()
        problems = _against_proof(run)
        for problem in problems:
            note(problem_line(problem))
        if problems:
            note(_NO_PROOF.in_language(language()))
            if csv_file is not None or pdf_file is not None:
                note(_NO_DOCUMENT.in_language(language()))
            csv_file = pdf_file = None
        if csv_file is not None:
            write_new(csv_file, protocol.as_csv(told))
        if pdf_file is not None:
            write_new(pdf_file, protocol.as_pdf(told))
        raw = {"answers": [_answer_json(one) for one in kept]} if with_answers else {}
        call.print(
            {"id": appeal_id, "events": told.events, **raw},
            [*map(_event_line, told.events), *(line for one in kept for line in _answer_lines(one))],
        )
    return BROKEN if problems else 0


def _against_proof(run: "Session") -> "tuple[Problem, ...]":
    """What speaks against showing the log as a proof: all of it is compared, and with the head of the last run."""
    from fahndung.ledger import heads

    kept = heading.keeping(run.home, run.config, rehearsal=run.ledger.kind == "rehearsal")
    known, unsigned = _kept_head(kept.path, heads.public_key(run.home.path)) if heading.is_there(kept) else (None, ())
    return (*unsigned, *_judged(run.ledger, known, full=True).problems)


def _event_line(event: "Mapping[str, Any]") -> str:
    """An event for people: local time, and on a German terminal German words; JSON and CSV keep the codes."""
    from fahndung.protocol import words

    action, reason = event["action"], event.get("reason") or ""
    what = say(action, words.ACTIONS.get(action, action))
    why = say(reason, words.REASONS.get(reason, reason))
    data = event.get("data") or {}
    where = " ".join(str(data[key]).removeprefix("mailto:") for key in ("channel", "recipient") if data.get(key))
    at = local(dt.datetime.fromisoformat(event["at"]))
    return "  ".join(part for part in (f"{event['seq']:>6}", at, f"{event['by']:<16} {what}", where, why) if part)


def _answer_json(kept: "Kept") -> dict[str, Any]:
    from fahndung.model.plain import to_plain

    about = {"publication": kept.publication, "operation": kept.operation, "channel": kept.channel, "task": kept.task}
    return {**about, **to_plain(kept.answer)}


def _answer_lines(kept: "Kept") -> list[str]:
    """An answer for people: what it was to, then headers and body as they came, but for the secrets."""
    one = kept.answer
    first = f"{local(one.at)}  {kept.channel}  {kept.task}  {one.method} {one.address}  {one.status}"
    said = [*(f"{name}: {value}" for name, value in one.headers.items()), *one.body.splitlines()]
    return ["", first, *(f"    {shown(line)}" for line in said)]

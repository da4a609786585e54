"""Commands about where things are shown: serve, channels."""

import pathlib
import threading
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import click

from fahndung.cli.call import Call, command, machine_clock, note
from fahndung.cli.holding import held_json, held_line
from fahndung.cli.language import language, say
from fahndung.cli.session import Session, session
from fahndung.errors import FahndungError, UsageError

if TYPE_CHECKING:
    from fahndung.home.config import Config
    from fahndung.lifecycle.trying import Tried


@click.command(
    help=say(
        "Shows the website's folder on loopback as a real web server would.",
        "Zeigt den Ordner der Website lokal wie ein echter Webserver.",
    )
)
@click.option("--port", type=click.IntRange(0, 65535), help=say("default: that of base_url", "sonst der von base_url"))
@click.option("--channel", "name", metavar="NAME", help=say("which website", "welche Website"))
@click.option(
    "--config",
    "flavour",
    type=click.Choice(["nginx", "apache"]),
    help=say("print the server's configuration instead", "statt dessen die Serverkonfiguration ausgeben"),
)
@command
def serve(call: Call, port: int | None, name: str | None, flavour: str | None) -> None:
    """410 by marker file, headers of docs/website-headers.md."""
    from urllib.parse import urlsplit

    from fahndung.channels import server, webconfig
    from fahndung.home import open_home

    home = open_home(call.home_path)
    table = _website(home.config().channels, name, ("website",) if flavour is None else ("website", "sftp"))
    root = pathlib.Path(table["folder"]) if table["kind"] == "sftp" else (home.path / table["root"]).resolve()
    address = urlsplit(table["base_url"])
    if flavour is not None:
        make = webconfig.nginx if flavour == "nginx" else webconfig.apache
        text = make(root, address.hostname or "localhost")
        call.print({"server": flavour, "configuration": text}, [text.rstrip("\n")])
        return
    with server.Server(root, address.port or 8477 if port is None else port) as running:
        click.echo(running.url)
        note(say("Ctrl-C ends it.", "Strg-C beendet."))
        threading.Event().wait()


@click.group(
    invoke_without_command=True,
    help=say("Kinds and configured accounts with their abilities.", "Arten und Konten mit ihren Fähigkeiten."),
)
@click.option("--home", metavar="DIR")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def channels(ctx: click.Context, home: str | None, as_json: bool) -> None:
    """The list; ``channels test NAME`` checks one, ``channels for ID`` tells where an appeal goes."""
    ctx.obj = (ctx.find_object(Call) or Call()).merged(home, None, None, as_json)
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_channels)


@channels.command(
    name="for",
    help=say(
        "To which accounts an appeal goes, and why not to the others.",
        "An welche Konten eine Fahndung geht, und warum an die anderen nicht.",
    ),
)
@click.argument("appeal_id", metavar="ID")
@command
def routes(call: Call, appeal_id: str) -> None:
    """By the record and the configuration; it says nothing about a person, so it is no query."""
    from fahndung import routing
    from fahndung.cli.holding import held_json, held_line
    from fahndung.dossier.stored import stored_case
    from fahndung.ledger import accounts, appeals

    with session(call) as run:
        with run.ledger.read() as tx:
            submission = appeals.get(tx, appeal_id)
            held = [account for account in accounts.all(tx) if account.held_at is not None]
        found = routing.routes(stored_case(run.home, submission).appeal, run.home.config())
        held = [account for account in held if account.name in {one.account for one in found if one.goes}]
        call.print(
            {
                "id": appeal_id,
                "revision": submission.revision,
                "accounts": [one.as_json(language()) for one in found],
                "held": [held_json(account) for account in held],
            },
            [one.line(language()) for one in found] + [held_line(account) for account in held],
        )


@channels.command(name="list", help=say("Lists the channels.", "Listet die Kanäle."))
@command
def list_channels(call: Call) -> None:
    """As a table."""
    from fahndung.cli import abilities
    from fahndung.ledger import accounts
    from fahndung.lifecycle import readying

    with session(call) as run:
        config = run.home.config()
        with run.ledger.read() as tx:
            known = {account.name: account for account in accounts.all(tx)}
        held = [account for account in known.values() if account.held_at is not None]
        demanded = config.terms
        rows = []
        for name in config.channels:
            channel = readying.open_channel(run.home, run.ledger, config, name)
            row = channel.capabilities().as_json(name, language()) | {"held_at": None, "held_by": None}
            row |= demanded[name].as_json() | {"terms": "; ".join(demanded[name].words(language()))}
            rows.append(row | (held_json(known[name]) if name in known else {}))
        call.print(
            {"channels": rows},
            [*abilities.lines(rows), *(held_line(account) for account in held)],
        )


@channels.command(
    name="test",
    help=say(
        "Checks access and rights of one channel, or of all; posts nothing.",
        "Prüft Zugang und Rechte eines Kanals oder aller; sendet nichts.",
    ),
)
@click.argument("name", required=False)
@command
def test_channel(call: Call, name: str | None) -> int:
    """The positive control; a clock that is far off is a failure as well."""
    from fahndung.lifecycle import trying

    with session(call) as run:
        config = run.home.config()
        if name is None:
            found = _all_tried(run, config)
            call.print({"channels": [row for row, _, _ in found]}, [line for _, lines, _ in found for line in lines])
            return max((code for _, _, code in found), default=0)
        if name not in config.channels:
            raise UsageError(f"fahndung.toml configures no channel {name}", f"fahndung.toml kennt keinen Kanal {name}")
        row, lines, code = _answered(name, trying.compared({name: _tried(run, config, name)})[name])
        call.print(row, lines)
    return code


_Answered = tuple[dict[str, Any], list[str], int]
"""What one channel answers, as JSON and as lines, and the exit code."""


def _all_tried(run: Session, config: "Config") -> list[_Answered]:
    """Every channel, with the failure of one in the place of its answer: the others are tried all the same."""
    from fahndung.lifecycle import trying

    tried: dict[str, Tried] = {}
    failed: dict[str, FahndungError] = {}
    for name in config.channels:
        try:
            tried[name] = _tried(run, config, name)
        except FahndungError as error:
            failed[name] = error
    tried = trying.compared(tried)
    return [_failed(name, failed[name]) if name in failed else _answered(name, tried[name]) for name in config.channels]


def _failed(name: str, error: FahndungError) -> _Answered:
    why = error.message.in_language(language())
    line = say(f"{name} FAILED: {why}", f"{name} GESTÖRT: {why}")
    return {"channel": name, "ok": False, "error": why}, [line], error.exit_code


def _tried(run: Session, config: "Config", name: str) -> "Tried":
    """What one login shows.

    Raises:
        FahndungError: it cannot be used.
    """
    from fahndung.lifecycle import readying, trying

    return trying.attempt(readying.open_channel(run.home, run.ledger, config, name), machine_clock)


def _answered(name: str, tried: "Tried") -> _Answered:
    from fahndung.lifecycle import diagnosis

    code = diagnosis.exit_code([tried.clock] if tried.clock else [])
    apart = None if tried.apart is None else round(tried.apart.total_seconds())
    told = {"rights": tried.rights, "clock_apart_s": apart, "limits": dict(tried.limits)}
    return {"channel": name, "ok": code == 0, **told}, _tried_lines(name, tried), code


_RIGHTS = {
    "tried": ("tried", "ausprobiert"),
    "told": ("told by the platform", "von der Plattform mitgeteilt"),
    "unknown": ("nobody tells", "unbekannt"),
}


def _tried_lines(name: str, tried: "Tried") -> list[str]:
    en, de = _RIGHTS[tried.rights]
    lines = [say(f"{name}: ready", f"{name}: bereit")]
    if tried.clock is not None and tried.clock.verdict == "bad":
        lines = [say(f"{name} answers and is NOT READY", f"{name} antwortet und ist NICHT BEREIT")]
    lines.append(say(f"rights to publish and delete: {en}", f"Rechte zum Veröffentlichen und Löschen: {de}"))
    if tried.clock is not None:
        todo = "" if tried.clock.todo is None else f": {tried.clock.todo.in_language(language())}"
        mark = {"ok": "ok", "warn": say("warn", "Hinweis"), "bad": say("BAD", "SCHLECHT")}[tried.clock.verdict]
        lines.append(f"{mark}: {tried.clock.what.in_language(language())}{todo}")
    return lines + [f"{header}: {value}" for header, value in tried.limits.items()]


def _website(tables: Any, name: str | None, kinds: Collection[str]) -> Any:
    found = [table for table in tables.values() if table["kind"] in kinds and name in (None, table["name"])]
    if not found:
        raise UsageError("fahndung.toml configures no such website", "fahndung.toml kennt keine solche Website")
    return found[0]

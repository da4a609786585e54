"""The command ``bounced``: takes in reports of press mails that came back. Moves and deletes no mail."""

import dataclasses
import pathlib
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from fahndung.cli.call import Call, command
from fahndung.cli.language import language, say
from fahndung.cli.mailings import bounced_json, bounced_line
from fahndung.cli.session import session
from fahndung.errors import InvalidRecord, UsageError, os_reason

if TYPE_CHECKING:
    from fahndung.lifecycle.bouncing import Noted

_FOLDERS = ("new", "cur")
_INVALID = 3


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Mail:
    """One mail; ``alone``: it was handed in by itself, not found in a Maildir."""

    name: str
    path: pathlib.Path | None
    alone: bool = True


@click.command(
    help=say(
        "Takes in reports of press mails that came back: one mail from standard input, files, or Maildirs. Bounces "
        "stand in status then. Every other mail is left alone; nothing is moved or deleted.",
        "Liest Meldungen über zurückgekommene Pressemails ein: eine Mail von der Standardeingabe, Dateien oder "
        "Maildirs. Was zurückkam, steht dann in status. Andere Mails bleiben liegen; nichts wird verschoben.",
    )
)
@click.argument("sources", metavar="[FILE|MAILDIR]...", nargs=-1, type=click.Path(path_type=pathlib.Path))
@command
def bounced(call: Call, sources: tuple[pathlib.Path, ...]) -> int:
    """May be called again with the same mails: each is noted once."""
    mails = [mail for source in sources for mail in _found(source)] if sources else [_Mail(name="-", path=None)]
    noted: list[dict[str, Any]] = []
    left: list[dict[str, Any]] = []
    unread = False
    with session(call, takes_away=True) as run:
        from fahndung.channels.bounces import NoBounce
        from fahndung.lifecycle import bouncing

        for mail in mails:
            try:
                told = bouncing.take_in(run.ledger, _read(mail), now=run.now, by=run.by)
            except InvalidRecord as error:
                unread = unread or mail.alone
                told = NoBounce(why=error.message, doubtful=True)
            if isinstance(told, NoBounce):
                told_why = told.why.in_language(language())
                left.append({"file": mail.name, "why": told_why, "read": told.doubtful or mail.alone})
            else:
                noted.append(_json(told, mail))
        call.print({"bounced": noted, "left": left}, _lines(noted, left))
    return run.code(_INVALID if unread else 0)


def _found(source: pathlib.Path) -> Iterator[_Mail]:
    folders = [source / name for name in _FOLDERS if (source / name).is_dir()]
    if source.is_dir() and not folders:
        raise UsageError(
            f"{source} is no Maildir (no folder new or cur)", f"{source} ist kein Maildir (kein Ordner new oder cur)"
        )
    if not folders:
        yield _Mail(name=str(source), path=source)
    for folder in folders:
        files = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
        yield from (_Mail(name=str(path), path=path, alone=False) for path in files)


def _read(mail: _Mail) -> bytes:
    """As much as is looked at, and one byte more."""
    from fahndung.channels.bounces import LARGEST

    try:
        if mail.path is None:
            return sys.stdin.buffer.read(LARGEST + 1)
        with mail.path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        raise InvalidRecord(
            f"it cannot be read ({os_reason(error).en})", f"Sie ist nicht lesbar ({os_reason(error).de})"
        ) from error


def _json(told: "Noted", mail: _Mail) -> dict[str, Any]:
    bounce = told.bounce
    return {
        "appeal": told.row.appeal,
        "channel": told.row.channel,
        **bounced_json(told.to.in_language(language()), bounce.notice, bounce.status, bounce.reply),
        "new": told.new,
        "item": told.item,
        "file": mail.name,
    }


def _lines(noted: Sequence[dict[str, Any]], left: Sequence[dict[str, Any]]) -> list[str]:
    lines = []
    for one in noted:
        known = "" if one["new"] else say("; known already", "; schon bekannt")
        item = "" if one["item"] is None else say(f"; item {one['item']}", f"; Posten {one['item']}")
        lines.append(f"{one['appeal']} {one['channel']}: {bounced_line(one).strip()}{known}{item}")
    lines += [f"{one['file']}: {one['why']}" for one in left if one["read"]]
    if others := sum(not one["read"] for one in left):
        single = say("1 other mail was left alone", "1 andere Mail blieb liegen")
        many = say(f"{others} other mails were left alone", f"{others} andere Mails blieben liegen")
        lines.append(single if others == 1 else many)
    return lines or [say("There is no mail.", "Keine Mail vorhanden.")]

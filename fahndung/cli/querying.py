"""Showing a case is logged: the option that says why, and the note that it could not be. Shows nothing itself."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from fahndung.cli.call import note
from fahndung.cli.language import language, say
from fahndung.errors import FahndungError, UsageError
from fahndung.model.queries import REASONS

if TYPE_CHECKING:
    from fahndung.cli.session import Session


def reason_option(default: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """``--reason``: why a case is shown."""
    return click.option(
        "--reason",
        type=click.Choice(REASONS),
        default=default,
        show_default=True,
        help=say("why the case is shown, for the log", "warum der Fall gezeigt wird, fürs Protokoll"),
    )


def queried(run: "Session", appeal_id: str, reason: str) -> None:
    """Logs that somebody has a case shown; a ledger that cannot be written is told and stops nothing.

    Raises:
        UsageError: no such appeal.
    """
    from fahndung.ledger import queries

    try:
        with run.ledger.write(run.now) as tx:
            queries.note(tx, appeal_id, at=run.now, by=run.by, reason=reason)
    except UsageError:
        raise
    except FahndungError as error:
        why = error.message.in_language(language())
        note(
            say(
                f"this query is NOT in the log, note it elsewhere: {why}",
                f"Diese Abfrage steht NICHT im Protokoll, bitte anders vermerken: {why}",
            )
        )

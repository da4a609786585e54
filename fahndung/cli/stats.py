"""The command ``stats``: counts as lines, as JSON or as CSV."""

import csv
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from fahndung.cli.call import Call, command, note, parse_instant
from fahndung.cli.language import say
from fahndung.cli.session import session
from fahndung.cli.wording import category_word, counted
from fahndung.errors import UsageError
from fahndung.model.closing import EndReason

if TYPE_CHECKING:
    from fahndung.lifecycle.statistics import Counts, Statistics

TIPS = {"yes": True, "no": False, "unknown": None}
PLACES = 2
_DAY_S = 86_400


@click.command(
    help=say(
        "Counts appeals, days online, ends by reason, lapses and tips, without personal data.",
        "Zählt Fahndungen, Tage online, Enden nach Grund, Außerkrafttreten und Hinweise, ohne personenbezogene Daten.",
    )
)
@click.option(
    "--since",
    metavar="T",
    help=say("appeals first published from then on", "ab dann zuerst veröffentlichte Fahndungen"),
)
@click.option("--until", metavar="T", help=say("and before then", "und davor"))
@click.option("--csv", "as_csv", is_flag=True, help=say("print a CSV table", "als CSV-Tabelle ausgeben"))
@command
def stats(call: Call, since: str | None, until: str | None, as_csv: bool) -> int:
    """Of the appeals that were first published in the period; docs/decisions/0017 says what is counted."""
    from fahndung.lifecycle import statistics
    from fahndung.model.plain import to_plain

    if as_csv and call.json:
        raise UsageError("either --csv or --json", "entweder --csv oder --json")
    start = parse_instant("--since", since) if since else None
    stop = parse_instant("--until", until) if until else None
    if start is not None and stop is not None and start >= stop:
        raise UsageError("--since must be before --until", "--since muss vor --until liegen")
    with session(call, takes_away=True) as run:
        with run.ledger.read() as tx:
            found = statistics.statistics(tx, now=run.now, since=start, until=stop)
        now = run.now
    if found.unreadable:
        note(
            say(
                f"{found.unreadable} rows of the ledger cannot be read and are not counted",
                f"{found.unreadable} Zeilen des Registers sind unlesbar und nicht mitgezählt",
            )
        )
    document = {
        "since": to_plain(start),
        "until": to_plain(stop),
        "at": to_plain(now),
        "total": _json(found.total),
        "categories": {name: _json(counts) for name, counts in found.categories.items()},
        "channels": {name: _json(counts) for name, counts in found.channels.items()},
        "unreadable": found.unreadable,
    }
    call.print(document, [_csv(found)] if as_csv else _lines(found))
    return run.code(0)


def _json(counts: "Counts") -> dict[str, Any]:
    return {
        "appeals": counts.appeals,
        "online": counts.online,
        "ended": counts.ended,
        "publications": counts.publications,
        "days_online": _days(counts),
        "ends": {reason.value: counts.ends.get(reason, 0) for reason in EndReason},
        "lapses": counts.lapses,
        "tips": {name: counts.tips.get(tip, 0) for name, tip in TIPS.items()},
    }


def _days(counts: "Counts") -> float:
    return round(counts.time_online.total_seconds() / _DAY_S, PLACES)


def _groups(found: "Statistics") -> "Iterator[tuple[str, str, Counts]]":
    yield "total", "", found.total
    for name, counts in found.categories.items():
        yield "category", name, counts
    for name, counts in found.channels.items():
        yield "channel", name, counts


def _csv(found: "Statistics") -> str:
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    head = ["group", "name", "appeals", "online", "ended", "publications", "days_online"]
    writer.writerow([*head, *(f"end_{reason.value}" for reason in EndReason), "lapses", *(f"tip_{t}" for t in TIPS)])
    for group, name, counts in _groups(found):
        row = _json(counts)
        numbers = [row[column] for column in head[2:]]
        writer.writerow([group, name, *numbers, *row["ends"].values(), row["lapses"], *row["tips"].values()])
    return table.getvalue().rstrip("\n")


def _lines(found: "Statistics") -> list[str]:
    return [line for group, name, counts in _groups(found) for line in _told(group, name, counts)]


def _told(group: str, name: str, counts: "Counts") -> list[str]:
    from fahndung.lifecycle.account import WHY

    row = _json(counts)
    if group == "category":
        title = say(f"category {name}", f"Art {category_word(name)}")
    else:
        title = say(f"channel {name}", f"Kanal {name}") if name else say("all", "alle")
    why = WHY.items()
    reasons = ", ".join(f"{say(*told)}: {counts.ends[reason]}" for reason, told in why if counts.ends.get(reason))
    first = say(
        f"{title}: {counted(counts.appeals, 'appeal', 'appeals')}, {counts.online} still online, "
        f"{row['days_online']} days online, {counts.ended} ended, {counted(counts.lapses, 'lapse', 'lapses')}",
        f"{title}: {counted(counts.appeals, 'Fahndung', 'Fahndungen')}, {counts.online} noch online, "
        f"{str(row['days_online']).replace('.', ',')} Tage online, {counts.ended} beendet, "
        f"{counts.lapses} außer Kraft getreten",
    )
    tips = row["tips"]
    if not counts.ended:
        return [first]
    return [
        first,
        say(
            f"    {reasons}; by a tip: {tips['yes']} yes, {tips['no']} no, {tips['unknown']} not said",
            f"    {reasons}; durch Hinweis: {tips['yes']} ja, {tips['no']} nein, {tips['unknown']} ohne Angabe",
        ),
    ]

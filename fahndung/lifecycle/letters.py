"""The letter that asks somebody to remove a foreign copy: a draft that a person reads, signs and sends.

Names no person and no outcome, and sends nothing. Its template lies apart from those of the release (``letters-de``),
so that a word changed in a letter voids no approval.
"""

import dataclasses
import datetime as dt
import itertools
import pathlib
from collections.abc import Iterator

from fahndung.errors import FahndungError, UsageError
from fahndung.home import Home
from fahndung.ledger import appeals, byhand, endings, publications
from fahndung.ledger.byhand import Item, Kind
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle import ends, foreign, persons, telling
from fahndung.model.closing import CLOSING_KINDS, EndReason, closing_kind
from fahndung.model.publication import State
from fahndung.resources import BrokenTemplate
from fahndung.texts import dates
from fahndung.texts.rendering import render
from fahndung.texts.words import load

LANG = "de"
FOLDER = f"letters-{LANG}"
NAME = "removal.txt.j2"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _End:
    at: dt.datetime
    reason: EndReason
    part: bool = False


def removal(home: Home, tx: Tx, item_id: int, *, now: dt.datetime) -> str:
    """The German letter for a foreign copy of an appeal that is over, for one person at least.

    Raises:
        UsageError: no such open item, it is no foreign copy, or the appeal goes on. InvalidConfig: the configuration,
            which names the authority, or the home's own template cannot be read.
    """
    item = byhand.get(tx, item_id)
    if item.kind is not Kind.FOREIGN:
        raise UsageError(f"Item {item_id} is no foreign copy.", f"Posten {item_id} ist keine Fremdkopie.")
    if now < foreign.over_since(tx, item):
        raise UsageError(
            f"{item.appeal} goes on: there is no end yet that a letter could name.",
            f"{item.appeal} läuft noch: Es gibt kein Ende, das ein Schreiben nennen könnte.",
        )
    end = _end(tx, item, now)
    criminal = appeals.get(tx, item.appeal).criminal
    config, words = home.config(), load(LANG, home.path)
    values = {
        "authority": config.authority,
        "unit": config.unit,
        "address": config.address,
        "where": item.place,
        "today": dates.date(words, now),
        "appeal": item.appeal,
        "item": item.id,
        "url": item.url,
        "page": _page(tx, item.appeal),
        "ended": dates.date(words, end.at),
        "kind": closing_kind(end.reason, criminal),
        "part": end.part,
        "criminal": criminal,
    }
    return render(NAME, values, lang=FOLDER, home=home.path)


def trial(home: pathlib.Path | None) -> Iterator[BrokenTemplate]:
    """What fails when the letter is filled for every kind of end, of all or of one of several persons."""
    given = {"authority": "Polizeidirektion", "address": "Musterplatz 1", "appeal": "pdm-2026-0001", "item": 1}
    given |= {"today": "20.11.2026", "ended": "19.11.2026", "url": "https://zeitung.example/"}
    cases = itertools.product(CLOSING_KINDS, (False, True), (False, True), ("", "Pressestelle"))
    for kind, part, criminal, said in cases:
        more = {"kind": kind, "part": part, "criminal": criminal, "unit": said, "where": said, "page": said}
        try:
            render(NAME, given | more, lang=FOLDER, home=home)
        except BrokenTemplate as error:
            yield error


def _end(tx: Tx, item: Item, now: dt.datetime) -> _End:
    """The latest end that concerns a foreign copy: a recorded one, else the clock that ran out."""
    medium = foreign.last_medium(tx, item.appeal)
    wishes = [
        wish for wish in endings.endings(tx, item.appeal) if wish.channel is None and wish.medium in (None, medium)
    ]
    if wishes:
        latest = wishes[-1]
        left = persons.still_sought(tx, appeals.get(tx, item.appeal))
        return _End(at=latest.at, reason=latest.reason, part=latest.person is not None and bool(left))
    at = telling.over_since(tx, item.appeal, medium)
    try:
        reason = ends.due_of(tx, appeals.get(tx, item.appeal), medium, None).reason
    except (FahndungError, ValueError):  # spoiled facts: that it is over is known, and no more
        reason = EndReason.EXPIRED
    return _End(at=min(at, now), reason=reason)


def _page(tx: Tx, appeal: str) -> str:
    """Where the appeal is online now; empty where it is not."""
    rows = publications.rows(tx, appeal)
    live = [row.url for row in rows if row.state is State.LIVE and row.want is publications.Want.UP and row.url]
    return live[-1] if live else ""

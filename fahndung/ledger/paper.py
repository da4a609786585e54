"""Paper: how many sheets hang where, who answers for them, how many are down (R35). One by-hand item for each place.

Prints nothing and knows no end: who may hang paper, and until when, is decided elsewhere.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from fahndung.errors import Message, UsageError
from fahndung.ledger import appeals, audit, byhand
from fahndung.ledger.byhand import ByHand, Item, Kind
from fahndung.ledger.transaction import Tx

ONLY_BY_HAND = Message("only a person takes paper down", "Papier nimmt nur ein Mensch ab")
POSTERS = Message("Posters", "Plakate")
PAPER = frozenset({Kind.PAPER, Kind.PAPER_DOWN})


def printed(tx: Tx, paper: ByHand, *, who: str | None, at: dt.datetime, by: str) -> int:
    """Remember paper that was printed; its number. Printed again for the same place it stays one item."""
    for item in byhand.open_items(tx, paper.appeal):
        same = (item.kind, item.what, item.publication, item.place) == (
            (Kind.PAPER, paper.what, paper.publication, paper.place)
        )
        if same and paper.place is not None and (item.pieces == paper.pieces or details(item)["hung"]):
            return item.id
    return byhand.add(tx, paper, at=at, by=by, seen={"who": [who] if who else [], "hung": [], "down": []})


def hang(tx: Tx, appeal: str, *, place: str, pieces: int, at: dt.datetime, by: str, who: str | None = None) -> Item:
    """A person says that so many sheets hang at a place.

    Paper that was printed for that place, or for no place yet, is this paper; at a place that is known already these
    sheets come on top. Whatever is new there is opened, so that nothing hangs that the ledger does not know.

    Args:
        who: who answers for them.

    Raises:
        UsageError: no such appeal, no place, or no sheet.
    """
    appeals.get(tx, appeal)
    place = " ".join(place.split())
    if not place:
        raise UsageError("Say where the paper hangs: --where PLACE.", "Bitte den Ort angeben: --where ORT.")
    if pieces < 1:
        raise UsageError("At least one sheet hangs: --count N.", "Mindestens ein Stück: --count N.")
    known = _known(tx, appeal, place) or _another(tx, appeal, at=at, by=by)
    seen = details(known)
    before = (known.pieces or 0) if seen["hung"] or seen["down"] else 0
    seen["hung"] = [*seen["hung"], {"at": at.isoformat(), "pieces": pieces}]
    if who and who not in seen["who"]:
        seen["who"] = [*seen["who"], who]
    byhand.change(tx, known.id, place=place, pieces=before + pieces, seen=seen)
    data = {"item": known.id, "pieces": pieces, "all": before + pieces}
    audit.append(tx, at=at, by=by, action="paper.hang", appeal=known.appeal, data=data)
    return byhand.get(tx, known.id)


def take_down(
    tx: Tx, item: int, *, person: str, at: dt.datetime, pieces: int | None = None, note: str = ""
) -> int | None:
    """A person says that sheets are down; how many still hang, 0 once the item is closed, None where nobody counted.

    Args:
        pieces: so many of them; None: all that still hung.

    Raises:
        UsageError: no such open item, it is no paper, or fewer sheets hang there.
    """
    known = byhand.get(tx, item)
    if known.kind not in PAPER:
        raise UsageError(
            f"Item {item} is no paper; fahndung close {item} says that it is done.",
            f"Posten {item} ist kein Papier; erledigt meldet ihn: fahndung close {item}.",
        )
    hanging = left(known)
    if pieces is not None and (pieces < 1 or (hanging is not None and pieces > hanging)):
        raise UsageError(
            f"--count {pieces}: {hanging if hanging is not None else 'an unknown number'} hang there (item {item}).",
            f"--count {pieces}: Dort hängen {hanging if hanging is not None else 'unbekannt viele'} (Posten {item}).",
        )
    rest = 0 if pieces is None else None if hanging is None else hanging - pieces
    seen = details(known)
    counted = hanging if pieces is None else pieces
    seen["down"] = [*seen["down"], {"at": at.isoformat(), "pieces": counted, "note": note}]
    byhand.change(tx, item, looked_at=at, seen=seen)
    data = {"item": item, "pieces": counted, "left": rest}
    audit.append(tx, at=at, by=person, action="paper.down", appeal=known.appeal, data=data)
    if rest == 0:
        byhand.close(tx, item, person=person, note=note if note.strip() else "alle abgenommen", at=at)
    return rest


def left(item: Item) -> int | None:
    """How many sheets still hang; None where nobody counted them."""
    down = [entry["pieces"] or 0 for entry in details(item)["down"]]
    return None if item.pieces is None else item.pieces - sum(down)


def details(item: Item) -> dict[str, Any]:
    """What ``seen`` says of paper: ``who`` answers for it, what was ``hung`` and is ``down``, each with its instant.

    What cannot be read of it is left out: paper of which nobody knows that it is down still hangs.
    """
    noted = item.seen or {}
    found: dict[str, Any] = {name: noted[name] for name in noted if name not in _DETAILS}
    for name, is_one in _DETAILS.items():
        kept = noted.get(name)
        found[name] = [one for one in kept if is_one(one)] if isinstance(kept, list) else []
    return found


def _is_count(noted: object) -> bool:
    """Whether it is so many sheets at an instant; nobody may have counted them."""
    if not isinstance(noted, dict) or not isinstance(noted.get("at"), str):
        return False
    return isinstance(noted.get("pieces", ""), int | None)


_DETAILS: Mapping[str, Callable[[object], bool]] = {
    "who": lambda noted: isinstance(noted, str),
    "hung": _is_count,
    "down": _is_count,
}


def open_paper(tx: Tx, appeal: str | None = None) -> tuple[Item, ...]:
    """All paper that is not known to be down, oldest first."""
    return tuple(item for item in byhand.open_items(tx, appeal) if item.kind in PAPER)


def _known(tx: Tx, appeal: str, place: str) -> Item | None:
    """The latest paper of that place, else the oldest that has no place yet."""
    paper = [item for item in byhand.open_items(tx, appeal) if item.kind is Kind.PAPER]
    there = [item for item in paper if item.place is not None and " ".join(item.place.split()) == place]
    nowhere = [item for item in paper if item.place is None]
    return there[-1] if there else next(iter(nowhere), None)


def _another(tx: Tx, appeal: str, *, at: dt.datetime, by: str) -> Item:
    """One more place of what was printed last; of paper that nobody has printed here it is not known what it shows."""
    paper = [item for item in byhand.all(tx, appeal) if item.kind is Kind.PAPER]
    what, publication = (paper[-1].what, paper[-1].publication) if paper else (POSTERS, None)
    fresh = ByHand(
        appeal=appeals.get(tx, appeal).appeal,
        what=what,
        why=ONLY_BY_HAND,
        publication=publication,
        kind=Kind.PAPER,
    )
    return byhand.get(tx, byhand.add(tx, fresh, at=at, by=by))

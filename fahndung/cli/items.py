"""By-hand items as JSON and as lines for people. Looks nothing up."""

import itertools
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from fahndung.cli.language import language, say

if TYPE_CHECKING:
    from fahndung.ledger.byhand import Item


def item_json(item: "Item") -> dict[str, Any]:
    """What only a person can do: what, why, and of paper where, how many were hung and how many still hang."""
    from fahndung.ledger import paper
    from fahndung.model.plain import to_plain

    return {
        "item": item.id,
        "appeal": item.appeal,
        "kind": item.kind.value,
        "channel": item.channel,
        "what": item.title.in_language(language()),
        "why": item.why.in_language(language()),
        "place": item.place,
        "pieces": item.pieces,
        "left": paper.left(item) if item.kind in paper.PAPER else None,
        "url": item.url,
        "opened_at": to_plain(item.opened_at),
    }


def item_line(item: "Item") -> str:
    """The same for people."""
    from fahndung.ledger import paper

    left = paper.left(item) if item.kind in paper.PAPER else None
    some = left is not None and left != item.pieces
    rest = say(f", {left} left", f", noch {left}") if some else ""
    title, why = item.title.in_language(language()), item.why.in_language(language())
    what = title + rest if item.url is None or item.url in title else f"{title} {item.url}"
    return say(
        f"by hand, item {item.id}, {item.appeal}: {what} ({why})",
        f"von Hand, Posten {item.id}, {item.appeal}: {what} ({why})",
    )


MANY = 5
"""How many items that differ only in the recipient are listed one by one."""


def item_lines(items: "Iterable[Item]") -> list[str]:
    """A line for each; of many for the same reason on the same channel the first, and how many there are."""
    lines = []
    for _, group in itertools.groupby(items, key=lambda item: (item.appeal, item.kind, item.channel, item.why)):
        alike = list(group)
        lines += [item_line(item) for item in (alike if len(alike) <= MANY else alike[:1])]
        if len(alike) > MANY:
            first, last, left = alike[1].id, alike[-1].id, len(alike) - 1
            lines.append(
                say(
                    f"  … and {left} more of the same, items {first} to {last} (--json lists them)",
                    f"  … und {left} weitere davon, Posten {first} bis {last} (--json zeigt sie)",
                )
            )
    return lines

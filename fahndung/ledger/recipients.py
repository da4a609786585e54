"""Recipients of messages: for each address an id that says nothing, as the target of what was sent there.

The address stands in the table of actors and nowhere else, under a salt of its own, and can be forgotten there. Knows
no list and sends nothing.
"""

import datetime as dt
import re

from fahndung.errors import Message
from fahndung.ledger import actors
from fahndung.ledger.transaction import Tx

_SCHEME = "mailto:"
"""So that no person's own id is ever taken for an address."""
_TARGET = re.compile(r"a-[0-9a-f]{32}")


def target_of(tx: Tx, address: str, *, at: dt.datetime) -> str:
    """The id of an address; a new one where there is none yet."""
    return actors.id_of(tx, _SCHEME + address, at=at)


def is_target(target: str) -> bool:
    """Whether a publication's target is a recipient."""
    return _TARGET.fullmatch(target) is not None


def address_of(tx: Tx, target: str) -> str | None:
    """The address behind an id; None once it was forgotten."""
    name = actors.name_of(tx, target)
    return None if name is None else name.removeprefix(_SCHEME)


def told(tx: Tx, text: str) -> Message:
    """A text with addresses for ids, as far as they are known: for the eyes of an officer, never to be stored."""
    return named(tx, Message.same(text))


def named(tx: Tx, words: Message) -> Message:
    """The same of a text in two languages."""

    def address(found: re.Match[str], forgotten: str) -> str:
        return address_of(tx, found[0]) or f"{found[0]}, {forgotten}"

    return Message(
        _TARGET.sub(lambda found: address(found, "deleted"), words.en),
        _TARGET.sub(lambda found: address(found, "gelöscht"), words.de),
    )

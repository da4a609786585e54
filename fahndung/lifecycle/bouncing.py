"""Takes in what mail servers report: which message to a recipient came back. Sends nothing and changes no wish.

Who could not be told of an end is left to a person. A message that came back by itself is a line of ``status``: its
closing notice is sent all the same, once, because nobody knows who wrote the report.
"""

import dataclasses
import datetime as dt

from fahndung.channels import bounces
from fahndung.channels.bounces import Bounce, NoBounce
from fahndung.errors import Message
from fahndung.ledger import bounces as returned
from fahndung.ledger import byhand, recipients
from fahndung.ledger.byhand import ByHand, Kind
from fahndung.ledger.publications import Publication
from fahndung.ledger.store import Ledger
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle import telling


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """A bounce of this home.

    Attributes:
        row: the publication that came back. to: the recipient, for the eyes of an officer.
        bounce: what was said. new: nobody had said it before. item: what a person has to do about it, if anything.
    """

    row: Publication
    to: Message
    bounce: Bounce
    new: bool
    item: int | None


def take_in(ledger: Ledger, untrusted_mail: bytes, *, now: dt.datetime, by: str) -> Noted | NoBounce:
    """Notes what one mail reports; the same report again changes nothing.

    Raises:
        InvalidRecord: the mail cannot be read. LedgerUnavailable: the ledger cannot be written.
    """
    bounce = bounces.read(untrusted_mail)
    if isinstance(bounce, NoBounce):
        return bounce
    with ledger.write(now) as tx:
        row = returned.addressed_to(tx, bounce.marker, notice=bounce.notice)
        if row is None:
            return NoBounce(why=_FOREIGN)
        new = returned.note(tx, row, notice=bounce.notice, status=bounce.status, reply=bounce.reply, now=now, by=by)
        item = _ask(tx, row, now=now, by=by) if new and bounce.notice is not None else None
        return Noted(row=row, to=recipients.told(tx, row.target), bounce=bounce, new=new, item=item)


_FOREIGN = Message(
    "no mail with that Message-ID went out from this home", "Mit dieser Message-ID ging hier keine Mail aus"
)


_CAME_BACK = Message(
    "the notice of the end came back: tell it there in another way",
    "Die Nachricht über das Ende kam zurück; auf anderem Weg mitteilen",
)


def _ask(tx: Tx, row: Publication, *, now: dt.datetime, by: str) -> int:
    """The item by which a person tells the end there; what is open of this copy already stays the only one."""
    for known in byhand.open_items(tx, row.appeal):
        if known.publication == row.id and known.kind in (Kind.TELL, Kind.COPY):
            return known.id
    item = ByHand(
        appeal=row.appeal,
        what=telling.to_tell(row.channel, row.target),
        why=_CAME_BACK,
        channel=row.channel,
        publication=row.id,
        kind=Kind.TELL,
    )
    return byhand.add(tx, item, at=now, by=by)

"""Hands drafts to their channels: one of them, or many messages side by side. Plans nothing and looks at nothing."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from fahndung.errors import ChannelFailed, FahndungError, Message, NotPublishable
from fahndung.ledger.publications import Publication
from fahndung.lifecycle import outcomes, turns
from fahndung.lifecycle.claiming import Turned
from fahndung.lifecycle.prepared import Sent, Trouble
from fahndung.lifecycle.shift import Shift
from fahndung.lifecycle.tasks import Task
from fahndung.model.publication import Draft, State

MAIL_CREW = 8
"""How many messages are handed in side by side."""


def hand_over(shift: Shift, row: Publication, draft: Draft) -> None:
    """Intent, call and receipt of a publication; what it replaces is superseded with the receipt.

    Raises:
        NotPublishable: it has ended meanwhile, or is refused; nothing of it is there. ChannelFailed: the call failed;
            part of it may be online.
    """
    if row.state is State.LIVE:  # its copy is damaged
        turned = turns.turn(shift, row.id, draft_of=lambda _: draft, task=Task.SEND)
    else:
        turned = turns.bring_up(shift, row.id, lambda _: draft)
    if _went_out(turned):
        return
    en, de = turned.why or _NOBODY_KNOWS
    raise (NotPublishable if is_refused(turned.row) else ChannelFailed)(en, de)


_NOBODY_KNOWS = Message("nobody knows whether it was sent", "Ob es gesendet wurde, ist unbekannt")


def _went_out(turned: Turned) -> bool:
    """Whether a call put it there, this one or an earlier one."""
    return isinstance(turned.outcome, outcomes.Sent) or (
        isinstance(turned.outcome, outcomes.Found) and turned.row.state is State.LIVE
    )


def mail_all(shift: Shift, mails: Sequence[tuple[Publication, Draft]]) -> tuple[list[Sent], list[Trouble]]:
    """What became of messages that are sent side by side, as the worker does.

    Never more than one crew has in hand: so many are in doubt after a kill, and so often is a login tried that the
    server refuses.
    """
    drafts = {row.id: draft for row, draft in mails}
    sent = [Sent(publication=row, look=None) for row, _ in mails if row.state is State.LIVE]
    left = [row for row, _ in mails if row.state is not State.LIVE]
    troubles: list[Trouble] = []
    with ThreadPoolExecutor(MAIL_CREW) as crew:
        for start in range(0, len(left), MAIL_CREW):
            batch = left[start : start + MAIL_CREW]
            try:
                ids = [row.id for row in batch]
                turned = turns.bring_up_all(shift, ids, lambda row: drafts[row.id], crew=crew)
            except FahndungError as error:  # the others are tried all the same
                troubles += [Trouble(channel=row.channel, why=error.message, for_good=False) for row in batch]
                continue
            found = {one.row.id: one for one in turned}
            for row in batch:
                done = found.get(row.id)
                if done is not None and _went_out(done):
                    sent.append(Sent(publication=done.row, look=None))
                else:
                    troubles.append(_trouble(row, done))
    return sent, troubles


def _trouble(row: Publication, turned: Turned | None) -> Trouble:
    why = None if turned is None else turned.why
    for_good = turned is not None and is_refused(turned.row)
    return Trouble(channel=row.channel, why=why or _NOBODY_KNOWS, for_good=for_good)


def is_refused(row: Publication) -> bool:
    """Whether there is nothing of it, and never will be."""
    return row.state in {State.REJECTED, State.CANCELLED} and not row.given_up

"""The life of publications: each step that one may take, written down with its event in the same transaction.

Calls no channel and computes no end: ``lifecycle`` does, commits the intent before the call and the receipt after it.

    planned → publishing → live → withdrawing → withdrawn → closed          by-hand, tombstone → closed
    live → withdrawing → by-hand, where nothing can be removed: the recipient was told of the end, or could not be
    withdrawing ⇄ tombstone → withdrawn, where nothing can be removed any more and a notice was put in its place
    planned → cancelled; publishing → rejected; publishing → withdrawing; withdrawing ⇄ by-hand
    cancelled → planned, if it was only given up and the same release is planned again
    publishing → cancelled, if surely nothing was ever sent
    withdrawn, closed, cancelled, rejected → withdrawing, as soon as a copy is seen
    withdrawn → closed, when every later look has found that it stayed gone
    live → publishing, to send a damaged copy again

Every state that is not finished has a ``next_at``: no obligation without a wake-up. A live publication whose end nobody
knows has one too, for the next look at it. A row that cannot be read stands in ``damaged`` only.
"""

from fahndung.ledger.due import Need, due, next_wakeup
from fahndung.ledger.listing import (
    altered,
    handmade,
    is_replaced,
    late,
    lately_down,
    left,
    may_be_planned_again,
    open_notices,
    open_rows,
    replaced_by,
    to_be_told,
    yielded,
)
from fahndung.ledger.moves import LATER_LOOKS, LEASE, LOOK_AGAIN
from fahndung.ledger.operations import (
    Operation,
    RemoteObject,
    called_beside,
    failed_looks,
    has_lost_place,
    last_call,
    never_sent,
    operations,
    posting,
    posting_of,
    seen,
    unclear,
    untold,
)
from fahndung.ledger.planning import plan
from fahndung.ledger.publication import DOWN, FINISHED, GIVEN_UP, Publication, Want
from fahndung.ledger.publishing import (
    absent,
    cancel,
    give_up,
    intend_publish,
    interrupted,
    let_go,
    outcome_unknown,
    place_lost,
    postpone,
    published,
    rejected,
    set_due,
    unsent,
)
from fahndung.ledger.rows import Damaged, damaged, get, rows
from fahndung.ledger.sightings import disturbed, looked, reopen, saw
from fahndung.ledger.withdrawing import (
    bury,
    close,
    gone,
    intend_withdraw,
    leave,
    stayed_gone,
    supersede,
    to_hands,
    told,
    unbury,
    wait_for_channel,
    want_down,
    withdraw_failed,
    withdraw_sent,
)

__all__ = [
    "DOWN",
    "FINISHED",
    "GIVEN_UP",
    "LATER_LOOKS",
    "LEASE",
    "LOOK_AGAIN",
    "Damaged",
    "Need",
    "Operation",
    "Publication",
    "RemoteObject",
    "Want",
    "absent",
    "altered",
    "bury",
    "called_beside",
    "cancel",
    "close",
    "damaged",
    "disturbed",
    "due",
    "failed_looks",
    "get",
    "give_up",
    "gone",
    "handmade",
    "has_lost_place",
    "intend_publish",
    "intend_withdraw",
    "interrupted",
    "is_replaced",
    "last_call",
    "late",
    "lately_down",
    "leave",
    "left",
    "let_go",
    "looked",
    "may_be_planned_again",
    "never_sent",
    "next_wakeup",
    "open_notices",
    "open_rows",
    "operations",
    "outcome_unknown",
    "place_lost",
    "plan",
    "posting",
    "posting_of",
    "postpone",
    "published",
    "rejected",
    "reopen",
    "replaced_by",
    "rows",
    "saw",
    "seen",
    "set_due",
    "stayed_gone",
    "supersede",
    "to_be_told",
    "to_hands",
    "told",
    "unbury",
    "unclear",
    "unsent",
    "untold",
    "wait_for_channel",
    "want_down",
    "withdraw_failed",
    "withdraw_sent",
    "yielded",
]

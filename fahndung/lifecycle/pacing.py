"""Why a call may not be made now: held, too early, its page not up yet, or the account has had enough for now.

Takes no turn and computes no end. Whatever comes down is held back by the channel's own limit alone.
"""

import datetime as dt

from fahndung.channels.capabilities import Capabilities, Rate
from fahndung.errors import Message
from fahndung.law.periods import stamp
from fahndung.ledger import accounts, publications, waits
from fahndung.ledger.accounts import Budget
from fahndung.ledger.publications import Publication
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle.shift import Shift
from fahndung.lifecycle.tasks import Task
from fahndung.model.publication import State

DAY = dt.timedelta(days=1)
LATER = dt.timedelta(minutes=10)
"""When to come back to what nothing here can hurry; what waits for its page is woken by it."""
_CALLS = frozenset({Task.SEND, Task.RESOLVE, Task.WITHDRAW, Task.TELL})
_UNSENT = Message("nothing is sent in this run", "In diesem Lauf wird nichts gesendet")
_NO_PAGE = Message(
    "the page that it links to is not yet read back as online",
    "Die verlinkte Seite ist noch nicht als online zurückgelesen",
)
_LOST_PAGE = Message(
    "the page that it links to was not published, or is down", "Die verlinkte Seite ging nicht online oder ist gelöscht"
)


def budget(rate: Rate | None) -> Budget | None:
    """What the ledger counts of a channel's limit."""
    return None if rate is None else Budget(interval=rate.per / rate.writes, burst=rate.burst)


def not_now(
    tx: Tx, shift: Shift, row: Publication, task: Task, able: Capabilities | None, now: dt.datetime, *, sends: bool
) -> Message | None:
    """Why no call may be made now; the row says so and is due when one may. None: it may, and is counted."""
    if task not in _CALLS:
        return None
    if task is Task.SEND and (why := _unsendable(tx, shift, row, now, sends=sends)) is not None:
        return why
    if able is None:
        return None
    account, rate, sending = accounts.get(tx, row.channel), budget(able.rate), task not in {Task.WITHDRAW, Task.TELL}
    free = accounts.free_at(account, rate, now, sends=sending)
    if free <= now:
        accounts.charge(tx, account, rate, now, sends=sending)
        return None
    when = stamp(free)
    why = Message(
        f"{row.channel} takes the next call on {when.en}", f"{row.channel} nimmt erst am {when.de} wieder etwas an"
    )
    wait = publications.postpone if sending else publications.wait_for_channel
    wait(tx, row.id, why, next_at=free, now=now, by=shift.by)
    return why


def takes_a_place(tx: Tx, row: Publication) -> bool:
    """Whether an earlier copy stands in its place: nothing delays what lets that one come down."""
    return any(publications.get(tx, earlier).may_stand for earlier in publications.replaced_by(tx, row))


def _unsendable(tx: Tx, shift: Shift, row: Publication, now: dt.datetime, *, sends: bool) -> Message | None:
    if not sends:
        if row.state is State.PUBLISHING:  # it stays due; whoever may send nothing need not come back at once
            publications.postpone(tx, row.id, _UNSENT, next_at=now + LATER, now=now, by=shift.by)
        return _UNSENT
    account = accounts.get(tx, row.channel)
    if account.held_at is not None:
        return _held(account)
    if row.state is not State.PLANNED and row.absent_at is None:  # a part of it may be there already
        return None
    wait = _early(row, now) or _pageless(tx, row, now) or _enough(tx, shift, row, now)
    if wait is None:
        return None
    until, why = wait
    publications.postpone(tx, row.id, why, next_at=until or now, now=now, by=shift.by)
    if until is None:
        publications.cancel(tx, row.id, now=now, by=shift.by)
    return why


def _held(account: accounts.Account) -> Message:
    who, name = account.held_by, account.name
    return Message(f"{who} holds {name} until it is released", f"{who} hält {name} bis zur Freigabe an")


_Wait = tuple[dt.datetime | None, Message]
"""Until when it waits, and why; without an instant it waits in vain."""


def decided(tx: Tx, shift: Shift, row: Publication, now: dt.datetime) -> _Wait | None:
    """Until when what was never sent waits because somebody decided so, and why; None: it does not, or not only.

    A person holds its account (until they let go of it: no instant), or the account has had its appeals of the day.
    What links to a page waits for as long as the page does.
    """
    if row.state is not State.PLANNED or row.want is not publications.Want.UP:
        return None
    account = accounts.get(tx, row.channel)
    if account.held_at is not None:
        return None, _held(account)
    if _pageless(tx, row, now) is None:
        return _enough(tx, shift, row, now)
    pages = (decided(tx, shift, page, now) for page in waits.pages(tx, row))
    return next((wait for wait in pages if wait is not None), None)


def waiting(tx: Tx, shift: Shift, row: Publication, now: dt.datetime) -> _Wait | None:
    """The same, and what waits for nothing but its page, which is no failure of its own."""
    if (wait := decided(tx, shift, row, now)) is not None:
        return wait
    if row.state is not State.PLANNED or row.want is not publications.Want.UP:
        return None
    page = _pageless(tx, row, now)
    return None if page is None or page[0] is None else (None, page[1])


def _early(row: Publication, now: dt.datetime) -> _Wait | None:
    if row.opens_at is None or row.opens_at <= now:
        return None
    when = stamp(row.opens_at)
    return row.opens_at, Message(f"it goes out at {when.en}", f"Es geht am {when.de} hinaus")


def _pageless(tx: Tx, row: Publication, now: dt.datetime) -> _Wait | None:
    """The websites first: what links to a page waits until one look has found the page as it was approved."""
    found = waits.pages(tx, row)
    if not found or any(waits.is_read_back(tx, page) for page in found):
        return None
    if row.state is State.PLANNED and all(page.is_down for page in found):
        return None, _LOST_PAGE
    return now + LATER, _NO_PAGE


def _enough(tx: Tx, shift: Shift, row: Publication, now: dt.datetime) -> _Wait | None:
    """The force's own limit of an account, counted in any 24 hours."""
    most = shift.most.get(row.channel)
    if most is None or row.tells_end or takes_a_place(tx, row):
        return None
    sent = waits.first_posts(tx, row.channel, now - DAY)
    if len(sent) + waits.first_posts_under_way(tx, row) < most:
        return None
    free = sent[len(sent) - most] + DAY if len(sent) >= most else now + LATER  # by then it is known what went out
    when = stamp(free)
    en, de = ("1 appeal", "1 Fahndung") if most == 1 else (f"{most} appeals", f"{most} Fahndungen")
    return free, Message(
        f"{row.channel} takes {en} in 24 hours, the next one at {when.en} (posts_per_day)",
        f"{row.channel} nimmt {de} in 24 Stunden, die nächste am {when.de} (posts_per_day)",
    )

"""Who has to be told of an end, and with which closing text; what the law asks after an error. Tells nobody itself.

Where a channel tells the end itself (the website: 410 and the feed's tombstone) nothing is left to a person; nor on a
network from which the post is gone: nobody there is a receiver who could be named. An error is told on networks too, by
the post of an account that asks for one, else by a person. Everywhere else an end opens a by-hand item, once.

Source: § 75 Abs. 3 with § 58 Abs. 5 BDSG; § 31 Abs. 3 with § 14 Abs. 5 SächsDSUG, read 2026-11-26. §§ 65, 66 BDSG and
§§ 21, 22 SächsDSUG are named after the directives that they carry out; their wording was not at hand.
"""

import contextlib
import dataclasses
import datetime as dt
from collections.abc import Collection

from fahndung import resources
from fahndung.channels.kinds import ADDRESSED, TELLS_THE_END
from fahndung.errors import FahndungError, InvalidConfig, Message
from fahndung.home import Home
from fahndung.law import norms
from fahndung.law.periods import FAR, stamp
from fahndung.ledger import appeals, byhand, endings, paper, publications, receivers
from fahndung.ledger.breaches import Duty, Task
from fahndung.ledger.byhand import ByHand, Item, Kind
from fahndung.ledger.endings import Ending
from fahndung.ledger.faults import Unreadable
from fahndung.ledger.receivers import Receiver
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle import closings, ends
from fahndung.model.closing import HERE, EndReason, closing_kind
from fahndung.model.ids import PersonId
from fahndung.model.mandate import Medium
from fahndung.model.publication import is_adopted, left_out

BREACH_NOTICE = "breach-notice"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """A receiver, and the file of its release that has to go there; None before the end."""

    receiver: Receiver
    notice: str | None

    @property
    def untold(self) -> bool:
        """Whether the end has still to be told there."""
        return self.receiver.over and self.receiver.told_at is None


def everybody(tx: Tx, appeal: str) -> tuple[Receiver, ...]:
    """Everybody who got something of an appeal, and whether they were told of its end, or of the error that it was."""
    errors = [wish.at for wish in endings.endings(tx, appeal) if wish.reason is EndReason.ERROR]
    silent = () if errors else (Medium.SOCIAL,)
    found = receivers.receivers(tx, appeal, telling=TELLS_THE_END | ADDRESSED, silent=silent)
    return tuple(_asked_again(receiver, found, max(errors)) for receiver in found) if errors else found


def addressees(tx: Tx, appeal: str, now: dt.datetime) -> tuple[Addressee, ...]:
    """Everybody who got something of an appeal, with the closing text of the latest end that concerns them."""
    criminal = appeals.get(tx, appeal).criminal
    wishes = endings.endings(tx, appeal)
    found = everybody(tx, appeal)
    going_on = {one.channel for one in found if left_out(one.target) is not None and not one.over}
    elsewhere = {name: closings.stands_elsewhere(tx, appeal, name, now) for name in {one.channel for one in found}}
    return tuple(
        Addressee(
            receiver=one,
            notice=_notice(one, wishes, criminal, part=one.channel in going_on, elsewhere=elsewhere[one.channel]),
        )
        for one in found
    )


def _asked_again(receiver: Receiver, everybody: tuple[Receiver, ...], error_at: dt.datetime) -> Receiver:
    """An error that came to light after the end was not told with it: no 410 and no earlier notice says it (R41)."""
    same = (one for one in everybody if one.channel == receiver.channel) if receiver.channel else (receiver,)
    if receiver.told_at is None or any(one.told_at is not None and one.told_at >= error_at for one in same):
        return receiver
    return dataclasses.replace(receiver, told_at=None, tells=False)


def ask_to_tell(tx: Tx, appeal: str, *, now: dt.datetime, by: str, posting: Collection[str] = ()) -> None:
    """Open a by-hand item for each receiver to whom an end has to be told and whom no channel tells.

    What was asked before is not asked again, and what hangs or waits as a copy has its own item. An item that is open
    when an error comes to light names the notice of the error from then on; one that is closed is followed by another.

    Args:
        posting: the accounts that post the end of a whole appeal by themselves.
    """
    items = byhand.all(tx, appeal)
    asked = {item.publication: item for item in items if item.kind in (Kind.TELL, Kind.COPY)}
    posted = posting if any(map(_is_error_of_all, endings.endings(tx, appeal))) else ()
    for one in _latest(tx, appeal, now):
        row = one.receiver
        before = None if row.publication is None else asked.get(row.publication)
        if not one.untold or row.tells or (row.channel in posted and not is_adopted(row.target)):
            continue
        if before is None or (before.kind is Kind.TELL and before.closed_at is not None):
            _ask(tx, one, now=now, by=by)
        elif before.kind is Kind.TELL and one.notice is not None and before.why != _why(one):
            byhand.reword(tx, before.id, why=_why(one), at=now, by=by)


def ask_instead(tx: Tx, appeal: str, channel: str, *, now: dt.datetime, by: str) -> None:
    """Open the item for an account whose own post cannot tell the end there; once."""
    asked = {item.publication for item in byhand.all(tx, appeal) if item.kind is Kind.TELL}
    for one in _latest(tx, appeal, now):
        if (one.receiver.channel, one.receiver.over) == (channel, True) and one.receiver.publication not in asked:
            _ask(tx, one, now=now, by=by)


def _latest(tx: Tx, appeal: str, now: dt.datetime) -> tuple[Addressee, ...]:
    """Of all that the same people got the last, where it was published."""
    latest = {(one.receiver.channel, one.receiver.target): one for one in addressees(tx, appeal, now)}
    return tuple(one for one in latest.values() if one.receiver.publication is not None)


def _is_error_of_all(wish: Ending) -> bool:
    return wish.reason is EndReason.ERROR and (wish.person, wish.medium, wish.channel) == (None, None, None)


def _ask(tx: Tx, one: Addressee, *, now: dt.datetime, by: str) -> None:
    row = one.receiver
    item = ByHand(
        appeal=row.appeal,
        what=to_tell(row.channel or "", row.target),
        why=_why(one),
        channel=row.channel,
        url=row.url,
        publication=row.publication,
        kind=Kind.TELL,
    )
    byhand.add(tx, item, at=now, by=by)


def to_tell(channel: str, target: str = "") -> Message:
    """What a person has to do: tell the end on that channel, or to that recipient."""
    to = f"{channel} ({target})" if target else channel
    return Message(f"Tell the end: {to}", f"Das Ende mitteilen: {to}")


def _why(one: Addressee) -> Message:
    notice = "" if one.notice is None else f": {one.notice}"
    law = "§ 75 Abs. 3, § 58 Abs. 5 BDSG; § 31 Abs. 3 SächsDSUG"
    return Message(
        f"receivers have to be told of the deletion ({law}){notice}",
        f"Empfängern ist die Löschung mitzuteilen ({law}){notice}",
    )


def paper_warnings(tx: Tx, now: dt.datetime, appeal: str | None = None) -> list[Message]:
    """One message for each place where paper hangs although its time is over: only a person takes it down (R35)."""
    found = []
    for item in paper.open_paper(tx, appeal):
        since = paper_over_since(tx, item)
        if now >= since:
            left = paper.left(item)
            rest = Message("", "") if left is None else Message(f", {left} left", f", noch {left}")
            found.append(
                Message(
                    f"{item.appeal}: paper is to be taken down since {stamp(since).en} "
                    f"(item {item.id}: {item.title.en}{rest.en})",
                    f"{item.appeal}: Papier ist seit {stamp(since).de} abzunehmen "
                    f"(Posten {item.id}: {item.title.de}{rest.de})",
                )
            )
    return found


def paper_over_since(tx: Tx, item: Item) -> dt.datetime:
    """When this paper was or will be over; what shows somebody whose search is over was so when that was asked for."""
    over = over_since(tx, item.appeal, Medium.POSTER)
    return min(over, item.opened_at) if item.kind is Kind.PAPER_DOWN else over


def over_since(tx: Tx, appeal: str, medium: Medium) -> dt.datetime:
    """When an appeal was or will be over in a medium: its end, or the clocks of the latest revision."""
    submission = appeals.get(tx, appeal)
    for wish in endings.endings(tx, appeal):
        whole = wish.person is None and wish.channel is None and wish.medium in (None, medium)
        if whole and wish.revision >= submission.revision:
            return wish.at
    try:
        return ends.due_of(tx, submission, medium, None).at or FAR
    except (FahndungError, ValueError):  # spoiled facts: nobody can say how long it may stay
        return submission.at


def ask_for_paper(tx: Tx, ending: Ending, *, now: dt.datetime, by: str) -> None:
    """Open a by-hand item for each place whose paper shows a person whose search is over (R36), once."""
    if ending.person is None or ending.medium not in (None, Medium.POSTER) or ending.channel is not None:
        return
    asked = {(item.kind, item.what) for item in byhand.all(tx, ending.appeal)}
    for item in paper.open_paper(tx, ending.appeal):
        what = Message(
            f"Take down now what shows {ending.person} (item {item.id})",
            f"Jetzt abnehmen, was {ending.person} zeigt (Posten {item.id})",
        )
        shows = item.kind is Kind.PAPER and _left_out(tx, item) != ending.person
        if not shows or (Kind.PAPER_DOWN, what) in asked:
            continue
        down = ByHand(
            appeal=ending.appeal,
            what=what,
            why=Message(
                f"the search for {ending.person} is over; {paper.ONLY_BY_HAND.en}",
                f"Nach {ending.person} wird nicht mehr gesucht; {paper.ONLY_BY_HAND.de}",
            ),
            publication=item.publication,
            kind=Kind.PAPER_DOWN,
            place=item.place,
            pieces=paper.left(item),
        )
        byhand.add(tx, down, at=now, by=by, seen={"paper": item.id, "who": paper.details(item)["who"]})


def _left_out(tx: Tx, item: Item) -> PersonId | None:
    """Whom this paper does not show; nobody where that is not known."""
    try:
        return None if item.publication is None else left_out(publications.get(tx, item.publication).target)
    except Unreadable:
        return None


def duty(home: Home, tx: Tx, ending: Ending) -> Duty | None:
    """What an end because of an error asks of people; None for every other reason.

    The period runs from the moment at which the error is told here. Without a figure it is over at once: the notice is
    due without delay.
    """
    if ending.reason is not EndReason.ERROR:
        return None
    due = _due(home, ending.at)
    criminal = appeals.get(tx, ending.appeal).criminal
    before, of = stamp(due), stamp(ending.at)
    notice = Task(
        Message(
            f"Report the breach of data protection to the supervisor, without delay, before {before.en}",
            f"Datenschutzverletzung der Aufsicht melden, unverzüglich, vor dem {before.de}",
        ),
        _with_stpo("§ 65 BDSG") if criminal else Message.same("§ 21 SächsDSUG"),
    )
    persons = Task(
        Message(
            f"Tell the persons concerned of the breach of {of.en}",
            f"Betroffene Personen über die Verletzung vom {of.de} benachrichtigen",
        ),
        _with_stpo("§ 66 BDSG") if criminal else Message.same("§ 22 SächsDSUG"),
    )
    return Duty(due_at=due, notice=notice, persons=persons)


def _with_stpo(norm: str) -> Message:
    return Message(f"{norm} with § 500 StPO", f"{norm} mit § 500 StPO")


def _due(home: Home, at: dt.datetime) -> dt.datetime:
    """By the home's figure, or the package's: a spoiled table of the home must not stop a takedown."""
    for path in (home.path, None):
        with contextlib.suppress(InvalidConfig, OSError, ValueError):
            figure = norms.parse(resources.norms_text(path)).figure(BREACH_NOTICE, at)
            if figure is not None:
                return figure.after(at)
    return at


def _notice(
    receiver: Receiver, wishes: tuple[Ending, ...], criminal: bool, *, part: bool, elsewhere: bool
) -> str | None:
    """The closing text.

    Args:
        part: the appeal goes on there without the person whose search is over. elsewhere: it goes on on other channels.
    """
    concerning = [
        wish
        for wish in wishes
        if receiver.over and wish.medium in (None, receiver.medium) and wish.channel in (None, receiver.channel)
    ]
    if not concerning:
        return None
    latest = concerning[-1]
    if elsewhere and closings.is_here_only(concerning):
        return f"texts/closing-{HERE}.txt"
    kind = closing_kind(latest.reason, criminal, part=part and latest.person is not None)
    return f"texts/closing-{kind}.txt"

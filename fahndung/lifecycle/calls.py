"""The calls of one claimed publication, and what became of them as a value. Writes facts only, and takes no step.

Before each call the claim's time and the worker's proof of life are checked. Whatever a channel raises becomes an
outcome here; what it means for the ledger is decided in ``settling``.
"""

import dataclasses
import datetime as dt
from collections.abc import Callable, Sequence

from fahndung.channels.answers import LONGEST_WAIT
from fahndung.channels.base import Addressed, Channel
from fahndung.channels.capabilities import Capabilities
from fahndung.channels.kinds import ADDRESSED
from fahndung.errors import (
    AuthError,
    Duplicate,
    FahndungError,
    Message,
    NotPublishable,
    NotSent,
    PlaceLost,
    RateLimited,
    Rejected,
    Replaced,
    Unsupported,
    WindowClosed,
)
from fahndung.ledger import claims, publications
from fahndung.ledger.publications import LEASE, Operation, Want
from fahndung.lifecycle import growing, refusals
from fahndung.lifecycle.ends import is_over
from fahndung.lifecycle.outcomes import (
    Buried,
    Claimed,
    Early,
    Failed,
    Found,
    Hands,
    Looked,
    Outcome,
    Placeless,
    Refused,
    Sent,
    Told,
    Unclear,
    Unseen,
    Unsent,
)
from fahndung.lifecycle.shift import Shift
from fahndung.model.plain import instant_text
from fahndung.model.publication import Draft, Gone, Live, Look, Posting, Reference, Unknown


class _Stopped(Exception):  # noqa: N818 RUF100  # it is no error: the wish changed
    """The checkpoint ends a publication between two of its calls."""

    def __init__(self, why: Message) -> None:
        super().__init__(why.en)
        self.why = why


_ENDED = Message("it was ended while it was being sent", "Es wurde während des Sendens beendet")


def send(shift: Shift, claimed: Claimed, channel: Channel, draft: Draft) -> Outcome:
    """Hands a draft to its channel; every reference is in the ledger the moment it exists."""

    def checkpoint(reference: Reference) -> None:
        now = shift.clock()
        with shift.ledger.write(now) as tx:
            publications.saw(tx, claimed.row.id, reference, now=now, by=shift.by)
            row = publications.get(tx, claimed.row.id)
            goes_on = claims.holds(row, claimed.claim) and row.want is Want.UP and not is_over(row, now)
        if not goes_on:
            raise _Stopped(_ENDED)
        try:
            shift.refuse_late(claimed.since)
        except NotSent as error:  # which is said of what was to come; this reference is there
            raise _Stopped(error.message) from error

    made = [False]
    known = dict.fromkeys((*draft.references, *claimed.posting.references))

    def call() -> Outcome:
        shift.refuse_late(claimed.since)
        made[0] = True
        channel.publish(dataclasses.replace(draft, references=tuple(known)), checkpoint)
        return Sent()

    try:
        return call()
    except _Stopped as stop:
        return Unclear(problem=stop.why, stopped=True)
    except (Rejected, NotPublishable) as error:
        return Refused(problem=error.message, effect=error.effect_possible)
    except Unsupported as error:
        return Hands(problem=error.message)
    except PlaceLost as error:
        return Placeless(problem=error.message)
    except FahndungError as error:
        if error.effect_possible:
            return Unclear(problem=error.message, stopped=isinstance(error, Duplicate))
        return Unsent(problem=_problem(error, claimed), until=_until(error, shift), auth=isinstance(error, AuthError))
    except Exception as error:  # noqa: BLE001 RUF100  # a connector's bug: nobody knows what it had done by then
        return Unclear(problem=_bug(error)) if made[0] else Unsent(problem=_bug(error))


def repeats(able: Capabilities, unclear: Sequence[Operation], now: dt.datetime, *, allowed: bool) -> bool:
    """Whether the channel makes one copy of any number of calls, so that the call may simply be made again.

    Or whether the force would rather have two copies than none on a channel that knows neither keys nor a listing
    (``allowed``: ``on_unknown = "repeat"``).

    A key lives from the first call that may have arrived, and has to outlive the claim; where the clock says that this
    call is still to come, nobody knows how long it lives.
    """
    if able.recovery == "path":
        return True
    if able.recovery == "manual":
        return allowed
    if able.recovery != "key" or able.key_lifetime is None:
        return False
    age = now - min((operation.started_at for operation in unclear), default=now)
    return -LEASE <= age < able.key_lifetime - LEASE


def resolve(shift: Shift, claimed: Claimed, channel: Channel, now: dt.datetime) -> Outcome:
    """Finds out what became of a call of unknown outcome, as far as the channel lets anybody know."""
    if channel.kind in ADDRESSED and claimed.posting.references:  # one message: what was told of is all of it
        return Found(references=claimed.posting.references)
    able, since = channel.capabilities(), claimed.unclear_since
    if not able.can_find:
        return Hands(problem=_PERHAPS_TAKEN if channel.kind in ADDRESSED else _PERHAPS_THERE)
    if since is not None and now < since + able.settle:
        return Early(until=since + able.settle)
    return _guarded(shift, claimed, lambda: _found(shift, claimed, channel, now))


_PERHAPS_THERE = Message(
    "nobody can tell whether it was published: look there, and remove it or leave it",
    "Ob es veröffentlicht wurde, ist nicht festzustellen: dort nachsehen und es löschen oder stehen lassen",
)
_PERHAPS_TAKEN = Message(
    "nobody can tell whether the mail was taken: ask this recipient, and send it by hand if it is missing",
    "Ob die Mail angenommen wurde, ist nicht festzustellen: dort nachfragen und sie von Hand senden, wenn sie fehlt",
)


def _found(shift: Shift, claimed: Claimed, channel: Channel, now: dt.datetime) -> Outcome:
    """What carries the marker; if that is not all that was approved, it is removed and the call can be made anew."""
    found = channel.find(claimed.posting.marker)
    if not found:
        return Found(references=())
    known = dict.fromkeys((*claimed.posting.references, *found))
    posting = dataclasses.replace(claimed.posting, references=tuple(known))
    shift.refuse_late(claimed.since)
    seen = channel.look(posting)
    if isinstance(seen, Live):
        return Found(references=found)
    if isinstance(seen, Unknown):
        return Failed(problem=seen.words)
    shift.refuse_late(claimed.since)
    channel.withdraw(_dated(posting, now))
    after = channel.look(posting)
    return Found(references=()) if isinstance(after, Gone) else Failed(problem=_PARTS)


_PARTS = Message("a part of it is there and could not be removed", "Ein Teil steht dort und ließ sich nicht löschen")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A closing notice that is about to be sent, as it was approved."""

    notice: bytes
    to: str
    number: int


def tell(shift: Shift, claimed: Claimed, channel: Addressed, letter: Letter) -> Outcome:
    """Sends a closing notice, once; of unknown outcome it is a person's, unless the force would rather send two."""
    marker, number = claimed.row.marker, letter.number
    try:
        shift.refuse_late(claimed.since)
        channel.announce_end(letter.notice, letter.to, marker=marker, number=number, at=shift.clock())
        return Told()
    except NotPublishable as error:
        return Hands(problem=_untold(error.message))
    except FahndungError as error:
        if error.effect_possible and claimed.row.channel not in shift.repeats:
            return Hands(problem=DOUBTFUL)
        return Failed(problem=_problem(error, claimed), until=_until(error, shift), auth=isinstance(error, AuthError))
    except Exception as error:  # noqa: BLE001 RUF100  # a connector's bug: nobody knows what it had done by then
        return Hands(problem=_untold(_bug(error)))


DOUBTFUL = Message(
    "nobody knows whether the closing notice arrived: ask there, and tell the end by another way",
    "Ob die Nachricht über das Ende ankam, ist nicht festzustellen: dort nachfragen und das Ende anders mitteilen",
)


def _untold(why: Message) -> Message:
    return Message(
        f"the end could not be told there: {why.en}. Tell it by another way",
        f"Das Ende war dort nicht mitzuteilen: {why.de}. Bitte auf anderem Weg mitteilen",
    )


def _dated(posting: Posting, now: dt.datetime) -> Posting:
    return dataclasses.replace(posting, withdrawal={**posting.withdrawal, "at": instant_text(now)})


def withdraw(shift: Shift, claimed: Claimed, channel: Channel, now: dt.datetime) -> Outcome:
    """Removes all that was ever seen of it and all that carries its marker, and reads it back."""

    def call() -> Outcome:
        known = growing.noted(shift, claimed.row.id, channel, claimed.posting)
        shift.refuse_late(claimed.since)
        posting = _dated(known, now)
        try:
            channel.withdraw(posting)
        except Replaced as error:
            return _buried(shift, claimed, channel, error.message)
        if channel.capabilities().reads_back == "none":
            return Hands(problem=_NOT_SEEN)
        shift.refuse_late(claimed.since)
        return _believed(shift, claimed, channel, channel.look(posting))

    return _guarded(shift, claimed, call)


_NOT_SEEN = Message(
    "the platform says that it was deleted, and nobody but its members can look: look there",
    "Gelöscht, wie die Plattform meldet; nachsehen können dort nur Mitglieder: bitte nachsehen",
)


def look(shift: Shift, claimed: Claimed, channel: Channel) -> Outcome:
    """What a visitor finds now; a failure is ``Unknown``."""
    if channel.capabilities().reads_back == "none":
        return Unseen()
    outcome = _guarded(shift, claimed, lambda: _believed(shift, claimed, channel, channel.look(claimed.posting)))
    if isinstance(outcome, Failed | Hands):
        refused = isinstance(outcome, Failed) and outcome.auth
        return Looked(look=dataclasses.replace(Unknown.of(outcome.problem), refused=refused))
    return outcome


def _believed(shift: Shift, claimed: Claimed, channel: Channel, seen: Look) -> Outcome:
    """A look; nothing is believed gone while a call of unknown outcome may still show.

    That of a refused credential names the account.
    """
    if isinstance(seen, Unknown) and seen.refused:
        why = refusals.named(seen.words, claimed.row.channel, claimed.row.endpoint)
        seen = dataclasses.replace(seen, why=why.en, told=why)
    since, able = claimed.unclear_since, channel.capabilities()
    blind = not able.can_find and able.recovery != "path"
    nowhere = blind and isinstance(seen, Unknown) and not claimed.posting.references
    if since is None or not (isinstance(seen, Gone) or nowhere):
        return Looked(look=seen)
    return _doubtful(shift, since, able) or Looked(look=seen)


def _buried(shift: Shift, claimed: Claimed, channel: Channel, problem: Message) -> Outcome:
    """A tombstone, unless a call of unknown outcome may have left another copy."""
    since, able = claimed.unclear_since, channel.capabilities()
    doubtful = None if since is None else _doubtful(shift, since, able)
    return doubtful or Buried(problem=problem)


def _doubtful(shift: Shift, since: dt.datetime, able: Capabilities) -> Outcome | None:
    """Why what is known of may not be all, after a call of unknown outcome; None: it is all."""
    if not able.can_find and able.recovery != "path":
        why = Message(
            "a copy whose address nobody knows may be there: look for it and remove it",
            "Dort kann eine Kopie stehen, deren Adresse niemand kennt: danach suchen und sie löschen",
        )
        return Hands(problem=why)
    if shift.clock() < since + able.settle:
        why = Message("a copy may still appear", "Eine Kopie kann noch auftauchen")
        return Failed(problem=why, until=since + able.settle)
    return None


def _guarded(shift: Shift, claimed: Claimed, call: Callable[[], Outcome]) -> Outcome:
    try:
        shift.refuse_late(claimed.since)
        return call()
    except (WindowClosed, Unsupported) as error:
        return Hands(problem=error.message)
    except FahndungError as error:
        return Failed(problem=_problem(error, claimed), until=_until(error, shift), auth=isinstance(error, AuthError))
    except Exception as error:  # noqa: BLE001 RUF100  # one connector's bug must not keep the others online
        return Failed(problem=_bug(error))


def _problem(error: FahndungError, claimed: Claimed) -> Message:
    return refusals.told(error, claimed.row.channel, claimed.row.endpoint)


def _until(error: FahndungError, shift: Shift) -> dt.datetime | None:
    """When the channel takes the next call, by this clock: another one's may be years ahead, and must stop nothing."""
    if not isinstance(error, RateLimited):
        return None
    if error.retry_after is not None:
        return shift.clock() + error.retry_after
    return None if error.until is None else min(error.until, shift.clock() + LONGEST_WAIT)


def _bug(error: Exception) -> Message:
    kind = type(error).__name__
    return Message(f"a bug in the channel stopped it ({kind})", f"Ein Programmfehler im Kanal hielt es auf ({kind})")

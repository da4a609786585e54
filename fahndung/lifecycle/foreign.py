"""Looks once a day at the copies that others keep (a newspaper, an archive), and says which stand past the end.

Removes nothing and believes nobody: a stranger's host gives no positive control, so even a steady "not found" only
proposes that a person look and close the item. Addresses come from outside: in a production home only servers on the
public internet are asked, a redirect is told and not followed, and what is read is limited.
"""

import dataclasses
import datetime as dt
import re
import urllib.parse
from typing import TYPE_CHECKING

from fahndung import outside
from fahndung.errors import FahndungError, Message, UsageError
from fahndung.law import clockfacts
from fahndung.ledger import appeals, copies, endings
from fahndung.ledger.byhand import Item
from fahndung.ledger.copies import Outcome, Sight
from fahndung.ledger.store import Ledger
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle import telling
from fahndung.lifecycle.withdrawal import Pending
from fahndung.model.mandate import Medium

if TYPE_CHECKING:  # a takedown that has nothing to look at must not wait for what opens connections
    from fahndung import http as door

LOOK_EVERY = copies.APART
LEASE = dt.timedelta(minutes=10)
MAX_BYTES = 8 * 1024 * 1024
LONGEST_ADDRESS = 2000
_MEDIA_TYPE = re.compile(r"\s*([a-z]{1,20})/[a-z0-9.+-]{1,80}\s*(?:;.*)?", re.IGNORECASE)
_ONLINE = frozenset({Medium.WEBSITE, Medium.SOCIAL, Medium.ONLINE_PRESS})
_ABSENT = frozenset({404, 410})
_FOUND = 200
_REDIRECTS = range(300, 400)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A foreign copy and what a look at it showed."""

    item: Item
    sight: Sight


def add(
    ledger: Ledger,
    *,
    appeal: str,
    untrusted_url: str,
    now: dt.datetime,
    by: str,
    where: str | None = None,
    note: str | None = None,
) -> int:
    """Open an item for a copy that somebody else keeps; its number.

    Raises:
        UsageError: no such appeal, or no address of a page on the public internet (in a rehearsal home: on any host).
    """
    refuse_address(untrusted_url, anywhere=ledger.kind == "rehearsal")
    with ledger.write(now) as tx:
        return copies.add(tx, appeal=appeal, url=untrusted_url, where=where, note=note, at=now, by=by)


def refuse_address(untrusted_url: str, *, anywhere: bool) -> None:
    """Passes if this can be the address of a foreign copy; what its name means in the network is asked at each look.

    Raises:
        UsageError: it cannot.
    """
    plain = untrusted_url.isascii() and untrusted_url.isprintable() and " " not in untrusted_url
    try:
        parts = urllib.parse.urlsplit(untrusted_url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        plain, host = False, ""
    if not plain or not host or "@" in parts.netloc or parts.scheme not in {"http", "https"}:
        raise UsageError(
            "This is no address of a page: http or https, no user name, no blanks, other letters as the browser's "
            "address bar gives them when copied.",
            "Das ist keine Adresse einer Seite: http oder https, ohne Benutzername und Leerzeichen, Umlaute so, wie "
            "sie beim Kopieren aus der Adresszeile des Browsers kommen.",
        )
    if len(untrusted_url) > LONGEST_ADDRESS:
        raise UsageError(
            f"An address has at most {LONGEST_ADDRESS} characters.",
            f"Eine Adresse hat höchstens {LONGEST_ADDRESS} Zeichen.",
        )
    from fahndung import http as door

    number = host.replace(".", "").isdigit() or ":" in host
    if not anywhere and (door.is_loopback(host) or (number and not outside.is_public(host))):
        raise UsageError(*outside.told(host))


def look_due(ledger: Ledger, *, now: dt.datetime, by: str, limit: int) -> tuple[Looked, ...]:
    """Looks at the copies that are due, at most ``limit``, and writes down what is there.

    Raises:
        LedgerUnavailable: nothing can be written down, so nothing was looked at, or not all of it.
    """
    with ledger.write(now) as tx:
        due = copies.take_due(tx, now=now, limit=limit, until=now + LEASE)
    found = []
    for item in due:
        sight = look(item, anywhere=ledger.kind == "rehearsal")
        with ledger.write(now) as tx:
            told = copies.looked(tx, item.id, sight, next_at=now + LOOK_EVERY, now=now, by=by)
        if told is not None:
            found.append(Looked(item=item, sight=told))
    return tuple(found)


def look(item: Item, *, anywhere: bool) -> Sight:
    """What a visitor finds at the address of a copy now."""
    from fahndung import http as door

    url = item.url or ""
    if not door.is_allowed(url):
        return _unknown(None, "only https can be looked at by the program", "Das Programm kann nur https ansehen")
    client = door.Client(max_bytes=MAX_BYTES, public=not anywhere)
    try:
        answer = client.get(url, headers={"Cache-Control": "no-cache"})
    except FahndungError as error:
        return _unknown(None, *error.message)
    except Exception as error:  # noqa: BLE001 RUF100  # one address's bug must not keep the others unseen
        kind = type(error).__name__
        return _unknown(None, f"a bug stopped the look ({kind})", f"Ein Programmfehler hielt das Ansehen auf ({kind})")
    before = copies.last_sight(item)
    return _judged(answer, "" if before is None else before.sort)


def past_end(tx: Tx, now: dt.datetime, appeal: str | None = None) -> tuple[Pending, ...]:
    """The foreign copies of appeals that are over which answered at the last look or could not be read."""
    return tuple(
        Pending(appeal=item.appeal, channel=item.place or "", url=item.url, why=why)
        for item in copies.open_copies(tx, appeal)
        if (why := _stands(item)) is not None and now >= over_since(tx, item)
    )


def over_since(tx: Tx, item: Item) -> dt.datetime:
    """When a foreign copy was or will be over: with the appeal, or with the first person whose search was.

    Whom it shows nobody but a person can say; until one closes the item it counts.
    """
    persons = [wish.at for wish in endings.endings(tx, item.appeal) if wish.person is not None]
    return min([telling.over_since(tx, item.appeal, last_medium(tx, item.appeal)), *persons])


def last_medium(tx: Tx, appeal: str) -> Medium:
    """The online medium of the mandate that is over last: until then others may have it from there.

    A mandate that names none is judged by the medium that is over last.
    """
    try:
        media = clockfacts.thaw(appeals.get(tx, appeal).clock_facts).order.scope.media
    except ValueError:  # spoiled facts: whatever the medium, nobody can say how long it goes on
        media = frozenset()
    chosen = sorted(media & _ONLINE or media)
    return max(chosen, key=lambda medium: telling.over_since(tx, appeal, medium), default=Medium.WEBSITE)


def told(sight: Sight | None) -> Message:
    """What the last look showed, as a sentence."""
    if sight is None:
        return Message("not looked at yet", "noch nicht angesehen")
    match sight.outcome:
        case Outcome.THERE:
            return Message("it still answers", "sie antwortet noch")
        case Outcome.ABSENT:
            status = sight.status
            return Message(f"not found ({status}), not yet for a day", f"nicht gefunden ({status}), noch keinen Tag")
        case Outcome.GONE:
            return Message(
                f"not found ({sight.status}) for a day: look yourself, then close it",
                f"seit einem Tag nicht gefunden ({sight.status}): selbst nachsehen, dann als erledigt melden",
            )
        case Outcome.UNKNOWN:
            why = sight.why or Message("", "")
            return Message(f"nobody can tell: {why.en}", f"ungewiss: {why.de}")


def _stands(item: Item) -> Message | None:
    sight = copies.last_sight(item)
    if sight is None or sight.outcome not in {Outcome.THERE, Outcome.UNKNOWN}:
        return None
    what = told(sight)
    return Message(f"foreign copy, item {item.id}: {what.en}", f"Fremdkopie, Posten {item.id}: {what.de}")


def _judged(answer: "door.Answer", known_sort: str) -> Sight:
    if answer.status in _ABSENT:
        return Sight(outcome=Outcome.ABSENT, status=answer.status)
    if answer.status in _REDIRECTS:
        host = _host(answer.headers.get("location", ""))
        return _unknown(
            answer.status,
            f"it redirects ({answer.status}) to {host or 'an address that cannot be read'}, which was not followed",
            f"sie leitet weiter ({answer.status}) nach {host or 'unlesbar'}, dem wurde nicht gefolgt",
        )
    if answer.status != _FOUND:
        return _unknown(
            answer.status, f"it answers with status {answer.status}", f"sie antwortet mit Status {answer.status}"
        )
    typed = _MEDIA_TYPE.fullmatch(answer.headers.get("content-type", ""))
    sort = typed[1].lower() if typed else ""
    if sort and known_sort and sort != known_sort:
        return _unknown(
            answer.status,
            f"something else answers now ({sort} instead of {known_sort})",
            f"jetzt antwortet etwas anderes ({sort} statt {known_sort})",
        )
    return Sight(outcome=Outcome.THERE, status=answer.status, sort=sort)


def _unknown(status: int | None, en: str, de: str) -> Sight:
    return Sight(outcome=Outcome.UNKNOWN, status=status, why=Message(en, de))


def _host(untrusted_location: str) -> str:
    """The host that a redirect names, if it is one; a path alone stays on the same host and names none."""
    try:
        host = urllib.parse.urlsplit(untrusted_location).hostname or ""
    except ValueError:
        return ""
    return host if re.fullmatch(r"[a-z0-9.:-]{1,255}", host) else ""

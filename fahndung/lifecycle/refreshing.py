"""Asks those who keep something of a page to read it again: search engines, and a network whose post linked to it.

Takes nothing down and proves nothing: it comes after all of that, never keeps it waiting, and may fail. What nobody can
be asked by a program is left to a person.
"""

import dataclasses
import datetime as dt
import urllib.parse
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, cast

from fahndung.channels.base import INDEXED, REGISTERED
from fahndung.channels.kinds import REREADS
from fahndung.errors import ChannelFailed, FahndungError, Message, Rejected, Unsupported
from fahndung.home import Home
from fahndung.ledger import accounts, audit, byhand, news, publications
from fahndung.ledger.byhand import ByHand
from fahndung.ledger.news import News, Told
from fahndung.ledger.publications import Publication
from fahndung.ledger.store import Ledger
from fahndung.ledger.transaction import Tx
from fahndung.model.publication import State

if TYPE_CHECKING:  # a takedown that has nobody to tell must not wait for what opens connections
    from fahndung.channels.base import Rereads
    from fahndung.channels.indexnow import Site
    from fahndung.lifecycle.shift import Opening

INDEXNOW = "+indexnow"
"""Whom news are for that are not for an account: no account has such a name."""
MOST_REREADS = 5
"""How many networks one run asks: each may keep it waiting."""
MOST_TRIES = 5
"""After so many failures a network is left to a person; search engines are told until the publication is closed."""
LONGEST_WAIT = dt.timedelta(hours=6)
GOOGLE = "https://search.google.com/search-console/remove-outdated-content"
DEBUGGER = "https://developers.facebook.com/tools/debug/"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One piece of news that is due.

    Attributes:
        row: the page. account: what opens the network that is to be asked; None: it is for search engines.
    """

    told: Told
    row: Publication
    account: Publication | None = None


def tell(ledger: Ledger, service: str | None, *, now: dt.datetime, by: str, open: "Opening") -> None:
    """Tells what is due, each thing once if it goes well; what fails is written down and tried again later.

    Args:
        service: where IndexNow is spoken; None: no search engine is told.

    Raises:
        LedgerUnavailable: it cannot be read or written.
    """
    with ledger.read() as tx:
        if not _can_be_any(tx, service):
            return
        wanted = list(_wanted(tx, service, rehearsal=ledger.kind == "rehearsal"))
        errands = _due(tx, wanted, now)
    if not errands:
        return
    with ledger.write(now) as tx:
        news.forget_all_but(tx, {errand.told.key for errand in wanted})
        for errand in errands:  # if this run dies in its call, another one makes it later
            news.keep(tx, _again(errand.told, None, now))
    outcomes = [*_to_search_engines(service or "", errands), *_to_networks(errands, open)]
    with ledger.write(now) as tx:
        for errand, error in outcomes:
            _note(tx, errand, error, now=now, by=by)


def service_at(home: Home) -> str | None:
    """Where IndexNow is spoken, as the home's configuration says now; None also where that cannot be read."""
    try:
        return home.config().indexnow
    except FahndungError:
        return None


def leave_to_hands(tx: Tx, row: Publication, *, now: dt.datetime, by: str) -> None:
    """A page that search engines could list, or whose person registers could take over, is gone: what they keep only a
    person can have removed.
    """
    listed = row.withdrawal.get(INDEXED) is True and not row.superseded
    registered = row.withdrawal.get(REGISTERED) is True and not _still_registered(tx, row)
    if not (listed or registered) or row.url is None:
        return
    from fahndung.channels import indexnow

    if indexnow.is_here(row.url):  # nobody else ever saw it
        return
    if listed:
        what = Message(f"Search engines: {row.url}", f"Suchmaschinen: {row.url}")
        byhand.add(tx, ByHand(appeal=row.appeal, what=what, why=_IN_CACHES, url=GOOGLE), at=now, by=by)
    if registered:
        what = Message(f"Registers of missing persons: {row.url}", f"Vermisstenregister: {row.url}")
        byhand.add(tx, ByHand(appeal=row.appeal, what=what, why=_IN_REGISTERS, url=row.url), at=now, by=by)


def _still_registered(tx: Tx, row: Publication) -> bool:
    """Whether another page of the appeal goes on offering the person to registers."""
    others = (one for one in publications.rows(tx, row.appeal) if one.id != row.id)
    return any(one.want is publications.Want.UP and one.withdrawal.get(REGISTERED) is True for one in others)


def failing(tx: Tx) -> tuple[Told, ...]:
    """What could not be told so far."""
    return tuple(told for told in news.all(tx) if told.next_at is not None and told.problem is not None)


def _can_be_any(tx: Tx, service: str | None) -> bool:
    return service is not None or any(account.kind in REREADS for account in accounts.all(tx))


def _due(tx: Tx, wanted: Iterable[Errand], now: dt.datetime) -> list[Errand]:
    """What is to be told now; of networks only some, the others in the next run."""
    known = {told.key: told for told in news.all(tx)}
    due = [dataclasses.replace(one, told=known.get(one.told.key, one.told)) for one in wanted]
    due = [one for one in due if one.told.tries == 0 or (one.told.next_at is not None and one.told.next_at <= now)]
    networks = [one for one in due if one.account is not None]
    return [one for one in due if one not in networks[MOST_REREADS:]]


def _wanted(tx: Tx, service: str | None, *, rehearsal: bool) -> Iterator[Errand]:
    """Everything that there is to tell, whether it was told or not."""
    for row in publications.to_be_told(tx):
        what = News.GONE if row.state is State.WITHDRAWN else News.UP
        listed = row.withdrawal.get(INDEXED) is True
        if service is not None and listed and _reaches(service, row.url or "", rehearsal=rehearsal):
            yield Errand(told=Told(publication=row.id, whom=INDEXNOW, news=what), row=row)
        if what is News.GONE:
            for account in _networks(tx, row).values():
                yield Errand(told=Told(publication=row.id, whom=account.channel, news=what), row=row, account=account)


def _reaches(service: str, url: str, *, rehearsal: bool) -> bool:
    """Whether a service is to be told of an address: not the world of a rehearsal, or of a page on this machine."""
    from fahndung.channels import indexnow

    return indexnow.is_here(service) or not (rehearsal or indexnow.is_here(url))


def _networks(tx: Tx, row: Publication) -> Mapping[str, Publication]:
    """The accounts on which a post with the page's address ever was, by name."""
    posts = publications.rows(tx, row.appeal)
    return {post.channel: post for post in posts if post.kind in REREADS and post.published_at is not None}


def _to_search_engines(service: str, errands: Iterable[Errand]) -> Iterator[tuple[Errand, FahndungError | None]]:
    """Each errand for search engines, and why it failed; all of one site in one call."""
    from fahndung.channels import indexnow

    by_site: dict[Site, list[Errand]] = {}
    for errand in errands:
        if errand.account is None:
            try:
                by_site.setdefault(indexnow.site_of(errand.row.endpoint), []).append(errand)
            except FahndungError as error:
                yield errand, error
    for site, several in by_site.items():
        for start in range(0, len(several), indexnow.MOST):
            batch = several[start : start + indexnow.MOST]
            try:
                indexnow.tell(service, site, [errand.row.url or "" for errand in batch])
            except FahndungError as error:
                yield from ((errand, error) for errand in batch)
            else:
                yield from ((errand, None) for errand in batch)


def _to_networks(errands: Iterable[Errand], open: "Opening") -> Iterator[tuple[Errand, FahndungError | None]]:
    """Each errand for a network, and why it failed."""
    for errand in errands:
        if (account := errand.account) is None:
            continue
        try:
            cast("Rereads", open(account.kind, account.endpoint)).reread(errand.row.url or "")
        except FahndungError as error:
            yield errand, error
        except Exception as error:  # noqa: BLE001 RUF100  # a connector's bug must not hide what was taken down
            kind = type(error).__name__
            what = f"a bug in the channel stopped it ({kind})", f"Ein Programmfehler im Kanal hielt es auf ({kind})"
            yield errand, ChannelFailed(*what)
        else:
            yield errand, None


def _note(tx: Tx, errand: Errand, error: FahndungError | None, *, now: dt.datetime, by: str) -> None:
    told, row = _again(errand.told, error, now), errand.row
    given_up = isinstance(error, Rejected | Unsupported) or told.tries >= MOST_TRIES
    by_hand = error is not None and errand.account is not None and given_up
    if error is None or by_hand:
        told = dataclasses.replace(told, next_at=None)
    news.keep(tx, told)
    outcome = "told" if error is None else "by-hand" if by_hand else "failed"
    data = {"publication": row.id, "whom": told.whom, "news": told.news.value, "outcome": outcome}
    audit.append(tx, at=now, by=by, action="news.tell", appeal=row.appeal, data=data)
    if by_hand:
        form = f"{DEBUGGER}?q={urllib.parse.quote(row.url or '', safe='')}"
        what = Message(f"{told.whom}: preview of {row.url}", f"{told.whom}: Vorschau von {row.url}")
        item = ByHand(appeal=row.appeal, what=what, why=_IN_PREVIEWS, url=form)
        byhand.add(tx, item, at=now, by=by)


def _again(told: Told, error: FahndungError | None, now: dt.datetime) -> Told:
    """One try more, and when the next one is."""
    wait = min(dt.timedelta(minutes=2 ** min(told.tries, 12)), LONGEST_WAIT)
    problem = None if error is None else error.message
    return dataclasses.replace(told, tries=told.tries + 1, next_at=now + wait, problem=problem)


_IN_CACHES = Message(
    "search engines could list this page, and no program can have their hits and copies removed: look for the address "
    "at Google and Bing, and have it removed there (Google: Remove outdated content; Bing: Content removal)",
    "Suchmaschinen durften diese Seite aufnehmen, und kein Programm kann Treffer und Kopien dort entfernen lassen: die "
    "Adresse bei Google und Bing suchen und dort entfernen lassen (Google: Veraltete Inhalte entfernen; Bing: Content "
    "Removal)",
)
_IN_REGISTERS = Message(
    "registers of missing persons could take the person over, and no program learns which did: look for the name in "
    "those that you know and ask for deletion; the placeholder in the record's place asks those that read it again",
    "Vermisstenregister konnten die Person übernehmen, und kein Programm erfährt, welche es taten: den Namen in den "
    "bekannten suchen und um Löschung bitten; der Platzhalter an der Stelle des Datensatzes bittet die, die ihn wieder "
    "lesen",
)
_IN_PREVIEWS = Message(
    "the network did not read the page again: have it read there by hand (Sharing Debugger, Scrape Again)",
    "Das Netzwerk hat die Seite nicht neu eingelesen: dort von Hand einlesen lassen (Sharing Debugger, „Erneut "
    "scrapen“)",
)

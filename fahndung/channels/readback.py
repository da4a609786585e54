"""Reads a site back as a visitor does and judges what it sees: live, gone, altered, or nobody can tell.

Changes nothing. An answer proves something only while two controls hold on the same host: the canary answers with this
home's nonce, and an address that never existed answers neither 200 nor 410.
"""

import secrets
from collections.abc import Collection, Iterable, Mapping

from fahndung.channels import layout, listing, registers
from fahndung.channels.entry import Entry, Tombstone
from fahndung.channels.withdrawal import Withdrawal
from fahndung.channels.witness import FORBIDDEN, GONE, NOT_FOUND, OK, Sight, Witness
from fahndung.errors import Message
from fahndung.model.publication import Altered, Gone, Live, Look, Unknown


def look(
    witness: Witness,
    nonce: str,
    withdrawal: Withdrawal,
    paths: Iterable[str],
    entry: Entry | None,
    tombstone: Tombstone | None,
    *,
    registered: bool = False,
    over: Entry | None = None,
    bare: bool = False,
) -> Look:
    """What a visitor finds of a whole appeal: page, pictures, start page, feeds, alert, record, sitemap.

    Args:
        paths: page and pictures below the root.
        entry: the entry that start page and feeds must show if the page is live; None if the site holds none.
        tombstone: all that the feeds may say if it is gone; None if the site holds none: then they say nothing.
        registered: registers could take over who is sought: a placeholder has to stand where no record does.
        over: the entry that is being put over that one.
        bare: nobody there can answer 410; what was taken down is answered as what never was.
    """
    evidence, failed, gone = _controls(witness, nonce, bare=bare)
    if failed is not None:
        return failed
    sights = {path: witness.see(layout.address(path)) for path in paths}
    evidence["addresses"] = {sight.url: sight.status for sight in sights.values()}
    lists = listing.Lists(*(witness.see(name) for name in layout.LISTS))
    alert, mapped = witness.see(layout.alert_file(withdrawal.slug)), witness.see(layout.SITEMAP)
    record = witness.see(layout.record_file(withdrawal.slug))
    evidence["lists"] = {sight.url: sight.status for sight in (*lists, alert, record, mapped)}
    if verdict := _silent(sights, withdrawal.files, evidence, gone):
        return verdict
    if all(sight.status in gone for sight in sights.values()):
        further = {path: witness.see(path) for path in layout.aliases(withdrawal.slug)}
        buried = tombstone or withdrawal.tombstone
        evidence["aliases"] = {sight.url: sight.status for sight in further.values()}
        sights |= further
        return (
            _silent(sights, {}, evidence, gone)
            or _not_gone(sights, withdrawal.files, evidence, gone)
            or _silent({sight.url: sight for sight in (alert, mapped)}, {}, evidence, gone)
            or _of_lists(lists, listing.still_listed(lists, alert, withdrawal, tombstone), evidence)
            or _of_record(record, registers.after(buried) if registered else None, evidence, gone)
            or _of_lists((), listing.wrongly_mapped(mapped, withdrawal.slug, None), evidence)
            or Gone(evidence=evidence)
        )
    if why := _not_live(sights, withdrawal.files, bare=bare):
        return Altered.of(why, evidence)
    single = witness.see(layout.appeal_file(withdrawal.slug))
    return (
        _of_lists(lists, listing.wrongly_listed(lists, entry), evidence)
        or _of_record(record, registers.while_up(entry, over, known=registered), evidence, gone)
        or (entry and _of_lists((single, alert), listing.wrongly_alone(single, alert, entry), evidence))
        or _silent({mapped.url: mapped}, {}, evidence, gone)
        or _of_lists((), listing.wrongly_mapped(mapped, withdrawal.slug, entry), evidence)
        or _of_lists((), None if bare else _listed(sights), evidence)
        or Live(evidence=evidence)
    )


def look_at_rest(
    witness: Witness,
    nonce: str,
    withdrawal: Withdrawal,
    paths: Iterable[str],
    later: Mapping[str, str],
    *,
    record: bytes | None = None,
    bare: bool = False,
) -> Look:
    """What a visitor still finds of a revision whose address a later one has taken over.

    Args:
        paths: page and pictures of the replaced revision.
        later: path to hash of the revision that stands now. Where both have a path, the old bytes must not show.
        record: what that revision has for registers, or the placeholder of one before; None: nothing may stand there.
        bare: as for :func:`look`.
    """
    evidence, failed, gone = _controls(witness, nonce, bare=bare)
    if failed is not None:
        return failed
    old = withdrawal.files
    replaced = [path for path in paths if path in later and path in old and later[path] != old[path]]
    own = {path: witness.see(layout.address(path)) for path in paths if path not in later}
    shared = {path: witness.see(layout.address(path)) for path in replaced}
    evidence["addresses"] = {sight.url: sight.status for sight in (own | shared).values()}
    if verdict := _silent(own | shared, old, evidence, gone):
        return verdict
    stale = [sight.url for path, sight in shared.items() if sight.sha256 == old[path]]
    if stale:
        why = f"{stale[0]} still shows the replaced revision", f"{stale[0]} zeigt noch die ersetzte Fassung"
        return Altered.of(Message(*why), evidence)
    found = witness.see(layout.record_file(withdrawal.slug))
    return _not_gone(own, old, evidence, gone) or _of_record(found, record, evidence, gone) or Gone(evidence=evidence)


def _of_record(
    sight: Sight, wanted: bytes | None, evidence: Mapping[str, object], gone: Collection[int | None]
) -> Altered | Unknown | None:
    """What speaks against the file for registers: it is to be exactly the wanted one; None: it is."""
    if verdict := _silent({sight.url: sight}, {}, evidence, gone):
        return verdict
    if wanted is None and sight.status == OK:
        en, de = "offers somebody to registers whom it must not", "bietet Registern jemanden an, den es nicht darf"
    elif wanted is not None and (sight.status != OK or sight.body != wanted):
        en, de = "is not what has to stand there for registers", "ist nicht, was dort für Register stehen muss"
    else:
        return None
    return Altered.of(Message(f"{sight.url} {en}", f"{sight.url} {de}"), evidence)


def _controls(
    witness: Witness, nonce: str, *, bare: bool
) -> tuple[dict[str, object], Unknown | None, frozenset[int | None]]:
    """The two controls; what follows is worth something only if both hold. And what is answered where all is gone.

    A bare store answers 404 for what it does not have, or 403 to whoever may not list it.
    """
    gone: set[int | None] = {GONE}
    canary = witness.see(f"{layout.CANARY}?{secrets.token_hex(8)}")
    evidence: dict[str, object] = {"canary": {"url": canary.url, "status": canary.status, "date": canary.date}}
    if canary.status is None:
        return evidence, Unknown.of(canary.why, evidence), frozenset()
    if canary.status != OK or canary.body.strip() != nonce.encode():
        why = Message(
            f"{canary.url} does not show this home's nonce (status {canary.status}): no proof of whose site answers",
            f"{canary.url} zeigt nicht die Kennung dieses Datenordners ({canary.status}): unklar, wer antwortet",
        )
        return evidence, Unknown.of(why, evidence), frozenset()
    for path in (f"fahndung/{secrets.token_hex(16)}/", f"bilder/{secrets.token_hex(16)}/1.jpg"):
        never = witness.see(path)
        evidence[f"never existed ({path.split('/')[0]})"] = {"url": never.url, "status": never.status}
        if never.status != NOT_FOUND and not (bare and never.status == FORBIDDEN):
            said = never.why if never.status is None else Message(f"{never.status}", f"{never.status}")
            why = Message(
                f"{never.url} never existed and answers {said.en}: no other answer proves anything",
                f"{never.url} gab es nie und antwortet {said.de}: so beweist keine Antwort etwas",
            )
            return evidence, Unknown.of(why, evidence), frozenset()
        gone |= {never.status} if bare else set()
    return evidence, None, frozenset(gone)


def _silent(
    sights: Mapping[str, Sight],
    approved: Mapping[str, str],
    evidence: Mapping[str, object],
    gone: Collection[int | None],
) -> Unknown | None:
    """Unknown if an address gave no answer that means anything; says as well what is certainly still online."""
    silent = [sight for sight in sights.values() if sight.status not in {OK, GONE, NOT_FOUND, *gone}]
    if not silent:
        return None
    first = silent[0]
    reasons = [_answers(first)]
    shown = [sight.url for path, sight in sights.items() if sight.sha256 == approved.get(path)]
    if shown:
        reasons.append(Message(f"still online: {', '.join(shown)}", f"noch online: {', '.join(shown)}"))
    return Unknown.of(Message.joined(reasons), evidence)


def _answers(sight: Sight) -> Message:
    """What an address answers that means nothing."""
    if sight.status is None:
        return Message(f"{sight.url}: {sight.why.en}", f"{sight.url}: {sight.why.de}")
    rest = _REDIRECT if sight.status // 100 == 3 else Message("", "")
    return Message(f"{sight.url} answers {sight.status}{rest.en}", f"{sight.url} antwortet {sight.status}{rest.de}")


_REDIRECT = Message(" (a redirect proves nothing)", " (eine Weiterleitung beweist nichts)")


def _not_gone(
    sights: Mapping[str, Sight],
    approved: Mapping[str, str],
    evidence: Mapping[str, object],
    gone: Collection[int | None],
) -> Altered | Live | None:
    """What speaks against gone: an address without 410, or a 410 that delivers an approved file as its body."""
    if not sights or all(sight.status in gone and sight.sha256 not in approved.values() for sight in sights.values()):
        return None
    if all(sight.status == OK and sight.sha256 == approved.get(path) for path, sight in sights.items()):
        return Live(evidence=evidence)
    for sight in sights.values():
        if sight.status == NOT_FOUND and NOT_FOUND not in gone:
            return Altered.of(_missing(sight), evidence)
        if sight.status == OK:
            return Altered.of(Message(f"{sight.url} is still online", f"{sight.url} ist noch online"), evidence)
    why = Message(
        "an address answers 410 and delivers the approved file all the same",
        "eine Adresse antwortet 410 und liefert trotzdem die freigegebene Datei",
    )
    return Altered.of(why, evidence)


def _not_live(sights: Mapping[str, Sight], approved: Mapping[str, str], *, bare: bool) -> Message | None:
    """Why this is not the approved page with its pictures; None if it is."""
    shown = [sight.url for sight in sights.values() if sight.status == OK]
    gone = [sight.url for sight in sights.values() if sight.status == GONE]
    wrong = [sight.url for path, sight in sights.items() if sight.status == OK and sight.sha256 != approved.get(path)]
    missing = [sight for sight in sights.values() if sight.status in ({NOT_FOUND, FORBIDDEN} if bare else {NOT_FOUND})]
    reasons = [_unhosted(one) if bare else _missing(one) for one in missing[:1]]
    there = ", ".join(shown)
    if shown and gone:
        reasons.append(
            Message(
                f"{there} still online while {gone[0]} answers 410",
                f"{there} noch online, {gone[0]} antwortet schon 410",
            )
        )
    elif wrong:
        en, de = "does not show the approved bytes", "zeigt nicht die freigegebenen Bytes"
        reasons.append(Message(f"{wrong[0]} {en}", f"{wrong[0]} {de}"))
    elif shown and reasons:
        reasons.append(Message(f"online: {there}", f"online: {there}"))
    return Message.joined(reasons) if reasons else None


def _missing(sight: Sight) -> Message:
    return Message(
        f"{sight.url} answers 404, not 410: is the generated server configuration in force?",
        f"{sight.url} antwortet 404 statt 410: gilt die erzeugte Serverkonfiguration?",
    )


def _unhosted(sight: Sight) -> Message:
    told = _answers(sight)
    if not sight.url.endswith("/"):
        return told
    return Message(
        f"{told.en}: does the store's website hosting, or a web server before it, show folders by their index.html?",
        f"{told.de}: Zeigt die Website-Ausgabe des Speichers oder ein Webserver davor Ordner mit ihrer index.html?",
    )


def _listed(sights: Mapping[str, Sight]) -> Message | None:
    """A picture that a search engine may list: it has only its header to forbid it, a page has its approved bytes."""
    for path, sight in sights.items():
        if sight.unlisted is False and path.startswith("bilder/"):
            return Message(
                f"{sight.url} comes without noindex in X-Robots-Tag: a search engine that fetches it may list "
                "and keep it. It may show that the server lacks the generated configuration; then an end could not be "
                "proven",
                f"{sight.url} kommt ohne noindex in X-Robots-Tag: eine Suchmaschine, die es abruft, darf es behalten. "
                "Vielleicht fehlt dem Server die erzeugte Konfiguration; dann wäre auch ein Ende nicht nachweisbar",
            )
    return None


def _of_lists(lists: Iterable[Sight], why: Message | None, evidence: Mapping[str, object]) -> Altered | Unknown | None:
    """The verdict on start page and feeds: nothing can be said unless all of them answer 200."""
    for sight in lists:
        if sight.status != OK:
            return Unknown.of(_answers(sight), evidence)
    return Altered.of(why, evidence) if why else None

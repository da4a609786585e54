"""Reads a site back as a visitor does and judges what it sees: live, gone, altered, or nobody can tell.

Changes nothing. An answer proves something only while two controls hold on the same host: the canary answers with this
home's nonce, and an address that never existed answers neither 200 nor 410.
"""

import secrets
from collections.abc import Collection, Iterable, Mapping

from fahndung.channels import layout, listing
from fahndung.channels.layout import Entry, Tombstone, Withdrawal
from fahndung.channels.witness import FORBIDDEN, GONE, NOT_FOUND, OK, Sight, Witness
from fahndung.model.publication import Altered, Gone, Live, Look, Unknown


def look(
    witness: Witness,
    nonce: str,
    withdrawal: Withdrawal,
    paths: Iterable[str],
    entry: Entry | None,
    tombstone: Tombstone | None,
    *,
    bare: bool = False,
) -> Look:
    """What a visitor finds of a whole appeal: page, pictures, start page, feeds, alert, sitemap.

    Args:
        paths: page and pictures below the root.
        entry: the entry that start page and feeds must show if the page is live; None if the site holds none.
        tombstone: all that the feeds may say if it is gone; None if the site holds none: then they say nothing.
        bare: nobody there can answer 410; what was taken down is answered as what never was.
    """
    evidence, failed, gone = _controls(witness, nonce, bare=bare)
    if failed is not None:
        return failed
    sights = {path: witness.see(layout.address(path)) for path in paths}
    evidence["addresses"] = {sight.url: sight.status for sight in sights.values()}
    lists = listing.Lists(*(witness.see(name) for name in layout.LISTS))
    alert, mapped = witness.see(layout.alert_file(withdrawal.slug)), witness.see(layout.SITEMAP)
    evidence["lists"] = {sight.url: sight.status for sight in (*lists, alert, mapped)}
    if verdict := _silent(sights, withdrawal.files, evidence, gone):
        return verdict
    if all(sight.status in gone for sight in sights.values()):
        further = {path: witness.see(path) for path in layout.aliases(withdrawal.slug)}
        evidence["aliases"] = {sight.url: sight.status for sight in further.values()}
        sights |= further
        return (
            _silent(sights, {}, evidence, gone)
            or _not_gone(sights, withdrawal.files, evidence, gone)
            or _silent({sight.url: sight for sight in (alert, mapped)}, {}, evidence, gone)
            or _of_lists(lists, listing.still_listed(lists, alert, withdrawal, tombstone), evidence)
            or _of_lists((), listing.wrongly_mapped(mapped, withdrawal.slug, None), evidence)
            or Gone(evidence=evidence)
        )
    if why := _not_live(sights, withdrawal.files, bare=bare):
        return Altered(why=why, evidence=evidence)
    single = witness.see(layout.appeal_file(withdrawal.slug))
    return (
        _of_lists(lists, listing.wrongly_listed(lists, entry), evidence)
        or (entry and _of_lists((single, alert), listing.wrongly_alone(single, alert, entry), evidence))
        or _silent({mapped.url: mapped}, {}, evidence, gone)
        or _of_lists((), listing.wrongly_mapped(mapped, withdrawal.slug, entry), evidence)
        or Live(evidence=evidence)
    )


def look_at_rest(
    witness: Witness,
    nonce: str,
    withdrawal: Withdrawal,
    paths: Iterable[str],
    later: Mapping[str, str],
    *,
    bare: bool = False,
) -> Look:
    """What a visitor still finds of a revision whose address a later one has taken over.

    Args:
        paths: page and pictures of the replaced revision.
        later: path to hash of the revision that stands now. Where both have a path, the old bytes must not show.
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
        return Altered(why=f"{stale[0]} still shows the replaced revision", evidence=evidence)
    return _not_gone(own, old, evidence, gone) or Gone(evidence=evidence)


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
        return evidence, Unknown(why=canary.why, evidence=evidence), frozenset()
    if canary.status != OK or canary.body.strip() != nonce.encode():
        why = f"{canary.url} does not show this home's nonce (status {canary.status}): no proof of whose site answers"
        return evidence, Unknown(why=why, evidence=evidence), frozenset()
    for path in (f"fahndung/{secrets.token_hex(16)}/", f"bilder/{secrets.token_hex(16)}/1.jpg"):
        never = witness.see(path)
        evidence[f"never existed ({path.split('/')[0]})"] = {"url": never.url, "status": never.status}
        if never.status != NOT_FOUND and not (bare and never.status == FORBIDDEN):
            why = f"{never.url} never existed and answers {never.status or never.why}: no other answer proves anything"
            return evidence, Unknown(why=why, evidence=evidence), frozenset()
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
    redirect = " (a redirect proves nothing)" if first.status is not None and first.status // 100 == 3 else ""
    why = f"{first.url}: {first.why}" if first.status is None else f"{first.url} answers {first.status}{redirect}"
    shown = [sight.url for path, sight in sights.items() if sight.sha256 == approved.get(path)]
    if shown:
        why += f"; still online: {', '.join(shown)}"
    return Unknown(why=why, evidence=evidence)


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
            return Altered(why=_missing(sight), evidence=evidence)
        if sight.status == OK:
            return Altered(why=f"{sight.url} is still online", evidence=evidence)
    why = "an address answers 410 and delivers the approved file all the same"
    return Altered(why=why, evidence=evidence)


def _not_live(sights: Mapping[str, Sight], approved: Mapping[str, str], *, bare: bool) -> str:
    """Why this is not the approved page with its pictures; empty if it is."""
    shown = [sight.url for sight in sights.values() if sight.status == OK]
    gone = [sight.url for sight in sights.values() if sight.status == GONE]
    wrong = [sight.url for path, sight in sights.items() if sight.status == OK and sight.sha256 != approved.get(path)]
    missing = [sight for sight in sights.values() if sight.status in ({NOT_FOUND, FORBIDDEN} if bare else {NOT_FOUND})]
    reasons = [f"{one.url} answers {one.status}" if bare else _missing(one) for one in missing[:1]]
    if shown and gone:
        reasons.append(f"{', '.join(shown)} still online while {gone[0]} answers 410")
    elif wrong:
        reasons.append(f"{wrong[0]} does not show the approved bytes")
    elif shown and reasons:
        reasons.append(f"online: {', '.join(shown)}")
    return "; ".join(reasons)


def _missing(sight: Sight) -> str:
    return f"{sight.url} answers 404, not 410: is the generated server configuration in force?"


def _of_lists(lists: Iterable[Sight], why: str, evidence: Mapping[str, object]) -> Altered | Unknown | None:
    """The verdict on start page and feeds: nothing can be said unless all of them answer 200."""
    for sight in lists:
        if sight.status != OK:
            return Unknown(why=f"{sight.url}: {sight.why or f'answers {sight.status}'}", evidence=evidence)
    return Altered(why=why, evidence=evidence) if why else None

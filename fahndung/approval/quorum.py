"""The four-eyes rule (R44): which approvals of a release count, and whether there are enough.

Verifies no signature: ``open_envelope`` did. Reads no clock and no ledger.
"""

import dataclasses
import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from fahndung.approval.envelopes import Act, Statement
from fahndung.errors import Message, Problem, Severity

CLOCK_TOLERANCE = dt.timedelta(minutes=5)
"""How far in the future a signature's own instant may lie (two clocks of one office)."""
_APPROVER = "approver"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A person as the four-eyes rule sees her; a key with ``revoked_at`` counts only before that instant."""

    id: str
    roles: frozenset[str]
    key_id: str
    revoked_at: dt.datetime | None = None


def four_eyes(
    *,
    home_id: str,
    appeal: str,
    revision: int,
    digest: str,
    drafter: str,
    verifiers: Collection[str],
    approvals: Iterable[Statement],
    people: Mapping[str, Standing],
    now: dt.datetime,
    required: int = 1,
) -> tuple[Problem, ...]:
    """What is missing for a release to go out (R44); empty once enough persons have validly approved it.

    Which approvals count, see ``valid_approvals``. Those that do not are explained only when there are too few that do.

    Args:
        approvals: statements whose signatures ``open_envelope`` has verified.
        people: person id to standing, the revoked ones too.
        required: how many persons must have approved, at least 1.
    """
    if required < 1:
        raise ValueError("at least one approval is required")
    wanted = _Wanted(home_id, appeal, revision, digest)
    judged = [(given, _objection(given, wanted, people, drafter, verifiers, now)) for given in approvals]
    count = len(_one_each(given for given, why in judged if why is None))
    if count >= required:
        return ()
    return (_problem(_too_few(count, required)), *(_problem(why) for _, why in judged if why is not None))


def valid_approvals(
    *,
    home_id: str,
    appeal: str,
    revision: int,
    digest: str,
    drafter: str,
    verifiers: Collection[str],
    approvals: Iterable[Statement],
    people: Mapping[str, Standing],
    now: dt.datetime,
) -> tuple[Statement, ...]:
    """The approvals that count at ``now``, the one that holds longest first.

    An approval counts if an approver gave it for exactly this release, who neither drafted the appeal nor verified
    one of its images, whose key had not been revoked at the signature and is not revoked now, and before it expires
    (``now >= expires`` is too late). Each person and each key counts once, with the approval that holds longest, so
    that the n-th one tells until when n approvals hold: until its ``expires``, without limit if that is None.

    Args:
        approvals: statements whose signatures ``open_envelope`` has verified.
        people: person id to standing, the revoked ones too.
    """
    wanted = _Wanted(home_id, appeal, revision, digest)
    return _one_each(given for given in approvals if not _objection(given, wanted, people, drafter, verifiers, now))


class _Wanted(NamedTuple):
    """What has to be approved."""

    home_id: str
    appeal: str
    revision: int
    digest: str


def _one_each(approvals: Iterable[Statement]) -> tuple[Statement, ...]:
    """One approval for each person and key, the longest one, longest first."""
    endless = dt.datetime.max.replace(tzinfo=dt.UTC)
    persons: set[str] = set()
    keys: set[str] = set()
    found = []
    for given in sorted(approvals, key=lambda given: given.expires or endless, reverse=True):
        if given.person not in persons and given.key_id not in keys:
            found.append(given)
            persons.add(given.person)
            keys.add(given.key_id)
    return tuple(found)


def _objection(
    given: Statement,
    wanted: _Wanted,
    people: Mapping[str, Standing],
    drafter: str,
    verifiers: Collection[str],
    now: dt.datetime,
) -> Message | None:
    """Why an approval does not count, or None."""
    who, person = given.person, people.get(given.person)
    found = _Wanted(given.home_id, given.appeal, given.revision, given.subject)
    if given.act is not Act.APPROVE or found != wanted:
        return _other_release(who)
    if person is None or person.id != who or person.key_id != given.key_id:
        return Message(
            f"The approval by {who} was signed with a key that is not {who}'s.",
            f"Die Freigabe von {who} trägt die Signatur eines fremden Schlüssels.",
        )
    if _APPROVER not in person.roles or given.role != _APPROVER:
        return Message(f"{who} is not an approver.", f"{who} darf nicht freigeben.")
    if who == drafter:
        return Message(
            f"{who} prepared the record and cannot approve it.",
            f"{who} hat den Datensatz erstellt und kann ihn nicht freigeben.",
        )
    if who in verifiers:
        return Message(
            f"{who} verified an image of this appeal and cannot approve it.",
            f"{who} hat ein Bild dieses Aufrufs geprüft und kann ihn nicht freigeben.",
        )
    if person.revoked_at is not None and (person.revoked_at <= given.at or person.revoked_at <= now):
        return Message(f"The key of {who} has been revoked.", f"Der Schlüssel von {who} ist gesperrt.")
    if given.at > now + CLOCK_TOLERANCE:
        return Message(
            f"The approval by {who} is dated in the future.", f"Die Freigabe von {who} ist in die Zukunft datiert."
        )
    if given.expires is not None and now >= given.expires:
        return Message(f"The approval by {who} has expired.", f"Die Freigabe von {who} ist abgelaufen.")
    return None


def _other_release(who: str) -> Message:
    return Message(
        f"The approval by {who} is for another release, revision or home; approve this one.",
        f"Die Freigabe von {who} gilt einem anderen Stand oder Datenbestand; dieser ist neu freizugeben.",
    )


def _too_few(count: int, required: int) -> Message:
    return Message(
        f"{count} of {required} required approvals are valid. Another approver has to approve this release.",
        f"{count} von {required} nötigen Freigaben sind gültig. Eine weitere berechtigte Person muss freigeben.",
    )


def _problem(message: Message) -> Problem:
    return Problem(rule="R44", severity=Severity.BLOCK, field="", message=message, source="")

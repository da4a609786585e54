"""What one account can and cannot do, as data."""

import dataclasses
import datetime as dt
from typing import Literal

from fahndung.channels.abilities import REPLACED, Cost, Edit, Evidence, MediaLimits, Replies, TextLimit
from fahndung.channels.kinds import KIND_COMMENTS
from fahndung.errors import Message
from fahndung.law.facts import Comments

Recovery = Literal["path", "key", "lookup", "manual"]
"""What to do after an unknown outcome: repeat (``path``: for ever; ``key``: while the key lives), ask ``find``
(``lookup``), or ask a person (``manual``)."""

_IDEMPOTENCIES = ("path", "key", "list", "none")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How often a channel may be written to: ``writes`` in any span of length ``per``, ``burst`` of them at once."""

    writes: int
    per: dt.timedelta
    burst: int

    def __post_init__(self) -> None:
        if not 0 < self.burst <= self.writes or self.per <= dt.timedelta(0):
            raise ValueError("a rate needs 0 < burst <= writes and a span longer than nothing")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a channel can and cannot do.

    Attributes:
        can_delete: whether the program can take down what it published.
        delete_window: how long after publishing it can; None: for ever.
        can_find: whether ``find`` can list what carries a marker; where it cannot, ``find`` raises ``Unsupported``.
        idempotency: why publishing twice leaves one copy: ``path`` (the same place is written again), ``key`` (the
            platform knows the call again), ``list`` (it does not: the caller asks ``find`` first) or ``none``.
        key_lifetime: how long the platform honours a key; None exactly where ``idempotency`` is not ``key``.
        settle: how long after a write ``find`` and ``look`` may still show the state before it.
        rate: how often the channel may be written to; None: no limit is known.
        reads_back: how the channel is read back: ``http``, ``files``, ``api``, ``probe`` or ``none``: nobody can look,
            and what was taken down there a person has to confirm.
        residual: what may remain elsewhere after a takedown.
        proof: what proves that a copy is gone.
        text: its limits, all of which hold; none: no text is too long.
        media: the limits of what goes along with a text; None: nothing does.
        edit: what becomes of a copy when a later revision is published.
        costs: what the platform charges; none: nothing, as far as is known.
        replies: what strangers can still do with a copy; None: nobody says.
        evidence: what the connector was tried against; None: nobody says.
        rehearsal_only: it must not be used by a production home.
    """

    kind: str
    can_delete: bool
    delete_window: dt.timedelta | None
    can_find: bool
    idempotency: str
    key_lifetime: dt.timedelta | None = None
    settle: dt.timedelta = dt.timedelta(0)
    rate: Rate | None = None
    reads_back: str
    residual: Message
    proof: Message
    text: tuple[TextLimit, ...] = ()
    media: MediaLimits | None = None
    edit: Edit = REPLACED
    costs: tuple[Cost, ...] = ()
    replies: Replies | None = None
    evidence: Evidence | None = None
    rehearsal_only: bool = False

    def __post_init__(self) -> None:
        if self.idempotency not in _IDEMPOTENCIES:
            raise ValueError(f"idempotency is one of {', '.join(_IDEMPOTENCIES)}")
        if (self.idempotency == "key") is (self.key_lifetime is None):
            raise ValueError("a key has a lifetime, and nothing else has")
        if self.can_find and self.idempotency == "none":
            raise ValueError("a channel that can find is at least idempotent by list")
        if not self.can_find and self.idempotency == "list":
            raise ValueError("idempotency by list needs a channel that can find")
        if self.delete_window is not None and not self.can_delete:
            raise ValueError("a window for deleting needs a channel that can delete")
        if self.settle < dt.timedelta(0):
            raise ValueError("settle is a span, not an instant before the write")

    @property
    def recovery(self) -> Recovery:
        """What settles an unknown outcome. A ``key`` that has outlived ``key_lifetime`` is worth no more than
        ``lookup`` where ``can_find`` holds, and ``manual`` elsewhere."""
        if self.idempotency == "path":
            return "path"
        if self.idempotency == "key":
            return "key"
        return "lookup" if self.can_find else "manual"

    def as_json(self, name: str, language: str = "en") -> dict[str, object]:
        """The row of ``channels --json`` for the account ``name``; spans in seconds, or null where there is none."""
        rate = self.rate
        return {
            "kind": self.kind,
            "name": name,
            "can_delete": self.can_delete,
            "delete_window": _seconds(self.delete_window),
            "can_find": self.can_find,
            "idempotency": self.idempotency,
            "key_lifetime": _seconds(self.key_lifetime),
            "recovery": self.recovery,
            "settle": _seconds(self.settle),
            "rate": rate and {"writes": rate.writes, "per": _seconds(rate.per), "burst": rate.burst},
            "reads_back": self.reads_back,
            "residual": self.residual.in_language(language),
            "proof": self.proof.in_language(language),
            "text": [{"most": one.most, "unit": one.unit.in_language(language)} for one in self.text],
            "media": self.media and self.media.as_json(),
            "edit": {"how": self.edit.how, "why": self.edit.why.in_language(language)},
            "costs": [
                {"what": one.what.in_language(language), "amount": str(one.amount), "currency": one.currency}
                for one in self.costs
            ],
            "replies": {
                "comments": KIND_COMMENTS.get(self.kind, Comments.OPEN).value,
                "setting": self.replies and self.replies.setting,
                "remains": self.replies and self.replies.remains.in_language(language),
            },
            "evidence": self.evidence and self.evidence.as_json(language),
            "rehearsal_only": self.rehearsal_only,
        }


def _seconds(span: dt.timedelta | None) -> float | None:
    return None if span is None else span.total_seconds()

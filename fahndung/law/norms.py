"""The dated table of norms as values: who may order on which norm, when an order lapses, how often it is reviewed.

Reads no file (``fahndung.resources.norms_text`` does) and judges no appeal.
"""

import dataclasses
import datetime as dt
import enum
import functools
import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from fahndung import resources
from fahndung.errors import InvalidConfig, Message, Problem, Severity
from fahndung.law import figures, norm_schema
from fahndung.law.figures import Content, Figure, Lexicon
from fahndung.law.periods import Period, parse_period
from fahndung.model.appeal import Category
from fahndung.model.ids import NormId
from fahndung.model.mandate import Authority, Medium, Scope

_D = TypeVar("_D", Figure, Content, Lexicon)


class Kind(enum.StrEnum):
    """Criminal proceedings or the prevention of danger."""

    CRIMINAL = "criminal"
    PREVENTIVE = "preventive"


class LapseMedia(enum.StrEnum):
    """Which media a lapse clause binds."""

    ALL = "all"
    LASTING = "lasting"
    OTHER = "other"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Orderer:
    """An authority that may order; ``needs_danger``: only with reasons for imminent danger."""

    by: Authority
    needs_danger: bool = False


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Lapse:
    """An order of ``orderers`` lapses for some media unless one of ``lifted_by`` confirms it in time."""

    orderers: frozenset[Authority]
    after: Period
    media: LapseMedia
    lifted_by: tuple[Authority, ...]
    source: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class WarrantClause:
    """Where no arrest warrant exists yet, its decision is due within ``after`` of the order."""

    after: Period
    source: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Norm:
    """One entry of the table.

    Attributes:
        valid_from, valid_to: first and last day in Europe/Berlin; ``valid_to`` None means still valid.
        review: the review period for each category of the norm.
        marker: an appeal for a witness under this norm must say that the person is not accused.
        lasting, lasting_if_repeated: the media that a clause for lasting media means.
    """

    id: NormId
    title: str
    reference: str
    valid_from: dt.date
    valid_to: dt.date | None
    kind: Kind
    categories: frozenset[Category]
    orderers: tuple[Orderer, ...]
    lapses: tuple[Lapse, ...]
    warrant: WarrantClause | None
    review: Mapping[Category, Period]
    review_source: str
    marker: bool
    lasting: frozenset[Medium]
    lasting_if_repeated: frozenset[Medium]

    def orderer(self, by: Authority) -> Orderer | None:
        """The entry of that authority; None where it may not order."""
        return next((orderer for orderer in self.orderers if orderer.by == by), None)

    def review_period(self, category: Category) -> Period:
        """The review period; the shortest one of the norm for a category that the norm does not know."""
        return self.review.get(category) or min(self.review.values(), key=lambda period: period.rough_length)

    def bound(self, lapse: Lapse, media: Iterable[Medium], scope: Scope) -> tuple[Medium, ...]:
        """Those of ``media`` that the clause binds under an order of that scope.

        Source: § 131c Abs. 2 StPO, read 2026-11-22.
        """
        lasting = self.lasting | (self.lasting_if_repeated & scope.repeated)
        chosen = {
            LapseMedia.ALL: frozenset(Medium),
            LapseMedia.LASTING: lasting,
            LapseMedia.OTHER: frozenset(Medium) - lasting,
        }[lapse.media]
        return in_order(chosen.intersection(media))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class NormTable:
    """All norms, figures, contents and word lists; ``version`` is a short SHA-256 of the text they came from (R45)."""

    entries: tuple[Norm, ...]
    version: str
    figures: tuple[Figure, ...] = ()
    contents: tuple[Content, ...] = ()
    lexicons: tuple[Lexicon, ...] = ()

    def norm(self, norm_id: str, at: dt.datetime) -> Norm | None:
        """The norm as it stood at that instant; None if no such norm was in force.

        Of several entries with one id the latest that had begun counts, even if it has ended: an older entry does not
        come back.
        """
        return figures.as_of(self.entries, norm_id, at)

    def figure(self, figure_id: str, at: dt.datetime | None = None) -> Figure | None:
        """The figure as it stood at that instant, the newest without one; None if there was none."""
        return figures.as_of(self.figures, figure_id, at)

    def content(self, category: Category, at: dt.datetime | None = None) -> Content | None:
        """What a category may tell, likewise."""
        return figures.as_of(self.contents, category.value, at)

    def lexicon(self, lexicon_id: str, at: dt.datetime | None = None) -> Lexicon | None:
        """A word list, likewise."""
        return figures.as_of(self.lexicons, lexicon_id, at)

    def ids(self, category: Category | None = None) -> tuple[NormId, ...]:
        """The ids of all norms (those for a category), sorted, whenever they are valid."""
        return tuple(sorted({entry.id for entry in self.entries if category is None or category in entry.categories}))


def in_order(media: Iterable[Medium]) -> tuple[Medium, ...]:
    """The media without repetition, in the order of the enumeration."""
    chosen = frozenset(media)
    return tuple(medium for medium in Medium if medium in chosen)


@functools.lru_cache(maxsize=8)
def parse(untrusted_toml: str) -> NormTable:
    """The table of a TOML text (several joined texts are one); later entries replace equal ones.

    Raises:
        InvalidConfig: not TOML, not of schemas/norms-1.json, contradictory, or of an id that no rule looks up;
            ``problems`` has every finding.
    """
    try:
        untrusted_document = tomllib.loads(untrusted_toml)
    except tomllib.TOMLDecodeError as wrong:
        raise InvalidConfig(
            f"norms.toml is not valid TOML: {wrong}. Correct that place; only [[norm]] tables belong there.",
            f"norms.toml ist kein gültiges TOML: {wrong}. Die Stelle berichtigen; dort stehen nur [[norm]]-Tabellen.",
        ) from wrong
    if untrusted_toml != resources.norms_text():  # the package's own is code, and a test holds it against the schema
        _refuse(norm_schema.problems(untrusted_document))
    document = norm_schema.plain(untrusted_document)
    entries: dict[tuple[NormId, dt.date], Norm] = {}
    contradictions: list[Problem] = norm_schema.unheeded(document)
    for index, entry in enumerate(document.get("norm", [])):
        norm = _norm(entry)
        contradictions += _contradictions(norm, f"norm/{index}")
        entries[norm.id, norm.valid_from] = norm
    _refuse(contradictions)
    return NormTable(
        entries=tuple(entries.values()),
        version=hashlib.sha256(untrusted_toml.encode("utf-8")).hexdigest()[:16],
        figures=_latest(map(figures.figure, document.get("figure", []))),
        contents=_latest(map(figures.content, document.get("content", []))),
        lexicons=_latest(map(figures.lexicon, document.get("lexicon", []))),
    )


def _latest(entries: Iterable[_D]) -> tuple[_D, ...]:
    """The entries without those that a later one with the same id and first day replaces."""
    return tuple({(entry.id, entry.valid_from): entry for entry in entries}.values())


def _refuse(problems: list[Problem]) -> None:
    if problems:
        first = problems[0]
        more = len(problems) - 1
        raise InvalidConfig(
            f"norms.toml is not valid. {first.field}: {first.message.en}" + (f" ({more} more)" if more else ""),
            f"norms.toml ist nicht gültig. {first.field}: {first.message.de}"
            + (f" (und {more} weitere)" if more else ""),
            problems=problems,
        )


def _norm(entry: Mapping[str, Any]) -> Norm:
    categories = [Category(name) for name in entry["categories"]]
    review = entry["review"]
    periods = dict.fromkeys(categories, review) if isinstance(review, str) else review
    valid_to = entry.get("valid_to")
    return Norm(
        id=NormId(entry["id"]),
        title=entry["title"],
        reference=entry["reference"],
        valid_from=dt.date.fromisoformat(entry["valid_from"]),
        valid_to=None if valid_to is None else dt.date.fromisoformat(valid_to),
        kind=Kind(entry["kind"]),
        categories=frozenset(categories),
        orderers=tuple(
            Orderer(by=Authority(orderer["by"]), needs_danger=bool(orderer.get("needs")))
            for orderer in entry["orderers"]
        ),
        lapses=tuple(_lapse(lapse) for lapse in entry.get("lapse", [])),
        warrant=_warrant(entry.get("warrant")),
        review={Category(name): parse_period(period) for name, period in periods.items()},
        review_source=entry["review_source"],
        marker=entry.get("marker", False),
        lasting=frozenset(map(Medium, entry.get("lasting", []))),
        lasting_if_repeated=frozenset(map(Medium, entry.get("lasting_if_repeated", []))),
    )


def _lapse(entry: Mapping[str, Any]) -> Lapse:
    return Lapse(
        orderers=frozenset(map(Authority, entry["orderer"])),
        after=parse_period(entry["after"]),
        media=LapseMedia(entry["media"]),
        lifted_by=tuple(map(Authority, entry["lifted_by"])),
        source=entry["source"],
    )


def _warrant(entry: Mapping[str, Any] | None) -> WarrantClause | None:
    return None if entry is None else WarrantClause(after=parse_period(entry["after"]), source=entry["source"])


def _contradictions(norm: Norm, field: str) -> list[Problem]:
    """What a schema cannot say: dates in order, clauses for authorities that may order, periods for all categories."""
    wrong: list[tuple[str, Message]] = []
    if norm.valid_to is not None and norm.valid_to < norm.valid_from:
        wrong.append(("valid_to", Message("It ends before it begins.", "Der Eintrag endet, bevor er beginnt.")))
    authorities = {orderer.by for orderer in norm.orderers}
    for index, lapse in enumerate(norm.lapses):
        for stranger in sorted(lapse.orderers - authorities):
            wrong.append(
                (
                    f"lapse/{index}/orderer",
                    Message(
                        f"{stranger!s} may not order under this norm; add it to orderers or take it out here.",
                        f"{stranger!s} darf nach dieser Norm nicht anordnen; in orderers ergänzen oder hier streichen.",
                    ),
                )
            )
        if lapse.media is LapseMedia.LASTING and not norm.lasting:
            wrong.append(
                (
                    "lasting",
                    Message(
                        "A clause speaks of lasting media; name them in lasting.",
                        "Eine Klausel gilt für andauernde Medien; diese in lasting nennen.",
                    ),
                )
            )
    wrong += [
        (
            "review",
            Message(
                f"No review period for {category!s}; add one, or one period for all.",
                f"Für {category!s} fehlt die Prüffrist; ergänzen oder eine Frist für alle angeben.",
            ),
        )
        for category in sorted(norm.categories - set(norm.review))
    ]
    return [
        Problem(rule="schema", severity=Severity.BLOCK, field=f"{field}/{place}", message=_named(norm.id, message))
        for place, message in wrong
    ]


def _named(norm_id: str, message: Message) -> Message:
    return Message(f"{norm_id}: {message.en}", f"{norm_id}: {message.de}")

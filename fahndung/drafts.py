"""Posters and cards of a case folder, always with the DRAFT mark: for looking at. Needs no ledger, sends nothing."""

import dataclasses
import pathlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from fahndung import premises, records, release
from fahndung.errors import Problem, UsageError
from fahndung.law import gate
from fahndung.law.gate import Stage
from fahndung.records import Case

if TYPE_CHECKING:
    from fahndung.home import Home
    from fahndung.posters.cards import Shape

Paper = Literal["a4", "a3"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A poster; ``items`` are the by-hand items that remember the paper, one for each place that the record names."""

    pdf: bytes
    draft: bool
    items: tuple[int, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """A card as JPEG, and its alternative text."""

    jpeg: bytes
    alt: str
    draft: bool
    problems: tuple[Problem, ...] = ()


def spoken(langs: Sequence[str]) -> tuple[str, ...]:
    """The languages of one poster: a single one, or German and another, German first.

    Raises:
        UsageError: more than that, or two without German.
    """
    asked = tuple(dict.fromkeys(langs))
    others = tuple(lang for lang in asked if lang != release.GERMAN)
    if len(others) > 1 or not asked:
        raise UsageError(
            "a poster speaks one language, or German and one other: --lang pl, or --lang de --lang pl",
            "Ein Plakat spricht eine Sprache, oder Deutsch und eine weitere: --lang pl oder --lang de --lang pl",
        )
    return (release.GERMAN, *others) if len(asked) > 1 else asked


def of_folder(
    folder: pathlib.Path,
    *,
    paper: Paper,
    strips: bool,
    bw: bool = False,
    langs: Sequence[str] = (release.GERMAN,),
    home: "Home | None" = None,
) -> Printed:
    """The draft of a poster, with whatever the law has against the record as findings.

    Args:
        home: whose wording, imprint and address it shows; None: the project's wording, and what the record says.
        langs: one language, or German and another.

    Raises:
        UsageError: no words in that language.
        InvalidRecord, UnsafeImage, NotPublishable: it cannot be drawn.
    """
    case, setting, problems = _of_folder(folder, home)
    pdf, flaws = release.draft_poster(case.appeal, case.images, setting, paper=paper, strips=strips, bw=bw, langs=langs)
    return Printed(pdf=pdf, draft=True, problems=(*problems, *flaws))


def card_of_folder(folder: pathlib.Path, *, shape: "Shape", face: bool, home: "Home | None" = None) -> Shared:
    """The draft of a card, with whatever the law has against the record as findings.

    Raises:
        InvalidRecord, UnsafeImage, NotPublishable: it cannot be drawn.
    """
    case, setting, problems = _of_folder(folder, home)
    data, alt = release.draft_card(case.appeal, case.images, setting, shape=shape, face=face)
    return Shared(jpeg=data, alt=alt, draft=True, problems=problems)


def _of_folder(folder: pathlib.Path, home: "Home | None") -> tuple[Case, release.Setting, tuple[Problem, ...]]:
    """The case, what a draft of it depends on, and what the law has against the record.

    Builds no release to find more: a draft is for looking at, and ``check`` says the rest.
    """
    case = records.load(folder)
    config = None if home is None else home.config()
    facts = premises.gate_facts(case.appeal, config, home, stage=Stage.DRAFT)
    judged = dict.fromkeys((*case.warnings, *gate.judge(facts)))
    return case, premises.setting_of(facts, config, home, salt=premises.NO_SALT, is_draft=True), tuple(judged)

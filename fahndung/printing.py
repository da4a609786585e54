"""The poster of a case folder or of an appeal: when it may go without the DRAFT mark. Sends nothing."""

import dataclasses
import datetime as dt
import pathlib
from collections.abc import Sequence
from typing import Literal

from fahndung import cases, dossier, release, variants
from fahndung.errors import NotPublishable, Problem, UsageError
from fahndung.home import Home
from fahndung.law import clockfacts
from fahndung.law.gate import Stage
from fahndung.law.periods import stamp
from fahndung.ledger import appeals, covering, endings, publications
from fahndung.ledger import paper as papers
from fahndung.ledger.appeals import StoredRelease, Submission
from fahndung.ledger.byhand import ByHand, Kind
from fahndung.ledger.publications import Publication
from fahndung.ledger.store import Ledger
from fahndung.ledger.transaction import Tx
from fahndung.model.appeal import Medium, Placard
from fahndung.model.publication import State, left_out

Paper = Literal["a4", "a3"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A poster; ``items`` are the by-hand items that remember the paper, one for each place that the record names."""

    pdf: bytes
    draft: bool
    items: tuple[int, ...] = ()
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


def of_folder(folder: pathlib.Path, *, paper: Paper, strips: bool, langs: Sequence[str] = (release.GERMAN,)) -> Printed:
    """The draft of a poster, with whatever still stands against the appeal as findings.

    Args:
        langs: one language, or German and another.

    Raises:
        UsageError: no words in that language.
        InvalidRecord, UnsafeImage, NotPublishable: it cannot be drawn.
    """
    found = cases.check(folder)
    if found.case is None:
        found.refuse()
    assert found.case is not None
    facts = dossier.gate_facts(found.case.appeal, None, None, stage=Stage.DRAFT)
    setting = cases.setting_of(facts, None, None, salt=cases.NO_SALT)
    case = found.case
    pdf = release.draft_poster(case.appeal, case.images, setting, paper=paper, strips=strips, langs=langs)
    return Printed(pdf=pdf, draft=True, problems=found.problems)


def of_appeal(
    home: Home,
    ledger: Ledger,
    *,
    appeal_id: str,
    paper: Paper,
    strips: bool,
    draft: bool,
    now: dt.datetime,
    by: str,
    langs: Sequence[str] = (release.GERMAN,),
) -> Printed:
    """The approved poster of a live appeal, noted as paper that must come down; else a draft.

    Raises:
        UsageError: no such appeal, or no words in that language.
        NotPublishable: live, but posters are not in scope or not in that language, or a byte was changed.
    """
    with ledger.read() as tx:
        submission = appeals.get(tx, appeal_id)
        stored = appeals.latest_release(tx, appeal_id, submission.revision)
        live = None if stored is None else _live(tx, stored, now)
    if draft or live is None or stored is None:
        return _draft(home, submission, paper=paper, strips=strips, langs=langs)
    made = dossier.load_release(home, stored)
    if (person := left_out(live.target)) is not None:
        part = variants.view(made, person)
        assert part is not None  # its row was made from this release
        made = part
    _refuse_unapproved(home, ledger, submission, stored, now)
    name = release.poster_name(paper, *langs, strips=strips)
    if strips and name not in made.files and release.poster_name(paper, *langs, strips=False) in made.files:
        raise NotPublishable(
            f"the {paper.upper()} poster of {appeal_id} comes without tear-off strips: they are made in German for A4, "
            "where the text leaves room for them; print it without --strips",
            f"Das {paper.upper()}-Plakat zu {appeal_id} gibt es nicht mit Abreißstreifen: Es gibt sie auf Deutsch und "
            "auf A4, wenn der Text Platz lässt; bitte ohne --strips drucken",
        )
    if name not in made.files and release.poster_name(paper, release.GERMAN, strips=False) in made.files:
        told = ", ".join(langs)
        raise NotPublishable(
            f"what was approved of {appeal_id} has no poster in {told}: 'fahndung check' says what is missing; --draft "
            "prints a draft",
            f"Das Freigegebene zu {appeal_id} hat kein Plakat in {told}: „fahndung check“ sagt, was fehlt; --draft "
            "druckt einen Entwurf",
        )
    if name not in made.files:
        raise NotPublishable(
            f"the order of {appeal_id} does not name posters; --draft prints a draft",
            f"Die Anordnung zu {appeal_id} nennt keine Plakate; --draft druckt einen Entwurf",
        )
    _refuse_lapsed(ledger, submission, now)
    posters = dossier.stored_case(home, submission).appeal.posters
    with ledger.write(now) as tx:
        items = _remember(tx, live, posters, paper, at=now, by=by)
    return Printed(pdf=made.files[name].data, draft=False, items=items)


def _remember(
    tx: Tx, live: Publication, posters: tuple[Placard, ...], size: Paper, *, at: dt.datetime, by: str
) -> tuple[int, ...]:
    """Items for what somebody has to take down, by place (R35); one for all where the record names no place."""
    person = left_out(live.target)
    part = f" (ohne {person})" if person else ""
    if not posters:
        what = f"Plakate {size.upper()}{part}, gedruckt {stamp(at).de}"
        return (papers.printed(tx, _paper(live, what), who=None, at=at, by=by),)
    return tuple(
        papers.printed(
            tx, _paper(live, f"Plakate{part}", place=hung.place, pieces=hung.count), who=hung.person, at=at, by=by
        )
        for hung in posters
    )


def _paper(live: Publication, what: str, *, place: str | None = None, pieces: int | None = None) -> ByHand:
    return ByHand(
        appeal=live.appeal,
        what=what,
        why=papers.ONLY_BY_HAND,
        publication=live.id,
        kind=Kind.PAPER,
        place=place,
        pieces=pieces,
    )


def _live(tx: Tx, stored: StoredRelease, now: dt.datetime) -> Publication | None:
    """A copy of the release that is online and of which paper may be printed: it shows nobody whose search is over."""
    appeal, revision = stored.appeal, stored.revision
    if endings.is_ended(tx, appeal, revision, medium=Medium.POSTER):
        return None
    ended = covering.ended_persons(tx, appeal, revision, medium=Medium.POSTER)
    for row in publications.rows(tx, appeal, digest=stored.digest):
        up = row.state is State.LIVE and row.want is publications.Want.UP and (row.due_at is None or now < row.due_at)
        if up and not ended - {left_out(row.target)}:
            return row
    return None


def _refuse_unapproved(
    home: Home, ledger: Ledger, submission: Submission, stored: StoredRelease, now: dt.datetime
) -> None:
    appeal = dossier.stored_case(home, submission).appeal
    required = home.config().approvals
    with ledger.read() as tx:
        found = dossier.approval_problems(tx, submission, stored, appeal, required=required, now=now)
    dossier.refuse_blocking(found)


def _refuse_lapsed(ledger: Ledger, submission: Submission, now: dt.datetime) -> None:
    with ledger.read() as tx:
        confirmed, reviewed = dossier.confirmations(tx, submission), dossier.reviews(tx, submission)
    facts = clockfacts.thaw(submission.clock_facts)
    (end,) = facts.ends([Medium.POSTER], confirmations=confirmed, reviews=reviewed)
    if end.at is not None and now >= end.at:
        raise NotPublishable(
            f"posters of {submission.appeal} are over: {end.because.en}",
            f"Plakate zu {submission.appeal} sind nicht mehr zulässig: {end.because.de}",
        )


def _draft(home: Home, submission: Submission, *, paper: Paper, strips: bool, langs: Sequence[str]) -> Printed:
    if submission.restricted_at is not None:
        raise NotPublishable(
            f"{submission.appeal} has ended and its record is restricted (R40): nothing is drawn from it any more",
            f"{submission.appeal} ist beendet und der Datensatz gesperrt (R40): Daraus wird nichts mehr gezeichnet",
        )
    case = dossier.stored_case(home, submission)
    config = home.config()
    facts = dossier.gate_facts(case.appeal, config, home, stage=Stage.DRAFT)
    setting = cases.setting_of(facts, config, home, salt=submission.salt)
    pdf = release.draft_poster(case.appeal, case.images, setting, paper=paper, strips=strips, langs=langs)
    return Printed(pdf=pdf, draft=True)

"""Posters and cards of an appeal: when they may go without the DRAFT mark. Sends nothing."""

import datetime as dt
from collections.abc import Sequence

from fahndung import premises, release, variants
from fahndung.dossier import signatures
from fahndung.dossier.stored import load_release, stored_case
from fahndung.drafts import Paper, Printed, Shared
from fahndung.errors import Message, NotPublishable, refuse_blocking
from fahndung.home import Home
from fahndung.law import clockfacts
from fahndung.law.gate import Stage
from fahndung.law.periods import stamp
from fahndung.law.words import list_media
from fahndung.ledger import appeals, covering, endings, publications
from fahndung.ledger import paper as papers
from fahndung.ledger.appeals import StoredRelease, Submission
from fahndung.ledger.byhand import ByHand, Kind
from fahndung.ledger.publications import Publication
from fahndung.ledger.store import Ledger
from fahndung.ledger.transaction import Tx
from fahndung.model.appeal import Placard
from fahndung.model.ids import PersonId
from fahndung.model.mandate import Medium
from fahndung.model.people import THINGS, sought
from fahndung.model.publication import State, left_out
from fahndung.posters.cards import Shape
from fahndung.records import Case


def of_appeal(
    home: Home,
    ledger: Ledger,
    *,
    appeal_id: str,
    paper: Paper,
    strips: bool,
    bw: bool = False,
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
        live = None if stored is None else _live(tx, stored, now, Medium.POSTER)
        ended = covering.ended_persons(tx, appeal_id, submission.revision, medium=Medium.POSTER)
    if draft or live is None or stored is None:
        return _draft(home, submission, ended=ended, paper=paper, strips=strips, bw=bw, langs=langs)
    made = load_release(home, stored)
    if (person := left_out(live.target)) is not None:
        part = variants.view(made, person)
        assert part is not None  # its row was made from this release
        made = part
    _refuse_unapproved(home, ledger, submission, stored, now)
    if bw and (paper, strips, langs) != ("a4", False, (release.GERMAN,)):
        raise NotPublishable(
            "the approved poster in black and white is made in German for A4 without tear-off strips only; "
            "print another one in grey from the printer's settings",
            "Das freigegebene Plakat in Schwarzweiß gibt es nur auf Deutsch für A4 ohne Abreißstreifen; "
            "andere bitte über die Einstellungen des Druckers in Graustufen drucken",
        )
    name = release.poster_name(paper, *langs, strips=strips, bw=bw)
    if strips and name not in made.files and release.poster_name(paper, *langs, strips=False) in made.files:
        raise NotPublishable(
            f"the {paper.upper()} poster of {appeal_id} comes without tear-off strips: they are made in German for A4, "
            "where the text leaves room for them; print it without --strips",
            f"Das {paper.upper()}-Plakat zu {appeal_id} gibt es nicht mit Abreißstreifen: Es gibt sie auf Deutsch und "
            "auf A4, wenn der Text Platz lässt; bitte ohne --strips drucken",
        )
    if name not in made.files and release.poster_name(paper, release.GERMAN, strips=False) in made.files:
        raise release.unspoken(stored_case(home, submission).appeal, langs, home.path)
    if name not in made.files:
        raise NotPublishable(
            f"the order of {appeal_id} does not name posters; --draft prints a draft",
            f"Die Anordnung zu {appeal_id} nennt keine Plakate; --draft druckt einen Entwurf",
        )
    _refuse_lapsed(ledger, submission, now, Medium.POSTER)
    posters = stored_case(home, submission).appeal.posters
    with ledger.write(now) as tx:
        items = _remember(tx, live, posters, paper, at=now, by=by)
    return Printed(pdf=made.files[name].data, draft=False, items=items)


def card_of_appeal(
    home: Home,
    ledger: Ledger,
    *,
    appeal_id: str,
    shape: Shape,
    face: bool,
    draft: bool,
    now: dt.datetime,
) -> Shared:
    """The approved card of a live appeal; else a draft.

    Raises:
        UsageError: no such appeal. NotPublishable: live, but the release has no such card, or a byte was changed.
    """
    with ledger.read() as tx:
        submission = appeals.get(tx, appeal_id)
        stored = appeals.latest_release(tx, appeal_id, submission.revision)
        media = _card_media(submission, face=face)
        over = [medium for medium in media if _is_over(tx, submission, medium)]
        ended = [covering.ended_persons(tx, appeal_id, submission.revision, medium=medium) for medium in media]
        live = [medium for medium in media if stored is not None and _live(tx, stored, now, medium) is not None]
    if draft or not live or stored is None:
        case, setting = _stored_setting(home, submission)
        if face and over == list(media):
            raise NotPublishable(
                f"{appeal_id} is over, or for one of its persons, in every medium for which such a card may be meant "
                f"({', '.join(over)}): no card with a picture is drawn any more",
                f"{appeal_id} ist zu Ende, oder für eine der Personen, und zwar in jedem Medium, für das eine solche "
                f"Karte sein kann ({', '.join(over)}): Es wird keine Karte mit Bild mehr gezeichnet",
            )
        data, alt = release.draft_card(
            case.appeal,
            case.images,
            setting,
            shape=shape,
            face=face,
            ended=_of_the_sought(case, frozenset().union(*ended)),
        )
        return Shared(jpeg=data, alt=alt, draft=True)
    made = load_release(home, stored)
    _refuse_unapproved(home, ledger, submission, stored, now)
    name, words = (release.card_file(shape, picture=face, kind=kind) for kind in ("jpg", "txt"))
    if name not in made.files:
        raise NotPublishable(
            f"the approved release of {appeal_id} has no card {name}: which there are, the order and the force's "
            "policy decide (face_cards in fahndung.toml); --draft draws a draft",
            f"Die freigegebene Veröffentlichung zu {appeal_id} hat keine Karte {name}: Welche es gibt, entscheiden "
            "Anordnung und Vorgabe der Behörde (face_cards in fahndung.toml); --draft zeichnet einen Entwurf",
        )
    _refuse_lapsed(ledger, submission, now, *live)
    return Shared(jpeg=made.files[name].data, alt=made.files[words].data.decode().strip(), draft=False)


def _remember(
    tx: Tx, live: Publication, posters: tuple[Placard, ...], size: Paper, *, at: dt.datetime, by: str
) -> tuple[int, ...]:
    """Items for what somebody has to take down, by place (R35); one for all where the record names no place."""
    person = left_out(live.target)
    part = Message(f" (without {person})", f" (ohne {person})") if person else Message("", "")
    if not posters:
        printed = stamp(at)
        what = Message(
            f"{papers.POSTERS.en} {size.upper()}{part.en}, printed {printed.en}",
            f"{papers.POSTERS.de} {size.upper()}{part.de}, gedruckt {printed.de}",
        )
        return (papers.printed(tx, _paper(live, what), who=None, at=at, by=by),)
    what = Message(f"{papers.POSTERS.en}{part.en}", f"{papers.POSTERS.de}{part.de}")
    return tuple(
        papers.printed(tx, _paper(live, what, place=hung.place, pieces=hung.count), who=hung.person, at=at, by=by)
        for hung in posters
    )


def _paper(live: Publication, what: Message, *, place: str | None = None, pieces: int | None = None) -> ByHand:
    return ByHand(
        appeal=live.appeal,
        what=what,
        why=papers.ONLY_BY_HAND,
        publication=live.id,
        kind=Kind.PAPER,
        place=place,
        pieces=pieces,
    )


def _card_media(submission: Submission, *, face: bool) -> tuple[Medium, ...]:
    """The media of the order for which a card may be meant: one of them must still be open (decision 0045)."""
    ordered = clockfacts.thaw(submission.clock_facts).order.scope.media
    of_person = face and submission.category not in THINGS
    meant = (Medium.ONLINE_PRESS, Medium.PRINT) if of_person else (Medium.SOCIAL,)
    return tuple(medium for medium in meant if medium in ordered) or (Medium.WEBSITE,)


def _is_over(tx: Tx, submission: Submission, medium: Medium) -> bool:
    """Whether the appeal, or a person of it, must not be shown in that medium any more."""
    known = submission.appeal, submission.revision
    return endings.is_ended(tx, *known, medium=medium) or bool(covering.ended_persons(tx, *known, medium=medium))


def _live(tx: Tx, stored: StoredRelease, now: dt.datetime, medium: Medium) -> Publication | None:
    """A copy of the release that is online and may be handed out in a medium: it shows nobody whose search is over."""
    appeal, revision = stored.appeal, stored.revision
    if endings.is_ended(tx, appeal, revision, medium=medium):
        return None
    ended = covering.ended_persons(tx, appeal, revision, medium=medium)
    for row in publications.rows(tx, appeal, digest=stored.digest):
        up = row.state is State.LIVE and row.want is publications.Want.UP and (row.due_at is None or now < row.due_at)
        if up and not ended - {left_out(row.target)}:
            return row
    return None


def _refuse_unapproved(
    home: Home, ledger: Ledger, submission: Submission, stored: StoredRelease, now: dt.datetime
) -> None:
    appeal = stored_case(home, submission).appeal
    required = home.config().approvals
    with ledger.read() as tx:
        found = signatures.approval_problems(tx, submission, stored, appeal, required=required, now=now)
    refuse_blocking(found)


def _refuse_lapsed(ledger: Ledger, submission: Submission, now: dt.datetime, *media: Medium) -> None:
    """Refuses what has lapsed in all these media."""
    with ledger.read() as tx:
        confirmed, reviewed = signatures.confirmations(tx, submission), signatures.reviews(tx, submission)
    facts = clockfacts.thaw(submission.clock_facts)
    ends = facts.ends(media, confirmations=confirmed, reviews=reviewed)
    if all(end.at is not None and now >= end.at for end in ends):
        medium = list_media([ends[0].medium])
        raise NotPublishable(
            f"{submission.appeal} is over in this medium ({medium.en}): {ends[0].because.en}",
            f"{submission.appeal} ist in diesem Medium ({medium.de}) nicht mehr zulässig: {ends[0].because.de}",
        )


def _draft(
    home: Home,
    submission: Submission,
    *,
    ended: frozenset[PersonId],
    paper: Paper,
    strips: bool,
    bw: bool,
    langs: Sequence[str],
) -> Printed:
    case, setting = _stored_setting(home, submission)
    pdf, flaws = release.draft_poster(
        case.appeal,
        case.images,
        setting,
        paper=paper,
        strips=strips,
        bw=bw,
        langs=langs,
        ended=_of_the_sought(case, ended),
    )
    return Printed(pdf=pdf, draft=True, problems=flaws)


def _of_the_sought(case: Case, ended: frozenset[PersonId]) -> frozenset[PersonId]:
    """Those of the ended who are to be left out.

    Raises:
        NotPublishable: nobody is sought any more.
    """
    persons = {person.id for person in sought(case.appeal)}
    if persons and persons <= ended:
        raise NotPublishable(
            f"the search for every person of {case.appeal.id} is over: nobody is sought any more, and nothing is drawn",
            f"Die Suche nach jeder Person von {case.appeal.id} ist zu Ende: Gesucht wird niemand mehr, und es wird "
            "nichts mehr gezeichnet",
        )
    return ended


def _stored_setting(home: Home, submission: Submission) -> tuple[Case, release.Setting]:
    """The case as it was submitted, and what a draft of it depends on.

    Raises:
        NotPublishable: its record is restricted.
    """
    if submission.restricted_at is not None:
        raise NotPublishable(
            f"{submission.appeal} has ended and its record is restricted (R40): nothing is drawn from it any more",
            f"{submission.appeal} ist beendet und der Datensatz gesperrt (R40): Daraus wird nichts mehr gezeichnet",
        )
    case = stored_case(home, submission)
    config = home.config()
    facts = premises.gate_facts(case.appeal, config, home, stage=Stage.DRAFT)
    return case, premises.setting_of(facts, config, home, salt=submission.salt, is_draft=True)

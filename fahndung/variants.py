"""The variant of a release without one person: made inside the approved digest, and taken out of it again.

A variant is the full version with blocks and pictures left out; where more would have to change there is none, and the
reason is told. Approves nothing, sends nothing.
"""

import dataclasses
import pathlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fahndung.errors import FahndungError, Message, NotPublishable, Problem, Severity
from fahndung.law.ending import R36_SOURCE
from fahndung.model.appeal import Appeal
from fahndung.model.ids import ChannelName, ImageId, PersonId
from fahndung.model.release import File, Release
from fahndung.model.sheet import Sheet
from fahndung.model.sought import Person

if TYPE_CHECKING:  # a takedown reads what a manifest says of variants and must not wait for what writes texts
    from fahndung.texts.given import PublicPicture
    from fahndung.texts.outputs import Outputs

FOLDER = "variants"
_CLOSINGS = "texts/closing-"

Draw = Callable[[Appeal, Sheet, "Outputs"], tuple[Sequence[File], Sequence[Problem]]]
"""The posters of a sheet with the pictures of a record; what does not fit, and what the law has against the outputs."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """The appeal without one person. ``appeal`` is the record with the persons and pictures that are left."""

    person: PersonId
    appeal: Appeal
    words: "Outputs"
    posters: tuple[File, ...]


def make(
    appeal: Appeal,
    sheet: Sheet,
    words: "Outputs",
    *,
    pictures: "Mapping[ImageId, PublicPicture]",
    card: str | None,
    robots: str,
    draw: Draw,
    home: pathlib.Path | None = None,
) -> tuple[tuple[Variant, ...], tuple[Problem, ...]]:
    """The variant without each of the persons sought, and why there is none where there is none (warnings).

    Args:
        sheet, words, pictures, card, robots: of the full version.
    """
    from fahndung.texts import remainder

    made = [
        _without(appeal, sheet, words, person, pictures=pictures, card=card, robots=robots, draw=draw, home=home)
        for person in remainder.separate(appeal)
    ]
    return (
        tuple(one for one in made if isinstance(one, Variant)),
        tuple(one for one in made if isinstance(one, Problem)),
    )


def _without(
    appeal: Appeal,
    sheet: Sheet,
    words: "Outputs",
    person: Person,
    *,
    pictures: "Mapping[ImageId, PublicPicture]",
    card: str | None,
    robots: str,
    draw: Draw,
    home: pathlib.Path | None,
) -> Variant | Problem:
    from fahndung.texts import remainder, traces
    from fahndung.texts.outputs import outputs as render_outputs

    field = f"persons/{appeal.persons.index(person)}"
    if not person.separable:
        return _none(person, f"{field}/separable", "the record says so", "der Datensatz sagt es so")
    left, rest = remainder.reduced(appeal, person), remainder.remainder(appeal, sheet, person)
    if speaking := traces.traces(appeal, rest, person):
        named = ", ".join(speaking)
        return _none(person, speaking[0], f"{named} speaks of this person", f"{named} spricht von dieser Person")
    try:
        told = render_outputs(appeal, rest, pictures=pictures, card=card, robots=robots, home=home)
        posters, problems = draw(left, rest, told)
    except FahndungError as error:
        return _none(person, field, error.message.en, error.message.de)
    for problem in problems:
        if problem.severity is Severity.BLOCK:
            return _none(person, problem.field, problem.message.en, problem.message.de)
    if not _is_part(told, words):
        return _none(
            person,
            field,
            "the templates of this home would write it differently, not only leave something out",
            "die Vorlagen dieses Heims würden anders schreiben und nicht nur weglassen",
        )
    return Variant(person=person.id, appeal=left, words=told, posters=tuple(posters))


def without(appeal: Appeal, sheet: Sheet, persons: Collection[PersonId]) -> tuple[Appeal, Sheet]:
    """The record and a sheet of it without persons whose search is over while others are still sought.

    Raises:
        NotPublishable: the record says that one cannot be left out, or the rest still speaks of them.
    """
    from fahndung.texts import remainder, traces

    gone = [person for person in remainder.separate(appeal) if person.id in persons]
    left, rest = appeal, sheet
    for person in gone:
        left, rest = remainder.reduced(left, person), remainder.remainder(appeal, rest, person)
    for person in gone:
        field = f"persons/{appeal.persons.index(person)}"
        speaking = traces.traces(appeal, rest, person) if person.separable else (f"{field}/separable",)
        if speaking:
            raise NotPublishable(
                f"the search for {person.id} is over, and the rest cannot be shown alone ({', '.join(speaking)}): "
                "submit what is left as a new revision",
                f"Die Fahndung nach {person.id} ist zu Ende, und der Rest lässt sich nicht allein zeigen "
                f"({', '.join(speaking)}): bitte den Rest als neue Revision einreichen",
            )
    return left, rest


def _none(person: Person, field: str, en: str, de: str) -> Problem:
    en, de = en.rstrip("."), de.rstrip(".")
    message = Message(
        f"no variant without {person.id}: {en}. If the search for {person.id} ends, the whole appeal goes down and the "
        "remainder is a new revision",
        f"keine Fassung ohne {person.id}: {de}. Endet die Fahndung nach {person.id}, wird die ganze Fahndung gelöscht, "
        "und der Rest ist eine neue Revision",
    )
    return Problem(rule="R36", severity=Severity.WARN, field=field, message=message, source=R36_SOURCE)


def _is_part(told: "Outputs", words: "Outputs") -> bool:
    """Whether every output of a variant is the full version's with something left out."""
    from fahndung.texts import parts

    pages = ("page_html", "gone_html", "index_frame", "list_item")
    return (
        all(parts.is_part_of_page(getattr(told, name), getattr(words, name)) for name in pages)
        and parts.is_part_of_text(told.press, words.press)
        and all(parts.is_part_of_text(text, words.teasers[name]) for name, text in told.teasers.items())
        and (told.press_subject, told.entry, told.tombstone) == (words.press_subject, words.entry, words.tombstone)
    )


def files(variant: Variant, made: Iterable[File]) -> list[File]:
    """Files of a variant under its own folder of the release: those ``made`` and its posters."""
    folder = f"{FOLDER}/{variant.person}"
    return [dataclasses.replace(file, name=f"{folder}/{file.name}") for file in (*made, *variant.posters)]


def listing(variant: Variant, *, images: Sequence[str], markers: Mapping[ChannelName, str]) -> dict[str, Any]:
    """What the manifest says of a variant.

    Args:
        images: the release's files with the pictures that are left; they are not repeated.
        markers: channel to marker.
    """
    return {"person": variant.person, "images": sorted(images), "markers": dict(markers)}


def persons(manifest: Mapping[str, Any]) -> tuple[PersonId, ...]:
    """The persons without whom there is a variant."""
    return tuple(PersonId(entry["person"]) for entry in manifest.get(FOLDER, ()))


def sought(manifest: Mapping[str, Any]) -> tuple[PersonId, ...]:
    """The persons whom the release is about."""
    return tuple(PersonId(person) for person in manifest.get("persons", ()))


def view(release: Release, person: PersonId) -> Release | None:
    """The release as a channel gets it once the search for one person is over; None if there is no such variant.

    Its website files, press text, teasers and posters are the variant's, its pictures those that are left; digest,
    address and closing notices, which name nobody, are the full version's.
    """
    manifest: Mapping[str, Any] = release.manifest
    entry = next((one for one in manifest.get(FOLDER, ()) if one["person"] == person), None)
    if entry is None:
        return None
    folder = f"{FOLDER}/{person}/"
    own = {name.removeprefix(folder): file for name, file in release.files.items() if name.startswith(folder)}
    shown = {name: release.files[name] for name in entry["images"]}
    shown |= {name: file for name, file in release.files.items() if name.startswith(_CLOSINGS)}
    named = {name: dataclasses.replace(file, name=name) for name, file in own.items()}
    return Release(digest=release.digest, manifest={**manifest, "markers": entry["markers"]}, files={**named, **shown})

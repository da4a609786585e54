"""R31: which pictures go to networks of others: those that show a thing and nobody, and none in appeals about persons.

Opens no picture; what one shows the record says, and those who verify and approve it have looked.
"""

from collections.abc import Iterator

from fahndung.errors import Message, Problem
from fahndung.law.facts import BEFORE_PUBLICATION, Facts
from fahndung.law.rule import Rule, block
from fahndung.model.ids import ImageId
from fahndung.model.image import Image, SourceKind
from fahndung.model.mandate import Medium
from fahndung.model.people import about_persons

SOURCE = (
    "Nr. 3.2 VwV Öffentlichkeitsfahndung; Beanstandung des Sächsischen Datenschutzbeauftragten 2015; Bilder von "
    "Gegenständen: Vorschlag des Programms"
)
OF_THINGS = frozenset({SourceKind.POLICE, SourceKind.FAMILY, SourceKind.INTERNET, SourceKind.OTHER})
"""Where a picture of a thing may come from. Cameras watch people, and sketches and documents show them."""
_NOBODY = frozenset({"none", "redacted"})


def nobody_uploaded(facts: Facts) -> Iterator[Problem]:
    """R31: in an appeal about persons no picture and no other file goes to a network of somebody else."""
    if not about_persons(facts.appeal):
        return
    for channel, file, _ in _uploads(facts):
        yield block(
            "R31",
            f"posts/{channel}",
            f"The post would take a file along ({file}). In an appeal about persons only the link goes there.",
            f"Der Beitrag nähme eine Datei mit ({file}). Bei Fahndungen nach Personen geht nur der Link hinaus.",
            SOURCE,
        )


def things_uploaded(facts: Facts) -> Iterator[Problem]:
    """R31: what goes along with a post is a picture of the record that shows one of its objects and nobody."""
    if about_persons(facts.appeal):
        return
    images = {image.id: (index, image) for index, image in enumerate(facts.appeal.images)}
    for channel, file, id in _uploads(facts):
        index, image = images.get(id, (0, None)) if id is not None else (0, None)
        if (fault := _fault(facts, image)) is not None:
            yield block(
                "R31",
                f"posts/{channel}" if image is None else f"images/{index}/object",
                f"{file} may not go along with a post on {channel}: {fault.en}",
                f"{file} darf nicht mit einem Beitrag auf {channel} hinaus: {fault.de}",
                SOURCE,
            )


def _uploads(facts: Facts) -> Iterator[tuple[str, str, ImageId | None]]:
    """Channel, file, and which of the record's pictures it is; None: none of them."""
    for post in facts.posts:
        yield from ((post.channel, file, None) for file in post.uploads)
    for channel, files in facts.uploads.items():
        yield from ((channel, file, image) for file, image in files.items())


def _fault(facts: Facts, image: Image | None) -> Message | None:
    """Why a picture may not go there; None: it may."""
    mandate = facts.mandate
    if image is None:
        return Message("it is no picture of the record.", "Es ist kein Bild des Datensatzes.")
    if image.object is None or image.shows:
        return Message(
            "the record does not say which object it shows and that it shows nobody (images/…/object).",
            "Der Datensatz sagt nicht, welchen Gegenstand es zeigt und dass niemand zu sehen ist (images/…/object).",
        )
    if (image.bystanders or "").strip() not in _NOBODY:
        return Message(
            "it shows bystanders, or nobody has said that it does not.",
            "Es zeigt Unbeteiligte, oder niemand hat gesagt, dass es keine zeigt.",
        )
    if image.source.kind not in OF_THINGS:
        return Message(
            f"pictures of this source ({image.source.kind.value}) show people as a rule.",
            f"Bilder dieser Quelle ({image.source.kind.value}) zeigen in der Regel Menschen.",
        )
    if image.sensitive:
        return Message("it stands behind a click.", "Es steht erst hinter einem Klick.")
    if mandate is None or Medium.SOCIAL not in mandate.scope.media:
        return Message(
            f"nobody ordered social media ({facts.mandate_field}/scope/media).",
            f"Soziale Medien sind nicht angeordnet ({facts.mandate_field}/scope/media).",
        )
    return None


RULES = (
    Rule(
        id="R31",
        stages=BEFORE_PUBLICATION,
        source=SOURCE,
        title=Message("Posts about persons take no file along.", "Beiträge enthalten keine Datei."),
        judge=nobody_uploaded,
    ),
    Rule(
        id="R31",
        stages=BEFORE_PUBLICATION,
        source=SOURCE,
        title=Message("Only pictures of things go along with a post.", "Mit Beiträgen gehen nur Bilder von Sachen."),
        judge=things_uploaded,
    ),
)

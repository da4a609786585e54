"""R10: media, region, names, pictures and duration stay within what the order or decision names.

Silence: an order allows no names and no pictures that it does not name; a police decision that says nothing about them
does not restrict them. Media must always be named.
"""

from collections.abc import Callable, Iterable, Iterator

from fahndung.errors import Message, Problem, Severity
from fahndung.law.deadlines import order_in_force
from fahndung.law.facts import BEFORE_PUBLICATION, Facts, Stage
from fahndung.law.periods import stamp
from fahndung.law.rule import Rule, ask, block, warn
from fahndung.law.words import MEDIA
from fahndung.model.mandate import Medium, Order, Scope
from fahndung.model.sought import NamesShown

SOURCE = "VwV Öffentlichkeitsfahndung Nr. 3.2 (Art, Umfang und Dauer)"


def media_named(facts: Facts) -> Iterator[Problem]:
    """R10: the order names media, and every medium in use is among them."""
    if (mandate := facts.mandate) is None:
        return
    field = f"{facts.mandate_field}/scope/media"
    if not mandate.scope.media:
        yield block(
            "R10",
            field,
            "The order names no medium, so nothing may be published. Enter the media that it allows.",
            "Die Anordnung nennt kein Medium; damit darf nichts veröffentlicht werden. Erlaubte Medien eintragen.",
            SOURCE,
        )
        return
    for medium in Medium:
        if medium in facts.media - mandate.scope.media:
            yield _not_named(medium, field, "")


def limited_media_named(facts: Facts) -> Iterator[Problem]:
    """R10: a time for a medium that the order does not name limits nothing; one of the two is an error."""
    if (mandate := facts.mandate) is None:
        return
    for medium in Medium:
        if medium in mandate.scope.media_until and medium not in mandate.scope.media:
            word = MEDIA[medium]
            yield warn(
                "R10",
                f"{facts.mandate_field}/scope/media_until",
                f"The order limits the medium {word.en} in time but does not name it. Enter it in media, or take its "
                "time out.",
                f"Die Anordnung befristet das Medium „{word.de}“, nennt es aber nicht. In media eintragen oder die "
                "Befristung streichen.",
                SOURCE,
            )


def channels_named(facts: Facts) -> Iterator[Problem]:
    """R10: every channel of the record is known and belongs to a medium that the order names."""
    mandate = facts.mandate
    if mandate is None or facts.channel_media is None:
        return
    for index, channel in enumerate(facts.appeal.publication.channels):
        field = f"publication/channels/{index}"
        medium = facts.channel_media.get(channel)
        if medium is None:
            report = warn if facts.stage is Stage.DRAFT else block
            yield report(
                "R10",
                field,
                f"The channel {channel!r} is not known here, so nobody can tell whether the order allows it. "
                "Correct the name or configure the channel.",
                f"Der Kanal {channel!r} ist hier nicht bekannt; ob die Anordnung ihn erlaubt, ist nicht feststellbar. "
                "Namen berichtigen oder den Kanal einrichten.",
                SOURCE,
            )
        elif medium not in mandate.scope.media:
            yield _not_named(medium, field, channel)


def _not_named(medium: Medium, field: str, channel: str) -> Problem:
    word = MEDIA[medium]
    by_en, by_de = (f" (channel {channel})", f" (Kanal {channel})") if channel else ("", "")
    return block(
        "R10",
        field,
        f"The order does not name the medium {word.en}{by_en}. Leave it out or have the order extended.",
        f"Die Anordnung nennt das Medium „{word.de}“ nicht{by_de}. Weglassen oder die Anordnung erweitern lassen.",
        SOURCE,
    )


def region_within(facts: Facts) -> Iterator[Problem]:
    """R10: every region code lies inside one of the order's (NUTS and AGS codes nest by prefix)."""
    mandate = facts.mandate
    if mandate is None:
        return
    if not mandate.scope.region_codes:
        if facts.appeal.publication.region_codes and mandate.scope.region:
            yield from ask(
                facts,
                "R10",
                "publication/region_codes",
                f"The order names its region in words ({mandate.scope.region}), the record in codes. Do they lie "
                "inside?",
                f"Die Anordnung nennt ihr Gebiet in Worten ({mandate.scope.region}), der Datensatz in Schlüsseln. "
                "Liegen sie darin?",
                SOURCE,
            )
        return
    allowed = tuple(code.strip().upper() for code in mandate.scope.region_codes)
    for index, code in enumerate(facts.appeal.publication.region_codes):
        if not code.strip().upper().startswith(allowed):
            listed = ", ".join(allowed)
            yield block(
                "R10",
                f"publication/region_codes/{index}",
                f"The region {code} lies outside the order, which names {listed}.",
                f"Das Gebiet {code} liegt außerhalb der Anordnung; sie nennt {listed}.",
                SOURCE,
            )


def names_allowed(facts: Facts) -> Iterator[Problem]:
    """R10: names are shown only where the order allows them."""
    mandate = facts.mandate
    if mandate is None or mandate.scope.names or (mandate.scope.names is None and not _silence_forbids(facts)):
        return
    for index, person in enumerate(facts.appeal.persons):
        if person.names is not None and person.names.shown is not NamesShown.NONE:
            yield block(
                "R10",
                f"persons/{index}/names/shown",
                "The order does not allow the name to be shown. Set shown to none or have the order extended.",
                "Die Anordnung erlaubt die Nennung des Namens nicht. shown auf none setzen oder die Anordnung "
                "erweitern lassen.",
                SOURCE,
            )


def images_allowed(facts: Facts) -> Iterator[Problem]:
    """R10: only pictures that the order names."""
    mandate = facts.mandate
    if mandate is None or (mandate.scope.images is None and not _silence_forbids(facts)):
        return
    allowed = mandate.scope.images or ()
    for index, image in enumerate(facts.appeal.images):
        if image.id not in allowed:
            yield block(
                "R10",
                f"images/{index}/id",
                f"The order does not name the picture {image.id}. Leave it out or have the order extended "
                f"({facts.mandate_field}/scope/images).",
                f"Die Anordnung nennt das Bild {image.id} nicht. Weglassen oder die Anordnung erweitern lassen "
                f"({facts.mandate_field}/scope/images).",
                SOURCE,
            )


def _silence_forbids(facts: Facts) -> bool:
    return facts.appeal.legal.order is not None


def duration_within(facts: Facts) -> Iterator[Problem]:
    """R10: the record does not plan for longer than the order allows; the earlier end counts anyway."""
    mandate, until = facts.mandate, facts.appeal.publication.until
    if mandate is None:
        return
    limit = mandate.scope.until
    if limit is not None and until is not None and until > limit:
        end = stamp(limit)
        yield warn(
            "R10",
            "publication/until",
            f"The record plans for longer than the order allows; it ends on {end.en} all the same.",
            f"Der Aufruf ist länger geplant, als die Anordnung erlaubt; er endet trotzdem am {end.de}.",
            SOURCE,
        )
    yield from _ends_after_order(facts, mandate, mandate.scope)


def _ends_after_order(facts: Facts, mandate: Order, scope: Scope) -> Iterator[Problem]:
    ends = [(f"{facts.mandate_field}/scope/until", scope.until), ("publication/until", facts.appeal.publication.until)]
    for field, at in ends:
        if at is not None and at <= mandate.at:
            when = stamp(at)
            yield block(
                "R10",
                field,
                f"The end ({when.en}) is not after the order; nothing could be published. Correct the time.",
                f"Das Ende ({when.de}) liegt nicht nach der Anordnung; nichts könnte veröffentlicht werden. "
                "Zeitpunkt berichtigen.",
                SOURCE,
            )


def _rule(title: Message, judge: Callable[[Facts], Iterable[Problem]]) -> Rule:
    return Rule(id="R10", stages=BEFORE_PUBLICATION, source=SOURCE, title=title, judge=judge)


RULES = (
    Rule(
        id="R10",
        stages=BEFORE_PUBLICATION | {Stage.RUNNING},
        source=SOURCE,
        title=Message("The media are named.", "Die Medien sind von der Anordnung umfasst."),
        judge=media_named,
    ),
    Rule(
        id="R10",
        severity=Severity.WARN,
        stages=BEFORE_PUBLICATION,
        source=SOURCE,
        title=Message("Media limited in time are named.", "Befristete Medien sind von der Anordnung umfasst."),
        judge=limited_media_named,
    ),
    _rule(Message("The channels are named.", "Die Kanäle sind von der Anordnung umfasst."), channels_named),
    _rule(Message("The region is named.", "Das Gebiet ist von der Anordnung umfasst."), region_within),
    _rule(Message("Names are allowed.", "Die Namensnennung ist von der Anordnung umfasst."), names_allowed),
    _rule(Message("The pictures are named.", "Die Bilder sind von der Anordnung umfasst."), images_allowed),
    _rule(Message("The duration fits.", "Die Dauer ist von der Anordnung umfasst."), duration_within),
    order_in_force("R10", Message("The allowed time is not over.", "Die erlaubte Dauer ist nicht abgelaufen."), SOURCE),
)

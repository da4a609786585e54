"""What the form of a record cannot say: fields that contradict each other or name something that is not there.

Asks nothing that a law rule asks; works on records whose form is wrong elsewhere, too.
"""

from collections.abc import Callable, Iterator, Mapping

from fahndung.errors import Problem
from fahndung.records import instants
from fahndung.records.cleaning import pointer, shown
from fahndung.records.reading import problem

Record = Mapping[str, object]


def problems(record: object) -> list[Problem]:
    """All contradictions in whatever of the record has a usable form."""
    if not isinstance(record, Mapping):
        return []
    return [finding for check in _CHECKS for finding in check(record)]


def _group(record: Record, *names: str) -> Record:
    for name in names:
        inner = record.get(name)
        record = inner if isinstance(inner, Mapping) else {}
    return record


def _entries(record: Record, name: str) -> Iterator[tuple[int, Record]]:
    entries = record.get(name)
    for at, entry in enumerate(entries if isinstance(entries, list) else ()):
        if isinstance(entry, Mapping):
            yield at, entry


def _texts(value: object) -> list[tuple[int, str]]:
    return [(at, item) for at, item in enumerate(value) if isinstance(item, str)] if isinstance(value, list) else []


def _instant(group: Record, name: str) -> object:
    text = group.get(name)
    try:
        return instants.instant(text) if isinstance(text, str) else None
    except ValueError:
        return None  # the schema has reported it


def _unique_ids(record: Record) -> Iterator[Problem]:
    for name in ("persons", "objects", "images", "videos", "audio"):
        seen: dict[str, int] = {}
        for at, entry in _entries(record, name):
            id = entry.get("id")
            if not isinstance(id, str):
                continue
            if id in seen:
                yield problem(
                    "record",
                    pointer(name, at, "id"),
                    f"“{shown(id)}” is already the id of {name}/{seen[id]}; ids are unique",
                    f"„{shown(id)}“ ist schon die Kennung von {name}/{seen[id]}; Kennungen sind eindeutig",
                )
            seen.setdefault(id, at)


def _references(record: Record) -> Iterator[Problem]:
    persons = {entry.get("id") for _, entry in _entries(record, "persons")}
    for name in ("images", "videos", "audio"):
        for at, entry in _entries(record, name):
            for which, person in _texts(entry.get("shows")):
                if person not in persons:
                    yield _no_person(pointer(name, at, "shows", which), person)
    for at, entry in _entries(record, "unlock"):
        field = entry.get("field")
        if isinstance(field, str) and (steps := field.strip("/").split("/"))[0] == "persons" and len(steps) > 1:
            count = sum(1 for _ in _entries(record, "persons"))
            if steps[1] not in persons and not (steps[1].isdecimal() and int(steps[1]) < count):
                yield _no_person(pointer("unlock", at, "field"), steps[1])


def _no_person(field: str, person: str) -> Problem:
    return problem(
        "record",
        field,
        f"“{shown(person)}” is not the id of a person in this record",
        f"„{shown(person)}“ ist keine Person dieses Vorgangs",
    )


def _faces(record: Record) -> Iterator[Problem]:
    """A face that stays visible is that of a person whom the picture shows, or was waived with name and reason."""
    for at, image in _entries(record, "images"):
        shows = {person for _, person in _texts(image.get("shows"))}
        for which, face in _entries(image, "faces"):
            person = face.get("person")
            if {"by", "reason"} & {*face} != ({"by", "reason"} if person is None else set()):
                yield problem(
                    "record",
                    pointer("images", at, "faces", which),
                    "a face that stays visible names a person of “shows”, or who waived it and why (“by”, “reason”)",
                    "ein Gesicht, das sichtbar bleibt, nennt eine Person aus „shows“, oder wer warum auf das Verdecken "
                    "verzichtet („by“, „reason“)",
                )
            elif isinstance(person, str) and person not in shows:
                yield problem(
                    "record",
                    pointer("images", at, "faces", which, "person"),
                    f"“{shown(person)}” is not in “shows” of this picture; add it there, or correct the id",
                    f"„{shown(person)}“ steht nicht in „shows“ dieses Bildes; dort ergänzen oder Kennung berichtigen",
                )


def _things(record: Record) -> Iterator[Problem]:
    """A picture of a thing shows one of the record's, and nobody."""
    known = {entry.get("id") for _, entry in _entries(record, "objects")}
    for at, image in _entries(record, "images"):
        thing = image.get("object")
        if isinstance(thing, str) and thing not in known:
            yield problem(
                "record",
                pointer("images", at, "object"),
                f"“{shown(thing)}” is not the id of an object in this record",
                f"„{shown(thing)}“ ist kein Gegenstand dieses Vorgangs",
            )
        if thing is not None and image.get("shows"):
            yield problem(
                "record",
                pointer("images", at, "object"),
                "a picture of an object shows nobody; remove “object” or “shows”",
                "ein Bild eines Gegenstands zeigt niemanden; „object“ oder „shows“ weglassen",
            )


def _ranges(record: Record) -> Iterator[Problem]:
    for at, person in _entries(record, "persons"):
        for name in ("age", "height_cm", "weight_kg"):
            figures = _group(person, name)
            low, high = figures.get("min"), figures.get("max")
            if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
                yield problem(
                    "record",
                    pointer("persons", at, name),
                    f"the range runs backwards: min {low} is more than max {high}",
                    f"die Spanne läuft rückwärts: min {low} ist größer als max {high}",
                )


def _one_mandate(record: Record) -> Iterator[Problem]:
    legal = _group(record, "legal")
    if "order" in legal and "decision" in legal:
        yield problem(
            "record",
            "legal/decision",
            "a record has an order (criminal) or a decision (preventive), not both; remove one",
            "ein Vorgang hat eine Anordnung (Strafverfahren) oder eine Entscheidung (präventiv), nicht beides",
        )


def _order_of_instants(record: Record) -> Iterator[Problem]:
    for first, group, last in (
        ("not_before", ("publication",), "until"),
        ("not_before", ("publication",), "review_at"),
        ("at", ("legal", "consent"), "revoked_at"),
        ("at", ("legal", "order"), "scope"),
        ("at", ("legal", "decision"), "scope"),
    ):
        values = _group(record, *group)
        early = _instant(values, first)
        late = _instant(_group(values, "scope"), "until") if last == "scope" else _instant(values, last)
        name = "scope/until" if last == "scope" else last
        if early is not None and late is not None and not early < late:  # type: ignore[operator] # both are datetimes
            yield problem(
                "record",
                f"{'/'.join(group)}/{name}",
                f"lies before “{first}” or at the same instant",
                f"liegt vor „{first}“ oder auf demselben Zeitpunkt",
            )


def _event(record: Record) -> Iterator[Problem]:
    event = _group(record, "event")
    parts: list[tuple[int, ...]] = []
    for name in ("from", "to"):
        text = event.get(name)
        try:
            parts.append((instants.partial(text) if isinstance(text, str) else None) or ())
        except ValueError:
            yield problem("record", f"event/{name}", *_NOT_LOCAL)
            parts.append(())
    common = min(len(part) for part in parts)
    if common and parts[1][:common] < parts[0][:common]:
        yield problem("record", "event/to", "lies before “from”", "liegt vor „from“")


_NOT_LOCAL = (
    "is not a local time: write 2026-11-01T22:10 without an offset, a part of it (2026-11), or words",
    "ist keine Ortszeit: 2026-11-01T22:10 ohne Zeitzone, ein Teil davon (2026-11) oder Worte",
)


def _calendar(record: Record) -> Iterator[Problem]:
    for at, person in _entries(record, "persons"):
        birth = _group(person, "birth")
        dates: list[tuple[tuple[str | int, ...], object]] = [(("date",), birth["date"])] if "date" in birth else []
        dates += [(("dates", which), text) for which, text in _texts(birth.get("dates"))]
        for steps, text in dates:
            try:
                instants.partial(text if isinstance(text, str) else "1990")  # the schema reports another kind
            except ValueError:
                yield problem(
                    "record",
                    pointer("persons", at, "birth", *steps),
                    f"{shown(text)} is not a day of the calendar",
                    f"{shown(text)} ist kein Tag des Kalenders",
                )


def _one_condition(record: Record) -> Iterator[Problem]:
    for at, person in _entries(record, "persons"):
        if "condition" in person and "condition" in _group(person, "dead"):
            yield problem(
                "record",
                pointer("persons", at, "dead", "condition"),
                f"the condition already stands in persons/{at}/condition; say it once",
                f"der Zustand steht schon in persons/{at}/condition; nur einmal angeben",
            )


def _not_over(record: Record) -> Iterator[Problem]:
    places: list[tuple[str, Record]] = [("outcome", _group(record, "outcome"))]
    places += [(pointer("persons", at, "outcome"), _group(who, "outcome")) for at, who in _entries(record, "persons")]
    for field, outcome in places:
        kind = outcome.get("kind", "open")
        if kind != "open":
            yield problem(
                "record",
                f"{field}/kind",
                f"the search is over ({shown(kind)}): an appeal for it is not handed in again; leave it out",
                f"die Fahndung ist beendet ({shown(kind)}): dafür wird kein Aufruf mehr eingereicht; weglassen",
            )


_CHECKS: tuple[Callable[[Record], Iterator[Problem]], ...] = (
    _unique_ids,
    _references,
    _faces,
    _things,
    _ranges,
    _one_mandate,
    _order_of_instants,
    _event,
    _calendar,
    _one_condition,
    _not_over,
)

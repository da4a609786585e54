"""A record whose form has been checked, as an ``Appeal``.

Checks nothing: what it meets has passed ``shape`` and ``crosschecks``. The ``Any`` of JSON ends here.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from fahndung.model import appeal as model
from fahndung.model.ids import AppealId, ChannelName, ImageId, NormId, PersonId
from fahndung.model.image import Box, Ellipse, Fill, Image, Polygon, Redaction, Shape, Source, SourceKind, VisibleFace
from fahndung.model.mandate import Authority, Confirmation, Consent, Legal, Medium, Order, Scope, Warrant
from fahndung.model.sought import PERSON_TEXTS, Basis, Item, Names, NamesShown, Person, Range, Role
from fahndung.model.texts import Texts
from fahndung.records.instants import after, instant

_T = TypeVar("_T")
_J = Mapping[str, Any]


def appeal(record: _J) -> model.Appeal:
    """The value of a checked record."""
    office = record["authority"]
    watch = record.get("monitoring_24_7")
    return model.Appeal(
        id=AppealId(record["id"]),
        revision=int(record["revision"]),
        category=model.Category(record["category"]),
        reference=record["reference"],
        prepared_by=record["prepared_by"],
        authority=model.Office(name=office["name"], unit=office.get("unit"), region=office.get("region")),
        legal=_legal(record["legal"]),
        event=_event(record.get("event", {})),
        persons=_each(record, "persons", _person),
        objects=_each(record, "objects", _item),
        images=_each(record, "images", _image),
        texts=_texts(record["texts"]),
        contact=model.Contact(**{name: record["contact"].get(name) for name in _CONTACT}),
        publication=_plan(record.get("publication", {})),
        reward=_maybe(record, "reward", _reward),
        warning=_maybe(record, "warning", lambda it: model.Warning(code=it["code"], text=it.get("text"))),
        risk=record.get("risk"),
        monitoring_roster=watch["roster"] if watch else None,
        answers=_each(record, "answers", _answer),
        unlock=_each(record, "unlock", lambda it: model.Unlock(field=it["field"], reason=it["reason"], by=it["by"])),
        posters=_each(record, "posters", _placard),
        archive_offer=record.get("archive_offer"),
    )


_CONTACT = ("office", "phone", "email", "tip_url", "hours")


def _maybe(group: _J, name: str, read: Callable[[Any], _T]) -> _T | None:
    return read(group[name]) if name in group else None


def _each(group: _J, name: str, read: Callable[[Any], _T]) -> tuple[_T, ...]:
    return tuple(read(entry) for entry in group.get(name, ()))


def _media(group: _J, name: str) -> frozenset[Medium]:
    return frozenset(_each(group, name, Medium))


def _scope(scope: _J, ordered_at: dt.datetime) -> Scope:
    ends = scope.get("media_until", {})
    return Scope(
        media=_media(scope, "media"),
        repeated=_media(scope, "repeated"),
        region=scope.get("region"),
        region_codes=tuple(scope.get("region_codes", ())),
        until=_maybe(scope, "until", instant),
        media_until={Medium(medium): after(ordered_at, end) for medium, end in ends.items()},
        names=scope.get("names"),
        images=_each(scope, "images", ImageId) if "images" in scope else None,
        missing_registers=scope.get("missing_registers", False),
    )


def _order(order: _J, scope_beside: _J) -> Order:
    at = instant(order["at"])
    return Order(
        by=Authority(order["by"]),
        authority=order["authority"],
        reference=order["reference"],
        at=at,
        imminent_danger=order.get("imminent_danger"),
        scope=_scope({**scope_beside, **order.get("scope", {})}, at),
    )


def _confirmation(given: _J) -> Confirmation:
    return Confirmation(
        by=Authority(given["by"]),
        authority=given["authority"],
        reference=given["reference"],
        at=instant(given["at"]),
    )


def _consent(consent: _J) -> Consent:
    return Consent(
        by=consent.get("by"),
        at=_maybe(consent, "at", instant),
        revoked_at=_maybe(consent, "revoked_at", instant),
        why_not=consent.get("why_not"),
        missing_registers=consent.get("missing_registers", False),
    )


def _legal(legal: _J) -> Legal:
    beside = legal.get("scope", {})  # what a record may say of the scope outside the order; the order's own word wins
    return Legal(
        basis=NormId(legal["basis"]),
        offence=legal.get("offence"),
        considerable_offence=legal.get("considerable_offence"),
        milder_means=legal.get("milder_means"),
        order=_maybe(legal, "order", lambda order: _order(order, beside)),
        decision=_maybe(legal, "decision", lambda order: _order(order, beside)),
        confirmations=_each(legal, "confirmations", _confirmation),
        social_media=legal.get("social_media"),
        serious_in_individual_case=legal.get("serious_in_individual_case"),
        strictly_necessary=legal.get("strictly_necessary"),
        consent=_maybe(legal, "consent", _consent),
        warrant=_maybe(legal, "warrant", lambda it: Warrant(**{name: instant(text) for name, text in it.items()})),
    )


def _event(event: _J) -> model.Event:
    return model.Event(
        what=event.get("what"), start=event.get("from"), end=event.get("to"), places=_each(event, "places", _place)
    )


def _place(place: _J) -> model.Place:
    return model.Place(role=place["role"], text=place["text"], lat=place.get("lat"), lon=place.get("lon"))


def _range(figures: _J) -> Range:
    low, high = (int(figures[name]) if name in figures else None for name in ("min", "max"))
    return Range(min=low, max=high, basis=_maybe(figures, "basis", Basis))


def _names(names: _J) -> Names:
    return Names(
        given=names.get("given"),
        family=names.get("family"),
        aliases=tuple(names.get("aliases", ())),
        shown=NamesShown(names.get("shown", "none")),
    )


def _person(person: _J) -> Person:
    dead = person.get("dead", {})
    return Person(
        id=PersonId(person["id"]),
        role=Role(person["role"]),
        names=_maybe(person, "names", _names),
        age=_maybe(person, "age", _range),
        height_cm=_maybe(person, "height_cm", _range),
        weight_kg=_maybe(person, "weight_kg", _range),
        nationalities=tuple(person.get("nationalities", ())),
        languages=tuple(person.get("languages", ())),
        marks=tuple(person.get("marks", ())),
        contacted_before=_maybe(person, "contacted_before", instant),
        separable=person.get("separable", True),
        sex=person.get("sex"),
        birth=person.get("birth"),
        **{name: person.get(name) for name in PERSON_TEXTS}
        | {"condition": person.get("condition", dead.get("condition"))},
    )


def _item(thing: _J) -> Item:
    return Item(
        id=thing["id"],
        kind=thing["kind"],
        marks=tuple(thing.get("marks", ())),
        **{name: thing.get(name) for name in ("make", "model", "serial", "plate", "description")},
    )


def _box(box: list[Any]) -> Box:
    x, y, width, height = (int(number) for number in box)
    return Box(x=x, y=y, width=width, height=height)


def _redaction(redaction: _J) -> Redaction:
    return Redaction(shape=_shape(redaction), reason=redaction.get("reason", "other"))


def _shape(redaction: _J) -> Shape:
    if "polygon" in redaction:
        return Polygon(points=tuple((int(x), int(y)) for x, y in redaction["polygon"]))
    if "ellipse" in redaction:
        return Ellipse(box=_box(redaction["ellipse"]))
    return _box(redaction["box"])


def _face(face: _J) -> VisibleFace:
    return VisibleFace(
        box=_box(face["box"]),
        person=_maybe(face, "person", PersonId),
        by=face.get("by"),
        reason=face.get("reason"),
    )


def _source(source: _J) -> Source:
    return Source(
        kind=SourceKind(source["kind"]),
        captured_at=_maybe(source, "captured_at", instant),
        clock_offset_s=_maybe(source, "clock_offset_s", int),
        **{name: source.get(name) for name in ("holder", "capturer", "time_deviation_reason", "second_verifier")},
    )


def _image(image: _J) -> Image:
    return Image(
        id=ImageId(image["id"]),
        file=image["file"],
        sha256=image["sha256"],
        shows=_each(image, "shows", PersonId),
        alt=image["alt"],
        caption=image.get("caption"),
        source=_source(image["source"]),
        verified_by=image.get("verified_by"),
        redactions=_each(image, "redactions", _redaction),
        fill=Fill(image.get("fill", "solid")),
        crop=_maybe(image, "crop", _box),
        focus=_maybe(image, "focus", _box),
        faces=_each(image, "faces", _face),
        sensitive=image.get("sensitive", False),
        bystanders=image.get("bystanders"),
        object=image.get("object"),
        frame=image.get("frame"),
    )


def _texts(texts: _J) -> Texts:
    return Texts(
        title=texts.get("title"),
        summary=texts["summary"],
        narrative=texts.get("narrative"),
        questions=tuple(texts.get("questions", ())),
        plain=texts.get("plain"),
        translations=texts.get("translations", {}),
    )


def _plan(plan: _J) -> model.Plan:
    return model.Plan(
        channels=_each(plan, "channels", ChannelName),
        region_codes=tuple(plan.get("region_codes", ())),
        languages=tuple(plan.get("languages", ())),
        **{name: _maybe(plan, name, instant) for name in ("stand", "not_before", "until", "review_at")},
    )


def _reward(reward: _J) -> model.Reward:
    return model.Reward(
        amount_eur=int(reward["amount_eur"]),
        lka_informed_at=_maybe(reward, "lka_informed_at", instant),
        **{name: reward.get(name) for name in ("for_what", "private_persons_only", "taker", "ministry_consent")},
    )


def _placard(poster: _J) -> model.Placard:
    count = poster.get("count")
    return model.Placard(
        place=poster.get("place"), count=None if count is None else int(count), person=poster.get("person")
    )


def _answer(answer: _J) -> model.Answer:
    return model.Answer(
        rule=answer["rule"],
        by=answer["by"],
        at=instant(answer["at"]),
        reason=answer["reason"],
        field=answer.get("field"),
    )

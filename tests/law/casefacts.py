"""What the gate knows in a case: the record through the real reader, and what the ledger and the force add to it."""

import dataclasses
import datetime as dt
import functools
import json
import tomllib
from collections.abc import Callable, Mapping
from typing import Any

from fahndung import premises, records, resources
from fahndung.errors import Message
from fahndung.law import norms
from fahndung.law.clock import ClockPolicy
from fahndung.law.facts import Breach, Comments, EndedOrder, Facts, Judged, Nationality, Receiver
from fahndung.model.appeal import Appeal, Category
from fahndung.model.ids import ChannelName, ImageId, PersonId
from fahndung.model.mandate import Authority, Confirmation, Medium
from fahndung.model.mandate import Review as Outcome
from fahndung.model.provenance import Capture, Known
from fahndung.model.reading import Post
from fahndung.records import reading

from .casefile import BASES, FOLDER, Case, CaseError, instant, merged, one_of, only
from .caseoutputs import outputs

WHO = {
    "judge": ("Amtsgericht Musterstadt", "281 Gs 77/26"),
    "prosecutor": ("Staatsanwaltschaft Musterstadt", "304 Js 1234/26"),
    "police": ("Polizeidirektion Musterstadt", "512/26/174411"),
    "enforcement": ("Staatsanwaltschaft Musterstadt als Vollstreckungsbehörde", "77 VRs 415/22"),
}
"""Authority and file number where a case names only who acted."""

UNKNOWN = "unbekannt"
"""The medium of a channel that nobody knows."""


def facts(case: Case) -> Facts:
    """The facts of a case at its stage, as without a home.

    Raises:
        CaseError: a word that the suite does not know. InvalidRecord: the record's reader refuses it.
    """
    given = dict(case.given)
    own = {word: read(given.pop(word)) for word, read in _WORDS.items() if word in given}
    made, channels = given.pop("ausgaben", None), given.pop("kanaele", None)
    text = resources.norms_text() + "\n" + given.pop("normen", "")
    subject = appeal(given)
    known = {field: value for table in own.values() for field, value in table.items()}
    if channels is not None:
        media = {str(name): _medium_or_unknown(medium) for name, medium in channels.items()}
        known |= {"channel_media": media, "media": premises.used_media(subject, media)}
    told = premises.gate_facts(subject, None, None, stage=case.stage, now=case.now)
    quiet = dict.fromkeys(subject.publication.channels, Comments.OFF)
    told = dataclasses.replace(told, **{"norms": norms.parse(text), "comments": quiet, **known})
    return told if made is None else dataclasses.replace(told, outputs=outputs(told, made))


def appeal(given: Mapping[str, Any]) -> Appeal:
    """The record of a case as its reader understands it.

    Raises:
        CaseError: it takes away what is not there. InvalidRecord: the reader refuses it.
    """
    return records.parse(reading.values(json.dumps(record(given), ensure_ascii=False).encode()))


def record(given: Mapping[str, Any]) -> dict[str, Any]:
    """The base record of the category with the case's own fields over it."""
    fields = dict(given)
    without = fields.pop("ohne", ())
    category = one_of("category", fields.get("category"), Category)
    whole = merged(base(category), fields)
    for place in without:
        _take_away(whole, place)
    legal = whole["legal"]
    for act in (legal.get("order"), legal.get("decision"), *legal.get("confirmations", ())):
        if act is not None:
            _name(act)
    return whole


@functools.cache
def _bases() -> dict[str, Any]:
    return tomllib.loads((FOLDER / BASES).read_text("utf-8"))


def base(category: Category) -> dict[str, Any]:
    """The complete record from which the cases of a category start; nothing is wrong with it."""
    document = _bases()
    return json.loads(json.dumps(merged(document["gemeinsam"], document[category.value])))  # type: ignore[no-any-return]  # a copy


def _name(act: dict[str, Any]) -> None:
    """Authority and file number, where the case does not care."""
    authority, reference = WHO.get(act.get("by", ""), ("Unbekannte Stelle", "1"))
    act.setdefault("authority", authority)
    act.setdefault("reference", reference)


def _take_away(whole: Any, place: str) -> None:
    *path, last = place.split("/")
    for step in path:
        whole = whole[int(step)] if isinstance(whole, list) else whole.get(step, {})
    if not isinstance(whole, dict) or last not in whole:
        raise CaseError(f"ohne: {place} steht nicht im Datensatz")
    del whole[last]


def _medium_or_unknown(word: Any) -> Medium | None:
    medium: Medium | None = None if word == UNKNOWN else one_of("kanaele", word, Medium)
    return medium


def _confirmation(table: Any) -> Confirmation:
    act = dict(only("bestaetigungen_spaeter", table, {"by", "authority", "reference", "at"}))
    _name(act)
    by: Authority = one_of("by", act["by"], Authority)
    return Confirmation(by=by, authority=act["authority"], reference=act["reference"], at=instant(act.get("at")))


def _review(table: Any) -> Outcome:
    only("pruefungen", table, {"at", "until", "beendet"})
    until = instant(table["until"]) if "until" in table else None
    return Outcome(at=instant(table.get("at")), until=until, ends=table.get("beendet", False))


def _policy(table: Any) -> ClockPolicy:
    known = {"wochenende_verlaengert", "woche_hat_168_stunden", "pruefung_nach_tagen", "erinnerung_stunden", "halbzeit"}
    only("behoerde", table, known)
    built_in = ClockPolicy()
    days = table.get("pruefung_nach_tagen", {})
    hours = table.get("erinnerung_stunden")
    return ClockPolicy(
        weekend_extension=table.get("wochenende_verlaengert", False),
        elapsed_weeks=table.get("woche_hat_168_stunden", False),
        review_preventive={
            one_of("behoerde", name, Category): dt.timedelta(days=count) for name, count in days.items()
        },
        reminders=built_in.reminders if hours is None else tuple(dt.timedelta(hours=hour) for hour in hours),
        remind_at_half=table.get("halbzeit", True),
    )


def _ended_order(table: Any) -> EndedOrder:
    only("beendete_anordnungen", table, {"reference", "at"})
    return EndedOrder(reference=table["reference"], at=instant(table.get("at")))


def _receiver(table: Any) -> Receiver:
    only("empfaenger", table, {"name", "medium", "gesendet", "benachrichtigt"})
    sent, told = (instant(table[key]) if key in table else None for key in ("gesendet", "benachrichtigt"))
    medium = one_of("empfaenger.medium", table["medium"], Medium) if "medium" in table else None
    return Receiver(name=Message.same(table["name"]), medium=medium, sent_at=sent, told_at=told)


def _breach(table: Any) -> Breach:
    only("datenpannen", table, {"bekannt", "faellig", "gemeldet"})
    reported = instant(table["gemeldet"]) if "gemeldet" in table else None
    return Breach(known_at=instant(table.get("bekannt")), due_at=instant(table.get("faellig")), reported_at=reported)


def _post(table: Any) -> Post:
    only("beitraege", table, {"kanal", "text", "dateien", "links"})
    uploads, links = tuple(table.get("dateien", ())), tuple(table.get("links", ()))
    return Post(channel=table["kanal"], text=table["text"], uploads=uploads, links=links)


def _judged(table: Any) -> Judged:
    only("beurteilt_mit", table, {"normen", "regeln"})
    return Judged(norms=table["normen"], rules=table["regeln"])


def _each(field: str, read: Callable[[Any], Any]) -> Callable[[Any], dict[str, Any]]:
    return lambda entries: {field: tuple(read(entry) for entry in entries)}


def _value(field: str, read: Callable[[Any], Any]) -> Callable[[Any], dict[str, Any]]:
    return lambda value: {field: read(value)}


_WORDS: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "bestaetigungen_spaeter": _each("confirmations", _confirmation),
    "pruefungen": _each("reviews", _review),
    "behoerde": _value("policy", _policy),
    "beendete_anordnungen": _each("ended_orders", _ended_order),
    "beendete_personen": _value("ended_persons", lambda ids: frozenset(map(PersonId, ids))),
    "bilder_beendeter_personen": _value("ended_pictures", frozenset),
    "bezweifelte_bilder": _value("doubted_pictures", frozenset),
    "nicht_versucht": _each("unattempted", str),
    "noch_offen": _each("open_items", Message.same),
    "nationalitaet": _value("nationality", lambda word: one_of("nationalitaet", word, Nationality)),
    "beitraege": _each("posts", _post),
    "mitgesandt": _value(
        "uploads",
        lambda table: {
            channel: {file: ImageId(image) for file, image in files.items()} for channel, files in table.items()
        },
    ),
    "kommentare": _value(
        "comments",
        lambda table: {ChannelName(name): one_of("kommentare", word, Comments) for name, word in table.items()},
    ),
    "lesbar_fuer_andere": _each("exposed", str),
    "bildpruefer": _value("verifiers", lambda table: {ImageId(id): frozenset(who) for id, who in table.items()}),
    "dateizeiten": _value(
        "captures",
        lambda table: {
            ImageId(id): Capture(instants=(instant(when),), tag="DateTimeOriginal", zoned=True)
            for id, when in table.items()
        },
    ),
    "bekannte_bilder": _value(
        "known",
        lambda table: {
            ImageId(id): (Known(appeal=other, revision=1, image="x", same=True),) for id, other in table.items()
        },
    ),
    "freigebende": _value("approvers", frozenset),
    "beurteilt_mit": _value("judged", _judged),
    "regelstand": _value("rules", str),
    "ohne_registereintrag": _each("unrecorded", str),
    "herrenlos": _each("orphans", str),
    "zuletzt_gesucht": _value("searched_at", instant),
    "empfaenger": _each("receivers", _receiver),
    "abgeleitete_bilder": _each("derivatives", str),
    "datenpannen": _each("breaches", _breach),
    "faellige_protokolle": _value("logs_due", int),
}
"""The suite's own words beside the record's fields, to the field of ``Facts`` that they fill."""

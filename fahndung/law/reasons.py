"""Why a clock ends an appeal, in plain words. Computes no instant."""

import datetime as dt
from collections.abc import Iterable

from fahndung.errors import Message
from fahndung.law.norms import Lapse
from fahndung.law.periods import ending, stamp
from fahndung.law.words import AUTHORITIES, MEDIA, OF_AUTHORITY, any_of, list_media
from fahndung.model.mandate import Confirmation, Medium, Order

NO_END = Message("No end is known.", "Ein Ende ist nicht bekannt.")


def lapses(order: Order, lapse: Lapse, at: dt.datetime) -> Message:
    """The order lapses unless it is confirmed in time."""
    who, given, end, length = any_of(lapse.lifted_by), stamp(order.at), ending(at), lapse.after.text
    return Message(
        f"{_cap(OF_AUTHORITY[order.by].en)} order of {given.en} lapses {end.en}, unless {who.en} confirms it before "
        f"that ({length.en}, {lapse.source}).",
        f"Die Anordnung {OF_AUTHORITY[order.by].de} vom {given.de} tritt {end.de} außer Kraft, wenn sie nicht vorher "
        f"durch {who.de} bestätigt wird ({length.de}; {lapse.source}).",
    )


def confirmed(order: Order, lapse: Lapse, confirmation: Confirmation) -> Message:
    """The order was confirmed in time and this clock has stopped."""
    when, who = stamp(confirmation.at), AUTHORITIES[confirmation.by]
    return Message(
        f"{_cap(OF_AUTHORITY[order.by].en)} order was confirmed in time, on {when.en} by {who.en} "
        f"({confirmation.authority}); it no longer lapses ({lapse.source}).",
        f"Die Anordnung {OF_AUTHORITY[order.by].de} wurde am {when.de} rechtzeitig bestätigt "
        f"({confirmation.authority}); sie tritt nicht mehr außer Kraft ({lapse.source}).",
    )


def warrant_due(at: dt.datetime) -> Message:
    """No warrant yet: the decision is due."""
    end = ending(at)
    return Message(
        f"No arrest warrant is recorded yet; without one the search ends {end.en}.",
        f"Ein Haft- oder Unterbringungsbefehl ist noch nicht vermerkt; ohne ihn endet die Fahndung {end.de}.",
    )


def warrant_unknown(at: dt.datetime) -> Message:
    """The record is silent about a warrant, so it counts as not issued."""
    end = ending(at)
    return Message(
        "The record does not say whether an arrest warrant exists, so it counts as not issued; without one the search "
        f"ends {end.en}.",
        "Der Datensatz sagt nicht, ob ein Haft- oder Unterbringungsbefehl besteht; er gilt deshalb als nicht erlassen. "
        f"Ohne ihn endet die Fahndung {end.de}.",
    )


def warrant_issued(at: dt.datetime) -> Message:
    """The warrant came in time."""
    when = stamp(at)
    return Message(
        f"The arrest warrant of {when.en} was issued in time; this clock has stopped.",
        f"Der Haft- oder Unterbringungsbefehl vom {when.de} liegt rechtzeitig vor; diese Frist läuft nicht mehr.",
    )


def warrant_refused(at: dt.datetime) -> Message:
    """The judge refused the warrant."""
    when = stamp(at)
    return Message(
        f"The arrest warrant was refused on {when.en}; the search ends with that.",
        f"Der Haft- oder Unterbringungsbefehl wurde am {when.de} abgelehnt; damit endet die Fahndung.",
    )


def not_in_scope(order: Order, media: Iterable[Medium]) -> Message:
    """The order does not name the medium."""
    names, given = list_media(media), stamp(order.at)
    return Message(
        f"The order of {given.en} does not name: {names.en}. What it does not name is not allowed.",
        f"Die Anordnung vom {given.de} nennt nicht: {names.de}. Was sie nicht nennt, ist nicht erlaubt.",
    )


def scope_until(order: Order, at: dt.datetime) -> Message:
    """The order itself is limited in time."""
    given, end = stamp(order.at), ending(at)
    return Message(
        f"The order of {given.en} allows the publication only for a time; it ends {end.en}.",
        f"Die Anordnung vom {given.de} erlaubt die Veröffentlichung nur befristet; sie endet {end.de}.",
    )


def media_until(order: Order, medium: Medium, at: dt.datetime) -> Message:
    """The order limits one medium in time."""
    given, end, name = stamp(order.at), ending(at), MEDIA[medium]
    return Message(
        f"The order of {given.en} limits the medium {name.en}; it ends there {end.en}.",
        f"Die Anordnung vom {given.de} befristet das Medium {name.de}; dort endet sie {end.de}.",
    )


def record_until(at: dt.datetime) -> Message:
    """The record itself plans the end."""
    end = ending(at)
    return Message(
        f"The record plans the publication only for a time; it ends {end.en}.",
        f"Der Aufruf ist nur befristet geplant; er endet {end.de}.",
    )


def review_due(at: dt.datetime) -> Message:
    """A review is due."""
    end = ending(at)
    return Message(
        f"The publication must be reviewed; without a review recorded before, it ends {end.en}.",
        f"Die Fortdauer ist zu prüfen; ohne eine vorher vermerkte Prüfung endet die Veröffentlichung {end.de}.",
    )


def record_expires(at: dt.datetime) -> Message:
    """A review would be due, and none moves the end: registers were told when the record expires."""
    end = ending(at)
    return Message(
        f"The record for registers of missing persons expires, and no review moves that; it ends {end.en}. To go on, "
        "submit a revision with a new decision before, or one without missing_registers.",
        f"Der Datensatz für Vermisstenregister läuft ab, und keine Prüfung verschiebt das; die Veröffentlichung endet "
        f"{end.de}. Soll sie weitergehen: vorher eine Revision mit neuer Entscheidung einreichen oder eine ohne "
        "missing_registers.",
    )


def review_ended(at: dt.datetime) -> Message:
    """A review ended the appeal."""
    when = stamp(at)
    return Message(
        f"The review of {when.en} ended the appeal.",
        f"Die Prüfung vom {when.de} hat den Aufruf beendet.",
    )


def consent_revoked(at: dt.datetime) -> Message:
    """The consent was revoked."""
    when = stamp(at)
    return Message(
        f"The consent was revoked on {when.en}; the publication ends with that.",
        f"Die Einwilligung wurde am {when.de} widerrufen; damit endet die Veröffentlichung.",
    )


def no_norm(order: Order) -> Message:
    """Nobody can say until when the order holds."""
    given = stamp(order.at)
    return Message(
        f"The table of norms has no such norm for the order of {given.en}; nobody can say how long it holds, "
        "so it counts as over. Correct norms.toml or legal/basis.",
        f"Die Normentabelle enthält für die Anordnung vom {given.de} diese Norm nicht; niemand kann sagen, wie lange "
        "sie gilt, deshalb gilt sie als beendet. norms.toml oder legal/basis berichtigen.",
    )


def _cap(text: str) -> str:
    return text[:1].upper() + text[1:]

"""The sentences that law and directives want on an appeal: order, media, warning, reward, contact, tips.

Judges nothing: what is missing in the record is missing here, and the law rules say so.
"""

from collections.abc import Iterable

from babel import lists, numbers

from fahndung.model.appeal import Appeal
from fahndung.model.mandate import Medium
from fahndung.texts import dates, people
from fahndung.texts.words import Words, sentence

_BROADCAST = (Medium.PRINT, Medium.TV, Medium.RADIO)
_ONLINE = (Medium.ONLINE_PRESS, Medium.SOCIAL)
_EMERGENCY_NUMBER = "110"


def order(words: Words, appeal: Appeal) -> str | None:
    """Who ordered the publication and when; None in preventive appeals, which have a decision instead."""
    given = appeal.legal.order
    if given is None:
        return None
    return words.text(f"order.{given.by}", authority=given.authority, date=dates.day(words, given.at))


def media(words: Words, appeal: Appeal, used: frozenset[Medium], page_url: str) -> str | None:
    """R33: in which medium the appeal may appear.

    The media are those of ``used`` that the order or decision names (without one: ``used``). Persons: print and
    broadcast until revoked, online and social networks by link only; what registers may take over is said as well.
    Things: until revoked, everywhere.
    None where no medium is named at all.
    """
    mandate = appeal.legal.mandate
    allowed = used if mandate is None else used & mandate.scope.media
    if not allowed:
        return None
    region = None if mandate is None else mandate.scope.region
    where = None if region is None else words.text("media.region", region=region)
    if not people.about_persons(appeal):
        return sentence((words.text("media.free"), where))
    broadcast = [medium for medium in _BROADCAST if medium in allowed]
    online = [medium for medium in _ONLINE if medium in allowed]
    denied = [medium for medium in _BROADCAST + _ONLINE if medium not in allowed]
    registers = words.text("media.registers") if people.registered(appeal) is not None else None
    if not broadcast and not online:
        denial = words.text("media.police_only", media=_listed(words, "medium_denied", denied))
        return sentence((denial, registers, where))
    return sentence(
        (
            words.text("media.until_revoked", media=_listed(words, "medium", broadcast)) if broadcast else None,
            words.text("media.link_only", media=_listed(words, "medium", online), url=page_url) if online else None,
            words.text("media.denied", media=_listed(words, "medium_denied", denied)) if denied else None,
            registers,
            where,
        )
    )


def warning(words: Words, appeal: Appeal) -> str | None:
    """R24: the authored note, else the wording of its code; the emergency number is always in it.

    Raises:
        InvalidConfig: a code without an authored text for which there is no wording.
    """
    note = appeal.warning
    if note is None:
        return None
    if note.text is not None:
        told = people.localized(note.text, words.lang, "warning/text")
    else:
        told = words.text(f"warning.{note.code}")
    if _EMERGENCY_NUMBER in told:
        return told
    return sentence((told, words.text("warning.advice" if people.about_persons(appeal) else "warning.advice_object")))


def reward(words: Words, appeal: Appeal) -> tuple[str, ...]:
    """R22: the amount and for what help, that it is for private persons only, who takes reports.

    Source: Nr. IV.1 VwV Auslobung, read 2026-11-22.
    """
    offered = appeal.reward
    if offered is None:
        return ()
    amount = numbers.format_currency(
        offered.amount_eur, "EUR", format=words.text("formats.money"), currency_digits=False, locale=words.lang
    )
    if offered.for_what is None:
        first = words.text("reward.amount", amount=amount)
    else:
        first = words.text("reward.amount_for", amount=amount, for_what=offered.for_what.rstrip(". "))
    taker = offered.taker or appeal.contact.office
    return first, words.text("reward.private"), words.text("reward.taker", taker=taker)


def contact(words: Words, appeal: Appeal) -> str:
    """Who takes tips, by telephone, or any other police station."""
    return words.text("contact.sentence", office=appeal.contact.office, phone=appeal.contact.phone)


def tips(words: Words, appeal: Appeal) -> str:
    """R16: tips to the police directly, not into the comments."""
    return words.text("tip.phone" if appeal.contact.email is None else "tip.phone_and_email")


def _listed(words: Words, table: str, media_named: Iterable[Medium]) -> str:
    names = [words.text(f"{table}.{medium}") for medium in media_named]
    return lists.format_list(names, locale=words.lang)

"""Questions on the terminal, each asked until its answer can be used. Knows no record and judges nothing else."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import click

from fahndung.cli.call import note
from fahndung.cli.language import language, say
from fahndung.errors import Message
from fahndung.law.periods import BERLIN

YES, NO = ("j", "ja", "y", "yes"), ("n", "nein", "no")
LOCAL = "%d.%m.%Y %H:%M"


def text(en: str, de: str, default: str | None = None) -> str:
    """An answer that is not empty; blanks alone are none."""
    while not (answer := str(click.prompt(say(en, de), default=default, err=True)).strip()):
        note(say("Something has to stand here.", "Hier muss etwas stehen."))
    return answer


def optional(en: str, de: str) -> str | None:
    """An answer; None where it is empty."""
    answer: str = click.prompt(say(en, de), default="", show_default=False, err=True)
    return answer.strip() or None


def yes(en: str, de: str, *, default: bool) -> bool:
    """Whether it was affirmed, in either language."""
    choice = say("Y/n", "J/n") if default else say("y/N", "j/N")
    while answer := optional(f"{en} [{choice}]", f"{de} [{choice}]"):
        if answer.casefold() in (*YES, *NO):
            return answer.casefold() in YES
        note(say("Yes or no, please: y or n", "Bitte ja oder nein: j oder n"))
    return default


def one_of(en: str, de: str, words: Mapping[str, Message], default: str) -> str:
    """One of the record's words, taken as such or as the terminal's language says it."""
    shown = {code: word.in_language(language()) for code, word in words.items()}
    taken = {name.casefold(): code for code, name in shown.items()} | {code.casefold(): code for code in shown}
    choice = "; ".join(name if name == code else f"{code}: {name}" for code, name in shown.items())
    while True:
        answer = text(f"{en} ({choice})", f"{de} ({choice})", default=default)
        if (code := taken.get(answer.casefold())) is not None:
            return code
        note(say(f"Any of: {', '.join(shown)}", f"Möglich: {', '.join(shown)}"))


def some_of(en: str, de: str, words: Mapping[str, Message], default: Sequence[str]) -> list[str]:
    """Several of the record's words, with commas between, likewise."""
    taken = {word.in_language(language()).casefold(): code for code, word in words.items()}
    taken |= {code.casefold(): code for code in words}
    while True:
        answer = text(en, de, default=", ".join(default))
        chosen = [taken.get(part.strip().casefold()) for part in answer.split(",") if part.strip()]
        if chosen and None not in chosen:
            return [code for code in chosen if code is not None]
        note(say(f"Any of: {', '.join(words)}", f"Möglich: {', '.join(words)}"))


def instant(en: str, de: str) -> str:
    """An instant with an offset, as ISO 8601."""
    while (found := _as_instant(text(en, de))) is None:
        _ask_for_instant()
    return found


def optional_instant(en: str, de: str) -> str | None:
    """The same; None where the answer is empty."""
    while answer := optional(en, de):
        if (found := _as_instant(answer)) is not None:
            return found
        _ask_for_instant()
    return None


def number_range(en: str, de: str) -> dict[str, Any] | None:
    """A number or a range as the record holds estimates; None where the answer is empty."""
    while answer := optional(en, de):
        low, _, high = (part.strip() for part in answer.replace("–", "-").partition("-"))
        if low.isdecimal() and (high or low).isdecimal() and int(low) <= int(high or low):
            return {"min": int(low), "max": int(high or low), "basis": "estimated"}
        note(say("A number or a range, please: 20-25", "Bitte eine Zahl oder eine Spanne, die kleinere zuerst: 20-25"))
    return None


def filled(**fields: Any) -> dict[str, Any]:
    """The fields that were answered."""
    return {name: value for name, value in fields.items() if value is not None}


def _as_instant(answer: str) -> str | None:
    """The answer with its offset; German time gets one, except in the hours that a clock change doubles or skips."""
    try:
        if dt.datetime.fromisoformat(answer).utcoffset() is not None:
            return answer
    except ValueError:
        pass
    try:
        said = dt.datetime.strptime(answer, LOCAL)  # noqa: DTZ007  # the zone comes below
    except ValueError:
        return None
    first, second = (said.replace(tzinfo=BERLIN, fold=fold) for fold in (0, 1))
    return first.isoformat() if first.utcoffset() == second.utcoffset() else None


def _ask_for_instant() -> None:
    note(
        say(
            "An instant, please: 20.11.2026 15:00 (German time), or with an offset: 2026-11-20T15:00:00+01:00",
            "Bitte einen Zeitpunkt: 20.11.2026 15:00 (deutsche Zeit) oder mit Zeitzone: 2026-11-20T15:00:00+01:00",
        )
    )

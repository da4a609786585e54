"""Schema findings as sentences for the officer who wrote the record, in English and German.

Finds nothing itself. A definition's own sentence (``x-message`` in the schema, by keyword) goes before the general one.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from jsonschema.exceptions import ValidationError, best_match

from fahndung.errors import Message
from fahndung.records import instants
from fahndung.records.cleaning import shown

_KINDS = {
    "object": ("a group of fields in { }", "eine Gruppe von Feldern in { }"),
    "array": ("a list in [ ]", "eine Liste in [ ]"),
    "string": ("a text in quotation marks", "ein Text in Anführungszeichen"),
    "integer": ("a whole number", "eine ganze Zahl"),
    "number": ("a number", "eine Zahl"),
    "boolean": ("true or false", "true (ja) oder false (nein)"),
    "null": ("null (nothing)", "null (nichts)"),
}


def message(error: ValidationError) -> Message:
    """The sentence for one finding about a value that is there (unknown and missing fields: see below)."""
    if error.validator == "pattern" and "\n" in str(error.instance):
        return Message("must be one line, without line breaks", "muss in einer Zeile stehen, ohne Umbruch")
    own = _own(error)
    if own is not None:
        return own
    best = best_match([error])
    if best is not None and best is not error:  # of several alternatives the one that fits best
        return message(best)
    write = _WRITERS.get(str(error.validator))
    if write is not None:
        return write(error)
    return Message(
        f"does not have the form that the record asks for here ({error.validator})",
        f"hat nicht die Form, die der Vorgang hier verlangt ({error.validator})",
    )


def missing(error: ValidationError, name: str) -> Message:
    """The sentence for a required field that is not there."""
    en, _, de = str(_property(error, name).get("title", "")).partition(" / ")
    called = Message(f" ({en})", f" ({de or en})") if en else Message("", "")
    return _own(error) or Message(f"is missing{called.en}", f"fehlt{called.de}")


def unknown(name: str, near: tuple[str, ...], elsewhere: tuple[str, ...]) -> Message:
    """The sentence for a field that nobody knows: near names in this place, or where such a field belongs."""
    if near:
        return Message(
            f"there is no field “{shown(name)}” here; did you mean “{near[0]}”?",
            f"ein Feld „{shown(name)}“ gibt es hier nicht; ist „{near[0]}“ gemeint?",
        )
    if elsewhere:
        places = ", ".join(elsewhere[:3])
        return Message(
            f"there is no field “{shown(name)}” here; it stands in {places}",
            f"ein Feld „{shown(name)}“ gibt es hier nicht; es steht in {places}",
        )
    return Message(
        f"there is no field “{shown(name)}” here; remove it",
        f"ein Feld „{shown(name)}“ gibt es hier nicht; bitte entfernen",
    )


def other_version(value: object) -> Message:
    """The sentence for a record of another form."""
    return Message(
        f"this program reads records of the form fahndung/appeal/1, this one says {_quoted(value)}",
        f"dieses Programm liest Vorgänge der Form fahndung/appeal/1, dieser nennt {_quoted(value)}",
    )


def not_a_language(error: ValidationError, name: str) -> Message | None:
    """The sentence for a wrong key in a map from language code to text; None in any other place."""
    if "patternProperties" not in _schema(error):
        return None
    return _own(error, name)


def _schema(error: ValidationError) -> Mapping[str, Any]:
    return error.schema if isinstance(error.schema, Mapping) else {}


def _property(error: ValidationError, name: str) -> Mapping[str, Any]:
    found = _schema(error).get("properties", {}).get(name, {})
    return found if isinstance(found, Mapping) else {}


def _own(error: ValidationError, name: str = "") -> Message | None:
    sentences = _schema(error).get("x-message", {})
    is_zero = isinstance(error.instance, int | float) and error.instance == 0 and error.instance is not False
    sentence = (sentences.get("zero") if is_zero else None) or sentences.get(error.validator)
    if sentence is None:
        return None
    fill = {"{value}": shown(error.instance), "{name}": f"“{shown(name)}”"}
    en, de = sentence["en"], sentence["de"]
    for mark, text in fill.items():
        en, de = en.replace(mark, text), de.replace(mark, text.replace("“", "„").replace("”", "“"))
    return Message(en, de)


def _quoted(value: object) -> str:
    return shown(json.dumps(value, ensure_ascii=False))


def _kind(value: object) -> tuple[str, str]:
    if isinstance(value, bool):
        return _KINDS["boolean"]
    for python, name in ((str, "string"), (dict, "object"), (list, "array"), (int, "integer"), (float, "number")):
        if isinstance(value, python):
            return _KINDS[name]
    return _KINDS["null"]


def _type(error: ValidationError) -> Message:
    wanted, found = _KINDS[str(error.validator_value)], _kind(error.instance)
    if error.instance is None:
        return Message(
            f"is null, but must be {wanted[0]}; leave the field out if it is unknown",
            f"ist null, verlangt ist {wanted[1]}; das Feld weglassen, wenn es unbekannt ist",
        )
    return Message(f"must be {wanted[0]}, but is {found[0]}", f"muss {wanted[1]} sein, ist aber {found[1]}")


def _enum(error: ValidationError) -> Message:
    values: Any = error.validator_value
    choice = ", ".join(str(value) for value in values)
    value = _quoted(error.instance)
    return Message(f"{value} is none of: {choice}", f"{value} ist keines von: {choice}")


def _const(error: ValidationError) -> Message:
    wanted = _quoted(error.validator_value)
    return Message(
        f"must be {wanted}, not {_quoted(error.instance)}", f"muss {wanted} sein, nicht {_quoted(error.instance)}"
    )


def _pattern(error: ValidationError) -> Message:
    value = shown(error.instance)
    return Message(f"“{value}” does not have the form asked for", f"„{value}“ hat nicht die verlangte Form")


def _format(error: ValidationError) -> Message:
    if error.validator_value == "date-time":
        return instants.why_not_instant(str(error.instance))
    value = shown(error.instance)
    return Message(
        f"“{value}” is not of the form {error.validator_value}", f"„{value}“ hat nicht die Form {error.validator_value}"
    )


def _bound(error: ValidationError) -> Message:
    limit, value = error.validator_value, error.instance
    low = error.validator == "minimum"
    return Message(
        f"{value} is {'less' if low else 'more'} than {limit}; check the figure, and leave it out if it is unknown",
        f"{value} ist {'kleiner' if low else 'größer'} als {limit}; bitte prüfen und bei Unkenntnis weglassen",
    )


def _size(error: ValidationError) -> int:
    value: Any = error.instance
    return len(value)


def _length(error: ValidationError) -> Message:
    size, limit = _size(error), error.validator_value
    if error.validator == "minLength":
        return Message("is empty; leave the field out", "ist leer; das Feld weglassen")
    return Message(
        f"has {size} characters, allowed are {limit}; shorten it, nothing is cut by the program",
        f"hat {size} Zeichen, zulässig sind {limit}; bitte kürzen, das Programm schneidet nichts ab",
    )


def _count(error: ValidationError) -> Message:
    size, limit = _size(error), error.validator_value
    if size == 0 or error.validator == "minProperties":
        return Message("is empty; leave the field out", "ist leer; das Feld weglassen")
    few = error.validator == "minItems"
    return Message(
        f"has {size} entries, {'needed' if few else 'allowed'} are {limit}",
        f"hat {size} Einträge, {'nötig' if few else 'zulässig'} sind {limit}",
    )


def _unique(error: ValidationError) -> Message:
    items: Any = error.instance
    twice = next(item for at, item in enumerate(items) if item in items[:at])
    return Message(f"names {_quoted(twice)} twice", f"nennt {_quoted(twice)} doppelt")


def _dependent(error: ValidationError) -> Message:
    names = re.findall(r"'([^']*)'", error.message)
    return Message(f"“{names[-1]}” needs “{names[0]}” beside it", f"zu „{names[-1]}“ gehört auch „{names[0]}“")


_WRITERS: dict[str, Callable[[ValidationError], Message]] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "pattern": _pattern,
    "format": _format,
    "minimum": _bound,
    "maximum": _bound,
    "minLength": _length,
    "maxLength": _length,
    "minItems": _count,
    "maxItems": _count,
    "minProperties": _count,
    "maxProperties": _count,
    "uniqueItems": _unique,
    "dependentRequired": _dependent,
}

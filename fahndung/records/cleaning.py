"""Untrusted values to plain JSON values in Unicode NFC, with every text that cannot be printed named.

HTML is just text here. Does not know which fields an appeal has.
"""

import functools
import re
import unicodedata

from fahndung.errors import Problem
from fahndung.records.reading import DEEPEST, RepeatedNames, problem, refusal, too_deep

MOST_VALUES = 100_000
"""Values of one record; a Python caller could share parts until they multiply beyond memory."""

_ALLOWED_FORMAT = frozenset("\u00ad\u200c\u200d\u200e\u2066\u2067\u2068\u2069")
"""Soft hyphen, joiners (Persian), left-to-right mark, isolates: they cannot turn a text around beyond its end."""

_ISOLATES = "\u2066\u2067\u2068"
_REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_SAYS_NOTHING = re.compile(
    r"[-–—?./*_]+|n\.? ?/ ?a\.?|k\.? ?a\.?|none|unknown|not known|unbekannt|nicht bekannt|keine angaben?", re.I
)
_HAS_A_MEANING = frozenset({"bystanders", "shown"})
"""Fields in which ``none`` is a value of its own."""


def pointer(*steps: str | int) -> str:
    """A JSON pointer without the leading slash."""
    return "/".join(str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def shown(value: object, longest: int = 60) -> str:
    """A value as a message may quote it: one line, no control characters, at most ``longest`` characters."""
    text = value if isinstance(value, str) else repr(value)
    text = "".join(sign if _is_printable(sign) else f"\\u{ord(sign):04x}" for sign in text)
    return text if len(text) <= longest else text[: longest - 1] + "…"


def cleaned(untrusted: object) -> tuple[object, list[Problem]]:
    """A deep copy in NFC with CRLF as LF, and the problems of single texts and names.

    Raises:
        InvalidRecord: nested too deeply, or more values than any appeal has.
    """
    walk = _Walk()
    return walk.value(untrusted, ()), walk.problems


class _Walk:
    """One pass over the values; collects problems."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._values = 0

    def value(self, untrusted: object, path: tuple[str | int, ...]) -> object:
        self._values += 1
        if self._values > MOST_VALUES:
            raise refusal([problem("record", "", "the record has too many values", "der Vorgang hat zu viele Werte")])
        if len(path) > DEEPEST:
            raise too_deep()
        if isinstance(untrusted, str):
            return self._text(untrusted, path)
        if isinstance(untrusted, dict):
            return self._object(untrusted, path)
        if isinstance(untrusted, list):
            return [self.value(item, (*path, at)) for at, item in enumerate(untrusted)]
        if untrusted is None or isinstance(untrusted, bool | int):
            return untrusted
        if isinstance(untrusted, float) and untrusted - untrusted == 0:
            return untrusted
        kind = type(untrusted).__name__
        self._found(path, f"a {kind} is not a JSON value", f"{kind} ist kein JSON-Wert")
        return None

    def _object(self, untrusted: dict[object, object], path: tuple[str | int, ...]) -> dict[str, object]:
        for name in untrusted.repeated if isinstance(untrusted, RepeatedNames) else ():
            self._found((*path, shown(name)), "stands here twice; keep one", "steht hier doppelt; eines behalten")
        clean: dict[str, object] = {}
        for key, item in untrusted.items():
            name = key if isinstance(key, str) else ""
            if not name or not all(map(_is_printable, name)):
                label = shown(key)
                self._found((*path, label), f"{label} is not a field", f"{label} ist kein Feld")
            else:
                clean[name] = self.value(item, (*path, name))
        return clean

    def _text(self, untrusted: str, path: tuple[str | int, ...]) -> str:
        text = unicodedata.normalize("NFC", untrusted.replace("\r\n", "\n"))
        refused = sorted({sign for sign in text if sign != "\n" and not _is_printable(sign)})
        if refused:
            names = ", ".join(f"U+{ord(sign):04X}" for sign in refused[:5])
            self._found(
                path,
                f"holds characters that cannot be seen ({names}); remove them",
                f"enthält unsichtbare Steuerzeichen ({names}); bitte entfernen",
            )
        elif not _balanced(text):
            self._found(
                path,
                "opens a text direction (U+2066 to U+2068) without closing it (U+2069)",
                "öffnet eine Schreibrichtung (U+2066 bis U+2068), ohne sie zu schließen (U+2069)",
            )
        elif not text.strip():
            self._found(
                path,
                "is empty; leave the field out if there is nothing to say",
                "ist leer; das Feld weglassen, wenn nichts anzugeben ist",
            )
        elif _SAYS_NOTHING.fullmatch(text.strip()) and not (path and path[-1] in _HAS_A_MEANING):
            self._found(
                path,
                f"“{shown(text.strip())}” says nothing; leave the field out if it is unknown",
                f"„{shown(text.strip())}“ sagt nichts aus; das Feld weglassen, wenn es unbekannt ist",
            )
        return text

    def _found(self, path: tuple[str | int, ...], en: str, de: str) -> None:
        self.problems.append(problem("record", pointer(*path), en, de))


@functools.lru_cache(maxsize=1024)
def _is_printable(sign: str) -> bool:
    if sign in _ALLOWED_FORMAT:
        return True
    if unicodedata.category(sign) in _REFUSED_CATEGORIES:
        return False
    return not (0xFDD0 <= ord(sign) <= 0xFDEF or ord(sign) & 0xFFFE == 0xFFFE)


def _balanced(text: str) -> bool:
    for paragraph in text.split("\n"):
        level = 0
        for sign in paragraph:
            level += (sign in _ISOLATES) - (sign == "\u2069")
            if level < 0:
                return False
        if level:
            return False
    return True

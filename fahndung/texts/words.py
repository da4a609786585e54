"""The fixed words of one language (``templates/<lang>/words.toml``): looked up, filled, never guessed.

Knows no rule and no appeal. A home's file of that name replaces the project's one as a whole.
"""

import dataclasses
import functools
import pathlib
import re
import tomllib
from collections.abc import Iterable, Mapping

import babel

from fahndung import resources
from fahndung.errors import InvalidConfig, UsageError

NAME = "words.toml"
OTHER = "other"
"""The form of a wording that fits where no special one is given."""

PLACEHOLDER = re.compile(r"\{(\w+)\}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of one language. ``path`` names the file in error messages."""

    lang: str
    path: str
    table: Mapping[str, object]

    def text(self, key: str, /, **values: str) -> str:
        """The wording at ``key`` (``media.denied``) with its ``{placeholders}`` filled.

        Raises:
            InvalidConfig: no such key, not a text, an empty one, or a placeholder that has no value.
        """
        return self._fill(key, self._text_at(key), values)

    def form(self, key: str, form: str, /, **values: str) -> str:
        """The wording at ``key`` in a grammatical form (``male``, ``female``, ``other``, ``several``).

        A single text fits every form; of a group without the form the text ``other`` is taken.

        Raises:
            InvalidConfig: no such key, neither form, or a placeholder that has no value.
        """
        return self._fill(key, self._of_form(key, self._at(key), form), values)

    def first(self, key: str, form: str, /, **values: str) -> str:
        """The first wording of the list at ``key`` whose placeholders all have a value.

        Raises:
            InvalidConfig: no such key, not a list, or no wording that can be filled.
        """
        candidates = self._at(key)
        if not isinstance(candidates, list):
            raise self._error(key, "is not a list", "ist keine Liste")
        for candidate in candidates:
            wording = self._of_form(key, candidate, form)
            if set(PLACEHOLDER.findall(wording)) <= values.keys():
                return self._fill(key, wording, values)
        raise self._error(key, "has no wording without placeholders", "hat keinen Wortlaut ohne Platzhalter")

    def texts(self, key: str, /) -> dict[str, str]:
        """The wordings of the table at ``key``, as they stand.

        Raises:
            InvalidConfig: no such key, or something in it that is not a text.
        """
        table = self._at(key)
        return {name: self._text_at(f"{key}.{name}") for name in (table if isinstance(table, Mapping) else ())}

    def truth(self, key: str, /) -> bool:
        """What stands at ``key``: true, or anything else."""
        return self._find(key) is True

    def has(self, key: str, /) -> bool:
        """Whether there is anything at ``key``."""
        return self._find(key) is not None

    def _find(self, key: str) -> object:
        node: object = self.table
        for part in key.split("."):
            node = node.get(part) if isinstance(node, Mapping) else None
        return node

    def _at(self, key: str) -> object:
        if (found := self._find(key)) is None:
            raise self._error(key, "is missing", "fehlt")
        return found

    def _text_at(self, key: str) -> str:
        if not isinstance(found := self._at(key), str):
            raise self._error(key, "is not a text", "ist kein Text")
        return self._said(key, found)

    def _of_form(self, key: str, entry: object, form: str) -> str:
        if isinstance(entry, Mapping):
            entry = entry.get(form, entry.get(OTHER))
        if not isinstance(entry, str):
            raise self._error(key, f"has no text for {form!r} or 'other'", f"hat keinen Text für „{form}“ oder „other“")
        return self._said(key, entry)

    def _said(self, key: str, wording: str) -> str:
        """A wording says something: a label, a button or a mark without words is no such thing."""
        if not wording.strip():
            raise self._error(key, "is empty", "ist leer")
        return wording

    def _fill(self, key: str, wording: str, values: Mapping[str, str]) -> str:
        unknown = set(PLACEHOLDER.findall(wording)) - values.keys()
        if unknown:
            known = ", ".join(f"{{{name}}}" for name in values) or "–"
            names = ", ".join(sorted(unknown))
            raise self._error(
                key,
                f"uses unknown placeholders: {names} (known: {known})",
                f"hat fremde Platzhalter: {names} ({known})",
            )
        return PLACEHOLDER.sub(lambda match: values[match[1]], wording)

    def _error(self, key: str, en: str, de: str) -> InvalidConfig:
        return InvalidConfig(
            f"{self.path}: the key {key} {en}. Put it right there, or remove the home's copy of the file.",
            f"{self.path}: Der Eintrag {key} {de}. Dort berichtigen oder die eigene Kopie der Datei entfernen.",
        )


def load(lang: str, home: pathlib.Path | None = None) -> Words:
    """The words of ``lang``; a home's own file wins.

    Raises:
        UsageError: no words in that language; the message names the languages that have some.
        InvalidConfig: the file is not TOML.
    """
    path = f"templates/{lang}/{NAME}"
    try:
        if not is_language(lang):
            raise FileNotFoundError(lang)
        untrusted_toml = resources.template_text(lang, NAME, home)
    except (FileNotFoundError, ModuleNotFoundError) as error:
        known = ", ".join(resources.template_languages(home))
        raise UsageError(
            f"there are no texts in the language {lang!r}; use one of {known}, or write {path}",
            f"Für die Sprache „{lang}“ gibt es keine Texte; möglich sind {known}, oder {path} anlegen",
        ) from error
    try:
        return Words(lang=lang, path=path, table=_parsed(untrusted_toml))
    except (ValueError, RecursionError) as error:  # as of a number of 5,000 digits, or of lists in lists without end
        raise InvalidConfig(f"{path} is not valid TOML: {error}", f"{path} ist kein gültiges TOML: {error}") from error


@functools.lru_cache(maxsize=32)
def _parsed(untrusted_toml: str) -> Mapping[str, object]:
    """Kept: reading such a file takes longer than composing a sheet with it, and nobody changes the table."""
    return tomllib.loads(untrusted_toml)


def is_language(untrusted_name: str) -> bool:
    """Whether texts can be written in a folder of that name: two or three small letters that CLDR knows."""
    try:
        return _LANGUAGE.fullmatch(untrusted_name) is not None and bool(babel.Locale.parse(untrusted_name))
    except babel.UnknownLocaleError:
        return False


def sentence(parts: Iterable[str | None]) -> str:
    """The parts that are there, with a blank between them."""
    return " ".join(part for part in parts if part)

"""Fills every template of a language for an appeal and says all that fails, not only the first. Publishes nothing."""

import dataclasses
import pathlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, cast

from fahndung import resources
from fahndung.errors import InvalidConfig, Message
from fahndung.model.appeal import Appeal
from fahndung.model.ids import ImageId
from fahndung.model.mandate import Medium
from fahndung.model.sheet import Sheet
from fahndung.resources import BrokenTemplate
from fahndung.texts import compose, outputs, rendering, translated
from fahndung.texts.given import Alternate, Figure, PublicPicture, values
from fahndung.texts.outputs import UNSEEN
from fahndung.texts.words import NAME, PLACEHOLDER, Words, load

SLUG = "k3m9x0q7t2w8z5b1"
PAGE = f"https://fahndung.example/fahndung/{SLUG}/"
CARD = f"../../bilder/{SLUG}/karte0a1b2c3d4e5f.jpg"
_IMPRINT = ("Herausgeber: Beispielbehörde, Beispielstraße 1, 01234 Musterstadt",)
_PROBE = "<x-fahndung>"
"""Stands behind each value on trial: it is in no page but where a template prints a value as HTML."""
_STAND_IN = "de"
_WITHOUT = re.compile(r"\{#-?\s*(?:ohne|without):\s*([^#]*?)\s*-?#\}")
"""What a template says that it leaves out on purpose."""
_AS_HTML = Message(
    "it prints a value of the record as HTML; take out |safe",
    "sie druckt einen Wert aus der Akte als HTML; |safe bitte entfernen",
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something wrong with a template: where a person finds it, the line (None: the whole file), and why."""

    path: str
    line: int | None
    why: Message


def speaking(value: Any, lang: str) -> Any:
    """A record in whose texts the German words stand in for a language that they lack: for trials only."""
    if isinstance(value, Mapping):
        return {lang: value[_STAND_IN], **value} if isinstance(value.get(_STAND_IN), str) else value
    if isinstance(value, tuple):
        return tuple(speaking(part, lang) for part in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        parts = {field.name: speaking(getattr(value, field.name), lang) for field in dataclasses.fields(value)}
        return dataclasses.replace(value, **parts)
    return value


def sheet(appeal: Appeal, *, lang: str, home: pathlib.Path | None) -> Sheet:
    """The sheet of an appeal that may appear everywhere.

    Raises:
        InvalidConfig: a missing or broken wording.
    """
    media = frozenset(Medium)
    return compose.sheet(appeal, lang=lang, page_url=PAGE, imprint=_IMPRINT, valid_until=None, media=media, home=home)


def pictures(appeal: Appeal) -> dict[ImageId, PublicPicture]:
    """Addresses for pictures that nobody has drawn."""
    names = {image.id: f"../../bilder/{SLUG}/{number:02}x9y8z7w6v5u4t3s2" for number, image in enumerate(appeal.images)}
    return {
        image: PublicPicture(file=f"{name}.jpg", thumb=f"{name}s.jpg", width=1200, height=1500)
        for image, name in names.items()
    }


def _alternates(lang: str) -> tuple[Alternate, ...]:
    """The page in every other language of the project, as pages of that language link to it."""
    return tuple(alternate(load(other)) for other in resources.template_languages() if other != lang)


def alternate(words: Words) -> Alternate:
    """The page in a language, as the others link to it."""
    return translated.alternate(words, f"{PAGE}{words.lang}.html")


def names(appeal: Appeal, *, lang: str, home: pathlib.Path | None) -> tuple[str, ...]:
    """The templates of an appeal that a language has: not every language is spoken in every output."""

    def has(name: str) -> bool:
        try:
            return rendering.exists(name, lang=lang, home=home)
        except InvalidConfig:  # it is there, and will be told
            return True

    return tuple(filter(has, outputs.names(appeal)))


def faults(appeal: Appeal, *, lang: str, home: pathlib.Path | None) -> Iterator[Fault]:
    """What fails for an appeal, in the order of the outputs; a fault of the wording hides all others."""
    try:
        composed = sheet(appeal, lang=lang, home=home)
        given = values(
            appeal,
            composed,
            pictures=pictures(appeal),
            card=CARD,
            robots=UNSEEN,
            languages=_alternates(lang),
            home=home,
        )
        if lang != _STAND_IN:
            given |= translated.spoken(load(lang, home))
    except InvalidConfig as error:
        yield fault_of(error, lang, NAME, home)
        return
    told = ("title", "plain", "force")
    probed = {name: f"{value}{_PROBE}" if name in told and value else value for name, value in given.items()}
    marked = cast(Sheet, compose.changed(composed, lambda text: text + _PROBE))
    figures = cast("tuple[Figure, ...]", given["figures"])
    both = zip(figures, marked.pictures, strict=True)
    shown = tuple(dataclasses.replace(one, picture=picture) for one, picture in both)
    probed |= {"sheet": marked, "figures": shown}
    for name in names(appeal, lang=lang, home=home):
        try:
            outputs.filled(name, given, lang=lang, home=home)
            if name.endswith(".html.j2") and _PROBE in rendering.render(name, probed, lang=lang, home=home):
                yield Fault(path=rendering.path(name, lang=lang, home=home), line=None, why=_AS_HTML)
        except InvalidConfig as error:
            yield fault_of(error, lang, name, home)


def fault_of(error: InvalidConfig, lang: str, name: str, home: pathlib.Path | None) -> Fault:
    """The fault that an error of a template tells."""
    if isinstance(error, BrokenTemplate):
        return Fault(path=error.path, line=error.line, why=error.why)
    return Fault(path=rendering.path(name, lang=lang, home=home), line=None, why=error.message)


def wording(lang: str, home: pathlib.Path | None) -> Iterator[Fault]:
    """What the home's own wording lacks or has wrong beside the project's; nothing where either has none."""
    own = resources.own_template(lang, NAME, home)
    if own is None or lang not in resources.template_folders():
        return
    text = resources.template_text(lang, NAME, home)
    try:
        mine = dict(_entries(tomllib.loads(text)))
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        why = Message(f"no valid TOML: {error}", f"kein gültiges TOML: {error}")
        yield Fault(path=str(own), line=None if found is None else int(found[1]), why=why)
        return
    for key, theirs in _entries(tomllib.loads(resources.template_text(lang, NAME))):
        line = line_of(text, key)
        if key not in mine:
            why = Message(f"the key {key} is missing", f"der Eintrag {key} fehlt")
            yield Fault(path=str(own), line=line, why=why)
        elif type(mine[key]) is not type(theirs):
            why = Message(f"the key {key} has another form", f"der Eintrag {key} hat eine andere Form")
            yield Fault(path=str(own), line=line, why=why)
        elif _silent(mine[key]) and not _silent(theirs):
            yield Fault(path=str(own), line=line, why=Message(f"the key {key} is empty", f"der Eintrag {key} ist leer"))
        elif strange := _placeholders(mine[key]) - _placeholders(theirs):
            named = _named(strange)
            why = Message(f"the key {key} has no {named}", f"der Eintrag {key} kennt kein {named}")
            yield Fault(path=str(own), line=line, why=why)
        elif missed := _needed(theirs) - _needed(mine[key]):
            named = _named(missed)
            why = Message(
                f"the key {key} leaves out {named}, which the project's has",
                f"im Eintrag {key} fehlt {named}; im Wortlaut des Projekts steht es",
            )
            yield Fault(path=str(own), line=line, why=why)


def left_out(lang: str, name: str, home: pathlib.Path | None) -> Iterator[Fault]:
    """What the home's own template does not print and the project's does, apart from what it says it is without.

    An older copy lacks what a later version of the program has to say; nothing else would tell.

    Raises:
        BrokenTemplate: it is not UTF-8 or badly written.
    """
    own = resources.own_template(lang, name, home)
    if own is None or name not in resources.template_names(lang) or not name.endswith(".j2"):
        return
    told, asked = set[str](), {name}
    while asked:
        told |= rendering.carried(part := asked.pop(), lang=lang, home=home)
        asked |= rendering.references(part, lang=lang, home=home)
    meant = {one for found in _WITHOUT.findall(own.read_text("utf-8-sig")) for one in re.split(r"[\s,]+", found)}
    if missed := sorted(rendering.carried(name, lang=lang) - told - meant):
        named = ", ".join(missed)
        why = Message(
            f"it leaves out what the project's prints: {named}. Add it; if that is meant, write "
            f"{{# without: {named} #}}",
            f"was die Vorlage des Projekts druckt, fehlt ihr: {named}. Ergänzen; ist es gewollt, "
            f"{{# ohne: {named} #}} hineinschreiben",
        )
        yield Fault(path=str(own), line=None, why=why)


def _entries(table: Mapping[str, object], above: str = "") -> Iterator[tuple[str, object]]:
    """Every wording with its whole key; what depends on sex and number (``other`` is in it) is one wording."""
    for name, value in table.items():
        if isinstance(value, Mapping) and "other" not in value:
            yield from _entries(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def _silent(entry: object) -> bool:
    """Whether a wording, or one of its forms, says nothing."""
    if isinstance(entry, Mapping):
        entry = list(entry.values())
    return any(map(_silent, entry)) if isinstance(entry, list) else isinstance(entry, str) and not entry.strip()


def _placeholders(entry: object) -> frozenset[str]:
    if isinstance(entry, Mapping):
        entry = list(entry.values())
    if isinstance(entry, list):
        return frozenset().union(*map(_placeholders, entry))
    return frozenset(PLACEHOLDER.findall(entry)) if isinstance(entry, str) else frozenset()


def _needed(entry: object) -> frozenset[str]:
    """The placeholders that stand in every form of a wording; of a list the one is taken that can be filled."""
    if isinstance(entry, Mapping):
        return frozenset.intersection(*map(_placeholders, entry.values()))
    return _placeholders(entry) if isinstance(entry, str) else frozenset()


def _named(placeholders: frozenset[str]) -> str:
    return ", ".join(f"{{{one}}}" for one in sorted(placeholders))


def line_of(text: str, key: str) -> int | None:
    """The line of a key, or of the table in which it is missing; None where there is not even that."""
    table, name = key.rpartition(".")[::2]
    inside, found = False, None
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[([^\[\]]+)\]", line):
            inside = header[1].strip() == table
            found = number if header[1].strip() in (table, key) else found
        elif inside and re.match(rf"\s*{re.escape(name)}\s*=", line):
            return number
    return found

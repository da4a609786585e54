"""R18 on the outputs: no name, alias, birth date or birth place that may not be told, wherever it was written.

A finding names the place and the kind of thing, never the thing itself.
"""

import dataclasses
import datetime as dt
import re
from collections.abc import Iterable, Iterator

from fahndung.errors import Message, Problem, Severity
from fahndung.law import names as naming
from fahndung.law.facts import Facts
from fahndung.law.names import Finder, spelled
from fahndung.law.passages import Passage, blamed, content_of, own_words, passages, word_list
from fahndung.law.periods import BERLIN
from fahndung.law.rule import ask, block, unlocked
from fahndung.model.sought import NamesShown, Person

SOURCE = "§ 71 BDSG; § 27 Abs. 2 SächsDSUG; Nr. 1.2 VwV Öffentlichkeitsfahndung"

_FAMILY = Message("a part of the name that is not shown", "ein Teil des Namens, der nicht gezeigt wird")
_ALIAS = Message("an alias", "ein Aliasname")
_BORN = Message("a birth date", "ein Geburtsdatum")
_MAIDEN = Message("a birth name", "ein Geburtsname")
_PLACE = Message("a birth place", "ein Geburtsort")

_MONTHS = (
    *("Januar|Jan|January", "Februar|Feb|Feber|February", "Maerz|Mrz|Mar|March", "April|Apr", "Mai|May"),
    *("Juni|Jun|June", "Juli|Jul|July", "August|Aug", "September|Sept|Sep", "Oktober|Okt|October|Oct"),
    *("November|Nov", "Dezember|Dez|December|Dec"),
)
_BIRTH = r"(?:geb\.|geboren\w*|gebuertig\w*|Geburts\w+|Jahrgang|stammt\s+aus|stammend\w*|born)"
_NEAR = r"\W+(?:[\w.]+\W+){0,4}?"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """Something of a person that no output may tell; ``doubt``: what a word weighs that may mean something else."""

    person: int
    what: Message
    finder: Finder
    doubt: Severity = Severity.BLOCK


def untold(facts: Facts) -> Iterator[Problem]:
    """R18: what is not shown of a person stands in no output, not even in a free text."""
    hidden = secrets(facts)
    read = passages(facts) if hidden else ()
    for secret in hidden:
        sure = [passage for passage in read if secret.finder.is_in(passage.text)]
        doubtful = [passage for passage in read if passage not in sure and secret.finder.may_be_in(passage.text)]
        for passage in blamed(sure):
            if not _of_shown_name(facts, passage, secret):
                yield _told(passage, secret)
        for passage in blamed(doubtful):
            yield from _doubtful(facts, passage, secret)


def _of_shown_name(facts: Facts, passage: Passage, secret: Secret) -> bool:
    """Whether nobody wrote the passage: it was composed because the record shows a name that the order hides (R10)."""
    names = facts.appeal.persons[secret.person].names
    if names_allowed(facts) or names is None or names.shown is NamesShown.NONE:
        return False
    return passage.field == f"persons/{secret.person}" or (
        passage.field == "texts/title" and facts.appeal.texts.title is None
    )


def _told(passage: Passage, secret: Secret) -> Problem:
    where = ", ".join(passage.outputs) or passage.field
    return block(
        "R18",
        passage.field,
        f"{passage.field} tells {secret.what.en} of persons/{secret.person}, which may not be told (read in: {where}). "
        "Take it out.",
        f"{passage.field} sagt etwas, das von persons/{secret.person} nicht genannt werden darf: {secret.what.de} "
        f"(zu lesen in: {where}). Bitte entfernen.",
        SOURCE,
    )


def _doubtful(facts: Facts, passage: Passage, secret: Secret) -> Iterator[Problem]:
    yield from ask(
        facts,
        "R18",
        passage.field,
        f"{passage.field} has a word that is also {secret.what.en} of persons/{secret.person}, which may not be told. "
        "Does it mean something else there?",
        f"{passage.field} enthält ein Wort, das auch {secret.what.de} zu persons/{secret.person} ist; das darf nicht "
        "genannt werden. Ist dort etwas anderes gemeint?",
        SOURCE,
        secret.doubt,
    )


def secrets(facts: Facts) -> tuple[Secret, ...]:
    """All that may not be told of the persons of an appeal."""
    shown = {form.casefold() for person in facts.appeal.persons for form in _shown_parts(facts, person)}
    found: list[Secret] = []
    for index, person in enumerate(facts.appeal.persons):
        field = f"persons/{index}"
        hidden = _hidden_names(facts, person, field)
        every = name_parts(person)
        for what, name in hidden:
            for part in naming.parts(name):
                if spelled(part).casefold() in shown:
                    continue
                others = [other for other in every if other not in naming.parts(name)]
                finder = name_finder(facts, part, others)
                found.append(Secret(person=index, what=what, finder=finder))
        if person.birth and not _birth_told(facts, person, field):
            found += _birth_secrets(facts, index, person)
    return tuple(found)


def name_finder(facts: Facts, part: str, others: Iterable[str]) -> Finder:
    """What finds one part of a name; the table knows which names are ordinary words."""
    return naming.finder(part, others, word_list(facts, "ordinary-name"))


def name_parts(person: Person) -> tuple[str, ...]:
    """Given and family name with their parts."""
    names = person.names
    known = () if names is None else (names.given or "", names.family or "")
    return tuple(part for name in known for part in naming.parts(name))


def names_allowed(facts: Facts) -> bool:
    """Whether the mandate lets names be shown at all: an order must say so, a decision must not forbid it (R10)."""
    mandate = facts.mandate
    return mandate is None or mandate.scope.names or (mandate.scope.names is None and facts.appeal.legal.order is None)


def _level(facts: Facts, person: Person) -> NamesShown:
    return NamesShown.NONE if person.names is None or not names_allowed(facts) else person.names.shown


def _shown_parts(facts: Facts, person: Person) -> Iterator[str]:
    names, level = person.names, _level(facts, person)
    if names is None or level is NamesShown.NONE:
        return
    told = [names.given or ""] + ([names.family or "", *names.aliases] if level is NamesShown.FULL else [])
    yield from (spelled(part) for name in told for part in naming.parts(name))


def _hidden_names(facts: Facts, person: Person, field: str) -> Iterator[tuple[Message, str]]:
    names, level = person.names, _level(facts, person)
    if names is None or level is NamesShown.FULL:
        return
    yield _FAMILY, names.family or ""
    if level is NamesShown.NONE:
        yield _FAMILY, names.given or ""
    if not unlocked(facts, f"{field}/names/aliases"):
        yield from ((_ALIAS, alias) for alias in names.aliases)


def _birth_told(facts: Facts, person: Person, field: str) -> bool:
    if unlocked(facts, f"{field}/birth"):
        return True
    content = content_of(facts)
    return _level(facts, person) is NamesShown.FULL and content is not None and "birth" in content.fields


def _birth_secrets(facts: Facts, index: int, person: Person) -> Iterator[Secret]:
    birth = person.birth or {}
    several = birth.get("dates")
    dates = [birth.get("date"), *(several if isinstance(several, list | tuple) else ())]
    patterns = tuple(pattern for date in dates if date for pattern in _date_patterns(str(date)))
    if patterns:
        yield Secret(person=index, what=_BORN, finder=Finder(sure=patterns))
    shown = {part for other in facts.appeal.persons for part in _shown_parts(facts, other)}
    for part in naming.parts(str(birth.get("name", ""))):
        if spelled(part) not in shown:
            yield Secret(person=index, what=_MAIDEN, finder=name_finder(facts, part, name_parts(person)))
    for key in ("place", "country"):
        if place := str(birth.get(key, "")).strip():
            finder = _place_finder(facts, place, alone=key == "place")
            yield Secret(person=index, what=_PLACE, finder=finder, doubt=Severity.WARN)


def _date_patterns(date: str) -> Iterator[re.Pattern[str]]:
    """Every usual spelling of a whole date; of a partial one only what is said to be a birth."""
    match = re.fullmatch(r"(\d{4}|-)(?:-(\d\d))?(?:-(\d\d))?.*", date.strip())
    if match is None:
        return
    year, month, day = match.groups()
    if day is not None and month is not None:
        d, m, days = rf"0?{int(day)}", rf"0?{int(month)}", _day(int(day), int(month))
        if year != "-":
            yield _date(rf"{days}[.,]?\s?[./-]?\s?(?:{year}|{year[2:]}(?!\d|:))")
            yield _date(rf"{year}\s?[-/.]\s?{m}\s?[-/.]\s?{d}")
        yield _date(rf"{_BIRTH}{_NEAR}{days}")
    elif month is not None:
        yield _date(rf"{_BIRTH}{_NEAR}(?:{_spoken(int(month))}|0?{int(month)}\s?[./-])\s?{year}")
    if year != "-":
        yield _date(rf"{_BIRTH}{_NEAR}{year}|{year}{_NEAR}(?:geboren|geb\.)")


def spoken_date(at: dt.datetime) -> tuple[re.Pattern[str], ...]:
    """What finds the day of an instant, with its year or without."""
    local = at.astimezone(BERLIN)
    return (*_date_patterns(f"{local:%Y-%m-%d}"), _date(_day(local.day, local.month)))


def _day(day: int, month: int) -> str:
    d, m, spoken = rf"0?{day}", rf"0?{month}", _spoken(month)
    return rf"(?:{d}\.?\s?{spoken}|{d}\s?[./-]\s?{m}|{spoken}\.?\s{d})"


def _spoken(month: int) -> str:
    return rf"(?:{_MONTHS[(month - 1) % 12]})"


def _date(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.])(?:{pattern})(?!\w)", re.IGNORECASE)


def _place_finder(facts: Facts, place: str, *, alone: bool) -> Finder:
    """A place near a word about birth; ``alone`` it is a doubt, unless the record names it for another reason."""
    name = re.escape(spelled(place))
    near = rf"(?<!\w)(?:{_BIRTH}{_NEAR}{name}|{name}\w*{_NEAR}{_BIRTH}|gebuertige\w*\s+{name}\w*)(?!\w)"
    sure = (re.compile(near, re.IGNORECASE),)
    appeal, mandate = facts.appeal, facts.mandate
    known = [text.text for text in appeal.event.places] + [appeal.authority.region or "", *own_words(facts)]
    known.append("" if mandate is None else f"{mandate.authority} {mandate.scope.region or ''}")
    word = re.compile(rf"(?<!\w){name}(?!\w)", re.IGNORECASE)
    explained = any(word.search(spelled(text)) for text in known)
    return Finder(sure=sure, doubt=(word,) if alone and not explained else ())


def every_name(facts: Facts) -> Iterator[Finder]:
    """What finds any part of any name of the persons, shown or not, aliases and birth names too (R31)."""
    for person in facts.appeal.persons:
        every = name_parts(person)
        more = [] if person.names is None else list(person.names.aliases)
        more.append(str((person.birth or {}).get("name", "")))
        for part in dict.fromkeys((*every, *(part for name in more for part in naming.parts(name)))):
            yield name_finder(facts, part, [other for other in every if other != part])

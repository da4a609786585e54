"""Tries all templates, the project's and a home's own, over some appeals, and says everything that is wrong with them.

What fails names file and line. What a home's own wording would bring up at the gate is told as well, before an officer
meets it in a case. Reads no ledger, changes nothing.
"""

import contextlib
import dataclasses
import itertools
import pathlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from fahndung import premises, resources
from fahndung.channels import linkpost
from fahndung.errors import InvalidConfig, Message, Problem
from fahndung.law import gate, languages
from fahndung.law.facts import Facts
from fahndung.law.gate import Stage
from fahndung.lifecycle import letters
from fahndung.model.appeal import Appeal
from fahndung.model.faces import Absence, Search
from fahndung.model.ids import ChannelName
from fahndung.model.reading import Outputs
from fahndung.release import files as made_files
from fahndung.release import reading
from fahndung.release.languages import Tongue
from fahndung.texts import lint, outputs, rendering, translated, trial, words
from fahndung.texts.trial import Fault

_FRAME = "base.html.j2"
_MODEL = "de"
"""The language whose outputs any other has as well."""
_COMMENT = re.compile(r"(?:\{#|#|/\*)\s*(.*?)\s*(?:#\}|\*/|\n)")
_QUOTED = re.compile(r"'[^']*'|“[^”]*”")
"""What a finding quotes of a case: apart from that it is the same in all cases."""
_NOT_SEARCHED = Search(instrument=Absence.OFF)
_STRANGE = Message(
    "no output uses this file; is its name misspelled?", "keine Ausgabe benutzt diese Datei; ist ihr Name verschrieben?"
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A fault, and the cases in which it shows; none: whatever the case."""

    fault: Fault
    cases: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A template that counts.

    Attributes:
        lang: its folder: a language, or what else is filled in. use: what it makes, in its own words.
        own: the home's file in its place; None: the project's counts.
    """

    lang: str
    name: str
    use: str
    own: pathlib.Path | None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What was tried: how many templates, of which languages, over which cases; and all that is wrong."""

    languages: tuple[str, ...]
    templates: int
    cases: tuple[str, ...]
    failures: tuple[Failure, ...]


def templates(home: pathlib.Path | None) -> tuple[Template, ...]:
    """Every template and wording by folder and name; a home's files that are in no project's place are among them."""
    found = []
    for lang in _folders(home):
        known = resources.template_names(lang) if lang in resources.template_folders() else []
        for name in sorted({*known, *(path.name for path in _own_files(home, lang))}):
            own = resources.own_template(lang, name, home)
            found.append(Template(lang=lang, name=name, use=_use(lang, name) if name in known else "", own=own))
    return tuple(found)


def check(home: pathlib.Path | None, appeals: Mapping[str, Appeal]) -> Tried:
    """Fills every template over every appeal, in every language; of those that a home changed, asks the gate as well.

    Args:
        home: the home's folder; None: the project's own templates.
        appeals: name of the case to its record.
    """
    spoken = [lang for lang in _folders(home) if _has_words(lang, home) and words.is_language(lang)]
    standing = dict.fromkeys(_standing(home, spoken))
    broken = {fault.path for fault in standing}  # nothing more is said of them, case by case
    found: dict[tuple[str, int | None, str], tuple[Fault, list[str]]] = {}
    for lang in spoken:
        for case, appeal in appeals.items():
            for fault in _of_case(trial.speaking(appeal, lang), lang, home):
                if fault.path not in broken:
                    same = (fault.path, fault.line, _QUOTED.sub("", fault.why.en))
                    found.setdefault(same, (fault, []))[1].append(case)
    unfilled = broken | {fault.path for fault, _ in found.values() if fault.line is not None}
    older = [fault for fault in _left_out(home) if fault.path not in unfilled]
    return Tried(
        languages=tuple(spoken),
        templates=len(templates(home)),
        cases=tuple(appeals),
        failures=(
            *(Failure(fault=fault) for fault in (*standing, *older)),
            *(Failure(fault=fault, cases=tuple(dict.fromkeys(cases))) for fault, cases in found.values()),
        ),
    )


def _of_case(appeal: Appeal, lang: str, home: pathlib.Path | None) -> Iterator[Fault]:
    broken = tuple(trial.faults(appeal, lang=lang, home=home))
    yield from broken
    if broken:
        return  # what cannot be filled, nobody can judge
    if trial.names(appeal, lang=lang, home=home) != outputs.names(appeal):
        yield from _against(_judged_page, appeal, lang, home)
        return
    composed = trial.sheet(appeal, lang=lang, home=home)
    made = outputs.outputs(appeal, composed, pictures=trial.pictures(appeal), card=trial.CARD, home=home)
    posts = {f"{name}.txt.j2": text for name, text in made.teasers.items()}
    posts |= {f"closing-post-{kind}.txt.j2": text for kind, text in made.closing_posts.items()}
    for name, text in posts.items():
        try:
            linkpost.refuse_links(text.strip(), trial.PAGE, name, ChannelName("post"))
        except linkpost.Refused as error:
            yield Fault(path=rendering.path(name, lang=lang, home=home), line=None, why=error.why)
    for long, short in itertools.pairwise(made.teasers):
        if len(made.teasers[long]) <= len(made.teasers[short]):
            why = Message(f"it is not longer than {short}", f"sie ist nicht länger als {short}")
            yield Fault(path=rendering.path(f"{long}.txt.j2", lang=lang, home=home), line=None, why=why)
    yield from _against(_judged, appeal, lang, home)


_Judge = Callable[[Appeal, str, pathlib.Path | None], Iterable[Problem]]


def _against(judge: _Judge, appeal: Appeal, lang: str, home: pathlib.Path | None) -> Iterator[Fault]:
    """What the gate has against a home's own wording and not against the project's."""
    if home is None or not (_own_files(home, lang) or _own_files(home, rendering.SHARED)):
        return
    found = tuple(judge(appeal, lang, home))
    usual = frozenset(judge(appeal, lang, None)) if found and lang in resources.template_languages() else frozenset()
    for one in found:
        if one not in usual:
            told = Message(f"{one.rule}: {one.message.en}", f"{one.rule}: {one.message.de}")
            yield Fault(path=_to_blame(one.field.removeprefix(f"{lang}/"), lang, home), line=None, why=told)


def _judged(appeal: Appeal, lang: str, home: pathlib.Path | None) -> tuple[Problem, ...]:
    """What the gate says of the texts of an appeal; pictures and posters are not made for a trial."""
    others = (other for other in resources.template_languages() if other != lang)
    tongues = [_tongue(trial.speaking(appeal, other), other, None) for other in others]
    return gate.judge(_facts(appeal, _read(appeal, lang, home, tongues)))


def _judged_page(appeal: Appeal, lang: str, home: pathlib.Path | None) -> Iterator[Problem]:
    """What the gate says of the page in another language than German."""
    tongue = _tongue(appeal, lang, home)
    page = translated.page(
        tongue.words,
        appeal,
        tongue.sheet,
        pictures=trial.pictures(appeal),
        card=trial.CARD,
        robots=outputs.UNSEEN,
        languages=(),
        home=home,
    )
    tongue = dataclasses.replace(tongue, page_html=page)
    for one in gate.judge(_facts(appeal, _read(appeal, _MODEL, home, [tongue])), languages.RULES):
        en, de = (said.removeprefix(f"{lang}: ") for said in one.message)  # the file says which language
        yield dataclasses.replace(one, message=Message(en, de))


def _tongue(appeal: Appeal, lang: str, home: pathlib.Path | None) -> Tongue:
    """An appeal in another language than German, without a page."""
    spoken, sheet = words.load(lang, home), trial.sheet(appeal, lang=lang, home=home)
    return Tongue(words=spoken, appeal=appeal, sheet=sheet, both=sheet, alternate=trial.alternate(spoken))


def _facts(appeal: Appeal, read: Outputs) -> Facts:
    return dataclasses.replace(premises.gate_facts(appeal, None, None, stage=Stage.RELEASE), outputs=read)


def _read(appeal: Appeal, lang: str, home: pathlib.Path | None, tongues: Sequence[Tongue] = ()) -> Outputs:
    composed = trial.sheet(appeal, lang=lang, home=home)
    pictures = trial.pictures(appeal)
    linked = [tongue.alternate for tongue in tongues if tongue.alternate is not None]
    made = outputs.outputs(appeal, composed, pictures=pictures, card=trial.CARD, languages=linked, home=home)
    return reading.outputs(
        appeal,
        composed,
        made,
        public=pictures,
        pictures={},
        files=[*made_files.website_files(appeal, made, None), *made_files.text_files(made)],
        pictured=[],
        inputs={},
        searched=_NOT_SEARCHED,
        tongues=tongues,
    )


def _to_blame(field: str, lang: str, home: pathlib.Path) -> str:
    """The home's file that made an output; the folder of its own files where that cannot be told."""
    stem = {"list_item": "list-item", "frame": "index"}.get(field, field.replace("closings/", "closing-"))
    for name in (f"{stem}.html.j2", f"{stem}.txt.j2", words.NAME, _FRAME):
        for folder in (lang, rendering.SHARED):
            if (own := resources.own_template(folder, name, home)) is not None:
                return str(own)
    return f"{home / 'templates' / lang} ({field})"


def _standing(home: pathlib.Path | None, spoken: Iterable[str]) -> Iterator[Fault]:
    """What is wrong whatever the case: bad writing, a file that nothing uses, a wording that lacks entries."""
    named: dict[str, set[str]] = {}
    for one in templates(home):
        try:
            if one.name.endswith(".j2"):
                named.setdefault(one.lang, set()).update(rendering.references(one.name, lang=one.lang, home=home))
            else:
                resources.template_text(one.lang, one.name, home)
        except InvalidConfig as error:
            yield trial.fault_of(error, one.lang, one.name, home)
    yield from (Fault(path=error.path, line=error.line, why=error.why) for error in letters.trial(home))
    for lang in spoken:
        with contextlib.suppress(resources.BrokenTemplate):  # told above
            yield from trial.wording(lang, home)
    try:
        lint.guide(home)
    except InvalidConfig as error:
        yield trial.fault_of(error, lint.FOLDER, lint.NAME, home)
    for one in templates(home):
        if one.own is not None and one.name not in _known(one.lang, spoken) | named.get(one.lang, set()):
            yield Fault(path=str(one.own), line=None, why=_STRANGE)
    yield from (Fault(path=str(path), line=None, why=_STRANGE) for path in _astray(home))


def _left_out(home: pathlib.Path | None) -> Iterator[Fault]:
    for one in templates(home):
        with contextlib.suppress(InvalidConfig):  # told by ``_standing``
            yield from trial.left_out(one.lang, one.name, home)


def _known(lang: str, spoken: Iterable[str]) -> set[str]:
    """The names that an output asks for; a language of the home's own has those of the language it was copied from."""
    folder = lang if lang in resources.template_folders() else _MODEL if lang in set(spoken) else None
    return set() if folder is None else set(resources.template_names(folder))


def _folders(home: pathlib.Path | None) -> list[str]:
    """The folders of templates, the home's among them."""
    own = home / "templates" if home is not None else None
    mine = [path.name for path in own.iterdir() if path.is_dir()] if own is not None and own.is_dir() else []
    return sorted({*resources.template_folders(), *mine})


def _own_files(home: pathlib.Path | None, lang: str) -> list[pathlib.Path]:
    folder = None if home is None else home / "templates" / lang
    return [path for path in folder.iterdir() if path.is_file()] if folder is not None and folder.is_dir() else []


def _astray(home: pathlib.Path | None) -> list[pathlib.Path]:
    """The home's files beside the folders, and in folders of these."""
    own = None if home is None else home / "templates"
    found = own.rglob("*") if own is not None and own.is_dir() else ()
    return sorted(path for path in found if path.is_file() and len(path.relative_to(own or path).parts) != 2)


def _has_words(lang: str, home: pathlib.Path | None) -> bool:
    """Whether a folder is that of a language."""
    try:
        return bool(resources.template_text(lang, words.NAME, home))
    except FileNotFoundError:
        return False
    except InvalidConfig:  # told as a fault of its own
        return True


def _use(lang: str, name: str) -> str:
    """What a template says of itself in its first comment."""
    first = _COMMENT.match(resources.template_text(lang, name))
    return "" if first is None else first[1]

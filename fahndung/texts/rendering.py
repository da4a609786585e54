"""Fills the templates of one language: sandboxed, strict, escaped where the output is HTML.

Templates belong to the project or to the home; only values are untrusted. Composes no sentence.
"""

import contextlib
import contextvars
import dataclasses
import functools
import pathlib
import re
from collections.abc import Callable, Collection, Iterator, Mapping

import jinja2
import jinja2.exceptions
import jinja2.meta
from jinja2 import nodes

from fahndung import resources
from fahndung.errors import Message
from fahndung.resources import BrokenTemplate
from fahndung.texts import bounded

SHARED = "shared"
"""The folder of templates that every language but German shares; their words stand in ``words.toml``."""
_WORDLESS = ".css"
"""Templates without words: German's serve every language."""
_TEMPLATE_NAME = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9]+)+")
_UNKNOWN = re.compile(r"'([^']*)' is undefined|has no (?:attribute|element) '?([^']+)")
_NOTHING = Message(
    "a value that is not there (None) would be printed; ask for it first: {% if … %}",
    "Hier würde ein Wert gedruckt, den es nicht gibt (None); erst danach fragen: {% if … %}",
)
_MISTAKES = tuple(
    (re.compile(pattern), german)
    for pattern, german in (
        (r"No filter named '(.*)'", "den Filter „{}“ gibt es nicht (verschrieben?)"),
        (r"No test named '(.*)'", "die Frage „is {}“ gibt es nicht (verschrieben?)"),
        (r"unknown tag '(?!end|else|elif)(.*?)'", "die Anweisung {{% {} %}} gibt es nicht (verschrieben?)"),
        (r"unknown tag '(.*?)'", "{{% {} %}} steht hier ohne seinen Anfang (gelöscht?)"),
        (r"Missing end of comment", "ein Kommentar {{# … wird nicht mit #}} geschlossen"),
        (
            r"expected 'end of print statement'",
            "eine Stelle {{{{ … wird nicht mit }}}} geschlossen, oder in ihr steht etwas zu viel",
        ),
        (
            r"Unexpected end of template.*innermost block.*'(\w+)'",
            "{{% {0} … %}} wird nicht mit {{% end{0} %}} geschlossen",
        ),
    )
)
"""What jinja says of frequent mistakes, and that in German."""


ASKS_DELETION = "asks_deletion"
VALID_WHILE_ONLINE = "valid_while_online"
_MARKS = (ASKS_DELETION, VALID_WHILE_ONLINE)
"""What templates mark passages with that the law wants: ``{% filter asks_deletion %}…{% endfilter %}``."""
_marked: contextvars.ContextVar[dict[str, list[str]]] = contextvars.ContextVar("marked passages")
"""What a filling has printed between them; an imported macro, which sees no values, adds to it as well."""


class _NothingToPrint(jinja2.TemplateRuntimeError):
    """A template prints a value that is not there."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A filled template, and what it printed between marks, by the mark; nothing is there of a mark it has not."""

    text: str
    marked: Mapping[str, str]


def render(
    name: str,
    values: Mapping[str, object],
    *,
    lang: str,
    home: pathlib.Path | None = None,
    bounds: bounded.Bounds = bounded.TEXT,
) -> str:
    """The text of ``fill``."""
    return fill(name, values, lang=lang, home=home, bounds=bounds).text


def fill(
    name: str,
    values: Mapping[str, object],
    *,
    lang: str,
    home: pathlib.Path | None = None,
    bounds: bounded.Bounds = bounded.TEXT,
) -> Filled:
    """The filled template ``templates/<lang>/<name>``; one whose name ends in ``.html.j2`` is escaped as HTML.

    So is whatever it includes or imports, under any name: it stands in a page.

    A language that has no template of that name takes the one of ``templates/shared/``.

    Raises:
        BrokenTemplate: it is not there, is not UTF-8, is broken, prints None or something undefined, leaves the
            sandbox, or goes on or grows beyond its ``bounds``.
    """
    token = _marked.set({})
    try:
        template = _environment(lang, home, escapes=_is_html(name)).get_template(name)
        text = bounded.filled(template, dict(values), bounds)
        return Filled(text=text, marked={mark: " ".join(said) for mark, said in _marked.get().items()})
    except jinja2.TemplateSyntaxError as error:
        place = path(error.name or name, lang=lang, home=home)
        raise BrokenTemplate(place, error.lineno, _miswritten(error)) from error
    except jinja2.TemplateNotFound as error:
        place, line = _place(error) or (path(name, lang=lang, home=home), None)
        raise BrokenTemplate(place, line, Message(f"{error.name} is not there", f"{error.name} fehlt")) from error
    except BrokenTemplate:  # it cannot be read
        raise
    except Exception as error:  # an office's own template: whatever it raises, the file is named
        place, line = _place(error) or (path(name, lang=lang, home=home), None)
        raise BrokenTemplate(place, line, _why(error)) from error
    finally:
        _marked.reset(token)


def path(name: str, *, lang: str, home: pathlib.Path | None = None) -> str:
    """Where a person finds the template that counts for a language: its own, else the shared one."""
    for folder in _folders(lang, name):
        if resources.own_template(folder, name, home) or name in resources.template_names(folder):
            return resources.template_path(folder, name, home)
    return resources.template_path(lang, name, home)


def exists(name: str, *, lang: str, home: pathlib.Path | None = None) -> bool:
    """Whether a language has a template of that name.

    Raises:
        BrokenTemplate: the home's file is not UTF-8.
    """
    return _text(lang, home, name) is not None


def references(name: str, *, lang: str, home: pathlib.Path | None = None) -> frozenset[str]:
    """The templates that a template names; only compiled, nothing is filled.

    Raises:
        BrokenTemplate: it is not there, not UTF-8 or badly written.
    """
    return frozenset(filter(None, jinja2.meta.find_referenced_templates(_parsed(name, lang, home))))


def carried(name: str, *, lang: str, home: pathlib.Path | None = None) -> frozenset[str]:
    """The values that a template prints, however deep it asks for them (``sheet.stand``, ``kind``), and its marks.

    What it only asks whether it is there counts for nothing.

    Raises:
        BrokenTemplate: it is not there, not UTF-8 or badly written.
    """
    parsed = _parsed(name, lang, home)
    try:
        given = jinja2.meta.find_undeclared_variables(parsed)
    except jinja2.TemplateSyntaxError as error:  # it is compiled for that, and a filter or test may be unknown
        raise BrokenTemplate(path(name, lang=lang, home=home), error.lineno, _miswritten(error)) from error
    return frozenset(_carried(parsed, given))


def _carried(node: nodes.Node, given: Collection[str]) -> Iterator[str]:
    if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name) and node.node.name in given:
        yield f"{node.node.name}.{node.attr}"
        return
    if isinstance(node, nodes.Name) and node.name in given:
        yield node.name
    if isinstance(node, nodes.Filter) and node.name in _MARKS:
        yield f"{{% filter {node.name} %}}"
    for child in node.iter_child_nodes(exclude=("test",) if isinstance(node, nodes.If | nodes.CondExpr) else None):
        yield from _carried(child, given)


def _parsed(name: str, lang: str, home: pathlib.Path | None) -> nodes.Template:
    text, place = _text(lang, home, name), path(name, lang=lang, home=home)
    if text is None:
        raise BrokenTemplate(place, None, Message(f"{name} is not there", f"{name} fehlt"))
    try:
        return _environment(lang, home, escapes=_is_html(name)).parse(text)
    except jinja2.TemplateSyntaxError as error:
        raise BrokenTemplate(place, error.lineno, _miswritten(error)) from error


def _place(error: BaseException) -> tuple[str, int] | None:
    """File and line of the template in which an error arose: jinja writes them into the traceback."""
    found, step = None, error.__traceback__
    while step is not None:
        if "__jinja_exception__" in step.tb_frame.f_globals:
            found = step.tb_frame.f_code.co_filename, step.tb_lineno
        step = step.tb_next
    return found


def _miswritten(error: jinja2.TemplateSyntaxError) -> Message:
    said = (error.message or "").rstrip(".")
    for pattern, german in _MISTAKES:
        if found := pattern.search(said):
            return Message(said, german.format(*found.groups()))
    return Message(said, f"falsch geschrieben ({said})")


def _why(error: Exception) -> Message:
    if isinstance(error, _NothingToPrint):
        return _NOTHING
    if isinstance(error, bounded.TooMuch):
        return error.why
    said = f"{type(error).__name__}: {error}".rstrip(".")
    if isinstance(error, jinja2.UndefinedError) and (unknown := _UNKNOWN.search(str(error))):
        name = unknown[1] or unknown[2]
        return Message(f"there is no {name!r} here (misspelled?)", f"„{name}“ gibt es hier nicht (verschrieben?)")
    if isinstance(error, jinja2.exceptions.SecurityError):
        return Message(said, f"das ist in Vorlagen nicht erlaubt ({said})")
    return Message(said, said)


@functools.lru_cache(maxsize=64)
def _environment(lang: str, home: pathlib.Path | None, *, escapes: bool) -> jinja2.Environment:
    """Kept, with what it compiled: a template is read each time, and compiled again when it says something else."""
    environment = bounded.Environment(
        loader=jinja2.FunctionLoader(functools.partial(_source, lang, home)),
        undefined=jinja2.StrictUndefined,
        autoescape=escapes,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update({mark: _keeping(mark) for mark in _MARKS})
    return environment


def _keeping(mark: str) -> Callable[[jinja2.runtime.Context, str], str]:
    """The filter of a mark: it changes nothing, and keeps what was printed."""

    @jinja2.pass_context  # so that it is asked each time, and never once for all when the template is compiled
    def keep(_: jinja2.runtime.Context, said: str) -> str:
        _marked.get().setdefault(mark, []).append(str(said))
        return said

    return keep


def _source(
    lang: str, home: pathlib.Path | None, name: str
) -> tuple[str, str | None, Callable[[], bool] | None] | None:
    text = _text(lang, home, name)
    if text is None:
        return None
    return text, path(name, lang=lang, home=home), lambda: _text(lang, home, name) == text


def _text(lang: str, home: pathlib.Path | None, name: str) -> str | None:
    if _TEMPLATE_NAME.fullmatch(name) is None:
        return None
    for folder in _folders(lang, name):
        with contextlib.suppress(FileNotFoundError):
            return resources.template_text(folder, name, home)
    return None


def _folders(lang: str, name: str) -> tuple[str, ...]:
    """The folders in which a template of a language is looked for, in this order."""
    return (lang, SHARED, *(("de",) if name.endswith(_WORDLESS) else ()))


def _is_html(name: str) -> bool:
    return name.endswith(".html.j2")


def _printable(value: object) -> object:
    """Refuses None: even a strict environment prints it as the word "None"."""
    if value is None:
        raise _NothingToPrint(_NOTHING.en)
    return value

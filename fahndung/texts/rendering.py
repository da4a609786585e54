"""Fills the templates of one language: sandboxed, strict, escaped where the output is HTML.

Templates belong to the project or to the home; only values are untrusted. Composes no sentence.
"""

import contextlib
import functools
import pathlib
import re
from collections.abc import Callable, Mapping

import jinja2
from jinja2 import sandbox

from fahndung import resources
from fahndung.errors import InvalidConfig

SHARED = "shared"
"""The folder of templates that every language but German shares; their words stand in ``words.toml``."""
_WORDLESS = ".css"
"""Templates without words: German's serve every language."""
_TEMPLATE_NAME = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9]+)+")


class _NothingToPrint(jinja2.TemplateRuntimeError):
    """A template prints a value that is not there."""


def render(name: str, values: Mapping[str, object], *, lang: str, home: pathlib.Path | None = None) -> str:
    """The filled template ``templates/<lang>/<name>``; names that end in ``.html.j2`` are escaped as HTML.

    A language that has no template of that name takes the one of ``templates/shared/``.

    Raises:
        InvalidConfig: the template is not there, is broken, prints None or something undefined, or leaves the sandbox.
    """
    try:
        return _environment(lang, home).get_template(name).render(values)
    except jinja2.TemplateSyntaxError as error:
        raise _broken(lang, error.name or name, f"line {error.lineno}: {error.message}") from error
    except jinja2.TemplateNotFound as error:
        raise _broken(lang, str(error.name), "is not there") from error
    except (jinja2.TemplateError, TypeError, ValueError, AttributeError, OverflowError, RecursionError) as error:
        raise _broken(lang, name, f"{type(error).__name__}: {error}") from error


def _broken(lang: str, name: str, why: str) -> InvalidConfig:
    path = f"templates/{lang}/{name}"
    return InvalidConfig(
        f"the template {path} cannot be filled: {why}. Correct it, or remove the home's copy of it.",
        f"Die Vorlage {path} lässt sich nicht füllen: {why}. Bitte berichtigen oder die eigene Kopie entfernen.",
    )


@functools.lru_cache(maxsize=8)
def _environment(lang: str, home: pathlib.Path | None) -> jinja2.Environment:
    """Kept, with what it compiled: a template is read each time, and compiled again when it says something else."""
    return sandbox.ImmutableSandboxedEnvironment(
        loader=jinja2.FunctionLoader(functools.partial(_source, lang, home)),
        undefined=jinja2.StrictUndefined,
        autoescape=_is_html,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _source(
    lang: str, home: pathlib.Path | None, name: str
) -> tuple[str, str | None, Callable[[], bool] | None] | None:
    text = _text(lang, home, name)
    return None if text is None else (text, None, lambda: _text(lang, home, name) == text)


def _text(lang: str, home: pathlib.Path | None, name: str) -> str | None:
    if _TEMPLATE_NAME.fullmatch(name) is None:
        return None
    for folder in (lang, SHARED, *(("de",) if name.endswith(_WORDLESS) else ())):
        with contextlib.suppress(FileNotFoundError):
            return resources.template_text(folder, name, home)
    return None


def _is_html(name: str | None) -> bool:
    # a template made from a string has no name; escaping too much is the safe side
    return name is None or name.endswith(".html.j2")


def _printable(value: object) -> object:
    """Refuses None: even a strict environment prints it as the word "None"."""
    if value is None:
        raise _NothingToPrint("a value that is not there (None) would be printed; ask for it first: {% if … %}")
    return value

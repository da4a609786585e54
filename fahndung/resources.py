"""Files that ship with the project (schemas, templates, norms, fonts) and a home's overrides of them.

Reads; does not interpret.
"""

import functools
import importlib.resources
import os
import pathlib

from fahndung.errors import InvalidConfig, Message


class BrokenTemplate(InvalidConfig):
    """A template cannot be filled.

    Attributes:
        path: where a person finds it. line: in it; None: the whole file.
        why: the reason alone, without the file's name and what to do.
    """

    def __init__(self, path: str, line: int | None, why: Message) -> None:
        en, de = ("", "") if line is None else (f", line {line},", f", Zeile {line},")
        super().__init__(
            f"the template {path}{en} cannot be filled: {why.en}. Correct it, or remove the home's copy of it.",
            f"Die Vorlage {path}{de} lässt sich nicht füllen: {why.de}. Bitte berichtigen oder die eigene Kopie "
            "entfernen.",
        )
        self.path, self.line, self.why = path, line, why


_NOT_OWN = Message(
    "it is a folder, or a link that leads nowhere or out of the home's templates; put a file in its place",
    "sie ist ein Ordner oder ein Verweis ins Leere oder aus den Vorlagen des Heims hinaus; eine Datei dort ablegen",
)


_MOST = 2**20
"""Bytes of a home's own template; the project's largest has 20,000."""
_TOO_LARGE = Message("it is larger than 1 MiB; no text is", "sie ist größer als 1 MiB; kein Text ist das")


def schema_text(name: str) -> str:
    """The JSON Schema ``schemas/<name>`` (``appeal-1.json``)."""
    return importlib.resources.files("fahndung.schemas").joinpath(name).read_text("utf-8")


_NO_WORDING = frozenset({"config", "__pycache__"})
NORM_FILES = ("norms.toml", "content.toml", "lexicon.toml")


def norms_text(home: pathlib.Path | None = None) -> str:
    """The dated tables of law as one TOML text; a home's ``norms.toml`` is appended to the package's own."""
    folder = importlib.resources.files("fahndung.law")
    text = "\n".join(folder.joinpath(name).read_text("utf-8") for name in NORM_FILES)
    if home is not None and (own := home / "norms.toml").is_file():
        text += "\n" + own.read_text("utf-8")
    return text


def coverage_text() -> str:
    """Which tests cover which rule of law, as JSON; ``python -m tests.law.coverage`` writes it."""
    return importlib.resources.files("fahndung.law").joinpath("coverage.json").read_text("utf-8")


def template_text(lang: str, name: str, home: pathlib.Path | None = None) -> str:
    """The template ``templates/<lang>/<name>``; the home's file of that name wins.

    Raises:
        FileNotFoundError: neither has it. BrokenTemplate: the home's is not UTF-8, cannot be read, or is no file of
            the home's own.
    """
    if home is None or (own := own_template(lang, name, home)) is None:
        return importlib.resources.files("fahndung.templates").joinpath(lang, name).read_text("utf-8")
    if not own.is_file() or not own.resolve().is_relative_to((home / "templates").resolve()):
        raise BrokenTemplate(str(own), None, _NOT_OWN)
    if own.stat().st_size > _MOST:
        raise BrokenTemplate(str(own), None, _TOO_LARGE)
    try:
        return own.read_text("utf-8-sig")  # some editors put a mark in front
    except OSError as error:
        said = error.strerror or type(error).__name__
        raise BrokenTemplate(
            str(own), None, Message(f"it cannot be read ({said})", f"nicht lesbar ({said})")
        ) from error
    except UnicodeDecodeError as error:
        line = own.read_bytes()[: error.start].count(b"\n") + 1
        why = Message("it is not saved as UTF-8", "nicht als UTF-8 gespeichert")
        raise BrokenTemplate(str(own), line, why) from error


def own_template(lang: str, name: str, home: pathlib.Path | None) -> pathlib.Path | None:
    """What the home has in the place of a template, be it a file or not; None: nothing."""
    own = None if home is None else home / "templates" / lang / name
    return own if own is not None and os.path.lexists(own) else None


def template_path(lang: str, name: str, home: pathlib.Path | None = None) -> str:
    """Where a person finds the template that counts: the home's file, else its place in the project."""
    return str(own_template(lang, name, home) or f"templates/{lang}/{name}")


def template_languages(home: pathlib.Path | None = None) -> list[str]:
    """The languages that have a ``words.toml``, of the project and of the home, sorted."""
    folders = [importlib.resources.files("fahndung.templates")]
    if home is not None and (own := home / "templates").is_dir():
        folders.append(own)
    return sorted(
        {item.name for folder in folders for item in folder.iterdir() if item.joinpath("words.toml").is_file()}
    )


def template_names(lang: str) -> list[str]:
    """The names of the project's own templates of a language, sorted; none of a language that only a home has."""
    folder = importlib.resources.files("fahndung.templates").joinpath(lang)
    return sorted(item.name for item in folder.iterdir() if item.is_file()) if folder.is_dir() else []


def template_folders() -> list[str]:
    """The folders of the project's templates: the languages, and what else is a press office's to change, sorted."""
    folders = [item.name for item in importlib.resources.files("fahndung.templates").iterdir() if item.is_dir()]
    return sorted(name for name in folders if name not in _NO_WORDING)


@functools.cache
def font_bytes(weight: str = "regular") -> bytes:
    """FiraGO as a TrueType file: ``regular``, ``bold``, ``italic`` or ``bold-italic`` (SIL OFL 1.1)."""
    import pymupdf_fonts

    code = {"regular": "figo", "bold": "figbo", "italic": "figit", "bold-italic": "figbi"}[weight]
    return bytes(pymupdf_fonts.myfont(code))

"""Files that ship with the project (schemas, templates, norms, fonts) and a home's overrides of them.

Reads; does not interpret.
"""

import functools
import importlib.resources
import pathlib


def schema_text(name: str) -> str:
    """The JSON Schema ``schemas/<name>`` (``appeal-1.json``)."""
    return importlib.resources.files("fahndung.schemas").joinpath(name).read_text("utf-8")


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
        FileNotFoundError: neither has it.
    """
    if home is not None and (own := home / "templates" / lang / name).is_file():
        return own.read_text("utf-8")
    return importlib.resources.files("fahndung.templates").joinpath(lang, name).read_text("utf-8")


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


@functools.cache
def font_bytes(weight: str = "regular") -> bytes:
    """FiraGO as a TrueType file: ``regular``, ``bold``, ``italic`` or ``bold-italic`` (SIL OFL 1.1)."""
    import pymupdf_fonts

    code = {"regular": "figo", "bold": "figbo", "italic": "figit", "bold-italic": "figbi"}[weight]
    return bytes(pymupdf_fonts.myfont(code))

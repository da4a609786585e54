"""The few fixed words of posters and cards, from the table ``[poster]`` of ``templates/<lang>/words.toml``.

Everything else comes from the sheet. Reads the project's own files: a home's copy is for the sheet's words.
"""

import functools
import tomllib
from collections.abc import Mapping

from fahndung import resources

_TABLE = "poster"


def word(language: str, key: str) -> str:
    """The word in that language; German where the project has no file of it."""
    return _table(language)[key]


@functools.cache
def _table(language: str) -> Mapping[str, str]:
    known = language if language in resources.template_languages() else "de"
    table: Mapping[str, str] = tomllib.loads(resources.template_text(known, "words.toml"))[_TABLE]
    return table

"""The words of an appeal that the public reads, in every language that has them."""

import dataclasses
from collections.abc import Mapping

Localized = Mapping[str, str]
"""Language code (``de``, ``hsb``) to text; ``de`` is always there."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The authored words. ``title`` replaces the composed headline, ``plain`` is in plain language.

    ``translations``: language code to the record's field (``event/what``) and its text, for fields that hold one text
    only.
    """

    title: Localized | None = None
    summary: Localized
    narrative: Localized | None = None
    questions: tuple[Localized, ...] = ()
    plain: Localized | None = None
    translations: Mapping[str, Mapping[str, str]] = dataclasses.field(default_factory=dict)

"""The page of an appeal in another language than German. Its words are those of ``words.toml`` and of the record.

Renders the page alone: press texts, posts, feeds and closing notices are German.
"""

import pathlib
from collections.abc import Mapping, Sequence

from fahndung.model.appeal import Appeal
from fahndung.model.ids import ImageId
from fahndung.model.sheet import Sheet
from fahndung.texts.given import Alternate, PublicPicture, values
from fahndung.texts.words import Words

_PAGE = "page.html.j2"
_ENDED = ("ended", "ended_nothing", "ended_delete", "ended_protect")


def alternate(words: Words, url: str) -> Alternate:
    """A page in that language as other pages link to it."""
    return Alternate(
        lang=words.lang,
        name=words.text("meta.name"),
        direction=words.text("meta.direction"),
        url=url,
        ended={key: words.text(f"page.{key}") for key in (_ENDED if words.has("page") else ())},
    )


def is_reviewed(words: Words) -> bool:
    """Whether somebody with that mother tongue has put a name and a date to the fixed wording."""
    return words.truth("meta.reviewed") and bool(words.text("meta.by") and words.text("meta.date"))


def page(
    words: Words,
    appeal: Appeal,
    sheet: Sheet,
    *,
    pictures: Mapping[ImageId, PublicPicture],
    card: str | None,
    robots: str,
    languages: Sequence[Alternate],
    home: pathlib.Path | None = None,
) -> str:
    """The page; arguments and errors as for ``outputs.outputs``.

    Args:
        words: of the sheet's language. appeal: the record as that language tells it (``translation.translated``).
        languages: the page in the others, German too.
    """
    from fahndung.texts.rendering import render

    given = values(appeal, sheet, pictures=pictures, card=card, robots=robots, languages=languages, home=home)
    return render(_PAGE, given | spoken(words), lang=sheet.lang, home=home)


def notes(words: Words) -> tuple[str, ...]:
    """What every page in another language says: that it is valid while it is there, and that German is binding."""
    return words.text("page.valid"), words.text("page.translated")


def spoken(words: Words) -> dict[str, object]:
    """What a page that serves several languages takes from the wording, besides ``given.values``."""
    return {
        "say": words.texts("page"),
        "poster": words.texts("poster"),
        "direction": words.text("meta.direction"),
    }

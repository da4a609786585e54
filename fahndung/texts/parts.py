"""Whether one text is a part of another: nothing but left out. Reads pages and plain texts; judges no word."""

from collections.abc import Iterable

from fahndung.texts import pages


def is_part_of_page(part: str, whole: str) -> bool:
    """Whether a page says nothing, leads nowhere and does nothing that the whole one does not, in the same order."""
    mine, theirs = pages.read(part), pages.read(whole)
    acts = set(mine.page.acts) <= set(theirs.page.acts)
    return is_part(mine.said, theirs.said) and mine.leads <= theirs.leads and acts


def is_part_of_text(part: str, whole: str) -> bool:
    """Whether a plain text holds no line that the whole one does not hold, in the same order."""
    return is_part(_lines(part), _lines(whole))


def is_part(part: Iterable[str], whole: Iterable[str]) -> bool:
    """Whether ``part`` is ``whole`` with something left out."""
    left = iter(whole)
    return all(line in left for line in part)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]

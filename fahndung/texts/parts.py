"""Whether one text is a part of another: nothing but left out. Reads pages and plain texts; judges no word."""

import html.parser
from collections.abc import Iterable

_SILENT = frozenset({"style", "script"})
_ADDRESSES = ("href", "src")


def is_part_of_page(part: str, whole: str) -> bool:
    """Whether a page shows nothing, and leads nowhere, that the whole one does not, in the same order."""
    mine, theirs = _Page(part), _Page(whole)
    return is_part(mine.shown, theirs.shown) and mine.addresses <= theirs.addresses


def is_part_of_text(part: str, whole: str) -> bool:
    """Whether a plain text holds no line that the whole one does not hold, in the same order."""
    return is_part(_lines(part), _lines(whole))


def is_part(part: Iterable[str], whole: Iterable[str]) -> bool:
    """Whether ``part`` is ``whole`` with something left out."""
    left = iter(whole)
    return all(line in left for line in part)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


class _Page(html.parser.HTMLParser):
    """What a page shows (texts and alternative texts) in order, and every address on it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.shown: list[str] = []
        self.addresses: set[str] = set()
        self._silent = 0
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        values = dict(attrs)
        self.addresses |= {address for name in _ADDRESSES if (address := values.get(name))}
        self._show(values.get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._show(data)

    def _show(self, text: str) -> None:
        if folded := " ".join(text.split()):
            self.shown.append(folded)

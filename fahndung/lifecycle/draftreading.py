"""What a person sees of a draft: its pictures with their alternative texts, and the words of its parts."""

import html.parser
import json
import posixpath
from collections.abc import Iterator, Mapping
from typing import Any

from fahndung.channels import layout
from fahndung.model.mandate import Medium
from fahndung.model.publication import Draft

_UNSEEN = frozenset({"head", "style", "script"})

_PICTURES = (".jpg", ".jpeg", ".png", ".webp")


def pictures(draft: Draft) -> Iterator[tuple[str, str]]:
    """Name and alternative text of each picture that a draft sends; empty where no page of it shows the picture.

    The large version that a small one links to has its words.
    """
    told = {one.name: one.alt for one in draft.attachments}
    for name, data in draft.payload.items():
        if name.endswith(".html"):
            page = _Page(posixpath.dirname(name))
            page.feed(data.decode())
            told |= page.found
    for name in draft.payload:
        if name.endswith(_PICTURES):
            yield name, told.get(name, "")


def words(name: str, data: bytes, draft: Draft) -> dict[str, Any]:
    """A text with its length, and the lines that a person reads of it: of a file for machines where it is all or names
    somebody.
    """
    if not name.endswith((".html", ".txt", ".json")):
        return {}
    text, words = data.decode(), list[str]()
    if name.endswith(".txt"):
        words = text.splitlines()
    elif name.endswith(".html"):
        page = _Page("")
        page.feed(text)
        words = page.words
    elif draft.medium is Medium.WEBSITE:
        words = _record(json.loads(text))
    else:
        words = json.dumps(json.loads(text), ensure_ascii=False, indent=2).splitlines()
    return {"text": text, "characters": len(text), "words": words}


def _record(entry: Mapping[str, Any]) -> list[str]:
    """Of an appeal's entry the record for registers of missing persons, as they would read it; empty: it has none."""
    record = str(entry.get("record") or "")
    return [f"{layout.record_file(entry['slug'])}:", *record.splitlines()] if record else []


class _Page(html.parser.HTMLParser):
    """Gathers the pictures and the words of a page that lies in a folder of its draft."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.words: list[str] = []
        self._folder = folder
        self._larger: str | None = None
        self._unseen = 0

    def handle_endtag(self, tag: str) -> None:
        """Called by the parser."""
        self._unseen -= tag in _UNSEEN
        if tag == "a":
            self._larger = None

    def handle_data(self, data: str) -> None:
        """Called by the parser."""
        if not self._unseen and (words := " ".join(data.split())):
            self.words.append(words)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Called by the parser."""
        values = dict(attrs)
        self._unseen += tag in _UNSEEN
        if tag == "a":
            self._larger = values.get("href")
        if tag == "img":
            for source in filter(None, (values.get("src"), self._larger)):
                self.found[posixpath.normpath(posixpath.join(self._folder, source))] = values.get("alt") or ""

"""One channel of a preview: what it would send and how that is taken back, as a document and as lines."""

import dataclasses
import datetime as dt
import hashlib
import posixpath
from collections.abc import Mapping
from typing import Any

from fahndung import terms
from fahndung.channels.base import REGISTERED
from fahndung.channels.capabilities import Capabilities
from fahndung.channels.kinds import ADDRESSED
from fahndung.channels.pages import IN_REGISTERS
from fahndung.errors import Message
from fahndung.law.clock import End
from fahndung.law.periods import stamp
from fahndung.lifecycle import closings, draftreading, windows
from fahndung.model.plain import to_plain
from fahndung.model.publication import CLOSINGS, Draft
from fahndung.terms import Terms

HOW = Message(
    "Everything listed is deleted, its addresses answer 410, and both are read back with the canary as control.",
    "Alles Genannte wird gelöscht, die Adressen antworten mit 410; beides wird mit der Kontrolldatei zurückgelesen.",
)
_FOLDERS = frozenset({"website", "sftp"})
HOW_ELSEWHERE = Message(
    "Everything listed is deleted, and all else there that carries its marker. What proves that:",
    "Alles Genannte wird gelöscht und alles, was dort sonst das Kennzeichen trägt. Der Nachweis:",
)
HOW_FOR_A_WHILE = Message(
    "While the platform lets the program delete it:",
    "Solange die Plattform das Löschen durch das Programm zulässt:",
)
HOW_UNSEEN = Message(
    "It is deleted; nobody but its members can look, so that a person has to note that it is gone.",
    "Es wird gelöscht; nachsehen können nur Mitglieder, deshalb muss eine Person vermerken, dass es weg ist.",
)
HOW_TOLD = Message(
    "A mail cannot be taken back. At the end each recipient gets one closing notice that asks for deletion; what they "
    "keep stays open by hand until a person notes that it is deleted.",
    "Eine Mail ist nicht zurückzuholen. Am Ende erhält jeder Empfänger eine Nachricht mit der Bitte um Löschung; was "
    "dort bleibt, ist als Handposten offen, bis jemand die Löschung vermerkt.",
)
NO_LIMIT = Message("characters, no limit is known", "Zeichen, keine Grenze bekannt")
NO_CARD = Message(
    "Beside pictures no preview of the link is shown; the link stands in the text.",
    "Neben Bildern erscheint keine Vorschau des Links; er steht im Text.",
)
REMAINS = Message("What may remain:", "Bleiben kann:")
ONCE_GONE = Message("Posted once all of it is gone:", "Wird veröffentlicht, sobald alles gelöscht ist:")
AT_THE_END = Message("In its place at the end, where it cannot be deleted:", "Am Ende dort, wo es nicht löschbar ist:")
TOLD_AT_THE_END = Message(
    "Sent to each recipient at the end, by itself:", "Geht am Ende von selbst an jeden Empfänger:"
)
NO_WORDS = Message(
    "(no words: decorative, or on no page that goes out)", "(ohne Worte: schmückend, oder auf keiner Seite davon)"
)

OTHER_SIZE = Message("a size that no page shows", "eine Größe, die keine Seite zeigt")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One channel of a preview.

    Attributes:
        recipients: who gets it, if it was sent now.
        closing_posts: kind of notice to what is posted once all of it is gone; empty where nothing is.
        letters: kind of notice to the text that each recipient is sent at the end; empty where nobody is written to.
        alts: the last part of a picture's name to the approved words for what it shows, whichever size of it that is.
    """

    draft: Draft
    capabilities: Capabilities
    end: End
    terms: Terms
    recipients: tuple[str, ...] = ()
    closing_posts: Mapping[str, Draft] = dataclasses.field(default_factory=dict)
    letters: Mapping[str, str] = dataclasses.field(default_factory=dict)
    alts: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def media(self) -> list[dict[str, Any]]:
        """Each picture that is sent with its alternative text, and where it has none on a page the words for it."""
        return [
            {"name": name, "alt": alt, "words": alt or self.alts.get(posixpath.basename(name), "")}
            for name, alt in draftreading.pictures(self.draft)
        ]

    @property
    def closings(self) -> Mapping[str, str]:
        """Kind of notice to what stands there, or goes there, at the end."""
        found = self.draft.withdrawal.get(CLOSINGS, {})
        assert isinstance(found, Mapping)
        return {**found, **self.letters}

    @property
    def heading(self) -> Message:
        """What becomes of the closings."""
        return TOLD_AT_THE_END if self.letters else AT_THE_END

    @property
    def residual(self) -> Message:
        """What may remain elsewhere of this draft."""
        told = [self.capabilities.residual]
        if self.draft.withdrawal.get(REGISTERED) is True:
            told.append(IN_REGISTERS)
        return Message(" ".join(one.en for one in told), " ".join(one.de for one in told))

    def as_json(self, language: str) -> dict[str, Any]:
        """One JSON document."""
        draft = self.draft
        warning = windows.warning(draft.channel, self.capabilities, self.end.at, out_at=None, ttl=self.terms.ttl)
        return {
            "channel": draft.channel,
            "kind": draft.kind,
            "medium": draft.medium.value,
            "marker": draft.marker,
            "urls": _urls(draft),
            "parts": _parts(draft),
            "media": self.media,
            "card": NO_CARD.in_language(language) if draft.attachments else None,
            "taken": draft.text or None,
            "counted": _counted(draft, language),
            "recipients": list(self.recipients),
            "ends_at": to_plain(self.end.at),
            "ends_because": _because(self, language),
            "waits": None if self.terms.embargo is None else _waits(self.terms.embargo, language),
            "withdrawal": _how(self, language),
            "warning": None if warning is None else warning.in_language(language),
            "closings": dict(self.closings),
            "closings_how": self.heading.in_language(language) if self.closings else None,
            "closing_posts": [
                {"kind": kind, "parts": _parts(one), "counted": _counted(one, language)}
                for kind, one in self.closing_posts.items()
            ],
            "residual": self.residual.in_language(language),
        }

    def lines(self, language: str) -> list[str]:
        """What it would send, for people."""
        return _lines(self.as_json(language), language)

    def whole_lines(self, language: str) -> list[str]:
        """The same, with who gets it, until when, how it is taken back, and what is said at the end."""
        document = self.as_json(language)
        lines = _lines(document, language)
        lines += [f"  @ {len(self.recipients)}: {', '.join(self.recipients)}"] if self.recipients else []
        lines += [f"  ⏱ {document['waits']}"] if document["waits"] else []
        lines += [
            f"  ■ {_until(self.end, language)}  {document['ends_because']}",
            f"  ⌫ {document['withdrawal']} {REMAINS.in_language(language)} {document['residual']}",
        ]
        lines += [f"  ⚠ {document['warning']}"] if document["warning"] else []
        for kind, text in document["closings"].items():
            what = f"{self.heading.in_language(language)} {closings.case_of(kind).in_language(language)}"
            lines += [f"  ⌫ {what}", *(f"    │ {line}" for line in text.splitlines())]
        return lines + [line for one in document["closing_posts"] for line in _closing_lines(one, language)]

    def removed(self, part: "Shown") -> list[str]:
        """What a visitor no longer finds once this is replaced by a part of it."""
        return sorted(self.draft.payload.keys() - part.draft.payload.keys())


def _lines(document: Mapping[str, Any], language: str) -> list[str]:
    told = f" ({document['medium']})" if document["medium"] != document["channel"] else ""
    lines = ["", f"{document['channel']}{told}", *(f"  {url}" for url in document["urls"])]
    lines += _part_lines(document, language)
    lines += [f"  ▣ {picture['name']}: {_words(picture, language)}" for picture in document["media"]]
    lines += [f"  ▣ {document['card']}"] if document["card"] else []
    return lines + _counted_lines(document)


def _words(picture: Mapping[str, Any], language: str) -> str:
    if not picture["words"]:
        return NO_WORDS.in_language(language)
    return str(picture["words"]) + ("" if picture["alt"] else f" ({OTHER_SIZE.in_language(language)})")


def _part_lines(document: Mapping[str, Any], language: str) -> list[str]:
    lines, unit = [], BYTES.in_language(language)
    for part in document["parts"]:
        lines.append(f"  {part['bytes']:>8} {unit}  {part['sha256'][:12]}  {part['name']}")
        lines += [f"    │ {line}" for line in part.get("words", ())]
    return lines


def _until(end: End, language: str) -> str:
    return "–" if end.at is None else stamp(end.at).in_language(language)


def _counted_lines(document: Mapping[str, Any]) -> list[str]:
    """Which of several texts it takes, and how long the platform counts it."""
    counted, told = document["counted"], [document["taken"]] if document.get("taken") else []
    if counted is not None:
        limit = "" if counted["most"] is None else f" / {counted['most']}"
        told.append(f"{counted['length']}{limit} {counted['unit']}")
    return [f"  ∑ {', '.join(told)}"] if told else []


def _closing_lines(document: Mapping[str, Any], language: str) -> list[str]:
    """What is posted at an end of one kind, once all else on the account is gone."""
    what = f"{ONCE_GONE.in_language(language)} {closings.case_of(document['kind']).in_language(language)}"
    return [f"  ✎ {what}", *_part_lines(document, language), *_counted_lines(document)]


def _parts(draft: Draft) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "bytes": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
            **draftreading.words(name, data, draft),
        }
        for name, data in draft.payload.items()
    ]


def _counted(draft: Draft, language: str) -> dict[str, Any] | None:
    """How long its text is: as its platform counts, else in characters where it sends one text and knows no limit."""
    counted = draft.counted
    if counted is None:
        texts = [data for name, data in draft.payload.items() if name.endswith(".txt")]
        if len(texts) != 1:
            return None
        return {"length": len(texts[0].decode()), "most": None, "unit": NO_LIMIT.in_language(language)}
    return {"length": counted.length, "most": counted.most, "unit": counted.unit.in_language(language)}


def _urls(draft: Draft) -> list[object]:
    """Where people will find it, as far as that is known before it is there."""
    pages: list[object] = [reference.url for reference in draft.references if reference.kind == "page"]
    told = draft.withdrawal.get("url")
    return pages or ([] if told is None else [told])


BYTES = Message("bytes", "Byte")

LATER = Message("{span} later than everything else", "{span} später als alles andere")

AT_MOST = Message("; on this account {span} at most", "; auf diesem Konto höchstens {span}")


def _waits(embargo: dt.timedelta, language: str) -> str:
    return LATER.in_language(language).format(span=terms.told(embargo).in_language(language))


def _because(shown: Shown, language: str) -> str:
    because, ttl = shown.end.because.in_language(language), shown.terms.ttl
    if ttl is None:
        return because
    return because.removesuffix(".") + AT_MOST.in_language(language).format(span=terms.told(ttl).in_language(language))


def _how(shown: Shown, language: str) -> str:
    """How it is taken back: a folder's addresses answer 410, a mail stays, every other channel says what proves it."""
    if shown.draft.kind in _FOLDERS:
        return HOW.in_language(language)
    if shown.draft.kind in ADDRESSED:
        return HOW_TOLD.in_language(language)
    if shown.capabilities.reads_back == "none":
        return HOW_UNSEEN.in_language(language)
    how = f"{HOW_ELSEWHERE.in_language(language)} {shown.capabilities.proof.in_language(language)}"
    return how if shown.capabilities.delete_window is None else f"{HOW_FOR_A_WHILE.in_language(language)} {how}"

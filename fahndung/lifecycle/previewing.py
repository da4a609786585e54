"""What each channel would send, byte for byte, and how it would be taken back. Offline; sends nothing."""

import dataclasses
import datetime as dt
import hashlib
import html.parser
import json
import posixpath
from collections.abc import Iterator, Mapping
from typing import Any

from fahndung import dossier, routing, terms
from fahndung.channels.base import ADDRESSED, Capabilities, addressed
from fahndung.errors import Message
from fahndung.home import Home
from fahndung.law import clockfacts
from fahndung.law.clock import End
from fahndung.law.periods import stamp
from fahndung.ledger import appeals
from fahndung.ledger.store import Ledger
from fahndung.lifecycle import closingposts, closings, mailing, unfit, windows
from fahndung.lifecycle.readying import chosen, open_channel
from fahndung.model.appeal import Medium, PersonId
from fahndung.model.closing import CLOSING_KINDS, PART_KINDS
from fahndung.model.plain import to_plain
from fahndung.model.publication import CLOSINGS, Draft
from fahndung.model.release import Release
from fahndung.release import faces as release_faces
from fahndung.terms import Terms

HOW = Message(
    "Everything listed is deleted, its addresses answer 410, and both are read back with the canary as control.",
    "Alles Genannte wird gelöscht, die Adressen antworten mit 410; beides wird mit der Kontrolldatei zurückgelesen.",
)
_FOLDERS = frozenset({"website", "sftp"})
_UNSEEN = frozenset({"head", "style", "script"})
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


NOT_BEFORE = Message("not before", "nicht vor")
NO_LIMIT = Message("characters, no limit is known", "Zeichen, keine Grenze bekannt")
NO_CARD = Message(
    "Beside pictures no preview of the link is shown; the link stands in the text.",
    "Neben Bildern erscheint keine Vorschau des Links; er steht im Text.",
)
REMAINS = Message("What may remain:", "Bleiben kann:")
ONCE_GONE = Message("Posted once all of it is gone:", "Wird veröffentlicht, sobald alles gelöscht ist:")
AT_THE_END = Message("In its place at the end, where it cannot be deleted:", "Am Ende dort, wo es nicht löschbar ist:")

WITHOUT = Message(
    "Once the search for {person} is over ('fahndung end --person {person}'), this takes its place at once:",
    "Endet die Fahndung nach {person} („fahndung end --person {person}“), tritt sofort dies an ihre Stelle:",
)
WHOLE = Message(
    "Once the search for {person} is over, the whole appeal goes down: there is no variant without this person.",
    "Endet die Fahndung nach {person}, wird die ganze Fahndung gelöscht: Ohne diese Person gibt es keine Fassung.",
)
TOLD_AT_THE_END = Message(
    "Sent to each recipient at the end, by itself:", "Geht am Ende von selbst an jeden Empfänger:"
)
LEGEND = Message(
    "⏱ when · ■ until when · ∑ text, length · ▣ picture · @ recipients · ⌫ how it is taken back · ✎ after the end",
    "⏱ wann · ■ bis wann · ∑ Text, Länge · ▣ Bild · @ Empfänger · ⌫ wie es gelöscht wird · ✎ nach dem Ende",
)
NO_WORDS = Message(
    "(no words: decorative, or on no page that goes out)", "(ohne Worte: schmückend, oder auf keiner Seite davon)"
)
_PICTURES = (".jpg", ".jpeg", ".png", ".webp")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One channel of a preview.

    Attributes:
        recipients: who gets it, if it was sent now.
        closing_posts: kind of notice to what is posted once all of it is gone; empty where nothing is.
        letters: kind of notice to the text that each recipient is sent at the end; empty where nobody is written to.
    """

    draft: Draft
    capabilities: Capabilities
    end: End
    terms: Terms
    recipients: tuple[str, ...] = ()
    closing_posts: Mapping[str, Draft] = dataclasses.field(default_factory=dict)
    letters: Mapping[str, str] = dataclasses.field(default_factory=dict)

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


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A release as its channels would send it.

    Attributes:
        not_before: the instant before which nothing goes out; None: at once.
        variants: for each person, where several are sought, what would stand once the search for them is over; None
            where the whole appeal would go down.
        routes: every configured account, and why the appeal does not go there.
        refused: the accounts that cannot take it as it is; ``channels`` and ``variants`` leave them out.
        faces: what looked for faces in its pictures, and what became of them; None: it has no picture.
    """

    appeal: str
    revision: int
    digest: str
    not_before: dt.datetime | None
    channels: tuple[Shown, ...]
    routes: tuple[routing.Route, ...]
    variants: Mapping[PersonId, tuple[Shown, ...] | None] = dataclasses.field(default_factory=dict)
    refused: tuple[unfit.Unfit, ...] = ()
    faces: Message | None = None

    def as_json(self, language: str) -> dict[str, Any]:
        """One JSON document."""
        return {
            "id": self.appeal,
            "revision": self.revision,
            "digest": self.digest,
            "not_before": to_plain(self.not_before),
            "faces": None if self.faces is None else self.faces.in_language(language),
            "channels": [_shown_json(shown, language) for shown in self.channels],
            "refused": [one.as_json(language) for one in self.refused],
            "accounts": [route.as_json(language) for route in self.routes],
            "variants": [
                {
                    "without": person,
                    "channels": [
                        _shown_json(shown, language) | {"removed": _removed(whole, shown)}
                        for whole, shown in zip(self.channels, parts or (), strict=parts is not None)
                    ],
                }
                for person, parts in self.variants.items()
            ],
        }

    def lines(self, language: str) -> list[str]:
        """The same for people."""
        lines = [f"{self.appeal} {REVISION.in_language(language)} {self.revision}, {self.digest}"]
        if self.not_before is not None:
            lines.append(f"  ⏱ {NOT_BEFORE.in_language(language)} {stamp(self.not_before).in_language(language)}")
        lines += [] if self.faces is None else [f"  {self.faces.in_language(language)}"]
        lines += [f"  {route.line(language)}" for route in self.routes]
        lines += [line for one in self.refused for line in one.lines(language)]
        for shown in self.channels:
            document = _shown_json(shown, language)
            lines += _lines(document, language)
            lines += [f"  @ {len(shown.recipients)}: {', '.join(shown.recipients)}"] if shown.recipients else []
            lines += [f"  ⏱ {document['waits']}"] if document["waits"] else []
            lines += [
                f"  ■ {_until(shown.end, language)}  {document['ends_because']}",
                f"  ⌫ {document['withdrawal']} {REMAINS.in_language(language)} {document['residual']}",
            ]
            lines += [f"  ⚠ {document['warning']}"] if document["warning"] else []
            for kind, text in document["closings"].items():
                what = f"{shown.heading.in_language(language)} {closings.case_of(kind).in_language(language)}"
                lines += [f"  ⌫ {what}", *(f"    │ {line}" for line in text.splitlines())]
            lines += [line for one in document["closing_posts"] for line in _closing_lines(one, language)]
        for person, parts in self.variants.items():
            lines += ["", (WITHOUT if parts else WHOLE).in_language(language).format(person=person)]
            for whole, shown in zip(self.channels, parts or (), strict=parts is not None):
                lines += _lines(_shown_json(shown, language), language)
                lines += [f"  ⌫ {name}" for name in _removed(whole, shown)]
        return [*lines, "", LEGEND.in_language(language)]


def preview(home: Home, ledger: Ledger, *, appeal_id: str) -> Preview:
    """The latest release as each of its channels would send it, and which of them could not.

    Raises:
        NotPublishable: nothing is built, or a byte was changed.
    """
    config = home.config()
    with ledger.read() as tx:
        submission = appeals.get(tx, appeal_id)
        stored = dossier.latest_release(tx, submission)
        confirmed, reviewed = dossier.confirmations(tx, submission), dossier.reviews(tx, submission)
    made = dossier.load_release(home, stored)
    appeal = dossier.stored_case(home, submission).appeal
    facts = clockfacts.thaw(submission.clock_facts)
    opened = [open_channel(home, ledger, config, name) for name in chosen(appeal, config, made)]
    demanded, views = config.terms, unfit.views(made, appeal)
    refused = unfit.found(opened, made, views, config.closing_posts)
    left_out = {one.channel for one in refused}

    def show(part: Release) -> tuple[Shown, ...]:
        shown = []
        for channel in opened:
            if channel.name in left_out:
                continue
            draft = channel.prepare(part)
            (end,) = facts.ends([draft.medium], confirmations=confirmed, reviews=reviewed)
            writes = addressed(channel)
            who = () if writes is None else tuple(one.address for one in mailing.chosen(writes, appeal))
            term = config.closing_posts.get(channel.name)
            told = {} if term is None or part is not made else closingposts.drafts(channel, part, term)
            able = channel.capabilities()
            own = demanded[channel.name]
            one = Shown(draft=draft, capabilities=able, end=end, terms=own, recipients=who, closing_posts=told)
            shown.append(one if writes is None else dataclasses.replace(one, letters=_letters(part)))
        return tuple(shown)

    return Preview(
        appeal=appeal_id,
        revision=submission.revision,
        digest=stored.digest,
        not_before=facts.plan.not_before,
        channels=show(made),
        routes=routing.routes(appeal, config),
        variants={person: None if part is None else show(part) for person, part in views.items()},
        refused=refused,
        faces=release_faces.sentence(made.manifest) if appeal.images else None,
    )


def pictures(draft: Draft) -> Iterator[tuple[str, str]]:
    """Name and alternative text of each picture that a draft sends; empty where no page of it shows the picture."""
    told = {one.name: one.alt for one in draft.attachments}
    for name, data in draft.payload.items():
        if name.endswith(".html"):
            page = _Page(posixpath.dirname(name))
            page.feed(data.decode())
            told |= page.found
    for name in draft.payload:
        if name.endswith(_PICTURES):
            yield name, told.get(name, "")


def _lines(document: Mapping[str, Any], language: str) -> list[str]:
    lines = ["", f"{document['channel']} ({document['medium']})", *(f"  {url}" for url in document["urls"])]
    lines += _part_lines(document, language)
    wordless = NO_WORDS.in_language(language)
    lines += [f"  ▣ {picture['name']}: {picture['alt'] or wordless}" for picture in document["media"]]
    lines += [f"  ▣ {document['card']}"] if document["card"] else []
    return lines + _counted_lines(document)


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


def _removed(whole: Shown, part: Shown) -> list[str]:
    """What a visitor no longer finds once the variant is up."""
    return sorted(whole.draft.payload.keys() - part.draft.payload.keys())


def _shown_json(shown: Shown, language: str) -> dict[str, Any]:
    draft = shown.draft
    warning = windows.warning(draft.channel, shown.capabilities, shown.end.at, out_at=None, ttl=shown.terms.ttl)
    return {
        "channel": draft.channel,
        "kind": draft.kind,
        "medium": draft.medium.value,
        "marker": draft.marker,
        "urls": _urls(draft),
        "parts": _parts(draft),
        "media": [{"name": name, "alt": alt} for name, alt in pictures(draft)],
        "card": NO_CARD.in_language(language) if draft.attachments else None,
        "taken": draft.text or None,
        "counted": _counted(draft, language),
        "recipients": list(shown.recipients),
        "ends_at": to_plain(shown.end.at),
        "ends_because": _because(shown, language),
        "waits": None if shown.terms.embargo is None else _waits(shown.terms.embargo, language),
        "withdrawal": _how(shown, language),
        "warning": None if warning is None else warning.in_language(language),
        "closings": dict(shown.closings),
        "closings_how": shown.heading.in_language(language) if shown.closings else None,
        "closing_posts": [
            {"kind": kind, "parts": _parts(one), "counted": _counted(one, language)}
            for kind, one in shown.closing_posts.items()
        ],
        "residual": shown.capabilities.residual.in_language(language),
    }


def _parts(draft: Draft) -> list[dict[str, Any]]:
    return [
        {"name": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest(), **_text(name, data, draft)}
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


REVISION, BYTES = Message("revision", "Revision"), Message("bytes", "Byte")
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


def _letters(release: Release) -> dict[str, str]:
    """Kind of notice to the approved text, of each that may be sent at the end."""
    files = {kind: release.files.get(f"texts/closing-{kind}.txt") for kind in (*CLOSING_KINDS, *PART_KINDS)}
    return {kind: file.data.decode() for kind, file in files.items() if file is not None}


def _text(name: str, data: bytes, draft: Draft) -> dict[str, Any]:
    """A text with its length, and the lines that a person reads of it: of a file for machines only where it is all."""
    if not name.endswith((".html", ".txt", ".json")):
        return {}
    text, words = data.decode(), list[str]()
    if name.endswith(".txt"):
        words = text.splitlines()
    elif name.endswith(".html"):
        page = _Page("")
        page.feed(text)
        words = page.words
    elif draft.medium is not Medium.WEBSITE:
        words = json.dumps(json.loads(text), ensure_ascii=False, indent=2).splitlines()
    return {"text": text, "characters": len(text), "words": words}


class _Page(html.parser.HTMLParser):
    """Gathers the pictures and the words of a page that lies in a folder of its draft."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.words: list[str] = []
        self._folder = folder
        self._unseen = 0

    def handle_endtag(self, tag: str) -> None:
        """Called by the parser."""
        self._unseen -= tag in _UNSEEN

    def handle_data(self, data: str) -> None:
        """Called by the parser."""
        if not self._unseen and (words := " ".join(data.split())):
            self.words.append(words)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Called by the parser."""
        values = dict(attrs)
        self._unseen += tag in _UNSEEN
        if tag == "img" and (source := values.get("src")):
            self.found[posixpath.normpath(posixpath.join(self._folder, source))] = values.get("alt") or ""

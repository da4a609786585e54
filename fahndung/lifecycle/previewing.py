"""What each channel would send, byte for byte, and how it would be taken back. Offline; sends nothing."""

import dataclasses
import hashlib
from collections.abc import Mapping
from typing import Any

from fahndung import dossier, variants
from fahndung.channels.base import TELLS_THE_END, Capabilities
from fahndung.errors import Message
from fahndung.home import Home
from fahndung.law import clockfacts
from fahndung.law.clock import End
from fahndung.ledger import appeals
from fahndung.ledger.store import Ledger
from fahndung.lifecycle.publishing import open_channel
from fahndung.model.appeal import PersonId
from fahndung.model.plain import to_plain
from fahndung.model.publication import Draft
from fahndung.model.release import Release
from fahndung.texts import remainder

HOW = Message(
    "Everything listed is deleted, its addresses answer 410, and both are read back with the canary as control.",
    "Alles Genannte wird gelöscht, die Adressen antworten mit 410; beides wird mit der Kontrolldatei zurückgelesen.",
)
HOW_ELSEWHERE = Message(
    "Everything listed is deleted, and all else there that carries its marker. What proves that:",
    "Alles Genannte wird gelöscht und alles, was dort sonst das Kennzeichen trägt. Der Nachweis:",
)


WITHOUT = Message(
    "Once the search for {person} is over ('fahndung end --person {person}'), this takes its place at once:",
    "Endet die Fahndung nach {person} („fahndung end --person {person}“), tritt sofort dies an ihre Stelle:",
)
WHOLE = Message(
    "Once the search for {person} is over, the whole appeal goes down: there is no variant without this person.",
    "Endet die Fahndung nach {person}, wird die ganze Fahndung gelöscht: Ohne diese Person gibt es keine Fassung.",
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One channel of a preview."""

    draft: Draft
    capabilities: Capabilities
    end: End


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A release as its channels would send it.

    Attributes:
        variants: for each person, where several are sought, what would stand once the search for them is over; None
            where the whole appeal would go down.
    """

    appeal: str
    revision: int
    digest: str
    channels: tuple[Shown, ...]
    variants: Mapping[PersonId, tuple[Shown, ...] | None] = dataclasses.field(default_factory=dict)

    def as_json(self, language: str) -> dict[str, Any]:
        """One JSON document."""
        return {
            "id": self.appeal,
            "revision": self.revision,
            "digest": self.digest,
            "channels": [_shown_json(shown, language) for shown in self.channels],
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
        lines = [f"{self.appeal} revision {self.revision}, {self.digest}"]
        for shown in self.channels:
            document = _shown_json(shown, language)
            lines += _lines(document)
            lines += [
                f"  → {document['ends_at']}  {document['ends_because']}",
                f"  ⌫ {document['withdrawal']} {document['residual']}",
            ]
        for person, parts in self.variants.items():
            lines += ["", (WITHOUT if parts else WHOLE).in_language(language).format(person=person)]
            for whole, shown in zip(self.channels, parts or (), strict=parts is not None):
                lines += _lines(_shown_json(shown, language))
                lines += [f"  ⌫ {name}" for name in _removed(whole, shown)]
        return lines


def preview(home: Home, ledger: Ledger, *, appeal_id: str) -> Preview:
    """The latest release as each of its channels would send it.

    Raises:
        NotPublishable: nothing is built, a byte was changed, or a draft does not fit its channel.
    """
    config = home.config()
    with ledger.read() as tx:
        submission = appeals.get(tx, appeal_id)
        stored = dossier.latest_release(tx, submission)
        confirmed, reviewed = dossier.confirmations(tx, submission), dossier.reviews(tx, submission)
    made = dossier.load_release(home, stored)
    appeal = dossier.stored_case(home, submission).appeal
    facts = clockfacts.thaw(submission.clock_facts)
    opened = [open_channel(home, ledger, config, name) for name in dict.fromkeys(appeal.publication.channels)]

    def show(part: Release) -> tuple[Shown, ...]:
        shown = []
        for channel in opened:
            draft = channel.prepare(part)
            (end,) = facts.ends([draft.medium], confirmations=confirmed, reviews=reviewed)
            shown.append(Shown(draft=draft, capabilities=channel.capabilities(), end=end))
        return tuple(shown)

    views = {person.id: variants.view(made, person.id) for person in remainder.separate(appeal)}
    return Preview(
        appeal=appeal_id,
        revision=submission.revision,
        digest=stored.digest,
        channels=show(made),
        variants={person: None if part is None else show(part) for person, part in views.items()},
    )


def _lines(document: Mapping[str, Any]) -> list[str]:
    return [
        "",
        f"{document['channel']} ({document['medium']})",
        *(f"  {url}" for url in document["urls"]),
        *(f"  {part['bytes']:>8} bytes  {part['sha256'][:12]}  {part['name']}" for part in document["parts"]),
    ]


def _removed(whole: Shown, part: Shown) -> list[str]:
    """What a visitor no longer finds once the variant is up."""
    return sorted(whole.draft.payload.keys() - part.draft.payload.keys())


def _shown_json(shown: Shown, language: str) -> dict[str, Any]:
    draft = shown.draft
    return {
        "channel": draft.channel,
        "kind": draft.kind,
        "medium": draft.medium.value,
        "marker": draft.marker,
        "urls": [reference.url for reference in draft.references if reference.kind == "page"],
        "parts": [
            {"name": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest(), **_text(name, data)}
            for name, data in draft.payload.items()
        ],
        "recipients": [],
        "ends_at": to_plain(shown.end.at),
        "ends_because": shown.end.because.in_language(language),
        "withdrawal": _how(shown, language),
        "residual": shown.capabilities.residual.in_language(language),
    }


def _how(shown: Shown, language: str) -> str:
    """How it is taken back: a website's addresses answer 410, and every other channel says itself what proves it."""
    if shown.draft.kind in TELLS_THE_END:
        return HOW.in_language(language)
    return f"{HOW_ELSEWHERE.in_language(language)} {shown.capabilities.evidence.in_language(language)}"


def _text(name: str, data: bytes) -> dict[str, Any]:
    if not name.endswith((".html", ".txt", ".json")):
        return {}
    text = data.decode()
    return {"text": text, "characters": len(text)}

"""What each channel would send, byte for byte, and how it would be taken back. Offline; sends nothing."""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any

from fahndung import routing
from fahndung.channels.base import addressed
from fahndung.dossier import signatures
from fahndung.dossier.stored import latest_release, load_release, stored_case
from fahndung.errors import Message
from fahndung.home import Home
from fahndung.law import clockfacts
from fahndung.law.periods import stamp
from fahndung.ledger import appeals
from fahndung.ledger.store import Ledger
from fahndung.lifecycle import closingposts, mailing, unfit
from fahndung.lifecycle.previewed import Shown
from fahndung.lifecycle.readying import chosen, open_channel
from fahndung.model.appeal import Appeal
from fahndung.model.closing import CLOSING_KINDS, PART_KINDS
from fahndung.model.ids import PersonId
from fahndung.model.plain import to_plain
from fahndung.model.release import Release
from fahndung.release import faces as release_faces
from fahndung.release import naming
from fahndung.release.files import WEBSITE_KINDS

_REVISION = Message("revision", "Revision")
NOT_BEFORE = Message("not before", "nicht vor")


WITHOUT = Message(
    "Once the search for {person} is over ('fahndung end --person {person}'), this takes its place at once:",
    "Endet die Fahndung nach {person} („fahndung end --person {person}“), tritt sofort dies an ihre Stelle:",
)
WHOLE = Message(
    "Once the search for {person} is over, the whole appeal goes down: there is no variant without this person.",
    "Endet die Fahndung nach {person}, wird die ganze Fahndung gelöscht: Ohne diese Person gibt es keine Fassung.",
)


LEGEND = Message(
    "⏱ when · ■ until when · ∑ text, length · ▣ picture · @ recipients · ⌫ how it is taken back · ✎ after the end",
    "⏱ wann · ■ bis wann · ∑ Text, Länge · ▣ Bild · @ Empfänger · ⌫ wie es gelöscht wird · ✎ nach dem Ende",
)


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
            "channels": [shown.as_json(language) for shown in self.channels],
            "refused": [one.as_json(language) for one in self.refused],
            "accounts": [route.as_json(language) for route in self.routes],
            "variants": [
                {
                    "without": person,
                    "channels": [
                        shown.as_json(language) | {"removed": whole.removed(shown)}
                        for whole, shown in zip(self.channels, parts or (), strict=parts is not None)
                    ],
                }
                for person, parts in self.variants.items()
            ],
        }

    def lines(self, language: str) -> list[str]:
        """The same for people."""
        lines = [f"{self.appeal} {_REVISION.in_language(language)} {self.revision}, {self.digest}"]
        if self.not_before is not None:
            lines.append(f"  ⏱ {NOT_BEFORE.in_language(language)} {stamp(self.not_before).in_language(language)}")
        lines += [] if self.faces is None else [f"  {self.faces.in_language(language)}"]
        lines += [f"  {route.line(language)}" for route in self.routes]
        lines += [line for one in self.refused for line in one.lines(language)]
        for shown in self.channels:
            lines += shown.whole_lines(language)
        for person, parts in self.variants.items():
            lines += ["", (WITHOUT if parts else WHOLE).in_language(language).format(person=person)]
            for whole, shown in zip(self.channels, parts or (), strict=parts is not None):
                lines += shown.lines(language)
                lines += [f"  ⌫ {name}" for name in whole.removed(shown)]
        return [*lines, "", LEGEND.in_language(language)]


def preview(home: Home, ledger: Ledger, *, appeal_id: str) -> Preview:
    """The latest release as each of its channels would send it, and which of them could not.

    Raises:
        NotPublishable: nothing is built, or a byte was changed.
    """
    config = home.config()
    with ledger.read() as tx:
        submission = appeals.get(tx, appeal_id)
        stored = latest_release(tx, submission)
        confirmed, reviewed = signatures.confirmations(tx, submission), signatures.reviews(tx, submission)
    made = load_release(home, stored)
    appeal = stored_case(home, submission).appeal
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
            one = Shown(
                draft=draft,
                capabilities=able,
                end=end,
                terms=own,
                recipients=who,
                closing_posts=told,
                alts=_alts(part, appeal, submission.salt),
            )
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


def _alts(release: Release, appeal: Appeal, salt: bytes) -> dict[str, str]:
    """The public name of every size of each picture, and the approved words for what it shows."""
    words = {image.id: release.files.get(f"texts/alt-{image.id}.txt") for image in appeal.images}
    return {
        naming.public_name(salt, appeal, image, kind): file.data.decode().strip()
        for image, file in words.items()
        if file is not None
        for kind in WEBSITE_KINDS
    }


def _letters(release: Release) -> dict[str, str]:
    """Kind of notice to the approved text, of each that may be sent at the end."""
    files = {kind: release.files.get(f"texts/closing-{kind}.txt") for kind in (*CLOSING_KINDS, *PART_KINDS)}
    return {kind: file.data.decode() for kind, file in files.items() if file is not None}

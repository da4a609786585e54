"""The force's own website in a bucket of an S3-compatible store, shown by the store or a web server before it.

Everything but the way to the files is as for a local folder. A store alone answers 404 where an appeal has ended, not
410: gone then means that it answers as for what never was, and holds no version of it.
"""

import datetime as dt
import pathlib
from collections.abc import Mapping

from fahndung.channels import layout
from fahndung.channels.abilities import Evidence
from fahndung.channels.capabilities import Capabilities
from fahndung.channels.pages import ANSWERS_410, IN_PLACE, MEDIUM, NO_REPLIES, RESIDUAL, Pages, Whole
from fahndung.channels.placing import pending_path
from fahndung.channels.preparing import entry_path
from fahndung.channels.s3place import Place
from fahndung.channels.s3site import S3Site
from fahndung.errors import ChannelFailed, Message
from fahndung.model.publication import Altered, Gone, Look, Posting, Unknown

__all__ = ["MEDIUM", "S3", "from_config", "from_ledger"]

_LISTS = (layout.START_PAGE, *layout.LISTS[1:], layout.SITEMAP)
_NO_VERSION = Message(
    " The bucket holds no version of page and pictures, and no older one of the lists.",
    " Der Bucket enthält keine Version von Seite und Bildern und keine ältere der Listen.",
)
_ANSWERS_404 = Message(
    "Page and pictures answer as addresses that never existed (404 or 403; the store cannot say 410), lists without "
    "the entry, and the canary with this home's nonce in the same look.",
    "Seite und Bilder antworten wie Adressen, die es nie gab (404 oder 403; der Speicher kann kein 410), Listen ohne "
    "den Eintrag und in derselben Prüfung die Kontrolldatei dieses Systems.",
)
_EVIDENCE = Evidence(
    by="simulator",
    version="moto 5.2.5, nginx 1.22",
    date=dt.date(2026, 11, 26),
    note=Message("an emulator, not S3", "ein Emulator, nicht S3"),
)


class S3(Pages):
    """One website in a bucket."""

    def __init__(self, place: Place, *, home: pathlib.Path | None = None) -> None:
        self.endpoint = place
        self._objects = S3Site(place)
        self._bare = place.absence == "404"
        super().__init__(place, self._objects, home)

    def capabilities(self) -> Capabilities:
        """It can delete for ever, and publishing twice writes the same paths."""
        answers = _ANSWERS_404 if self._bare else ANSWERS_410
        return Capabilities(
            kind=self.kind,
            can_delete=True,
            delete_window=None,
            can_find=True,
            idempotency="path",
            reads_back="http",
            residual=RESIDUAL,
            proof=Message(answers.en + _NO_VERSION.en, answers.de + _NO_VERSION.de),
            edit=IN_PLACE,
            replies=NO_REPLIES,
            evidence=_EVIDENCE,
        )

    def _seen(self, posting: Posting, whole: Whole) -> Look:
        """What a visitor finds; gone only where the bucket remembers nothing either."""
        seen = super()._seen(posting, whole)
        if not isinstance(seen, Gone):
            return seen
        try:
            left = self._left(whole)
        except ChannelFailed as error:
            return Unknown.because(error, evidence=seen.evidence)
        if left:
            held = ", ".join(left)
            why = Message(
                f"nobody is shown it any more, and the bucket still holds versions of {held}",
                f"es wird niemandem mehr gezeigt, und der Speicher hält noch Versionen von {held}",
            )
            return Altered.of(why, seen.evidence)
        return Gone(evidence={**seen.evidence, "versions": "none"})

    def _left(self, whole: Whole) -> list[str]:
        """The paths of which a version is left that shows the appeal."""
        slug, later = whole.withdrawal.slug, whole.later
        ending = [entry_path(slug), pending_path(slug), layout.appeal_file(slug)] if later is None else []
        shared = [*_LISTS, layout.alert_file(slug), layout.record_file(slug), *(later or ())]
        own = [path for path in (*whole.paths, *ending) if path not in shared]
        left = [path for path in own if self._objects.versions(path)]
        return left + [path for path in shared if any(not one.is_latest for one in self._objects.versions(path))]


def from_config(config: Mapping[str, object], *, home_id: str, nonce: str, home: pathlib.Path) -> S3:
    """The website that one table of the configuration describes.

    Raises:
        InvalidConfig: a key is missing, unknown or wrong.
    """
    own = {key: value for key, value in config.items() if key != "kind"}
    return S3(Place.from_config(own, home_id=home_id, nonce=nonce), home=home)


def from_ledger(endpoint: Mapping[str, object]) -> S3:
    """The website of a ledger row.

    Raises:
        ChannelFailed: the row does not say which website it was.
    """
    return S3(Place.from_ledger(endpoint))

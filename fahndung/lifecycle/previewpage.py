"""The preview as one HTML page to look at before approving: nothing is loaded from anywhere. Decides nothing."""

import base64
import dataclasses
import datetime as dt
import mimetypes
import pathlib
from collections.abc import Mapping, Sequence
from typing import Any

from fahndung.errors import Message
from fahndung.law.periods import stamp
from fahndung.law.words import MEDIA
from fahndung.lifecycle import closings, unfit
from fahndung.lifecycle.previewed import OTHER_SIZE, Shown
from fahndung.lifecycle.previewing import Preview
from fahndung.model.mandate import Medium
from fahndung.texts.bounded import TEXT, Bounds
from fahndung.texts.rendering import render

FOLDER = "preview"
_WORDS = {
    "title": Message("Preview", "Vorschau"),
    "draft": Message(
        "For the press office only. Nothing of this was sent.", "Nur für die Pressestelle. Nichts davon wurde gesendet."
    ),
    "revision": Message("revision", "Revision"),
    "digest": Message("Fingerprint (what is approved)", "Fingerabdruck (das wird freigegeben)"),
    "goes": Message("Goes out", "Geht hinaus"),
    "at_once": Message("with 'fahndung publish', at once", "mit „fahndung publish“, sofort"),
    "not_before": Message("not before", "frühestens"),
    "ends": Message("Ends at the latest", "Endet spätestens"),
    "withdrawal": Message("How it is taken back", "So wird es zurückgenommen"),
    "residual": Message("What may remain elsewhere", "Was anderswo bleiben kann"),
    "warning": Message("Warning", "Warnung"),
    "closing_posts": Message("Posted once all of it is gone", "Wird veröffentlicht, sobald alles gelöscht ist"),
    "page": Message("What the page says", "Was auf der Seite steht"),
    "recipients": Message("Recipients", "Empfänger"),
    "public": Message("everybody", "alle"),
    "addresses": Message("Addresses", "Adressen"),
    "text": Message("Text", "Text"),
    "counted": Message("Length", "Länge"),
    "taken": Message("The longest text that fits", "Der längste Text, der passt"),
    "of": Message("of", "von"),
    "media": Message("Pictures", "Bilder"),
    "none": Message("none", "keine"),
    "alt": Message("Alternative text", "Alternativtext"),
    "no_alt": Message("has no alternative text on a page", "auf keiner Seite mit Alternativtext"),
    "other_size": OTHER_SIZE,
    "files": Message("Everything that is sent", "Alles, was gesendet wird"),
    "file": Message("File", "Datei"),
    "bytes": Message("Bytes", "Byte"),
    "without": Message("When the search for one person is over: without", "Endet die Fahndung nach einer Person: ohne"),
    "accounts": Message("Accounts", "Konten"),
    "later": Message("and on this account", "und auf diesem Konto"),
    "unfit": unfit.DOES_NOT_FIT,
    "whole": Message("the whole appeal goes down", "die ganze Fahndung wird gelöscht"),
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Picture:
    name: str
    alt: str
    words: str
    data: str


def page(preview: Preview, language: str, *, home: pathlib.Path | None = None) -> str:
    """The whole page; pictures are in it.

    Raises:
        InvalidConfig: the home's own template cannot be filled.
    """
    document = preview.as_json(language)
    values: dict[str, Any] = {
        "lang": language,
        "w": {name: word.in_language(language) for name, word in _WORDS.items()},
        "id": preview.appeal,
        "revision": preview.revision,
        "digest": preview.digest,
        "not_before": _local(preview.not_before, language),
        "faces": document["faces"],
        "channels": _channels(preview.channels, document["channels"], language),
        "refused": [one | {"caption": _caption(one, "", language)} for one in document["refused"]],
        "accounts": [route.line(language) for route in preview.routes],
        "variants": [
            {"without": variant["without"], "channels": _channels(preview.variants[variant["without"]], told, language)}
            for variant in document["variants"]
            for told in [variant["channels"]]
        ],
    }
    told = [*values["channels"], *(channel for variant in values["variants"] for channel in variant["channels"])]
    return render("preview.html.j2", values, lang=FOLDER, home=home, bounds=_bounds(told))


def _bounds(channels: Sequence[Mapping[str, Any]]) -> Bounds:
    """Each account is told as long as a text may be, and carries its pictures besides."""
    texts = 1 + len(channels)
    pictures = sum(len(picture.data) for channel in channels for picture in channel["pictures"])
    return Bounds(steps=texts * TEXT.steps, characters=texts * TEXT.characters + pictures)


def _channels(shown: Sequence[Shown] | None, told: Sequence[dict[str, Any]], language: str) -> list[dict[str, Any]]:
    return [
        {
            **document,
            "until": _local(one.end.at, language),
            "closing_posts": [
                one | {"case": closings.case_of(one["kind"]).in_language(language)} for one in document["closing_posts"]
            ],
            "closings": [
                (closings.case_of(kind).in_language(language), text) for kind, text in document["closings"].items()
            ],
            "caption": _caption(document, str(one.draft.endpoint.get("account") or ""), language),
            "texts": _texts(document, raw=False),
            "raw": _texts(document, raw=True),
            "pages": [part for part in document["parts"] if part["name"].endswith(".html")],
            "pictures": [
                _Picture(**picture, data=_data(picture["name"], one.draft.payload[picture["name"]]))
                for picture in one.media
            ],
        }
        for one, document in zip(shown or (), told, strict=True)
    ]


def _texts(document: Mapping[str, Any], *, raw: bool) -> list[dict[str, Any]]:
    """What a person reads first; ``raw``: what a machine is sent on a network beside such a text."""
    told = [part for part in document["parts"] if part.get("words") and not part["name"].endswith(".html")]
    plain = any(part["name"].endswith(".txt") for part in told) and document["medium"] != Medium.WEBSITE
    return [
        part | {"text": "\n".join(part["words"])} for part in told if (plain and part["name"].endswith(".json")) is raw
    ]


def _caption(document: Mapping[str, Any], account: str, language: str) -> str:
    """What kind of account it is and its medium in words, where its name does not say that, and whose it is."""
    medium = MEDIA[Medium(document["medium"])].in_language(language)
    told = [word for word in (document["kind"], medium) if word != document["channel"]]
    return ", ".join([*told, account] if account else told)


def _local(instant: dt.datetime | None, language: str) -> str:
    return "" if instant is None else stamp(instant).in_language(language)


def _data(name: str, data: bytes) -> str:
    kind, _ = mimetypes.guess_type(name)
    return f"data:{kind or 'application/octet-stream'};base64,{base64.b64encode(data).decode()}"

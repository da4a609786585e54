"""The preview as one HTML page to look at before approving: nothing is loaded from anywhere. Decides nothing."""

import base64
import dataclasses
import datetime as dt
import mimetypes
import pathlib
from collections.abc import Sequence
from typing import Any

from fahndung.errors import Message
from fahndung.law.periods import stamp
from fahndung.lifecycle import closings, unfit
from fahndung.lifecycle.draftreading import pictures
from fahndung.lifecycle.previewed import Shown
from fahndung.lifecycle.previewing import Preview
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
    data: str


def page(preview: Preview, language: str, *, home: pathlib.Path | None = None) -> str:
    """The whole page; pictures are in it.

    Raises:
        InvalidConfig: the home's own template cannot be filled.
    """
    document = preview.as_json(language)
    values = {
        "lang": language,
        "w": {name: word.in_language(language) for name, word in _WORDS.items()},
        "id": preview.appeal,
        "revision": preview.revision,
        "digest": preview.digest,
        "not_before": _local(preview.not_before, language),
        "faces": document["faces"],
        "channels": _channels(preview.channels, document["channels"], language),
        "refused": document["refused"],
        "accounts": [route.line(language) for route in preview.routes],
        "variants": [
            {"without": variant["without"], "channels": _channels(preview.variants[variant["without"]], told, language)}
            for variant in document["variants"]
            for told in [variant["channels"]]
        ],
    }
    return render("preview.html.j2", values, lang=FOLDER, home=home)


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
            "account": str(one.draft.endpoint.get("account") or ""),
            "texts": [
                part | {"text": "\n".join(part["words"])}
                for part in document["parts"]
                if part.get("words") and not part["name"].endswith(".html")
            ],
            "pages": [part for part in document["parts"] if part["name"].endswith(".html")],
            "pictures": [
                _Picture(name=name, alt=alt, data=_data(name, one.draft.payload[name]))
                for name, alt in pictures(one.draft)
            ],
        }
        for one, document in zip(shown or (), told, strict=True)
    ]


def _local(instant: dt.datetime | None, language: str) -> str:
    return "" if instant is None else stamp(instant).in_language(language)


def _data(name: str, data: bytes) -> str:
    kind, _ = mimetypes.guess_type(name)
    return f"data:{kind or 'application/octet-stream'};base64,{base64.b64encode(data).decode()}"

"""The sentences of ``evidence``, English and German. Words only."""

import string
from collections.abc import Mapping

from fahndung.errors import Message

NOTHING = Message(
    "Nothing besides the picture was found in the file. What the picture itself shows was not looked at.",
    "In der Datei wurde nichts außer dem Bild gefunden. Was das Bild selbst zeigt, wurde nicht geprüft.",
)

_SENTENCES: dict[str, tuple[str, str]] = {
    "camera": ("The picture was taken with: {value}.", "Das Bild wurde aufgenommen mit: {value}."),
    "lens": ("The lens is named: {value}.", "Das Objektiv ist genannt: {value}."),
    "serial": (
        "The file carries a serial number ({what}): {value}.",
        "Die Datei enthält eine Seriennummer ({what}): {value}.",
    ),
    "owner": (
        "The file names an owner or author ({what}): {value}.",
        "Die Datei nennt Besitzer oder Urheber ({what}): {value}.",
    ),
    "software": (
        "The file was written by the software: {value}.",
        "Die Datei wurde geschrieben mit der Software: {value}.",
    ),
    "time": ("The file carries a time ({what}): {value}.", "Die Datei enthält eine Zeitangabe ({what}): {value}."),
    "description": (
        "The file carries a description ({what}): {value}.",
        "Die Datei enthält eine Beschreibung ({what}): {value}.",
    ),
    "orientation": (
        "The picture is stored turned (EXIF orientation {value}); boxes count in the upright picture.",
        "Das Bild ist gedreht gespeichert (EXIF-Ausrichtung {value}); Felder zählen im aufrechten Bild.",
    ),
    "maker-note": (
        "The file carries {value} bytes of the maker's own notes, which often hold serial numbers.",
        "Die Datei enthält {value} Bytes Herstellernotizen, die oft Seriennummern enthalten.",
    ),
    "thumbnail": (
        "The file carries a small preview picture ({in}, {bytes} bytes), perhaps of what is hidden in the large one.",
        "Die Datei enthält ein kleines Vorschaubild ({in}, {bytes} Bytes), "
        "vielleicht von dem, was im großen verdeckt ist.",
    ),
    "where": ("The file names a place ({what}): {value}.", "Die Datei nennt einen Ort ({what}): {value}."),
    "device": ("The file names a device ({what}): {value}.", "Die Datei nennt ein Gerät ({what}): {value}."),
    "identifier": (
        "The file carries an identifier ({what}), by which copies can be linked: {value}.",
        "Die Datei enthält eine Kennung ({what}), mit der sich Kopien verknüpfen lassen: {value}.",
    ),
    "c2pa-thumbnail": (
        "The record of origin (C2PA) holds a preview picture, perhaps of what is hidden in the large one.",
        "Der Herkunftsnachweis (C2PA) enthält ein Vorschaubild, vielleicht von dem, was im großen verdeckt ist.",
    ),
    "embedded": (
        "Inside lies a further file ({in}, {bytes} bytes): {name}.",
        "Darin liegt eine weitere Datei ({in}, {bytes} Bytes): {name}.",
    ),
    "comment": ("The file carries a comment: {value}", "Die Datei enthält einen Kommentar: {value}"),
    "text": (
        "The file carries a text field {name} ({bytes} bytes).",
        "Die Datei enthält ein Textfeld {name} ({bytes} Bytes).",
    ),
    "xmp": (
        "The file carries XMP data ({value} bytes): editing history, names or places.",
        "Die Datei enthält XMP-Daten ({value} Bytes): Bearbeitungsverlauf, Namen oder Orte.",
    ),
    "xmp-place": ("The XMP data name a place.", "Die XMP-Daten nennen einen Ort."),
    "xmp-pictures": (
        "The XMP data point to further pictures or a film in the file.",
        "Die XMP-Daten verweisen auf weitere Bilder oder einen Film in der Datei.",
    ),
    "xmp-history": ("The XMP data carry an editing history.", "Die XMP-Daten enthalten einen Bearbeitungsverlauf."),
    "iptc": (
        "The file carries IPTC or Photoshop data ({value} bytes): captions, names or places.",
        "Die Datei enthält IPTC- oder Photoshop-Daten ({value} Bytes): Bildtexte, Namen oder Orte.",
    ),
    "icc": (
        "The file carries a colour profile ({bytes} bytes), which may name a device: {name}.",
        "Die Datei enthält ein Farbprofil ({bytes} Bytes), das ein Gerät nennen kann: {name}.",
    ),
    "c2pa": (
        "The file carries a record of origin (C2PA, {value} bytes), which may hold names and preview pictures.",
        "Die Datei enthält einen Herkunftsnachweis (C2PA, {value} Bytes), der Namen und Vorschaubilder enthalten kann.",
    ),
    "more-pictures": (
        "The file points to further pictures behind the first one (MPF).",
        "Die Datei verweist auf weitere Bilder hinter dem ersten (MPF).",
    ),
    "frames": (
        "The file holds {value} pictures; one has to be chosen (images[].frame, --frame), the others stay out.",
        "Die Datei enthält {value} Bilder; eines ist zu wählen (images[].frame, --frame), die anderen bleiben weg.",
    ),
    "unknown-part": (
        "The file carries a part of unknown content ({in}, {bytes} bytes).",
        "Die Datei enthält einen Teil unbekannten Inhalts ({in}, {bytes} Bytes).",
    ),
    "unreadable": (
        "A part could not be read ({value}); it may carry more than is told here.",
        "Ein Teil war nicht lesbar ({value}); er kann mehr enthalten, als hier steht.",
    ),
    "more": ("{value} further findings are not listed.", "{value} weitere Funde sind nicht aufgeführt."),
    "too-large": (
        "The file is larger than {value} bytes and was not looked into.",
        "Die Datei ist größer als {value} Bytes und wurde nicht untersucht.",
    ),
    "undecodable": (
        "Its pixels cannot be used: {value}",
        "Die Bildpunkte sind nicht verwendbar: {value}",
    ),
    "wrong-name": (
        "The name {name} does not fit: the file is a {format} picture.",
        "Der Name {name} passt nicht: Die Datei ist ein {format}-Bild.",
    ),
}

FURTHER = "further-picture"
"""What another picture behind the first says: its ``number`` (from 2), and kind and value of what it says."""

KINDS = frozenset({*_SENTENCES, "gps", "trailer", FURTHER})
"""Everything that can be said."""


def parts(kind: str) -> set[str]:
    """The names of what the sentence of this kind says; empty where it says only that something is there."""
    return {name for _, name, _, _ in string.Formatter().parse(_SENTENCES[kind][0]) if name}


def picture(format: str, width: int, height: int, size: int) -> Message:
    """The sentence about the file itself; px and bytes."""
    return Message(
        f"{format} picture, {width} x {height} pixels, {size} bytes.",
        f"{format}-Bild, {width} x {height} Pixel, {size} Bytes.",
    )


def message(kind: str, value: object) -> Message:
    """The sentence for one fact."""
    if kind == FURTHER and isinstance(value, Mapping):
        inner = message(value["kind"], value["value"])
        return Message(f"Picture {value['number']} in it: {inner.en}", f"Bild {value['number']} darin: {inner.de}")
    values = {key: str(part) for key, part in value.items()} if isinstance(value, Mapping) else {"value": str(value)}
    if kind == "gps":
        return _place(values)
    if kind == "trailer":
        return _trailer(values)
    en, de = _SENTENCES[kind]
    return Message(en.format_map(values), de.format_map(values))


def _place(values: Mapping[str, str]) -> Message:
    if "lat" not in values or "lon" not in values:
        return Message(
            "The file carries GPS data without a readable position.",
            "Die Datei enthält GPS-Daten ohne lesbare Position.",
        )
    lat, lon = values["lat"], values["lon"]
    return Message(
        f"The file says where the picture was taken: latitude {lat}, longitude {lon}.",
        f"Die Datei verrät den Aufnahmeort: Breite {lat.replace('.', ',')}, Länge {lon.replace('.', ',')}.",
    )


def _trailer(values: Mapping[str, str]) -> Message:
    count, kind = values["bytes"], values["looks_like"]
    like_en, like_de = (f", which look like {kind}", f", anscheinend {kind}") if kind else ("", "")
    return Message(
        f"Behind the picture follow {count} further bytes{like_en}.",
        f"Hinter dem Bild folgen {count} weitere Bytes{like_de}.",
    )

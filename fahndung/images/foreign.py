"""Names the files that are not accepted as pictures, so that the refusal says what to do with them.

Knows them by their first bytes only and never opens them: EPS, PDF and SVG are programs or documents, raw files need
decoders with a long list of holes.
"""

import re

from fahndung.errors import UnsafeImage

_KNOWN: tuple[tuple[bytes, str, str], ...] = (
    (rb"%PDF", "a PDF document", "ein PDF-Dokument"),
    (rb"%!PS|\xc5\xd0\xd3\xc6", "an EPS or PostScript file", "eine EPS- oder PostScript-Datei"),
    (rb"8BPS", "a Photoshop file (PSD)", "eine Photoshop-Datei (PSD)"),
    (
        rb"....ftyp(?:avi[fs]|hei|hev|mi[af][f1]|msf1)",
        "a HEIF file of a kind that is not accepted (a film, or no HEVC or AV1 picture)",
        "eine HEIF-Datei anderer Art (ein Film oder weder HEVC- noch AV1-Bild)",
    ),
    (rb"....ftyp|RIFF....AVI |\x1aE\xdf\xa3", "a video", "ein Video"),
    (rb"\x00\x00\x00\x0cjP  |\xff\x4f\xff\x51", "a JPEG 2000 picture", "ein JPEG-2000-Bild"),
    (rb"\x00\x00\x00\x0cJXL |\xff\x0a", "a JPEG XL picture", "ein JPEG-XL-Bild"),
    (rb"II\x2a\x00....CR\x02|IIU\x00|IIRO|FUJIFILM", "a camera's raw file", "eine Kamera-Rohdatei"),
    (rb"MM\x00\x2b", "a big-endian BigTIFF file", "eine BigTIFF-Datei mit umgekehrter Bytefolge"),
    (rb"PK\x03\x04", "a ZIP or Office file", "eine ZIP- oder Office-Datei"),
    (rb"\x00\x00\x01\x00", "an icon (ICO)", "ein Symbol (ICO)"),
    (rb"icns", "an icon (ICNS)", "ein Symbol (ICNS)"),
    (rb".{128}DICM", "a DICOM file", "eine DICOM-Datei"),
    (rb"P[1-7]\s", "a Netpbm picture", "ein Netpbm-Bild"),
    (rb"\s*(?:<\?xml.{0,4096}?)?<svg", "an SVG drawing", "eine SVG-Grafik"),
    (rb"\s*(?:<!doctype html|<html)", "a web page (HTML)", "eine Webseite (HTML)"),
)
_PATTERNS = tuple((re.compile(magic, re.DOTALL | re.IGNORECASE), en, de) for magic, en, de in _KNOWN)


def refusal(untrusted: bytes) -> UnsafeImage:
    """The error that says what ``untrusted`` is instead of an accepted picture."""
    if not untrusted:
        return UnsafeImage(
            "The file is empty. Get the picture again from its source.",
            "Die Datei ist leer. Bitte das Bild erneut von der Quelle holen.",
        )
    en, de = _name(untrusted)
    return UnsafeImage(
        f"The file is {en}, not a JPEG, PNG, WebP, TIFF, BMP, GIF, AVIF or HEIC picture, whatever its name says. "
        "Export the picture as JPEG or PNG and use that file.",
        f"Die Datei ist {de}, kein JPEG-, PNG-, WebP-, TIFF-, BMP-, GIF-, AVIF- oder HEIC-Bild, gleich wie sie heißt. "
        "Bitte das Bild als JPEG oder PNG exportieren und diese Datei verwenden.",
    )


def _name(untrusted: bytes) -> tuple[str, str]:
    head = untrusted[:8192]
    for pattern, en, de in _PATTERNS:
        if pattern.match(head):
            return en, de
    if re.fullmatch(rb"[\t\n\r\x20-\x7e\x80-\xff]+", head):
        return "a text", "ein Text"
    return "of an unknown kind", "von unbekannter Art"

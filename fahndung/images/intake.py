"""Untrusted bytes in, pixels out: the only door through which a foreign picture comes in.

Looks at the raw bytes first, then has a limited child process decode them. Nothing but an upright sRGB picture and
a few numbers crosses back: no metadata, no second picture, no name.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from PIL import Image

from fahndung.errors import Message, UnsafeImage
from fahndung.images import child, decoding, heif, inventory, placing, probing, redaction
from fahndung.images.limits import DEFAULT, Limits
from fahndung.images.probing import Probe
from fahndung.model.image import Box, Shape
from fahndung.model.raster import Raster

__all__ = ["DEFAULT", "Decoded", "Limits", "Probe", "decode", "sniff"]


_KINDS = {"video": "wie ein Video", "JPEG": "wie ein JPEG-Bild", "PNG": "wie ein PNG-Bild", "ZIP": "wie ein ZIP"}
_COLOURS = Message(
    "The file tells by numbers (CICP) that its colours are wide or HDR; that is not applied. Check the colours.",
    "Die Datei nennt durch Zahlen (CICP) einen erweiterten oder HDR-Farbraum; er wird nicht angewandt. Bitte Farben "
    "prüfen.",
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A picture as pixels.

    Attributes:
        pixels: what is left of the picture: cropped, filled, scaled, sRGB (mode RGB). Nobody else holds it.
        upright_width, upright_height: px of the whole original after its orientation was applied.
        scale: its px for one px of the upright original, at most 1.
        window: the part of the upright original that it shows.
        regions: the filled rectangles in its px.
        warnings: what was odd about the file and did not stop it.
    """

    pixels: Image.Image
    upright_width: int
    upright_height: int
    scale: float
    window: Box
    regions: tuple[Box, ...] = ()
    warnings: tuple[Message, ...] = ()

    @property
    def raster(self) -> Raster:
        """The same as bytes."""
        return Raster(width=self.pixels.width, height=self.pixels.height, rgb=self.pixels.tobytes())


def sniff(untrusted: bytes, limits: Limits = DEFAULT, *, frame: int | None = None) -> Probe:
    """What the file claims to be, if that may be decoded at all.

    Args:
        frame: number of the picture that is meant, from 1; of one picture the first is meant.

    Raises:
        UnsafeImage: too large (bytes, px, px along a side), not an accepted format, several pictures in one file
            and none chosen, an unfinished JPEG or one with too many scans.
    """
    if len(untrusted) > limits.size:
        raise UnsafeImage(
            f"The file has {len(untrusted)} bytes; at most {limits.size} are accepted. Export it smaller, as JPEG.",
            f"Die Datei hat {len(untrusted)} Bytes, höchstens {limits.size} sind erlaubt. "
            "Bitte kleiner als JPEG exportieren.",
        )
    found = probing.probe(untrusted, limits, frame=frame)
    if found.format == "HEIF":
        heif.check_extra()
    _check_frame(found)
    _check_size(found, limits)
    _check_parts(found, limits)
    return found


def _check_size(found: Probe, limits: Limits) -> None:
    if found.width < 1 or found.height < 1:
        raise UnsafeImage(
            f"The {found.format} file says its picture is {found.width} x {found.height} pixels; it is damaged. "
            "Get it again from its source.",
            f"Laut der {found.format}-Datei ist ihr Bild {found.width} x {found.height} Pixel groß; sie ist "
            "beschädigt. Bitte erneut von der Quelle holen.",
        )
    if max(found.width, found.height) > limits.side or found.width * found.height > limits.pixels:
        raise UnsafeImage(
            f"The picture has {found.width} x {found.height} pixels; at most {limits.pixels} in all and "
            f"{limits.side} along a side are accepted. Export it smaller.",
            f"Das Bild hat {found.width} x {found.height} Pixel; erlaubt sind höchstens {limits.pixels} insgesamt "
            f"und {limits.side} je Seite. Bitte kleiner exportieren.",
        )


def _check_frame(found: Probe) -> None:
    choices = found.frames - found.hidden
    if found.frames > 1 and found.frame is None:
        raise UnsafeImage(
            f"The {found.format} file holds {found.frames} pictures (animation, pages or layers); which one is meant "
            f"cannot be guessed. Choose one from 1 to {choices}: in a record with images[].frame, else with --frame.",
            f"Die {found.format}-Datei enthält {found.frames} Bilder (Animation, Seiten oder Ebenen); welches gemeint "
            f"ist, lässt sich nicht erraten. Bitte eines von 1 bis {choices} wählen: im Datensatz mit images[].frame, "
            "sonst mit --frame.",
        )
    if found.frame is not None and not 1 <= found.frame <= max(1, choices):
        raise UnsafeImage(
            f"Picture {found.frame} was chosen, but in the {found.format} file only 1 to {max(1, choices)} can be. "
            "Correct images[].frame or --frame.",
            f"Gewählt ist Bild {found.frame}, in der {found.format}-Datei gibt es aber nur 1 bis {max(1, choices)}. "
            "Bitte images[].frame oder --frame berichtigen.",
        )


def _check_parts(found: Probe, limits: Limits) -> None:
    if found.frames < 1:
        raise UnsafeImage(
            f"The {found.format} file ends before its picture begins; it is cut off or damaged. "
            "Get it again from its source.",
            f"Die {found.format}-Datei endet, bevor ihr Bild beginnt; sie ist abgeschnitten oder beschädigt. "
            "Bitte erneut von der Quelle holen.",
        )
    if found.scans > limits.scans:
        raise UnsafeImage(
            f"The JPEG file has {found.scans} scans, more than {limits.scans}; files like that are made to block a "
            "computer. Export it again as a plain JPEG.",
            f"Die JPEG-Datei hat {found.scans} Durchläufe, mehr als {limits.scans}; so gebaute Dateien sollen Rechner "
            "blockieren. Bitte neu als einfaches JPEG exportieren.",
        )
    if not found.complete:
        raise UnsafeImage(
            "The progressive JPEG file is unfinished: its detail is missing. Get it again from its source, "
            "or export it again as a plain JPEG.",
            "Die progressive JPEG-Datei ist unvollständig: Die Feinheiten fehlen. Bitte erneut von der Quelle holen "
            "oder neu als einfaches JPEG exportieren.",
        )


def decode(
    untrusted: bytes,
    *,
    longest: int | None,
    hidden: Sequence[Shape] = (),
    crop: Box | None = None,
    frame: int | None = None,
    limits: Limits = DEFAULT,
) -> Decoded:
    """The pixels of ``untrusted``: upright, with ``hidden`` filled, cropped, scaled down, sRGB.

    Args:
        longest: px that the longer side has at most; None keeps the size. Nothing is scaled up.
        hidden: parts to fill, px of the upright original; each grows by at least 16 px on every side.
        crop: the part to keep, px of the upright original.
        frame: number of the picture that is meant, from 1; must be given if there are several.

    Raises:
        UnsafeImage: the file is refused, cannot be decoded within ``limits``, or a shape or the crop has no area
            or lies outside the picture (the message names it).
    """
    found = sniff(untrusted, limits, frame=frame)
    plan = placing.Plan(probe=found, longest=longest, hidden=tuple(hidden), crop=crop, profile=limits.profile)
    if found.format == "HEIF":
        limits = dataclasses.replace(limits, processes=None)
    decoded = child.taken(
        lambda: decoding.work(untrusted, plan), lambda header, size, read: _decoded(plan, header, size, read), limits
    )
    return dataclasses.replace(decoded, warnings=(*_oddities(untrusted, found), *decoded.warnings))


def _oddities(untrusted: bytes, found: Probe) -> Iterator[Message]:
    """What the pre-parse saw besides the picture and what was done about it."""
    if found.foreign_colours:
        yield _COLOURS
    if rest := inventory.trailer(untrusted, found):
        count, kind = rest
        like = f", which look like a {kind} file" if kind and kind != "video" else f", which look like a {kind}"
        yield Message(
            f"Behind the picture the file holds {count} more bytes{like if kind else ''}. They are left out; "
            "inspect shows them.",
            f"Hinter dem Bild enthält die Datei {count} weitere Bytes{f' ({_KINDS.get(kind, kind)})' if kind else ''}. "
            "Sie bleiben weg; inspect zeigt sie.",
        )


def _decoded(plan: placing.Plan, untrusted_header: Mapping[str, object], size: int, read: child.Read) -> Decoded:
    """The child's answer as a value.

    A child that was taken over can lie about pixels, no more: where the picture is cut and what is hidden is computed
    here from sizes that the file's bytes allow, and filled here once more.
    """
    try:
        upright, loaded = _sizes(plan, untrusted_header["sizes"])
        odd = _oddities_told(untrusted_header["odd"])
        place = placing.placed(plan, upright, loaded)
        pixels = _pixels(*place.size, size, read)
    except (KeyError, TypeError, ValueError) as failure:
        raise UnsafeImage(
            "The picture decoder gave an answer that makes no sense; the file is hostile. Do not use it.",
            "Der Bilddekoder lieferte eine unsinnige Antwort; die Datei ist bösartig. Bitte nicht verwenden.",
        ) from failure
    redaction.fill(pixels, place.regions)
    return Decoded(
        pixels=pixels,
        upright_width=upright[0],
        upright_height=upright[1],
        scale=max(place.size) / max(place.window.width, place.window.height),
        window=place.window,
        regions=place.regions,
        warnings=(*place.said, *odd),
    )


def _sizes(plan: placing.Plan, untrusted_value: object) -> tuple[placing.Size, placing.Size]:
    """The upright size and that of the picture as it was loaded.

    Raises:
        TypeError, ValueError: not four whole numbers, or sizes that the file cannot have.
    """
    width, height, *loaded = numbers = _items(untrusted_value)
    if len(numbers) != 4 or not all(type(number) is int for number in numbers):
        raise TypeError
    upright, shown = cast("tuple[placing.Size, placing.Size]", ((width, height), tuple(loaded)))
    if not placing.is_possible(plan.probe, upright, shown):
        raise ValueError
    return upright, shown


def _oddities_told(untrusted_value: object) -> tuple[Message, ...]:
    """Raises KeyError, TypeError or ValueError for what is no list of known names, each at most once."""
    names = _items(untrusted_value)
    if len(names) > len(decoding.ODDITIES):
        raise ValueError
    return tuple(decoding.ODDITIES[cast("str", name)] for name in names)


def _pixels(width: int, height: int, size: int, read: child.Read) -> Image.Image:
    """A canvas of our own with the pixels that come in.

    Raises:
        ValueError: another number of them, or none.
    """
    if min(width, height) < 1 or width * height * 3 != size:
        raise ValueError
    canvas = Image.new("RGB", (width, height))
    for top in range(0, height, decoding.STRIP):
        rows = min(decoding.STRIP, height - top)
        canvas.paste(Image.frombytes("RGB", (width, rows), read(width * rows * 3)), (0, top))
    return canvas


def _items(untrusted_value: object) -> list[object]:
    if not isinstance(untrusted_value, list):
        raise TypeError
    return untrusted_value

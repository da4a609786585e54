"""What happens to an untrusted picture inside the child process: from bytes to upright sRGB pixels.

Order: decode, flatten to eight bits, turn upright, fill the regions, crop, scale, convert to sRGB, fill again.
Hidden pixels are gone before anything mixes neighbours. Run it through ``intake.decode``, which limits it.
"""

import io
import itertools
import warnings
from collections.abc import Callable, Iterator
from typing import cast

from PIL import BmpImagePlugin, GifImagePlugin, Image, ImageChops, ImageCms, ImageFile, JpegImagePlugin, PngImagePlugin

from fahndung.errors import Message, UnsafeImage
from fahndung.images import heif, placing, redaction
from fahndung.images.child import Stream
from fahndung.images.placing import Plan
from fahndung.images.probing import Probe
from fahndung.model.image import Box

# What Pillow does not load for its own use, only the child loads, for a picture that needs it.


def _webp(stream: io.BytesIO) -> ImageFile.ImageFile:
    from PIL import WebPImagePlugin

    return WebPImagePlugin.WebPImageFile(stream)


def _tiff(stream: io.BytesIO) -> ImageFile.ImageFile:
    from PIL import TiffImagePlugin

    return TiffImagePlugin.TiffImageFile(stream)


def _avif(stream: io.BytesIO) -> ImageFile.ImageFile:
    from PIL import AvifImagePlugin

    AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # the child may start no thread
    return AvifImagePlugin.AvifImageFile(stream)


# A JPEG with further pictures behind it (MPO) is opened as the JPEG it begins with: the others are never looked at.
OPENERS: dict[str, Callable[[io.BytesIO], ImageFile.ImageFile]] = {
    "JPEG": JpegImagePlugin.JpegImageFile,
    "PNG": PngImagePlugin.PngImageFile,
    "WEBP": _webp,
    "TIFF": _tiff,
    "BMP": BmpImagePlugin.BmpImageFile,
    "GIF": GifImagePlugin.GifImageFile,
    "AVIF": _avif,
    "HEIF": heif.opener,
}
STRIP = 64
"""Rows of a picture that cross at once."""

_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SRGB = ImageCms.createProfile("sRGB")
_STEPS = (*range(0, 256, 16), 255)
_EVERYWHERE = Image.frombytes(
    "RGB", (len(_STEPS), len(_STEPS) ** 2), bytes(itertools.chain(*itertools.product(_STEPS, repeat=3)))
)
_ROUNDING = 1
"""Levels by which a conversion may move a colour and still be one from sRGB to sRGB."""
_SPACES = {"L": "GRAY", "RGB": "RGB", "CMYK": "CMYK"}
_ICC_FAILED = Message(
    "The colour profile of the picture is damaged, too large or of another kind; sRGB was assumed. Check the colours.",
    "Das Farbprofil des Bildes ist beschädigt, zu groß oder passt nicht; sRGB wurde angenommen. Bitte Farben prüfen.",
)
_COUNTED = {"AVIF", "HEIF"}
"""Formats in which the decoder has an order of its own: the number counts only if both see as many pictures."""
_UNREAD = "unknown pixel mode"
"""What Pillow says of a sound TIFF file whose pixels it has no mode for."""
_EXIF_FAILED = Message(
    "The EXIF data are damaged, so the picture's orientation is unknown; it was left as stored. "
    "Check that it stands upright and that boxes lie where they should.",
    "Die EXIF-Daten sind beschädigt, die Ausrichtung des Bildes ist unbekannt; es blieb, wie es gespeichert ist. "
    "Bitte prüfen, ob es aufrecht steht und die Felder richtig liegen.",
)
ODDITIES = {"exif": _EXIF_FAILED, "profile": _ICC_FAILED}
"""What only who decodes can know; it crosses by its name."""


def work(untrusted: bytes, plan: Plan) -> Stream:
    """The upright and the loaded size and names of ``ODDITIES`` as the header, RGB bytes as the body.

    Raises:
        UnsafeImage: a shape or the crop is out of range, or the pixel format is not understood.
        Exception: whatever Pillow raises on damaged files.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        return _work(untrusted, plan)


def _work(untrusted: bytes, plan: Plan) -> Stream:
    source = opened(untrusted, plan.probe)
    # Pillow turns LAB into sRGB itself: a profile beside it says nothing about those pixels.
    profile = source.info.get("icc_profile") if source.mode != "LAB" else None
    said: list[str] = []
    turn = _loaded(source, plan, said)
    if plan.probe.format != "JPEG":
        _check_size(source, plan.probe)
    upright = _turned(source.size if plan.probe.format != "JPEG" else (plan.probe.width, plan.probe.height), turn)
    picture = flat(source)
    del source
    if turn in _TURNS:
        picture = picture.transpose(_TURNS[turn])

    place = placing.placed(plan, upright, picture.size)
    sizes = [*upright, *picture.size]
    redaction.fill(picture, place.loaded)
    if place.kept != Box(x=0, y=0, width=picture.width, height=picture.height):
        picture = picture.crop(redaction.edges(place.kept))
    if place.size != picture.size:
        picture = picture.resize(place.size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    picture = _to_srgb(picture, profile, plan.profile, said)
    redaction.fill(picture, place.regions)
    return Stream({"sizes": sizes, "odd": said}, picture.width * picture.height * 3, _strips(picture))


def _strips(picture: Image.Image) -> Iterator[bytes]:
    """Its RGB bytes, ``STRIP`` rows at a time: all at once they would be a second picture in memory."""
    for top in range(0, picture.height, STRIP):
        yield picture.crop((0, top, picture.width, min(picture.height, top + STRIP))).tobytes()


def opened(untrusted: bytes, probe: Probe) -> ImageFile.ImageFile:
    """The file as Pillow sees it, at the chosen picture, not yet decoded, without whatever follows the picture.

    Raises:
        UnsafeImage: Pillow sees another size or number of pictures than the pre-parse: the file shows two faces; or
            it knows no pixels of this kind.
    """
    try:
        source = OPENERS[probe.format](io.BytesIO(untrusted[: probe.end]))
    except SyntaxError as failure:
        if str(failure) == _UNREAD:
            raise _other_pixels() from None
        raise
    if probe.frame is not None and probe.frames - probe.hidden > 1:
        if probe.format in _COUNTED and getattr(source, "n_frames", 1) != probe.frames:
            raise _two_faces()
        source.seek(probe.frame - 1)
    _check_size(source, probe)
    return source


def _check_size(source: Image.Image, probe: Probe) -> None:
    if source.size not in {(probe.width, probe.height), (probe.height, probe.width)}:
        raise _two_faces()


def _other_pixels() -> UnsafeImage:
    return UnsafeImage(
        "The picture stores its pixels in a way that is not read here (such as LAB of 16 bits, or floating point). "
        "Export it with 8 bits a channel in RGB, as PNG or JPEG.",
        "Das Bild speichert seine Bildpunkte auf eine Art, die hier nicht gelesen wird (etwa LAB mit 16 Bit oder "
        "Gleitkomma). Bitte mit 8 Bit je Kanal in RGB als PNG oder JPEG exportieren.",
    )


def _two_faces() -> UnsafeImage:
    return UnsafeImage(
        "The file says two different things about its size or its pictures; it is damaged or hostile. Export it again.",
        "Die Datei macht widersprüchliche Angaben zu ihrer Größe oder ihren Bildern; sie ist beschädigt oder bösartig. "
        "Bitte neu exportieren.",
    )


def _loaded(source: ImageFile.ImageFile, plan: Plan, said: list[str]) -> int:
    """The orientation (1 to 8), with the pixels loaded; a JPEG is decoded as small as the plan allows."""
    if plan.probe.format == "JPEG":
        turn = _orientation(source, said)
        shown = max(source.size)
        if plan.crop is not None:
            window, _ = redaction.within(plan.crop, _turned(source.size, turn), en="crop", de="Ausschnittsfeld")
            shown = max(window.width, window.height)
        if plan.longest is not None and shown > plan.longest:
            # Of a 12 Mpx photo (4032 px) half a size is 2016 px: near enough to 2048 to save a whole resize.
            share = plan.longest * 15 / 16 / shown
            source.draft(None, (max(1, int(source.width * share)), max(1, int(source.height * share))))
        source.load()
        return turn
    source.load()
    if plan.probe.format == "HEIF":
        return 1  # libheif has turned it as the file's own properties say; EXIF and XMP do not count in HEIF
    if plan.probe.format == "AVIF":
        source.info.pop("xmp", None)  # Pillow tells the file's own properties as EXIF; XMP does not count
    # Pillow turns a TIFF upright while loading and forgets its orientation; PNG may carry its EXIF behind the pixels.
    return _orientation(source, said)


def _orientation(source: ImageFile.ImageFile, said: list[str]) -> int:
    try:
        if "exif" in source.info:
            # A second getexif() of a damaged block is empty instead of an error, and opening makes the first.
            Image.Exif().load(source.info["exif"])
        turn = source.getexif().get(_ORIENTATION, 1)
    except Exception:  # damaged EXIF raises anything, and is told, not fatal
        said.append("exif")
        return 1
    return turn if isinstance(turn, int) and turn in _TURNS else 1


def _turned(size: tuple[int, int], turn: int) -> tuple[int, int]:
    return (size[1], size[0]) if turn >= 5 else size


def flat(source: Image.Image) -> Image.Image:
    """The picture in mode L, RGB or CMYK, eight bits, transparent parts white; it may be ``source`` itself.

    Each pixel is computed from itself alone, and nothing depends on the brightest or darkest pixel.

    Raises:
        UnsafeImage: 32 bits a channel, which have no defined white.
    """
    key = source.info.get("transparency")
    keyed = key is not None and source.mode in {"1", "L", "P", "RGB"}
    if keyed and isinstance(key, tuple) and max(key) > 255:  # sixteen bits in the file, eight are left
        source.info["transparency"] = tuple(level >> 8 for level in key)
    if keyed or source.mode in {"LA", "PA", "RGBa"}:
        source = source.convert("RGBA")
    if source.mode == "RGBA":
        canvas = Image.new("RGB", source.size, (255, 255, 255))
        canvas.paste(source.convert("RGB"), mask=source.getchannel("A"))
        return canvas
    if source.mode.startswith("I;16"):
        wide = source if source.mode == "I;16" else source.convert("I")
        grey = wide.convert("I").point(lambda level: level * (1 / 256)).convert("L")
        if isinstance(key, int) and source.mode == "I;16":
            grey.paste(255, mask=_where(source, key))
        return grey
    if source.mode in {"I", "F"}:
        raise UnsafeImage(
            "The picture has 32 bits a channel, which say nothing about what is white. Export it with 8 bits, as JPEG.",
            "Das Bild hat 32 Bit je Kanal; damit ist nicht festgelegt, was Weiß ist. "
            "Bitte mit 8 Bit als JPEG exportieren.",
        )
    if source.mode == "1":
        return source.convert("L")
    return source if source.mode in redaction.MODES else source.convert("RGB")


def _where(source: Image.Image, key: int) -> Image.Image:
    """White where a picture of mode I;16 has exactly the level ``key``."""
    raw = source.tobytes()
    low, high = (
        Image.frombytes("L", source.size, raw[part::2]).point([255 * (level == wanted) for level in range(256)])
        for part, wanted in ((0, key & 255), (1, key >> 8))
    )
    return ImageChops.darker(low, high)


def _changes_nothing(change: ImageCms.ImageCmsTransform) -> bool:
    """Whether the profile is sRGB under another name: of 4,913 colours none moves by more than a level."""
    moved = cast("Image.Image", ImageCms.applyTransform(_EVERYWHERE, change))
    extrema = cast("tuple[tuple[int, int], ...]", ImageChops.difference(moved, _EVERYWHERE).getextrema())
    return max(high for _, high in extrema) <= _ROUNDING


def _to_srgb(picture: Image.Image, untrusted_profile: object, largest: int, said: list[str]) -> Image.Image:
    """The picture in sRGB; a profile that cannot be used is told and sRGB assumed."""
    if isinstance(untrusted_profile, bytes) and untrusted_profile:
        try:
            if len(untrusted_profile) > largest:
                raise ValueError
            profile = ImageCms.ImageCmsProfile(io.BytesIO(untrusted_profile))
            if profile.profile.xcolor_space.strip() == "RGB" and picture.mode == "L":
                picture = picture.convert("RGB")
            if profile.profile.xcolor_space.strip() != _SPACES[picture.mode]:
                raise ValueError
            change = ImageCms.buildTransform(profile, _SRGB, picture.mode, "RGB")
            if picture.mode != "RGB":
                return cast("Image.Image", ImageCms.applyTransform(picture, change))  # None is for work in place only
            if not _changes_nothing(change):
                ImageCms.applyTransform(picture, change, inPlace=True)
            return picture
        except Exception:  # damaged profiles raise anything, and are told, not fatal
            said.append("profile")
    return picture if picture.mode == "RGB" else picture.convert("RGB")

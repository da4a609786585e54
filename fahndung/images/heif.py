"""HEIC pictures: decoded by the extra ``fahndung[heic]``, which only the limited child process imports.

libheif and libde265 have had holes that let a picture run code (CVE-2026-84383 and others in 2026), so releases with
known ones are refused, and the options keep the decoder away from everything but the picture itself.
"""

import io
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from fahndung.errors import UnsafeImage
from fahndung.images import probing

if TYPE_CHECKING:
    from PIL import ImageFile

    Opener = Callable[[io.BytesIO], ImageFile.ImageFile]

OLDEST = (1, 8, 1)
"""The first release of pillow-heif without known holes. Source: its advisories, read 2026-11-22."""


def needs_extra(untrusted: bytes) -> bool:
    """Whether it is a HEIC picture, by the pre-parse; what that refuses needs nothing."""
    if untrusted[4:8] != b"ftyp":
        return False
    try:
        return probing.probe(untrusted).format == "HEIF"
    except UnsafeImage:
        return False


def installed() -> str | None:
    """The version of the decoder, without importing it."""
    from importlib import metadata  # slow, and most runs ask for no version

    try:
        return metadata.version("pillow-heif")
    except metadata.PackageNotFoundError:
        return None


def check_extra() -> None:
    """Accept a HEIC file only if a safe decoder is installed; imports nothing of it.

    Raises:
        UnsafeImage: the extra is missing or older than ``OLDEST``.
    """
    version = installed()
    if version is None:
        raise UnsafeImage(
            "The file is a HEIC picture, which needs the extra fahndung[heic] (pip install 'fahndung[heic]'). "
            "Install it, or export the picture as JPEG and use that file.",
            "Die Datei ist ein HEIC-Bild; dafür fehlt das Extra fahndung[heic] (pip install 'fahndung[heic]'). "
            "Bitte installieren oder das Bild als JPEG exportieren und diese Datei verwenden.",
        )
    if tuple(int(number) for number in re.findall(r"\d+", version)[:3]) < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        raise UnsafeImage(
            f"HEIC pictures are not opened with pillow-heif {version}: it has known holes. "
            f"Install at least {oldest}, or export the picture as JPEG.",
            f"HEIC-Bilder werden mit pillow-heif {version} nicht geöffnet: bekannte Sicherheitslücken. "
            f"Bitte mindestens {oldest} installieren oder das Bild als JPEG exportieren.",
        )


def opener(stream: io.BytesIO) -> "ImageFile.ImageFile":
    """The file as Pillow sees it, at its primary picture, turned as its own properties say (not yet decoded).

    Raises:
        UnsafeImage: as ``check_extra`` does.
    """
    check_extra()
    import pillow_heif

    pillow_heif.options.THUMBNAILS = False
    pillow_heif.options.DEPTH_IMAGES = False
    pillow_heif.options.AUX_IMAGES = False
    pillow_heif.options.DISABLE_SECURITY_LIMITS = False
    pillow_heif.options.DECODE_THREADS = 1
    return cast("Opener", pillow_heif.HeifImageFile)(stream)

"""Which libraries made the pixels and the bytes: the same input gives the same bytes only with the same versions."""

from PIL import features

_NAMES = {
    "jpeg": "libjpeg_turbo",
    "littlecms2": "littlecms2",
    "zlib": "zlib",
    "tiff": "libtiff",
    "webp": "webp",
    "avif": "avif",
}


def versions() -> dict[str, str]:
    """Name to version of the codecs below Pillow; those that it was built without are left out."""
    return {name: found for name, asked in _NAMES.items() if (found := features.version(asked))}

"""Small valid files of every accepted format: where the search for harmful ones starts."""

from PIL import Image

from tests.images import originals
from tests.images.originals import heic, jpeg, saved, scene, talkative


def small() -> Image.Image:
    return scene(48, 32)


def pages() -> dict[str, object]:
    """Options that save a second picture; Pillow keeps a state in each, so no two files share one."""
    return {"save_all": True, "append_images": [small().rotate(180)]}


def seeds() -> dict[str, bytes]:
    """Name and bytes of each."""
    return {
        "jpeg": jpeg(small()),
        "jpeg-progressive": jpeg(small(), progressive=True),
        "jpeg-cmyk": jpeg(small().convert("CMYK")),
        "jpeg-talkative": talkative(),
        "jpeg-exif": jpeg(small(), exif=originals.exif(thumbnail=jpeg(scene(16, 16)))),
        "jpeg-restarts": jpeg(small(), restart_marker_blocks=1),
        "mpo": saved(small(), "MPO", **pages()),
        "png": saved(small(), "PNG", icc_profile=originals.profile()),
        "png-16": originals.png(4, 2, b"\0" + b"\1\2" * 4 + b"\0" + b"\3\4" * 4, depth=16),
        "png-palette": saved(small().convert("P"), "PNG", transparency=3),
        "apng": saved(small(), "PNG", **pages()),
        "webp": saved(small(), "WEBP", exif=originals.exif()),
        "webp-animated": saved(small(), "WEBP", **pages()),
        "gif": saved(small(), "GIF", **pages(), comment=b"abc"),
        "bmp": saved(small(), "BMP"),
        "tiff": saved(small(), "TIFF", **pages()),
        "tiff-big": saved(small(), "TIFF", big_tiff=True, compression="tiff_lzw"),
        "tiff-lab": saved(small().convert("LAB"), "TIFF"),
        "tiff-fax": saved(small().convert("1"), "TIFF", compression="group4"),
        "avif": saved(small(), "AVIF", exif=originals.exif(orientation=6)),
        "avif-sequence": saved(small(), "AVIF", **pages()),
        "heic": heic(small()),
        "heic-odd": heic(scene(47, 31), exif=originals.exif(orientation=6)),
        "heic-several": heic(small(), small().rotate(180)),
        "heic-thumbnail": heic(scene(96, 64), thumbnail=32),
    }

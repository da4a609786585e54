import dataclasses
import functools
import io
import os
import random
import struct
import zlib

import pytest
from PIL import Image, ImageDraw

from fahndung.errors import UnsafeImage
from fahndung.images import decoding, evidence, intake, placing, redaction
from fahndung.images.child import Answer, Stream
from fahndung.images.limits import Limits
from fahndung.model.image import Box, Ellipse

from . import originals
from .originals import CORNERS, jpeg, saved, scene

GREY = (128, 128, 128)
DAMAGED = 100 if os.environ.get("FAHNDUNG_WHOLE") else 10
"""So many files of each format are damaged by chance."""
CORNER = [(0.06, 0.06), (0.94, 0.06), (0.06, 0.94), (0.94, 0.94)]


def picture(decoded: intake.Decoded) -> Image.Image:
    raster = decoded.raster
    return Image.frombytes("RGB", (raster.width, raster.height), raster.rgb)


def near(one: object, other: tuple[int, ...], levels: int = 6) -> bool:
    assert isinstance(one, tuple)
    return all(abs(a - b) <= levels for a, b in zip(one, other, strict=True))


def has_corners(image: Image.Image, corners: tuple[tuple[int, int, int], ...] = CORNERS, levels: int = 6) -> bool:
    return all(
        near(image.getpixel((int(x * image.width), int(y * image.height))), colour, levels)
        for (x, y), colour in zip(CORNER, corners, strict=True)
    )


@pytest.mark.parametrize(
    ("format", "options"),
    [
        ("JPEG", {"quality": 95}),
        ("JPEG", {"quality": 95, "progressive": True}),
        ("PNG", {}),
        ("WEBP", {"quality": 95}),
        ("WEBP", {"lossless": True}),
        ("TIFF", {}),
        ("TIFF", {"compression": "tiff_lzw", "big_tiff": True}),
        ("TIFF", {"compression": "jpeg"}),
        ("BMP", {}),
        ("GIF", {}),
        ("AVIF", {"quality": 95}),
        ("MPO", {"quality": 95}),
    ],
)
def test_every_accepted_format_comes_out_as_the_same_picture(format: str, options: dict[str, object]) -> None:
    decoded = intake.decode(saved(scene(), format, **options), longest=None)
    assert has_corners(picture(decoded), levels=12)
    assert (decoded.upright_width, decoded.upright_height, decoded.scale) == (320, 240, 1.0)
    assert decoded.window == Box(x=0, y=0, width=320, height=240)
    assert decoded.warnings == ()


def turned(orientation: int) -> Image.Image:
    """The picture as a camera stores it whose orientation tag says ``orientation``."""
    back = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    return scene() if back is None else scene().transpose(back)


@pytest.mark.parametrize(
    ("format", "orientation", "longest"),
    [  # every two of the three values meet
        (format, orientation, (None, 75)[(number + orientation + orientation // 5) % 2])
        for number, format in enumerate(("JPEG", "PNG", "WEBP", "TIFF"))
        for orientation in range(1, 9)
    ],
)
def test_each_orientation_comes_out_upright_and_boxes_count_upright(
    format: str, orientation: int, longest: int | None
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = saved(turned(orientation), format, exif=exif.tobytes())
    box = Box(x=230, y=30, width=20, height=40)
    decoded = intake.decode(data, longest=longest, hidden=[box])
    assert (decoded.upright_width, decoded.upright_height) == (320, 240)
    image = picture(decoded)
    assert has_corners(image, levels=25)
    share = image.width / 320
    assert near(image.getpixel((int(240 * share), int(50 * share))), GREY, 0)
    assert not near(image.getpixel((int(190 * share), int(50 * share))), GREY, 3)


@pytest.mark.parametrize("orientation", [0, 9, 77])
def test_an_orientation_that_does_not_exist_changes_nothing(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert has_corners(picture(intake.decode(jpeg(exif=exif.tobytes()), longest=None)))


def test_an_orientation_that_only_the_xmp_data_name_is_applied() -> None:
    xmp = b'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'
    data = originals.with_segments(jpeg(turned(6)), originals.segment(0xE1, xmp))
    assert has_corners(picture(intake.decode(data, longest=None)))


def test_damaged_exif_data_warn_that_the_orientation_is_unknown() -> None:
    data = originals.with_segments(jpeg(), originals.segment(0xE1, b"Exif\0\0" + b"nonsense!" * 9))
    decoded = intake.decode(data, longest=None)
    assert has_corners(picture(decoded))
    assert [warning.en[:21] for warning in decoded.warnings] == ["The EXIF data are dam"]


@pytest.mark.parametrize(
    ("size", "longest", "expected"),
    [
        ((320, 240), 320, (320, 240)),
        ((320, 240), 5000, (320, 240)),
        ((320, 240), 319, (319, 239)),
        ((320, 240), 160, (160, 120)),
        ((1000, 8), 100, (100, 1)),
        ((3, 900), 90, (1, 90)),
    ],
)
def test_the_longer_side_is_at_most_what_was_asked_and_never_grows(
    size: tuple[int, int], longest: int, expected: tuple[int, int]
) -> None:
    assert picture(intake.decode(saved(scene(*size), "PNG"), longest=longest)).size == expected


def test_a_jpeg_is_decoded_at_half_size_where_that_is_enough() -> None:
    data = jpeg(Image.new("RGB", (1008, 756), (9, 99, 199)))
    assert picture(intake.decode(data, longest=512)).size == (504, 378)
    assert picture(intake.decode(data, longest=503)).size == (503, 377)


def test_the_crop_is_kept_at_the_resolution_that_was_asked() -> None:
    data = jpeg(scene(1600, 1200))
    decoded = intake.decode(data, longest=400, crop=Box(x=800, y=300, width=400, height=200))
    assert picture(decoded).size == (400, 200)
    assert (decoded.scale, decoded.window) == (1.0, Box(x=800, y=300, width=400, height=200))


def halves() -> Image.Image:
    """Left half white, right half black."""
    image = Image.new("RGB", (1601, 1200), "white")
    ImageDraw.Draw(image).rectangle((800, 0, 1601, 1200), fill="black")
    return image


@pytest.mark.parametrize("longest", [None, 700, 333, 100, 50])
@pytest.mark.parametrize("format", ["JPEG", "PNG"])
def test_what_was_cropped_away_never_shines_through(format: str, longest: int | None) -> None:
    options = {"quality": 100, "subsampling": 0} if format == "JPEG" else {}
    data = saved(halves(), format, **options)
    left = picture(intake.decode(data, longest=longest, crop=Box(x=100, y=100, width=700, height=700)))
    right = picture(intake.decode(data, longest=longest, crop=Box(x=800, y=100, width=701, height=700)))
    assert left.convert("L").getextrema()[0] >= 250
    assert right.convert("L").getextrema()[1] <= 5


def test_a_crop_of_which_nothing_is_left_is_refused() -> None:
    data = jpeg(scene(1600, 1200))
    with pytest.raises(UnsafeImage, match="too narrow"):
        intake.decode(data, longest=100, crop=Box(x=801, y=0, width=2, height=1200))


@pytest.mark.parametrize(
    "box",
    [
        Box(x=320, y=0, width=10, height=10),
        Box(x=0, y=240, width=10, height=10),
        Box(x=-10, y=5, width=10, height=10),
        Box(x=5, y=-10, width=10, height=10),
        Box(x=5, y=5, width=0, height=10),
        Box(x=5, y=5, width=10, height=-1),
    ],
)
def test_a_box_or_crop_without_area_in_the_picture_is_refused_by_name(box: Box) -> None:
    named = f"{box.x},{box.y},{box.width},{box.height}"
    with pytest.raises(UnsafeImage, match=f"redaction box {named}") as caught:
        intake.decode(jpeg(), longest=None, hidden=[box])
    assert named in caught.value.message.de
    assert caught.value.exit_code == 5
    with pytest.raises(UnsafeImage, match=f"crop {named}"):
        intake.decode(jpeg(), longest=100, crop=box)


def test_a_box_in_the_frame_of_the_stored_picture_is_refused_when_it_lies_outside_the_upright_one() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = jpeg(turned(6), exif=exif.tobytes())
    with pytest.raises(UnsafeImage, match="320 x 240"):
        intake.decode(data, longest=None, hidden=[Box(x=10, y=250, width=50, height=50)])


def test_a_box_that_reaches_beyond_the_picture_is_clipped_with_a_warning() -> None:
    decoded = intake.decode(jpeg(), longest=None, hidden=[Box(x=300, y=-5, width=50, height=50)])
    assert decoded.regions == (Box(x=284, y=0, width=36, height=61),)
    assert "reaches beyond" in decoded.warnings[0].en
    assert "ragt" in decoded.warnings[0].de


def test_a_crop_that_reaches_beyond_the_picture_is_clipped_with_a_warning() -> None:
    decoded = intake.decode(jpeg(), longest=None, crop=Box(x=300, y=200, width=50, height=50))
    assert decoded.window == Box(x=300, y=200, width=20, height=40)
    assert len(decoded.warnings) == 1


def test_boxes_outside_the_crop_are_gone_and_others_move_with_it() -> None:
    boxes = [Box(x=5, y=5, width=10, height=10), Box(x=200, y=100, width=10, height=10)]
    crop = Box(x=150, y=90, width=100, height=100)
    decoded = intake.decode(saved(scene(), "PNG"), longest=None, hidden=boxes, crop=crop)
    assert decoded.regions == (Box(x=34, y=0, width=42, height=36),)
    assert near(picture(decoded).getpixel((50, 20)), GREY, 0)


@pytest.mark.parametrize("bits", [0, 1])
def test_sixteen_bit_grey_is_scaled_and_not_clipped_to_white(bits: int) -> None:
    rows = b"".join(
        b"\0" + b"".join(struct.pack(">H", 25700 if x < 30 else 65535) for x in range(60)) for _ in range(9)
    )
    data = originals.png(60, 9, rows, depth=16)
    if bits:
        data = saved(Image.open(io.BytesIO(data)), "TIFF")
    image = picture(intake.decode(data, longest=None))
    assert image.getpixel((5, 5)) == (100, 100, 100)
    assert image.getpixel((50, 5)) == (255, 255, 255)


def test_sixteen_bit_big_endian_tiff_is_scaled() -> None:
    pixels = struct.pack(">H", 25700) * 16
    entries = ((256, 4), (257, 4), (258, 16), (259, 1), (262, 1), (273, 8), (278, 4), (279, 32))
    tags = b"".join(struct.pack(">HHII", tag, 4, 1, value) for tag, value in entries)
    data = b"MM\0\x2a" + struct.pack(">I", 8 + 32) + pixels + struct.pack(">H", len(entries)) + tags + b"\0" * 4
    assert picture(intake.decode(data, longest=None)).getpixel((1, 1)) == (100, 100, 100)


def test_sixteen_bit_colour_is_scaled() -> None:
    rows = (b"\0" + struct.pack(">HHH", 0x6400, 0x3200, 0xC800) * 8) * 4
    assert picture(intake.decode(originals.png(8, 4, rows, depth=16, colour=2), longest=None)).getpixel((3, 2)) == (
        0x64, 0x32, 0xC8,
    )  # fmt: skip


@pytest.mark.parametrize("mode", ["I", "F"])
def test_thirty_two_bits_a_channel_are_refused(mode: str) -> None:
    with pytest.raises(UnsafeImage, match="32 bits a channel"):
        intake.decode(saved(Image.new(mode, (9, 9)), "TIFF"), longest=None)


@pytest.mark.parametrize("format", ["JPEG", "TIFF"])
def test_cmyk_comes_out_in_its_colours(format: str) -> None:
    data = saved(scene().convert("CMYK"), format)
    box = Box(x=150, y=100, width=10, height=10)
    image = picture(intake.decode(data, longest=None, hidden=[box]))
    assert has_corners(image, levels=20)
    assert image.getpixel((155, 105)) == GREY


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "LAB", "YCbCr"])
def test_every_pixel_format_becomes_rgb(mode: str) -> None:
    format = "TIFF" if mode in {"LAB", "YCbCr"} else "PNG"
    source = scene().convert(mode) if mode != "LAB" else scene().convert("RGB").convert("LAB")
    image = picture(intake.decode(saved(source, format), longest=None, hidden=[Box(x=150, y=100, width=9, height=9)]))
    assert image.getpixel((155, 105)) == GREY
    if mode in {"LA", "L", "1"}:
        assert all(len(set(pixel)) == 1 for _, pixel in image.getcolors(10_000) or [] if isinstance(pixel, tuple))
    else:
        assert has_corners(image, levels={"P": 45, "LAB": 14}.get(mode, 8))


def veiled(mode: str) -> Image.Image:
    """A picture whose right half is transparent and has red below it."""
    image = Image.new("RGBA", (80, 40), (10, 20, 30, 255))
    image.paste((255, 0, 0, 0), (40, 0, 80, 40))
    return image.convert(mode) if mode != "RGBA" else image


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA"])
@pytest.mark.parametrize("longest", [None, 30])
def test_colours_below_transparent_pixels_never_appear(mode: str, longest: int | None) -> None:
    format = "PNG" if mode != "PA" else "TIFF"
    image = veiled("RGBA") if mode == "RGBA" else veiled("LA")
    data = saved(image, format)
    decoded = picture(intake.decode(data, longest=longest))
    right = decoded.crop((decoded.width // 2 + 3, 0, decoded.width, decoded.height))
    assert right.getcolors() == [(right.width * right.height, (255, 255, 255))]


@pytest.mark.parametrize("exact", [True, False])
def test_lossless_webp_with_red_below_transparency_shows_white(*, exact: bool) -> None:
    data = saved(veiled("RGBA"), "WEBP", lossless=True, exact=exact)
    assert picture(intake.decode(data, longest=None)).getpixel((70, 20)) == (255, 255, 255)


def test_half_transparent_pixels_are_mixed_with_white() -> None:
    data = saved(Image.new("RGBA", (8, 8), (0, 0, 0, 128)), "PNG")
    assert near(picture(intake.decode(data, longest=None)).getpixel((4, 4)), (127, 127, 127), 1)


@pytest.mark.parametrize("transparency", [0, b"\0\xff\x80"])
def test_transparent_palette_entries_become_white(transparency: object) -> None:
    image = Image.new("P", (20, 20), 0)
    image.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255])
    image.paste(1, (10, 0, 20, 20))
    decoded = picture(intake.decode(saved(image, "PNG", transparency=transparency), longest=None))
    assert decoded.getpixel((3, 3)) == (255, 255, 255)
    assert decoded.getpixel((15, 3)) == (0, 255, 0)


def test_a_transparent_colour_key_becomes_white() -> None:
    image = Image.new("RGB", (20, 20), (1, 2, 3))
    image.paste((200, 0, 0), (10, 0, 20, 20))
    decoded = picture(intake.decode(saved(image, "PNG", transparency=(200, 0, 0)), longest=None))
    assert [decoded.getpixel((x, 5)) for x in (5, 15)] == [(1, 2, 3), (255, 255, 255)]


def test_palette_leftovers_do_not_come_out() -> None:
    image = Image.new("P", (64, 64))
    image.putpalette([level for entry in range(256) for level in (entry, 255 - entry, 7)])
    image.putdata([x % 256 for x in range(4096)])
    decoded = picture(intake.decode(saved(image, "PNG"), longest=None, hidden=[Box(x=0, y=0, width=64, height=64)]))
    assert decoded.getcolors() == [(4096, GREY)]


def test_a_profile_is_applied_and_not_just_dropped() -> None:
    image = Image.new("RGB", (40, 40), (250, 10, 10))
    plain = picture(intake.decode(saved(image, "PNG", icc_profile=originals.profile()), longest=None))
    swapped = picture(intake.decode(saved(image, "PNG", icc_profile=originals.swapping_profile()), longest=None))
    assert near(plain.getpixel((5, 5)), (250, 10, 10), 2)
    red, _, blue = swapped.getpixel((5, 5))  # type: ignore[misc]
    assert blue > 200 > 60 > red


def test_an_rgb_profile_on_a_grey_picture_is_applied() -> None:
    decoded = intake.decode(saved(Image.new("L", (9, 9), 77), "PNG", icc_profile=originals.profile()), longest=None)
    assert near(picture(decoded).getpixel((4, 4)), (77, 77, 77), 2)
    assert decoded.warnings == ()


@pytest.mark.parametrize(
    ("mode", "profile"),
    [
        ("RGB", b"no profile at all" * 20),
        ("RGB", originals.profile()[:300]),
        ("CMYK", originals.profile()),
        ("RGB", originals.profile() + b"\0" * 2**21),
    ],
    ids=["nonsense", "cut off", "wrong space", "too large"],
)
def test_a_profile_that_cannot_be_used_warns_and_srgb_is_assumed(mode: str, profile: bytes) -> None:
    format = "JPEG" if mode == "CMYK" else "TIFF"
    decoded = intake.decode(saved(scene().convert(mode), format, icc_profile=profile), longest=None)
    assert has_corners(picture(decoded), levels=20)
    assert [warning.en[:18] for warning in decoded.warnings] == ["The colour profile"]


def test_a_file_with_further_pictures_behind_it_gives_the_first() -> None:
    data = io.BytesIO()
    scene().save(data, "MPO", save_all=True, append_images=[Image.new("RGB", (320, 240), "white")], quality=95)
    assert has_corners(picture(intake.decode(data.getvalue(), longest=None)))
    small = intake.decode(data.getvalue(), longest=80)
    assert picture(small).size == (80, 60)


def test_noisy_formats_warn_where_something_is_hidden() -> None:
    box = Box(x=50, y=50, width=9, height=9)
    assert intake.decode(saved(scene(), "WEBP"), longest=None, hidden=[box]).warnings
    assert intake.decode(saved(scene(), "WEBP"), longest=None).warnings == ()


@functools.cache
def damaged() -> dict[str, bytes]:
    png = saved(scene(), "PNG")
    bad_crc = bytearray(png)
    bad_crc[-40] ^= 255
    tables = jpeg()
    return {
        "half a jpeg": jpeg()[: len(jpeg()) // 2],
        "half a png": png[: len(png) // 2],
        "half a webp": saved(scene(), "WEBP")[:500],
        "half a tiff": saved(scene(), "TIFF")[:5000],
        "half a gif": saved(scene(), "GIF")[:3000],
        "half a bmp": saved(scene(), "BMP")[:3000],
        "png with a wrong sum": bytes(bad_crc),
        "jpeg without tables": tables[:20] + tables[tables.index(b"\xff\xc0") :],
        "png text bomb": originals.png(
            2, 2, b"\0\1\2" * 2, extra=originals.png_chunk(b"zTXt", b"k\0\0" + zlib.compress(b"a" * 80_000_000))
        ),
        "png of bits that do not exist": originals.png(4, 4, b"\0" * 40, depth=7),
        "tiff with wrong offsets": saved(scene(40, 40), "TIFF").replace(struct.pack("<HHI", 273, 4, 1), b"\xff" * 8),
        "bmp of an odd kind": saved(scene(40, 40), "BMP").replace(b"\x18\0", b"\x33\0", 1),
    }


@pytest.mark.parametrize("name", damaged())
def test_a_damaged_file_is_refused_with_what_to_do(name: str) -> None:
    with pytest.raises(UnsafeImage) as caught:
        intake.decode(damaged()[name], longest=None)
    assert "damaged or cut off" in str(caught.value)
    assert "erneut von der Quelle" in caught.value.message.de


@pytest.mark.peers
@pytest.mark.no_cover
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "AVIF", "HEIF"])
def test_random_damage_gives_a_picture_or_the_domain_error_and_nothing_else(format: str) -> None:
    rng = random.Random(format)
    original = originals.heic(scene(64, 48)) if format == "HEIF" else saved(scene(64, 48), format)
    for _ in range(DAMAGED):
        data = bytearray(original)
        for _ in range(rng.randint(1, 12)):
            data[rng.randrange(len(data) if rng.random() < 0.5 else min(200, len(data)))] = rng.randrange(256)
        try:
            decoded = intake.decode(bytes(data), longest=40, limits=Limits(cpu_s=5, wall_s=20))
        except UnsafeImage:
            continue
        finally:
            assert evidence.inspect(bytes(data), name="a").sha256
        assert max(decoded.raster.width, decoded.raster.height) <= 40


def test_a_gif_that_unpacks_to_a_huge_screen_is_refused() -> None:
    data = bytearray(saved(Image.new("P", (10, 10)), "GIF"))
    struct.pack_into("<HH", data, 6, 65535, 65535)
    with pytest.raises(UnsafeImage, match="65535 x 65535"):
        intake.decode(bytes(data), longest=100)


@pytest.mark.peers
def test_a_bomb_of_scans_is_stopped_by_the_clock_if_it_is_not_counted() -> None:
    data = originals.scan_bomb(400, side=4000)
    assert len(data) < 200_000
    with pytest.raises(UnsafeImage, match="1 s of processor time"):
        intake.decode(data, longest=100, limits=Limits(scans=10_000, cpu_s=1))


@pytest.mark.peers
def test_a_picture_that_needs_more_memory_than_allowed_is_refused() -> None:
    data = saved(Image.new("RGB", (6000, 6000)), "PNG")
    with pytest.raises(UnsafeImage, match="20 MiB of memory"):
        intake.decode(data, longest=100, limits=Limits(memory=20 * 2**20))


def test_a_file_with_two_sizes_is_refused() -> None:
    data = jpeg()
    frame = data.index(b"\xff\xc0")
    other = bytearray(data[frame : frame + 19])
    struct.pack_into(">HH", other, 5, 500, 500)
    with pytest.raises(UnsafeImage):
        intake.decode(data[:frame] + data[frame : frame + 19] + bytes(other) + data[frame + 19 :], longest=None)
    found = intake.sniff(data)
    lying = intake.Probe(format="JPEG", width=9, height=9, end=found.end)
    with pytest.raises(UnsafeImage, match="two different things"):
        decoding.opened(data, lying)


def test_a_picture_with_a_page_of_text_hidden_behind_it_is_only_a_picture() -> None:
    data = jpeg(comment=b"<html><script>alert(1)</script></html>") + b"PK\x03\x04" + b"secret" * 100
    assert intake.decode(data, longest=None).raster == intake.decode(jpeg(), longest=None).raster


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (7, 5)])
def test_tiny_pictures_survive_boxes_and_scaling(size: tuple[int, int]) -> None:
    decoded = intake.decode(jpeg(Image.new("RGB", size)), longest=4, hidden=[Box(x=0, y=0, width=1, height=1)])
    assert picture(decoded).getpixel((0, 0)) == GREY


def test_overlapping_boxes_and_the_whole_picture_may_be_hidden() -> None:
    boxes = [Box(x=0, y=0, width=320, height=240), Box(x=10, y=10, width=50, height=50)]
    assert picture(intake.decode(jpeg(), longest=100, hidden=boxes)).getcolors() == [(7500, GREY)]


HERE = [320, 240, 320, 240]


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"sizes": "abc", "odd": []},
        {"sizes": HERE[:3], "odd": []},
        {"sizes": HERE},
        {"sizes": [320.0, 240, 320, 240], "odd": []},
        {"sizes": [320, 240, [320], 240], "odd": []},
        {"sizes": [320, 240, 0, 0], "odd": []},
        {"sizes": [320, 240, -320, -240], "odd": []},
        {"sizes": [320, 240, 10**30, 10**30], "odd": []},
        {"sizes": [321, 240, 321, 240], "odd": []},
        {"sizes": [320, 240, 240, 320], "odd": []},
        {"sizes": [320, 240, 107, 80], "odd": []},
        {"sizes": [640, 480, 640, 480], "odd": []},
        {"sizes": [1, 320 * 240, 1, 320 * 240], "odd": []},
        {"sizes": HERE, "odd": "exif"},
        {"sizes": HERE, "odd": ["\x1b[2J"]},
        {"sizes": HERE, "odd": [["exif"]]},
        {"sizes": HERE, "odd": ["exif"] * 9},
    ],
)
def test_a_child_that_lies_about_sizes_or_oddities_is_caught(
    header: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoding, "work", lambda *_: Answer(header, bytes(320 * 240 * 3)))
    with pytest.raises(UnsafeImage, match="makes no sense"):
        intake.decode(jpeg(), longest=None)


def test_true_is_no_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "work", lambda *_: Answer({"sizes": [1, 1, True, True], "odd": []}, b"abc"))
    with pytest.raises(UnsafeImage, match="makes no sense"):
        intake.decode(jpeg(Image.new("RGB", (1, 1))), longest=None)


@pytest.mark.parametrize("size", [0, 3, 320 * 240 * 3 - 1, 320 * 240 * 3 + 1, 2 * 320 * 240 * 3])
def test_a_child_that_sends_another_number_of_pixels_is_caught(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "work", lambda *_: Answer({"sizes": HERE, "odd": []}, bytes(size)))
    with pytest.raises(UnsafeImage, match="makes no sense"):
        intake.decode(jpeg(), longest=None)


@pytest.mark.parametrize("crop", [None, Box(x=40, y=40, width=200, height=150)])
def test_a_child_that_hides_nothing_cannot_switch_redaction_off(
    crop: Box | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, hidden = jpeg(), (Box(x=100, y=90, width=20, height=20), Ellipse(box=Box(x=180, y=60, width=30, height=40)))
    honest = intake.decode(data, longest=100, hidden=hidden, crop=crop)
    work = decoding.work
    monkeypatch.setattr(
        decoding,
        "work",
        lambda untrusted, plan: work(untrusted, dataclasses.replace(plan, hidden=())),
    )
    told = intake.decode(data, longest=100, hidden=hidden, crop=crop)
    assert told.regions == honest.regions != ()
    assert redaction.is_filled(told.pixels, told.regions)
    assert not redaction.is_filled(intake.decode(data, longest=100, crop=crop).pixels, told.regions)


def test_the_child_gives_what_the_same_work_gives_in_this_process() -> None:
    data = originals.talkative()
    box, crop = Box(x=100, y=90, width=20, height=20), Box(x=40, y=40, width=200, height=150)
    plan = placing.Plan(probe=intake.sniff(data), longest=111, hidden=(box,), crop=crop, profile=2**20)
    answer = decoding.work(data, plan)
    decoded = intake.decode(data, longest=111, hidden=[box], crop=crop)
    assert decoded.raster.rgb == b"".join(answer.parts)
    assert answer.header["odd"] == []
    assert "15445 more bytes, which look like a JPEG" in decoded.warnings[0].en
    assert answer.header["sizes"] == HERE
    assert decoded.pixels.size == (111, 83)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGBA", "RGB", "I;16", "RGBa"])
def test_flattening_in_this_process_gives_a_mode_that_can_be_filled(mode: str) -> None:
    source = Image.new("RGBA", (4, 4), (9, 9, 9, 255)).convert("RGBa") if mode == "RGBa" else Image.new(mode, (4, 4))
    assert decoding.flat(source).mode in {"L", "RGB"}


def in_process(data: bytes, **options: object) -> Stream:
    plan = {"longest": None, "hidden": (), "crop": None, "profile": 2**20} | options
    return decoding.work(data, placing.Plan(probe=intake.sniff(data), **plan))  # type: ignore[arg-type]


def test_the_work_itself_covers_odd_files_as_well() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    grey = in_process(
        jpeg(turned(6).convert("L"), exif=exif.tobytes()), longest=80, hidden=(Box(x=9, y=9, width=9, height=9),)
    )
    assert grey.header["sizes"] == [320, 240, 80, 60]
    broken = originals.with_segments(jpeg(icc_profile=b"x" * 99), originals.segment(0xE1, b"Exif\0\0" + b"bad " * 9))
    assert in_process(broken).header["odd"] == ["exif", "profile"]
    assert in_process(saved(scene(), "TIFF", icc_profile=originals.profile()), longest=30).size == 30 * 22 * 3
    assert in_process(saved(scene().convert("L"), "PNG", icc_profile=originals.profile())).header["odd"] == []
    assert in_process(saved(scene().convert("CMYK"), "TIFF", icc_profile=originals.profile())).header["odd"]
    with pytest.raises(UnsafeImage, match="32 bits"):
        decoding.flat(Image.new("F", (1, 1)))
    with pytest.raises(UnsafeImage, match="too narrow"):
        in_process(jpeg(scene(1600, 1200)), longest=100, crop=Box(x=801, y=0, width=2, height=1200))
    assert in_process(saved(Image.new("RGB", (9, 9)), "PNG", icc_profile=originals.profile()), profile=10).header["odd"]
    assert decoding.flat(Image.open(io.BytesIO(saved(Image.new("I;16", (4, 4), 25700), "PNG")))).getpixel((1, 1)) == 100
    assert decoding.flat(Image.new("I;16B", (4, 4))).mode == "L"
    assert decoding.flat(Image.new("YCbCr", (4, 4))).mode == "RGB"

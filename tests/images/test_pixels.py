"""Which pixels come out, to the level: turns, bit depths, colour spaces, transparency, of files without loss."""

import io
import struct
import zlib
from collections.abc import Sequence

import pytest
from PIL import Image

from fahndung.errors import UnsafeImage
from fahndung.images import intake
from fahndung.model.image import Box

from . import originals
from .originals import png_chunk, saved, scene
from .test_intake import near, picture, turned

WHITE = (255, 255, 255)


def pixels(data: bytes, **options: object) -> list[object]:
    """All pixels of the decoded picture, row by row."""
    decoded = picture(intake.decode(data, longest=None, **options))  # type: ignore[arg-type]
    return [decoded.getpixel((x, y)) for y in range(decoded.height) for x in range(decoded.width)]


def exif(orientation: int) -> bytes:
    block = Image.Exif()
    block[0x0112] = orientation
    return block.tobytes()


def xmp(orientation: int, *, element: bool = False) -> bytes:
    told = (
        f"<rdf:Description><tiff:Orientation>{orientation}</tiff:Orientation></rdf:Description>"
        if element
        else f'<rdf:Description tiff:Orientation="{orientation}"/>'
    )
    return f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF>{told}</rdf:RDF></x:xmpmeta>'.encode()


def told_by_exif(format: str, orientation: int) -> bytes:
    lossless = {"lossless": True} if format == "WEBP" else {}
    return saved(turned(orientation), format, exif=exif(orientation), **lossless)


def told_by_xmp(format: str, orientation: int, *, element: bool = False) -> bytes:
    packet = xmp(orientation, element=element)
    if format == "PNG":
        data = saved(turned(orientation), "PNG")
        return data[:33] + png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + packet) + data[33:]
    if format == "TIFF":
        return saved(turned(orientation), "TIFF", tiffinfo={700: packet})
    return saved(turned(orientation), "WEBP", lossless=True, xmp=packet)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format", ["PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("told", [told_by_exif, told_by_xmp])
def test_the_picture_stands_upright_wherever_its_turn_is_told(told: object, format: str, orientation: int) -> None:
    data = told(format, orientation)  # type: ignore[operator]
    assert picture(intake.decode(data, longest=None)).tobytes() == scene().tobytes()


def test_a_turn_told_by_exif_behind_the_pixels_of_a_png_counts() -> None:
    data = saved(turned(6), "PNG")
    data = data[:-12] + png_chunk(b"eXIf", exif(6)[6:]) + data[-12:]
    assert picture(intake.decode(data, longest=None)).tobytes() == scene().tobytes()


def test_a_turn_told_by_an_element_of_the_xmp_data_counts() -> None:
    data = told_by_xmp("WEBP", 8, element=True)
    assert picture(intake.decode(data, longest=None)).tobytes() == scene().tobytes()


@pytest.mark.parametrize("orientation", [0, 9])
@pytest.mark.parametrize("format", ["PNG", "WEBP", "TIFF"])
def test_turns_that_do_not_exist_leave_the_picture_as_it_is(format: str, orientation: int) -> None:
    lossless = {"lossless": True} if format == "WEBP" else {}
    for options in ({"exif": exif(orientation)}, {"xmp": xmp(orientation)} if format == "WEBP" else {}):
        data = saved(scene(), format, **options, **lossless)
        assert picture(intake.decode(data, longest=None)).tobytes() == scene().tobytes()


def test_exif_wins_where_xmp_tells_another_turn() -> None:
    data = saved(turned(6), "WEBP", lossless=True, exif=exif(6), xmp=xmp(3))
    assert picture(intake.decode(data, longest=None)).tobytes() == scene().tobytes()


def test_sixteen_bits_become_the_upper_eight_and_the_colour_key_is_exact() -> None:
    levels = (0x0000, 0x00FF, 0x1234, 0x1235, 0x8000, 0xFF00, 0xFFFF)
    rows = b"\0" + struct.pack(">7H", *levels)
    key = png_chunk(b"tRNS", struct.pack(">H", 0x1234))
    plain, keyed = (originals.png(7, 1, rows, depth=16, extra=extra) for extra in (b"", key))
    grey = [(level, level, level) for level in (0, 0, 0x12, 0x12, 0x80, 255, 255)]
    assert pixels(plain) == grey
    assert pixels(keyed) == [*grey[:2], WHITE, *grey[3:]]


def test_a_colour_key_of_sixteen_bits_makes_its_colour_white() -> None:
    rows = b"\0" + struct.pack(">6H", 0xC801, 0x0020, 0, 0xC900, 0x0020, 0)
    key = png_chunk(b"tRNS", struct.pack(">3H", 0xC801, 0x0020, 0))
    assert pixels(originals.png(2, 1, rows, depth=16, colour=2, extra=key)) == [WHITE, (0xC9, 0, 0)]


@pytest.mark.parametrize(("colour", "channels"), [(4, 2), (6, 4)])
def test_sixteen_bits_with_transparency_are_mixed_with_white(colour: int, channels: int) -> None:
    solid, clear = [0x2000] * (channels - 1) + [0xFFFF], [0x2000] * (channels - 1) + [0]
    rows = b"\0" + struct.pack(f">{2 * channels}H", *solid, *clear)
    assert pixels(originals.png(2, 1, rows, depth=16, colour=colour)) == [(0x20, 0x20, 0x20), WHITE]


@pytest.mark.parametrize(("depth", "white"), [(1, 1), (2, 3), (4, 15)])
def test_few_bits_are_stretched_to_white(depth: int, white: int) -> None:
    packed = bytes([(white << (8 - depth)) & 255])
    assert pixels(originals.png(2, 1, b"\0" + packed, depth=depth)) == [WHITE, (0, 0, 0)]


@pytest.mark.parametrize("compression", ["raw", "group3", "group4", "tiff_deflate"])
def test_pictures_of_one_bit_are_black_and_white(compression: str) -> None:
    image = Image.new("1", (16, 2), 1)
    image.putpixel((3, 1), 0)
    found = pixels(saved(image, "TIFF", compression=compression))
    assert [at for at, pixel in enumerate(found) if pixel != WHITE] == [19]
    assert found[19] == (0, 0, 0)


@pytest.mark.parametrize(
    ("inks", "colour"),
    [
        ((0, 0, 0, 0), (255, 255, 255)),
        ((255, 0, 0, 0), (0, 255, 255)),
        ((0, 255, 0, 0), (255, 0, 255)),
        ((0, 0, 255, 0), (255, 255, 0)),
        ((0, 0, 0, 255), (0, 0, 0)),
        ((128, 64, 0, 32), (111, 167, 223)),
    ],
)
def test_inks_become_the_colours_that_they_print(inks: tuple[int, ...], colour: tuple[int, ...]) -> None:
    flat = Image.new("CMYK", (16, 16), inks)
    inverted = saved(flat, "JPEG", quality=100)
    assert b"Adobe" in inverted
    for data in (saved(flat, "TIFF"), inverted):
        assert set(pixels(data)) == {colour}


@pytest.mark.parametrize(
    ("lab", "colour"),
    [((0, 128, 128), (1, 0, 1)), ((128, 128, 128), (119, 119, 119)), ((255, 128, 128), (254, 255, 254))],
)
@pytest.mark.parametrize("profile", [b"", originals.swapping_profile()])
def test_lab_becomes_srgb_and_a_profile_beside_it_changes_nothing(
    lab: tuple[int, ...], colour: tuple[int, ...], profile: bytes
) -> None:
    """Levels of L* 0, 50 and 100, of neutral colour; sRGB of L* 50 is 119 (CIE)."""
    data = saved(Image.new("LAB", (4, 4), lab), "TIFF", icc_profile=profile or None)
    assert set(pixels(data)) == {colour}
    assert intake.decode(data, longest=None).warnings == ()


@pytest.mark.parametrize("big", [False, True])
def test_tiles_are_put_together(*, big: bool) -> None:
    """Four tiles of 16 x 16 px, of which the right and lower ones reach beyond the picture of 20 x 18."""
    colours = [(10, 20, 30), (40, 50, 60), (70, 80, 90), (100, 110, 120)]
    size = 16 * 16 * 3
    tags: list[tuple[int, int, Sequence[int]]] = [
        *(tag for tag in originals.plain_tags(20, 18, 0) if tag[0] not in {273, 278, 279}),
        (322, 4, (16,)),
        (323, 4, (16,)),
        (324, 4, tuple(16 + size * tile for tile in range(4))),
        (325, 4, (size,) * 4),
    ]
    data = originals.tiff(tags, pixels=b"".join(bytes(colour) * 256 for colour in colours), big=big)
    found = pixels(data)
    assert [found[at] for at in (0, 19, 17 * 20, 17 * 20 + 19)] == colours
    assert len(found) == 360


def test_the_palette_of_a_tiff_counts() -> None:
    tags: list[tuple[int, int, Sequence[int]]] = [
        (256, 4, (2,)), (257, 4, (1,)), (258, 3, (8,)), (259, 3, (1,)), (262, 3, (3,)), (273, 4, (16,)),
        (277, 3, (1,)), (278, 4, (1,)), (279, 4, (2,)),
        (320, 3, tuple(value << 8 for channel in ([9, 200], [8, 100], [7, 50]) for value in [*channel, *[0] * 254])),
    ]  # fmt: skip
    assert pixels(originals.tiff(tags, pixels=b"\0\1")) == [(9, 8, 7), (200, 100, 50)]


def test_a_frame_of_a_gif_is_laid_over_the_ones_before_it() -> None:
    first, second = Image.new("P", (4, 1), 0), Image.new("P", (4, 1), 2)
    for image in (first, second):
        image.putpalette([250, 0, 0, 0, 250, 0, 0, 0, 250])
    second.putpixel((1, 0), 1)
    data = saved(first, "GIF", save_all=True, append_images=[second], transparency=2, disposal=1)
    assert pixels(data, frame=2) == [(250, 0, 0), (0, 250, 0), (250, 0, 0), (250, 0, 0)]


def as_srgb(levels: Sequence[int]) -> tuple[int, ...]:
    """Levels of Display P3 in sRGB, by the matrices and the curve of the standards (IEC 61966-2-1)."""
    linear = [v / 12.92 if (v := level / 255) <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for level in levels]
    rows = zip(*originals.DISPLAY_P3, strict=True)
    x, y, z = (sum(part * light for part, light in zip(row, linear, strict=True)) for row in rows)
    lights = (
        3.1338561 * x - 1.6168667 * y - 0.4906146 * z,
        -0.9787684 * x + 1.9161415 * y + 0.0334540 * z,
        0.0719453 * x - 0.2289914 * y + 1.4052427 * z,
    )
    clipped = (min(1.0, max(0.0, light)) for light in lights)
    return tuple(round(255 * (12.92 * v if v <= 0.0031308 else 1.055 * v ** (1 / 2.4) - 0.055)) for v in clipped)


@pytest.mark.parametrize("levels", [(200, 100, 50), (30, 160, 90), (128, 128, 128), (255, 0, 0), (240, 200, 180)])
def test_display_p3_becomes_srgb_by_the_standards(levels: tuple[int, int, int]) -> None:
    """The matrix from D50 to sRGB is Lindbloom's (Bradford); a level of rounding is allowed."""
    wide = originals.profile_with(*originals.DISPLAY_P3)
    for format in ("PNG", "TIFF"):
        data = saved(Image.new("RGB", (8, 8), levels), format, icc_profile=wide)
        assert near(picture(intake.decode(data, longest=None)).getpixel((4, 4)), as_srgb(levels), 1)


def test_a_profile_that_is_srgb_under_another_name_moves_no_pixel_and_a_little_more_does() -> None:
    red, green, blue = originals.SRGB
    near = (red[0] - 0.03, red[1], red[2])
    picture = originals.scene()
    for primaries, same in ((originals.SRGB, True), ((near, green, blue), False)):
        data = saved(picture, "PNG", icc_profile=originals.profile_with(*primaries))
        assert (intake.decode(data, longest=None).raster.rgb == picture.tobytes()) is same


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_colours_below_transparency_are_gone_before_a_profile_or_a_turn_sees_them(mode: str) -> None:
    """Two files that differ in nothing but what is hidden give the same pixels."""
    made = []
    for hidden in (7, 200):
        image = Image.new(mode, (64, 64), (40,) * (len(mode) - 1) + (255,))
        image.paste((hidden,) * (len(mode) - 1) + (0,), (20, 20, 50, 50))
        data = saved(image, "PNG", exif=exif(6), icc_profile=originals.swapping_profile())
        made.append(intake.decode(data, longest=37, hidden=[Box(x=0, y=0, width=4, height=4)]).raster)
    assert made[0] == made[1]


def test_a_packed_profile_that_unpacks_to_megabytes_is_refused() -> None:
    bomb = png_chunk(b"iCCP", b"a\0\0" + zlib.compress(b"\0" * 3_000_000))
    data = saved(scene(16, 16), "PNG")
    with pytest.raises(UnsafeImage, match="damaged"):
        intake.decode(data[:33] + bomb + data[33:], longest=None)


@pytest.mark.peers
def test_the_same_picture_without_loss_is_the_same_whatever_the_file() -> None:
    formats = [("PNG", {}), ("BMP", {}), ("TIFF", {}), ("TIFF", {"compression": "tiff_lzw"}), ("WEBP", {"lossless": 1})]
    for format, options in formats:
        buffer = io.BytesIO()
        scene().save(buffer, format, **options)
        assert picture(intake.decode(buffer.getvalue(), longest=None)).tobytes() == scene().tobytes()


@pytest.mark.parametrize("format", ["TIFF", "JPEG"])
def test_a_cmyk_profile_is_applied_and_a_hidden_part_stays_grey(format: str) -> None:
    cyan = Image.new("CMYK", (96, 96), (255, 0, 0, 0))
    plain = intake.decode(saved(cyan, format), longest=None).pixels.getpixel((90, 90))
    assert plain == pytest.approx((0, 255, 255), abs=3)
    box = Box(x=10, y=10, width=20, height=20)
    decoded = intake.decode(saved(cyan, format, icc_profile=originals.cmyk_profile()), longest=None, hidden=[box])
    red, green, blue = decoded.pixels.getpixel((90, 90))
    assert red > 220
    assert max(green, blue) < 60
    assert decoded.pixels.getpixel((20, 20)) == (128, 128, 128)
    assert decoded.warnings == ()


def test_pixels_that_are_stored_in_a_way_that_is_not_read_are_named_and_not_called_damaged() -> None:
    data = saved(Image.new("LAB", (4, 4)), "TIFF").replace(b"\x08\0" * 3, b"\x10\0" * 3)
    with pytest.raises(UnsafeImage, match="LAB of 16 bits"):
        intake.decode(data, longest=None)

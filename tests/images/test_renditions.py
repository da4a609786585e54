import functools
import io
import re
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from fahndung.errors import UnsafeImage
from fahndung.images import cleaning, reading, redaction, renditions
from fahndung.images.renditions import Jpeg, Renditions
from fahndung.images.walker import check_jpeg
from fahndung.model.image import Box, Ellipse, Fill, Polygon

from . import originals
from .originals import SECRETS, jpeg, record, saved, scene
from .witness import witnessed

NAMES = ("web", "thumb", "card", "print")
render = functools.partial(renditions.render, card=True)
"""All that there can be."""
BOX = Box(x=403, y=301, width=160, height=210)
BOX_SMALL = Box(x=40, y=40, width=30, height=30)
WORDS = "ZEUGE – NICHT BESCHULDIGTER"


def files(made: Renditions) -> dict[str, Jpeg]:
    return {name: getattr(made, name) for name in NAMES}


def opened(file: Jpeg) -> Image.Image:
    image = Image.open(io.BytesIO(file.data))
    image.load()
    return image


@pytest.mark.peers
def test_four_pictures_of_the_promised_sizes_come_from_one_original() -> None:
    made = render(jpeg(scene(2600, 1400)), image=None)
    sizes = {name: (file.width, file.height) for name, file in files(made).items()}
    assert sizes == {"web": (2048, 1103), "thumb": (400, 215), "card": (1200, 630), "print": (2048, 1103)}
    for name, file in files(made).items():
        check_jpeg(file.data)
        assert opened(file).size == sizes[name]
    assert made.warnings == ()


@pytest.mark.peers
def test_a_picture_for_a_poster_has_the_pixels_of_300_dpi_and_the_same_redaction() -> None:
    image = record(Ellipse(box=Box(x=700, y=500, width=300, height=200)), focus=Box(x=100, y=100, width=90, height=90))
    made = render(jpeg(scene(3000, 1600)), image=image, printed=renditions.PRINT, marker="ZEUGE")
    assert max(made.print.width, made.print.height) == renditions.PRINT
    assert max(made.web.width, made.web.height) == renditions.MASTER
    for name in ("web", "print"):
        picture = opened(files(made)[name])
        assert redaction.is_filled(picture, made.regions[name], redaction.TOLERANCE)
        hidden = made.views[name].original(made.regions[name][0])
        assert 600 < hidden.x < 1000
        assert 440 < hidden.y < 700


def test_a_card_is_made_where_it_is_asked_for_alone() -> None:
    focus = Box(x=10, y=10, width=90, height=90)
    bare, whole = (made(jpeg(), image=record(BOX_SMALL, focus=focus)) for made in (renditions.render, render))
    assert bare.card is None
    assert (bare.web, bare.thumb, bare.print) == (whole.web, whole.thumb, whole.print)
    assert bare.regions.keys() == bare.views.keys() == {"web", "thumb", "print"}
    assert whole.card is not None


def test_a_small_original_is_not_enlarged() -> None:
    made = render(jpeg(scene(300, 200)), image=None)
    assert (made.web.width, made.thumb.width, made.print.width) == (300, 300, 300)


def test_the_same_original_gives_the_same_bytes() -> None:
    one, two = (render(originals.talkative(), image=record(Box(x=9, y=9, width=9, height=9))) for _ in "ab")
    assert files(one) == files(two)


def runs(secret: bytes, published: bytes) -> bool:
    """Whether 16 bytes in a row of ``secret`` stand in ``published``."""
    return any(secret[at : at + 16] in published for at in range(len(secret) - 15))


@pytest.mark.peers
@pytest.mark.parametrize("boxes", [pytest.param((), marks=pytest.mark.peers), (Box(x=40, y=40, width=30, height=30),)])
def test_nothing_that_the_original_carries_is_published(boxes: tuple[Box, ...]) -> None:
    original = originals.talkative()
    made = render(original, image=record(*boxes))
    published = b"".join([file.data for file in files(made).values()] + [cleaning.clean(original, boxes).data])
    assert runs(SECRETS["serial"].encode(), original)
    for secret in SECRETS.values():
        assert not runs(secret.encode(), published)
    preview = originals.preview_file()
    for part in (originals.profile(), originals.exif(), preview[preview.index(b"\xff\xda") + 20 :]):
        assert runs(part, original)
        assert not runs(part, published)


@pytest.mark.peers
@pytest.mark.parametrize("format", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_exiftool_finds_nothing_in_what_is_published(format: str, tmp_path: Path) -> None:
    original = (
        originals.talkative()
        if format == "JPEG"
        else saved(scene(), format, exif=originals.exif(), icc_profile=originals.profile())
    )
    made = render(original, image=record(Box(x=40, y=40, width=30, height=30)), marker=WORDS)
    (tmp_path / f"original.{format.lower()}").write_bytes(original)
    for name, file in files(made).items():
        (tmp_path / f"{name}.jpg").write_bytes(file.data)
    (tmp_path / "clean.jpg").write_bytes(cleaning.clean(original).data)

    found = witnessed(tmp_path)
    assert len(found.pop(f"original.{format.lower()}")) > 10
    assert found == {}


@pytest.mark.parametrize("progressive", [False, True])
def test_what_a_decoder_skips_between_the_last_block_and_the_end_changes_no_published_byte(
    *, progressive: bool
) -> None:
    clean = jpeg(scene(), progressive=progressive)
    hiding = clean[:-2] + b"Frieda Beispielhaft" * 50 + clean[-2:]
    check_jpeg(hiding)  # looks like more of the picture: no walk over segments can tell it from that
    made, same = (files(render(data, image=None)) for data in (hiding, clean))
    assert {name: file.data for name, file in made.items()} == {name: file.data for name, file in same.items()}
    assert cleaning.clean(hiding).data == cleaning.clean(clean).data


def base(width: int = 1200, height: int = 900) -> Image.Image:
    noise = originals.noise(width // 4, height // 4).resize((width, height), Image.Resampling.BICUBIC)
    turned = (Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.FLIP_TOP_BOTTOM)
    return Image.merge("RGB", (noise, *(noise.transpose(turn) for turn in turned)))


def hidden_pairs(**options: object) -> tuple[bytes, bytes]:
    """Two files that differ only below ``BOX``."""
    one, two = (picture := base()).copy(), picture.copy()
    ImageDraw.Draw(one).rectangle((403, 301, 562, 510), fill=(255, 0, 0))
    pen = ImageDraw.Draw(two)
    for x in range(403, 562, 7):
        pen.rectangle((x, 301, min(x + 3, 562), 510), fill=(0, 255, 0))
    pen.rectangle((403, 400, 562, 510), fill=(0, 0, 255))
    format = str(options.pop("format", "JPEG"))
    return saved(one, format, **options), saved(two, format, **options)


@pytest.mark.peers
@pytest.mark.parametrize(
    "options",
    [
        {"quality": 50, "subsampling": "4:2:0"},
        {"quality": 90, "subsampling": "4:2:0"},
        {"quality": 50, "subsampling": "4:2:2", "progressive": True},
        {"quality": 50, "subsampling": "4:2:0", "icc_profile": originals.swapping_profile()},
        {"quality": 50, "format": "TIFF", "compression": "jpeg"},
        {"format": "PNG"},
        {"format": "WEBP", "lossless": True},
    ],
)
def test_what_lies_below_a_box_changes_no_published_byte(options: dict[str, object]) -> None:
    one, two = hidden_pairs(**options)
    assert one != two
    image = record(BOX)
    assert files(render(one, image=image)) == files(render(two, image=image))
    assert cleaning.clean(one, [BOX]).data == cleaning.clean(two, [BOX]).data


ELLIPSE = Ellipse(box=Box(x=403, y=301, width=161, height=213))
POLYGON = Polygon(points=((701, 203), (893, 291), (777, 333), (905, 611), (650, 640), (690, 420)))


def shaped_pairs(share: int, **options: object) -> tuple[bytes, bytes]:
    """Two files that differ only below ``ELLIPSE`` and ``POLYGON``, in a picture ``share`` times as large."""
    made = []
    box = ELLIPSE.box
    edges = (box.x * share, box.y * share, (box.x + box.width) * share - 1, (box.y + box.height) * share - 1)
    format = str(options.pop("format", "JPEG"))
    for ellipse, polygon in (((255, 0, 0), (0, 0, 255)), ((0, 255, 0), (255, 255, 0))):
        picture = base().resize((1200 * share, 900 * share))
        pen = ImageDraw.Draw(picture)
        pen.ellipse(edges, fill=ellipse)
        pen.polygon([(x * share, y * share) for x, y in POLYGON.points], fill=polygon, outline=polygon)
        made.append(saved(picture, format, **options))
    return made[0], made[1]


@pytest.mark.peers
@pytest.mark.parametrize(
    ("share", "fill", "options"),
    [
        (1, Fill.SOLID, {"quality": 50, "subsampling": "4:2:0"}),
        (1, Fill.NOISE, {"quality": 50, "subsampling": "4:2:0"}),
        (1, Fill.NOISE, {"format": "PNG"}),
        (4, Fill.SOLID, {"quality": 50, "subsampling": "4:2:0"}),
    ],
)
def test_what_lies_below_ellipse_and_polygon_changes_no_published_byte(
    share: int, fill: Fill, options: dict[str, object]
) -> None:
    one, two = shaped_pairs(share, **options)
    assert one != two
    box = ELLIPSE.box
    ellipse = Ellipse(box=Box(x=box.x * share, y=box.y * share, width=box.width * share, height=box.height * share))
    polygon = Polygon(points=tuple((x * share, y * share) for x, y in POLYGON.points))
    image = record(ellipse, polygon, fill=fill, focus=Box(x=500, y=300, width=300, height=200))
    made = render(one, image=image, marker=WORDS)
    assert files(made) == files(render(two, image=image, marker=WORDS))
    if share == 1:
        assert cleaning.clean(one, image.hidden, look=fill) == cleaning.clean(two, image.hidden, look=fill)
    for name, file in files(made).items():
        for look in Fill:
            read = reading.read(name, file.data, image=image.id, regions=made.regions[name], look=look)
            assert read.redaction_marked is (look is fill), name


@pytest.mark.peers
@pytest.mark.parametrize("size", [(4800, 3600), pytest.param((9600, 7200), marks=pytest.mark.peers)])
def test_what_lies_below_a_box_changes_no_byte_of_a_scaled_decode(size: tuple[int, int]) -> None:
    share = size[0] // 1200
    box = Box(x=403 * share + 5, y=301 * share + 3, width=157 * share, height=211 * share)
    picture = base().resize(size)
    made = []
    for fill in ((255, 0, 0), (0, 0, 255)):
        picture.paste(fill, redaction.edges(box))
        made.append(files(render(jpeg(picture, quality=50, subsampling="4:2:0"), image=record(box))))
    assert made[0] == made[1]


def test_what_lies_below_a_box_would_change_them_without_the_box() -> None:
    one, two = hidden_pairs(quality=50)
    assert files(render(one, image=None)) != files(render(two, image=None))


@pytest.mark.parametrize("marker", [None, WORDS])
@pytest.mark.parametrize("orientation", [1, 6])
@pytest.mark.parametrize("focus", [None, Box(x=350, y=250, width=300, height=300)])
def test_the_box_reads_back_as_the_fill_in_every_rendition(
    marker: str | None, orientation: int, focus: Box | None
) -> None:
    upright = base()
    stored = upright.transpose(Image.Transpose.ROTATE_90) if orientation == 6 else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    made = render(jpeg(stored, exif=exif.tobytes()), image=record(BOX, focus=focus), marker=marker)
    for name, file in files(made).items():
        image = opened(file)
        assert len(made.regions[name]) == 1
        assert redaction.is_filled(image, made.regions[name], redaction.TOLERANCE), name
    share = made.web.width / 1200
    seen = redaction.scaled(BOX, (1200, 900), (made.web.width, round(900 * share)))
    assert redaction.is_filled(opened(made.web), [seen], redaction.TOLERANCE)


@pytest.mark.parametrize("box", [Box(x=0, y=0, width=30, height=30), Box(x=1150, y=850, width=50, height=50)])
def test_boxes_at_the_border_are_filled_with_a_band_below(box: Box) -> None:
    made = render(jpeg(base()), image=record(box), marker=WORDS)
    for name, file in files(made).items():
        assert redaction.is_filled(opened(file), made.regions[name], redaction.TOLERANCE)


def test_a_redaction_can_be_seen_as_one() -> None:
    made = render(jpeg(Image.new("RGB", (1200, 900), (0, 90, 0))), image=record(BOX))
    region = made.regions["web"][0]
    row = [opened(made.web).getpixel((x, region.y + region.height // 2)) for x in range(region.x - 4, region.x)]
    assert max(pixel[0] for pixel in row if isinstance(pixel, tuple)) > 200
    assert min(pixel[1] for pixel in row if isinstance(pixel, tuple)) < 60


@pytest.mark.peers
def test_a_witness_is_marked_on_every_picture_and_nothing_is_covered() -> None:
    plain, marked = (render(jpeg(scene(1000, 500)), image=None, marker=words) for words in (None, WORDS))
    for name in ("web", "thumb", "print"):
        one, two = opened(getattr(plain, name)), opened(getattr(marked, name))
        assert two.width == one.width
        assert two.height > one.height
        assert two.getpixel((2, two.height - 2))[0] < 12  # type: ignore[index]
    assert opened(marked.card).size == (1200, 630)
    assert opened(marked.card).getpixel((2, 627))[0] < 12  # type: ignore[index]


@pytest.mark.peers
def test_a_portrait_with_a_band_stays_within_its_size() -> None:
    made = render(jpeg(scene(1500, 2048)), image=None, marker=WORDS)
    assert 2000 < made.web.height == made.print.height <= 2048
    assert made.thumb.height <= 400


def test_crop_and_focus_decide_what_the_pictures_show() -> None:
    picture = Image.new("RGB", (1200, 900), (0, 90, 0))
    picture.paste((200, 0, 0), (700, 500, 800, 600))
    crop, focus = Box(x=400, y=300, width=600, height=600), Box(x=700, y=500, width=100, height=100)
    made = render(jpeg(picture), image=record(crop=crop, focus=focus))
    assert (made.web.width, made.web.height) == (600, 600)
    middle = opened(made.card).getpixel((700, 280))
    assert isinstance(middle, tuple)
    assert middle[0] > 150


def test_a_focus_outside_the_crop_warns() -> None:
    focus, crop = Box(x=0, y=0, width=10, height=10), Box(x=400, y=300, width=600, height=600)
    made = render(jpeg(base()), image=record(crop=crop, focus=focus))
    assert [warning.en[:17] for warning in made.warnings] == ["The focus 0,0,10,"]


def test_a_file_that_is_no_picture_makes_none() -> None:
    with pytest.raises(UnsafeImage, match="PDF"):
        render(b"%PDF-1.7", image=None)


def test_cleaning_keeps_the_size_turns_upright_and_drops_the_rest() -> None:
    exif = originals.exif(orientation=6)
    data = cleaning.clean(jpeg(scene(240, 320), exif=exif)).data
    check_jpeg(data)
    assert opened(Jpeg(data=data, width=0, height=0)).size == (320, 240)


def test_cleaning_fills_and_marks_the_boxes() -> None:
    data = cleaning.clean(jpeg(base()), [BOX]).data
    image = opened(Jpeg(data=data, width=0, height=0))
    assert redaction.is_filled(image, [BOX], redaction.TOLERANCE)
    region = redaction.snapped(redaction.grown([BOX], (1200, 900))[0][0], (1200, 900))
    assert max(image.getpixel((region.x - 1, region.y + 50))) > 200  # type: ignore[arg-type, type-var]


def test_no_published_file_names_its_maker() -> None:
    made = render(jpeg(), image=None)
    for file in files(made).values():
        assert not re.search(rb"(?i)pillow|python|libjpeg|fahndung|adobe", file.data)


@pytest.mark.parametrize("marker", [None, WORDS])
def test_a_picture_for_paper_alone_is_the_same_picture(marker: str | None) -> None:
    data, image = jpeg(scene(800, 600)), record(BOX)
    made = renditions.printable(data, image=image, marker=marker).printed()
    whole = renditions.render(data, image=image, marker=marker)
    assert made.print == whole.print
    assert (made.regions["print"], made.views["print"]) == (whole.regions["print"], whole.views["print"])


@pytest.mark.parametrize("look", Fill)
def test_a_smaller_picture_for_paper_hides_the_same_and_carries_nothing(look: Fill) -> None:
    data = jpeg(scene(800, 600), exif=originals.exif())
    ready = renditions.printable(data, image=record(BOX, fill=look), marker=WORDS)
    small = ready.jpeg(ready.size[0] // 2, 80, "4:2:0")
    check_jpeg(small)
    picture = Image.open(io.BytesIO(small))
    assert picture.size == (ready.size[0] // 2, round(ready.size[1] / 2))
    (hidden,) = ready.picture.regions
    region = redaction.snapped(redaction.scaled(hidden, ready.size, picture.size), picture.size)
    assert redaction.is_filled(picture, [region], redaction.TOLERANCE, look)

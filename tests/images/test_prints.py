import pytest
from PIL import Image, ImageFilter

from fahndung.images import prints
from fahndung.testing import pictures

from .originals import jpeg, saved, scene


def upright(seed: int) -> Image.Image:
    import io

    return Image.open(io.BytesIO(pictures.portrait(seed, width=480, height=640))).convert("RGB")


@pytest.mark.peers
def test_another_size_format_or_quality_is_nearly_the_same_and_another_picture_is_not() -> None:
    first = upright(1)
    known = prints.of(jpeg(first))
    for copy in (
        jpeg(first, quality=40),
        jpeg(first.resize((240, 320))),
        saved(first, "PNG"),
        jpeg(first.filter(ImageFilter.GaussianBlur(1))),
    ):
        assert known.near(prints.of(copy))
        assert known.sha256 != prints.of(copy).sha256
    assert not known.near(prints.of(jpeg(scene())))
    assert not known.near(prints.of(jpeg(first.transpose(Image.Transpose.FLIP_LEFT_RIGHT).rotate(180))))


def test_flat_and_unreadable_pictures_are_known_by_their_bytes_only() -> None:
    for data in (jpeg(Image.new("RGB", (64, 64), (9, 9, 9))), b"no picture"):
        found = prints.of(data)
        assert found.look is None
        assert not found.near(found)
        assert len(found.sha256) == 64


def test_pictures_are_near_up_to_twelve_bits() -> None:
    def look(bits: int) -> prints.Print:
        return prints.Print(sha256="", look=(1 << bits) - 1)

    assert look(0).near(look(12))
    assert not look(0).near(look(13))

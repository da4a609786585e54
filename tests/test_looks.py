"""What test processes know of pictures that they have seen is nobody's to change, and stands in no test's way."""

import pytest
from PIL import Image

from fahndung.errors import UnsafeImage
from fahndung.images import child, decoding, evidence, intake, probing
from tests import looks
from tests.images.originals import jpeg


def test_who_draws_on_a_picture_draws_on_no_other_and_who_breaks_the_child_meets_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    photo = jpeg(Image.new("RGB", (16, 16), "white"))
    with looks.once():
        first, second = (intake.decode(photo, longest=None) for _ in range(2))
        assert first.pixels == second.pixels
        first.pixels.paste("black", (0, 0, 16, 16))
        assert first.pixels != second.pixels == intake.decode(photo, longest=None).pixels
        monkeypatch.setattr(child, "taken", lambda *_: second)
        assert intake.decode(photo, longest=None).pixels is second.pixels


def test_a_refusal_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    photo, looks_taken = jpeg(Image.new("RGB", (16, 16), "white")), []

    def refuse(*_: object) -> None:
        looks_taken.append(1)
        raise UnsafeImage("no", "nein")

    monkeypatch.setattr(looks, "_SEAMS", ())
    monkeypatch.setattr(looks, "_REAL", [])
    monkeypatch.setattr(child, "taken", refuse)
    with looks.once():
        assert evidence.inspect(photo, name="a.jpg").refused is not None
        once = len(looks_taken)
        assert evidence.inspect(photo, name="a.jpg").refused is not None
    assert len(looks_taken) == 2 * once > 0


@pytest.mark.parametrize(
    ("owner", "name"), [(probing, "probe"), (decoding, "work"), (intake, "decode")], ids=["probe", "work", "decode"]
)
def test_who_puts_something_in_the_way_of_an_inspection_meets_it(
    monkeypatch: pytest.MonkeyPatch, owner: object, name: str
) -> None:
    photo = jpeg(Image.new("RGB", (16, 16), "white"))
    with looks.once():
        assert evidence.inspect(photo, name="a.jpg").refused is None

        def refuse(*_: object, **__: object) -> None:
            raise UnsafeImage("no", "nein")

        monkeypatch.setattr(owner, name, refuse)
        assert evidence.inspect(photo, name="a.jpg").refused is not None
        monkeypatch.undo()


def test_no_more_pixels_are_kept_than_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    photos = [jpeg(Image.new("RGB", (16, 16), (grey, grey, grey))) for grey in (0, 100, 200)]
    looked: list[bytes] = []

    def counted(untrusted: bytes, **named: object) -> intake.Decoded:
        looked.append(untrusted)
        return real(untrusted, longest=None)

    real = looks._DECODE
    monkeypatch.setattr(looks, "_DECODE", counted)
    monkeypatch.setattr(looks, "_MOST", 2 * 16 * 16 * 3)
    with looks.once():
        for photo in (photos[0], photos[1], photos[0], photos[2], photos[0], photos[1]):
            intake.decode(photo, longest=None)
    assert looked == [*photos, photos[1]]

"""What test processes know of pictures that they have seen is nobody's to change, and stands in no test's way."""

import pytest
from PIL import Image

from fahndung.images import child, intake
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

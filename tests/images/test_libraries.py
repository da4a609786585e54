from PIL import features

from fahndung.images import libraries


def test_the_codec_that_writes_the_pictures_is_named_with_its_version() -> None:
    found = libraries.versions()
    assert found["jpeg"] == features.version("libjpeg_turbo")
    assert found.keys() >= {"littlecms2", "zlib", "tiff", "webp", "avif"}

import datetime as dt

import pytest
from PIL import Image

from fahndung.images import captured, decoding
from fahndung.images.limits import DEFAULT

from .originals import jpeg, saved, scene


def exif(**tags: str) -> bytes:
    data = Image.Exif()
    inner = data.get_ifd(0x8769)
    codes = {"original": 0x9003, "zone": 0x9011, "digitized": 0x9004, "zone2": 0x9012}
    for name, value in tags.items():
        inner[codes[name]] = value
    data[0x0132] = "2020:01:01 00:00:00"
    return data.tobytes()


def utc(day: int, hour: int, month: int = 11) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, 14, 7, tzinfo=dt.UTC)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_the_camera_s_time_is_read_with_its_offset(format: str) -> None:
    found = captured.taken(saved(scene(), format, exif=exif(original="2026:11:01 22:14:07", zone="-02:00")))
    assert found is not None
    assert (found.instants, found.tag, found.zoned) == ((utc(2, 0),), "DateTimeOriginal", True)
    assert captured._read(jpeg(exif=exif(digitized="x")), DEFAULT).header == {"DateTimeDigitized": ["x", ""]}


def test_without_an_offset_it_is_local_time_and_an_hour_that_comes_twice_is_two_instants() -> None:
    found = captured.taken(jpeg(exif=exif(original="2026:11:01 22:14:07")))
    assert found is not None
    assert (found.instants, found.zoned) == ((utc(1, 21),), False)
    twice = captured.parsed("DateTimeOriginal", "2026:10:25 02:14:07", "")
    assert twice is not None
    assert twice.instants == (utc(25, 0, 10), utc(25, 1, 10))


def test_the_time_of_digitizing_counts_only_without_the_other_and_that_of_a_change_never() -> None:
    both = captured.taken(
        jpeg(exif=exif(original="0000:00:00 00:00:00", digitized="2026:11:01 22:14:07", zone2="+01:00"))
    )
    assert both is not None
    assert (both.tag, both.instants) == ("DateTimeDigitized", (utc(1, 21),))
    assert captured.taken(jpeg(exif=exif())) is None
    assert captured.taken(b"no picture") is None


@pytest.mark.parametrize("stamp", ["", "2026:13:01 00:00:00", "gestern", "0001:01:01 00:00:00"])
def test_nonsense_is_no_time(stamp: str) -> None:
    assert captured.parsed("DateTimeOriginal", stamp, "+14:00") is None


def test_a_reader_that_fails_is_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> object:
        raise AssertionError

    monkeypatch.setattr(decoding, "opened", failing)
    assert captured.taken(jpeg()) is None

import io
import subprocess

import pytest
from PIL import Image, ImageOps

from fahndung.testing.exif import Phone, photograph

PLAIN = Phone()


def picture() -> Image.Image:
    """A picture of which no two corners are alike."""
    drawn = Image.new("RGB", (64, 48), (255, 255, 255))
    drawn.paste((255, 0, 0), (0, 0, 32, 24))
    drawn.paste((0, 0, 255), (32, 24, 64, 48))
    return drawn


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_picture_is_upright_again_once_its_orientation_is_applied(orientation: int) -> None:
    photo = opened(photograph(picture(), Phone(orientation=orientation)))
    assert photo.getexif()[0x0112] == orientation
    assert photo.size == ((64, 48) if orientation < 5 else (48, 64))
    upright = ImageOps.exif_transpose(photo).convert("RGB")
    assert upright.size == (64, 48)
    red, blue = upright.getpixel((8, 6)), upright.getpixel((56, 42))
    assert isinstance(red, tuple)
    assert isinstance(blue, tuple)
    assert red[0] > 200 > 60 > red[2]
    assert blue[2] > 200 > 60 > blue[0]


def test_the_metadata_can_be_read_back() -> None:
    exif = opened(photograph(picture(), PLAIN)).getexif()
    assert (exif[0x010F], exif[0x0110], exif[0x013B]) == (PLAIN.make, PLAIN.model, PLAIN.owner)
    detail = exif.get_ifd(0x8769)
    assert (detail[0xA431], detail[0x9003], detail[0xA430]) == (PLAIN.serial, PLAIN.taken_at, PLAIN.owner)
    gps = exif.get_ifd(0x8825)
    assert (gps[1], gps[3]) == ("N", "E")
    assert [float(part) for part in gps[2]] == [51.0, 20.0, 26.28]


def test_the_southern_and_western_half_of_the_world_are_told() -> None:
    gps = opened(photograph(picture(), Phone(latitude=-33.5, longitude=-70.25))).getexif().get_ifd(0x8825)
    assert (gps[1], gps[3]) == ("S", "W")
    assert [float(part) for part in gps[4]] == [70.0, 15.0, 0.0]


def test_a_device_without_a_position_writes_none() -> None:
    exif = opened(photograph(picture(), Phone(latitude=None, longitude=None))).getexif()
    assert exif.get_ifd(0x8825) == {}


def test_the_thumbnail_shows_the_unmasked_picture() -> None:
    data = photograph(picture().resize((640, 480)), PLAIN)
    small = data.index(b"\xff\xd8\xff", 2)
    thumbnail = opened(data[small : data.index(b"\xff\xd9", small) + 2])
    assert thumbnail.size == (320, 240)
    pixel = thumbnail.convert("RGB").getpixel((40, 30))
    assert isinstance(pixel, tuple)
    assert pixel[0] > 200 > 60 > pixel[2]


def test_a_comment_is_there_unless_it_is_empty() -> None:
    assert opened(photograph(picture(), PLAIN)).info["comment"] == PLAIN.comment.encode()
    assert "comment" not in opened(photograph(picture(), Phone(comment=""))).info


def test_the_same_picture_makes_the_same_bytes() -> None:
    assert photograph(picture(), PLAIN) == photograph(picture(), PLAIN)


def test_a_comment_longer_than_a_segment_is_refused() -> None:
    with pytest.raises(ValueError, match="65533"):
        photograph(picture(), Phone(comment="x" * 65534))


@pytest.mark.peers
def test_exiftool_finds_all_that_must_never_be_published() -> None:
    data = photograph(picture().resize((640, 480)), Phone(orientation=6))
    found = subprocess.run(["exiftool", "-a", "-G1", "-s", "-"], input=data, capture_output=True, check=True)
    report = {
        tuple(line[1:].split(":", 1)[0].split()): line.split(":", 1)[1].strip()
        for line in found.stdout.decode().replace("]", " ").splitlines()
    }
    assert report[("IFD0", "Make")] == "Mustertel"
    assert report[("ExifIFD", "SerialNumber")] == "MT9-0117-4711"
    assert report[("ExifIFD", "OwnerName")] == "Erika Mustermann"
    assert report[("ExifIFD", "DateTimeOriginal")] == "2026:11:01 22:14:07"
    assert report[("GPS", "GPSLatitude")] == "51 deg 20' 26.28\""
    assert report[("File", "Comment")] == "Aufgenommen von Erika Mustermann, Musterweg 7"
    assert report[("IFD1", "ThumbnailImage")].startswith("(Binary data")
    assert not any("Warning" in key or "Error" in key for key in report)
    small = subprocess.run(["exiftool", "-b", "-ThumbnailImage", "-"], input=data, capture_output=True, check=True)
    assert opened(small.stdout).size == (240, 320)

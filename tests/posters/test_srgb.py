"""The colour profile: sRGB to another program, and the same bytes for ever."""

import hashlib
import io

from PIL import Image, ImageCms

from fahndung.posters import srgb


def test_little_cms_reads_it_as_srgb() -> None:
    levels = range(0, 256, 15)
    colours = Image.frombytes(
        "RGB", (18 * 18, 18), bytes(c for r in levels for g in levels for b in levels for c in (r, g, b))
    )
    ours = ImageCms.ImageCmsProfile(io.BytesIO(srgb.profile()))
    moved = ImageCms.profileToProfile(colours, ImageCms.createProfile("sRGB"), ours)
    assert moved is not None
    assert max(abs(a - b) for a, b in zip(colours.tobytes(), moved.tobytes(), strict=True)) <= 1
    assert ours.profile.profile_description == "sRGB"


def test_it_holds_no_clock_and_names_no_machine() -> None:
    profile = srgb.profile()
    assert int.from_bytes(profile[:4], "big") == len(profile)
    assert hashlib.sha256(profile).hexdigest() == "0debc7ca1ab1d43f8c891496a10de68b36b29312b9906585fd2aa0cd50f8babe"

"""Pictures go along with a post as the manifest lists them, of things only, in a form that fits; nothing is cut."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import pytest

from fahndung.channels import linkmedia
from fahndung.channels.abilities import MediaLimits
from fahndung.channels.linkmedia import Picture
from fahndung.errors import NotPublishable
from fahndung.model.appeal import Category
from fahndung.model.ids import ChannelName
from fahndung.model.people import THINGS
from fahndung.model.publication import Posting
from fahndung.model.release import File, Release

from . import linkposts

LIMITS = MediaLimits(count=4, bytes=1_000_000, pixels=33_177_600, types=("image/jpeg",), alt_length=1500)
NAME = ChannelName("mastodon")


def chosen(release: Release, limits: MediaLimits | None = LIMITS) -> tuple[Picture, ...]:
    return linkmedia.chosen(release, NAME, limits)


def listing(change: Mapping[str, object]) -> dict[str, object]:
    return {"uploads": {"mastodon": [linkposts.upload(1) | change]}}


def test_pictures_come_with_their_words_in_order() -> None:
    first, second = chosen(linkposts.release(pictures=2))
    assert (first.name, second.name) == ("media/1.jpg", "media/2.jpg")
    assert (first.data, first.alt, first.media_type) == (linkposts.picture(1), linkposts.alt(1), "image/jpeg")
    assert (first.width, first.height) == (2048, 1536)
    assert linkmedia.payload((first, second)) == {"media/1.jpg": first.data, "media/2.jpg": second.data}
    told = linkmedia.withdrawal((first, second))
    assert linkmedia.alts(Posting(marker="m", withdrawal={"media": told}, references=())) == [first.alt, second.alt]
    assert [one.alt for one in linkmedia.attachments((first, second))] == [first.alt, second.alt]


def test_an_appeal_without_such_pictures_has_none_to_send() -> None:
    assert chosen(linkposts.release(pictures=0)) == ()
    assert chosen(linkposts.release(), None) == ()
    assert linkmedia.alts(Posting(marker="m", withdrawal={}, references=())) == []
    assert linkmedia.alts(Posting(marker="m", withdrawal={"media": None}, references=())) == []


@pytest.mark.parametrize(("pictures", "limits"), [(None, LIMITS), (1, None), (0, None)])
def test_what_was_approved_under_another_policy_is_built_again(
    pictures: int | None, limits: MediaLimits | None
) -> None:
    with pytest.raises(NotPublishable, match="built when") as caught:
        chosen(linkposts.release(pictures=pictures), limits)
    assert "media" in caught.value.message.de


@pytest.mark.parametrize("category", [*Category, None])
@pytest.mark.parametrize("persons", [[], ["p1"], None])
def test_a_forged_manifest_sends_no_picture_of_a_person(category: Category | None, persons: list[str] | None) -> None:
    forged = linkposts.release(pictures=1, manifest={"category": category, "persons": persons})
    if category in THINGS and persons == []:
        assert len(chosen(forged)) == 1
        return
    with pytest.raises(NotPublishable, match="about persons"):
        chosen(forged)


def test_too_many_pictures_are_refused_and_none_is_left_out() -> None:
    assert len(chosen(linkposts.release(pictures=4))) == 4
    with pytest.raises(NotPublishable, match="5 pictures"):
        chosen(linkposts.release(pictures=5))


def test_the_largest_rendition_that_fits_is_taken() -> None:
    release = linkposts.release(pictures=1)
    large = File(name="website/images/thing1.jpg", media_type="image/jpeg", data=linkposts.picture(1) + bytes(1000))
    release = dataclasses.replace(release, files={**release.files, large.name: large})
    (fits,) = chosen(release)
    assert fits.data == large.data
    for change in ({"bytes": len(large.data) - 1}, {"pixels": 2048 * 1536 - 1}):
        (smaller,) = chosen(release, dataclasses.replace(LIMITS, **change))  # type: ignore[arg-type]
        assert (smaller.data, smaller.width) == (linkposts.picture(0), 1200)
    (any_size,) = chosen(release, dataclasses.replace(LIMITS, pixels=None))
    assert any_size.width == 2048


@pytest.mark.parametrize("change", [{"bytes": 10}, {"pixels": 10}, {"types": ("image/png",)}])
def test_a_picture_that_fits_nowhere_is_refused_in_both_languages(change: dict[str, Any]) -> None:
    with pytest.raises(NotPublishable, match="no rendition of the picture thing1") as caught:
        chosen(linkposts.release(pictures=1), dataclasses.replace(LIMITS, **change))
    assert "zuschneiden" in caught.value.message.de


@pytest.mark.parametrize("length", [len(linkposts.alt(1)), len(linkposts.alt(1)) - 1])
def test_an_alternative_text_that_is_too_long_is_refused_and_not_cut(length: int) -> None:
    limits = dataclasses.replace(LIMITS, alt_length=length)
    if length == len(linkposts.alt(1)):
        assert chosen(linkposts.release(pictures=1), limits)
        return
    with pytest.raises(NotPublishable, match="characters"):
        chosen(linkposts.release(pictures=1), limits)


@pytest.mark.parametrize(
    "change", [{"alt": "texts/alt-nothing.txt"}, {"files": [{"name": "cards/no.jpg", "width": 1, "height": 1}]}]
)
def test_a_file_that_is_missing_is_told(change: dict[str, object]) -> None:
    with pytest.raises(NotPublishable, match="missing"):
        chosen(linkposts.release(pictures=1, manifest=listing(change)))
    unlimited = dataclasses.replace(LIMITS, alt_length=None)
    assert chosen(linkposts.release(pictures=1), unlimited)

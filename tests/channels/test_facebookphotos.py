"""Photos as forms, as parameters, and as an answer tells them. Nothing is asked."""

import json
from typing import Any

import pytest

from fahndung.channels import facebookphotos
from fahndung.channels.facebookphotos import Photo
from fahndung.model.publication import Reference

from . import openapi

ONE = {"type": "photo", "target": {"id": "11", "url": "https://www.facebook.com/11"}}
TWO = {"type": "photo", "target": {"id": "12"}}
SHARE = {"type": "share", "target": {"id": "13"}}


def album(*below: object) -> dict[str, object]:
    return {"type": "album", "target": {"id": "9"}, "subattachments": {"data": [*below]}}


@pytest.mark.parametrize(
    ("told", "hanging"),
    [
        (None, ()),
        ({"data": []}, ()),
        ({"data": [ONE]}, ("11",)),
        ({"data": [album(TWO, ONE)]}, ("12", "11")),
        ([ONE, TWO], ("11", "12")),
        ({"data": [SHARE]}, None),
        ({"data": [ONE, SHARE]}, None),
        ({"data": [album(ONE, SHARE)]}, None),
        ({"data": [ONE | {"type": "video_inline"}]}, None),
        ({"data": [{"type": "photo"}]}, None),
        ({"data": [{"type": "photo", "target": {"id": 11}}]}, None),
        ({"data": [{"type": "photo", "target": "11"}]}, None),
        ({"data": [{"type": "photo", "target": {"id": "../11"}}]}, None),
        ({"data": ["11"]}, None),
        ({"data": "11"}, None),
        ({"data": [album() | {"subattachments": "x"}]}, None),
        ("x", None),
    ],
)
def test_what_hangs_on_a_post_is_photos_or_something_else(told: object, hanging: tuple[str, ...] | None) -> None:
    assert facebookphotos.hanging(told) == hanging


@pytest.mark.parametrize(
    ("told", "photo"),
    [
        ({}, Photo(alt="", caption="")),
        ({"alt_text_custom": "Rad ", "name": "\nx"}, Photo(alt="Rad", caption="x")),
        ({"alt_text_custom": None}, None),
        ({"name": 5}, None),
    ],
)
def test_a_photo_is_its_words(told: dict[str, Any], photo: Photo | None) -> None:
    assert facebookphotos.read(told) == photo


@pytest.mark.parametrize(
    ("id", "right"), [("1", True), ("1" * 20, True), ("1" * 21, False), ("1_2", False), (1, False)]
)
def test_an_id_is_digits(id: object, right: bool) -> None:
    assert facebookphotos.is_id(id) is right


def test_a_post_names_its_photos_in_order_and_nothing_where_there_are_none() -> None:
    photos = [facebookphotos.reference(id) for id in ("12", "11")]
    assert photos[0] == Reference(kind="media", id="12", url="https://www.facebook.com/12")
    assert json.loads(facebookphotos.attached(photos)["attached_media"]) == [{"media_fbid": "12"}, {"media_fbid": "11"}]
    assert facebookphotos.attached([]) == {}


def test_a_photo_is_made_for_nobody_to_see() -> None:
    headers, body = facebookphotos.form(
        b"\xff\xd8\xff", media_type="image/jpeg", alt="Größe „M“", caption="https://x.example/", proof={"proof": "p"}
    )
    assert openapi.form(body, headers["Content-Type"]) == {
        "published": "false",
        "alt_text_custom": "Größe „M“",
        "caption": "https://x.example/",
        "proof": "p",
        "source": "ÿØÿ",
    }
    assert b'filename="bild.jpg"' in body, "its name says nothing"

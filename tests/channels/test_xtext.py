"""Texts are counted as twitter-text counts them, and whatever it would link or mention is seen."""

import json
import re
from typing import Any

import pytest

from fahndung.channels import xtext

from . import openapi

CASES = {
    "WeightedTweetsCounterTest": (2, 20),
    "WeightedTweetsWithDiscountedEmojiCounterTest": (3, 22),
    "UnicodeDirectionalMarkerCounterTest": (3, 2),
}
"""The sections about length: by which configuration twitter-text's own tests count them, and how many cases they have.

Configuration 2 is 3 without emoji clusters: every code point counts for itself.
"""


def cases(name: str, section: str) -> list[dict[str, Any]]:
    """The cases of one section of a conformance file, which has one form throughout: no YAML reader is needed."""
    text = openapi.needed(name).read_text("utf-8")
    (body,) = re.findall(rf"^  {section}:\n(.*?)(?=^  \w+:\n|\Z)", text, re.MULTILINE | re.DOTALL)
    found = []
    for block in re.split(r"^    - ", body, flags=re.MULTILINE)[1:]:
        pairs = re.findall(r"^\s*(\w+): ?(.+)$", block, re.MULTILINE)
        found.append({key: _value(value.strip()) for key, value in pairs})
    return found


def _value(text: str) -> Any:
    if text.startswith("'"):
        return text[1:-1].replace("''", "'")
    if text.startswith(('"', "[")):
        return json.loads(re.sub(r"\\U([0-9A-Fa-f]{8})", lambda code: chr(int(code[1], 16)), text), strict=False)
    return {"true": True, "false": False}.get(text, int(text) if text.isdigit() else text)


@pytest.mark.parametrize("section", CASES)
def test_every_conformance_case_for_length_passes(section: str, monkeypatch: pytest.MonkeyPatch) -> None:
    version, number = CASES[section]
    found = cases("validate.yml", section)
    assert len(found) == number
    if version == 2:
        monkeypatch.setattr(xtext, "_CLUSTER", re.compile("(?!)"))
    for case in found:
        counted = xtext.count(case["text"])
        assert counted == case["weightedLength"], case["description"]
        assert xtext.is_allowed(case["text"]) is case["valid"], case["description"]
        assert counted * 1000 // xtext.MOST == case["permillage"], case["description"]


def test_the_numbers_are_those_of_the_configuration() -> None:
    told = json.loads(openapi.needed("twitter-text-v3.json").read_text("utf-8"))
    assert (told["maxWeightedTweetLength"], told["transformedURLLength"]) == (xtext.MOST, xtext.LINK)
    assert told["emojiParsingEnabled"]
    assert (told["scale"], told["defaultWeight"]) == (100, 200)
    assert tuple((one["start"], one["end"]) for one in told["ranges"]) == xtext._LIGHT
    assert {one["weight"] for one in told["ranges"]} == {100}


def test_where_twitter_text_sees_links_we_see_some() -> None:
    found = [case for case in cases("extract.yml", "urls") if case.get("expected")]
    assert len(found) >= 60
    for case in found:
        assert xtext.links(case["text"]), case["description"]


def test_a_link_that_twitter_text_sees_between_spaces_is_seen_from_its_beginning() -> None:
    spaced = 0
    for case in cases("extract.yml", "urls"):
        for link in case.get("expected") or ():
            if re.search(rf"(^|\s){re.escape(link)}(\s|$)", case["text"]):
                spaced += 1
                seen = xtext.links(case["text"])
                assert any(link.startswith(one) and len(one) > len(link) - 2 for one in seen), case["description"]
    assert spaced >= 50


def test_every_mention_that_twitter_text_sees_is_seen() -> None:
    found = [case for case in cases("extract.yml", "mentions") if case.get("expected")]
    assert len(found) >= 14
    for case in found:
        assert xtext.mentions(case["text"]), case["description"]


LINK = "https://fahndung.polizei.example/fahndung/k3m9x0q7t2w8z5b1/#abcdefghijklmnopqrstuvwxyz"


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("", 0),
        (LINK, 23),
        (f"x {LINK} y", 27),
        (f"{LINK} {LINK}", 47),
        ("Größe", 5),
        ("Gro\u0308ße", 5),
        ("„M“ – ’s …", 11),
        ("🚲", 2),
        ("👩🏽\u200d🚒", 2),
        ("☎\ufe0f", 2),
        ("1\ufe0f\u20e3", 2),
        ("🇩🇪", 2),
        ("©®", 2),
        ("©\ufe0f", 2),
        ("a\r\nb", 3),
    ],
)
def test_what_a_text_counts(text: str, counted: int) -> None:
    assert xtext.count(text) == counted


@pytest.mark.parametrize(
    ("text", "links"),
    [
        (f"({LINK}).", (LINK,)),
        (f"{LINK}Mehr", (f"{LINK}Mehr",)),
        (f"{LINK}\nMehr", (LINK,)),
        ("polizei.de/x?y#z, weiter", ("polizei.de/x?y#z",)),
        ("Wache.Danke", ("Wache.Danke",)),
        ("müller.de", ("müller.de", "ller.de")),
        ("http://müller.de", ("http://müller.de",)),
        ("http://localhost/", ()),
        (f"http://{'a' * 64}.de/", ()),
        (f"http://{'ü' * 60}.de/", ()),
        ("info@polizei.de", ()),
        ("20.11.2026, 14.30Uhr, z.B. e.V., 3.1.a", ()),
    ],
)
def test_what_is_a_link(text: str, links: tuple[str, ...]) -> None:
    assert xtext.links(text) == links


@pytest.mark.parametrize(
    ("text", "mentioned"),
    [
        ("@x", True),
        ("a @x", True),
        (".@x", True),
        ("＠x", True),
        ("info@polizei.de", False),
        ("@", False),
        ("a@b", False),
    ],
)
def test_what_is_a_mention(text: str, mentioned: bool) -> None:
    assert xtext.mentions(text) is mentioned

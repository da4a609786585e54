"""A child that was taken over lies: about what a file carries, what lies in it, when it was taken, and faces."""

import json
from collections.abc import Callable, Mapping

import pytest

from fahndung.errors import UnsafeImage
from fahndung.images import answers, captured, child, evidence, probing
from fahndung.images.child import Answer
from fahndung.images.limits import Limits

from . import originals
from .originals import jpeg

NONSENSE = "makes no sense"


def lying(monkeypatch: pytest.MonkeyPatch, header: Mapping[str, object], body: bytes = b"") -> None:
    """From now on every child answers that, through its real pipe."""
    taken = child.taken

    def lie(_work: child.Work, take: Callable[..., object], limits: Limits) -> object:
        return taken(lambda: Answer(header, body), take, limits)

    monkeypatch.setattr(child, "taken", lie)


@pytest.mark.parametrize(
    "fact",
    [
        "text",
        ["short"],
        ["camera", "a", "b"],
        [["camera"], "a"],
        ["invented", 1],
        ["camera", 1],
        ["camera", {"a": {}}],
        ["comment", ["a"]],
        ["xmp", -1],
        ["xmp", True],
        ["xmp", 2**31 + 1],
        ["xmp", 1.5],
        ["xmp-place", "yes"],
        ["owner", "no dictionary"],
        ["owner", {"what": "a"}],
        ["owner", {"what": "a", "value": "b", "more": "c"}],
        ["owner", {"what": "a", "value": ["b"]}],
        ["thumbnail", {"no": "size"}],
        ["thumbnail", {"in": "EXIF", "bytes": "many"}],
        ["gps", []],
        ["gps", {"lat": 1.0}],
        ["gps", {"lat": 1.0, "lon": float("nan")}],
        ["gps", {"lat": 1.0, "lon": float("inf")}],
        ["gps", {"lat": 1.0, "lon": 1e9}],
        ["gps", {"lat": 1.0, "lon": True}],
        ["gps", {"date": 1}],
        ["gps", {"lat": 1.0, "lon": 1.0, "height": 1.0}],
        ["frames", 9],
        ["trailer", {"bytes": 1, "looks_like": "video"}],
        ["further-picture", {"number": 2, "kind": "gps"}],
        ["further-picture", {"number": -2, "kind": "xmp", "value": 1}],
        ["further-picture", {"number": 2, "kind": "trailer", "value": {"bytes": 1, "looks_like": ""}}],
        [
            "further-picture",
            {"number": 2, "kind": "further-picture", "value": {"number": 2, "kind": "xmp", "value": 1}},
        ],
        ["further-picture", [2, "xmp", 1]],
        ["embedded", {"in": "EXIF", "bytes": 1, "name": "../../x"}],
        ["wrong-name", {"name": "a", "format": "b"}],
        ["undecodable", "a"],
        ["too-large", 1],
    ],
    ids=json.dumps,
)
def test_a_fact_that_no_reader_tells_is_nonsense(fact: object) -> None:
    with pytest.raises(UnsafeImage, match=NONSENSE):
        answers.facts([fact], answers.KINDS, 9)


@pytest.mark.parametrize("value", [None, {}, "facts", [["camera", "a"]] * 10])
def test_facts_are_a_list_with_an_end(value: object) -> None:
    with pytest.raises(UnsafeImage, match=NONSENSE):
        answers.facts(value, answers.KINDS, 9)


def test_words_of_a_fact_hold_nothing_that_moves_a_terminal_and_have_an_end() -> None:
    (fact,) = answers.facts([["owner", {"what": "a\x1b[2J", "value": "\u202e" + "x" * 9999}]], answers.KINDS, 9)
    assert fact == ("owner", {"what": "a [2J", "value": "x" * 200 + " …"})


def test_what_an_honest_child_says_is_taken_whatever_a_file_made_of_it() -> None:
    odd = answers.sayable({"bytes": 2**40, "in": b"\x1b", "a": float("inf"), "b": [1], "c": -5, "d": 1.5, "e": True})
    assert odd == {"bytes": 2**31, "in": "", "a": "inf", "b": "[1]", "c": 0, "d": 1.5, "e": True}
    for data in (originals.talkative(), jpeg(exif=originals.exif())):
        told = json.loads(json.dumps(evidence.look(data, probing.probe(data), Limits()).header))["facts"]
        assert answers.facts(told, answers.KINDS, 500) == [(kind, value) for kind, value in told]


@pytest.mark.parametrize("header", [{}, {"facts": [["invented", 1]]}, {"facts": [["xmp", 1]] * 502}, {"pieces": 1}])
def test_a_lying_child_is_told_and_changes_nothing_that_the_parent_sees_itself(
    header: Mapping[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = jpeg() + b"PK\x03\x04"
    lying(monkeypatch, {"format": "PNG", "width": 10**9, **header})
    found = evidence.inspect(data, name="a.jpg")
    assert (found.format, found.width, found.height) == ("JPEG", 320, 240)
    told = {finding.kind: finding.value for finding in found.findings}
    assert told["trailer"] == {"bytes": 4, "looks_like": "ZIP"}
    assert [finding.value for finding in found.findings if finding.kind == "unreadable"] == [
        answers.nonsense().message.en,
        "maker notes",
        "embedded pictures",
    ]
    assert found.refused is not None
    assert NONSENSE in found.refused.en


JPEG = b"\xff\xd8\xff" + b"x" * 40


@pytest.mark.parametrize(
    ("pieces", "body"),
    [
        (None, b""),
        ([["EXIF", "jpg"]], JPEG),
        ([["EXIF", "../../authorized_keys", 43]], JPEG),
        ([["EXIF", "jpg/x", 43]], JPEG),
        ([["EXIF", "exe", 43]], JPEG),
        ([["EXIF", ["jpg"], 43]], JPEG),
        ([[1, "jpg", 43]], JPEG),
        ([["EXIF", "jpg", -43]], JPEG),
        ([["EXIF", "jpg", 42]], JPEG),
        ([["EXIF", "jpg", 86], ["EXIF", "jpg", -43]], JPEG),
        ([["EXIF", "png", 43]], JPEG),
        ([["EXIF", "pdf", 0]] * 65, b""),
    ],
)
def test_a_piece_that_nobody_cuts_out_is_nonsense(pieces: object, body: bytes) -> None:
    with pytest.raises(UnsafeImage, match=NONSENSE):
        child.taken(lambda: Answer({"pieces": pieces}, body), evidence.pieces)


def test_pieces_are_named_by_their_bytes_and_where_they_lay_is_one_short_line() -> None:
    where = "a\nb\x1b[31m" + "x" * 99
    (piece,) = child.taken(lambda: Answer({"pieces": [[where, "jpg", 43]]}, JPEG), evidence.pieces)
    assert piece.untrusted == JPEG
    assert piece.where == "a b [31m" + "x" * 32
    assert piece.name.endswith(".jpg")


@pytest.mark.parametrize(
    "value",
    [
        "2026:11:01 22:14:07",
        ["2026:11:01 22:14:07"],
        ["2026:11:01 22:14:07", 1],
        [["2026:11:01 22:14:07"], ""],
        ["2026:11:01 22:14:07" + " " * 9999, ""],
        [{"a": "2026:11:01 22:14:07"}, ""],
    ],
)
def test_a_time_is_two_short_texts(value: object, monkeypatch: pytest.MonkeyPatch) -> None:
    lying(monkeypatch, {"DateTimeOriginal": value})
    assert captured.taken(jpeg()) is None


def test_a_lying_child_tells_no_time_of_another_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    stamp = ["2026:11:01 22:14:07", ""]
    lying(monkeypatch, {"DateTime\x1b[2J": stamp, "DateTimeDigitized": stamp})
    found = captured.taken(jpeg())
    assert found is not None
    assert found.tag == "DateTimeDigitized"

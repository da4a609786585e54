import json
import pathlib
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from fahndung.errors import InvalidRecord, Severity
from fahndung.records import load, parse, reading
from tests.records.build import PICTURE, case, check_languages, found, image, not_loaded, person, record


def test_a_case_holds_the_record_as_it_lay_there_and_canonically(tmp_path: pathlib.Path) -> None:
    untrusted = json.dumps(record(reference="Mu\u0308ller"), indent=4, ensure_ascii=True).encode()
    loaded = load(case(tmp_path, untrusted))
    assert loaded.record_bytes == untrusted
    assert loaded.canonical == rfc8785.dumps(record(reference="Müller"))
    assert loaded.appeal == parse(json.loads(untrusted))
    assert loaded.images == {}
    assert loaded.warnings == ()


def test_the_order_of_fields_does_not_change_the_canonical_bytes(tmp_path: pathlib.Path) -> None:
    turned = dict(reversed(list(record().items())))
    first = load(case(tmp_path, record())).canonical
    assert load(case(tmp_path, turned)).canonical == first


def test_the_images_of_a_case_cannot_be_changed(tmp_path: pathlib.Path) -> None:
    loaded = load(case(tmp_path, record(images=[image()]), i1_jpg=PICTURE))
    with pytest.raises(TypeError):
        loaded.images["i1"] = b""  # type: ignore[index]


def test_a_folder_that_does_not_exist_is_named(tmp_path: pathlib.Path) -> None:
    assert "none is not a case folder" in not_loaded(tmp_path / "none")[""]


def test_a_file_is_not_a_case_folder(tmp_path: pathlib.Path) -> None:
    (tmp_path / "x").write_bytes(b"")
    assert "is not a case folder" in not_loaded(tmp_path / "x")[""]


def test_a_folder_without_a_record_is_told_so(tmp_path: pathlib.Path) -> None:
    assert not_loaded(tmp_path)[""].startswith("appeal.json is missing")


def test_a_record_that_is_a_symlink_is_refused(tmp_path: pathlib.Path) -> None:
    (tmp_path / "other.json").write_text(json.dumps(record()))
    (tmp_path / "appeal.json").symlink_to("other.json")
    assert "is a symbolic link" in not_loaded(tmp_path)[""]


def test_an_oversized_record_is_refused_before_it_is_read(tmp_path: pathlib.Path) -> None:
    with (tmp_path / "appeal.json").open("wb") as sparse:
        sparse.truncate(50 * 1024**3)
    assert "larger than 1 MiB" in not_loaded(tmp_path)[""]


@pytest.mark.parametrize("content", [b"{", b"", b"\xff\xfe{}", b"[" * 100_000])
def test_a_broken_record_is_an_invalid_record(tmp_path: pathlib.Path, content: bytes) -> None:
    assert list(not_loaded(case(tmp_path, content))) == [""]


def test_a_name_that_stands_twice_is_told_with_its_place_and_with_everything_else(tmp_path: pathlib.Path) -> None:
    text = json.dumps(record(revision=0)).replace('"phone"', '"office": "zwei", "phone"')
    assert not_loaded(case(tmp_path, text.encode())) == {
        "contact/office": "stands here twice; keep one",
        "revision": "0 is less than 1; check the figure, and leave it out if it is unknown",
    }


def test_files_are_checked_even_where_the_form_is_wrong(tmp_path: pathlib.Path) -> None:
    broken = record(revision=0, images=[{"file": "fort.jpg"}, 7, {"file": "../x", "sha256": 3}])
    messages = not_loaded(case(tmp_path, broken))
    assert "is missing" in messages["images/0/file"]
    assert "leaves the case folder" in messages["images/2/file"]
    assert {"revision", "images/1", "images/2/sha256", "images/0/id"} <= set(messages)


def test_one_problem_is_the_message_itself_and_many_are_counted() -> None:
    with pytest.raises(InvalidRecord) as one:
        parse(person(height_cm=0))
    assert one.value.message.en == "persons/0/height_cm: 0 is not a height; leave the field out if it is unknown"
    assert one.value.message.de == (
        "persons/0/height_cm: 0 ist keine Körpergröße; das Feld weglassen, wenn sie unbekannt ist"
    )
    with pytest.raises(InvalidRecord) as two:
        parse(record(revision=0, id="A"))
    assert two.value.message.en == "the record has 2 problems; correct each and check again"


THIRTY: dict[str, object] = {
    "authority/name": "",
    "category": "thief",
    "contact/email": "nobody",
    "contact/phone": "-",
    "contact/tip_url": "www.polizei.example",
    "event/from": "2026-13-01",
    "event/places/0/lat": 123,
    "event/what": "Raub\u202e",
    "id": "../x",
    "images/0/bystanders": "maybe",
    "images/0/file": "../../etc/passwd",
    "images/0/redactions/0/box": [1, 2, 3],
    "images/0/sha256": "12",
    "images/0/shows": ["p9"],
    "images/0/source/captured_at": "2026-11-01T22:14",
    "images/0/source/kind": "phone",
    "legal/basis": 131,
    "legal/order/at": "gestern",
    "legal/order/by": "mayor",
    "legal/order/scope/media": ["internet"],
    "legal/order/scope/names": "nein",
    "persons/0/age": {"min": 30, "max": 20},
    "persons/0/hair": "blond",
    "persons/0/heigth_cm": {"min": 180},
    "persons/0/height_cm": 0,
    "persons/0/role": "culprit",
    "persons/0/weight_kg": {"min": 999},
    "publication/until": "2026-11-20T00:00:00",
    "revision": 0,
    "texts/summary": {"en": "Robbery"},
}


def with_thirty_mistakes() -> dict[str, Any]:
    whole: dict[str, Any] = record()
    for place, wrong in THIRTY.items():
        steps = place.split("/")
        inner: Any = whole
        for step, following in zip(steps, [*steps[1:], ""], strict=True):
            key: Any = int(step) if step.isdecimal() else step
            if not following:
                inner[key] = wrong
            elif isinstance(inner, list):
                if not inner:
                    inner.append({})
                inner = inner[key]
            else:
                inner = inner.setdefault(key, [] if following.isdecimal() else {})
    whole["persons"][0]["id"] = "p1"
    whole["images"][0] |= {"id": "i1", "alt": {"de": "Bild"}}
    whole["legal"]["order"] |= {"authority": "AG", "reference": "1"}
    whole["event"]["places"][0] |= {"role": "scene", "text": "Platz", "lon": 1}
    return whole


def test_thirty_mistakes_are_told_in_one_go(tmp_path: pathlib.Path) -> None:
    with pytest.raises(InvalidRecord) as caught:
        load(case(tmp_path, with_thirty_mistakes()))
    places = list(found(caught.value.problems))
    expected = {
        *THIRTY,
        *("images/0/shows/0", "legal/order/scope/media/0", "persons/0/weight_kg/min", "texts/summary/de"),
    } - {"images/0/shows", "legal/order/scope/media", "persons/0/weight_kg", "texts/summary"}
    assert len(places) == 30
    assert set(places) == expected
    assert all(problem.severity is Severity.BLOCK for problem in caught.value.problems)
    assert {problem.rule for problem in caught.value.problems} == {"schema", "record", "image"}


def test_problems_come_in_the_order_of_their_places(tmp_path: pathlib.Path) -> None:
    many = record(images=[image(id=f"i{at}", file="no.jpg") for at in range(12)], revision=0)
    places = list(not_loaded(case(tmp_path, many)))
    assert places == [*(f"images/{at}/file" for at in range(12)), "revision"]


def test_fields_of_which_nothing_is_published_are_told_as_warnings(tmp_path: pathlib.Path) -> None:
    more: dict[str, Any] = {
        "videos": [{"id": "v1", "file": "v.mp4"}],
        "foreign_ids": [{"list": "Interpol", "id": "2026/12345"}],
        "objects": [{"id": "car", "kind": {"de": "Pkw"}, "vehicle": {"year": "2019"}}],
    }
    untrusted = person(companions={"de": "zwei Begleiter"}, age={"text": {"de": "jugendlich"}}) | more
    warnings = load(case(tmp_path, untrusted)).warnings
    assert [warning.field for warning in warnings] == [
        "persons/0/companions",
        "persons/0/age/text",
        "videos",
        "foreign_ids",
        "objects/0/vehicle",
    ]
    assert {warning.severity for warning in warnings} == {Severity.WARN}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
FIELDS = st.sampled_from([*record(), "persons", "images", "objects", "event", "publication", "unlock", "reward"])


@pytest.mark.peers
@settings(max_examples=150, deadline=None)
@given(st.dictionaries(FIELDS, JSON, max_size=6))
def test_no_value_in_any_field_ends_in_anything_but_a_verdict(values: dict[str, object]) -> None:
    try:
        parse(record(**values))
    except InvalidRecord as error:
        check_languages(error.problems)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_end_in_anything_but_a_verdict(untrusted: bytes) -> None:
    try:
        reading.values(untrusted)
    except InvalidRecord as error:
        check_languages(error.problems)

"""Oddities of real lists: each is taken, or refused with a clear sentence."""

from typing import Any

import pytest

from fahndung.records import parse
from tests.records.build import image, person, record, refused


@pytest.mark.parametrize(
    "untrusted",
    [
        pytest.param(person(birth={"dates": ["1980-01-02", "1981-03-04"]}), id="two birth dates"),
        pytest.param(person(birth={"date": "--05-04"}), id="day and month without a year"),
        pytest.param(person(birth={"date": "1980"}), id="year only"),
        pytest.param(person(age={"text": {"de": "im jugendlichen Alter"}}), id="age as words"),
        pytest.param(record(images=[image(id=f"i{at}") for at in range(12)]), id="twelve images"),
        pytest.param(person(names={"aliases": ["„Momo“", "“The Fox”"]}), id="aliases with curly quotes"),
        pytest.param(person(nationalities=["Palestinian and possibly Iraqi"]), id="nationality in words"),
        pytest.param(record(images=[]), id="no image at all"),
        pytest.param(record(translations=[{"language": "ar", "label": "\u2067ملصق مطلوب\u2069"}]), id="label in RTL"),
        pytest.param(person(names={"family": "Muster\u00admann"}), id="soft hyphen in a name"),
        pytest.param(record(foreign_ids=[{"list": "Interpol", "id": "2026/12345"}]), id="foreign id with a slash"),
    ],
)
def test_it_is_taken(untrusted: object) -> None:
    assert refused(untrusted) == {}


@pytest.mark.parametrize(
    ("untrusted", "field", "words"),
    [
        pytest.param(person(height_cm=0), "persons/0/height_cm", "0 is not a height", id="height 0"),
        pytest.param(person(names={"given": "-"}), "persons/0/names/given", "“-” says nothing", id="forename -"),
        pytest.param(record(images=[image(caption={"de": ""})]), "images/0/caption/de", "is empty", id="empty caption"),
        pytest.param(record(images=[image(caption="")]), "images/0/caption", "is empty", id="caption as empty text"),
        pytest.param(record(outcome={"kind": "captured"}), "outcome/kind", "the search is over", id="captured"),
        pytest.param(record(id="2026/12345"), "id", "without '..' and '/'", id="id with a slash"),
        pytest.param(person(age="around thirty"), "persons/0/age", "is written as a range", id="age as bare words"),
    ],
)
def test_it_is_refused_with_a_reason(untrusted: object, field: str, words: str) -> None:
    messages = refused(untrusted)
    assert list(messages) == [field]
    assert words in messages[field]


def test_a_blank_shell_is_answered_with_all_that_is_missing() -> None:
    assert len(refused({})) == 10


def test_html_is_text_with_its_paragraphs_and_crlf_made_one() -> None:
    narrative: dict[str, Any] = {"de": "<p>Am Abend\u00a0…</p>\r\n\r\n<script>x</script>"}
    appeal = parse(record(texts={"summary": {"de": "Kurz."}, "narrative": narrative}))
    assert appeal.texts.narrative == {"de": "<p>Am Abend\u00a0…</p>\n\n<script>x</script>"}


def test_a_group_poster_has_several_persons_each_with_pictures_of_their_own() -> None:
    persons = [{"id": f"p{at}", "role": "suspect"} for at in range(3)]
    images = [image(id=f"i{at}", shows=[f"p{at}"]) for at in range(3)]
    appeal = parse(record(persons=persons, images=images))
    assert [picture.shows for picture in appeal.images] == [("p0",), ("p1",), ("p2",)]

"""R14, R16, R17, R33: the sentences that every output must carry."""

import dataclasses
from typing import Any

import pytest

from fahndung.law.gate import judge
from fahndung.model.appeal import Appeal, Category, Contact
from fahndung.model.ids import ImageId, PersonId
from fahndung.model.mandate import Medium
from fahndung.model.reading import Outputs, Post, Rendition
from fahndung.model.sought import Role

from .build import JUDGE, POSTER_FILE, WORDING, appeal, depicted, facts, image, order, outputs, person, retold, told

EVERY = ["page", "press", "teaser", "entry", "list_item", "register", POSTER_FILE]
FULL = ["page", "press", POSTER_FILE]
MARKER = "Zeugin – nicht Beschuldigte"


def found(rule: str, built: Outputs, subject: Appeal | None = None, **more: Any) -> list[tuple[str, str]]:
    return told(judge(facts(subject or depicted(), outputs=built, **more)), rule)


def witness(**more: Any) -> Appeal:
    seen = person(role=Role.WITNESS)
    fields: dict[str, Any] = {"persons": (seen,), "images": (image("cctv-1", shows=(PersonId("p1"),)),)}
    return appeal(order(JUDGE), basis="stpo-131b-2", category=Category.WITNESS, **(fields | more))


def marked(**changes: Any) -> Outputs:
    return outputs({"marker": MARKER}, **changes)


@pytest.mark.parametrize("rule", ["R14", "R16", "R17", "R33"])
def test_flawless_outputs_pass_and_without_outputs_nothing_is_said(rule: str) -> None:
    assert found(rule, outputs()) == []
    assert found(rule, marked(), witness()) == []
    assert told(judge(facts(witness())), rule) == []


@pytest.mark.parametrize("name", EVERY)
def test_every_text_about_a_witness_carries_the_marker(name: str) -> None:
    assert found("R14", retold(marked(), name, MARKER, "Zeugin"), witness()) == [("block", name)]


@pytest.mark.parametrize("marker", [None, "", "Wichtige Zeugin"])
def test_the_marker_itself_says_that_she_is_not_accused(marker: str | None) -> None:
    assert ("block", "marker") in found("R14", outputs({"marker": marker}), witness())


def test_a_post_about_a_witness_carries_the_marker() -> None:
    bare, good = Post(channel="netz", text="Zeugin gesucht"), Post(channel="netz", text=f"Gesucht: {MARKER}.")
    assert found("R14", marked(), witness(), posts=(bare,)) == [("block", "posts/netz")]
    assert found("R14", marked(), witness(), posts=(good,)) == []


def test_the_description_of_a_witness_picture_is_marked_in_the_texts_on_the_page_and_on_the_poster() -> None:
    alone = retold(marked(), "alts/cctv-1", f"{MARKER}. ")
    assert found("R14", alone, witness()) == [("block", "images/0/alt")]
    page = dataclasses.replace(marked().page, alts=("Standbild",))
    assert found("R14", marked(page=page), witness()) == [("block", "images/0/alt")]
    sheet = dataclasses.replace(marked().sheets[0], alts=("Standbild", "QR-Code"))
    assert found("R14", marked(sheets=(sheet,)), witness()) == [("block", "images/0/alt")]
    lost = dataclasses.replace(marked(), texts=tuple(text for text in marked().texts if text.name != "alts/cctv-1"))
    assert found("R14", lost, witness()) == [("block", "images/0/alt")]


@pytest.mark.parametrize(
    ("seen", "expected"), [(True, []), (False, [("block", "images/0")]), (None, [("block", "images/0")])]
)
def test_the_marker_is_in_the_picture_itself(seen: bool | None, expected: list[tuple[str, str]]) -> None:
    made = Rendition(name="website/images/y.jpg", image=ImageId("cctv-1"), clean=True, marked=seen)
    assert found("R14", marked(renditions=(*marked().renditions, made)), witness()) == expected


def test_the_picture_of_a_suspect_beside_a_witness_needs_no_marker() -> None:
    persons = (person(), person(id=PersonId("p2"), role=Role.WITNESS))
    other = depicted(persons=persons)
    bare = {"page": outputs().page, "sheets": outputs().sheets, "renditions": outputs().renditions}
    built = retold(marked(**bare), "alts/cctv-1", f"{MARKER}. ")
    mixed = ("block", "persons/1/role")  # the two do not belong in one appeal
    assert found("R14", built, other) == [mixed]
    nobody = depicted(persons=persons, images=(image("cctv-1"),))  # shows nobody by name: perhaps the witness
    assert set(found("R14", built, nobody)) == {("block", "images/0/alt"), ("block", "images/0"), mixed}


def test_nobody_else_needs_a_marker() -> None:
    assert found("R14", outputs()) == []


@pytest.mark.parametrize("name", [name for name in EVERY if name != "list_item"])
def test_every_output_but_the_list_says_where_tips_go(name: str) -> None:
    assert found("R16", retold(outputs(), name, WORDING.tip_sentence)) == [("block", name)]


def test_a_post_says_where_tips_go() -> None:
    assert found("R16", outputs(), posts=(Post(channel="netz", text="Kurz."),)) == [("block", "posts/netz")]


@pytest.mark.parametrize(
    ("sentence", "count"),
    [
        ("Hinweise bitte telefonisch an die Polizei, nicht in den Kommentaren sozialer Netzwerke.", 0),
        ("Hinweise bitte per E-Mail an die Polizei, nicht in soziale Netzwerke.", 0),
        ("Hinweise bitte telefonisch an die Polizei.", 1),
        ("Hinweise bitte an die Polizei, nicht in den Kommentaren.", 1),
        ("Hinweise bitte telefonisch, nicht in den Kommentaren.", 1),
        ("Hinweise bitte.", 3),
    ],
)
def test_the_sentence_on_tips_names_police_telephone_and_no_comments(sentence: str, count: int) -> None:
    assert found("R16", outputs({"tip_sentence": sentence})) == [("block", "tip_sentence")] * count


def test_an_empty_sentence_is_no_sentence() -> None:
    assert {field for _, field in found("R16", outputs({"tip_sentence": ""}))} == set(EVERY) - {"list_item"}


@pytest.mark.parametrize("name", FULL)
def test_page_press_and_poster_name_an_office_that_can_always_be_reached(name: str) -> None:
    without_number = retold(outputs(), name, "040 66969-123", "")
    assert found("R17", without_number) == [("block", name)]
    without_office = retold(outputs(), name, "Polizeirevier Musterstadt", "Büro")
    assert found("R17", without_office) == [("block", name)]
    office_hours = retold(outputs(), name, "oder jede andere Polizeidienststelle entgegen", "entgegen")
    assert found("R17", office_hours) == [("block", name)]


def test_round_the_clock_is_as_good_as_any_other_station() -> None:
    sentence = "Hinweise nimmt das Polizeirevier Musterstadt rund um die Uhr unter 040 66969-123 entgegen."
    assert found("R17", outputs({"contact_sentence": sentence})) == []
    by_day = sentence.replace("rund um die Uhr", "von 8 bis 16 Uhr")
    assert found("R17", outputs({"contact_sentence": by_day})) == [("block", name) for name in FULL]


@pytest.mark.parametrize(
    ("office", "expected"),
    [
        ("Polizeirevier Musterstadt", []),
        ("Kriminalpolizeiinspektion Musterstadt, Kommissariat 11", []),
        ("KK 11", []),
        ("KHK Muster, Kriminalpolizeiinspektion", [("warn", "contact/office")]),
        ("Frau Muster", [("warn", "contact/office")]),
        ("Herrn POK Muster", [("warn", "contact/office")] * 2),
    ],
)
def test_a_single_officer_as_contact_is_told(office: str, expected: list[tuple[str, str]]) -> None:
    subject = depicted(contact=Contact(office=office, phone="040 66969-123"))
    assert told(judge(facts(subject)), "R17") == expected


def test_the_press_text_carries_the_notice_for_the_media() -> None:
    notice = WORDING.media_notice or ""
    assert found("R33", retold(outputs(), "press", notice)) == [("block", "press")]
    assert found("R33", retold(outputs(), "page", notice)) == []


def test_with_persons_there_is_a_notice_for_the_media_and_things_need_none() -> None:
    silent = outputs({"media_notice": None})
    assert found("R33", silent) == [("block", "legal/order/scope/media")]
    things = appeal(order(JUDGE), basis="stpo-111n", category=Category.OBJECT)
    assert found("R33", silent, things) == []
    assert found("R33", silent, appeal(order(JUDGE), category=Category.OBJECT, persons=(person(),))) != []
    assert Medium.POSTER in order().scope.media


@pytest.mark.parametrize(
    ("phone", "mobile"),
    [
        ("0151 2345678", True),
        ("0160/1234567", True),
        ("+49 179 1234567", True),
        ("+49 (0) 172 1234567", True),
        ("0049 157-123456", True),
        ("0180 5123456", False),
        ("0149 123456", False),
        ("040 66969-123", False),
        ("0351 1512345", False),
        ("+49 351 1512345", False),
        ("110", False),
    ],
)
def test_a_mobile_number_as_contact_is_told(phone: str, mobile: bool) -> None:
    subject = depicted(contact=Contact(office="Polizeirevier Musterstadt", phone=phone))
    assert told(judge(facts(subject)), "R17") == ([("warn", "contact/phone")] if mobile else [])


DIALLED = {
    "040 66969-123": "04066969123",
    "040\u00a066969-0": "040669690",
    "0351 483 22 33": "03514832233",
    "0351/4832-100": "03514832100",
    "(0351) 4832-100": "03514832100",
    "+49 40 66969-123": "+494066969123",
    "+49 (0)40 66969-123": "+494066969123",
    "0049 40 66969-123": "+494066969123",
    "0800 2255110": "08002255110",
    "040 66969-110": "04066969110",
    "(03 51) 483 22 33": "03514832233",
    "03 51 483 22 33": "03514832233",
    "040 66969 - 123": "04066969123",
    "040 66969–123": "04066969123",
    "040 66969\u2011123": "04066969123",
    "+49 (351) 4832233": "+493514832233",
    "+49 30 4664-912345": "+49304664912345",
    "030 4664-912345": "0304664912345",
    "+49 40 66969 123456": "+494066969123456",
    "040 66969 123456": "04066969123456",
    "+39 06 4686": "+39064686",
    "+421 2 1234567": "+42121234567",
    "+420 974 821 345": "+420974821345",
    "110": "110",
    "115": "115",
    "116 117": "116117",
}
NOT_DIALLED = (
    "040 66969-123 oder 110",
    "040 66969-123, 040 66969-124",
    "040 66969-123 (App. 7)",
    "040 66969123 040 66969124",
    "040 66969-123/-124",
    "040 66969123 110",
    "0351 4832233 112",
    "040 66969 110 112",
    "040 66969 - 112",
    "040 66969123 115",
    "040 66969123 116 117",
    "040 110",
    "040 6696 040 6697",
    "+49 040 66969123",
    "+49 40 66969 1234567",
    "040 66969 1234567",
    "040 66969-123-124",
    "٠٤٠ ٦٦٩٦٩",
    "Notruf",
    "117",
)


@pytest.mark.parametrize(("phone", "dialled"), [*DIALLED.items(), *((phone, None) for phone in NOT_DIALLED)])
def test_a_number_that_nobody_could_dial_is_told_and_no_other_is_made_of_it(phone: str, dialled: str | None) -> None:
    contact = Contact(office="Polizeirevier Musterstadt", phone=phone)
    assert contact.dialled == dialled
    assert told(judge(facts(depicted(contact=contact))), "R17") == ([] if dialled else [("warn", "contact/phone")])


@pytest.mark.parametrize(
    ("email", "private"),
    [
        ("kripo.musterstadt@web.de", True),
        ("kripo@GMAIL.com", True),
        ("kripo@polizei.example", False),
        ("kripo@polizei-web.de.example", False),
        ("kripo@mail.web.de", False),
        (None, False),
    ],
)
def test_a_private_mailbox_as_contact_is_told(email: str | None, private: bool) -> None:
    subject = depicted(contact=Contact(office="Polizeirevier Musterstadt", phone="040 66969-123", email=email))
    assert told(judge(facts(subject)), "R17") == ([("warn", "contact/email")] if private else [])

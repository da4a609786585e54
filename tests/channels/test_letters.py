"""Mails as bytes: repeatable, encoded right whatever the name, and no header that nobody wrote."""

import datetime as dt
import email
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage

import pytest

from fahndung.channels import letters
from fahndung.channels.letters import Sender, Text
from fahndung.errors import NotPublishable
from fahndung.model.mail import Recipient

AT = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
SENDER = Sender(address="fahndung@polizei.example", name="PD Musterstadt", reply_to="presse@polizei.example")
TEXT = Text(subject="Öffentlichkeitsfahndung – „Zeugen“ gesucht", body="Straße, Maß, 16 °C.\n.\nEnde\n")


def parsed(data: bytes) -> EmailMessage:
    found = email.message_from_string(data.decode(), policy=policy.default)  # of bytes it takes headers for ASCII
    assert isinstance(found, EmailMessage)
    assert found.defects == []
    return found


def written(to: Recipient, **how: object) -> bytes:
    return letters.written(TEXT, SENDER, to, **{"own": "m", "at": AT, **how})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "to",
    [
        Recipient(address="a@zeitung.example"),
        Recipient(address="a@zeitung.example", name="Redaktion, Lokales; „Süd“ <x@y.example>"),
        Recipient(address="a@xn--strae-oqa.example", name='Die "Große" Zeitung'),
        Recipient(address="müller@xn--mnchen-3ya.example", name="Müller"),
    ],
)
def test_names_and_addresses_come_back_as_they_were(to: Recipient) -> None:
    data = written(to)
    assert data == written(to)
    got = parsed(data)
    (address,) = got["To"].addresses
    assert (address.addr_spec, address.display_name) == (to.address, to.name)
    assert got["Subject"].strip() == TEXT.subject
    assert got["Reply-To"] == "presse@polizei.example"
    assert got["Date"].datetime == AT
    assert got["Auto-Submitted"] == "auto-generated"
    assert got.get_content().replace("\r\n", "\n") == TEXT.body
    assert all(len(line) <= 998 for line in data.split(b"\r\n"))
    assert to.address.isascii() is data.isascii()


def test_a_long_name_is_folded_into_words_that_join_again() -> None:
    data = written(Recipient(address="a@zeitung.example", name="Ж" * 100))
    raw = email.message_from_bytes(data)["To"]
    assert str(make_header(decode_header(raw))) == f"{'Ж' * 100} <a@zeitung.example>"


def test_a_thread_is_named_oldest_first_and_never_encoded() -> None:
    long = Sender(address=f"{'a' * 60}@{'b' * 60}.example", name="", reply_to=f"{'c' * 60}@{'d' * 60}.example")
    data = letters.written(TEXT, long, Recipient(address="a@b.example"), own="z", at=AT, thread=("x", "y"))
    got = parsed(data)
    host = f"{'b' * 60}.example"
    assert got["Message-ID"] == f"<z@{host}>"
    assert got["In-Reply-To"] == f"<y@{host}>"
    assert got["References"].split() == [f"<x@{host}>", f"<y@{host}>"]
    assert got["List-Unsubscribe"] == f"<mailto:{long.reply_to}?subject=Abmeldung>"
    assert got["Subject"] == TEXT.subject
    assert b"=?" not in data[: data.index(b"From:")]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"Betreff",
        b"Betreff\n\n \n",
        b"Betreff\nBcc: x@y.example\n\nText",
        "Betreff\u2028Bcc\n\nText".encode(),
        b"Betreff\r\n\r\nText",
        b"\xff\n\nText",
    ],
)
def test_what_is_no_text_with_a_subject_is_refused(data: bytes) -> None:
    with pytest.raises(NotPublishable, match=r"press\.txt"):
        letters.read(data, "press.txt")


def test_a_text_is_its_first_line_and_the_rest() -> None:
    assert letters.read("Betreff ä\n\nEins\n\nZwei\n\n".encode(), "x") == Text(
        subject="Betreff ä", body="Eins\n\nZwei\n"
    )


def test_own_markers_differ_by_recipient_and_release() -> None:
    made = {letters.own_marker(marker, target) for marker in "ab" for target in "xy"}
    assert len(made) == 4
    assert {len(one) for one in made} == {26}


@pytest.mark.parametrize(
    "told",
    [b"", b"[]", b'{"correction": "a"}', b'{"correction": "a", "test": 1}', b'{"correction": "a", "test": "b\\nc"}'],
)
def test_what_holds_no_subjects_is_refused(told: bytes) -> None:
    with pytest.raises(NotPublishable, match="subjects"):
        letters.subjects(told, "texts/mail-subjects.json")

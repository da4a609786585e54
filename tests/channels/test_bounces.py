"""Mails that came back, by seven makers: whose, for good or not, with which code; and whatever else is sent."""

import base64
import contextlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fahndung.channels import bounces, letters
from fahndung.channels.bounces import Bounce, NoBounce
from fahndung.errors import InvalidRecord
from tests.channels import returned

OWN = letters.own_marker("m", "t")


def why(mail: bytes) -> str:
    told = bounces.read(mail)
    assert isinstance(told, NoBounce)
    return told.why.en


@pytest.mark.parametrize(("way", "codes"), returned.WAYS.items())
@pytest.mark.parametrize("notice", [None, 1, 12])
def test_every_way_of_saying_so_is_understood(way: str, codes: tuple[str, int | None], notice: int | None) -> None:
    own = OWN if notice is None else f"{OWN}.{notice}"
    wanted = Bounce(marker=OWN, notice=notice, status=codes[0], reply=codes[1])
    for mail in (getattr(returned, way)(own), getattr(returned, way)(own).replace(b"\n", b"\r\n")):
        assert bounces.read(mail) == wanted


@pytest.mark.parametrize("of", ["rfc822-headers", "rfc822", "global", "global-headers"])
def test_the_message_is_known_by_its_own_id_whatever_thread_it_stands_in(of: str) -> None:
    told = bounces.read(returned.postfix(OWN, of=of))
    assert isinstance(told, Bounce)
    assert told.marker == OWN


def test_headers_that_come_back_encoded_are_read() -> None:
    mail = returned.postfix(OWN)
    headers = returned.copied(OWN).encode()
    assert headers in mail
    encoded = b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(headers)
    mail = mail.replace(b"\n\n" + headers, b"\n" + encoded)
    assert isinstance(bounces.read(mail), Bounce)


def test_a_report_without_any_copy_is_known_by_what_it_answers() -> None:
    mail = returned.exchange(OWN).replace(b"Message-ID: <", b"Message-ID: <x").replace(b"\nmessage-id", b"\nx")
    told = bounces.read(mail)
    assert isinstance(told, Bounce)
    assert told.marker == OWN


@pytest.mark.parametrize(
    ("action", "status", "final"),
    [
        ("failed", "5.1.1", True),
        ("failed", "4.4.7", True),
        ("Failed", "5.1.1", True),
        ("delayed", "4.4.1", False),
        ("delayed", "5.4.1", False),
        ("delivered", "2.0.0", False),
        ("relayed", "2.0.0", False),
        ("expanded", "2.0.0", False),
        ("", "5.1.1", True),
        ("", "4.2.2", False),
        ("", "x", False),
    ],
)
def test_what_was_given_up_has_bounced_and_what_waits_has_not(action: str, status: str, final: bool) -> None:
    mail = returned.postfix(OWN, action=action, status=status)
    assert isinstance(bounces.read(mail), Bounce) is final
    if action == "delayed":
        assert why(mail) == "the mail is only delayed so far"


def test_a_delay_told_without_a_standard_is_no_bounce() -> None:
    assert "only delayed" in why(returned.gmail(OWN, delayed=True))
    assert "only delayed" in why(returned.old_exim(OWN).replace(b"554 5.7.1", b"451 4.7.1"))
    late = returned.old_exim(OWN).replace(b"Mail delivery failed", b"Warning: message delayed 24 hours")
    assert "only delayed" in why(late)


def test_what_may_be_a_bounce_is_left_to_somebody_who_reads_it() -> None:
    for mail in (returned.old_exchange(OWN), returned.postfix("x" * 25)):
        told = bounces.read(mail)
        assert isinstance(told, NoBounce)
        assert told.doubtful


def test_an_answer_by_a_person_or_a_holiday_is_no_report() -> None:
    for mail in (returned.away(OWN), b"", b"\n\n", b"From: a@b.example\n\nJa, gern."):
        told = bounces.read(mail)
        assert told == NoBounce(why=told.why)  # type: ignore[union-attr]
        assert why(mail) == "it is no report of a mail that came back"


def test_what_a_mail_server_writes_is_not_kept() -> None:
    mail = returned.postfix(OWN, code="550 5.1.1 Erika Mustermann, geheim")
    assert "geheim" not in repr(bounces.read(mail))
    assert returned.ADDRESS not in repr(bounces.read(mail))


def nested(depth: int) -> bytes:
    levels = (b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (one, one) for one in range(depth))
    return b"".join(levels)


@pytest.mark.parametrize(
    ("mail", "told"),
    [
        (b"x" * (bounces.LARGEST + 1), "larger than"),
        (nested(60), "parts|Recursion"),
        (b"Content-Type: message/rfc822\n\n" * 1200, "parts|Recursion"),
        (b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n" * 1000, "more than 50 parts"),
        (b"Content-Type: multipart/mixed; boundary*" + b"9" * 5000 + b"=b\n\n--b\n", "ValueError"),
    ],
)
def test_a_mail_made_to_break_the_reader_is_refused_in_one_sentence(mail: bytes, told: str) -> None:
    with pytest.raises(InvalidRecord, match=told):
        bounces.read(mail)


def test_a_mail_of_the_largest_size_is_read() -> None:
    mail = returned.postfix(OWN)
    assert isinstance(bounces.read(mail + b"x" * (bounces.LARGEST - len(mail))), Bounce)


_WHOLE = st.sampled_from([getattr(returned, way)(OWN) for way in returned.WAYS])


@given(whole=_WHOLE, at=st.integers(0, 3000), cut=st.integers(0, 300), put=st.binary(max_size=40))
@example(whole=b"", at=0, cut=0, put=b"From: mailer-daemon\nSubject: \xff\n\n\xff5.1.1")
@example(whole=b"", at=0, cut=0, put=b"Content-Transfer-Encoding: x-uuencode\nFrom: postmaster\n\nbegin")
def test_whatever_is_sent_an_answer_or_one_refusal_comes_out(whole: bytes, at: int, cut: int, put: bytes) -> None:
    with contextlib.suppress(InvalidRecord):
        assert isinstance(bounces.read(whole[:at] + put + whole[at + cut :]), Bounce | NoBounce)


@pytest.mark.parametrize(
    ("status", "reply", "meaning"),
    [
        ("5.1.1", 550, "550 5.1.1: there is no such mailbox"),
        ("5.1.3", None, "5.1.3: the address is wrong"),
        ("5.2.2", 552, "552 5.2.2: the mailbox is full"),
        ("4.4.7", None, "4.4.7: nobody took it in time"),
        ("5.0.0", None, "5.0.0: undelivered"),
        ("5.9.9", None, "5.9.9: undelivered"),
        ("", 550, "550: undelivered"),
        ("", None, "undelivered"),
    ],
)
def test_codes_are_told_in_our_own_words(status: str, reply: int | None, meaning: str) -> None:
    assert bounces.meaning(status, reply).en == meaning


def test_exchange_in_its_own_name_is_a_mail_server_even_where_a_gateway_flattened_its_report() -> None:
    mail = returned.german_exchange(OWN)
    assert bounces.read(mail) == Bounce(marker=OWN, notice=None, status="5.1.10", reply=550)
    elsewhere = mail.replace(b"MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@", b"m.exchange@")
    assert why(elsewhere) == "it is no report of a mail that came back"

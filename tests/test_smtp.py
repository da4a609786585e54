"""The door to a mail server that answers oddly: each answer says whether the message may have gone out.

A server that answers by the book is in ``tests/alerting`` and ``tests/channels/test_pressmail.py``.
"""

import contextlib
import datetime as dt
import socketserver
import threading
from collections.abc import Iterator, Mapping

import pytest

from fahndung import hearing, smtp
from fahndung.errors import AuthError, FahndungError, NotSent, OutcomeUnknown, Rejected
from fahndung.hearing import Ear
from fahndung.model.mail import MailServer

AT = dt.datetime(2026, 11, 27, 12, tzinfo=dt.UTC)
TO = "a@zeitung.example"
MESSAGE = b"Subject: x\n\n.dot\nline\r\n"
USUAL = {
    "EHLO": b"250 here",
    "MAIL": b"250 ok",
    "RCPT": b"250 ok",
    "DATA": b"354 go on",
    ".": b"250 ok",
    "QUIT": b"221",
}


@contextlib.contextmanager
def answering(answers: Mapping[str, bytes], got: list[bytes] | None = None) -> Iterator[MailServer]:
    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            said = USUAL | answers
            self.wfile.write(said.get("", b"220 hello") + b"\r\n")
            while line := self.rfile.readline():
                word = line[:4].decode().strip().upper()
                self.wfile.write(said.get(word, b"250 ok") + b"\r\n")
                if word == "DATA" and said["DATA"].startswith(b"354"):
                    while (line := self.rfile.readline()) not in (b".\r\n", b""):
                        if got is not None:
                            got.append(line)
                    if not said["."]:
                        return
                    self.wfile.write(said["."] + b"\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield MailServer(
                host="127.0.0.1", port=server.server_address[1], security="none", sender="f@polizei.example"
            )
        finally:
            server.shutdown()
            thread.join()


def sent(answers: Mapping[str, bytes], *, to: str = TO, got: list[bytes] | None = None) -> None:
    with answering(answers, got) as server, smtp.session(server, timeout_s=2) as session:
        session.send(MESSAGE, to=to)


def test_a_message_is_dotted_and_its_lines_end_as_they_must() -> None:
    got: list[bytes] = []
    sent({}, got=got)
    assert b"".join(got) == b"Subject: x\r\n\r\n..dot\r\nline\r\n"


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ({"": b"554 no"}, NotSent),
        ({"MAIL": b"550 not you"}, AuthError),
        ({"MAIL": b"451 later"}, NotSent),
        ({"RCPT": b"550 nobody"}, Rejected),
        ({"RCPT": b"530 log in first"}, AuthError),
        ({"RCPT": b"421 closing"}, NotSent),
        ({"DATA": b"554 no"}, Rejected),
        ({"DATA": b"452 full"}, NotSent),
        ({"DATA": b"250 what"}, NotSent),
        ({".": b"552 too large"}, Rejected),
        ({".": b"452 full"}, NotSent),
        ({".": b"what"}, OutcomeUnknown),
        ({".": b"334 go on"}, OutcomeUnknown),
        ({".": b""}, OutcomeUnknown),
        ({"RCPT": b"what"}, NotSent),
    ],
)
def test_every_answer_has_its_meaning(answers: Mapping[str, bytes], kind: type[FahndungError]) -> None:
    with pytest.raises(FahndungError) as caught:
        sent(answers)
    assert type(caught.value) is kind
    assert caught.value.effect_possible is (kind is OutcomeUnknown)


def test_a_goodbye_that_fails_changes_nothing() -> None:
    sent({"QUIT": b"554 stay"})
    sent({".": b"251 ok"})


def test_an_address_that_the_server_cannot_write_is_refused_before_a_word() -> None:
    with pytest.raises(Rejected, match="SMTPUTF8"):
        sent({"MAIL": b"550 not you"}, to="müller@zeitung.example")


@pytest.mark.parametrize(("command", "code"), [("MAIL", 550), ("RCPT", 451), ("DATA", 554), (".", 552), (".", 334)])
def test_what_a_server_says_to_a_refusal_can_be_kept_without_the_recipient(command: str, code: int) -> None:
    ear = Ear(lambda: AT)
    with hearing.listening(ear), pytest.raises(FahndungError):
        sent({command: f"{code} <{TO.upper()}> or {TO}: no".encode()}, to=TO)
    (kept,) = ear.kept()
    assert (kept.at, kept.method, kept.status) == (AT, "SMTP", code)
    assert kept.address.startswith("127.0.0.1:")
    assert TO not in kept.body.lower()


def test_the_words_of_a_refusal_stay() -> None:
    ear = Ear(lambda: AT)
    with hearing.listening(ear), pytest.raises(Rejected):
        sent({"RCPT": f"550 5.1.1 <{TO}>: unknown here".encode()})
    assert [one.body for one in ear.kept()] == ["5.1.1 <***>: unknown here"]

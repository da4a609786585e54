"""Mails that came back, on the terminal: from a pipe, a file or a Maildir; each once; a line in status."""

import pathlib

import pytest
from click.testing import CliRunner

from fahndung.cli.app import app
from fahndung.cli.mailings import bounced_json, mailing_lines
from fahndung.ledger import publications, recipients
from tests.channels import returned
from tests.channels.postmaster import Running
from tests.cli.driver import Terminal
from tests.press import PRESS, A, B, office, press_template, server
from tests.world import World

__all__ = ["office", "press_template", "server"]


@pytest.fixture
def desk(office: World) -> Terminal:
    office.publish(PRESS)
    return Terminal(home=office.home.path)


@pytest.fixture
def markers(desk: Terminal, office: World) -> dict[str, str]:
    with office.ledger.read() as tx:
        rows = publications.rows(tx, PRESS, channel="press-mail")
        return {str(recipients.address_of(tx, row.target)): row.marker for row in rows}


def piped(desk: Terminal, mail: bytes, code: int) -> str:
    words = ["--home", str(desk.home), "--now", desk.now, "bounced"]
    result = CliRunner().invoke(app, words, input=mail, prog_name="fahndung")
    assert result.exit_code == code, result.output
    return result.stdout


@pytest.mark.peers
def test_one_mail_from_a_pipe_is_a_line_in_status(desk: Terminal, markers: dict[str, str]) -> None:
    told = piped(desk, returned.postfix(markers[B]), 0)
    assert told == f"{PRESS} press-mail: bounced: {B} (550 5.1.1: there is no such mailbox)\n"
    assert "known already" in piped(desk, returned.postfix(markers[B]), 0)
    assert piped(desk, b"From: a@b.example\n\nDanke!", 0) == "-: it is no report of a mail that came back\n"
    assert "larger than" in piped(desk, b"x" * (1 << 20), 3)
    (mailing,) = desk.json("status", PRESS)["appeals"][0]["mailings"]
    assert mailing["states"] == {"live": 3}
    assert mailing["bounced"] == [
        {"to": B, "notice": None, "status": "5.1.1", "reply": 550, "why": "550 5.1.1: there is no such mailbox"}
    ]
    assert f"bounced: {B} (550 5.1.1: there is no such mailbox)" in desk.run("status", PRESS).stdout


@pytest.mark.peers
def test_a_maildir_is_read_and_left_as_it_is(desk: Terminal, markers: dict[str, str], tmp_path: pathlib.Path) -> None:
    box = tmp_path / "Maildir"
    mails = {
        "new/1": returned.gmx(markers[A]),
        "cur/2:2,S": returned.exchange(markers[B]),
        "cur/3:2,S": b"From: a@b.example\n\nDanke!",
        "cur/4:2,": returned.old_exchange(markers[A]),
        "cur/5:2,": b"x" * (1 << 20),
        "cur/.6": b"",
        "tmp/7": returned.postfix(markers[A]),
    }
    for name, mail in mails.items():
        path = box / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(mail)
    told = desk.run("bounced", box).stdout.splitlines()
    assert told[0].endswith(f"bounced: {A} (undelivered)")
    assert told[1].endswith(f"bounced: {B} (550 5.2.2: the mailbox is full)")
    assert [line.rpartition("/")[2].partition(":")[0] for line in told[2:4]] == ["4", "5"]
    assert told[4] == "1 other mail was left alone"
    document = desk.json("bounced", box)
    assert [one["new"] for one in document["bounced"]] == [False, False]
    assert {name: (box / name).read_bytes() for name in mails} == mails
    assert "There is no mail" in desk.run("bounced", _empty(tmp_path)).stdout


def _empty(folder: pathlib.Path) -> pathlib.Path:
    (folder / "leer" / "new").mkdir(parents=True)
    return folder / "leer"


@pytest.mark.peers
def test_files_are_read_by_name_and_what_is_none_is_told(desk: Terminal, tmp_path: pathlib.Path) -> None:
    mail = tmp_path / "mail.eml"
    mail.write_bytes(returned.postfix("b" * 26))
    assert "went out from this home" in desk.run("bounced", mail).stdout
    assert "cannot be read" in desk.run("bounced", mail, tmp_path / "fehlt", code=3).stdout
    assert "is no Maildir" in desk.run("bounced", tmp_path, code=2).stderr


@pytest.mark.peers
def test_a_notice_that_came_back_is_told_with_its_item(
    desk: Terminal, markers: dict[str, str], server: Running, tmp_path: pathlib.Path
) -> None:
    desk.run("end", PRESS, "--reason", "found")
    mail = tmp_path / "mail.eml"
    mail.write_bytes(returned.postfix(f"{markers[B]}.1"))
    (one,) = desk.json("bounced", mail)["bounced"]
    assert (one["notice"], one["new"], one["item"] is None) == (1, True, False)
    shown = desk.run("status", PRESS).stdout
    assert f"the notice of the end bounced: {B} (550 5.1.1" in shown
    assert f"item {one['item']}, {PRESS}: Tell the end: press-mail ({B})" in shown
    other = tmp_path / "other.eml"
    other.write_bytes(returned.postfix(f"{markers[A]}.1"))
    assert "; item " in desk.run("bounced", other).stdout


def test_of_many_that_came_back_a_few_are_listed() -> None:
    why = bounced_json(A, None, "", None)
    one = {"channel": "press-mail", "recipients": 12, "states": {"live": 12}, "refused": [], "bounced": [why] * 12}
    lines = mailing_lines([one])
    assert sum("bounced: " in line for line in lines) == 10
    assert lines[-1] == "      … and 2 more (--json)"

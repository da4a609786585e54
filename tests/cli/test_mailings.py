"""Press mail on the terminal: counted, not listed; who was refused, who has confirmed; a test that leaves no trace."""

import re

import pytest

from tests.channels.postmaster import DEFERRED, REFUSED, Running
from tests.cli.driver import Terminal
from tests.press import PRESS, A, B, C, office, press_template, server
from tests.world import World

__all__ = ["office", "press_template", "server"]


@pytest.fixture
def desk(office: World) -> Terminal:
    return Terminal(home=office.home.path)


@pytest.mark.peers
def test_a_mailing_from_preview_to_the_last_acknowledgement(desk: Terminal, server: Running) -> None:
    shown = desk.run("preview", PRESS).stdout
    assert f"@ 3: {A}, {B}, {C}" in shown
    assert "A mail cannot be taken back" in shown
    assert re.search(r"∑ \d{3,4} characters, no limit is known\n", shown)
    mail = desk.json("preview", PRESS)["channels"][1]
    assert mail["closings_how"].startswith("Sent to each recipient at the end")
    assert set(mail["closings"]) == {"reached", "ended-order", "ended-preventive", "error"}
    assert all(line in shown for text in mail["closings"].values() for line in text.splitlines())
    assert [one["recipients"] for one in desk.json("preview", PRESS)["channels"]] == [[], [A, B, C]]
    assert "to 3 recipients, each by itself" in desk.run("publish", PRESS, "--dry-run").stdout
    assert server.taken() == []

    server.fail(REFUSED, B)
    told = desk.run("publish", PRESS).stdout
    assert "press-mail: 3 recipients: taken 2, rejected 1" in told
    assert f"refused: {B} (" in told
    document = desk.json("status", PRESS)
    (mailing,) = document["appeals"][0]["mailings"]
    assert mailing["states"] == {"live": 2, "rejected": 1}
    assert [one["to"] for one in mailing["refused"]] == [B]
    assert [one["channel"] for one in document["appeals"][0]["publications"]] == ["website"]

    ended = desk.run("end", PRESS, "--reason", "found").stdout
    taken = server.taken()
    assert f"told: 2 recipients of {PRESS} on press-mail" in ended
    assert "To tell" not in ended
    assert "gone: press-mail" not in ended
    again = desk.run("end", PRESS, "--reason", "found").stdout
    assert (again.count("told: "), server.taken()) == (0, taken), "a second end writes to nobody, and says so"
    document = desk.json("status", PRESS)
    (item,) = document["by_hand"]
    assert document["overdue"] == 0
    assert document["appeals"][0]["mailings"][0]["states"] == {"rejected": 1, "told": 2}
    assert "1 recipients are left" in desk.run("close", item["item"], "--recipient", A, "--note", "Mail").stdout
    desk.run("close", item["item"], "--recipient", B, "--note", "Mail", code=2)
    assert "is closed" in desk.run("close", item["item"], "--note", "nachgefragt").stdout
    assert desk.json("status", PRESS)["appeals"][0]["state"] == "ended"
    (ended_one,) = [one for one in desk.json("status", "--all")["appeals"] if one["id"] == PRESS]
    assert ended_one["mailings"][0]["states"] == {"closed": 2, "rejected": 1}


@pytest.mark.peers
def test_json_of_a_run_counts_recipients(desk: Terminal) -> None:
    assert desk.json("publish", PRESS)["mailings"] == [
        {"channel": "press-mail", "recipients": 3, "states": {"live": 3}, "refused": [], "bounced": []}
    ]
    ended = desk.json("end", PRESS, "--reason", "found")
    assert ended["told"] == [{"appeal": PRESS, "channel": "press-mail", "recipients": 3}]
    assert ended["online_past_end"] == 0


@pytest.mark.peers
def test_hundreds_of_refusals_are_a_few_lines(desk: Terminal, server: Running) -> None:
    names = [f"n{number:02}@zeitung.example" for number in range(15)]
    server.list(*(f"{name},,," for name in names))
    server.fail(REFUSED, *names[:12])
    told = desk.run("publish", PRESS).stdout
    assert told.count("refused: ") == 10
    assert "and 2 more" in told
    server.fail(REFUSED, *names[12:])
    desk.run("end", PRESS, "--reason", "found", code=7)
    assert desk.run("status", PRESS, code=7).stdout.count("by hand") == 3
    for name in names:
        server.fail(REFUSED, name)


@pytest.mark.peers
def test_what_nobody_took_is_exit_4_and_what_may_yet_be_taken_6(desk: Terminal, server: Running) -> None:
    server.fail(REFUSED, A, B)
    server.fail(DEFERRED, C)
    told = desk.run("publish", PRESS, code=6).stdout
    assert "press-mail FAILED: " in told
    assert "'fahndung publish' tries it again" in told
    server.fail(REFUSED, C)
    assert "press-mail REFUSED: no recipient got it, such as: " in desk.run("publish", PRESS, code=4).stdout
    document = desk.json("publish", PRESS, code=4)
    assert (document["failed"], [one["channel"] for one in document["refused"]]) == ([], ["press-mail"])
    assert [one["channel"] for one in document["published"]] == ["website"]


@pytest.mark.peers
def test_a_test_mail_is_said_to_be_one(desk: Terminal, server: Running) -> None:
    assert "a test was sent" in desk.run("publish", PRESS, "--test-to", "ich@polizei.example").stdout
    assert [taken.to for taken in server.taken()] == ["ich@polizei.example"]
    assert desk.json("status", PRESS)["appeals"][0]["state"] == "approved"
    desk.run("publish", PRESS, "--test-to", "ich@polizei.example", "--dry-run", code=2)
    desk.run("publish", PRESS, "--test-to", "niemand", code=2)
    desk.run("publish", PRESS, "--test-to", "ich@polizei.example", "--channel", "website", code=2)
    desk.run("publish", PRESS, "--test-to", "ich@polizei.example", now="2026-11-17T09:30:00+01:00", code=4)
    assert len(server.taken()) == 1

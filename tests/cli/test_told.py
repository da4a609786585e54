"""What search engines are told by a command, and what is said of it when they cannot be."""

import pathlib

import click
import pytest

from fahndung.channels import server
from fahndung.cli.told import latest
from fahndung.ledger.receivers import Receiver
from fahndung.lifecycle import refreshing
from fahndung.lifecycle.telling import Addressee
from fahndung.model.ids import AppealId, ChannelName
from fahndung.model.mandate import Medium
from fahndung.testing.running import running_indexnow
from tests.cli.driver import Terminal
from tests.world import PUBLISHED, World

NOWHERE = "http://127.0.0.1:9/indexnow"


def listed(empty: World, service: str, base_url: str = "http://127.0.0.1:8477/") -> str:
    """An approved call for witnesses, whose page may be listed, in a home that tells a service of it."""
    config = empty.home.path / "fahndung.toml"
    text = config.read_text("utf-8").replace("http://127.0.0.1:8477/", base_url)
    config.write_text(f'{text}\n[search]\nindexnow = "{service}"\n', "utf-8")
    return empty.ready(empty.case("witness-call"))


@pytest.mark.peers
def test_publish_and_end_tell_a_service_which_finds_the_key(empty: World, tmp_path: pathlib.Path) -> None:
    office = Terminal(home=empty.home.path)
    with server.Server(empty.site) as website, running_indexnow(tmp_path) as service:
        appeal = listed(empty, service.service, website.url)
        url = office.json("publish", appeal)["published"][0]["url"]
        assert service.told() == [url]
        office.run("takedown")
        assert service.told() == [url]
        office.run("end", appeal, "--reason", "found")
        assert service.told() == [url, url]
        assert office.json("status")["untold"] == []


@pytest.mark.peers
def test_what_cannot_be_told_stands_in_status_and_doctor_and_fails_nothing(empty: World) -> None:
    office = Terminal(home=empty.home.path)
    appeal = listed(empty, NOWHERE)
    office.run("publish", appeal)
    (told,) = office.json("status")["untold"]
    assert (told["whom"], told["news"], told["tries"]) == ("indexnow", "up", 1)
    assert "127.0.0.1" in told["problem"]
    assert "not told yet: indexnow (up)" in office.run("status").stdout
    findings = office.json("doctor")["findings"]
    assert [one["verdict"] for one in findings if one["check"] == "search-engines"] == ["warn"]
    office.run("end", appeal, "--reason", "found")
    assert [one["news"] for one in office.json("status")["untold"]] == ["gone"]


@pytest.mark.peers
@pytest.mark.parametrize(
    ("asked", "said"),
    [(("takedown",), "Nothing is due."), (("end", "{}", "--reason", "found"), "nothing of that was online")],
)
def test_what_is_gone_is_said_before_others_keep_anybody_waiting(
    empty: World, monkeypatch: pytest.MonkeyPatch, asked: tuple[str, ...], said: str
) -> None:
    appeal = empty.ready(empty.case("witness-call"))
    monkeypatch.setattr(refreshing, "tell", lambda *_, **__: click.echo("now others are told"))
    stdout = Terminal(home=empty.home.path).run(*(word.format(appeal) for word in asked)).stdout
    assert said in stdout.partition("now others are told")[0]


def test_a_ledger_that_cannot_be_written_then_is_told_and_fails_nothing(
    empty: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fahndung.ledger.faults import LedgerUnavailable

    def refuse(*_: object, **__: object) -> None:
        raise LedgerUnavailable("the disk is full", "die Platte ist voll")

    office = Terminal(home=empty.home.path)
    monkeypatch.setattr(refreshing, "tell", refuse)
    assert "the disk is full" in office.run("takedown").stderr


def test_whoever_got_two_revisions_is_to_be_told_once_with_the_last_text() -> None:
    def got(revision: int, channel: str) -> Addressee:
        row = {"appeal": AppealId("a"), "name": channel, "channel": ChannelName(channel), "medium": Medium.WEBSITE}
        one = Receiver(**row, revision=revision, publication=revision, sent_at=PUBLISHED, over=True)  # type: ignore[arg-type]
        return Addressee(receiver=one, notice=f"texts/closing-{revision}.txt")

    last = latest([got(1, "website"), got(1, "archive"), got(2, "website")])
    assert [(one.receiver.name, one.notice) for one in last] == [
        ("website", "texts/closing-2.txt"),
        ("archive", "texts/closing-1.txt"),
    ]

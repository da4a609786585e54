"""What a platform answered to a call that failed stands in the ledger without a token, until the case is over."""

import base64
import pathlib
from collections.abc import Iterator

import pytest

from fahndung.ledger import answers
from fahndung.ledger.answers import Kept
from fahndung.ledger.endings import Ending
from fahndung.lifecycle import retention, takedown
from fahndung.model.closing import EndReason
from fahndung.model.ids import AppealId
from fahndung.testing.faults import Call, Fault, Rule
from fahndung.testing.mastodon import Request
from fahndung.testing.running import RunningMastodon
from fahndung.testing.serving import Reply
from tests.channels import mastodons
from tests.channels.mastodons import CREDENTIAL, TOKEN, VARIABLE
from tests.ledger.world import HOUR
from tests.lifecycle import accounts
from tests.world import PUBLISHED, World

SPELLED = (TOKEN, f"%{ord(TOKEN[0]):02x}{TOKEN[1:]}", base64.b64encode(f"u:{TOKEN}".encode()).decode()[3:])
FAULTS = {Fault.LIMITED: 429, Fault.UNAUTHORIZED: 401, Fault.ERROR_BEFORE: 500}
HEADERS = (
    ("WWW-Authenticate", f'Bearer realm="{TOKEN}"'),
    ("Retry-After", "30"),
    ("Set-Cookie", TOKEN),
    ("Content-Type", "application/json"),
)


def echo(request: Request, rule: Rule, call: Call) -> Reply:
    """The error of a server that repeats what it was sent: the token, spelled in two ways."""
    body = f"Grundrauschen {request.headers['Authorization']} {SPELLED[2]}"
    return Reply(status=FAULTS[rule.fault], body=body.encode(), headers=HEADERS)


@pytest.fixture
def server(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningMastodon]:
    monkeypatch.setenv(VARIABLE, TOKEN)
    monkeypatch.setattr(Request, "lie", echo)
    with mastodons.in_a_thread(tmp_path) as started:
        yield started


@pytest.fixture
def office(empty: World, server: RunningMastodon) -> World:
    return accounts.office(empty, server.config(credential=CREDENTIAL, settle_s=0))


def kept(office: World, appeal: str) -> tuple[Kept, ...]:
    with office.ledger.read() as tx:
        return answers.of(tx, appeal)


def stored(office: World) -> bytes:
    """Every byte of the ledger's files."""
    return b"".join(path.read_bytes() for path in office.home.path.glob("ledger.db*") if path.is_file())


@pytest.mark.peers
def test_failed_calls_leave_their_answers_and_no_token_until_retention(office: World, server: RunningMastodon) -> None:
    appeal = office.ready(office.case("jewellery-theft", accounts.on_account("mastodon")))
    for hours, fault in enumerate(FAULTS):
        server.add(fault, Call.CREATE)
        office.publish(appeal, PUBLISHED + hours * HOUR)
        server.clear()
    told = kept(office, appeal)
    assert [one.answer.status for one in told] == [429, 401, 500]
    assert {(one.channel, one.task, one.answer.method) for one in told} == {("mastodon", "send", "POST")}
    assert len({one.operation for one in told}) == len(told)
    assert {one.answer.body for one in told} == {"Grundrauschen *** ***"}
    assert {one.answer.headers["retry-after"] for one in told} == {"30"}
    assert {one.answer.headers["www-authenticate"] for one in told} == {'Bearer realm="***"'}
    assert all("set-cookie" not in one.answer.headers for one in told)
    assert b"Grundrauschen" in stored(office)
    assert not [form for form in SPELLED if form.encode() in stored(office)]

    last = PUBLISHED + 5 * HOUR
    server.add(Fault.ERROR_BEFORE, *Call, times=None)
    ended = Ending(appeal=AppealId(appeal), reason=EndReason.FOUND, by="k.muster", at=last)
    takedown.end(office.home, office.ledger, ended, now=last)
    server.clear()
    assert len(kept(office, appeal)) > len(told), "the takedown failed as well"
    assert retention.do(office.home, office.ledger, now=last, by="d.schutz").answers == 0, "it is not over yet"
    for hours in (1, 2, 4):
        takedown.takedown(office.home, office.ledger, now=last + hours * HOUR, by="timer")
    later = last + 5 * HOUR
    tasks = retention.tasks(office.home, office.ledger, now=later, appeal=appeal)
    (due,) = [task for task in tasks if task.kind is retention.Kind.ANSWERS]
    assert due.due
    assert retention.do(office.home, office.ledger, now=later, by="d.schutz").answers == due.count
    assert kept(office, appeal) == ()

"""Each way against a real peer: a mail server with STARTTLS and login, a program, a receiver of webhooks."""

import dataclasses
import datetime as dt
import hashlib
import hmac
import json
import pathlib
import stat
import sys
import time
from collections.abc import Iterator

import pytest

from fahndung import credentials
from fahndung.alerting import command, mail, sending, webhook
from fahndung.alerting.notice import Notice
from fahndung.alerting.sending import Errand
from fahndung.errors import Message
from fahndung.model.alarm import CommandWay, Level, Route, WebhookWay
from tests.alerting import peers
from tests.alerting.peers import KEY, PASSWORD, SENDER, Postbox

NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
TO = "bereitschaft@polizei.example"
NOTICE = Notice(
    key="alarm-7-2",
    thread="alarm-7-1",
    home="ab12",
    level=Level.URGENT,
    subject="[Polizeidirektion Musterstadt] DRINGEND: pdl-2026-0117 über das Ende hinaus online (Alarm 7)",
    text="Was: pdl-2026-0117 sollte seit 28.11.2026 um 00:00 Uhr weg sein.\n",
    document={"schema": "fahndung/alarm/1", "alarms": [{"id": 7}]},
)


@pytest.fixture(autouse=True)
def secrets(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "credentials"
    folder.mkdir()
    (folder / "alarm-mail").write_text(PASSWORD + "\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    monkeypatch.setenv("FAHNDUNG_ALARM_WEBHOOK", KEY)


@pytest.fixture
def box(tmp_path: pathlib.Path) -> Iterator[Postbox]:
    with peers.postbox(tmp_path) as made:
        yield made


def post(box: Postbox, *letters: tuple[str, Notice], **changes: object) -> list[Message | None]:
    server = dataclasses.replace(box.server, **changes)  # type: ignore[arg-type]
    return list(mail.send(server, letters or [(TO, NOTICE)], now=NOW, timeout_s=2.0))


def said(told: list[Message | None]) -> str:
    (message,) = told
    assert message is not None
    assert PASSWORD not in repr(message)
    return message.en


def test_a_mail_arrives_encrypted_with_login_and_in_its_thread(box: Postbox) -> None:
    assert post(box) == [None]
    (got,) = box.mails
    assert (got["From"], got["To"], got["Subject"]) == (SENDER, TO, NOTICE.subject)
    assert got["Message-ID"] == "<alarm-7-2.ab12@polizei.example>"
    assert got["References"] == got["In-Reply-To"] == "<alarm-7-1.ab12@polizei.example>"
    assert got["Auto-Submitted"] == "auto-generated"
    assert got["Importance"] == "high"
    assert got["Date"].datetime == NOW
    assert got.get_content().replace("\r\n", "\n") == NOTICE.text
    assert PASSWORD not in got.as_string()


def test_the_first_mail_of_a_thread_refers_to_nothing(box: Postbox) -> None:
    first = dataclasses.replace(NOTICE, key="alarm-7-1", level=Level.NOTICE)
    assert post(box, (TO, first)) == [None]
    (got,) = box.mails
    assert (got["References"], got["In-Reply-To"], got["Importance"]) == (None, None, None)


def test_an_address_that_is_refused_stops_no_other(box: Postbox) -> None:
    box.refused.add("weg@polizei.example")
    told = post(box, ("weg@polizei.example", NOTICE), (TO, NOTICE))
    assert told[0] is not None
    assert "refused the address (550)" in told[0].en
    assert PASSWORD not in repr(told)
    assert told[1] is None
    assert [got["To"] for got in box.mails] == [TO]


def test_a_mail_that_is_refused_is_told_by_its_number_alone(box: Postbox) -> None:
    box.reject_data = True
    assert "refused the mail (554)" in said(post(box))


def test_a_wrong_password_is_told_and_not_shown(box: Postbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY")
    monkeypatch.setenv("FAHNDUNG_ALARM_MAIL", PASSWORD + "x")
    assert "refused user or password (535); renew the credential alarm-mail" in said(post(box))
    assert box.mails == []


def test_a_missing_password_is_told_with_its_name(box: Postbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY")
    assert "credential alarm-mail is missing" in said(post(box))


def test_a_certificate_that_nobody_vouches_for_stops_the_mail(box: Postbox) -> None:
    assert "certificate" in said(post(box, ca_file=None))
    assert box.mails == []


def test_a_server_without_encryption_gets_neither_password_nor_mail(tmp_path: pathlib.Path) -> None:
    with peers.postbox(tmp_path, login=False, encrypted=False) as box:
        assert "does not offer" in said(post(box, security="starttls", user="fahndung", credential="alarm-mail"))
        assert box.mails == []
        assert "certificate or the encryption" in said(post(box, security="tls"))
        assert post(box) == [None]


@pytest.mark.peers
def test_nobody_there_and_nobody_who_answers_are_told_in_time(box: Postbox) -> None:
    assert "no mail server at 127.0.0.1" in said(post(box, port=peers.free_port()))
    started = time.monotonic()
    with peers.deaf() as port:
        assert "or the connection broke off" in said(post(box, port=port))
    assert time.monotonic() - started < 10


def program(folder: pathlib.Path, text: str) -> str:
    path = folder / "program"
    path.write_text(f"#!{sys.executable}\n{text}")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_a_program_reads_the_text_and_inherits_nothing(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAHNDUNG_PASSPHRASE", "geheim")
    script = (
        "import json, os, sys\njson.dump([sys.argv[1:], sys.stdin.read(), dict(os.environ)], open(sys.argv[1], 'w'))"
    )
    kept = tmp_path / "kept.json"
    assert command.run([program(tmp_path, script), str(kept), "$(id) ;"], NOTICE) is None
    arguments, text, environment = json.loads(kept.read_text())
    assert arguments == [str(kept), "$(id) ;"]
    assert text == f"{NOTICE.subject}\n\n{NOTICE.text}"
    assert set(environment) - {"LC_CTYPE"} == {"PATH", "LANG", "FAHNDUNG_ALARM_LEVEL"}
    assert environment["FAHNDUNG_ALARM_LEVEL"] == "urgent"


def test_a_program_that_fails_or_is_not_there_is_told(tmp_path: pathlib.Path) -> None:
    told = command.run([program(tmp_path, f"import sys\nprint('{KEY}')\nsys.exit(3)")], NOTICE)
    assert told is not None
    assert told.en.endswith("ended with 3")
    assert KEY not in repr(told)
    told = command.run([str(tmp_path / "nothing")], NOTICE)
    assert told is not None
    assert "No such file" in told.en


def test_a_program_that_reads_nothing_is_no_failure(tmp_path: pathlib.Path) -> None:
    huge = dataclasses.replace(NOTICE, text="x" * 1_000_000)
    assert command.run([program(tmp_path, "")], huge) is None


@pytest.mark.peers
def test_a_program_that_hangs_is_killed_with_what_it_started(tmp_path: pathlib.Path) -> None:
    beats = tmp_path / "beats"
    child = f"import time\nwhile True: open({str(beats)!r}, 'a').write('.'); time.sleep(0.02)"
    script = f"import subprocess, sys, time\nsubprocess.Popen([sys.executable, '-c', {child!r}])\ntime.sleep(60)"
    told = command.run([program(tmp_path, script)], NOTICE, timeout_s=1.0)
    assert told is not None
    assert "within 1 s and was killed" in told.en
    time.sleep(0.1)
    size = beats.stat().st_size
    time.sleep(0.2)
    assert size == beats.stat().st_size > 0


def test_a_webhook_is_signed_json() -> None:
    with peers.receiver() as receiver:
        way = WebhookWay(name="leitstelle", url=receiver.url, credential="alarm-webhook")
        assert webhook.post(way, NOTICE, now=NOW) is None
    ((headers, body),) = receiver.got
    assert json.loads(body) == {**NOTICE.document, "key": NOTICE.key, "text": NOTICE.text}
    stamp = headers["X-Fahndung-Timestamp"]
    assert stamp == str(int(NOW.timestamp()))
    right = hmac.new(KEY.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    assert headers["X-Fahndung-Signature"] == f"sha256={right}"
    assert headers["Content-Type"] == "application/json"
    assert KEY not in repr(headers)
    assert KEY.encode() not in body


@pytest.mark.parametrize("status", [302, 401, 500])
def test_an_answer_that_is_no_success_is_told(status: int) -> None:
    with peers.receiver() as receiver:
        receiver.status = status
        told = webhook.post(WebhookWay(name="w", url=receiver.url, credential="alarm-webhook"), NOTICE, now=NOW)
    assert told is not None
    assert told.en == f"the receiver of the webhook w answered {status}"


def test_a_webhook_without_key_or_receiver_is_told_without_its_address() -> None:
    url = f"http://127.0.0.1:{peers.free_port()}/alarm?kennung=abc"
    told = webhook.post(WebhookWay(name="w", url=url, credential="no-such"), NOTICE, now=NOW)
    assert told is not None
    assert "credential no-such is missing" in told.en
    told = webhook.post(WebhookWay(name="w", url=url, credential="alarm-webhook"), NOTICE, now=NOW)
    assert told is not None
    assert "No connection" in told.en
    assert "kennung" not in repr(told)


@pytest.mark.peers
def test_no_way_waits_for_another_and_each_outcome_stands_at_its_errand(tmp_path: pathlib.Path, box: Postbox) -> None:
    slow = Route(key="slow", way=CommandWay(name="slow", command=(program(tmp_path, "import time\ntime.sleep(60)"),)))
    broken = Route(key="broken", way=CommandWay(name="broken", command=("/no/such",)))
    hook = Route(key="hook", way=WebhookWay(name="hook", url="https://x.example/", credential="Wrong Name"))
    to = Route(key="box/0", address=TO)
    started = time.monotonic()
    errands = [Errand(route=route, notice=NOTICE) for route in (slow, broken, to, broken, hook, to)]
    told = sending.send(errands, box.server, now=NOW, together_s=3.0)
    assert time.monotonic() - started < 10
    assert [message and message.en[:25] for message in told] == [
        "there was no answer in ti",
        "/no/such could not be sta",
        None,
        "/no/such could not be sta",
        "a bug stopped this way (V",
        None,
    ]
    assert len(box.mails) == 2


def test_mail_without_a_server_is_told_as_a_bug() -> None:
    (told,) = sending.send([Errand(route=Route(key="a/0", address=TO), notice=NOTICE)], None, now=NOW)
    assert told is not None
    assert "ValueError" in told.en


def test_a_receiver_that_changes_within_a_lane_is_told_as_a_bug() -> None:
    command_of = Route(key="x", way=CommandWay(name="x", command=("/bin/true",)))
    errands = [Errand(route=command_of, notice=NOTICE), Errand(route=Route(key="x", address=TO), notice=NOTICE)]
    lane = sending._Lane(errands, None, NOW)
    lane.run()
    first, second = lane.outcome()
    assert first is None
    assert second is not None
    assert "ValueError" in second.en


def test_a_secret_does_not_show_and_its_name_is_checked() -> None:
    secret = credentials.read("alarm-webhook")
    assert secret.reveal == KEY
    assert KEY not in repr(secret) + str(secret)
    with pytest.raises(ValueError, match="named"):
        credentials.read("../passwd")


def test_the_service_s_credential_comes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAHNDUNG_ALARM_MAIL", "other")
    assert credentials.read("alarm-mail").reveal == PASSWORD
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", "/no/such/folder")
    assert credentials.read("alarm-mail").reveal == "other"
    monkeypatch.delenv("FAHNDUNG_ALARM_MAIL")
    with pytest.raises(credentials.CredentialMissing, match="FAHNDUNG_ALARM_MAIL"):
        credentials.read("alarm-mail")


def test_a_route_is_a_way_or_an_address() -> None:
    with pytest.raises(ValueError, match="either"):
        Route(key="x")

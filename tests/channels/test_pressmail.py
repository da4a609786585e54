"""Press mail against a mail server with STARTTLS and login: the contract as far as it fits, and every answer."""

import dataclasses
import datetime as dt
import json
import pathlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from fahndung import channels, smtp
from fahndung.channels import pressmail
from fahndung.channels.base import addressed
from fahndung.channels.kinds import ADDRESSED
from fahndung.channels.pressmail import PressMail
from fahndung.errors import (
    AuthError,
    ChannelFailed,
    FahndungError,
    InvalidConfig,
    NotPublishable,
    NotSent,
    OutcomeUnknown,
    Rejected,
    Unsupported,
    UsageError,
)
from fahndung.model.mail import Recipient
from fahndung.model.publication import Draft, Posting, Unknown
from fahndung.model.release import Digest, File, Release
from fahndung.testing.asking import Witness
from fahndung.testing.contract import ChannelContract
from fahndung.testing.faults import Call, Fault
from tests.alerting import peers
from tests.channels import patience, postmaster
from tests.channels.postmaster import (
    CUT_AFTER,
    CUT_BEFORE,
    DEFERRED,
    HANG_AFTER,
    HANG_BEFORE,
    PASSWORD,
    REFUSED,
    SPAM,
    VARIABLE,
    Running,
)

SESSION = smtp.session
IMPATIENT_S, HANGS_S = 1.0, 1.5
"""How long a channel waits where the server hangs, and how long that does; everywhere else it waits as in earnest."""
AT = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
TO = Recipient(address="a@zeitung.example", name="Die Zeitung")
PRESS = "Medieninformation: Zeugen gesucht\n\nWer hat etwas gesehen?\n"
CLOSING = "Fahndung beendet\n\nBitte löschen.\n"


def release(press: str = PRESS, **markers: str) -> Release:
    subjects = {"correction": "Berichtigt: Zeugen gesucht", "test": "Nur eine Probe"}
    files = {pressmail.TEXT: press.encode(), pressmail.SUBJECTS: json.dumps(subjects).encode()}
    manifest = {"markers": {"press-mail": "m" * 26} | markers}
    made = {name: File(name=name, media_type="text/plain", data=data) for name, data in files.items()}
    return Release(digest=Digest("0" * 64), manifest=manifest, files=made)


def opened(server: Running, **values: Any) -> PressMail:
    made = channels.from_config(server.config(**values), home_id="h", nonce="n", home=pathlib.Path("/"))
    assert isinstance(made, PressMail)
    return made


def waits(patch: pytest.MonkeyPatch, timeout_s: float) -> None:
    """From now on a channel waits so long for each answer of a mail server, in seconds."""
    patch.setattr(smtp, "session", lambda server, **_: SESSION(server, timeout_s=timeout_s))


@pytest.fixture
def server(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    monkeypatch.setenv(VARIABLE, PASSWORD)
    with postmaster.in_a_thread(tmp_path / "mail") as started:
        started.list("a@zeitung.example,,,")
        started.rule(hang_s=HANGS_S)
        yield started


@pytest.fixture
def channel(server: Running) -> PressMail:
    return opened(server)


@pytest.fixture
def draft(channel: PressMail) -> Draft:
    return channel.addressed(channel.prepare(release()), TO, target="t", at=AT)


@dataclasses.dataclass
class _Switch:
    """The contract's faults as this server has them; only for one that hangs the channel's patience is small."""

    server: Running
    patch: pytest.MonkeyPatch

    def add(self, fault: Fault, *calls: Call, times: int | None = 1) -> None:
        if fault is Fault.UNAUTHORIZED and Call.CREATE in calls:
            self.server.rule(no_login=True)
            return
        known = {
            Fault.TIMEOUT_BEFORE: HANG_BEFORE,
            Fault.TIMEOUT_AFTER: HANG_AFTER,
            Fault.CUT_BEFORE: CUT_BEFORE,
            Fault.CUT_AFTER: CUT_AFTER,
            Fault.REFUSED: REFUSED,
        }
        if fault not in known or Call.CREATE not in calls:
            pytest.skip("a mail server cannot fail so")
        if fault in patience.SILENT:
            waits(self.patch, IMPATIENT_S)
        self.server.fail(known[fault], TO.address, times=times)

    def clear(self) -> None:
        self.server.clear()
        self.server.rule(no_login=False, hang_s=HANGS_S)
        waits(self.patch, smtp.TIMEOUT_S)


@pytest.mark.peers
class TestContract(ChannelContract):
    """Nothing is asked that needs a listing, a look or a deletion: a mail has none of them."""

    @pytest.fixture
    def channel(self, server: Running) -> PressMail:  # type: ignore[override]
        return opened(server)

    @pytest.fixture
    def release(self) -> Release:
        return release()

    @pytest.fixture
    def draft(self, channel: PressMail) -> Draft:  # type: ignore[override]
        return channel.addressed(channel.prepare(release()), TO, target="t", at=AT)

    @pytest.fixture
    def faults(self, server: Running, monkeypatch: pytest.MonkeyPatch) -> _Switch:
        return _Switch(server, monkeypatch)

    @pytest.fixture
    def online(self, server: Running) -> Callable[[], list[str]]:
        return lambda: [taken.id for taken in server.taken()]

    @pytest.fixture
    def secrets(self) -> list[str]:
        return [PASSWORD]


def told(error: FahndungError) -> str:
    assert PASSWORD not in repr(error.message)
    assert TO.address not in repr(error.message)
    return error.message.en


@pytest.mark.parametrize(
    ("fault", "kind", "taken", "why"),
    [
        (REFUSED, Rejected, 0, "refused the address (550)"),
        (SPAM, Rejected, 0, "refused the mail (554)"),
        (DEFERRED, NotSent, 0, "does not take it now (451)"),
        (CUT_BEFORE, OutcomeUnknown, 0, "was lost"),
        (CUT_AFTER, OutcomeUnknown, 1, "was lost"),
        (HANG_AFTER, OutcomeUnknown, 1, "was lost"),
    ],
)
def test_every_answer_says_whether_the_mail_may_have_gone_out(
    server: Running,
    channel: PressMail,
    draft: Draft,
    fault: str,
    kind: type[FahndungError],
    taken: int,
    why: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if fault == HANG_AFTER:
        waits(monkeypatch, IMPATIENT_S)
    server.fail(fault, TO.address)
    witness = Witness()
    with pytest.raises(kind) as caught:
        channel.publish(draft, witness)
    assert type(caught.value) is kind
    assert why in told(caught.value)
    assert caught.value.effect_possible is (kind is OutcomeUnknown)
    assert (len(server.taken()), witness.references) == (taken, [])
    channel.publish(draft, witness)
    assert [one.id for one in witness.references] == [server.taken()[-1].id]


def test_a_login_that_is_refused_says_so(server: Running, channel: PressMail, draft: Draft) -> None:
    channel.check()
    server.rule(no_login=True)
    for call in (channel.check, lambda: channel.publish(draft, Witness())):
        with pytest.raises(AuthError, match="renew the credential press-mail") as caught:
            call()
        told(caught.value)


def test_nobody_there_and_nobody_to_trust_get_nothing(server: Running) -> None:
    for values, why in (({"port": peers.free_port()}, "no mail server"), ({"ca_file": "/dev/null"}, "certificate")):
        channel = opened(server, **values)
        draft = channel.addressed(channel.prepare(release()), TO, target="t", at=AT)
        with pytest.raises(NotSent, match=why):
            channel.publish(draft, Witness())
    assert (server.taken(), server.logins()) == ([], 0)


def test_the_list_is_part_of_the_check(server: Running, channel: PressMail) -> None:
    server.list("a@zeitung.example,,,vielleicht")
    with pytest.raises(InvalidConfig, match="line 2"):
        channel.check()


def test_an_address_beyond_ascii_arrives(server: Running, channel: PressMail) -> None:
    server.list("müller@münchen.example,Müller,,")
    (to,) = channel.recipients(())
    channel.publish(channel.addressed(channel.prepare(release()), to, target="t", at=AT), Witness())
    assert [taken.to for taken in server.taken()] == ["müller@xn--mnchen-3ya.example"]


def test_a_draft_is_pure_and_without_its_recipient_no_mail(channel: PressMail) -> None:
    plain = channel.prepare(release())
    one = channel.addressed(plain, TO, target="t", at=AT, thread=["x"])
    assert one == channel.addressed(channel.prepare(release()), TO, target="t", at=AT, thread=["x"])
    assert TO.address not in repr((one.endpoint, one.withdrawal, one.references, one.target, one.marker))
    assert b"Subject: Berichtigt: Zeugen gesucht" in one.payload[pressmail.MESSAGE]
    with pytest.raises(Unsupported):
        channel.publish(plain, Witness())


@pytest.mark.parametrize("press", ["", "Nur ein Betreff", "Betreff\nBcc: x@y.example\n\nText\n", "A\x0bB\n\nText\n"])
def test_a_release_without_a_proper_press_text_does_not_fit(channel: PressMail, press: str) -> None:
    with pytest.raises(NotPublishable, match=r"press\.txt"):
        channel.prepare(release(press))


def test_a_release_without_text_or_marker_does_not_fit(channel: PressMail) -> None:
    with pytest.raises(NotPublishable, match=r"press\.txt"):
        channel.prepare(dataclasses.replace(release(), files={}))
    with pytest.raises(NotPublishable, match="no marker"):
        channel.prepare(release(**{"press-mail": ""}))


def test_only_a_correction_and_a_test_need_the_subjects_of_theirs(channel: PressMail) -> None:
    made = release()
    files = {name: file for name, file in made.files.items() if name != pressmail.SUBJECTS}
    plain = channel.prepare(dataclasses.replace(made, files=files))
    assert b"Subject: Medieninformation" in channel.addressed(plain, TO, target="t", at=AT).payload[pressmail.MESSAGE]
    with pytest.raises(NotPublishable, match=r"mail-subjects\.json is missing"):
        channel.addressed(plain, TO, target="t", at=AT, thread=["x"])
    with pytest.raises(NotPublishable, match=r"mail-subjects\.json is missing"):
        channel.try_out(plain, TO.address, at=AT)
    broken = {**made.files, pressmail.SUBJECTS: dataclasses.replace(made.files[pressmail.SUBJECTS], data=b"{}")}
    with pytest.raises(NotPublishable, match=r"mail-subjects\.json"):
        channel.prepare(dataclasses.replace(made, files=broken))


def test_the_end_is_told_in_the_thread_and_a_test_in_none(server: Running, channel: PressMail, draft: Draft) -> None:
    channel.publish(draft, Witness())
    channel.announce_end(CLOSING.encode(), TO.address, marker=draft.marker, number=1, at=AT)
    channel.try_out(channel.prepare(release()), "ich@Polizei.example", at=AT)
    first, closing, test = server.mails()
    assert closing["In-Reply-To"] == first["Message-ID"]
    assert closing["Subject"] == "Fahndung beendet"
    assert (test["In-Reply-To"], test["To"]) == (None, "ich@polizei.example")
    assert test["Subject"] == "Nur eine Probe"
    assert len({mail["Message-ID"] for mail in server.mails()}) == 3
    with pytest.raises(UsageError):
        channel.try_out(channel.prepare(release()), "niemand", at=AT)


def test_nothing_is_recalled_listed_or_seen(channel: PressMail) -> None:
    posting = Posting(marker="m", withdrawal={}, references=())
    for call in (lambda: channel.find("m"), channel.listing, lambda: channel.withdraw(posting)):
        with pytest.raises(Unsupported):
            call()
    with pytest.raises(ChannelFailed):
        channel.leftover("m", ())
    assert isinstance(channel.look(posting), Unknown)
    assert (channel.capabilities().can_delete, channel.capabilities().recovery) == (False, "manual")


def test_the_ledger_opens_the_same_sender(channel: PressMail) -> None:
    again = channels.from_ledger(pressmail.KIND, dict(channel.access()))
    assert (again.name, dict(again.access())) == (channel.name, dict(channel.access()))
    assert addressed(again) is again
    assert {pressmail.KIND} == ADDRESSED

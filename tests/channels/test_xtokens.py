"""Logins of OAuth 2 are renewed once, under a lock, and every next pair is kept before it is used."""

import contextlib
import datetime as dt
import fcntl
import json
import os
import pathlib
import signal
import threading
from collections.abc import Iterator
from typing import Any

import keyring
import pytest
from keyrings.alt.file import PlaintextKeyring

from fahndung import credentials
from fahndung.channels import xapi, xgrant, xtokens
from fahndung.channels.x import X
from fahndung.channels.xaccount import Endpoint
from fahndung.cli.logs import Log
from fahndung.errors import AuthError, FahndungError, Message, NotSent, OutcomeUnknown, RateLimited
from fahndung.home import locks
from fahndung.model.publication import Live
from fahndung.testing.contract import posting, published
from fahndung.testing.faults import Call, Fault
from fahndung.testing.running import ACCOUNT, RunningX
from fahndung.testing.xlogins import CLIENT, CLIENT_SECRET
from tests import rings
from tests.rings import Invented

from . import linkposts, xs

FIRST = "the-refresh-token-of-the-first-login"
NAME = "keyring:x-login"
LOGIN = {"client_id": CLIENT, "client_secret": CLIENT_SECRET, "refresh_token": FIRST}
HOURS = dt.timedelta(hours=3)


@pytest.fixture(autouse=True)
def apart(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of an earlier test is remembered, and no lock of this user is touched."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(xtokens, "_known", {})


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Iterator[Invented]:
    with rings.in_place(monkeypatch) as found:
        found.set_password("fahndung", "x-login", json.dumps(LOGIN))
        yield found


@pytest.fixture
def platform(tmp_path: pathlib.Path) -> Iterator[RunningX]:
    with xs.in_a_thread(tmp_path, logins={FIRST: ACCOUNT}) as started:
        yield started


def opened(platform: RunningX, **values: Any) -> X:
    """An account whose credential is the login."""
    config = platform.config(credential=NAME, settle_s=0, **values)
    return X(Endpoint.from_config({key: value for key, value in config.items() if key != "kind"}))


def kept() -> dict[str, Any]:
    """The login as it lies in the keyring."""
    found = keyring.get_password("fahndung", "x-login")
    assert found is not None
    values: dict[str, Any] = json.loads(found)
    return values


def put(**change: object) -> None:
    """Changes the login in the keyring, as a person would."""
    keyring.set_password("fahndung", "x-login", json.dumps(kept() | change))


def test_a_login_lives_through_publication_and_withdrawal_on_one_renewal(ring: Invented, platform: RunningX) -> None:
    channel = opened(platform, media="objects")
    channel.check()
    draft = channel.prepare(linkposts.release("one", channel="x", pictures=1))
    whole = posting(draft, published(channel, draft))
    assert isinstance(channel.look(whole), Live)
    channel.withdraw(whole)
    assert platform.online() == ()
    assert platform.calls(Call.LOGIN) == 1
    assert kept()["refresh_token"] != FIRST
    assert "media.write" in kept()["scope"]
    xtokens._known.clear()  # another process, a moment later
    opened(platform).check()
    assert platform.calls(Call.LOGIN) == 1, "its access token lies in the keyring as well"


def test_one_that_is_about_to_lapse_is_renewed_before_it_is_used(ring: Invented, platform: RunningX) -> None:
    channel = opened(platform)
    channel.check()
    before = kept()
    put(expires_at=before["expires_at"] - 7200 + 299)
    channel.check()
    assert platform.calls(Call.LOGIN) == 2
    assert kept()["access_token"] != before["access_token"]


def test_a_write_that_was_refused_for_a_lapsed_token_is_made_once_more(ring: Invented, platform: RunningX) -> None:
    channel = opened(platform)
    channel.check()
    platform.forward(HOURS)
    assert channel._api.post("Guten Morgen").id
    assert platform.calls(Call.CREATE) == 1, "the first one did not come that far"
    assert platform.calls(Call.LOGIN) == 2


@pytest.mark.parametrize("fault", [Fault.ERROR_AFTER, Fault.CUT_AFTER, Fault.GARBAGE])
def test_a_write_of_which_nobody_knows_is_not_made_again(ring: Invented, platform: RunningX, fault: Fault) -> None:
    channel = opened(platform)
    platform.add(fault, Call.CREATE)
    with pytest.raises(OutcomeUnknown):
        channel._api.post("Guten Morgen")
    assert (platform.calls(Call.CREATE), len(platform.online())) == (1, 1)


def test_an_account_that_is_refused_whatever_token_it_shows_does_not_renew_for_ever(
    ring: Invented, platform: RunningX
) -> None:
    channel = opened(platform)
    channel.check()
    platform.add(Fault.UNAUTHORIZED, Call.WHOAMI, Call.CREATE, times=None)
    for _ in range(3):
        with pytest.raises(AuthError):
            channel.check()
    with pytest.raises(AuthError) as caught:
        channel._api.post("Guten Morgen")
    assert not caught.value.effect_possible
    assert platform.calls(Call.LOGIN) == 2
    assert platform.calls(Call.CREATE) == 1
    platform.clear()
    channel.check()
    assert platform.online() == ()


@pytest.mark.peers
def test_a_login_that_was_used_up_is_told_once_and_not_tried_again(ring: Invented, platform: RunningX) -> None:
    """A process is killed after the exchange and before the keyring has the next pair."""
    child = os.fork()
    if child == 0:
        credentials.keep = lambda name, secret: os.kill(os.getpid(), signal.SIGKILL)
        with contextlib.suppress(BaseException):
            opened(platform).check()
        os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "it ended by itself"
    assert kept() == LOGIN
    channel = opened(platform)
    for _ in range(3):
        with pytest.raises(AuthError, match="keyring set fahndung x-login") as caught:
            channel.check()
    assert FIRST not in "".join(caught.value.message)
    assert "neu anmelden" in caught.value.message.de
    assert platform.calls(Call.LOGIN) == 2
    put(refresh_token="another-login")
    with pytest.raises(AuthError):
        channel.check()
    assert platform.calls(Call.LOGIN) == 3, "a new one is tried"


def test_a_pair_that_the_keyring_does_not_take_is_not_used_and_not_lost(
    ring: Invented, platform: RunningX, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(name: str, secret: credentials.Secret) -> None:
        raise credentials.CredentialUnkept("locked", "gesperrt")

    channel = opened(platform)
    with monkeypatch.context() as patch:
        patch.setattr(credentials, "keep", locked)
        for _ in range(2):
            with pytest.raises(AuthError, match="held by this process alone"):
                channel.check()
    assert platform.calls(Call.LOGIN) == 1
    assert platform.calls(Call.WHOAMI) == 0, "what is not kept is not used"
    channel.check()
    assert platform.calls(Call.LOGIN) == 1
    assert kept()["refresh_token"] != FIRST


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault.LIMITED, RateLimited),
        (Fault.ERROR_BEFORE, NotSent),
        (Fault.CUT_BEFORE, NotSent),
        (Fault.GARBAGE, NotSent),
        (Fault.UNAUTHORIZED, AuthError),
    ],
)
def test_a_renewal_that_fails_has_put_nothing_online(
    ring: Invented, platform: RunningX, fault: Fault, kind: type[FahndungError]
) -> None:
    platform.add(fault, Call.LOGIN)
    with pytest.raises(kind) as caught:
        opened(platform)._api.post("Guten Morgen")
    assert type(caught.value) is kind
    assert not caught.value.effect_possible
    assert (platform.calls(Call.CREATE), platform.calls(Call.LOGIN)) == (0, 1)
    assert kept() == LOGIN


def test_a_wrong_client_is_told_as_that(ring: Invented, platform: RunningX) -> None:
    put(client_secret="wrong")
    with pytest.raises(AuthError, match="Correct client_id and client_secret"):
        opened(platform).check()


def test_a_public_client_has_no_secret(ring: Invented, tmp_path: pathlib.Path) -> None:
    put(client_secret="")
    with xs.in_a_thread(tmp_path, logins={FIRST: ACCOUNT}, secret=False) as platform:
        opened(platform).check()


def test_the_check_knows_what_a_login_may_do(ring: Invented, tmp_path: pathlib.Path) -> None:
    with xs.in_a_thread(tmp_path, logins={FIRST: ACCOUNT}, scope=" ".join(xgrant.SCOPES)) as platform:
        opened(platform).check()
        with pytest.raises(AuthError, match=r"lacks the scopes media\.write"):
            opened(platform, media="objects").check()


def test_threads_that_need_the_same_login_renew_it_once(ring: Invented, platform: RunningX) -> None:
    together(*[lambda: xtokens.Tokens(NAME, platform.url)] * 4, platform=platform)
    assert platform.calls(Call.LOGIN) == 1


def test_without_the_lock_they_would_spend_it_twice(
    ring: Invented, platform: RunningX, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, renewed = threading.Barrier(4), xtokens.Tokens._renewed

    def at_once(self: xtokens.Tokens, *given: Any) -> Any:
        gate.wait(5)
        return renewed(self, *given)

    monkeypatch.setattr(locks, "held", lambda *_: contextlib.nullcontext())
    monkeypatch.setattr(xtokens.Tokens, "_renewed", at_once)
    with pytest.raises(AuthError):
        together(*[lambda: xtokens.Tokens(NAME, platform.url)] * 4, platform=platform)


def together(*made: Any, platform: RunningX) -> None:
    """Each asks for the login in a thread of its own; raises what the first one that failed met."""
    met: list[BaseException] = []

    def ask(tokens: xtokens.Tokens) -> None:
        try:
            tokens.grant(xapi.Client(timeout_s=5))
        except BaseException as error:
            met.append(error)

    threads = [threading.Thread(target=ask, args=(one(),)) for one in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if met:
        raise met[0]


class WholeRing(PlaintextKeyring):
    """A ring in a file that answers whole values: the library empties the file before it writes it anew."""

    def get_password(self, service: str, username: str) -> str | None:
        with self._alone():
            found: str | None = super().get_password(service, username)
            return found

    def set_password(self, service: str, username: str, password: str) -> None:
        with self._alone():
            super().set_password(service, username, password)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        with open(f"{self.file_path}.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


@pytest.mark.peers
def test_processes_that_need_the_same_login_renew_it_once(
    ring: Invented, platform: RunningX, tmp_path: pathlib.Path
) -> None:
    files = WholeRing()
    files.file_path = str(tmp_path / "ring.cfg")
    keyring.set_keyring(files)
    keyring.set_password("fahndung", "x-login", json.dumps(LOGIN))
    children = []
    for _ in range(3):
        child = os.fork()
        if child == 0:
            code = 1
            with contextlib.suppress(BaseException):
                opened(platform).check()
                code = 0
            os._exit(code)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0]
    assert platform.calls(Call.LOGIN) == 1
    assert platform.calls(Call.WHOAMI) == 3


def test_whoever_waits_too_long_for_another_process_tries_again_later(
    ring: Invented, platform: RunningX, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xtokens, "WAIT_S", 0.05)
    path = xtokens.folder() / "x-login.lock"
    path.parent.mkdir(parents=True)
    with locks.held(path, 1), pytest.raises(NotSent, match="Another process renews"):
        opened(platform).check()
    assert platform.calls(Call.LOGIN) == 0


def test_without_a_place_for_the_lock_nothing_is_renewed(
    ring: Invented, platform: RunningX, tmp_path: pathlib.Path
) -> None:
    (tmp_path / "state").write_text("a file in the way")
    with pytest.raises(NotSent, match="Without this lock"):
        opened(platform).check()
    assert platform.calls(Call.LOGIN) == 0


def test_no_token_is_told(
    ring: Invented, platform: RunningX, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log, channel = Log("text", secrets=()), opened(platform)
    channel.check()
    found = kept()
    secrets = [found["access_token"], found["refresh_token"], CLIENT_SECRET]
    log.event("x", Message(" ".join(secrets), ""), now=None)  # type: ignore[arg-type]
    draft = channel.prepare(linkposts.release("one", channel="x"))
    told = capsys.readouterr().err + json.dumps(dict(draft.endpoint)) + json.dumps(dict(draft.withdrawal))
    assert not [secret for secret in secrets if secret in told]
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not [path for path in files for secret in secrets if secret.encode() in path.read_bytes()]


def test_a_login_in_a_systemd_credential_is_refused(platform: RunningX, monkeypatch: pytest.MonkeyPatch) -> None:
    channel = xs.channel(platform)
    monkeypatch.setenv(xs.VARIABLE, json.dumps(LOGIN))
    with pytest.raises(AuthError, match="has to lie in a keyring"):
        channel.check()
    assert platform.calls() == 0

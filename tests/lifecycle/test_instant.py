"""At ``not_before`` all accounts and recipients are served within a minute, the website first, by a worker process.

The platforms' own journals say when; where the page was, a look through the real server says.
"""

import datetime as dt
import os
import pathlib
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from fahndung import http
from fahndung.channels.server import Server
from fahndung.ledger import publications
from fahndung.lifecycle import readying
from fahndung.model.publication import State
from tests import press
from tests.channels import mastodons, postmaster, xs
from tests.channels.simulated import OTHER, TOKEN
from tests.lifecycle import accounts, staffed
from tests.lifecycle.staffed import machine_time
from tests.world import BEFORE, NOT_BEFORE, PAIR, World

pytestmark = pytest.mark.peers

RECIPIENTS = int(os.environ.get("FAHNDUNG_RECIPIENTS", "60"))
"""300 for the figure in docs/measurements.md."""
ACCOUNTS = {"website", "land", "leipzig", "x-land", "x-leipzig", "press-mail"}
MINUTE_S = 60.0
SECRETS = {
    "FAHNDUNG_LAND_TOKEN": TOKEN,
    "FAHNDUNG_LEIPZIG_TOKEN": OTHER,
    "FAHNDUNG_X_LAND": xs.keys(),
    "FAHNDUNG_X_LEIPZIG": xs.keys(OTHER),
    postmaster.VARIABLE: postmaster.PASSWORD,
}


class Visitor:
    """Looks for the page again and again, as a stranger does; ``found``: when it was there first."""

    def __init__(self, url: str) -> None:
        self.found: dt.datetime | None = None
        self._url, self._stop = url, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "Visitor":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stop.is_set() and self.found is None:
            if http.get(self._url).status == 200:
                self.found = machine_time()
            time.sleep(0.05)


@pytest.fixture
def force(empty: World, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator["Force"]:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "mastodon").mkdir()
    (tmp_path / "x").mkdir()
    with (
        Server(empty.site) as website,
        mastodons.in_a_thread(tmp_path / "mastodon") as mastodon,
        xs.in_a_thread(tmp_path / "x") as x,
        postmaster.running(tmp_path / "mail") as mail,
    ):
        config = empty.home.path / "fahndung.toml"
        text = config.read_text("utf-8").replace("http://127.0.0.1:8477/", website.url)
        config.write_text(text.replace('read_back = "files"', 'read_back = "http"'), "utf-8")
        for platform, kind, names in (
            (mastodon, "", ("land-token", "leipzig-token")),
            (x, "x-", ("x-land", "x-leipzig")),
        ):
            own = {"settle_s": 0}
            accounts.office(empty, platform.config(credential=names[0], name=f"{kind}land", **own))
            accounts.office(empty, platform.config(credential=names[1], name=f"{kind}leipzig", account="wache", **own))
        mail.list(*(f"redaktion{number}@zeitung.example,Redaktion {number},,no" for number in range(RECIPIENTS)))
        press.configured(empty, mail)
        yield Force(empty, mastodon, x, mail)


class Force:
    """A home with a website, four accounts on two platforms and a list of newsrooms."""

    def __init__(self, made: World, mastodon: object, x: object, mail: postmaster.Running) -> None:
        self.made, self.platforms, self.mail = made, (mastodon, x), mail

    def posted(self) -> list[dt.datetime]:
        """When each post was made."""
        return sorted(
            dt.datetime.fromisoformat(one.at)
            for platform in self.platforms
            for one in platform.journal()  # type: ignore[attr-defined]  # one of two kinds
            if one.verb == "create"
        )

    def mailed(self) -> list[dt.datetime]:
        """When each mail was taken."""
        files = (self.mail.folder / "mails").iterdir()
        return sorted(dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC) for path in files)


def embargoed(record: dict[str, Any]) -> None:
    """Goes to both directorates on both networks and to the press, the website named last."""
    accounts.on_account("social")(record)
    record["publication"] |= {"channels": ["press-mail", "social", "website"], "not_before": NOT_BEFORE.isoformat()}


def test_all_accounts_and_recipients_are_served_within_a_minute_and_the_website_first(force: Force) -> None:
    made = force.made
    made.ready(made.case("jewellery-theft", embargoed))
    ready = readying.prepare(made.home, made.ledger, appeal_id=PAIR, now=BEFORE, attended=True)
    (page,) = [one.url for _, draft in ready.drafts for one in draft.references if one.kind == "page"]
    assert page is not None
    clock = staffed.Ahead(made.home.path)
    clock.reach(BEFORE, at=machine_time())
    with staffed.running(made.home.path) as first, Visitor(page) as visitor:
        done = made.publish(PAIR, clock())
        assert {row.channel for row in done.promised} == ACCOUNTS
        time.sleep(1)  # the worker looks twice in this time
        assert (force.posted(), force.mailed(), visitor.found) == ([], [], None)
        instant = machine_time() + dt.timedelta(seconds=2)
        clock.reach(NOT_BEFORE, at=instant)
        staffed.wait_until(lambda: len(force.mailed()) >= RECIPIENTS // 3, MINUTE_S)
        first.terminate()  # it finishes what it has begun; the next one knows who is left
        first.wait(staffed.SECONDS)
        before = len(force.mailed())
        with staffed.running(made.home.path):
            staffed.wait_until(lambda: len(force.posted()) == 4 and len(force.mailed()) == RECIPIENTS, MINUTE_S)
            staffed.wait_until(lambda: _all_live(made))
    posted, mailed = force.posted(), force.mailed()
    assert visitor.found is not None
    assert instant <= visitor.found
    assert _read_back(made) - (NOT_BEFORE - instant) < min(posted[0], mailed[0])
    last = max(posted[-1], mailed[-1])
    print(
        f"the worker was stopped after {before} of {RECIPIENTS} mails and another one begun; "
        f"website {_s(visitor.found, instant)} s, first post {_s(posted[0], instant)} s, last post "
        f"{_s(posted[-1], instant)} s, first mail {_s(mailed[0], instant)} s, last of {RECIPIENTS} mails "
        f"{_s(mailed[-1], instant)} s after not_before"
    )
    assert last - instant <= dt.timedelta(seconds=MINUTE_S)
    assert len(mailed) == len({one.to for one in force.mail.taken()}) == RECIPIENTS


def _all_live(made: World) -> bool:
    with made.ledger.read() as tx:
        return {row.state for row in publications.rows(tx, PAIR)} == {State.LIVE}


def _read_back(made: World) -> dt.datetime:
    """When the worker first read the page back as online, by the ledger's time."""
    with made.ledger.read() as tx:
        (page,) = publications.rows(tx, PAIR, channel="website")
        looks = [one for one in publications.operations(tx, page.id) if (one.kind, one.outcome) == ("look", "live")]
    return looks[0].started_at


def _s(at: dt.datetime, instant: dt.datetime) -> str:
    return f"{(at - instant).total_seconds():.1f}"

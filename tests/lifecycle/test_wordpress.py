"""WordPress through the real lifecycle: whole lives, and workers killed with SIGKILL at a line or in a call.

The site is a real one, its database and its disk are the judges; faults come from a relay before it. A kill with what
its successors do costs it two seconds of the processor: few stand here, ``crashsoak`` has the rest.
"""

import contextlib
import dataclasses
import functools
import re
from collections.abc import Iterator

import pytest

from fahndung import http
from fahndung.channels import wordpresspage
from fahndung.channels.wordpress import WordPress
from fahndung.channels.wordpressaccount import Endpoint
from fahndung.channels.wordpressobjects import files_of
from fahndung.ledger import publications
from fahndung.ledger.endings import Ending
from fahndung.ledger.store import Ledger
from fahndung.lifecycle import growing, previewing, takedown
from fahndung.model.closing import EndReason
from fahndung.model.ids import AppealId, PersonId
from fahndung.model.publication import Draft, Live
from fahndung.testing import cases as examples
from fahndung.testing.faults import Call, Fault
from tests.channels import robot, wordpresses, wpsite
from tests.channels.robot import Robot
from tests.channels.wordpresses import RunningRelay
from tests.channels.wpsite import Site
from tests.ledger import world as small
from tests.ledger.world import HOUR
from tests.lifecycle import accounts, killing
from tests.lifecycle.accounts import AccountStand
from tests.lifecycle.killing import Manner
from tests.lifecycle.test_websites_elsewhere import configure
from tests.world import PAIR_REVIEW, PUBLISHED, World

pytestmark = pytest.mark.peers


@dataclasses.dataclass(kw_only=True)
class WordPressStand(AccountStand):
    """A stand on a real site."""

    @property
    def whole(self) -> list[str]:
        return ["media", "media", "page"]

    @property
    def strays(self) -> list[str]:
        """Sizes of pictures that lie on the disk without the database's knowledge."""
        assert isinstance(self.platform, RunningRelay)
        known = {one["marker"] for one in self.platform.online()}
        gone = {one.marker for one in self.platform.journal()} - known
        return [name for marker in sorted(gone) for name in self.platform.site.files(marker)]

    def draft(self, marker: str) -> Draft:
        assert isinstance(self.platform, RunningRelay)
        config = self.platform.config(credential=self.credential)
        channel = self.open("wordpress", {key: value for key, value in config.items() if key != "kind"})
        release = self.platform.release(marker, manifest={"markers": {"wordpress": marker}})
        return channel.prepare(release)


@contextlib.contextmanager
def standing(site: Site) -> Iterator[WordPressStand]:
    """A stand for a new user of that site."""
    how = {"made": WordPress, "endpoint": Endpoint.from_ledger, "credential": wordpresses.CREDENTIAL}
    user = functools.partial(wordpresses.in_a_process, site)
    with accounts.standing(user, WordPressStand, **how) as made, pytest.MonkeyPatch.context() as patch:
        assert isinstance(made, WordPressStand)
        patch.setenv(wordpresses.VARIABLE, made.platform.token)
        yield made


@pytest.fixture
def stand(wordpress: Site) -> Iterator[WordPressStand]:
    with standing(wordpress) as made:
        yield made


WRITES = [(Call.CREATE, "publish"), (Call.UPLOAD, "publish"), (Call.SHOW, "publish"), (Call.DELETE, "withdraw")]


class TestRounds(accounts.Rounds):
    """Two kills at lines, and one in the middle of each kind of write."""

    size, lies, again = 1, 3, ("draft", "media-0", "media-1")
    steps = ("publish", "withdraw")

    @pytest.mark.parametrize("fault", [Fault.TIMEOUT_AFTER])
    @pytest.mark.parametrize(("call", "step"), WRITES)
    def test_a_kill_in_the_middle_of_a_write_does_neither(
        self, stand: AccountStand, call: Call, step: str, fault: Fault
    ) -> None:
        accounts.kill_in(stand, call, step, fault, (Manner.HARSH,))
        assert stand.platform.online() == ()

    @pytest.fixture(autouse=True)
    def _no_file_is_left(self, stand: WordPressStand) -> Iterator[None]:
        yield
        assert stand.strays == []


@pytest.mark.parametrize("asks", [1, growing._ASKS])
def test_a_size_that_was_made_later_is_in_the_ledger_before_it_goes_although_the_first_question_failed(
    stand: WordPressStand, wordpress: Site, monkeypatch: pytest.MonkeyPatch, asks: int
) -> None:
    monkeypatch.setattr(growing, "_ASKS", asks)
    clock, marker = killing.Clock(), stand.marker()
    with stand.place() as place, Ledger.open(place, home_id=small.HOME) as ledger:
        row = accounts._planned(stand, ledger, marker, clock)
        with stand.shift(ledger, clock) as shift:
            killing._turn(shift, stand, row)
            media = next(one["id"].partition(":")[0] for one in stand.platform.online() if one["kind"] == "media")
            made = wordpress.another_size(media, marker, width=100)
            clock.reach(small.NOW + killing.LIFE)
            stand.platform.add(Fault.ERROR_BEFORE, Call.LIST)
            killing._turn(shift, stand, row)
        with ledger.read() as tx:
            references = publications.posting(tx, row).references
    known = [url for one in references if one.kind == "media" for url in files_of(one)]
    assert any(url.endswith(made) for url in known) is (asks > 1), "without the second question nobody would know of it"
    assert wordpress.files(marker) == []


@pytest.fixture
def office(empty: World, wordpress: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A home whose website is that site, in a theme that people use."""
    user = wordpress.user()
    monkeypatch.setenv(wordpresses.VARIABLE, user.password)
    table = {"name": "website", "kind": "wordpress", "base_url": wordpress.url, "user": user.name}
    configure(empty, table | {"credential": wordpresses.CREDENTIAL})
    wordpress.wear(wpsite.THEME)
    yield empty
    wordpress.wear("bare")


def test_an_appeal_lives_loses_a_person_at_the_same_address_and_ends(office: World, wordpress: Site) -> None:
    appeal = office.ready(office.case("jewellery-theft"))
    preview = previewing.preview(office.home, office.ledger, appeal_id=appeal)
    (shown,) = preview.as_json("de")["channels"]
    (url,) = shown["urls"]
    assert re.fullmatch(rf"{wordpress.url}fahndung/[a-z0-9]{{16}}/", url)
    assert "Karte der Polizei ohne Bild einer Person" in {one["alt"] for one in shown["media"]}
    assert {one["name"] for one in shown["parts"]} >= {"page.html", "head.json", "title.txt"}

    published = office.publish(appeal)
    assert (published.failed, published.pending) == ((), ())
    (sent,) = published.sent
    assert isinstance(sent.look, Live), sent.look
    assert sent.publication.url == url
    whole = http.get(url).body.decode()
    originals = [data for file, data in examples.files("jewellery-theft").items() if file.endswith(".jpg")]
    found = Robot("Facebook").pictures(url)
    assert {one.way for one in found} == {"og:image", "twitter:image", "img"}
    assert not any(robot.shows(one.data, originals) for one in found)

    person = Ending(appeal=AppealId(appeal), reason=EndReason.FOUND, by="k.muster", at=PUBLISHED, person=PersonId("p2"))
    takedown.end(office.home, office.ledger, person, now=PUBLISHED)
    rest = http.get(url).body.decode()
    assert len(markers := wordpresspage.markers_in(rest)) == 1
    assert markers != wordpresspage.markers_in(whole)
    assert wordpress.files(shown["marker"]) == []
    assert rest.count("<img") < whole.count("<img")

    takedown.takedown(office.home, office.ledger, now=PAIR_REVIEW, by="timer")
    assert http.get(url).status == 410
    done = takedown.takedown(office.home, office.ledger, now=PAIR_REVIEW + HOUR, by="timer")
    assert (done.online_past_end, done.pending, done.by_hand) == (0, (), ())
    assert [path for path in wordpress.uploads.rglob("*.jpg") if path.name.startswith(tuple(markers))] == []

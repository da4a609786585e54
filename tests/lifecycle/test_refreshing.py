"""Search engines and networks are asked to read a page again, after everything else and in nobody's way."""

import dataclasses
import datetime as dt
import json
import pathlib
import types
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from fahndung.channels import indexnow, server
from fahndung.channels.indexnow import Site
from fahndung.errors import AuthError, FahndungError, NotSent, OutcomeUnknown, RateLimited, Rejected
from fahndung.ledger import byhand, news, publications
from fahndung.ledger.endings import Ending
from fahndung.ledger.news import News
from fahndung.ledger.store import Ledger
from fahndung.lifecycle import account, checkledger, refreshing, takedown, worker
from fahndung.model.closing import EndReason
from fahndung.model.ids import AppealId
from fahndung.model.mandate import Medium
from fahndung.model.publication import Reference
from fahndung.testing.faults import Call, Fault
from fahndung.testing.running import RunningIndexNow
from tests.channels import indexnows
from tests.ledger import world as small
from tests.ledger.world import HOUR, MINUTE, NOW
from tests.lifecycle.shifts import shift_of
from tests.world import GIRL, PUBLISHED, World

BASE = "https://fahndung.polizei.example/"
URL = small.PAGE.url
SERVICE = "https://indexnow.example/indexnow"
POST = Reference(kind="post", id="1_2", url="https://www.facebook.com/1_2")


@dataclasses.dataclass
class Elsewhere:
    """Search engines and a network that say what they were told, and fail if they are to."""

    told: list[str] = dataclasses.field(default_factory=list)
    reread: list[str] = dataclasses.field(default_factory=list)
    error: FahndungError | None = None
    refusal: Exception | None = None

    def tell(self, service: str, site: Site, urls: Sequence[str]) -> int:
        assert service.endswith("/indexnow")
        assert site.base_url == BASE
        if self.error is not None:
            raise self.error
        self.told += urls
        return 200

    def open(self, kind: str, endpoint: Mapping[str, object]) -> Any:
        assert (kind, endpoint) == ("facebook", {"page": "1"})

        return types.SimpleNamespace(reread=self._reread)

    def _reread(self, url: str) -> None:
        self.reread.append(url)
        if self.refusal is not None:
            raise self.refusal


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Elsewhere:
    found = Elsewhere()
    monkeypatch.setattr(indexnow, "tell", found.tell)
    return found


@pytest.fixture
def ledger(tmp_path: pathlib.Path) -> Iterator[Ledger]:
    with small.make(tmp_path / "ledger.db", kind="production") as opened:
        yield opened


@pytest.fixture
def service(tmp_path: pathlib.Path) -> Iterator[RunningIndexNow]:
    with indexnows.in_a_thread(tmp_path / "service") as running:
        yield running


def page(ledger: Ledger, state: str = "live", *, indexed: bool = True, marker: str = "m-1", base: str = BASE) -> int:
    """A page in that state."""
    draft = {"endpoint": {"base_url": base, "nonce": "x"}, "withdrawal": {"files": [], "indexed": indexed}}
    with ledger.write(NOW) as tx:
        return small.bring(tx, state, marker, draft_changes=draft)


def registered(ledger: Ledger, marker: str, state: str, *, record: bool) -> int:
    """A page of which registers of missing persons could take the person over."""
    draft = {
        "endpoint": {"base_url": BASE, "nonce": "x"},
        "withdrawal": {"files": [], "indexed": False, "registered": record},
    }
    with ledger.write(NOW) as tx:
        return small.bring(tx, state, marker, draft_changes=draft)


def post(ledger: Ledger, state: str = "withdrawn") -> None:
    draft = {"channel": "facebook", "kind": "facebook", "medium": Medium.SOCIAL, "endpoint": {"page": "1"}}
    with ledger.write(NOW) as tx:
        small.bring(tx, state, "m-facebook", draft_changes=draft | {"references": (POST,)})


def end(ledger: Ledger, row: int) -> None:
    with ledger.write(NOW) as tx:
        publications.intend_withdraw(tx, row, now=NOW, by="test")
        publications.gone(tx, row, small.GONE, now=NOW, by="test")


def tell(
    ledger: Ledger, elsewhere: Elsewhere, *, service: str | None = SERVICE, after: dt.timedelta = dt.timedelta(0)
) -> None:
    refreshing.tell(ledger, service, now=NOW + after, by="timer", open=elsewhere.open)


def items(ledger: Ledger) -> list[byhand.Item]:
    with ledger.read() as tx:
        return list(byhand.open_items(tx))


def outcomes(ledger: Ledger) -> list[dict[str, Any]]:
    """What the log says of news."""
    with ledger.read() as tx:
        bodies = tx.connection.exec_driver_sql("SELECT body FROM event ORDER BY seq").scalars().all()
    events = [json.loads(body) for body in bodies]
    return [event["data"] for event in events if event["action"] == "news.tell"]


def test_a_page_is_told_once_when_it_is_up_and_once_when_it_is_gone(ledger: Ledger, elsewhere: Elsewhere) -> None:
    row = page(ledger)
    for _ in range(3):
        tell(ledger, elsewhere)
    assert elsewhere.told == [URL]
    end(ledger, row)
    for _ in range(3):
        tell(ledger, elsewhere, after=HOUR)
    assert elsewhere.told == [URL, URL]
    assert [(one["whom"], one["news"], one["outcome"]) for one in outcomes(ledger)] == [
        ("+indexnow", "up", "told"),
        ("+indexnow", "gone", "told"),
    ]
    with ledger.read() as tx:
        assert [one.key for one in news.all(tx)] == [(row, "+indexnow", News.GONE)], "the old news are forgotten"
        assert refreshing.failing(tx) == ()


def test_a_change_is_told_like_a_new_page(ledger: Ledger, elsewhere: Elsewhere) -> None:
    first = page(ledger)
    tell(ledger, elsewhere)
    with ledger.write(NOW) as tx:
        small.hand_in(tx, revision=2)
        draft = {"endpoint": {"base_url": BASE, "nonce": "x"}, "withdrawal": {"files": [], "indexed": True}}
        small.bring(tx, "live", "m-2", draft_changes=draft, revision=2)
        publications.supersede(tx, first, now=NOW, by="test")
    end(ledger, first)
    tell(ledger, elsewhere)
    assert elsewhere.told == [URL, URL]
    assert [one["news"] for one in outcomes(ledger)] == ["up", "up"]


@pytest.mark.parametrize(
    "state", ["planned", "publishing", "withdrawing", "by-hand", "closed", "cancelled", "rejected"]
)
def test_nothing_is_told_before_it_is_up_and_before_it_was_read_back_as_gone(
    ledger: Ledger, elsewhere: Elsewhere, state: str
) -> None:
    page(ledger, state)
    tell(ledger, elsewhere)
    assert elsewhere.told == []


@pytest.mark.parametrize("state", ["live", "withdrawn"])
def test_a_page_with_noindex_is_told_nowhere_before_and_after_its_end(
    ledger: Ledger, elsewhere: Elsewhere, state: str
) -> None:
    page(ledger, state, indexed=False)
    tell(ledger, elsewhere)
    with ledger.write(NOW) as tx:
        (row,) = publications.rows(tx)
        refreshing.leave_to_hands(tx, row, now=NOW, by="test")
    assert (elsewhere.told, items(ledger)) == ([], [])


def test_a_page_that_another_one_replaced_has_not_gone(ledger: Ledger, elsewhere: Elsewhere) -> None:
    row = page(ledger)
    with ledger.write(NOW) as tx:
        publications.supersede(tx, row, now=NOW, by="test")
    end(ledger, row)
    tell(ledger, elsewhere)
    with ledger.write(NOW) as tx:
        refreshing.leave_to_hands(tx, publications.get(tx, row), now=NOW, by="test")
    assert (elsewhere.told, items(ledger)) == ([], [])


@pytest.mark.parametrize(
    ("record", "other", "left"),
    [
        (True, None, ["Registers of missing persons"]),
        (True, False, ["Registers of missing persons"]),
        (True, True, []),
        (False, None, []),
    ],
)
def test_what_registers_took_over_is_left_to_a_person_unless_another_page_still_offers_it(
    ledger: Ledger, record: bool, other: bool | None, left: list[str]
) -> None:
    gone = registered(ledger, "m-1", "withdrawn", record=record)
    if other is not None:
        registered(ledger, "m-2", "live", record=other)
    with ledger.write(NOW) as tx:
        refreshing.leave_to_hands(tx, publications.get(tx, gone), now=NOW, by="test")
    assert [item.what.en.partition(":")[0] for item in items(ledger)] == left


def test_nobody_is_told_where_no_service_is_named(ledger: Ledger, elsewhere: Elsewhere) -> None:
    page(ledger)
    tell(ledger, elsewhere, service=None)
    assert (elsewhere.told, outcomes(ledger)) == ([], [])


@pytest.mark.parametrize(
    ("kind", "service", "base", "told"),
    [
        ("production", SERVICE, BASE, True),
        ("rehearsal", SERVICE, BASE, False),
        ("rehearsal", "http://127.0.0.1:9/indexnow", BASE, True),
        ("production", SERVICE, "http://127.0.0.1:8477/", False),
    ],
)
def test_the_world_hears_nothing_of_rehearsals_and_of_pages_on_this_machine(
    tmp_path: pathlib.Path, elsewhere: Elsewhere, kind: str, service: str, base: str, told: bool
) -> None:
    with small.make(tmp_path / "ledger.db", kind=kind) as ledger, pytest.MonkeyPatch.context() as patch:
        patch.setattr(small, "PAGE", dataclasses.replace(small.PAGE, url=f"{base}a.html"))
        page(ledger)
        tell(ledger, elsewhere, service=service)
    assert bool(elsewhere.told) is told


def test_what_fails_is_told_and_tried_again_ever_more_seldom(ledger: Ledger, elsewhere: Elsewhere) -> None:
    row = page(ledger)
    elsewhere.error = Rejected("the key is not found", "der Schlüssel fehlt")
    tell(ledger, elsewhere)
    tell(ledger, elsewhere, after=MINUTE / 2)
    with ledger.read() as tx:
        (told,) = refreshing.failing(tx)
        shown = account.account(tx, now=NOW)
        assert (shown.untold, shown.overdue) == ((told,), 0)
        assert account.account(tx, now=NOW, appeal=small.APPEAL).untold == (told,)
        (finding,) = checkledger._untold(tx)
    assert (finding.verdict, finding.what.en, finding.online) == ("warn", "the key is not found", False)
    assert (told.publication, told.tries, told.next_at) == (row, 1, NOW + MINUTE)
    later = dt.timedelta(0)
    for _ in range(12):
        later += 7 * HOUR
        tell(ledger, elsewhere, after=later)
    with ledger.read() as tx:
        (told,) = refreshing.failing(tx)
    assert (told.tries, told.next_at) == (13, NOW + later + 6 * HOUR)
    assert items(ledger) == [], "it is tried until the publication is closed"
    elsewhere.error = None
    tell(ledger, elsewhere, after=later + 7 * HOUR)
    assert elsewhere.told == [URL]
    with ledger.read() as tx:
        assert refreshing.failing(tx) == ()


def test_a_row_that_does_not_say_which_website_it_was_stops_no_other(ledger: Ledger, elsewhere: Elsewhere) -> None:
    page(ledger, marker="m-broken", base="nowhere")
    with ledger.write(NOW) as tx:
        small.hand_in(tx, "pdl-2026-0200")
        draft = {"endpoint": {"base_url": BASE, "nonce": "x"}, "withdrawal": {"files": [], "indexed": True}}
        small.bring(tx, "live", "m-2", draft_changes=draft, appeal="pdl-2026-0200")
    tell(ledger, elsewhere)
    assert elsewhere.told == [URL]
    with ledger.read() as tx:
        (told,) = refreshing.failing(tx)
        assert account.account(tx, now=NOW, appeal="pdl-2026-0200").untold == ()
    assert "damaged" in str(told.problem)


def test_many_addresses_go_in_several_calls(
    ledger: Ledger, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexnow, "MOST", 1)
    page(ledger)
    with ledger.write(NOW) as tx:
        small.hand_in(tx, "pdl-2026-0200")
        draft = {"endpoint": {"base_url": BASE, "nonce": "x"}, "withdrawal": {"files": [], "indexed": True}}
        small.bring(tx, "live", "m-2", draft_changes=draft, appeal="pdl-2026-0200")
    tell(ledger, elsewhere)
    assert elsewhere.told == [URL, URL]


def test_after_the_end_the_network_whose_post_linked_to_the_page_reads_it_again(
    ledger: Ledger, elsewhere: Elsewhere
) -> None:
    row = page(ledger, indexed=False)
    post(ledger)
    tell(ledger, elsewhere, service=None)
    assert elsewhere.reread == [], "the page is still up"
    end(ledger, row)
    for _ in range(2):
        tell(ledger, elsewhere, service=None, after=HOUR)
    assert elsewhere.reread == [URL]
    assert outcomes(ledger) == [{"publication": row, "whom": "facebook", "news": "gone", "outcome": "told"}]
    assert items(ledger) == []


@pytest.mark.parametrize("state", ["planned", "publishing", "rejected", None])
def test_a_network_that_never_had_the_link_is_not_asked(
    ledger: Ledger, elsewhere: Elsewhere, state: str | None
) -> None:
    page(ledger, "withdrawn", indexed=False)
    if state is not None:
        post(ledger, state)
    tell(ledger, elsewhere, service=None)
    assert elsewhere.reread == []


def test_a_network_that_refuses_is_left_to_a_person_with_the_forms_address(
    ledger: Ledger, elsewhere: Elsewhere
) -> None:
    page(ledger, "withdrawn", indexed=False)
    post(ledger)
    elsewhere.refusal = Rejected("no", "nein")
    for hours in range(3):
        tell(ledger, elsewhere, service=None, after=hours * HOUR)
    assert elsewhere.reread == [URL]
    (item,) = items(ledger)
    assert item.url == "https://developers.facebook.com/tools/debug/?q=https%3A%2F%2Fpolizei.example%2Fa.html"
    assert (item.kind, item.publication) == (byhand.Kind.COPY, None)
    assert outcomes(ledger)[0]["outcome"] == "by-hand"
    with ledger.read() as tx:
        assert refreshing.failing(tx) == ()


@pytest.mark.parametrize(
    "refusal",
    [NotSent("down", "aus"), RateLimited("wait", "warten"), AuthError("token", "Token"), OutcomeUnknown("?", "?")],
)
def test_a_network_that_cannot_now_is_asked_again_and_at_last_left_to_a_person(
    ledger: Ledger, elsewhere: Elsewhere, refusal: FahndungError
) -> None:
    page(ledger, "withdrawn", indexed=False)
    post(ledger)
    elsewhere.refusal = refusal
    for hours in range(refreshing.MOST_TRIES - 1):
        tell(ledger, elsewhere, service=None, after=hours * HOUR)
    assert items(ledger) == []
    with ledger.read() as tx:
        assert [told.problem for told in refreshing.failing(tx)] == [refusal.message]
    for hours in range(9):
        tell(ledger, elsewhere, service=None, after=(10 + hours) * HOUR)
    assert len(elsewhere.reread) == refreshing.MOST_TRIES
    assert len(items(ledger)) == 1


def test_a_bug_of_a_network_s_connector_hides_from_nobody_what_was_taken_down(
    ledger: Ledger, elsewhere: Elsewhere
) -> None:
    end(ledger, page(ledger, indexed=False))
    post(ledger)
    elsewhere.refusal = KeyError("a secret")
    tell(ledger, elsewhere)
    assert [one["outcome"] for one in outcomes(ledger)] == ["failed"]
    with ledger.read() as tx:
        (failing,) = refreshing.failing(tx)
    assert failing.problem is not None
    assert "KeyError" in failing.problem.en
    assert "a secret" not in failing.problem.en


def test_one_run_asks_some_networks_and_the_next_one_the_others(
    ledger: Ledger, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refreshing, "MOST_REREADS", 0)
    page(ledger, "withdrawn", indexed=False)
    post(ledger)
    tell(ledger, elsewhere, service=None)
    assert elsewhere.reread == []
    monkeypatch.undo()
    tell(ledger, elsewhere, service=None)
    assert elsewhere.reread == [URL]


@pytest.mark.peers
def test_the_whole_life_of_a_page_that_may_be_listed(empty: World, service: RunningIndexNow) -> None:
    """The real service reads the key on the website; it is told after the 410, and nothing waits for it."""
    with server.Server(empty.site) as website:
        config = empty.home.path / "fahndung.toml"
        text = config.read_text("utf-8").replace("http://127.0.0.1:8477/", website.url)
        config.write_text(f'{text}\n[search]\nindexnow = "{service.service}"\n', "utf-8")
        appeal = empty.ready(empty.case("witness-call"))
        empty.publish(appeal)
        (path,) = empty.site.glob("fahndung/*/index.html")
        assert '<meta name="robots" content="noarchive, unavailable_after: 2027-' in path.read_text("utf-8")
        url = f"{website.url}fahndung/{path.parent.name}/"
        errand = worker.errands_at(empty.home)["+news"]
        shift = shift_of(empty.ledger, PUBLISHED)
        errand(shift)
        errand(shift)
        assert service.told() == [url]
        service.add(Fault.ERROR_BEFORE, Call.CREATE)
        wish = Ending(appeal=AppealId(appeal), reason=EndReason.FOUND, by="k.muster", at=PUBLISHED)
        done = takedown.end(empty.home, empty.ledger, wish, now=PUBLISHED)
        assert (done.online_past_end, done.by_hand) == (0, ()), "nobody outside this machine ever saw it"
        errand(shift)
        assert service.told() == [url], "it failed"
        errand(shift_of(empty.ledger, PUBLISHED + HOUR))
        assert service.told() == [url, url]


def test_a_page_about_a_person_is_told_nowhere(approved: World, service: RunningIndexNow) -> None:
    config = approved.home.path / "fahndung.toml"
    config.write_text(f'{config.read_text("utf-8")}\n[search]\nindexnow = "{service.service}"\n', "utf-8")
    approved.publish(GIRL)
    errand = worker.errands_at(approved.home)["+news"]
    errand(shift_of(approved.ledger, PUBLISHED))
    assert not (approved.site / "sitemap.xml").exists()
    wish = Ending(appeal=AppealId(GIRL), reason=EndReason.FOUND, by="k.muster", at=PUBLISHED)
    takedown.end(approved.home, approved.ledger, wish, now=PUBLISHED)
    errand(shift_of(approved.ledger, PUBLISHED + HOUR))
    assert service.calls() == 0
    assert not [item for item in items(approved.ledger) if "Suchmaschinen" in item.what.de]


@pytest.mark.peers
def test_what_search_engines_keep_of_an_ended_page_is_left_to_a_person(empty: World) -> None:
    config = empty.home.path / "fahndung.toml"
    text = config.read_text("utf-8").replace("http://127.0.0.1:8477/", BASE)
    config.write_text(text, "utf-8")
    appeal = empty.ready(empty.case("witness-call"))
    empty.publish(appeal)
    wish = Ending(appeal=AppealId(appeal), reason=EndReason.FOUND, by="k.muster", at=PUBLISHED)
    done = takedown.end(empty.home, empty.ledger, wish, now=PUBLISHED)
    (item,) = done.by_hand
    assert (item.url, item.what.de.startswith(f"Suchmaschinen: {BASE}fahndung/")) == (refreshing.GOOGLE, True)
    assert done.online_past_end == 0
    with empty.ledger.write(PUBLISHED) as tx:
        byhand.close(tx, item.id, person="k.muster", note="bei Google und Bing gemeldet", at=PUBLISHED)
    assert items(empty.ledger) == []


def test_where_the_configuration_cannot_be_read_no_service_is_known(empty: World) -> None:
    assert refreshing.service_at(empty.home) is None
    (empty.home.path / "fahndung.toml").write_text("[", "utf-8")
    assert refreshing.service_at(empty.home) is None

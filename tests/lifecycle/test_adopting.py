"""Posts that somebody made by hand: they end with the appeal, are read back as gone, and never published again."""

import dataclasses
import datetime as dt
import pathlib
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from fahndung.channels import mastodonapi
from fahndung.errors import ChannelFailed, NotPublishable, UsageError
from fahndung.ledger import byhand, publications
from fahndung.ledger.endings import Ending
from fahndung.ledger.publications import Publication, Want
from fahndung.lifecycle import adopting, takedown, verification
from fahndung.lifecycle.adopting import Adopted
from fahndung.model.closing import EndReason
from fahndung.model.ids import AppealId, PersonId
from fahndung.model.publication import Reference, State
from fahndung.testing import mastodonshapes
from fahndung.testing.faults import Call, Fault
from fahndung.testing.running import RunningMastodon
from tests.channels import mastodons
from tests.channels.mastodons import CREDENTIAL, TOKEN
from tests.lifecycle import accounts
from tests.world import GIRL, GIRL_REVIEW, PAIR, PAIR_REVIEW, PUBLISHED, World

TEXT = "Wer hat Lina gesehen? Von Hand geschrieben."
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def server(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningMastodon]:
    monkeypatch.setenv(mastodons.VARIABLE, TOKEN)
    with mastodons.in_a_thread(tmp_path, "4.4+") as started:
        yield started


@pytest.fixture
def office(approved: World, server: RunningMastodon) -> World:
    return accounts.office(approved, server.config(credential=CREDENTIAL, settle_s=0))


def by_hand(server: RunningMastodon, token: str = TOKEN) -> str:
    """The address of a post that somebody made in an app."""
    answer = requests.post(
        f"{server.url}api/v1/statuses",
        json={"status": TEXT, "visibility": "public", "language": "de"},
        headers={"Authorization": f"Bearer {token}"},
        timeout=10,
    )
    return str(answer.json()["url"])


def adopt(world: World, url: str, now: dt.datetime = PUBLISHED, appeal: str = GIRL) -> Adopted:
    found = adopting.adopt(
        world.home, world.ledger, appeal=appeal, channel="mastodon", untrusted_url=url, now=now, by="k.muster"
    )
    assert isinstance(found, Adopted)
    return found


def row_of(world: World, found: Adopted) -> Publication:
    with world.ledger.read() as tx:
        return publications.get(tx, found.publication.id)


def for_networks(record: dict[str, Any]) -> None:
    """The order allows networks, and the record names none of our accounts."""
    accounts.on_account("mastodon")(record)
    record["publication"]["channels"].remove("mastodon")


@pytest.mark.peers
def test_it_ends_with_the_appeal_and_is_read_back_as_gone(empty: World, server: RunningMastodon) -> None:
    office = accounts.office(empty, server.config(credential=CREDENTIAL, settle_s=0))
    assert office.ready(office.case("jewellery-theft", for_networks)) == PAIR
    url = by_hand(server)
    found = adopt(office, url, appeal=PAIR)
    row = row_of(office, found)
    assert (row.state, row.want, row.url) == (State.LIVE, Want.UP, url)
    assert (found.over, row.due_at) == (False, PAIR_REVIEW)
    verification.verify(office.home, office.ledger, now=PUBLISHED + HOUR, by="timer")
    assert row_of(office, found).problem is None, "no approved text says how it has to look"
    office.publish(PAIR)
    assert row_of(office, found).want is Want.UP
    done = takedown.takedown(office.home, office.ledger, now=PAIR_REVIEW, by="timer")
    assert (done.online_past_end, done.pending, server.online()) == (0, (), ())
    assert row_of(office, found).state is State.WITHDRAWN


@pytest.mark.peers
@pytest.mark.parametrize("says_when", [True, False])
def test_it_stays_on_its_account_as_long_as_one_of_ours_and_that_counts_from_when_it_was_made(
    empty: World, server: RunningMastodon, monkeypatch: pytest.MonkeyPatch, says_when: bool
) -> None:
    office = accounts.office(empty, server.config(credential=CREDENTIAL, settle_s=0, ttl="47h"))
    office.ready(office.case("jewellery-theft", for_networks))
    made_at, real = PUBLISHED - 2 * HOUR, mastodonapi.Api.own_status

    def own_status(self: mastodonapi.Api, url: str) -> Reference | None:
        found = real(self, url)
        return None if found is None else dataclasses.replace(found, made_at=made_at if says_when else None)

    monkeypatch.setattr(mastodonapi.Api, "own_status", own_status)
    found = adopt(office, by_hand(server), appeal=PAIR)
    row, ends_at = row_of(office, found), (made_at if says_when else PUBLISHED) + 47 * HOUR
    assert (row.due_at, found.over) == (ends_at, False)
    assert row.due_because is not None
    assert "höchstens 47 Stunden" in row.due_because.de
    takedown.takedown(office.home, office.ledger, now=ends_at - HOUR, by="timer")
    assert (row_of(office, found).state, row_of(office, found).due_at) == (State.LIVE, ends_at)
    takedown.takedown(office.home, office.ledger, now=ends_at, by="timer")
    assert (row_of(office, found).state, server.online()) == (State.WITHDRAWN, ())


@pytest.mark.peers
def test_what_was_there_longer_than_it_may_is_over_at_once(
    empty: World, server: RunningMastodon, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = accounts.office(empty, server.config(credential=CREDENTIAL, settle_s=0, ttl="47h"))
    office.ready(office.case("jewellery-theft", for_networks))
    long_ago = (PUBLISHED - 47 * HOUR).isoformat()
    monkeypatch.setattr(mastodonshapes, "_instant", lambda _: long_ago)
    assert adopt(office, by_hand(server), appeal=PAIR).over


def test_on_a_medium_that_no_order_names_it_is_over_at_once(office: World, server: RunningMastodon) -> None:
    found = adopt(office, by_hand(server))
    assert found.over
    assert row_of(office, found).state is State.LIVE
    takedown.takedown(office.home, office.ledger, now=PUBLISHED, by="timer")
    assert server.online() == ()


def test_what_is_adopted_after_the_end_is_over_at_once(office: World, server: RunningMastodon) -> None:
    office.publish(GIRL)
    ending = Ending(appeal=AppealId(GIRL), reason=EndReason.FOUND, by="k.muster", at=PUBLISHED)
    takedown.end(office.home, office.ledger, ending, now=PUBLISHED)
    found = adopt(office, by_hand(server), PUBLISHED + HOUR)
    assert found.over
    takedown.takedown(office.home, office.ledger, now=PUBLISHED + HOUR, by="timer")
    assert server.online() == ()
    assert row_of(office, found).state is State.WITHDRAWN


def test_adopting_twice_is_adopting_once_and_a_post_that_came_back_goes_again(
    office: World, server: RunningMastodon
) -> None:
    url = by_hand(server)
    first, second = adopt(office, url), adopt(office, f"{url}/")
    assert row_of(office, first).id == row_of(office, second).id
    takedown.takedown(office.home, office.ledger, now=GIRL_REVIEW, by="timer")
    with office.ledger.write(GIRL_REVIEW) as tx:
        (reference,) = publications.posting(tx, row_of(office, first).id).references
        publications.saw(tx, row_of(office, first).id, reference, now=GIRL_REVIEW, by="k.muster")
    assert row_of(office, first).state is State.WITHDRAWING


def test_a_strangers_post_becomes_an_item_for_a_person_once(office: World, server: RunningMastodon) -> None:
    theirs = by_hand(server, mastodons.OTHER)
    for _ in range(2):
        found = adopting.adopt(
            office.home,
            office.ledger,
            appeal=GIRL,
            channel="mastodon",
            untrusted_url=theirs,
            now=PUBLISHED,
            by="k.muster",
        )
        assert isinstance(found, adopting.ByHand)
        assert (found.asked, found.resembles) == (("mastodon",), None)
    with office.ledger.read() as tx:
        (item,) = byhand.open_items(tx, GIRL)
        assert (item.id, item.kind, item.url) == (found.item, byhand.Kind.FOREIGN, theirs)
        assert publications.rows(tx, GIRL) == ()
    assert len(server.online()) == 1, "nothing of a stranger's is touched"


def test_an_address_that_can_be_ours_and_leads_to_nothing_is_refused_and_nothing_is_written_down(
    office: World, server: RunningMastodon
) -> None:
    with pytest.raises(UsageError, match=r"knows no such post.*fahndung copy add") as caught:
        adopt(office, f"{server.url}@presse/0123456789")
    assert caught.value.exit_code == 2
    with office.ledger.read() as tx:
        assert byhand.open_items(tx, GIRL) == ()
        assert publications.rows(tx, GIRL) == ()


@pytest.mark.parametrize("typed", ["pressse", "Pres_e", "prese"])
def test_a_copy_of_an_account_whose_name_resembles_ours_is_kept_and_that_is_told(
    office: World, server: RunningMastodon, typed: str
) -> None:
    url = f"{server.url}@{typed}/0123456789"
    found = adopting.adopt(
        office.home, office.ledger, appeal=GIRL, channel="mastodon", untrusted_url=url, now=PUBLISHED, by="k.muster"
    )
    assert isinstance(found, adopting.ByHand)
    assert found.resembles == (typed, "presse")
    with office.ledger.read() as tx:
        assert [(item.id, item.url) for item in byhand.open_items(tx, GIRL)] == [(found.item, url)]


@pytest.mark.parametrize("named", ["mastodon", "website"])
def test_a_post_of_another_account_of_ours_is_adopted_there(
    office: World, server: RunningMastodon, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    monkeypatch.setenv("FAHNDUNG_OTHER", mastodons.OTHER)
    accounts.office(office, server.config(credential="other", name="wache", account="wache", settle_s=0))
    url = by_hand(server, mastodons.OTHER)
    found = adopting.adopt(
        office.home, office.ledger, appeal=GIRL, channel=named, untrusted_url=url, now=PUBLISHED, by="k.muster"
    )
    assert isinstance(found, Adopted)
    assert found.publication.channel == "wache"
    assert found.over
    takedown.takedown(office.home, office.ledger, now=PUBLISHED, by="timer")
    assert server.online() == ()


def test_on_what_cannot_be_asked_it_is_an_item_for_a_person(office: World) -> None:
    found = adopting.adopt(
        office.home,
        office.ledger,
        appeal=GIRL,
        channel="website",
        untrusted_url="http://127.0.0.1:8477/x",
        now=PUBLISHED,
        by="k.muster",
    )
    assert isinstance(found, adopting.ByHand)


@pytest.mark.peers
def test_the_end_of_one_person_ends_it_and_no_variant_takes_its_place(empty: World, server: RunningMastodon) -> None:
    office = accounts.office(empty, server.config(credential=CREDENTIAL, settle_s=0))
    office.ready(office.case("jewellery-theft"))
    office.publish(PAIR)
    found = adopt(office, by_hand(server), appeal=PAIR)
    ending = Ending(appeal=AppealId(PAIR), reason=EndReason.FOUND, by="k.muster", at=PUBLISHED, person=PersonId("p1"))
    takedown.end(office.home, office.ledger, ending, now=PUBLISHED)
    assert server.online() == ()
    assert row_of(office, found).state is State.WITHDRAWN
    with office.ledger.read() as tx:
        left = [row for row in publications.rows(tx, PAIR) if row.state is State.LIVE]
    assert [row.channel for row in left] == ["website"]


def test_when_nobody_can_tell_nothing_is_written_down(office: World, server: RunningMastodon) -> None:
    url = by_hand(server)
    server.add(Fault.ERROR_BEFORE, Call.READ)
    with pytest.raises(ChannelFailed):
        adopt(office, url)
    with office.ledger.read() as tx:
        assert publications.rows(tx, GIRL) == ()
        assert byhand.open_items(tx, GIRL) == ()


def test_wrong_words_are_refused(office: World, server: RunningMastodon) -> None:
    with pytest.raises(UsageError):
        adopt(office, "gopher://x")
    with pytest.raises(UsageError):
        adopt(office, by_hand(server), appeal="pdl-2026-9999")
    with pytest.raises(UsageError):
        adopting.adopt(
            office.home,
            office.ledger,
            appeal=GIRL,
            channel="nobody",
            untrusted_url="https://a.example/",
            now=PUBLISHED,
            by="k",
        )


@pytest.mark.peers
def test_without_a_release_it_cannot_be_carried(empty: World, server: RunningMastodon) -> None:
    office = accounts.office(empty, server.config(credential=CREDENTIAL, settle_s=0))
    appeal = office.submit(office.case("missing-girl"))
    with pytest.raises(NotPublishable):
        adopt(office, by_hand(server), appeal=appeal)

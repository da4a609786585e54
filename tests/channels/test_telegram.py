"""The Telegram channel keeps the contract on every kind of channel, and every call fits the specification."""

import datetime as dt
import json
import os
import pathlib
from collections.abc import Iterator

import pytest

from fahndung import channels
from fahndung.channels import telegramapi, telegramreading
from fahndung.channels.base import ADOPTED, Adopts, Channel
from fahndung.channels.kinds import KIND_COMMENTS
from fahndung.channels.telegram import RATE, WINDOW, Telegram
from fahndung.channels.telegramlook import text_hash
from fahndung.errors import AuthError, ChannelFailed, Duplicate, NotPublishable, Replaced, Unsupported, WindowClosed
from fahndung.law.facts import Comments
from fahndung.model.mandate import Medium
from fahndung.model.publication import CLOSING, CLOSINGS, Altered, Gone, Live, Posting, Reference, Tombstone, Unknown
from fahndung.model.release import Release
from fahndung.testing import telegramshapes
from fahndung.testing.asking import settled_look
from fahndung.testing.contract import posting, published
from fahndung.testing.faults import Call
from fahndung.testing.running import RunningTelegram, running_telegram
from fahndung.testing.telegramstock import PROFILES

from . import botspec, elsewhere, linkposts, openapi, simulated, telegrams
from .elsewhere import Elsewhere
from .openapi import Record
from .telegrams import TOKEN, VARIABLE

DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def exchanges(monkeypatch: pytest.MonkeyPatch) -> Iterator[Record]:
    """All that is said to the Bot API, and nothing of it wrong."""
    monkeypatch.setenv(VARIABLE, TOKEN)
    record = botspec.record()
    record.watch(monkeypatch)
    yield record
    assert record.wrong == []


class Contract(simulated.Contract):
    """One platform for all tests of a profile."""

    variable = VARIABLE

    @pytest.fixture(scope="class", params=PROFILES)
    @classmethod
    def mode(cls, request: pytest.FixtureRequest) -> str:
        return str(request.param)

    @pytest.fixture
    def faults(self, platform: RunningTelegram, mode: str) -> simulated.Switch:
        skips = telegrams.SKIPS if PROFILES[mode].public else telegrams.PRIVATE_SKIPS
        return simulated.Switch(platform, skips)

    def opened(self, platform: RunningTelegram, mode: str) -> Channel:
        return telegrams.channel(platform, mode)

    def released(self, name: str) -> Release:
        return telegrams.release(name)


@pytest.mark.peers
class TestContract(Contract):
    """Against the platform in a thread of this process."""

    @pytest.fixture(scope="class")
    @classmethod
    def platform(cls, mode: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningTelegram]:
        with telegrams.in_a_thread(tmp_path_factory.mktemp("platform"), mode) as started:
            yield started


@pytest.mark.peers
class TestContractElsewhere(Elsewhere):
    """Against Telegram itself: ``FAHNDUNG_TEST_TELEGRAM`` is a bot's token, ``…_CHAT`` the number of a public channel
    of which it is an administrator, ``…_ACCOUNT`` its name; one message has to stand there already."""

    __test__ = "FAHNDUNG_TEST_TELEGRAM" in os.environ
    handed = {telegrams.VARIABLE: "FAHNDUNG_TEST_TELEGRAM"}  # noqa: RUF012 - never changed

    @pytest.fixture(autouse=True)
    def exchanges(self) -> None:
        """Held against nothing, with the time that calls have in earnest: it may be of any version, and far away."""

    def opened(self) -> Channel:
        pages = os.environ.get("FAHNDUNG_TEST_TELEGRAM_PAGES")
        return elsewhere.account(
            "telegram",
            "TELEGRAM",
            chat=int(os.environ["FAHNDUNG_TEST_TELEGRAM_CHAT"]),
            account=os.environ["FAHNDUNG_TEST_TELEGRAM_ACCOUNT"],
            credential=telegrams.CREDENTIAL,
            **({"pages": pages} if pages else {}),
        )

    def released(self, name: str) -> Release:
        return telegrams.release(name)


@pytest.fixture
def profile(request: pytest.FixtureRequest) -> str:
    return str(getattr(request, "param", "public"))


@pytest.fixture
def platform(tmp_path: pathlib.Path, profile: str) -> Iterator[RunningTelegram]:
    with telegrams.in_a_thread(tmp_path, profile) as started:
        yield started


@pytest.fixture
def channel(platform: RunningTelegram, profile: str) -> Telegram:
    return telegrams.channel(platform, profile)


on = pytest.mark.parametrize
private = on("profile", ["private"], indirect=True)


def up(channel: Telegram, name: str = "one", **more: object) -> Posting:
    """What the ledger knows of a post that was published; ``more`` as its takedown fills in."""
    draft = channel.prepare(telegrams.release(name))
    whole = posting(draft, published(channel, draft))
    return Posting(marker=whole.marker, withdrawal={**whole.withdrawal, **more}, references=whole.references)


def text_of(platform: RunningTelegram) -> str:
    """The hash of the one message that is online."""
    (one,) = platform.online()
    return one["sha256"]


def notice(whole: Posting, kind: str) -> str:
    closings = whole.withdrawal[CLOSINGS]
    assert isinstance(closings, dict)
    return str(closings[kind])


@on("profile", ["public", "private"], indirect=True)
def test_every_exchange_of_a_whole_life_fits_the_specification(
    channel: Telegram, platform: RunningTelegram, exchanges: Record, profile: str
) -> None:
    openapi.needed(botspec.FILE)
    channel.check()
    whole = up(channel)
    assert isinstance(channel.look(whole), Live if profile == "public" else Unknown)
    channel.withdraw(whole)
    assert isinstance(channel.look(whole), Gone if profile == "public" else Unknown)
    later = up(channel, "two")
    platform.forward(WINDOW)
    with pytest.raises(Replaced):
        channel.withdraw(later)
    said = {url.rpartition("/")[2].partition("?")[0] for _, url, _ in exchanges.answers}
    assert said == {"getMe", "getChat", "getChatMember", "sendMessage", "deleteMessage", "editMessageText"}
    assert exchanges.odd == 1, "only the refusal of a late deletion is not described"


def test_a_post_is_the_approved_text_without_a_preview_and_no_address_holds_the_token(
    channel: Telegram, platform: RunningTelegram
) -> None:
    teaser = f"Wem gehört das? 🚲 Größe „M“ & <neu>\n\n{linkposts.PAGE}\n"
    draft = channel.prepare(telegrams.release(teaser=teaser))
    assert draft.counted is not None
    assert draft.counted.length == len(teaser.strip()) + 1 + len("#") + len(draft.marker), "the bicycle counts two"
    whole = posting(draft, published(channel, draft))
    assert draft.payload["post.txt"].decode() == teaser.strip().replace(
        linkposts.PAGE, f"{linkposts.PAGE}#{draft.marker}"
    )
    (reference,) = whole.references
    assert reference == Reference(kind="post", id="2", url=f"{platform.url}presse/2")
    seen = channel.look(whole)
    assert isinstance(seen, Live), seen
    assert TOKEN not in json.dumps([dict(seen.evidence), dict(draft.endpoint), dict(draft.withdrawal)])
    assert isinstance(channel.look(Posting(marker="x", withdrawal={}, references=(reference,))), Altered)


def test_a_preview_of_the_link_would_be_seen(channel: Telegram, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telegramapi, "_NO_PREVIEW", {"is_disabled": False})
    assert isinstance(channel.look(up(channel)), Altered)


def test_within_48_hours_it_is_deleted_and_read_back_as_gone(channel: Telegram, platform: RunningTelegram) -> None:
    whole = up(channel)
    platform.forward(WINDOW - dt.timedelta(minutes=5))
    channel.withdraw(whole)
    assert isinstance(channel.look(whole), Gone)
    assert platform.online() == ()
    channel.withdraw(whole)


@on("kind", ["reached", "ended-order", "error", None, "reached-part"])
def test_after_48_hours_it_shows_the_notice_that_is_due_and_is_not_gone(
    channel: Telegram, platform: RunningTelegram, kind: str | None
) -> None:
    whole = up(channel, **({} if kind is None else {CLOSING: kind}))
    platform.forward(WINDOW)
    for _ in range(2):
        with pytest.raises(Replaced, match="closing notice"):
            channel.withdraw(whole)
    stands = kind if kind in {"reached", "ended-order", "error"} else "replaced"
    seen = channel.look(whole)
    assert isinstance(seen, Tombstone), "a notice of a part that the release does not have leaves the address alone"
    assert text_of(platform) == text_hash(notice(whole, stands))
    assert [one.verb for one in platform.journal()] == ["create", "edit"]
    assert channel.find(whole.marker) == whole.references, "the notice carries the marker: a successor finds it"


def test_another_end_asks_for_another_notice(channel: Telegram, platform: RunningTelegram) -> None:
    found = up(channel, **{CLOSING: "reached"})
    platform.forward(WINDOW)
    with pytest.raises(Replaced):
        channel.withdraw(found)
    error = Posting(marker=found.marker, withdrawal={**found.withdrawal, CLOSING: "error"}, references=found.references)
    assert isinstance(channel.look(error), Altered)
    with pytest.raises(Replaced):
        channel.withdraw(error)
    assert isinstance(channel.look(error), Tombstone)
    assert isinstance(channel.look(found), Altered)


def test_what_a_person_then_deletes_is_gone(channel: Telegram, platform: RunningTelegram) -> None:
    whole = up(channel)
    platform.forward(WINDOW)
    with pytest.raises(Replaced):
        channel.withdraw(whole)
    platform.by_hand(id=int(whole.references[0].id))
    assert isinstance(channel.look(whole), Gone)
    channel.withdraw(whole)


def test_of_two_copies_one_too_old_is_replaced_and_the_other_deleted(
    channel: Telegram, platform: RunningTelegram
) -> None:
    whole = up(channel)
    platform.forward(WINDOW)
    reference, kept = channel._api.post(f"noch einmal {linkposts.PAGE}#{whole.marker}")
    assert kept
    assert isinstance(channel.look(whole), Altered)
    with pytest.raises(Replaced):
        channel.withdraw(whole)
    assert reference.id not in {one["id"] for one in platform.online()}
    assert isinstance(channel.look(whole), Tombstone)


def test_a_post_that_somebody_gave_a_picture_is_altered(channel: Telegram, platform: RunningTelegram) -> None:
    whole = up(channel)
    platform.by_hand(id=int(whole.references[0].id), text="etwas anderes")
    seen = channel.look(whole)
    assert isinstance(seen, Altered)
    assert channel.find(whole.marker) == (), "its link is gone, and its reference still leads to it"
    channel.withdraw(whole)
    assert isinstance(channel.look(whole), Gone)


def test_what_is_listed_already_is_not_sent_again(channel: Telegram, platform: RunningTelegram) -> None:
    up(channel)
    with pytest.raises(Duplicate):
        channel.publish(channel.prepare(telegrams.release()), lambda _: None)
    assert platform.calls(Call.CREATE) == 1


def test_a_text_that_telegram_changed_is_told_and_taken_down(
    channel: Telegram, platform: RunningTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fahndung.channels import telegramtext

    monkeypatch.setattr(telegramtext, "_CHANGED", telegramtext.re.compile("(?!)"))
    draft = channel.prepare(telegrams.release(teaser=f"Zeug\u0333in\n{linkposts.PAGE}"))
    told: list[Reference] = []
    with pytest.raises(NotPublishable, match="changed the text"):
        channel.publish(draft, told.append)
    assert [one.id for one in told] == ["2"]
    assert isinstance(channel.look(Posting(marker=draft.marker, withdrawal=draft.withdrawal, references=())), Altered)


def test_only_what_this_program_wrote_is_listed_however_many_pages_there_are(
    channel: Telegram, platform: RunningTelegram
) -> None:
    drafts = [channel.prepare(telegrams.release(name)) for name in ("one", "two")]
    for draft in drafts:
        published(channel, draft)
    for number in range(41):
        platform.by_hand(post=f"Guten Morgen {number}")
    platform.by_hand(post=f"https://elsewhere.example/x#{drafts[0].marker}")
    platform.by_hand(post=f"ohne Link /fahndung/x/#{drafts[0].marker}")
    before = platform.calls(Call.LIST)
    assert {one.marker for one in channel.listing()} == {draft.marker for draft in drafts}
    assert platform.calls(Call.LIST) - before == 3, "46 messages, the first of them the channel's own, are three pages"
    channel.withdraw(posting(drafts[0]))
    assert {one.marker for one in channel.listing()} == {drafts[1].marker}


def test_a_channel_that_is_too_full_to_be_looked_through_fails_the_check(
    channel: Telegram, platform: RunningTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telegramreading, "MOST_PAGES", 1)
    for number in range(18):
        platform.by_hand(post=f"Guten Morgen {number}")
    channel.check()
    platform.by_hand(post="Guten Abend")
    with pytest.raises(ChannelFailed, match="channel of its own"):
        channel.check()
    platform.by_hand(post="Gute Nacht")
    with pytest.raises(ChannelFailed, match="does not end"):
        channel.listing()


@on("rights", ["", "can_post_messages", "can_delete_messages"])
def test_a_bot_without_the_rights_fails_the_check(tmp_path: pathlib.Path, rights: str) -> None:
    with telegrams.in_a_thread(tmp_path, rights=rights) as platform:
        channel = telegrams.channel(platform)
        with pytest.raises(AuthError, match="may not publish and delete") as caught:
            channel.check()
        assert "Admin" in caught.value.message.de
        if "post" not in rights:
            with pytest.raises(AuthError, match="administrator rights"):
                channel.publish(channel.prepare(telegrams.release()), lambda _: None)


def test_a_channel_with_a_discussion_group_is_refused_and_seen_as_altered(tmp_path: pathlib.Path) -> None:
    with telegrams.in_a_thread(tmp_path, linked=True) as platform:
        channel = telegrams.channel(platform)
        with pytest.raises(ChannelFailed, match="discussion group"):
            channel.check()
        seen = channel.look(up(channel))
        assert isinstance(seen, Altered)
        assert "comment" in seen.why
    assert KIND_COMMENTS["telegram"] is Comments.OFF, "the check sees to it"


def test_a_new_name_is_told_by_the_check_and_stops_no_takedown(channel: Telegram, platform: RunningTelegram) -> None:
    whole = up(channel)
    platform.by_hand(account="polizei_muster")
    with pytest.raises(ChannelFailed, match="Correct account"):
        channel.check()
    assert isinstance(channel.look(whole), Live)
    channel.withdraw(whole)
    assert isinstance(channel.look(whole), Gone)


def test_a_channel_that_became_private_proves_nothing(channel: Telegram, platform: RunningTelegram) -> None:
    whole = up(channel)
    channel.withdraw(whole)
    platform.by_hand(account=None)
    seen = channel.look(whole)
    assert isinstance(seen, Unknown)
    assert "public name" in seen.why
    with pytest.raises(ChannelFailed):
        channel.check()


@private
def test_of_a_private_channel_nothing_is_found_read_back_or_adopted_and_it_is_deleted_all_the_same(
    channel: Telegram, platform: RunningTelegram
) -> None:
    able = channel.capabilities()
    assert (able.recovery, able.can_find, able.reads_back, able.can_delete) == ("manual", False, "none", True)
    channel.check()
    whole = up(channel)
    assert whole.references[0].url == f"{platform.url}c/1000000001/2"
    for ask in (channel.listing, lambda: channel.find(whole.marker)):
        with pytest.raises(Unsupported, match="private"):
            ask()
    with pytest.raises(ChannelFailed, match="private"):
        channel.made_by_hand(f"{platform.url}c/1000000001/2")
    assert isinstance(channel.look(whole), Unknown)
    channel.withdraw(whole)
    assert platform.online() == ()
    later = up(channel, "two", **{CLOSING: "reached"})
    platform.forward(WINDOW)
    with pytest.raises(Replaced):
        channel.withdraw(later)
    assert text_of(platform) == text_hash(notice(later, "reached"))


@private
def test_a_public_channel_configured_as_a_private_one_fails_the_check(
    channel: Telegram, platform: RunningTelegram
) -> None:
    platform.by_hand(account="presse")
    with pytest.raises(ChannelFailed, match="presse"):
        channel.check()


def test_a_post_made_by_hand_is_adopted_by_its_address(channel: Telegram, platform: RunningTelegram) -> None:
    assert isinstance(channel, Adopts)
    platform.by_hand(post="Fahndung! Foto folgt.")
    (made,) = platform.online()
    for address in ("presse/{}", "s/presse/{}", "Presse/{}?single"):
        found = channel.made_by_hand(platform.url + address.format(made["id"]))
        assert found is not None
        assert found.id == made["id"]
    for other in ("presse/77", "wache/2", "c/1000000001/2", "presse/x", "s/presse"):
        assert channel.made_by_hand(platform.url + other) is None
    assert channel.made_by_hand("https://t.me/presse/2") is None
    whole = Posting(marker="x", withdrawal={ADOPTED: True}, references=(found,))
    assert isinstance(channel.look(whole), Live)
    channel.withdraw(whole)
    assert isinstance(channel.look(whole), Gone)


def test_an_album_is_not_adopted_of_which_one_message_alone_would_be_deleted(
    channel: Telegram, platform: RunningTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform.by_hand(post="Fahndung!")
    shown, text = telegramshapes.embedded, '<div class="tgme_widget_message_text'
    album = f'<div class="tgme_widget_message_grouped_wrap"></div>{text}'
    monkeypatch.setattr(telegramshapes, "embedded", lambda post: shown(post).replace(text, album))
    with pytest.raises(ChannelFailed, match="album of several messages"):
        channel.made_by_hand(f"{platform.url}presse/2")


def test_what_was_made_by_hand_and_is_too_old_only_a_person_can_delete(
    channel: Telegram, platform: RunningTelegram
) -> None:
    platform.by_hand(post="Fahndung! Foto folgt.")
    found = channel.made_by_hand(f"{platform.url}presse/2")
    assert found is not None
    platform.forward(WINDOW)
    adopted = Posting(marker="x", withdrawal={ADOPTED: True}, references=(found,))
    with pytest.raises(WindowClosed) as caught:
        channel.withdraw(adopted)
    assert type(caught.value) is WindowClosed, "nothing approved can take its place"
    lost = Posting(marker="x", withdrawal={CLOSINGS: {"replaced": "Ende"}}, references=(found,))
    with pytest.raises(WindowClosed, match="neither be deleted nor be changed"):
        channel.withdraw(lost)


def test_a_revoked_token_publishes_proves_and_deletes_nothing(channel: Telegram, platform: RunningTelegram) -> None:
    whole = up(channel)
    platform.by_hand(revoke=True)
    for act in (channel.check, channel.listing, lambda: channel.withdraw(whole)):
        with pytest.raises(AuthError) as caught:
            act()
        assert TOKEN not in "".join(caught.value.message)
    assert isinstance(channel.look(whole), Unknown)
    assert len(platform.online()) == 1


def test_another_bots_token_is_not_let_in(
    channel: Telegram, platform: RunningTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = up(channel)
    monkeypatch.setenv(VARIABLE, telegrams.OTHER)
    for act in (channel.check, channel.listing, lambda: channel.withdraw(whole)):
        with pytest.raises(AuthError, match="chat not found"):
            act()
    assert isinstance(channel.look(whole), Unknown)


def test_messages_beyond_the_limit_are_told_with_the_wait(tmp_path: pathlib.Path) -> None:
    from fahndung.errors import RateLimited

    with telegrams.in_a_thread(tmp_path, writes=1) as platform:
        channel = telegrams.channel(platform)
        up(channel)
        with pytest.raises(RateLimited) as caught:
            up(channel, "two")
        assert caught.value.retry_after is not None
        assert dt.timedelta(seconds=50) < caught.value.retry_after <= dt.timedelta(seconds=60)
        assert caught.value.scope == "channel"


def test_what_the_channel_says_of_itself() -> None:
    opened = channels.from_ledger(
        "telegram", {"name": "t", "chat": -1001000000001, "credential": "c", "account": "presse"}
    )
    able = opened.capabilities()
    assert (able.recovery, able.can_delete, able.can_find, able.reads_back) == ("lookup", True, True, "http")
    assert able.delete_window == WINDOW == 2 * DAY
    assert able.settle == dt.timedelta(seconds=60)
    assert not able.rehearsal_only
    assert able.evidence is not None
    assert able.evidence.by == "simulator", "no live account was used, and nothing claims more"
    assert "forwarded" in able.residual.en
    assert channels.medium_of("telegram") is Medium.SOCIAL is opened.medium
    assert (RATE.per, RATE.writes + RATE.burst) == (dt.timedelta(minutes=1), 20)


@pytest.mark.peers
@on("mistake", [simulated.empty_when_limited, simulated.believes_absence, simulated.unlisted_sends_again])
@on("made", [True, False])
def test_the_contract_catches_a_mistake(
    channel: Telegram, platform: RunningTelegram, mistake: simulated.Mistake, made: bool
) -> None:
    asked = mistake(Telegram)(channel.endpoint) if made else channel
    switch = simulated.Switch(platform, telegrams.SKIPS)
    assert simulated.catches(mistake, asked, telegrams.release(), platform, switch) is made


@pytest.mark.peers
def test_what_a_killed_process_left_is_found_by_another_one_and_withdrawn(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_telegram(tmp_path, "public") as platform:
        monkeypatch.setenv(VARIABLE, platform.token)
        channel = telegrams.channel(platform)
        draft = channel.prepare(telegrams.release())
        simulated.kill_while_it_posts(draft, platform, patience_s=30)
        assert len(channel.find(draft.marker)) == 1
        channel.withdraw(posting(draft))
        assert isinstance(settled_look(channel, posting(draft)), Gone)
        assert [one.verb for one in platform.journal()] == ["create", "delete"]

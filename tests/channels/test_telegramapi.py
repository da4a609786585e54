"""What is sent to the Bot API and to t.me, and what each answer makes of it. The door to the network is replaced."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from fahndung.channels.telegram import Telegram
from fahndung.channels.telegramaccount import Endpoint
from fahndung.channels.telegramapi import Api, Chat
from fahndung.errors import AuthError, ChannelFailed, OutcomeUnknown, Rejected, WindowClosed
from fahndung.model.ids import ChannelName
from fahndung.model.publication import Gone, Posting, Reference, Unknown

from . import linkposts
from .scripted import Calls, answering
from .telegrams import TOKEN, VARIABLE

CHAT = -1001000000001
REFERENCE = Reference(kind="post", id="41", url="https://t.me/presse/41")
MESSAGE = {"message_id": 41, "chat": {"id": CHAT, "type": "channel"}, "date": 1, "text": "Text"}
CHANNEL = {"id": CHAT, "type": "channel", "username": "presse"}
HEADER = '<div class="tgme_channel_info_header_username"><a>@presse</a></div>'
MISSING = b'<div class="tgme_widget_message_error">Post not found</div>'

Called = Callable[..., Api]


@pytest.fixture
def calls() -> Calls:
    return Calls()


@pytest.fixture
def called(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> Called:
    """A channel whose Telegram gives these answers, in order."""
    monkeypatch.setenv(VARIABLE, TOKEN)

    def make(*answers: Any) -> Api:
        answering(calls, monkeypatch, *answers)
        return Api(endpoint())

    return make


def endpoint(**change: Any) -> Endpoint:
    values = {"name": ChannelName("telegram"), "chat": CHAT, "credential": "telegram-bot", "account": "presse"}
    return Endpoint(**(values | change))


def ok(result: Any) -> dict[str, Any]:
    return {"ok": True, "result": result}


def no(description: str, code: int = 400) -> tuple[int, dict[str, Any]]:
    return code, {"ok": False, "error_code": code, "description": description}


def listing(*ids: int, before: int | None = None, account: str = "presse", header: str = HEADER) -> bytes:
    more = "" if before is None else f'<a class="tme_messages_more" href="/s/presse?before={before}"></a>'
    return (header + more + "".join(post(id, account) for id in ids)).encode()


def post(id: int, account: str = "presse") -> str:
    return f'<div class="tgme_widget_message" data-post="{account}/{id}"></div>'


def test_a_message_asks_for_no_preview_and_the_token_is_in_the_address_alone(called: Called, calls: Calls) -> None:
    assert called(ok(MESSAGE)).post("Text") == (REFERENCE, True)
    ((method, url, headers, body),) = calls
    assert (method, url) == ("POST", f"https://api.telegram.org/bot{TOKEN}/sendMessage")
    sent = {"chat_id": CHAT, "text": "Text", "link_preview_options": {"is_disabled": True}}
    assert json.loads(body or b"") == sent
    assert headers == {"Content-Type": "application/json"}


def test_a_text_that_came_back_changed_is_told(called: Called) -> None:
    assert called(ok(MESSAGE)).post("Text ") == (REFERENCE, False)


@pytest.mark.parametrize(
    "told",
    [
        True,
        {},
        {**MESSAGE, "message_id": "41"},
        {**MESSAGE, "message_id": True},
        {**MESSAGE, "message_id": 0},
        {**MESSAGE, "chat": {"id": CHAT - 1}},
        {**MESSAGE, "chat": None},
    ],
)
def test_a_message_that_is_not_named_is_an_unknown_outcome(called: Called, told: Any) -> None:
    with pytest.raises(OutcomeUnknown):
        called(ok(told)).post("Text")
    with pytest.raises(ChannelFailed, match="not confirmed"):
        called(ok(told)).replace(REFERENCE, "Text")


def test_a_refused_text_is_rejected_and_a_deletion_or_question_is_tried_again(called: Called) -> None:
    with pytest.raises(Rejected, match="too long"):
        called(no("Bad Request: message is too long")).post("Text")
    with pytest.raises(ChannelFailed, match="refused a deletion") as caught:
        called(no("Bad Request: strange")).delete(REFERENCE)
    assert type(caught.value) is ChannelFailed
    with pytest.raises(ChannelFailed, match="refused a question"):
        called(no("Bad Request: strange")).chat()


def test_a_deletion_is_confirmed_or_done_already_or_too_late(called: Called, calls: Calls) -> None:
    called(ok(True)).delete(REFERENCE)
    assert json.loads(calls[0][3] or b"") == {"chat_id": CHAT, "message_id": 41}
    called(no("Bad Request: message to delete not found")).delete(REFERENCE)
    with pytest.raises(WindowClosed, match="no bot"):
        called(no("Bad Request: message can't be deleted for everyone")).delete(REFERENCE)
    for told in (False, 1, None, {}):
        with pytest.raises(ChannelFailed, match="not confirmed"):
            called(ok(told)).delete(REFERENCE)


def test_a_text_takes_anothers_place_or_stands_there_already_or_the_message_is_gone(
    called: Called, calls: Calls
) -> None:
    assert called(ok(MESSAGE)).replace(REFERENCE, "Text")
    sent = {"chat_id": CHAT, "message_id": 41, "text": "Text", "link_preview_options": {"is_disabled": True}}
    assert json.loads(calls[0][3] or b"") == sent
    assert called(no("Bad Request: message is not modified: …")).replace(REFERENCE, "Text")
    assert not called(no("Bad Request: message to edit not found")).replace(REFERENCE, "Text")
    for told in ({**MESSAGE, "text": "alt"}, {**MESSAGE, "message_id": 42}, True):
        with pytest.raises(ChannelFailed, match="not confirmed"):
            called(ok(told)).replace(REFERENCE, "Text")
    with pytest.raises(WindowClosed, match="there is no text"):
        called(no("Bad Request: there is no text in the message to edit")).replace(REFERENCE, "Text")


@pytest.mark.parametrize(
    "damaged", [Reference(kind="page", id="41"), Reference(kind="post", id="x"), Reference(kind="post", id="-1")]
)
def test_a_damaged_reference_calls_nobody(called: Called, calls: Calls, damaged: Reference) -> None:
    for act in (Api.delete, lambda api, one: Api.replace(api, one, "Text")):
        with pytest.raises(ChannelFailed, match="damaged"):
            act(called(), damaged)
    assert not calls


def test_the_channel_is_asked_for_by_its_id(called: Called, calls: Calls) -> None:
    assert called(ok(CHANNEL)).chat() == Chat(account="presse", discussed=False)
    assert called(ok({**CHANNEL, "linked_chat_id": -5})).chat().discussed
    assert calls[0][:2] == ("GET", f"https://api.telegram.org/bot{TOKEN}/getChat?chat_id={CHAT}")


@pytest.mark.parametrize(
    "told",
    [True, [], {**CHANNEL, "type": "supergroup"}, {**CHANNEL, "id": 7}, {**CHANNEL, "username": ""}, {"id": CHAT}],
)
def test_a_chat_that_is_no_public_channel_is_none(called: Called, told: Any) -> None:
    with pytest.raises(ChannelFailed):
        called(ok(told)).chat()


@pytest.mark.parametrize(
    "member",
    [
        True,
        {"status": "member"},
        {"status": "left"},
        {"status": "administrator", "can_post_messages": True},
        {"status": "administrator", "can_post_messages": True, "can_delete_messages": "yes"},
        {"can_post_messages": True, "can_delete_messages": True},
    ],
)
def test_rights_that_are_not_told_are_none(called: Called, member: Any) -> None:
    with pytest.raises(AuthError, match="may not publish and delete"):
        called(ok({"id": 7}), ok(member)).refuse_rights()


def test_an_administrator_with_both_rights_and_the_owner_may(called: Called, calls: Calls) -> None:
    rights = {"status": "administrator", "can_post_messages": True, "can_delete_messages": True}
    called(ok({"id": 7}), ok(rights)).refuse_rights()
    assert calls[1][1].endswith(f"/getChatMember?chat_id={CHAT}&user_id=7")
    called(ok(True), ok({"status": "creator"})).refuse_rights()


@pytest.mark.parametrize("secret", ["", "abc", "7000000001:kurz", f"x/{TOKEN}", f"{TOKEN}/../x", f"{TOKEN}\n{TOKEN}"])
def test_a_secret_that_is_no_token_is_in_no_address_and_in_no_message(
    called: Called, calls: Calls, monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    api = called(ok(CHANNEL))
    monkeypatch.setenv(VARIABLE, secret)
    for act in (api.chat, lambda: api.post("Text"), lambda: api.delete(REFERENCE)):
        with pytest.raises(AuthError) as caught:
            act()
        assert not secret or secret not in "".join(caught.value.message)
    assert not calls


def test_a_listing_is_followed_to_its_end(called: Called, calls: Calls) -> None:
    api = called(listing(41, 42, before=41), listing(7, 9, before=7), listing(1))
    assert [one.id for one in api.pages.messages("presse")] == [42, 41, 9, 7, 1]
    assert [url for _, url, _, _ in calls] == [
        "https://t.me/s/presse",
        "https://t.me/s/presse?before=41",
        "https://t.me/s/presse?before=7",
    ]
    assert all(TOKEN not in url and not headers.keys() - {"Accept"} for _, url, headers, _ in calls)


@pytest.mark.parametrize(
    "answers",
    [
        [302],
        [404],
        [(429, b"")],
        [listing(41, header="")],
        [listing(41, header=HEADER.replace("@presse", "@andere"))],
        [b""],
        [b"\xff"],
        [listing(41, account="andere")],
        [listing(41, 41)],
        [listing(41, before=41), listing(41)],
        [listing(41, before=41), listing(42)],
        [listing(before=41)],
        [listing(41, before=41), 502],
    ],
)
def test_a_listing_that_is_not_clean_is_worth_nothing(called: Called, answers: list[Any]) -> None:
    with pytest.raises(ChannelFailed):
        called(*answers).pages.messages("presse")


def test_the_page_of_a_post_shows_it_or_says_that_there_is_none(called: Called, calls: Calls) -> None:
    found = called(post(41, "Presse").encode()).pages.sight(41, "presse")
    assert found is not None
    assert found.id == 41
    assert called(MISSING).pages.sight(41, "presse") is None
    assert calls[0][1] == "https://t.me/presse/41?embed=1"


@pytest.mark.parametrize(
    "told",
    [
        b"",
        b"one moment, please",
        post(42).encode(),
        (post(41) + post(42)).encode(),
        post(41, "andere").encode(),
        b'<div class="tgme_widget_message_error">Channel not found</div>',
        b'<div class="tgme_widget_message_error"></div>',
        MISSING + post(41).encode(),
        (404, MISSING),
        (302, b""),
    ],
)
def test_any_other_page_says_nothing(called: Called, told: Any) -> None:
    with pytest.raises(ChannelFailed):
        called(told).pages.sight(41, "presse")


def test_a_post_whose_page_is_gone_and_that_the_listing_names_is_not_gone(called: Called) -> None:
    called(ok(CHANNEL), listing(1, 41), MISSING, ok(CHANNEL), listing(1), MISSING)
    channel = Telegram(endpoint())
    whole = Posting(marker=linkposts.marker("one"), withdrawal={}, references=(REFERENCE,))
    seen = channel.look(whole)
    assert isinstance(seen, Unknown)
    assert "listing still names it" in seen.why
    gone = channel.look(whole)
    assert isinstance(gone, Gone)
    expected = {"chat": CHAT, "account": "presse", "discussed": False, "messages": 1, "listed": 0}
    assert gone.evidence == {**expected, "addresses": {REFERENCE.url: None}}


def test_of_a_closing_notice_that_is_no_text_nothing_is_put_anywhere(called: Called, calls: Calls) -> None:
    called(no("Bad Request: message can't be deleted"), ok(CHANNEL), listing(1))
    channel = Telegram(endpoint())
    whole = Posting(marker="x", withdrawal={"closings": {"replaced": 5}}, references=(REFERENCE,))
    with pytest.raises(WindowClosed):
        channel.withdraw(whole)
    assert [url.rpartition("/")[2].partition("?")[0] for _, url, _, _ in calls] == [
        "deleteMessage",
        "getChat",
        "presse",
    ]


def test_one_too_old_and_changed_meanwhile_is_gone_when_its_edit_finds_nothing(called: Called) -> None:
    called(
        no("Bad Request: message can't be deleted"),
        no("Bad Request: message to edit not found"),
        ok(CHANNEL),
        listing(1),
    )
    Telegram(endpoint()).withdraw(
        Posting(marker="x", withdrawal={"closings": {"replaced": "Ende"}}, references=(REFERENCE,))
    )


def test_the_addresses_of_a_private_channel_lead_to_its_members_only(called: Called) -> None:
    api = Api(endpoint(account=None))
    assert api.reference(41).url == "https://t.me/c/1000000001/41"
    assert api.own_id("https://t.me/c/1000000001/41") == 41
    assert api.own_id("https://t.me/presse/41") is None

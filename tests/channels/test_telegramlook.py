"""The verdict on a publication on Telegram, by what strangers are shown."""

import pytest

from fahndung.channels.base import ADOPTED
from fahndung.channels.telegramapi import Chat
from fahndung.channels.telegramlook import notice_due, text_hash, verdict
from fahndung.channels.telegrampages import Post
from fahndung.model.publication import CLOSING, CLOSINGS, Altered, Gone, Live, Posting, Tombstone

TEXT = "Zeugen gesucht"
WITHDRAWAL = {"sha256": text_hash(TEXT), CLOSINGS: {"replaced": "Adresse", "reached": "Ende"}}


def post(text: str | None = TEXT, *, id: int = 7, attached: bool = False) -> Post:
    return Post(account="presse", id=id, text=text, markers=(), attached=attached)


def seen(*posts: Post, discussed: bool = False, listed: tuple[int, ...] = (7,), **more: object) -> type:
    posting = Posting(marker="m", withdrawal=WITHDRAWAL | more, references=())
    return type(verdict(posting, posts, Chat(account="presse", discussed=discussed), {*listed}, {}))


def test_only_the_approved_text_alone_and_listed_is_live() -> None:
    assert seen(post()) is Live
    for altered in (post("anders"), post(None), post(attached=True)):
        assert seen(altered) is Altered
    assert seen(post(), listed=()) is Altered
    assert seen(post(), discussed=True) is Altered
    assert seen(post(), post(id=8), listed=(7, 8)) is Altered, "two copies are one too many"
    assert seen(post("Foto"), **{ADOPTED: True}) is Live, "nobody approved what was made by hand"


def test_a_tombstone_is_the_notice_that_is_due_and_nothing_else() -> None:
    assert seen(post("Ende"), **{CLOSING: "reached"}) is Tombstone
    assert seen(post("Adresse")) is Tombstone
    for other in (post("Adresse"), post("Ende", attached=True), post()):
        assert seen(other, **{CLOSING: "reached"}) is not Tombstone
    assert seen(post("Ende"), post(id=8), listed=(7, 8), **{CLOSING: "reached"}) is Altered
    assert seen() is Gone


@pytest.mark.parametrize("withdrawal", [{}, {CLOSINGS: "Ende"}, {CLOSINGS: {"replaced": 5}}, {CLOSINGS: {}}])
def test_where_nothing_was_approved_no_notice_is_due(withdrawal: dict[str, object]) -> None:
    assert notice_due(Posting(marker="m", withdrawal=withdrawal, references=())) is None

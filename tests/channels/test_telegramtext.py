import pytest

from fahndung.channels import telegramtext
from fahndung.errors import NotPublishable
from fahndung.model.closing import NOTICE_KINDS
from fahndung.model.ids import ChannelName

from . import linkposts, telegrams

NAME = ChannelName("telegram")
LINK = f"{linkposts.PAGE}#{linkposts.marker('one')}"


@pytest.mark.parametrize(("text", "units"), [("", 0), ("abc", 3), ("Größe", 5), ("🚲", 2), ("e\u0301", 2)])
def test_a_text_counts_in_utf_16_units(text: str, units: int) -> None:
    assert telegramtext.length(text) == units


@pytest.mark.parametrize(("extra", "fits"), [(0, True), (1, False)])
def test_4096_fit_and_one_more_is_refused_and_not_cut(extra: int, fits: bool) -> None:
    rest = telegramtext.MOST - len(LINK) - 1
    teaser = f"{linkposts.PAGE} " + "🚲" * (rest // 2) + "x" * (rest % 2 + extra)
    release = telegrams.release(teaser=teaser)
    if fits:
        taken = telegramtext.teaser(release, NAME)
        assert telegramtext.length(taken.linked) == telegramtext.MOST
        assert taken.marker in taken.linked
        return
    with pytest.raises(NotPublishable, match="4097 characters, 4096 are allowed") as caught:
        telegramtext.teaser(release, NAME)
    assert "Zeichen" in caught.value.message.de


@pytest.mark.parametrize("character", ["\t", "\r", "\x0b", "\u2028", "\u202e", "A\u030a", "\u200e\u200f"])
def test_what_telegram_would_change_is_refused(character: str) -> None:
    with pytest.raises(NotPublishable, match="U\\+"):
        telegramtext.teaser(telegrams.release(teaser=f"Zeu{character}gin\n{linkposts.PAGE}"), NAME)


@pytest.mark.parametrize("kept", ["\n\n", "\xa0", "Å", "\u200e", "🚲"])
def test_what_telegram_keeps_is_not(kept: str) -> None:
    telegramtext.teaser(telegrams.release(teaser=f"Zeu{kept}gin\n{linkposts.PAGE}"), NAME)


def test_every_closing_notice_is_there_with_the_marker_in_its_link_and_else_as_approved() -> None:
    found = telegramtext.closings(telegrams.release(), NAME)
    assert found.keys() == {*NOTICE_KINDS, "replaced"}
    assert found["replaced"] == LINK, "where the appeal goes on, no notice would be true"
    for kind in NOTICE_KINDS:
        assert found[kind] == telegrams.closing(kind).replace(linkposts.PAGE, LINK)


@pytest.mark.parametrize("kind", NOTICE_KINDS)
@pytest.mark.parametrize("text", [None, b"", b"\xff", b"ohne Link", f"{linkposts.PAGE} {linkposts.PAGE}".encode()])
def test_a_release_without_a_notice_that_fits_is_refused(kind: str, text: bytes | None) -> None:
    with pytest.raises(NotPublishable, match=f"closing-{kind}"):
        telegramtext.closings(telegrams.release(closings={kind: text}), NAME)


def test_notices_of_a_part_are_there_where_the_release_has_them() -> None:
    part = telegrams.closing("reached-part").encode()
    assert "reached-part" in telegramtext.closings(telegrams.release(closings={"reached-part": part}), NAME)

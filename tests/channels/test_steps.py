from collections.abc import Callable

import pytest

from fahndung.channels.steps import before_sending, do_all, otherwise
from fahndung.errors import (
    AuthError,
    ChannelFailed,
    FahndungError,
    NotSent,
    Replaced,
    Unsupported,
    WindowClosed,
)


def failing(error: FahndungError) -> Callable[[], None]:
    def step() -> None:
        raise error

    return step


def test_every_step_runs_and_nothing_is_raised_without_a_failure() -> None:
    done: list[int] = []
    do_all(lambda: done.append(1), lambda: done.append(2))
    assert done == [1, 2]


def test_a_failure_stops_no_later_step_and_comes_out_as_it_is() -> None:
    done: list[int] = []
    error = AuthError("no token", "kein Token")
    with pytest.raises(AuthError) as caught:
        do_all(failing(error), lambda: done.append(1))
    assert caught.value is error
    assert str(error) == "no token"
    assert done == [1]


def test_several_failures_are_told_together_and_one_that_a_retry_can_help_gives_the_type() -> None:
    closed = [WindowClosed("too late", "zu spät"), WindowClosed("too late", "zu spät")]
    with pytest.raises(NotSent, match="too late away") as caught:
        do_all(failing(closed[0]), failing(NotSent("away", "weg")), failing(closed[1]))
    assert caught.value.message.de == "zu spät weg"
    with pytest.raises(WindowClosed) as alone:
        do_all(*map(failing, closed))
    assert alone.value.message.en == "too late"


def test_all_was_replaced_only_where_nothing_else_went_wrong() -> None:
    replaced = Replaced("it shows the notice", "zeigt die Nachricht")
    for other in (WindowClosed("too late", "zu spät"), Unsupported("never", "nie"), NotSent("away", "weg")):
        with pytest.raises(type(other)) as caught:
            do_all(failing(replaced), failing(other), failing(replaced))
        assert not isinstance(caught.value, Replaced)
    with pytest.raises(Replaced):
        do_all(failing(replaced), failing(replaced))


def test_a_bug_is_not_swallowed() -> None:
    with pytest.raises(ZeroDivisionError):
        do_all(lambda: 1 // 0)


def test_what_fails_before_sending_was_not_sent_and_keeps_what_it_says() -> None:
    failure = ChannelFailed("broken", "kaputt")
    with pytest.raises(NotSent) as caught, before_sending():
        raise failure
    assert (caught.value.message, caught.value.__cause__) == (failure.message, failure)
    refused = AuthError("no", "nein")
    with pytest.raises(AuthError) as kept, before_sending():
        raise refused
    assert kept.value is refused
    with pytest.raises(ZeroDivisionError), before_sending():
        _ = 1 // 0


@pytest.mark.parametrize(
    ("posts", "files", "told"),
    [
        (["a"], [], "its words, its pictures or who sees it are not as approved, online: a"),
        (["a", "b"], ["c"], "2 posts are there instead of one, online: a, b, c"),
        ([], ["c"], "no post is there, and pictures of it are still online: c"),
    ],
)
def test_what_is_otherwise_than_approved_is_said_with_its_addresses(
    posts: list[str], files: list[str], told: str
) -> None:
    assert otherwise(posts, files).en == told

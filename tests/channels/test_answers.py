import datetime as dt
import traceback

import pytest

from fahndung.channels import answers
from fahndung.errors import AuthError, ChannelFailed, Duplicate, FahndungError, OutcomeUnknown, RateLimited, Rejected
from fahndung.http import Answer

DATE = "Thu, 26 Nov 2026 10:00:00 GMT"
SECRET = bytes(reversed(b"miehes"))
TEN = dt.datetime(2026, 11, 26, 10, tzinfo=dt.UTC)


def answer(status: int = 429, body: bytes = b"", **headers: str) -> Answer:
    return Answer(status=status, headers={name.replace("_", "-"): value for name, value in headers.items()}, body=body)


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_a_success_passes(status: int) -> None:
    answers.accepted(answer(status), "The platform")


@pytest.mark.parametrize(
    ("status", "kind", "effect"),
    [
        (401, AuthError, False),
        (403, AuthError, False),
        (409, Duplicate, True),
        (400, Rejected, False),
        (404, Rejected, False),
        (422, Rejected, False),
        (408, OutcomeUnknown, True),
        (429, RateLimited, False),
        (500, OutcomeUnknown, True),
        (503, OutcomeUnknown, True),
        (302, OutcomeUnknown, True),
        (206, OutcomeUnknown, True),
        (100, OutcomeUnknown, True),
    ],
)
def test_every_other_status_has_its_outcome(status: int, kind: type[FahndungError], effect: bool) -> None:
    with pytest.raises(FahndungError) as caught:
        answers.accepted(answer(status, SECRET), "The platform")
    assert type(caught.value) is kind
    assert caught.value.effect_possible is effect
    assert "The platform" in caught.value.message.en
    assert SECRET.decode() not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    ("said", "date", "wait", "until"),
    [
        ("90", DATE, 90, TEN + dt.timedelta(seconds=90)),
        ("90", "", 90, None),
        ("0", DATE, 0, TEN),
        ("Thu, 26 Nov 2026 10:02:00 GMT", DATE, 120, TEN + dt.timedelta(minutes=2)),
        ("Thu, 26 Nov 2026 10:02:00 -0000", DATE, 120, TEN + dt.timedelta(minutes=2)),
        ("Thu, 26 Nov 2026 09:00:00 GMT", DATE, 0, TEN),
        ("Thu, 26 Nov 2026 10:02:00 GMT", "", None, None),
        ("Thu, 26 Nov 2026 10:02:00 GMT", "nonsense", None, None),
        ("86400", DATE, 86400, TEN + dt.timedelta(days=1)),
        ("86401", DATE, 86400, TEN + dt.timedelta(days=1)),
        ("9" * 400, DATE, 86400, TEN + dt.timedelta(days=1)),
        ("Thu, 26 Nov 2099 10:02:00 GMT", DATE, 86400, TEN + dt.timedelta(days=1)),
        ("-5", DATE, None, None),
        ("٣", DATE, None, None),
        ("soon", DATE, None, None),
        ("", DATE, None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_never_more_than_a_day(
    said: str, date: str, wait: int | None, until: dt.datetime | None
) -> None:
    error = answers.rate_limited(answer(retry_after=said, date=date), "The platform", scope="app")
    assert error.retry_after == (None if wait is None else dt.timedelta(seconds=wait))
    assert (error.until, error.scope) == (until, "app")


@pytest.mark.parametrize(
    ("reset", "date", "wait"),
    [
        ("2026-11-26T10:02:00.123456Z", DATE, 120.123456),
        ("2026-11-26T11:02:00+01:00", DATE, 120),
        ("2026-11-26T09:00:00Z", DATE, 0),
        ("2099-01-01T00:00:00Z", DATE, 86400),
        (f"{int(TEN.timestamp()) + 90}", DATE, 90),
        (f"{int(TEN.timestamp()) - 90}", DATE, 0),
        ("99999999999", DATE, 86400),
        ("90", DATE, None),
        ("9" * 400, DATE, None),
        ("2026-11-26T10:02:00", DATE, None),
        ("2026-11-26T10:02:00Z", "", None),
        ("soon", DATE, None),
        ("", DATE, None),
        ("٣", DATE, None),
    ],
)
def test_where_retry_after_is_missing_the_reset_counts_and_never_more_than_a_day(
    reset: str, date: str, wait: float | None
) -> None:
    for name in ("x_ratelimit_reset", "ratelimit_reset"):
        error = answers.rate_limited(answer(date=date, **{name: reset}), "The platform")
        assert error.retry_after == (None if wait is None else dt.timedelta(seconds=wait))
        assert error.until == (None if wait is None else TEN + dt.timedelta(seconds=wait))


def test_retry_after_comes_before_the_reset() -> None:
    both = answer(retry_after="5", x_ratelimit_reset="2026-11-26T10:02:00Z", date=DATE)
    assert answers.rate_limited(both, "The platform").retry_after == dt.timedelta(seconds=5)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, AuthError),
        (403, AuthError),
        (429, RateLimited),
        (201, ChannelFailed),
        (204, ChannelFailed),
        (302, ChannelFailed),
        (404, ChannelFailed),
        (410, ChannelFailed),
        (422, ChannelFailed),
        (500, ChannelFailed),
    ],
)
def test_a_read_that_is_not_200_says_nothing(status: int, kind: type[FahndungError]) -> None:
    answers.readable(answer(200), "The platform")
    with pytest.raises(ChannelFailed) as caught:
        answers.readable(answer(status, SECRET), "The platform")
    assert type(caught.value) is kind
    assert SECRET.decode() not in "".join(traceback.format_exception(caught.value))


def test_a_list_of_json_objects_is_read() -> None:
    assert answers.objects(answer(200, b'[{"id": "1"}]'), "The platform") == [{"id": "1"}]
    assert answers.objects(answer(200, b"[]"), "The platform") == []


@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b"[[]]", b"null", b"<html>", b"\xff", b"[" * 100_000])
def test_anything_else_is_no_empty_list(body: bytes) -> None:
    with pytest.raises(ChannelFailed, match="no list of JSON objects"):
        answers.objects(answer(200, body), "The platform")


def test_an_answer_without_retry_after_asks_to_wait_all_the_same() -> None:
    error = answers.rate_limited(answer(), "The platform")
    assert (error.until, error.retry_after, error.scope) == (None, None, "account")


def test_a_wait_is_told_in_whole_seconds_and_nothing_is_promised() -> None:
    limited = answer(date="Fri, 27 Nov 2026 10:00:00 GMT", x_ratelimit_reset="2026-11-27T10:10:00.855Z")
    told = answers.rate_limited(limited, "The platform").message.en
    assert told.startswith("The platform asks to wait for 601 s, until 2026-11-27 at 11:10")
    assert told.endswith(": too many calls.")


def test_a_limit_needs_an_instant_with_a_time_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        RateLimited("x", "x", until=dt.datetime(2026, 11, 26))  # noqa: DTZ001 - what is refused


def test_a_json_object_is_read() -> None:
    assert answers.document(answer(200, b'{"id": "1"}'), "The platform") == {"id": "1"}


@pytest.mark.parametrize("body", [b"", b"[]", b"<html>", b"\xff", b'"x"', b"[" * 100_000])
def test_anything_else_leaves_the_outcome_unknown(body: bytes) -> None:
    with pytest.raises(OutcomeUnknown, match="no JSON object"):
        answers.document(answer(200, body), "The platform")

"""Constructors of the model refuse nonsense."""

import datetime as dt

import pytest

from fahndung.model.appeal import Plan
from fahndung.model.ids import is_id
from fahndung.model.image import Source, SourceKind
from fahndung.model.mandate import Confirmation, Consent, Review, Scope, Warrant
from fahndung.model.raster import Raster
from tests.law.build import appeal

NAIVE = dt.datetime(2026, 11, 20, 15, 0)  # noqa: DTZ001  # naive on purpose


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        (Scope, "until"),
        (Review, "at"),
        (Warrant, "due"),
        (Consent, "revoked_at"),
        (Plan, "not_before"),
    ],
)
def test_a_naive_instant_is_refused(kind: type, field: str) -> None:
    with pytest.raises(ValueError, match=f"{field} is a naive datetime"):
        kind(**{field: NAIVE})


def test_a_naive_capture_time_is_refused() -> None:
    with pytest.raises(ValueError, match="captured_at"):
        Source(kind=SourceKind.CCTV, captured_at=NAIVE)


def test_a_naive_confirmation_is_refused() -> None:
    with pytest.raises(ValueError, match=r"confirmation\.at"):
        Confirmation(by="judge", authority="a", reference="r", at=NAIVE)


@pytest.mark.parametrize("text", ["a", "pdl-2026-0117", "a.b_c", "0" * 64])
def test_ids_are_small_letters_digits_and_three_signs(text: str) -> None:
    assert is_id(text)


@pytest.mark.parametrize("text", ["", "A", "a/b", "a..b", ".a", "-a", "ä", "0" * 65, "a\n"])
def test_what_could_leave_a_path_is_no_id(text: str) -> None:
    assert not is_id(text)


def test_an_appeal_refuses_a_bad_id_and_revision_zero() -> None:
    with pytest.raises(ValueError, match="not an id"):
        appeal(id="../x")
    with pytest.raises(ValueError, match="count from 1"):
        appeal(revision=0)


@pytest.mark.parametrize(("width", "height", "count"), [(0, 1, 0), (1, 0, 0), (2, 2, 11)])
def test_a_raster_is_as_large_as_it_says(width: int, height: int, count: int) -> None:
    with pytest.raises(ValueError, match=r"pixel"):
        Raster(width=width, height=height, rgb=b"\0" * count)

"""What a picture holds, looked at once a process: each look is a child, and a build takes some twenty of them.

Every test outside ``tests/images`` hands in one of a few drawn pictures again and again. Their pixels, and what they
carry, do not depend on the test; what is done about them is still done each time.
"""

import contextlib
import dataclasses
import functools
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from fahndung.images import child, evidence, intake

_LOOKS = 64
"""So many of the last are kept: what the examples need, some hundred megabytes at most."""

_SEAMS: tuple[tuple[Any, str], ...] = ((os, "fork"), (child, "run"), (child, "taken"), (child, "_received"))
_REAL = [getattr(owner, name) for owner, name in _SEAMS]
_DECODE, _INSPECT = intake.decode, evidence.inspect


@contextlib.contextmanager
def once() -> Iterator[None]:
    """In the block the same look at the same bytes starts one child only."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(intake, "decode", _kept(_DECODE, _of_its_own))
        patch.setattr(evidence, "inspect", _kept(_INSPECT, lambda found: found))
        yield


@contextlib.contextmanager
def anew() -> Iterator[None]:
    """In the block every look is a real one, as in the program."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(intake, "decode", _DECODE)
        patch.setattr(evidence, "inspect", _INSPECT)
        yield


def _of_its_own(found: intake.Decoded) -> intake.Decoded:
    """The same with pixels that nobody else holds, as ``Decoded`` promises."""
    return dataclasses.replace(found, pixels=found.pixels.copy())


def _kept(look: Callable[..., Any], given: Callable[[Any], Any]) -> Callable[..., Any]:
    """The same function, which asks anew where a test has put something else in the way of its children."""
    known = functools.lru_cache(maxsize=_LOOKS)(look)

    def looked(untrusted: bytes, **named: Any) -> Any:
        if any(getattr(owner, name) is not real for (owner, name), real in zip(_SEAMS, _REAL, strict=True)):
            return look(untrusted, **named)
        if "hidden" in named:
            named["hidden"] = tuple(named["hidden"])
        return given(known(bytes(untrusted), **named))

    return looked

"""What a picture holds, looked at once a process: each look is a child, and a build takes some twenty of them.

Every test outside ``tests/images`` hands in one of a few drawn pictures again and again. Their pixels, and what they
carry, do not depend on the test; what is done about them is still done each time.
"""

import collections
import contextlib
import dataclasses
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from fahndung.images import child, decoding, evidence, intake, probing

_MOST = 64_000_000
"""Bytes of the last pictures that are kept: what the examples need; a photo of 12 megapixels is 36 million."""

_SEAMS: tuple[tuple[Any, str], ...] = (
    *((os, "fork"), (child, "run"), (child, "taken"), (child, "_received")),
    *((probing, "probe"), (decoding, "work")),
)
_REAL = [getattr(owner, name) for owner, name in _SEAMS]
_DECODE, _INSPECT = intake.decode, evidence.inspect
_ANSWER = 10_000
"""Bytes that one inspection counts for."""


@contextlib.contextmanager
def once() -> Iterator[None]:
    """In the block the same look at the same bytes starts one child only."""
    with pytest.MonkeyPatch.context() as patch:
        decode = _kept(_DECODE, _of_its_own, _pixels, [])
        patch.setattr(intake, "decode", decode)
        patch.setattr(evidence, "inspect", _kept(_INSPECT, lambda found: found, _carried, [(intake, "decode", decode)]))
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


def _pixels(found: intake.Decoded) -> int:
    return found.pixels.width * found.pixels.height * 3


def _carried(found: evidence.Evidence) -> int | None:
    """What an answer takes; None where no picture could be made: another time, that may be the machine's fault."""
    return None if found.refused is not None else _ANSWER


def _kept(
    look: Callable[..., Any],
    given: Callable[[Any], Any],
    size: Callable[[Any], int | None],
    inner: Iterable[tuple[Any, str, Any]],
) -> Callable[..., Any]:
    """The same function, which asks anew where a test has put something else in the way of its children.

    Args:
        size: of an answer, in bytes; None: it is not kept. inner: what else has to be as it is told here.
    """
    seams = [*((owner, name, real) for (owner, name), real in zip(_SEAMS, _REAL, strict=True)), *inner]
    known: collections.OrderedDict[Any, tuple[Any, int]] = collections.OrderedDict()

    def looked(untrusted: bytes, **named: Any) -> Any:
        if any(getattr(owner, name) is not real for owner, name, real in seams):
            return look(untrusted, **named)
        if "hidden" in named:
            named["hidden"] = tuple(named["hidden"])
        key = hashlib.sha256(untrusted).digest(), tuple(sorted(named.items()))
        if key not in known:
            found = look(untrusted, **named)
            taken = size(found)
            if taken is None or taken > _MOST:
                return found
            known[key] = found, taken
            while sum(taken for _, taken in known.values()) > _MOST:
                known.popitem(last=False)
        known.move_to_end(key)
        return given(known[key][0])

    return looked

"""Throws mutated picture files at intake, walker and inventory: ``python -m tests.fuzz.pictures --seconds 600``.

In this process only the walks in Python run, and they may raise ``UnsafeImage`` alone; what they let pass goes to the
decoder in its child, of which the same holds for the parent. A find stops the search and is written to ``crash-…``.
"""

import contextlib

import atheris

with atheris.instrument_imports(include=["fahndung.images"]):
    from fahndung.errors import UnsafeImage
    from fahndung.images import answers, areas, embedded, evidence, intake, inventory, probing, told, walker
    from fahndung.images.limits import Limits

from tests.fuzz.searching import search
from tests.fuzz.seeds import seeds

SMALL = Limits(pixels=1_000_000, cpu_s=5, wall_s=30, memory=2**29)
SHARE = 50
"""Of so many files that the pre-parse lets pass, one is decoded and one is inspected, each in a child."""

counted = {"executions": 0, "passed": 0, "decoded": 0, "refused by the child": 0}


def one(untrusted: bytes) -> None:
    counted["executions"] += 1
    for look in (walker.check_jpeg, probing.probe):
        with contextlib.suppress(UnsafeImage):
            look(untrusted)
    frame = untrusted[-1] % 4 or None if untrusted else None
    try:
        probe = intake.sniff(untrusted, SMALL, frame=frame)
    except UnsafeImage:
        return
    assert probe.width * probe.height <= SMALL.pixels
    assert 0 <= probe.end <= len(untrusted)
    facts = [*inventory.parts(untrusted, probe), *inventory.around(untrusted, probe)]
    with contextlib.suppress(Exception):  # in the child; what it tells until then must be what the parent takes
        found = [*areas.areas(untrusted, probe)]
        embedded.pieces(found, SMALL)
        facts += told.facts(untrusted, probe, found)
    for kind, value in facts:
        assert kind not in answers.KINDS or answers.facts([[kind, answers.sayable(value)]], answers.KINDS, 1)
    counted["passed"] += 1
    if counted["passed"] % SHARE:
        return
    try:
        decoded = intake.decode(untrusted, longest=64, frame=frame, limits=SMALL)
        counted["decoded"] += 1
        assert max(decoded.raster.width, decoded.raster.height) <= 64
    except UnsafeImage:
        counted["refused by the child"] += 1
    inspected = evidence.inspect(untrusted, name="a", limits=SMALL)
    assert all(text.isprintable() for language in ("de", "en") for text in inspected.sentences(language))


if __name__ == "__main__":
    search(one, seeds(), counted)

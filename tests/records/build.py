"""A small valid record and case folders made of it."""

import copy
import hashlib
import json
import pathlib
from typing import Any

from fahndung import records
from fahndung.errors import InvalidRecord, Problem

PICTURE = b"not decoded in this room"

_RECORD: dict[str, Any] = {
    "schema": "fahndung/appeal/1",
    "id": "pdm-2026-0001",
    "revision": 1,
    "category": "unknown-suspect",
    "reference": "512/26/1",
    "prepared_by": "k.muster",
    "authority": {"name": "Polizeidirektion Musterstadt"},
    "legal": {"basis": "stpo-131b-1"},
    "texts": {"summary": {"de": "Die Polizei bittet um Hinweise."}},
    "contact": {"office": "Polizeirevier Musterstadt", "phone": "040 66969-123"},
}

ORDER: dict[str, Any] = {
    "by": "judge",
    "authority": "Amtsgericht Musterstadt",
    "reference": "281 Gs 77/26",
    "at": "2026-11-20T15:00:00+01:00",
    "scope": {"media": ["website"], "until": "2027-02-20T00:00:00+01:00"},
}


def record(**more: Any) -> dict[str, Any]:
    """The least record that is valid, with more."""
    return copy.deepcopy(_RECORD | more)


def person(**more: Any) -> dict[str, Any]:
    """A record with one person who has these fields."""
    return record(persons=[{"id": "p1", "role": "suspect", **more}])


def image(**more: Any) -> dict[str, Any]:
    """An image entry that fits ``PICTURE``."""
    return {
        "id": "i1",
        "file": "i1.jpg",
        "sha256": hashlib.sha256(PICTURE).hexdigest(),
        "alt": {"de": "Ein Bild"},
        "source": {"kind": "cctv"},
        **more,
    }


def case(folder: pathlib.Path, untrusted: object, **files: bytes) -> pathlib.Path:
    """A case folder with that record and files (``i1_jpg=…`` makes ``i1.jpg``)."""
    content = untrusted if isinstance(untrusted, bytes) else json.dumps(untrusted).encode()
    (folder / "appeal.json").write_bytes(content)
    for name, data in files.items():
        (folder / name.replace("_", ".")).write_bytes(data)
    return folder


def found(problems: tuple[Problem, ...]) -> dict[str, str]:
    """English messages by field."""
    assert len({problem.field for problem in problems}) == len(problems), "a place is reported twice"
    return {problem.field: problem.message.en for problem in problems}


def check_languages(problems: tuple[Problem, ...]) -> None:
    """Every problem speaks both languages."""
    assert problems
    assert all(problem.message.en and problem.message.de for problem in problems)


def refused(untrusted: object) -> dict[str, str]:
    """What ``parse`` says against a record, by field."""
    try:
        records.parse(untrusted)
    except InvalidRecord as error:
        check_languages(error.problems)
        return found(error.problems)
    return {}


def not_loaded(folder: pathlib.Path) -> dict[str, str]:
    """What ``load`` says against a case folder, by field."""
    try:
        records.load(folder)
    except InvalidRecord as error:
        return found(error.problems)
    return {}
